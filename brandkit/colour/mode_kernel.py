"""The hot loop of ``flat_modes``, compiled by numba: a climb looks a dozen times at what is around it."""

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
        rows: those to look at; all where there are none.
        found: receives them; room for as many.

    Returns:
        How many there are.
    """
    count = 0
    r, g, b = centre[0], centre[1], centre[2]
    for k in range(rows.size if rows.size else free.size):
        i = rows[k] if rows.size else k
        if (
            free[i] > 0
            and abs(channels[0, i] - r) <= reach
            and abs(channels[1, i] - g) <= reach
            and abs(channels[2, i] - b) <= reach
        ):
            found[count] = i
            count += 1
    return count
