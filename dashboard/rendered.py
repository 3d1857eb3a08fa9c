"""Pictures and proxies that are made of the store's files when a page asks, and kept in its cache."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from brandkit.errors import StoreError
from brandkit.media.atomic import replacing
from brandkit.media.png import SRGB_INTENT
from brandkit.store import brands, items

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.media.clip import Clip
    from brandkit.store import Store
    from brandkit.store.filed import Case

SIDES = ("before", "after")
PROXY_CRF = 18
_BATCH = 8
_MAKING = Lock()
"""One at a time: two sessions that ask for the same would both make it, and memory is for one clip."""
_PNG_LEVEL = 1
"""zlib's fastest: somebody waits for the picture, and the way it travels is short."""


def frame(store: Store, item: int, side: str, number: int) -> Path:
    """A frame of an item as a PNG of 8 bits, sRGB, every pixel as brandkit decodes it.

    Args:
        store: where the item is.
        item: its id.
        side: ``before`` or ``after`` correction.
        number: of the frame, from 0.

    Raises:
        StoreError: there is no such item, frame or side.
        MediaError: it cannot be decoded.
    """
    case = items.open_case(store, item)
    sha = digest(case, side)
    path = store.blobs.cache / "frames" / sha[:2] / f"{sha}-{case.item.version.id}-{number}.png"
    if path.is_file():
        return path
    with _MAKING:
        if not path.is_file():
            _write_png(nth_frame(clip(store, case, side), number), path)
    return path


def digest(case: Case, side: str) -> str:
    """The sha256 of the file that a side shows. Raises ``StoreError`` where there is none."""
    if side not in SIDES:
        raise StoreError(f"'{side}' is no side; use before or after")
    if side == "before":
        return case.item.sha256
    if case.corrected is None:
        raise StoreError(f"{case.item.name}: nothing was corrected")
    return case.corrected.sha256


def clip(store: Store, case: Case, side: str) -> Clip:
    """An item's input or its corrected file, opened.

    Raises:
        StoreError, MediaError: it is not there, or cannot be read.
    """
    from brandkit.loop import open_clip

    path = items.clip_path(store, case) if side == "before" else items.corrected_path(store, case)
    if path is None:
        raise StoreError(f"{case.item.name}: nothing was corrected")
    return open_clip(path, brands.load(store, case.item.version.id))


def proxy(store: Store, item: int, side: str) -> Path:
    """A video that every browser plays: H.264, at its own size.

    Raises:
        StoreError: there is no such item or side.
        MediaError, OutputError: it cannot be decoded or written.
    """
    from brandkit import media

    case = items.open_case(store, item)
    sha = digest(case, side)
    path = store.blobs.cache / "proxies" / f"{sha}-{case.item.version.id}.mp4"
    if path.is_file():
        return path
    with _MAKING:
        if not path.is_file():
            seen = clip(store, case, side)
            media.write(path, seen.batches(_BATCH), seen.source, codec="h264", crf=PROXY_CRF)
    return path


def nth_frame(seen: Clip, number: int) -> npt.NDArray[np.uint8]:
    """A frame by its number, ``uint8`` ``[H, W, 3]``. Raises ``StoreError`` where there are not so many."""
    from brandkit.media.clip import interleaved

    for batch in seen.batches(1 if number == 0 else _BATCH):
        if batch.first <= number < batch.first + len(batch):
            return interleaved(batch.pixels[number - batch.first])
    raise StoreError(f"{seen.source.path.name}: has no frame {number}")


def _write_png(pixels: npt.NDArray[np.uint8], path: Path) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    tags = PngInfo()
    tags.add(b"sRGB", SRGB_INTENT)
    with replacing(path) as temporary:
        Image.fromarray(pixels).save(temporary, "PNG", compress_level=_PNG_LEVEL, pnginfo=tags)
