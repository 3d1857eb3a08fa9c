"""Y'CbCr and R'G'B': the maths of ITU-R BT.601-7, BT.709-6 and BT.2020-2 over tensors, both ways."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch

RGB8 = tuple[int, int, int]

# Kr and Kb: BT.601-7 2.5.1, BT.709-6 3.2, BT.2020-2 table 4, and ITU-T H.273 for the last two.
LUMA_WEIGHTS = {
    "BT.601": (0.299, 0.114),
    "BT.709": (0.2126, 0.0722),
    "BT.2020": (0.2627, 0.0593),
    "FCC": (0.30, 0.11),
    "SMPTE 240M": (0.212, 0.087),
}


@dataclass(frozen=True, slots=True)
class Coding:
    """How R'G'B' became numbers: matrix (a key of ``LUMA_WEIGHTS``), full or limited range, bit depth."""

    matrix: str
    full: bool
    bits: int = 8

    @property
    def black(self) -> float:
        """Luma code of black."""
        return 0.0 if self.full else 16.0 * 2 ** (self.bits - 8)

    @property
    def luma_span(self) -> float:
        """Luma codes from black to white."""
        return 2.0**self.bits - 1 if self.full else 219.0 * 2 ** (self.bits - 8)

    @property
    def neutral(self) -> float:
        """Chroma code of grey."""
        return 2.0 ** (self.bits - 1)

    @property
    def chroma_span(self) -> float:
        """Chroma codes from the lowest to the highest."""
        return 2.0**self.bits - 1 if self.full else 224.0 * 2 ** (self.bits - 8)

    @property
    def legal(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The least and greatest code of luma, and of chroma."""
        if self.full:
            whole = (0.0, 2.0**self.bits - 1)
            return whole, whole
        half = self.chroma_span / 2
        return (self.black, self.black + self.luma_span), (self.neutral - half, self.neutral + half)


HD = Coding("BT.709", full=False)
"""What a video is written in unless its source says otherwise."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """``R = luma * Y + offset + cr_r * (Cr - neutral)`` and so on, in 0..255."""

    luma: float
    offset: float
    cr_r: float
    cb_g: float
    cr_g: float
    cb_b: float
    neutral: float


@lru_cache
def decoding(coding: Coding) -> Decoding:
    """The coefficients that take ``coding`` to R'G'B' in 0..255 (BT.709-6 3.2, solved for R, G, B)."""
    kr, kb = LUMA_WEIGHTS[coding.matrix]
    kg = 1 - kr - kb
    luma = 255 / coding.luma_span
    chroma = 255 / coding.chroma_span
    return Decoding(
        luma=luma,
        offset=-luma * coding.black,
        cr_r=chroma * 2 * (1 - kr),
        cb_g=-chroma * 2 * (1 - kb) * kb / kg,
        cr_g=-chroma * 2 * (1 - kr) * kr / kg,
        cb_b=chroma * 2 * (1 - kb),
        neutral=coding.neutral,
    )


def to_rgb(y: torch.Tensor, cb: torch.Tensor, cr: torch.Tensor, coding: Coding) -> torch.Tensor:
    """Convert planes of one shape.

    Args:
        y: luma codes, any number type, any shape.
        cb: chroma codes as float, of the same shape; consumed (overwritten).
        cr: likewise.
        coding: what the codes mean.

    Returns:
        ``float32`` ``[3, *shape]``, 0..255 for colours inside the cube, not rounded, not clipped.
    """
    k = decoding(coding)
    grey = y.to(torch.float32) * k.luma
    grey += k.offset
    cb -= k.neutral
    cr -= k.neutral
    rgb = torch.empty((3, *grey.shape), dtype=torch.float32, device=grey.device)
    # Products and sums apart: torch.add with alpha fuses them on some machines and for some elements.
    torch.mul(cr, k.cr_r, out=rgb[0]).add_(grey)
    torch.mul(cb, k.cb_g, out=rgb[1]).add_(grey)
    torch.mul(cb, k.cb_b, out=rgb[2]).add_(grey)
    rgb[1].add_(cr.mul_(k.cr_g))
    return rgb


def to_codes(values: torch.Tensor) -> torch.Tensor:
    """Round to 8 bits, half upwards, clipped to 0..255; overwrites ``values``."""
    return values.add_(0.5).clamp_(0, 255.5).to(torch.uint8)


def from_rgb(rgb: torch.Tensor, coding: Coding) -> torch.Tensor:
    """Exact Y'CbCr codes of R'G'B' in 0..255: ``[3, ...]`` to ``float32`` ``[3, ...]``, not rounded."""
    kr, kb = LUMA_WEIGHTS[coding.matrix]
    r, g, b = rgb.to(torch.float32) / 255
    y = kr * r + (1 - kr - kb) * g + kb * b
    cb = (b - y) / (2 * (1 - kb))
    cr = (r - y) / (2 * (1 - kr))
    return torch.stack(
        (
            y * coding.luma_span + coding.black,
            cb * coding.chroma_span + coding.neutral,
            cr * coding.chroma_span + coding.neutral,
        )
    )


def nearest(rgb: torch.Tensor, coding: Coding = HD) -> torch.Tensor:
    """The legal triples of ``coding`` that decode nearest to ``rgb``.

    Only 16 % of the 8-bit RGB triples survive 8-bit limited Y'CbCr, and plain rounding misses some
    that would: the 27 triples around the exact value are decoded and the nearest is kept (squared
    error of the decoded 8-bit RGB; between equals, of the value before rounding).

    Args:
        rgb: ``uint8`` ``[3, N]``.
        coding: matrix, range and depth of the result.

    Returns:
        ``int32`` ``[3, N]``: Y, Cb and Cr.
    """
    start = from_rgb(rgb, coding).round_()
    luma, chroma = coding.legal
    wanted = rgb.to(torch.float32)
    best = torch.full(rgb.shape[1:], torch.inf, device=rgb.device)
    chosen = torch.empty_like(start)
    steps = torch.tensor([-1.0, 0.0, 1.0], device=rgb.device)
    for step in torch.cartesian_prod(steps, steps, steps):
        triple = start + step[:, None]
        triple[0].clamp_(*luma)
        triple[1:].clamp_(*chroma)
        decoded = to_rgb(triple[0], triple[1].clone(), triple[2].clone(), coding)
        fine = (decoded - wanted).square_().sum(0)
        coarse = (to_codes(decoded).to(torch.float32) - wanted).square_().sum(0)
        error = coarse.add_(fine, alpha=1e-4)
        better = error < best
        best = torch.where(better, error, best)
        chosen = torch.where(better, triple, chosen)
    return chosen.to(torch.int32)


def held(rgb8: RGB8, coding: Coding | None) -> RGB8:
    """What a flat colour decodes to when it is stored in ``coding``; ``None`` is R'G'B', which keeps it.

    >>> held((200, 30, 60), HD), held((200, 30, 60), Coding("BT.709", full=False, bits=10))
    ((200, 31, 60), (200, 30, 60))
    """
    if coding is None:
        return rgb8
    y, cb, cr = nearest(torch.tensor(rgb8, dtype=torch.uint8)[:, None], coding).to(torch.float32)
    r, g, b = to_codes(to_rgb(y, cb, cr, coding))[:, 0].tolist()
    return r, g, b
