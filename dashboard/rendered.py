"""Pictures and proxies that are made of the store's files when a page asks, and kept in its cache."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from brandkit.errors import StoreError
from brandkit.media.atomic import replacing
from brandkit.media.png import SRGB_INTENT
from brandkit.store import brands, items, trial
from brandkit.store.blobs import is_sha256

from .making import Making

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.brand import Brand
    from brandkit.media.clip import Clip, Frames, Source
    from brandkit.store import Store
    from brandkit.store.filed import Case
    from brandkit.store.trial import Trial

SIDES = ("before", "after")
PROXY_CRF = 18
STRIP_HEIGHT = 90
"""Pixels of a thumbnail in a strip of frames."""
SHOWN = ("shown.png", "shown.mp4")
"""What shows a correction that is only tried, in its folder."""
_BATCH = 8
_PNG_LEVEL = 1
"""zlib's fastest: somebody waits for the picture, and the way it travels is short."""
_MAKING = Making()
_ENCODING = Lock()
"""One proxy at a time: to encode takes all cores, and memory for one clip."""


def frame(store: Store, item: int, side: str, number: int) -> Path:
    """A frame of an item as a PNG of 8 bits, sRGB, every pixel as brandkit decodes it.

    Args:
        store: where the item is.
        item: its id.
        side: ``before`` or ``after`` correction.
        number: of the frame, from 0.

    Raises:
        StoreError: there is no such item or side.
        MediaError: it cannot be decoded, or has no such frame.
    """
    from brandkit.media.frame import nth

    case = items.open_case(store, item)
    sha = digest(case, side)
    name = f"{sha[:2]}/{sha}-{case.item.version.id}-{number}.png"
    return _MAKING.once(
        store.blobs.cache / "frames",
        name,
        lambda path: _write_png(nth(clip(store, case, side), number), path),
    )


def digest(case: Case, side: str) -> str:
    """The sha256 of the file that a side shows. Raises ``StoreError`` where there is none."""
    if side not in SIDES:
        raise StoreError(f"'{side}' is no side; use before or after")
    if side == "before":
        return case.item.sha256
    if case.corrected is None:
        raise StoreError(f"{case.item.name}: nothing was corrected")
    return case.corrected.sha256


@lru_cache(maxsize=16)
def brand(store: Store, version: int) -> Brand:
    """A version of a brand by its id, which never changes. Errors are those of ``brands.load``."""
    return brands.load(store, version)


def clip(store: Store, case: Case, side: str) -> Clip:
    """An item's input or its corrected file, opened.

    Raises:
        StoreError, MediaError: it is not there, or cannot be read.
    """
    from brandkit.loop import open_clip

    path = items.clip_path(store, case) if side == "before" else items.corrected_path(store, case)
    if path is None:
        raise StoreError(f"{case.item.name}: nothing was corrected")
    return open_clip(path, brand(store, case.item.version.id))


def proxy(store: Store, item: int, side: str) -> Path:
    """A video that every browser plays: H.264, at its own size.

    Raises:
        StoreError: there is no such item or side.
        MediaError, OutputError: it cannot be decoded or written.
    """
    case = items.open_case(store, item)
    sha = digest(case, side)
    name = f"{sha}-{case.item.version.id}.mp4"
    return _MAKING.once(
        store.blobs.cache / "proxies", name, lambda path: _write_proxy(clip(store, case, side), path)
    )


def strip(store: Store, item: int, side: str, numbers: Sequence[int]) -> Path:
    """Thumbnails of frames beside each other, ``STRIP_HEIGHT`` pixels high, as WebP.

    Args:
        store: where the item is.
        item: its id.
        side: ``before`` or ``after`` correction.
        numbers: of the frames, rising; the clip is decoded once for all of them.

    Raises:
        StoreError: there is no such item or side.
        MediaError: it cannot be decoded.
    """
    case = items.open_case(store, item)
    sha = digest(case, side)
    named = "-".join(str(number) for number in numbers)
    name = f"{sha}-{case.item.version.id}/{named}.webp"
    return _MAKING.once(
        store.blobs.cache / "strips", name, lambda path: _write_strip(clip(store, case, side), numbers, path)
    )


def shots(store: Store, item: int) -> Path:
    """The first and last frame of each shot of an item's input, as a JSON list of pairs.

    Raises:
        StoreError: there is no such item.
        MediaError: it cannot be decoded.
    """
    import json

    from brandkit.temporal.shots import find_shots

    case = items.open_case(store, item)

    def find(path: Path) -> None:
        found = find_shots(clip(store, case, "before"))
        with replacing(path) as temporary:
            temporary.write_text(json.dumps([[shot.first, shot.last] for shot in found]))

    name = f"{case.item.sha256}-{case.item.version.id}.json"
    return _MAKING.once(store.blobs.cache / "shots", name, find)


def frames_of(store: Store, case: Case) -> int:
    """How many frames an item has; counted where its container does not say, and only once.

    Raises:
        StoreError, MediaError: it is gone, or cannot be decoded.
    """
    if case.item.frames is not None:
        return case.item.frames
    return _counted(store, case.item.id, case.item.sha256)


@lru_cache(maxsize=256)
def _counted(store: Store, item: int, sha256: str) -> int:
    seen = clip(store, items.open_case(store, item), "before")
    return sum(len(batch) for batch in seen.batches(_BATCH))


def show_trial(tried: Trial, version: Brand) -> Path:
    """What shows a correction that is only tried: a PNG of a still, else a proxy.

    Raises:
        MediaError, OutputError: it cannot be decoded or written.
    """
    from brandkit.loop import open_clip
    from brandkit.media.frame import nth

    corrected = tried.corrected
    if corrected.is_dir():
        from brandkit.media.sequence_writer import DEFAULT_NAME

        corrected /= DEFAULT_NAME
    seen = open_clip(corrected, version)
    path = tried.folder / SHOWN[seen.source.kind != "image"]
    if seen.source.kind == "image":
        _write_png(nth(seen, 0), path)
    else:
        _write_proxy(seen, path)
    return path


def tried_file(store: Store, folder: str, name: str) -> Path:
    """A file that ``show_trial`` made. Raises ``StoreError`` where there is none."""
    path = store.blobs.cache / trial.FOLDER / folder / name
    if not is_sha256(folder * 2) or name not in SHOWN or not path.is_file():
        raise StoreError("this trial of a correction is gone; try it anew")
    return path


def _write_png(pixels: npt.NDArray[np.uint8], path: Path) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    tags = PngInfo()
    tags.add(b"sRGB", SRGB_INTENT)
    with replacing(path) as temporary:
        Image.fromarray(pixels).save(temporary, "PNG", compress_level=_PNG_LEVEL, pnginfo=tags)


def _write_proxy(seen: Clip, path: Path) -> None:
    from brandkit.media.video_writer import write_video

    with _ENCODING:
        write_video(path, _even(seen), _playable(seen.source), codec="h264", crf=PROXY_CRF)


def _playable(source: Source) -> Source:
    """Facts for the encoder: only the frame rate is taken over, since browsers play 8 bits of BT.709."""
    from dataclasses import replace

    return replace(source, kind="animation", bits=8)


def _even(seen: Clip) -> Iterator[Frames]:
    """Frames as browsers' decoders need them: of even sides, so that the last row or column may stand twice,
    and at a steady rate, so that a time says which frame it is.
    """
    from torch.nn.functional import pad

    from brandkit.media.clip import Frames

    right, down = seen.source.width % 2, seen.source.height % 2
    for batch in seen.batches(_BATCH):
        pixels = batch.pixels
        if right or down:
            pixels = pad(pixels.float(), (0, right, 0, down), mode="replicate").byte()
        at = tuple((batch.first + k) / seen.source.rate for k in range(len(batch)))
        yield Frames(pixels, batch.first, at)


def _write_strip(seen: Clip, numbers: Sequence[int], path: Path) -> None:
    import numpy as np
    from PIL import Image

    from brandkit.media.clip import interleaved

    small: list[Image.Image] = []
    for batch in seen.batches(_BATCH):
        for number in numbers:
            if batch.first <= number < batch.first + len(batch):
                picture = Image.fromarray(interleaved(batch.pixels[number - batch.first]))
                width = max(1, round(picture.width * STRIP_HEIGHT / picture.height))
                small.append(picture.resize((width, STRIP_HEIGHT), Image.Resampling.BOX))
        if batch.first + len(batch) > max(numbers):
            break
    if not small:
        raise StoreError(f"{seen.source.path.name}: has no such frames")
    with replacing(path) as temporary:
        Image.fromarray(np.hstack([np.asarray(one) for one in small])).save(temporary, "WEBP", quality=80)
