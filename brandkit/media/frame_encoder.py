"""sRGB frames to the frames that encoders take; our own maths, never swscale's defaults."""

from __future__ import annotations

from functools import lru_cache

import av
import numpy as np
import torch

from brandkit.media.chroma import downsample_left
from brandkit.media.codecs import Layout
from brandkit.media.ycbcr import Coding, from_rgb, nearest

# Below 32768 elements torch runs an operation in one thread, see ``frame_colour``; with 27
# candidates of three channels at a time, fewer colours than pixels.
_PIXELS_AT_A_TIME = 32_000
_COLOURS_AT_A_TIME = 10_000
_UNKNOWN = -1


def to_frame(
    pixels: torch.Tensor, deep: torch.Tensor | None, layout: Layout, coding: Coding | None
) -> av.VideoFrame:
    """A frame in the numbers that are stored.

    Args:
        pixels: ``uint8`` ``[3, H, W]``, sRGB.
        deep: what it is rounded from, ``float32`` in codes of 0 to 255; used where more than 8 bits are
            stored.
        layout: subsampling and depth.
        coding: matrix and range, ``None`` for R'G'B'.
    """
    height, width = pixels.shape[1:]
    exact = pixels if deep is None or layout.bits == 8 else deep
    if coding is None:
        return _frame(layout, width, height, _rgb_planes(exact, layout.bits))
    y, cb, cr = _triples(pixels, coding) if layout.bits == 8 else _rounded(exact, coding)
    if layout.sampling != "4:4:4":
        rows = layout.sampling == "4:2:0"
        cb, cr = downsample_left(cb, rows=rows), downsample_left(cr, rows=rows)
    return _frame(layout, width, height, [y, cb, cr])


def _rgb_planes(pixels: torch.Tensor, bits: int) -> list[torch.Tensor]:
    """Packed ``bgr0`` for 8 bits; for more, G, B and R, which is how ``gbrp`` orders its planes."""
    if bits == 8:
        padded = torch.cat((pixels.flip(0), torch.zeros_like(pixels[:1])))
        return [padded.permute(1, 2, 0).reshape(pixels.shape[1], -1)]
    top = 2**bits - 1
    scaled = (pixels.to(torch.float32) * (top / 255)).round_().clamp_(0, top).to(torch.int32)
    return [scaled[channel] for channel in (1, 2, 0)]


class _Table:
    """Nearest triples by 24-bit colour, filled as colours are met: a picture uses few of them."""

    def __init__(self, coding: Coding) -> None:
        self._coding = coding
        # Y << 16 | Cb << 8 | Cr. 64 MB, for as long as the process lives.
        self.triples = torch.full((1 << 24,), _UNKNOWN, dtype=torch.int32)

    def fill(self, missing: torch.Tensor) -> None:
        """Work out the triples of ``int32`` colour codes ``[N]``, which may repeat."""
        for part in torch.unique(missing).split(_COLOURS_AT_A_TIME):
            rgb = torch.stack((part >> 16, (part >> 8) & 255, part & 255)).to(torch.uint8)
            y, cb, cr = nearest(rgb, self._coding)
            self.triples[part] = (y << 16) | (cb << 8) | cr


@lru_cache(maxsize=2)
def _table(coding: Coding) -> _Table:
    return _Table(coding)


def _triples(pixels: torch.Tensor, coding: Coding) -> torch.Tensor:
    """Of 8 bits: for every pixel the triple that decodes nearest, so that a flat HEX stays near.

    Chroma is averaged after that, which leaves flat areas as they are.
    """
    table = _table(coding)
    flat = pixels.cpu().reshape(3, -1)
    triples = torch.empty(flat.shape, dtype=torch.int32)
    parts = _parts(flat.shape[1])
    codes = []
    for part in parts:
        r, g, b = (channel.to(torch.int32) for channel in flat[:, part])
        codes.append((r << 16) | (g << 8) | b)
    table.fill(torch.cat([code[table.triples[code] == _UNKNOWN] for code in codes]))
    for part, code in zip(parts, codes, strict=True):
        found = table.triples[code]
        for channel, shift in zip(triples[:, part], (16, 8, 0), strict=True):
            torch.bitwise_and(found >> shift, 255, out=channel)
    return triples.reshape(pixels.shape)


def _rounded(pixels: torch.Tensor, coding: Coding) -> torch.Tensor:
    """Of 10 bits and more, where plain rounding brings every 8-bit colour back."""
    flat = pixels.cpu().reshape(3, -1)
    triples = torch.empty(flat.shape, dtype=torch.int32)
    luma, chroma = coding.legal
    for part in _parts(flat.shape[1]):
        exact = from_rgb(flat[:, part], coding).round_()
        exact[0].clamp_(*luma)
        exact[1:].clamp_(*chroma)
        triples[:, part] = exact.to(torch.int32)
    return triples.reshape(pixels.shape)


def _parts(count: int) -> list[slice]:
    return [slice(first, first + _PIXELS_AT_A_TIME) for first in range(0, count, _PIXELS_AT_A_TIME)]


def _frame(layout: Layout, width: int, height: int, data: list[torch.Tensor]) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, layout.pixel_format)
    dtype = np.uint8 if layout.bits == 8 else np.uint16
    for plane, values in zip(frame.planes, data, strict=True):
        line = plane.line_size // np.dtype(dtype).itemsize
        memory = np.frombuffer(memoryview(plane), dtype=dtype).reshape(-1, line)
        memory[: values.shape[0], : values.shape[1]] = values.cpu().numpy()
    return frame
