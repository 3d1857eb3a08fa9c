"""sRGB, linear light, CIE XYZ and CIELAB, as differentiable torch functions.

The convention everywhere: display-referred sRGB (IEC 61966-2-1), D65, 2 degree observer. The matrix is
the standard's own, of four decimals; the reference white is its row sum, so that ``#FFFFFF`` is Lab
(100, 0, 0) exactly. Libraries that take the white from D65's chromaticity, or more decimals, differ from
this by up to 0.02 in Lab.
"""

from __future__ import annotations

import torch

RGB_TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
"""IEC 61966-2-1:1999, linear sRGB to XYZ with Y of white = 1."""

LAB_EPSILON = (6 / 29) ** 3
LAB_SLOPE = (29 / 6) ** 2 / 3
"""CIE 15:2004, where the cube root of CIELAB gives way to a line, and that line's slope."""

_DECODE_KNEE = 0.04045
_ENCODE_KNEE = 0.0031308
"""IEC 61966-2-1: where the sRGB curve gives way to a line, in encoded and in linear values."""


def srgb_to_linear(rgb: torch.Tensor) -> torch.Tensor:
    """Decode sRGB to linear light.

    Args:
        rgb: any shape, ``uint8`` 0 to 255, or floating point 0 to 1 (values outside are continued).

    Returns:
        The same shape, floating point, 0 to 1.

    >>> [round(v, 4) for v in srgb_to_linear(torch.tensor([0.0, 0.5, 1.0])).tolist()]
    [0.0, 0.214, 1.0]
    """
    if not rgb.is_floating_point():
        # 256 values, computed once in double precision and looked up: faster, and as exact as float32 holds.
        levels = srgb_to_linear(torch.arange(256, dtype=torch.float64, device=rgb.device) / 255)
        return levels.to(torch.float32).index_select(0, rgb.flatten().to(torch.int32)).view(rgb.shape)
    value = rgb
    # The power is taken of a value that never meets zero: its slope there is infinite, and a branch
    # that is not chosen would still turn the gradient into NaN.
    curve = ((value.clamp_min(_DECODE_KNEE) + 0.055) / 1.055) ** 2.4
    return torch.where(value <= _DECODE_KNEE, value / 12.92, curve)


def linear_to_srgb(linear: torch.Tensor) -> torch.Tensor:
    """Encode linear light as sRGB, floating point; the inverse of ``srgb_to_linear``.

    >>> round(linear_to_srgb(torch.tensor(0.214)).item(), 3)
    0.5
    """
    curve = 1.055 * linear.clamp_min(_ENCODE_KNEE) ** (1 / 2.4) - 0.055
    return torch.where(linear <= _ENCODE_KNEE, linear * 12.92, curve)


def _matrix(like: torch.Tensor) -> torch.Tensor:
    return torch.tensor(RGB_TO_XYZ, dtype=like.dtype, device=like.device)


def linear_to_lab(linear: torch.Tensor) -> torch.Tensor:
    """Linear-light sRGB to CIELAB.

    Args:
        linear: ``[..., 3]``, floating point, 0 to 1; values above 1 (a body colour normalised to full
            light) are taken as they are.

    Returns:
        ``[..., 3]``: L* 0 to 100, a* and b* about -110 to 110.
    """
    matrix = _matrix(linear)
    relative = linear @ (matrix / matrix.sum(1, keepdim=True)).T
    root = relative.clamp_min(LAB_EPSILON) ** (1 / 3)
    f = torch.where(relative > LAB_EPSILON, root, LAB_SLOPE * relative + 4 / 29)
    x, y, z = f.unbind(-1)
    return torch.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), -1)


def lab_to_linear(lab: torch.Tensor) -> torch.Tensor:
    """CIELAB to linear-light sRGB, the inverse of ``linear_to_lab``; colours outside sRGB leave 0 to 1.

    Args:
        lab: ``[..., 3]``, floating point.
    """
    lightness, a, b = lab.unbind(-1)
    y = (lightness + 16) / 116
    f = torch.stack((y + a / 500, y, y - b / 200), -1)
    relative = torch.where(f > 6 / 29, f**3, (f - 4 / 29) / LAB_SLOPE)
    matrix = _matrix(lab)
    linear: torch.Tensor = relative @ torch.linalg.inv(matrix / matrix.sum(1, keepdim=True)).T
    return linear


def srgb_to_lab(rgb: torch.Tensor) -> torch.Tensor:
    """Encoded sRGB to CIELAB.

    Args:
        rgb: ``[..., 3]``, ``uint8`` 0 to 255 (computed in ``float32``), or floating point 0 to 1.

    Returns:
        ``[..., 3]``: L* 0 to 100, a* and b* about -110 to 110.

    >>> [abs(round(v, 4)) for v in srgb_to_lab(torch.tensor([255, 255, 255], dtype=torch.uint8)).tolist()]
    [100.0, 0.0, 0.0]
    """
    return linear_to_lab(srgb_to_linear(rgb))


def luminance(linear: torch.Tensor) -> torch.Tensor:
    """Relative luminance Y, 0 to 1, of linear-light sRGB ``[..., 3]``; the shape loses its last axis."""
    light: torch.Tensor = linear @ _matrix(linear)[1]
    return light


def srgb_to_linear_triple(rgb8: tuple[int, int, int]) -> tuple[float, float, float]:
    """One encoded sRGB colour, 0 to 255, in linear light, 0 to 1."""
    r, g, b = srgb_to_linear(torch.tensor(rgb8, dtype=torch.float64) / 255).tolist()
    return r, g, b
