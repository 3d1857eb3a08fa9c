"""The test for folds on the CPU: one loop, compiled by numba once per machine.

It computes what ``folds.folds_portable`` states in torch; a test holds the two together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@compiled(nogil=True, error_model="numpy")
def any_turned(values: F64, cells: I64, last: int, sides: I64, least: float) -> bool:
    """Whether one of a cell's determinants lies below ``least``.

    Args:
        values: nodes, red slowest, channels fastest.
        cells: which cells are looked at, numbered red slowest.
        last: cells along each axis.
        sides: as of ``folds.sides``.
        least: in steps of the nodes, not of the code range.
    """
    nodes = last + 1
    for cell in cells:
        r, g, b = cell // (last * last), cell // last % last, cell % last
        at = 3 * ((r * nodes + g) * nodes + b)
        for k in range(sides.shape[0]):
            r0, r1 = at + sides[k, 0], at + sides[k, 1]
            g0, g1 = at + sides[k, 2], at + sides[k, 3]
            b0, b1 = at + sides[k, 4], at + sides[k, 5]
            rx, ry, rz = (
                values[r1] - values[r0],
                values[r1 + 1] - values[r0 + 1],
                values[r1 + 2] - values[r0 + 2],
            )
            gx, gy, gz = (
                values[g1] - values[g0],
                values[g1 + 1] - values[g0 + 1],
                values[g1 + 2] - values[g0 + 2],
            )
            bx, by, bz = (
                values[b1] - values[b0],
                values[b1 + 1] - values[b0 + 1],
                values[b1 + 2] - values[b0 + 2],
            )
            if (ry * gz - rz * gy) * bx + (rz * gx - rx * gz) * by + (rx * gy - ry * gx) * bz < least:
                return True
    return False
