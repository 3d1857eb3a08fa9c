"""8-bit sRGB frames to the frames that encoders take; our own maths, never swscale's defaults."""

from __future__ import annotations

import av
import numpy as np
import torch

from brandkit.media.chroma import downsample_left
from brandkit.media.ycbcr import nearest

# Below 32768 elements torch runs an operation in one thread, see ``frame_colour``; with 27
# candidates of three channels at a time, fewer colours than pixels.
_PIXELS_AT_A_TIME = 32_000
_COLOURS_AT_A_TIME = 10_000
_UNKNOWN = -1


def to_yuv(pixels: torch.Tensor, layout: str) -> av.VideoFrame:
    """``uint8`` ``[3, H, W]`` to ``yuv420p`` (even sizes) or ``yuv444p``, BT.709, limited range.

    Every pixel takes the Y'CbCr triple that decodes nearest to it, so a flat HEX stays as near as
    8 bits allow; chroma is averaged after that, which leaves flat areas as they are.
    """
    y, cb, cr = _triples(pixels)
    if layout == "yuv420p":
        cb, cr = downsample_left(cb), downsample_left(cr)
    return _frame(layout, pixels.shape[2], pixels.shape[1], [y, cb, cr])


def to_bgr0(pixels: torch.Tensor) -> av.VideoFrame:
    """``uint8`` ``[3, H, W]`` to the packed layout that FFV1 stores 8-bit R'G'B' in."""
    padded = torch.cat((pixels.flip(0), torch.zeros_like(pixels[:1])))
    packed = padded.permute(1, 2, 0).reshape(pixels.shape[1], -1)
    return _frame("bgr0", pixels.shape[2], pixels.shape[1], [packed])


class _Table:
    """Nearest triples by 24-bit colour, filled as colours are met: a picture uses few of them."""

    def __init__(self) -> None:
        # Y << 16 | Cb << 8 | Cr. 64 MB, for as long as the process lives.
        self.triples = torch.full((1 << 24,), _UNKNOWN, dtype=torch.int32)

    def fill(self, missing: torch.Tensor) -> None:
        """Work out the triples of ``int32`` colour codes ``[N]``, which may repeat."""
        for part in torch.unique(missing).split(_COLOURS_AT_A_TIME):
            rgb = torch.stack((part >> 16, (part >> 8) & 255, part & 255)).to(torch.uint8)
            y, cb, cr = nearest(rgb).to(torch.int32)
            self.triples[part] = (y << 16) | (cb << 8) | cr


_table: _Table | None = None


def _triples(pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    global _table
    if _table is None:
        _table = _Table()
    flat = pixels.cpu().reshape(3, -1)
    triples = torch.empty_like(flat)
    parts = [slice(first, first + _PIXELS_AT_A_TIME) for first in range(0, flat.shape[1], _PIXELS_AT_A_TIME)]
    codes = []
    for part in parts:
        r, g, b = (channel.to(torch.int32) for channel in flat[:, part])
        codes.append((r << 16) | (g << 8) | b)
    _table.fill(torch.cat([code[_table.triples[code] == _UNKNOWN] for code in codes]))
    for part, code in zip(parts, codes, strict=True):
        found = _table.triples[code]
        for channel, shift in zip(triples[:, part], (16, 8, 0), strict=True):
            channel.copy_((found >> shift) & 255)
    y, cb, cr = triples.reshape(pixels.shape)
    return y, cb, cr


def _frame(layout: str, width: int, height: int, data: list[torch.Tensor]) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, layout)
    for plane, values in zip(frame.planes, data, strict=True):
        memory = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
        memory[: values.shape[0], : values.shape[1]] = values.cpu().numpy()
    return frame
