"""The numbers in a decoded frame's own memory, as tensors, without a conversion by swscale."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from brandkit.errors import MediaError

if TYPE_CHECKING:
    import av

# Packed 8-bit RGB: position of R, G, B, A in a pixel, and bytes a pixel.
_PACKED = {
    "rgb24": ("rgb", 3), "bgr24": ("bgr", 3),
    "rgba": ("rgba", 4), "bgra": ("bgra", 4), "argb": ("argb", 4), "abgr": ("abgr", 4),
    "rgb0": ("rgb0", 4), "bgr0": ("bgr0", 4), "0rgb": ("0rgb", 4), "0bgr": ("0bgr", 4),
}  # fmt: skip
# Semi-planar: chroma interleaved in the second plane. P0xx keep their bits at the top of 16.
_SEMI = re.compile(r"nv(12|21|16|24|42)|p[024]1[026]le")
_PLANAR = re.compile(r"(yuvj?|yuva|gray|gbrp|gbrap)(4\d\dp)?(\d*)(le)?")
_SUBSAMPLING = {(1, 1): "444", (2, 1): "422", (2, 2): "420", (4, 1): "411", (1, 2): "440", (4, 4): "410"}


@dataclass(frozen=True, slots=True)
class Planes:
    """One frame as it was decoded.

    Attributes:
        rgb: whether ``colour`` is R, G, B; otherwise Y, Cb, Cr, or Y alone.
        colour: planes ``[h, w]``, ``uint8`` or ``uint16``, chroma at its own resolution.
        alpha: full range, at the resolution of luma.
        bits: significant bits of a sample.
        scale: factor from a stored sample to its code (1, or a power of two where bits sit on top).
    """

    rgb: bool
    colour: tuple[torch.Tensor, ...]
    alpha: torch.Tensor | None
    bits: int
    scale: float = 1.0


def read(frame: av.VideoFrame) -> Planes:
    """The planes of ``frame`` as tensors over its memory (CPU); unusual layouts are unpacked first.

    Raises:
        MediaError: a layout without a display-referred meaning (raw sensor, XYZ, floating point).
    """
    if not is_native(frame):
        frame = frame.reformat(format=_relative(frame))
    name = frame.format.name
    if name in _PACKED:
        order, step = _PACKED[name]
        pixels = _plane(frame, 0, torch.uint8, step)
        alpha = pixels[..., order.index("a")] if "a" in order else None
        return Planes(True, tuple(pixels[..., order.index(c)] for c in "rgb"), alpha, 8)
    bits = frame.format.components[0].bits
    dtype = torch.uint8 if bits == 8 else torch.uint16
    if _SEMI.fullmatch(name):
        chroma = _plane(frame, 1, dtype, 2)
        first, second = chroma.unbind(-1)
        cb, cr = (second, first) if name in ("nv21", "nv42") else (first, second)
        scale = 1.0 if bits == 8 else 2.0 ** (bits - 16)
        return Planes(False, (_plane(frame, 0, dtype), cb, cr), None, bits, scale)
    parts = frame.format.components
    colour = tuple(_plane(frame, part.plane, dtype) for part in parts if not part.is_alpha)
    alpha = next((_plane(frame, part.plane, dtype) for part in parts if part.is_alpha), None)
    return Planes(frame.format.is_rgb, colour, alpha, bits)


def is_native(frame: av.VideoFrame) -> bool:
    """Whether the layout is read as it is; everything else goes through ``_relative``."""
    name = frame.format.name
    if any(plane.line_size < 0 for plane in frame.planes):
        return False  # bottom-up rows, as in old AVI
    return name in _PACKED or bool(_SEMI.fullmatch(name)) or bool(_PLANAR.fullmatch(name))


def _relative(frame: av.VideoFrame) -> str:
    """A planar layout of the same family, depth and subsampling: unpacking, no change of matrix."""
    layout = frame.format
    bits = max(part.bits for part in layout.components)
    if layout.is_bayer or layout.name.startswith("xyz") or bits > 16:
        raise MediaError(f"pixel format {layout.name} is not read; export as ProRes, H.264 or FFV1")
    alpha = any(part.is_alpha for part in layout.components)
    depth = next(b for b in (8, 10, 12, 16) if bits <= b)
    ending = "" if depth == 8 else f"{depth}le"
    if layout.is_rgb or layout.has_palette:
        return ("gbrap" if alpha or layout.has_palette else "gbrp") + ending
    if len(layout.components) - alpha == 1:
        return "gray" + ending
    chroma = layout.components[1]
    key = (round(frame.width / chroma.width), round(frame.height / chroma.height))
    return f"yuv{'a' if alpha else ''}{_SUBSAMPLING.get(key, '444')}p{ending}"


def _plane(frame: av.VideoFrame, index: int, dtype: torch.dtype, step: int = 1) -> torch.Tensor:
    plane = frame.planes[index]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "buffer is not writable": nobody writes
        flat = torch.frombuffer(plane, dtype=dtype)
    line = plane.line_size // dtype.itemsize
    if step == 1:
        return flat.as_strided((plane.height, plane.width), (line, 1))
    return flat.as_strided((plane.height, plane.width, step), (line, step, 1))
