"""The hot loops of ``transitions``, compiled by numba: what each cell of a picture does, frame by frame."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
I8 = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]

_f = np.float32


@compiled(nogil=True, error_model="numpy")
def brighten(
    now: F32,
    near: F32,
    high: F32,
    low: F32,
    near_high: F32,
    near_low: F32,
    way: I8,
    change: float,
    darker: float,
    coherent: float,
    turned: Mask,
) -> None:
    """Follow peaks and valleys of luminance through one more frame; all of one length, a value for each cell.

    Args:
        now: relative luminance.
        near: its mean about each cell.
        high: the peak since the last transition, updated; likewise the next three.
        low: the valley.
        near_high: the mean about the cell at the peak.
        near_low: the same at the valley.
        way: of the last transition, 1 up or -1 down, updated.
        change: the least that is a transition.
        darker: what the darker of both must be below.
        coherent: the part of its own change by which what is about a cell must change.
        turned: overwritten: whether the cell makes a transition.
    """
    least, below, part = _f(change), _f(darker), _f(coherent)
    for k in range(now.size):  # without a branch, so that the compiler can vectorise
        value, mean = now[k], near[k]
        top, top_near = (value, mean) if value > high[k] else (high[k], near_high[k])
        bottom, bottom_near = (value, mean) if value < low[k] else (low[k], near_low[k])
        fall, rise = top - value, value - bottom
        falls = (fall >= least) & (value < below) & (way[k] >= 0) & (top_near - mean >= part * fall)
        rises = (rise >= least) & (bottom < below) & (way[k] <= 0) & (mean - bottom_near >= part * rise)
        turns = falls | rises
        way[k] = (np.int8(1) if rises else np.int8(-1)) if turns else way[k]
        high[k], near_high[k] = (value, mean) if turns else (top, top_near)
        low[k], near_low[k] = (value, mean) if turns else (bottom, bottom_near)
        turned[k] = turns


@compiled(nogil=True, error_model="numpy")
def redden(light: F32, dark: float, least: float, seen: F32, share: F32, red: Mask) -> None:
    """Write what is seen of each cell, how much of it is red, and whether it is saturated red.

    Args:
        light: linear, ``[n, 3]``.
        dark: light below which a cell counts as neutral, and as so light.
        least: the share of a saturated red.
        seen: ``[n, 3]``, overwritten.
        share: ``[n]``, overwritten.
        red: ``[n]``, overwritten.
    """
    neutral, limit = _f(dark), _f(least)
    for k in range(len(light)):
        r, g, b = light[k, 0], light[k, 1], light[k, 2]
        if max(r, g, b) < neutral:
            r, g, b = neutral, neutral, neutral
        seen[k, 0], seen[k, 1], seen[k, 2] = r, g, b
        share[k] = r / (r + g + b)
        red[k] = share[k] >= limit


@njit(nogil=True, inline="always", error_model="numpy")
def chromaticity(light, matrix):  # type: ignore[no-untyped-def]
    """CIE 1976 u' and v' of linear sRGB ``[3]`` above 0, by its matrix to XYZ."""
    x = matrix[0, 0] * light[0] + matrix[0, 1] * light[1] + matrix[0, 2] * light[2]
    y = matrix[1, 0] * light[0] + matrix[1, 1] * light[1] + matrix[1, 2] * light[2]
    z = matrix[2, 0] * light[0] + matrix[2, 1] * light[1] + matrix[2, 2] * light[2]
    below = x + _f(15) * y + _f(3) * z
    return _f(4) * x / below, _f(9) * y / below


@compiled(nogil=True, error_model="numpy")
def leave_red(
    seen: F32,
    share: F32,
    red: Mask,
    near: F32,
    was_seen: F32,
    was_share: F32,
    was_near: F32,
    inside: Mask,
    matrix: F32,
    apart: float,
    coherent: float,
    turned: Mask,
) -> None:
    """Follow cells to and from saturated red through one more frame.

    Args:
        seen: as from ``redden``, likewise the next two.
        share: how much of each cell is red.
        red: whether it is saturated red.
        near: the share of what is about a cell that is.
        was_seen: the reddest, or the least red, since the last transition, ``[n, 3]``, updated.
        was_share: of that, ``[n]``, updated.
        was_near: likewise.
        inside: whether the last transition was to red, updated.
        matrix: linear sRGB to XYZ.
        apart: distance in CIE 1976 u'v' that a transition must exceed.
        coherent: by how much what is about the cell must change.
        turned: overwritten: whether the cell makes a transition.
    """
    least, part = _f(apart), _f(coherent)
    for k in range(len(seen)):
        change = was_near[k] - near[k] if inside[k] else near[k] - was_near[k]
        turns = (inside[k] or red[k]) and change >= part
        if turns:
            u, v = chromaticity(seen[k], matrix)
            was_u, was_v = chromaticity(was_seen[k], matrix)
            turns = (u - was_u) * (u - was_u) + (v - was_v) * (v - was_v) > least * least
        redder, paler = share[k] > was_share[k], share[k] < was_share[k]
        # Until then, the state that others are compared with is the reddest, or the least red, there was.
        if turns or (redder if inside[k] else paler):
            was_share[k], was_near[k] = share[k], near[k]
            was_seen[k, 0], was_seen[k, 1], was_seen[k, 2] = seen[k, 0], seen[k, 1], seen[k, 2]
        inside[k] = inside[k] != turns
        turned[k] = turns
