"""Pictures and clips with a brand region of known truth, built from photographs, for ``correct.py``.

A region is laid over a photograph with antialiased edges, once in the swatch's colour (the truth) and
once in a colour that drifted from it (the input). A flat region has one colour; a shaded one is a surface
of one colour in linear light times a field of light: a ball, a drum or cloth, with texture, a soft
shadow and sometimes a highlight. The input, and a copy of the truth (the *limit*: nothing that maps
colours can be asked to do better), then get the same noise and go through the same codec.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from correct_paint import (
    Array,
    Mask,
    Part,
    Picture,
    coverage,
    decode,
    drifted,
    encode,
    highlight,
    light,
    photograph,
    rounded,
)
from PIL import Image

from brandkit import media
from brandkit.brand import Brand, Swatch
from brandkit.media.clip import Frames, Source
from brandkit.swatch import rgb8

STILL = (640, 360)
VIDEO = (480, 270)
VIDEO_FRAMES = 16
MARGIN = 2
"""Pixels on each side of a region's edge that count neither as inside nor as outside."""
BUNNY = Path(__file__).parent.parent / "tests/data/video/bigbuckbunny.mp4"


@dataclass(frozen=True)
class Case:
    """A picture or clip to build.

    Attributes:
        family: under which it is summarised.
        photo: what lies behind, a name of ``photograph`` or ``bunny``.
        parts: its regions.
        codec: ``png``, ``jpeg 70``, ``h264 23`` and the like.
        noise: standard deviation of the noise over the whole picture, codes.
        gradient: part by which light over a flat region rises and falls from its middle, linear light.
        capture: how far a drifted colour may be from its swatch, CIEDE2000; the default of a swatch.
    """

    family: str
    photo: str
    parts: tuple[Part, ...]
    codec: str = "png"
    noise: float = 0.0
    gradient: float = 0.0
    capture: float = 12.0

    @property
    def name(self) -> str:
        """What tells it from the others of its family."""
        parts = " + ".join(f"{p.hex} {p.way} {p.drift:g} {p.shape} {p.share:.0%}" for p in self.parts)
        noise = f" n{self.noise:g}" if self.noise else ""
        light = f" g{self.gradient:.0%}" if self.gradient else ""
        return f"{self.photo} {parts}{noise}{light}{' gloss' if self.parts[0].gloss else ''}"

    @property
    def shaded(self) -> bool:
        """Whether its regions are shaded."""
        return self.parts[0].finish == "shaded"

    @property
    def seed(self) -> int:
        """A number that stays the same when other cases come or go."""
        return zlib.crc32(f"{self.photo}{self.parts}".encode())

    @property
    def brand(self) -> Brand:
        """The brand that it is corrected to, with default settings but for ``capture``."""
        swatches = tuple(
            Swatch(name=f"colour {p.hex}", hex=p.hex, finish=p.finish, capture=self.capture)
            for p in self.parts
        )
        return Brand(name="Benchmark", swatches=swatches)


@dataclass(frozen=True)
class Scene:
    """A case as it was built: the file, and what is known of its frames.

    Attributes:
        path: of the file, a picture or a video.
        given: the file's frames, decoded, sRGB ``[H, W, 3]``.
        truth: the clean frames on target.
        limit: the frames on target after the same noise and codec, decoded.
        inside: where regions are, without their edges.
        outside: where they are not, nor their edges.
        parts: the case's parts, each with its own inside.
    """

    path: Path
    given: list[Picture]
    truth: list[Picture]
    limit: list[Picture]
    inside: list[Mask]
    outside: list[Mask]
    parts: list[tuple[Part, list[Mask]]]


def backgrounds(case: Case) -> list[Picture]:
    """What lies behind the regions: one picture, or frames of a clip or of a pan over a photograph."""
    if not case.codec.startswith("h264"):
        return [photograph(case.photo, STILL)]
    if case.photo == "bunny":
        clip = (frame for batch in media.open(BUNNY).batches(8) for frame in batch.pixels)
        frames = [frame.permute(1, 2, 0).numpy() for _, frame in zip(range(VIDEO_FRAMES), clip, strict=False)]
        return [np.asarray(cv2.resize(f, VIDEO, interpolation=cv2.INTER_AREA)) for f in frames]
    wide = photograph(case.photo, (VIDEO[0] + 2 * VIDEO_FRAMES, VIDEO[1]))
    return [wide[:, 2 * k : 2 * k + VIDEO[0]].copy() for k in range(VIDEO_FRAMES)]


def painted(case: Case, on_target: bool) -> tuple[list[Array], list[tuple[Part, list[Array]]]]:
    """The frames as codes that are not rounded, and each part's coverage of each."""
    frames = [frame.astype(np.float64) for frame in backgrounds(case)]
    height, width = frames[0].shape[:2]
    size, rng = (width, height), np.random.default_rng(case.seed)
    shapes = []
    for k, part in enumerate(case.parts):
        colour = decode(np.array(rgb8(part.hex))) if on_target else drifted(part)
        middle = ((k + 0.5) / len(case.parts) + rng.uniform(-0.06, 0.06), 0.5 + rng.uniform(-0.06, 0.06))
        # Drawn once to learn what share the shape makes of it, then to measure.
        made = coverage(part, size, (width / 2, height / 2), part.share).mean()
        covers = []
        for n, frame in enumerate(frames):
            centre = (middle[0] * width + 0.7 * n, middle[1] * height)
            cover = coverage(part, size, centre, part.share**2 / made)
            covers.append(cover)
            if part.finish == "shaded":
                linear = light(part, size, centre, case.seed, 0.08 * n)[..., None] * colour
                value = encode(linear + highlight(part, size, centre)[..., None])
            else:
                flat = np.round(encode(colour))
                across = np.clip(
                    (np.arange(width) - centre[0]) / (0.6 * np.sqrt(part.share * height * width)), -1, 1
                )
                slope = 0 if on_target else case.gradient
                value = encode((1 + slope * across)[None, :, None] * decode(flat))
            frame += cover[..., None] * (value - frame)
        shapes.append((part, covers))
    return frames, shapes


def build(case: Case, folder: Path) -> Scene:
    """Paint a case and write it into a folder."""
    truth, shapes = painted(case, on_target=True)
    given, _ = painted(case, on_target=False)
    noise = [np.random.default_rng([case.seed, n]).normal(0, 1, f.shape) for n, f in enumerate(truth)]

    def noisy(frames: list[Array]) -> list[Picture]:
        return [rounded(f + case.noise * n) for f, n in zip(frames, noise, strict=True)]

    path = written(noisy(given), case.codec, folder / "given")
    limit = written(noisy(truth), case.codec, folder / "limit")
    kernel = np.ones((2 * MARGIN + 1,) * 2, np.uint8)
    covered = [(part, [(c > 0.999).astype(np.uint8) for c in covers]) for part, covers in shapes]
    parts = [(part, [cv2.erode(c, kernel).astype(bool) for c in own]) for part, own in covered]
    touched = [np.max([covers[n] for _, covers in shapes], 0) > 0 for n in range(len(truth))]
    return Scene(
        path=path,
        given=list(decoded(path)),
        truth=[rounded(frame) for frame in truth],
        limit=list(decoded(limit)),
        inside=[np.any([own[n] for _, own in parts], 0) for n in range(len(truth))],
        outside=[~cv2.dilate(t.astype(np.uint8), kernel).astype(bool) for t in touched],
        parts=parts,
    )


def written(frames: list[Picture], codec: str, stem: Path) -> Path:
    """Encode frames to a file; its ending follows from the codec."""
    kind, _, number = codec.partition(" ")
    if kind == "h264":
        path = stem.with_suffix(".mp4")
        height, width = frames[0].shape[:2]
        like = Source(path, "0" * 64, "video", width, height, len(frames), Fraction(25), None)
        pixels = torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2).contiguous()
        seconds = tuple(n / 25 for n in range(len(frames)))
        media.write(path, iter([Frames(pixels, 0, seconds)]), like, codec="h264", crf=int(number))
        return path
    path = stem.with_suffix(".jpg" if kind == "jpeg" else ".png")
    settings: dict[str, Any] = {"quality": int(number)} if kind == "jpeg" else {}
    Image.fromarray(frames[0]).save(path, **settings)
    return path


def decoded(path: Path) -> Iterator[Picture]:
    """The frames of a file, ``[H, W, 3]``."""
    for batch in media.open(path).batches(8):
        yield from (frame.permute(1, 2, 0).numpy() for frame in batch.pixels)
