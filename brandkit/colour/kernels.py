"""The hot loops on the CPU, compiled by numba (which carries its own compiler) once per machine.

They compute what ``difference`` and ``table`` state in torch, for the CPU only; a test holds the two
together. CIEDE2000 is written without trigonometry here, since calls into libm are what keeps a
compiler from using the vector unit: the mean hue is the bisector of two unit vectors, the cosines of its
multiples follow by Chebyshev's recurrence, and the one remaining angle is a polynomial.
"""

from __future__ import annotations

from math import copysign, exp, sqrt

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]

_FAST = {"contract", "nsz", "arcp", "reassoc", "afn"}
_CHUNK = 1024  # colours at a time: their Lab and the running minimum stay in the first-level cache
_ROWS = 1 << 16

f = np.float32
_POW25_7 = f(25.0**7)


@njit(inline="always", fastmath=_FAST, error_model="numpy")
def _difference(L1, a1, b1, L2, a2, b2):  # type: ignore[no-untyped-def]
    """CIEDE2000 squared of two Lab colours in float32; symbols and numbers as in ``difference``."""
    C_ab = (sqrt(a1 * a1 + b1 * b1) + sqrt(a2 * a2 + b2 * b2)) * f(0.5)
    C2 = C_ab * C_ab
    C7 = C2 * C2 * C2 * C_ab
    stretch = f(1.5) - f(0.5) * sqrt(C7 / (C7 + _POW25_7))
    a1 = a1 * stretch
    a2 = a2 * stretch
    C1p = sqrt(a1 * a1 + b1 * b1)
    C2p = sqrt(a2 * a2 + b2 * b2)

    # 2 sqrt(C1 C2) sin(dh / 2), whose square is 2 (C1 C2 - dot). Where the hues are near each other that
    # difference cancels, so it is taken as cross^2 / (C1 C2 + dot), which is the same number.
    product = C1p * C2p
    dot = a1 * a2 + b1 * b2
    cross = a1 * b2 - b1 * a2
    near = f(2) * cross * cross / (product + dot + f(1e-20))
    apart = f(2) * max(product - dot, f(0))
    dHp = copysign(sqrt(near if dot > f(0) else apart), cross)

    # The mean hue as the direction of the sum of the unit vectors. A grey has no hue: it counts as none,
    # and the sum is then the other colour's direction, as the paper asks.
    i1 = f(1) / (C1p + f(1e-12))
    i2 = f(1) / (C2p + f(1e-12))
    x = a1 * i1 + a2 * i2
    y = b1 * i1 + b2 * i2
    n = f(1) / sqrt(x * x + y * y + f(1e-20))
    cos1 = x * n
    sin1 = y * n
    cos2 = f(2) * cos1 * cos1 - f(1)
    sin2 = f(2) * sin1 * cos1
    cos3 = cos1 * (f(2) * cos2 - f(1))
    sin3 = sin1 * (f(2) * cos2 + f(1))
    cos4 = f(2) * cos2 * cos2 - f(1)
    sin4 = f(2) * sin2 * cos2
    T = (
        f(1)
        - f(0.17) * (cos1 * f(0.8660254) + sin1 * f(0.5))
        + f(0.24) * cos2
        + f(0.32) * (cos3 * f(0.9945219) - sin3 * f(0.1045285))
        - f(0.20) * (cos4 * f(0.4539905) + sin4 * f(0.8910065))
    )

    # The angle from 275 degrees, as twice the arctangent of its half; beyond 90 degrees the Gaussian
    # below is under 3e-6, so the half angle's tangent may be held at 1.
    c = cos1 * f(0.08715574) - sin1 * f(0.9961947)
    s = sin1 * f(0.08715574) + cos1 * f(0.9961947)
    t = min(max(s / (f(1) + c + f(1e-7)), f(-1)), f(1))
    q = t * t
    # Abramowitz and Stegun (1964), 4.4.49: arctangent on [-1, 1] to 2e-8
    odd = f(-0.0161657367) + q * f(0.0028662257)
    odd = f(0.0429096138) + q * odd
    odd = f(-0.0752896400) + q * odd
    odd = f(0.1065626393) + q * odd
    odd = f(-0.1420889944) + q * odd
    odd = f(0.1999355085) + q * odd
    odd = f(-0.3333314528) + q * odd
    angle = t * (f(1) + q * odd) * f(2 * 57.29577951 / 25)
    double_theta = exp(-angle * angle) * f(1.04719755)
    w = double_theta * double_theta
    sine = double_theta * (f(1) + w * (f(-1 / 6) + w * (f(1 / 120) - w * f(1 / 5040))))

    Cp = (C1p + C2p) * f(0.5)
    C2 = Cp * Cp
    C7 = C2 * C2 * C2 * Cp
    R_C = f(2) * sqrt(C7 / (C7 + _POW25_7))
    l50 = (L1 + L2) * f(0.5) - f(50)
    l50 = l50 * l50
    dL = (L2 - L1) / (f(1) + f(0.015) * l50 / sqrt(f(20) + l50))
    dC = (C2p - C1p) / (f(1) + f(0.045) * Cp)
    dH = dHp / (f(1) + f(0.015) * Cp * T)
    return max(dL * dL + dC * dC + dH * dH - sine * R_C * dC * dH, f(0))


@compiled(fastmath=_FAST, error_model="numpy", nogil=True)
def apart(one: F32, other: F32) -> float:
    """CIEDE2000 of two Lab colours, ``[3]``."""
    return sqrt(_difference(one[0], one[1], one[2], other[0], other[1], other[2]))


@compiled(parallel=True, fastmath=_FAST, error_model="numpy")
def nearest(L: F32, a: F32, b: F32, tL: F32, ta: F32, tb: F32, distance: F32, index: I32) -> None:
    """Write, for each colour, its smallest CIEDE2000 to any target, and which target that is.

    Args:
        L: L* of the ``n`` colours; ``a`` and ``b`` likewise.
        a: a*.
        b: b*.
        tL: L* of the ``k`` targets; ``ta`` and ``tb`` likewise.
        ta: a*.
        tb: b*.
        distance: ``n`` values, overwritten.
        index: ``n`` values, overwritten, 0 to ``k - 1``; of equal targets the first.
    """
    n = L.size
    for block in prange((n + _CHUNK - 1) // _CHUNK):
        low = block * _CHUNK
        high = min(n, low + _CHUNK)
        best = np.full(_CHUNK, f(1e12))
        which = np.zeros(_CHUNK, np.int32)
        for k in range(tL.size):
            Lk, ak, bk = tL[k], ta[k], tb[k]
            for i in range(high - low):
                d = _difference(L[low + i], a[low + i], b[low + i], Lk, ak, bk)
                which[i] = k if d < best[i] else which[i]
                best[i] = min(d, best[i])
        for i in range(high - low):
            distance[low + i] = sqrt(best[i])
            index[low + i] = which[i]


@compiled(parallel=True, fastmath=_FAST, error_model="numpy")
def nearest_on_curve(
    L: F32, a: F32, b: F32, cL: F32, ca: F32, cb: F32, stride: int, distance: F32, position: F32
) -> None:
    """Write, for each colour, its smallest CIEDE2000 to a curve in Lab, and where on the curve that is.

    Every ``stride``-th point of the curve is tried, then the neighbourhood of the best by halving steps,
    then the vertex of the parabola through the squared distances to the best point and its neighbours.

    Args:
        L: L* of the ``n`` colours; ``a`` and ``b`` likewise.
        a: a*.
        b: b*.
        cL: L* of the curve's ``p`` points, near enough to each other that Lab is straight between them.
        ca: a*.
        cb: b*.
        stride: a power of two.
        distance: ``n`` values, overwritten.
        position: ``n`` values, overwritten, 0 to ``p - 1``, fractions between points.
    """
    n = L.size
    last = cL.size - 1
    for block in prange((n + _CHUNK - 1) // _CHUNK):
        low = block * _CHUNK
        high = min(n, low + _CHUNK)
        best = np.full(_CHUNK, f(1e12))
        which = np.zeros(_CHUNK, np.int32)
        for k in range(0, last + 1, stride):
            Lk, ak, bk = cL[k], ca[k], cb[k]
            for i in range(high - low):
                d = _difference(L[low + i], a[low + i], b[low + i], Lk, ak, bk)
                which[i] = k if d < best[i] else which[i]
                best[i] = min(d, best[i])
        for i in range(high - low):
            Li, ai, bi = L[low + i], a[low + i], b[low + i]
            k, d0 = which[i], best[i]
            step = stride // 2
            while step > 0:
                for other in (k - step, k + step):
                    if 0 <= other <= last:
                        d = _difference(Li, ai, bi, cL[other], ca[other], cb[other])
                        if d < d0:
                            k, d0 = other, d
                step //= 2
            shift = f(0)
            if 0 < k < last:
                before = _difference(Li, ai, bi, cL[k - 1], ca[k - 1], cb[k - 1])
                after = _difference(Li, ai, bi, cL[k + 1], ca[k + 1], cb[k + 1])
                bend = before - f(2) * d0 + after
                if bend > f(0):
                    shift = min(max(f(0.5) * (before - after) / bend, f(-0.5)), f(0.5))
                    d0 = max(d0 - f(0.125) * (before - after) * (before - after) / bend, f(0))
            distance[low + i] = sqrt(d0)
            position[low + i] = f(k) + shift


@njit(inline="always", error_model="numpy")
def _root(t):  # type: ignore[no-untyped-def]
    """What CIELAB makes of a part of the white's XYZ (CIE 15:2004)."""
    return t ** f(1 / 3) if t > f(216 / 24389) else f(841 / 108) * t + f(4 / 29)


@compiled(parallel=True, error_model="numpy")
def changes(before: U8, after: U8, light: F32, matrix: F32, distance: F32) -> None:
    """Write the CIEDE2000 by which each pixel changed; 0 where its code is the same.

    Args:
        before: encoded sRGB ``[3, n]``.
        after: likewise.
        light: linear light of each of the 256 codes.
        matrix: linear sRGB to XYZ as parts of the white's, ``[3, 3]``.
        distance: ``n`` values, overwritten.
    """
    n = before.shape[1]
    for block in prange((n + _ROWS - 1) // _ROWS):
        for i in range(block * _ROWS, min(n, (block + 1) * _ROWS)):
            r1, g1, b1 = before[0, i], before[1, i], before[2, i]
            r2, g2, b2 = after[0, i], after[1, i], after[2, i]
            if r1 == r2 and g1 == g2 and b1 == b2:
                distance[i] = f(0)
                continue
            x1 = _root(matrix[0, 0] * light[r1] + matrix[0, 1] * light[g1] + matrix[0, 2] * light[b1])
            y1 = _root(matrix[1, 0] * light[r1] + matrix[1, 1] * light[g1] + matrix[1, 2] * light[b1])
            z1 = _root(matrix[2, 0] * light[r1] + matrix[2, 1] * light[g1] + matrix[2, 2] * light[b1])
            x2 = _root(matrix[0, 0] * light[r2] + matrix[0, 1] * light[g2] + matrix[0, 2] * light[b2])
            y2 = _root(matrix[1, 0] * light[r2] + matrix[1, 1] * light[g2] + matrix[1, 2] * light[b2])
            z2 = _root(matrix[2, 0] * light[r2] + matrix[2, 1] * light[g2] + matrix[2, 2] * light[b2])
            distance[i] = sqrt(
                _difference(
                    f(116) * y1 - f(16),
                    f(500) * (x1 - y1),
                    f(200) * (y1 - z1),
                    f(116) * y2 - f(16),
                    f(500) * (x2 - y2),
                    f(200) * (y2 - z2),
                )
            )
