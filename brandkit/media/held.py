"""What a codec holds of a colour: the loss of its matrix, range and depth, in words and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab
from brandkit.media.codecs import CODECS
from brandkit.media.frame_colour import MATRICES
from brandkit.media.still_formats import FORMS
from brandkit.media.written import Codec, Encoded
from brandkit.media.ycbcr import HD, RGB8, Coding, held


@dataclass(frozen=True, slots=True)
class Held:
    """One colour in one file.

    Attributes:
        asked: sRGB, 0 to 255 each.
        holds: what a flat area of it decodes to; of a video, before the loss of compression.
        loss_de00: CIEDE2000 from one to the other.
        exact_in: what would hold it exactly, such as codecs, those without any loss first.
        holder: what holds it, in a word or two.
    """

    asked: RGB8
    holds: RGB8
    loss_de00: float
    exact_in: tuple[str, ...]
    holder: str = "this codec"

    def __str__(self) -> str:
        """One sentence.

        >>> str(hold((200, 30, 60), Encoded("h264", HD)))[:66]
        'this codec holds #C81E3C as #C81F3C, 0.12 CIEDE2000 away; h264-rgb'
        """
        asked, holds = ("#{:02X}{:02X}{:02X}".format(*rgb) for rgb in (self.asked, self.holds))
        if self.asked == self.holds:
            return f"{asked} is held exactly"
        verb = "hold" if len(self.exact_in) > 1 else "holds"
        others = f"; {', '.join(self.exact_in)} {verb} it exactly" if self.exact_in else ""
        return f"{self.holder} holds {asked} as {holds}, {self.loss_de00:.2f} CIEDE2000 away{others}"


def hold(rgb8: RGB8, encoded: Encoded) -> Held:
    """What a file that was encoded so holds of a flat colour."""
    holds = held(rgb8, encoded.coding)
    like = encoded.coding or HD
    exact = [name for name in CODECS if name != encoded.codec and held(rgb8, _coding(name, like)) == rgb8]
    exact.sort(key=lambda name: not CODECS[name].lossless)
    return Held(rgb8, holds, _distance(rgb8, holds), tuple(exact))


def in_video(asked: RGB8, found: RGB8 | None, encoded: Encoded) -> Held:
    """What a video holds of a flat colour: by its codec, or less where compression changed it.

    Args:
        asked: as it was before it was encoded.
        found: as it was measured in the file; ``None`` where that cannot be compared.
        encoded: how the picture is stored.

    >>> str(in_video((200, 30, 60), (202, 31, 60), Encoded("h265", Coding("BT.709", False, 10))))[:68]
    'this file, compressed, holds #C81E3C as #CA1F3C, 0.53 CIEDE2000 away'
    """
    by_codec = hold(asked, encoded)
    if found is None or found == by_codec.holds:
        return by_codec
    lossless = tuple(name for name, entry in CODECS.items() if entry.lossless)
    return Held(asked, found, _distance(asked, found), lossless, "this file, compressed,")


def in_still(asked: RGB8, found: RGB8, path: Path) -> Held:
    """What a written picture was found to hold of a flat colour.

    >>> str(in_still((11, 15, 20), (11, 14, 19), Path("a.jpg")))
    'this JPEG holds #0B0F14 as #0B0E13, 0.49 CIEDE2000 away; --still png holds it exactly'
    """
    form = FORMS[path.suffix.lower()]
    # A PNG that loses a colour does so by the profile that it keeps; a new WebP has none but sRGB.
    other = "webp" if form == "PNG" else "png"
    return Held(asked, found, _distance(asked, found), (f"--still {other}",), f"this {form}")


def _distance(one: RGB8, other: RGB8) -> float:
    pair = srgb_to_lab(torch.tensor([one, other], dtype=torch.uint8))
    return float(ciede2000(pair[0], pair[1]))


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
