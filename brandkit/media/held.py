"""What a codec holds of a colour: the loss of its matrix, range and depth, in words and numbers."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab
from brandkit.media.codecs import CODECS
from brandkit.media.frame_colour import MATRICES
from brandkit.media.written import Codec, Encoded
from brandkit.media.ycbcr import HD, RGB8, Coding, held


@dataclass(frozen=True, slots=True)
class Held:
    """One colour in one file.

    Attributes:
        asked: sRGB, 0 to 255 each.
        holds: what a flat area of it decodes to, before the loss of compression.
        loss_de00: CIEDE2000 from one to the other.
        exact_in: codecs that would hold it exactly, those without any loss first.
    """

    asked: RGB8
    holds: RGB8
    loss_de00: float
    exact_in: tuple[Codec, ...]

    def __str__(self) -> str:
        """One sentence.

        >>> str(hold((200, 30, 60), Encoded("h264", HD)))[:66]
        'this codec holds #C81E3C as #C81F3C, 0.12 CIEDE2000 away; h264-rgb'
        """
        asked, holds = ("#{:02X}{:02X}{:02X}".format(*rgb) for rgb in (self.asked, self.holds))
        if self.asked == self.holds:
            return f"{asked} is held exactly"
        others = f"; {', '.join(self.exact_in)} hold it exactly" if self.exact_in else ""
        return f"this codec holds {asked} as {holds}, {self.loss_de00:.2f} CIEDE2000 away{others}"


def hold(rgb8: RGB8, encoded: Encoded) -> Held:
    """What a file that was encoded so holds of a flat colour."""
    holds = held(rgb8, encoded.coding)
    pair = srgb_to_lab(torch.tensor([rgb8, holds], dtype=torch.uint8))
    like = encoded.coding or HD
    exact = [name for name in CODECS if name != encoded.codec and held(rgb8, _coding(name, like)) == rgb8]
    exact.sort(key=lambda name: not CODECS[name].lossless)
    return Held(rgb8, holds, float(ciede2000(pair[0], pair[1])), tuple(exact))


def held_colour(rgb8: RGB8, codec: Codec) -> RGB8:
    """What a flat colour decodes to, of a source of 8 bits in BT.709, limited range."""
    return held(rgb8, _coding(codec, HD))


def _coding(codec: Codec, like: Coding) -> Coding | None:
    """How ``codec`` stores what was, or would have been, stored as ``like``."""
    entry = CODECS[codec]
    if entry.sampling == "R'G'B'":
        return None
    code = next(code for code, name in MATRICES.items() if name == like.matrix)
    return Coding(MATRICES[entry.matrix(code)], like.full and entry.full_range, entry.depth(like.bits))
