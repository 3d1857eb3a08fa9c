"""A picture as it will look on paper, and where the paper cannot hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from brandkit.errors import PressError
from brandkit.press.nearest import COARSE, distance_de00, nearest
from brandkit.press.profile import Array, Intent, PrintProfile, srgb_to_lab

Pixels = npt.NDArray[np.uint8]

SIGNAL = (255, 0, 255)
"""Of pixels that are out of gamut: a colour that no ink makes, and few pictures hold."""
_PALE = 0.6
"""How far the rest of that picture is drawn to white, so that the signal stands out."""
_LUMA = (0.2126, 0.7152, 0.0722)
_COLOURS_AT_A_TIME = 1 << 16
_PIXELS_AT_A_TIME = 1 << 22
_CELL = 4
"""Codes: half of that is under 1 CIEDE2000."""


@dataclass(frozen=True, slots=True)
class SoftProof:
    """A picture on paper, ``uint8`` ``[H, W, 3]`` sRGB each.

    Attributes:
        printed: as it looks to an eye that is used to the paper.
        on_paper: as it looks beside the screen's white, the paper's own colour included.
        gamut: the picture in pale grey, and ``SIGNAL`` where the paper cannot hold it.
        share_out: of the pixels, 0 to 1.
        worst_de00: how far the pixel that is farthest out is from what inks can make.
        most_ink: the largest sum of inks of any pixel, in per cent.
    """

    printed: Pixels
    on_paper: Pixels
    gamut: Pixels
    share_out: float
    worst_de00: float
    most_ink: float


def read_picture(path: Path) -> Pixels:
    """A still's pixels, sRGB.

    Raises:
        MediaError: it cannot be read.
        PressError: it is no still.
    """
    from brandkit import media
    from brandkit.media.clip import interleaved

    clip = media.open(path)
    if clip.source.kind != "image":
        raise PressError(
            f"{path}: is a {clip.source.kind}; a soft proof is made of a still, save a frame of it"
        )
    return interleaved(next(iter(clip.batches(1))).pixels[0])


def soft_proof(
    pixels: Pixels, profile: PrintProfile, intent: Intent, limit_de00: float, ink_limit: float
) -> SoftProof:
    """Proof a picture.

    Each colour is computed once, in double precision. A pixel counts as out of gamut where the nearest colour
    that inks can make is more than ``limit_de00`` CIEDE2000 from it, relative to the paper. What the
    profile's own table brings within that is in; for the rest the inks are searched (see ``nearest``), once
    for each cell of four codes a side.

    Args:
        pixels: ``uint8`` ``[H, W, 3]``, sRGB.
        profile: of the printing condition.
        intent: of the conversion to inks.
        limit_de00: see above.
        ink_limit: per cent of all inks together that the search keeps to.
    """
    height, width = pixels.shape[:2]
    rows = max(1, _PIXELS_AT_A_TIME // width)
    printed, on_paper, gamut = np.empty_like(pixels), np.empty_like(pixels), np.empty_like(pixels)
    out, worst, most = 0, 0.0, 0.0
    for first in range(0, height, rows):
        strip = slice(first, first + rows)
        part = _strip(pixels[strip], profile, intent, limit_de00, ink_limit)
        printed[strip], on_paper[strip], gamut[strip] = part.printed, part.on_paper, part.gamut
        out += round(part.share_out * part.printed[..., 0].size)
        worst, most = max(worst, part.worst_de00), max(most, part.most_ink)
    return SoftProof(printed, on_paper, gamut, out / (height * width), worst, most)


def _strip(
    pixels: Pixels, profile: PrintProfile, intent: Intent, limit_de00: float, ink_limit: float
) -> SoftProof:
    """As ``soft_proof``, of as many pixels as fit into memory with all that is made of them."""
    packed = _pack(pixels.astype(np.uint32))
    codes, where = np.unique(packed, return_inverse=True)
    where = where.reshape(packed.shape)
    rgb = _unpack(codes) / 255
    inks = _in_parts(rgb, lambda part: profile.separate(part, intent))
    away = _in_parts(rgb, lambda part: _moved(part, profile))
    if (beyond := away > limit_de00).any():
        away[beyond] = _searched(rgb[beyond], profile, ink_limit / 100)
    out = (away > limit_de00)[where]
    grey = (pixels @ np.array(_LUMA))[..., None]
    gamut = np.broadcast_to(grey + (255 - grey) * _PALE, pixels.shape).round().astype(np.uint8)
    return SoftProof(
        printed=_codes(_in_parts(inks, profile.to_srgb))[where],
        on_paper=_codes(_in_parts(inks, lambda part: profile.to_srgb(part, paper=True)))[where],
        gamut=np.where(out[..., None], np.array(SIGNAL, dtype=np.uint8), gamut),
        share_out=float(out.mean()),
        worst_de00=float(away.max()),
        most_ink=float(inks.sum(1).max() * 100),
    )


def _pack(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Three codes in one number: what numpy sorts at once."""
    return (codes[..., 0] << 16 | codes[..., 1] << 8 | codes[..., 2]).astype(np.uint32)


def _unpack(packed: npt.NDArray[np.uint32]) -> Array:
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(np.float64)


def _moved(rgb: Array, profile: PrintProfile) -> Array:
    lab = srgb_to_lab(rgb)
    return distance_de00(profile.to_lab(profile.match(lab)), lab)


def _searched(rgb: Array, profile: PrintProfile, most_ink: float) -> Array:
    """How far the middle of each colour's cell is from what inks can make."""
    cells, of = np.unique(_pack(np.rint(rgb * 255).astype(np.uint32) // _CELL), return_inverse=True)
    middles = (_unpack(cells) * _CELL + (_CELL - 1) / 2) / 255
    found = _in_parts(srgb_to_lab(middles), lambda lab: nearest(profile, lab, most_ink, COARSE)[1])
    return found[of.reshape(-1)]


def _in_parts(colours: Array, convert: Callable[[Array], Array]) -> Array:
    """What bounds the memory of a picture of millions of colours."""
    firsts = range(0, len(colours), _COLOURS_AT_A_TIME)
    return np.concatenate([convert(colours[first : first + _COLOURS_AT_A_TIME]) for first in firsts])


def _codes(rgb: Array) -> Pixels:
    return np.rint(rgb * 255).astype(np.uint8)
