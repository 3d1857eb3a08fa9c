"""What every file of a hand-over says of the LUT in it, and text made fit to stand there."""

from __future__ import annotations

from brandkit.colour.lut import ROUNDING_SAFE, Lut

SPACE = "display-referred sRGB (IEC 61966-2-1), full range"


def facts(lut: Lut) -> tuple[str, ...]:
    """What whoever applies a LUT has to know of it, one line each: plain ASCII."""
    return (
        f"input and output: {SPACE}",
        "domain: 0 to 1 on each axis; nodes may leave it, only the interpolated colour is to be clipped",
        f"safe for 8 bits: nodes are raised by {ROUNDING_SAFE} of a code, for programs that truncate",
        "interpolation: tetrahedral",
        f"sha256 of the nodes: {lut.digest}",
    )


def one_line(text: str) -> str:
    r"""Text without line breaks, control characters and halves of characters; never empty.

    >>> one_line('Café\r\n "bleu"\x00')
    'Café "bleu"'
    """
    return "".join(c for c in " ".join(text.split()) if c.isprintable()) or "untitled"
