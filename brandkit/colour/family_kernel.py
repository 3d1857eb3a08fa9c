"""Lab of many colours, and whether they are of the hue family of targets, on the CPU, compiled by numba.

What ``spaces.srgb_to_lab`` and ``families.same_family_torch`` state in torch, in one pass each.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt
from numba import njit

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_f = np.float32


@njit(inline="always", error_model="numpy")
def _root(t):  # type: ignore[no-untyped-def]
    """What CIELAB makes of a part of the white's XYZ (CIE 15:2004), with a cube root by Halley's method.

    From a third of the exponent, which is right to 6 %, two steps lead to what float32 can hold.
    """
    held = max(t, _f(216 / 24389))
    bits = np.float32(held).view(np.uint32)
    first = np.uint32(bits // np.uint32(3) + np.uint32(709921077)).view(np.float32)
    cube = first * first * first
    second = first * (cube + held + held) / (cube + cube + held)
    cube = second * second * second
    root = second * (cube + held + held) / (cube + cube + held)
    return root if t > _f(216 / 24389) else _f(841 / 108) * t + _f(4 / 29)


@compiled(nogil=True, error_model="numpy")
def lab_of(rgb: U8, light: F32, matrix: F32, lab: F32) -> None:
    """Write the Lab of colours.

    Args:
        rgb: encoded sRGB ``[n, 3]``.
        light: linear light of each of the 256 codes.
        matrix: linear sRGB to XYZ as parts of the white's, ``[3, 3]``.
        lab: ``[n, 3]``, overwritten.
    """
    for i in range(len(rgb)):
        _write_lab(light[rgb[i, 0]], light[rgb[i, 1]], light[rgb[i, 2]], matrix, lab[i])


@compiled(nogil=True, error_model="numpy")
def lab_between(codes: F32, light: F32, parts: int, matrix: F32, lab: F32) -> None:
    """Write the Lab of colours whose codes have fractions.

    Args:
        codes: encoded sRGB ``[n, 3]``, taken as within 0 to 255.
        light: linear light of codes in steps of one part of ``parts``, from 0 to 255.
        parts: of a code; between two steps light goes straight.
        matrix: linear sRGB to XYZ as parts of the white's, ``[3, 3]``.
        lab: ``[n, 3]``, overwritten.
    """
    last = _f(light.size - 1)
    for i in range(len(codes)):
        r = _between(codes[i, 0] * _f(parts), light, last)
        g = _between(codes[i, 1] * _f(parts), light, last)
        b = _between(codes[i, 2] * _f(parts), light, last)
        _write_lab(r, g, b, matrix, lab[i])


@njit(inline="always", error_model="numpy")
def _between(place, light, last):  # type: ignore[no-untyped-def]
    held = min(max(place, _f(0)), last)
    low = min(np.int32(held), np.int32(light.size - 2))
    first = light[np.uint32(low)]
    return first + (light[np.uint32(low + 1)] - first) * (held - _f(low))


@njit(inline="always", error_model="numpy")
def _write_lab(r, g, b, matrix, lab):  # type: ignore[no-untyped-def]
    x = _root(matrix[0, 0] * r + matrix[0, 1] * g + matrix[0, 2] * b)
    y = _root(matrix[1, 0] * r + matrix[1, 1] * g + matrix[1, 2] * b)
    z = _root(matrix[2, 0] * r + matrix[2, 1] * g + matrix[2, 2] * b)
    lab[0] = _f(116) * y - _f(16)
    lab[1] = _f(500) * (x - y)
    lab[2] = _f(200) * (y - z)


@compiled(nogil=True, error_model="numpy")
def of_family(
    lab: F32, target: F32, part: F32, cosine: float, beside: float, neutral: float, found: Mask
) -> None:
    """Write whether colours are of the hue family of their targets; see ``families.same_family_torch``.

    Args:
        lab: ``[n, 3]``.
        target: Lab of the target of each, ``[n, 3]``.
        part: the least C* as a part of the target's, ``[n]``.
        cosine: of the hue angle up to which colours are of a family.
        beside: distance in a* and b*, as a part of L*, within which they are in any case.
        neutral: C* under which a target has no hue.
        found: ``[n]``, overwritten.
    """
    near, side, grey = _f(cosine), _f(beside), _f(neutral)
    for i in range(len(lab)):
        a, b, ta, tb = lab[i, 1], lab[i, 2], target[i, 1], target[i, 2]
        chroma, wanted = sqrt(a * a + b * b), sqrt(ta * ta + tb * tb)
        similar = a * ta + b * tb >= near * chroma * wanted and chroma >= part[i] * wanted
        apart = sqrt((a - ta) * (a - ta) + (b - tb) * (b - tb))
        found[i] = similar or apart <= side * target[i, 0] or wanted < grey
