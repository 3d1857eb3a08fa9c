"""A corrected still in the form of its original: its format, depth, colour profile, alpha and metadata.

Only pixels that the correction changed are converted back into the original's colour space. All others
keep the very numbers that the file had, also where sRGB cannot hold their colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from brandkit.media import native, still
from brandkit.media.clip import Frames, Source
from brandkit.media.encoding import UNTAGGED, AsIs, Curved
from brandkit.media.icc import Array, ProfileError
from brandkit.media.native import Native

WHITE = (255, 255, 255)
_MOVED = 1 / 512
"""Codes by which a 16-bit colour must differ to have been changed: half a step of 16 bits."""


@dataclass(frozen=True, slots=True)
class Faithful:
    """What is to be written.

    Attributes:
        picture: the original with the changed pixels in place.
        notes: where it could not stay what it was, one sentence each.
    """

    picture: Native
    notes: tuple[str, ...] = ()


def restore(frame: Frames, like: Source) -> Faithful | None:
    """A frame in the colour space of the file it came from.

    Args:
        frame: one frame, as ``like`` was decoded, corrected.
        like: facts about the file, which is read once more.

    Returns:
        ``None`` where the file is not there, or shows another picture now.

    Raises:
        MediaError: the file is there, but damaged.
    """
    if not like.path.is_file():
        return None
    original = native.read(like.path)
    under = like.background or WHITE
    before = still.to_srgb(like.path, original, under)
    codes, was = _codes(frame), before.pixels if before.deep is None else before.deep
    if codes.shape != was.shape:
        return None
    changed = (np.abs(codes - was) > _MOVED).any(-1)
    wanted = codes[changed]
    if original.alpha is not None:
        wanted = _lifted(wanted, original.alpha[changed], under)
    if original.space == "GRAY" and len(wanted) and float(np.ptp(wanted, axis=-1).max()) > _MOVED:
        return _as_srgb(original, codes, before, "was greyscale and is R'G'B' now, as it has a colour")
    if isinstance(original.encoding, Curved) and original.format != "PNG":
        return _as_srgb(original, codes, before, "is sRGB now, as its nclx box is not written")
    try:
        values = original.encoding.from_srgb(wanted)
    except ProfileError as error:
        why = f"is sRGB now, since its colour space only leads to a display ({error})"
        return _as_srgb(original, codes, before, why)
    top = np.iinfo(original.colour.dtype).max
    colour = original.colour.copy()
    colour[changed] = np.rint(values[..., : colour.shape[-1]] * top).clip(0, top).astype(colour.dtype)
    return Faithful(replace(original, colour=colour))


def _codes(frame: Frames) -> Array:
    """``float32`` ``[H, W, 3]``, 0 to 255."""
    pixels = frame.pixels if frame.deep is None else frame.deep
    codes: Array = pixels[0].movedim(0, -1).float().cpu().numpy()
    return codes


def _lifted(codes: Array, alpha: Array, under: tuple[int, int, int]) -> Array:
    """Colours freed from the background that shows through them."""
    share = (alpha / np.float32(np.iinfo(alpha.dtype).max)).astype(np.float32)[:, None]
    own = (codes - np.array(under, dtype=np.float32) * (1 - share)) / np.maximum(share, np.float32(1e-6))
    lifted: Array = own.clip(0, 255)
    return lifted


def _as_srgb(original: Native, codes: Array, before: still.Decoded, why: str) -> Faithful:
    """The picture in plain sRGB of the same depth; pixels that show the background keep their alpha."""
    if original.alpha is not None:
        shape = codes.shape
        codes = _lifted(codes.reshape(-1, 3), original.alpha.reshape(-1), before.background or WHITE)
        codes = codes.reshape(shape)
    scale = np.iinfo(original.colour.dtype).max / 255
    colour = np.rint(codes * scale).astype(original.colour.dtype)
    picture = replace(original, colour=colour, space="RGB", encoding=AsIs(UNTAGGED), tagged=False)
    return Faithful(picture, (f"the picture {why}",))
