"""The hot loops of ``modes`` and ``flat_modes``, compiled by numba: a climb looks a dozen times about it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@compiled(nogil=True)
def around(channels: F32, free: F64, centre: F32, reach: float, rows: I64, found: I64) -> int:
    """Write which rows are free and within ``reach`` of a centre on each channel, in their order.

    Args:
        channels: codes ``[3, N]``.
        free: ``[N]``, 0 of what is taken.
        centre: ``[3]``.
        reach: codes.
        rows: those to look at.
        found: receives them; room for as many.

    Returns:
        How many there are.
    """
    count = 0
    r, g, b = centre[0], centre[1], centre[2]
    for i in rows:
        if (
            free[i] > 0
            and abs(channels[0, i] - r) <= reach
            and abs(channels[1, i] - g) <= reach
            and abs(channels[2, i] - b) <= reach
        ):
            found[count] = i
            count += 1
    return count


@compiled(nogil=True)
def climb(points: F64, weight: F64, place: F64, reach: float, steps: int, still: float) -> None:
    """Mean shift with a box of ``reach`` to each side, until the weighted mean of what is near lies still.

    Args:
        points: in the plane, ``[N, 2]``.
        weight: ``[N]``.
        place: where to begin, ``[2]``; receives where it ends.
        reach: in units of the points.
        steps: how many at most.
        still: a step that is shorter on both axes is the last.
    """
    for _ in range(steps):
        mass, x, y = 0.0, 0.0, 0.0
        for i in range(weight.size):
            if abs(points[i, 0] - place[0]) <= reach and abs(points[i, 1] - place[1]) <= reach:
                mass += weight[i]
                x += weight[i] * points[i, 0]
                y += weight[i] * points[i, 1]
        if mass <= 0:
            return
        moved = max(abs(x / mass - place[0]), abs(y / mass - place[1]))
        place[0], place[1] = x / mass, y / mass
        if moved < still:
            return
