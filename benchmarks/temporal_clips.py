"""The clips of ``benchmarks/temporal.py``: real footage and photographs that move, and flicker put into them.

All are 960 x 540 at 25 Hz and carry a panel in the brand's blue, as an advertisement would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from skimage import data
from sklearn.datasets import load_sample_images

from brandkit import media
from brandkit.media import Frames, Source

WIDTH, HEIGHT, FPS = 960, 540, 25
BLUE = (0x00, 0x50, 0xFF)
PANEL = (60, 380, 220, 110)
"""x, y, width and height of the panel."""
VIDEOS = Path(__file__).parent.parent / "tests" / "data" / "video"

Picture = npt.NDArray[np.uint8]
Light = npt.NDArray[np.float32]
Clips = dict[str, Callable[[int], list[Picture]]]
Box = tuple[int, int, int, int]
Gains = npt.NDArray[np.float64]


def photograph(name: str) -> Picture:
    """A photograph that scikit-image or scikit-learn ships."""
    if name in ("china", "flower"):
        return np.asarray(load_sample_images().images[["china", "flower"].index(name)])
    return np.asarray(data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(data, name)())


def seen(picture: Picture, x: float, y: float, scale: float) -> Picture:
    """What a camera sees that looks at ``x, y`` of a photograph."""
    turn = cv2.getRotationMatrix2D((x, y), 0, scale)
    turn[:, 2] += np.array([WIDTH / 2 - x, HEIGHT / 2 - y])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(
        cv2.warpAffine(picture, turn, (WIDTH, HEIGHT), flags=how, borderMode=cv2.BORDER_REFLECT)
    )


def pan(name: str, count: int, dx: float, dy: float = 0) -> list[Picture]:
    """The camera moves by ``dx, dy`` pixels a frame."""
    picture = photograph(name)
    height, width = picture.shape[:2]
    scale = 1.4 * max(WIDTH / width, HEIGHT / height)
    steps = (np.arange(count) - count / 2) / scale
    return [seen(picture, width / 2 + dx * k, height / 2 + dy * k, scale) for k in steps]


def zoom(name: str, count: int, rate: float) -> list[Picture]:
    """The camera comes nearer, each frame by ``rate``."""
    picture = photograph(name)
    height, width = picture.shape[:2]
    scale = 1.05 * max(WIDTH / width, HEIGHT / height)
    return [seen(picture, width / 2, height / 2, scale * rate**k) for k in range(count)]


def cuts(names: list[str], count: int, every: int) -> list[Picture]:
    """Shots of ``every`` frames."""
    shots = [pan(name, count, 2) for name in names]
    return [shots[(k // every) % len(shots)][k] for k in range(count)]


def fade(one: str, other: str | None, count: int) -> list[Picture]:
    """One picture dissolves into another, or out of black, over the middle half of the clip."""
    from_one = pan(one, count, 1) if other else [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * count
    to_other = zoom(other or one, count, 1.002)
    parts = np.clip((np.arange(count) / count - 0.25) * 2, 0, 1)
    both = zip(from_one, to_other, parts, strict=True)
    return [np.asarray(cv2.addWeighted(a, 1 - part, b, part, 0), np.uint8) for a, b, part in both]


def passing(ground: str, thing: str, count: int) -> list[Picture]:
    """A round cut-out of one photograph crosses another."""
    size = 220
    cut = cv2.resize(photograph(thing), (size, size), interpolation=cv2.INTER_AREA)
    y, x = np.mgrid[:size, :size] - size / 2
    mask = cv2.GaussianBlur((x**2 + y**2 < 100**2).astype(np.float32), (0, 0), 1)[..., None]
    pictures = []
    for k, picture in enumerate(zoom(ground, count, 1.0)):
        left, top = 40 + 12 * k, int(140 + 60 * np.sin(k / 5))
        frame = picture.astype(np.float32)
        part = frame[top : top + size, left : left + size]
        part[:] = part * (1 - mask) + cut * mask
        pictures.append(rounded(frame))
    return pictures


def grainy(pictures: list[Picture], sigma: float) -> list[Picture]:
    """With noise as a sensor adds it."""
    rng = np.random.default_rng(0)
    return [rounded(np.asarray(p + rng.normal(0, sigma, p.shape).astype(np.float32))) for p in pictures]


def footage(name: str, count: int, first: int = 0) -> list[Picture]:
    """Frames of a real video."""
    found: list[Picture] = []
    for frames in media.open(VIDEOS / name).batches(8):
        for k, frame in enumerate(frames.pixels):
            if frames.first + k >= first:
                picture = frame.permute(1, 2, 0).numpy()
                found.append(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
        if len(found) >= count:
            break
    return found[:count]


CLIPS: Clips = {
    "bunny": lambda n: footage("bigbuckbunny.mp4", n),
    "bunny, later": lambda n: footage("bigbuckbunny.mp4", n, 80),
    "full range": lambda n: footage("bt709_full_range.mp4", n),
    "ten bits": lambda n: footage("h264_10bits.mp4", n),
    "pan": lambda n: pan("rocket", n, 5, 2),
    "fast pan": lambda n: pan("china", n, 14),
    "slow pan": lambda n: pan("coffee", n, 0.7),
    "zoom": lambda n: zoom("chelsea", n, 1.004),
    "fast zoom": lambda n: zoom("china", n, 1.02),
    "cuts": lambda n: cuts(["china", "flower", "coffee", "astronaut"], n, 12),
    "quick cuts": lambda n: cuts(["china", "rocket", "chelsea"], n, 5),
    "dissolve": lambda n: fade("china", "flower", n),
    "out of black": lambda n: fade("coffee", None, n),
    "passing": lambda n: passing("china", "chelsea", n),
    "grain, pan": lambda n: grainy(pan("flower", n, 4), 4),
    "grain, still": lambda n: grainy(zoom("motorcycle", n, 1.0), 5),
}
QUICK = ("bunny", "full range", "pan", "zoom", "cuts", "out of black", "passing", "grain, still")


def rounded(picture: Light) -> Picture:
    """Codes, 0 to 255."""
    return np.clip(picture, 0, 255).round().astype(np.uint8)


def with_panel(pictures: list[Picture]) -> list[Picture]:
    """The same with the brand's panel."""
    x, y, width, height = PANEL
    result = [picture.copy() for picture in pictures]
    for picture in result:
        picture[y : y + height, x : x + width] = BLUE
    return result


def gain(count: int, part: float, rate: float, phase: float) -> Gains:
    """1 plus and minus ``part``, ``rate`` times a second."""
    return 1 + part * np.sin(2 * np.pi * rate * np.arange(count) / FPS + phase)


def flickering(pictures: list[Picture], gains: Gains, box: Box | None = None) -> list[Picture]:
    """All codes, or those of a box, times the gain of each frame."""
    x, y, width, height = box or (0, 0, WIDTH, HEIGHT)
    result = []
    for picture, factor in zip(pictures, gains, strict=True):
        frame = picture.astype(np.float32)
        frame[y : y + height, x : x + width] *= np.float32(factor)
        result.append(rounded(frame))
    return result


def shadowed(pictures: list[Picture], gains: Gains) -> list[Picture]:
    """A soft shadow crosses the picture; its light is 0.75 times the gain of each frame."""
    result = []
    for k, (picture, factor) in enumerate(zip(pictures, gains, strict=True)):
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        cv2.ellipse(mask, (300 + 6 * k, 260), (130, 90), 20, 0, 360, 1, -1)
        soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 12), np.float32)[..., None]
        result.append(rounded(picture * (1 + soft * np.float32(0.75 * factor - 1))))
    return result


def encode(pictures: list[Picture], path: Path) -> Path:
    """As H.264 at crf 23, by brandkit's own writer."""
    stack = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
    source = Source(path, "", "sequence", WIDTH, HEIGHT, len(stack), Fraction(FPS), None)

    def batches() -> Iterator[Frames]:
        for first in range(0, len(stack), 8):
            some = stack[first : first + 8]
            yield Frames(some, first, tuple((first + k) / FPS for k in range(len(some))))

    return media.write(path, batches(), source, crf=23).path
