"""A LUT on frames on the CPU: one loop, compiled by numba once per machine.

It computes what ``Lut.__call__`` and ``portable_deep`` state in torch, in the same steps and the same double
precision, so that both give the same code for each of the 2^24 colours; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from numba import njit

from brandkit.colour.compiled import compiled
from brandkit.colour.table_kernel import ROOM, place_of

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]

KNOWN = 1 << 24
"""Set in a table's entries that were computed; those that were not are zero."""
_WORTH_A_THREAD = 1 << 16
"""Pixels for which it pays to start another thread."""
_WORTH_A_TABLE = 1 << 21
"""Pixels, a frame at 1920 x 1080, after which more are taken to be worth a table, whose first frame costs a
quarter more than computing and whose others cost less than half."""


@njit(inline="always")
def _part(plane, start):  # type: ignore[no-untyped-def]
    return plane[start : start + ROOM]


@njit(inline="always")
def _byte(value):  # type: ignore[no-untyped-def]
    """A channel, 0 to 1 and beyond, as a code; halves go to the even one, as torch rounds."""
    code = np.int32(np.rint(value * 255))
    code = code if code > 0 else np.int32(0)
    return code if code < 255 else np.int32(255)


def steps(nodes: int) -> I64:
    """By the order of a place's three fractions, how far on the first step of its path leads, then the last.

    A place's order is (red >= green) + 2 (red >= blue) + 4 (green >= blue); the last steps begin at 8.
    """
    strides = (nodes * nodes, nodes, 1)
    red, green, blue = range(3)
    found = np.zeros(16, np.int64)
    for order in range(8):
        red_green, red_blue, green_blue = order & 1, order & 2, order & 4
        greatest = red if red_green and red_blue else green if green_blue else blue
        least = blue if red_blue and green_blue else green if red_green else red
        found[order], found[8 + order] = strides[greatest], strides[least]
    return found


@njit(inline="always")
def _mapped(red, green, blue, nodes, low, part, step, far):  # type: ignore[no-untyped-def]
    """One 8-bit colour by tetrahedral interpolation: its three codes."""
    near = low[red] + low[np.uint64(256) + green] + low[np.uint64(512) + blue]
    R, G, B = _mixed(part[red], part[green], part[blue], near, nodes, step, far)
    return _byte(R), _byte(G), _byte(B)


@njit(inline="always")
def _entry(r, g, b, nodes, low, part, step, far):  # type: ignore[no-untyped-def]
    """What a table keeps of an 8-bit colour."""
    red, green, blue = _mapped(np.uint64(r), np.uint64(g), np.uint64(b), nodes, low, part, step, far)
    return np.uint32(KNOWN | (red << 16) | (green << 8) | blue)


@njit(inline="always")
def _mixed(r, g, b, near, nodes, step, far):  # type: ignore[no-untyped-def]
    """Four nodes of the cell whose near corner is ``near``, mixed; symbols as in ``lut.corners``.

    Which of six tetrahedra a pixel falls into cannot be foreseen, so nothing branches on it: the
    fractions are ordered by minima and maxima and the path is looked up. Indices are unsigned, since
    numba would else ask of each whether it is negative.
    """
    more, less = max(r, g), min(r, g)
    high, least = max(more, b), min(less, b)
    middle = max(less, min(more, b))
    order = np.uint64(r >= g) | (np.uint64(r >= b) << np.uint64(1)) | (np.uint64(g >= b) << np.uint64(2))
    n0, n1 = np.uint64(near), np.uint64(near + 3 * step[order])
    n2, n3 = np.uint64(near + far - 3 * step[np.uint64(8) + order]), np.uint64(near + far)
    w0, w1, w2 = 1.0 - high, high - middle, middle - least
    one, two = np.uint64(1), np.uint64(2)
    R = nodes[n0] * w0 + nodes[n1] * w1 + nodes[n2] * w2 + nodes[n3] * least
    G = nodes[n0 + one] * w0 + nodes[n1 + one] * w1 + nodes[n2 + one] * w2 + nodes[n3 + one] * least
    B = nodes[n0 + two] * w0 + nodes[n1 + two] * w1 + nodes[n2 + two] * w2 + nodes[n3 + two] * least
    return R, G, B


@compiled(nogil=True, error_model="numpy")
def apply_directly(
    r: U8, g: U8, b: U8, nodes: F64, low: I64, part: F64, step: I64, far: int, R: U8, G: U8, B: U8
) -> None:
    """Compute every pixel.

    Args:
        r: red of each pixel; ``g`` and ``b`` likewise.
        g: green.
        b: blue.
        nodes: red slowest, channels fastest, 0 to 1 and beyond; ``low`` and the rest index it.
        low: for each code of red, then of green, then of blue, what it adds to the index of the node below.
        part: for each code the fraction of the way to the next node.
        step: as of ``steps``.
        far: from a cell's near corner to its far one.
        R: receives each pixel's red; ``G`` and ``B`` likewise.
        G: green.
        B: blue.
    """
    for i in range(r.size):
        red, green, blue = np.uint64(r[i]), np.uint64(g[i]), np.uint64(b[i])
        R[i], G[i], B[i] = _mapped(red, green, blue, nodes, low, part, step, far)


@compiled(nogil=True, error_model="numpy")
def apply_by_table(
    r: U8, g: U8, b: U8, nodes: F64, low: I64, part: F64, step: I64, far: int, R: U8, G: U8, B: U8, table: U32
) -> None:
    """Look every pixel up, and compute those whose colour is not in the table yet.

    Two threads may run on one table: what both compute is the same number, stored whole.

    Args:
        r: as of ``apply_directly``, and so are all the others.
        g: green.
        b: blue.
        nodes: the LUT.
        low: indices.
        part: fractions.
        step: steps.
        far: of a cell.
        R: result.
        G: result.
        B: result.
        table: 2^24 entries by place (``table_kernel``): zero, or ``KNOWN`` plus the mapped code; filled in
            place.
    """
    entries = np.empty(ROOM, np.uint32)
    for start in range(0, r.size, ROOM):
        red, green, blue = _part(r, start), _part(g, start), _part(b, start)
        for i in range(red.size):
            entries[i] = place_of(red[i], green[i], blue[i])
        missing = 0
        for i in range(red.size):
            entries[i] = table[entries[i]]
            missing += entries[i] == 0
        if missing:
            for i in range(red.size):
                if entries[i] == 0:
                    where = place_of(red[i], green[i], blue[i])
                    if table[where] == 0:
                        table[where] = _entry(red[i], green[i], blue[i], nodes, low, part, step, far)
                    entries[i] = table[where]
        red, green, blue = _part(R, start), _part(G, start), _part(B, start)
        for i in range(red.size):
            red[i] = entries[i] >> np.uint32(16)
            green[i] = entries[i] >> np.uint32(8)
            blue[i] = entries[i]


@compiled(nogil=True, error_model="numpy")
def apply_deep(
    r: F32, g: F32, b: F32, nodes: F64, size: int, step: I64, far: int, R: F32, G: F32, B: F32
) -> None:
    """Compute every pixel of codes with fractions.

    Args:
        r: red of each pixel, a code from 0 to 255 with fractions; ``g`` and ``b`` likewise.
        g: green.
        b: blue.
        nodes: red slowest, channels fastest, 0 to 1 and beyond.
        size: nodes along each axis.
        step: as of ``steps``.
        far: from a cell's near corner to its far one.
        R: receives each pixel's red, not rounded, within 0 to 255; ``G`` and ``B`` likewise.
        G: green.
        B: blue.
    """
    for i in range(r.size):
        x = min(max(np.float64(r[i]) / 255.0, 0.0), 1.0) * (size - 1)
        y = min(max(np.float64(g[i]) / 255.0, 0.0), 1.0) * (size - 1)
        z = min(max(np.float64(b[i]) / 255.0, 0.0), 1.0) * (size - 1)
        at_x, at_y, at_z = min(int(x), size - 2), min(int(y), size - 2), min(int(z), size - 2)
        near = 3 * ((at_x * size + at_y) * size + at_z)
        red, green, blue = _mixed(x - at_x, y - at_y, z - at_z, near, nodes, step, far)
        R[i] = min(max(red * 255.0, 0.0), 255.0)
        G[i] = min(max(green * 255.0, 0.0), 255.0)
        B[i] = min(max(blue * 255.0, 0.0), 255.0)


class CodeLut:
    """A LUT over frames on the CPU: exact for each 24-bit code.

    The first pixels are computed. When there turn out to be many, as in a video, a table is begun that
    keeps each colour from the first time it turns up: 64 MiB of addresses, real where they are touched.

    Args:
        nodes: ``float64`` ``[N, N, N, 3]``, as 8-bit tools get them.
    """

    def __init__(self, nodes: torch.Tensor) -> None:
        size = int(nodes.shape[0])
        place = np.arange(256, dtype=np.float64) / 255 * (size - 1)
        below = np.minimum(np.floor(place), size - 2)
        strides = 3 * np.array([[size * size], [size], [1]])
        self._settings = (
            np.ascontiguousarray(nodes.detach().to("cpu", torch.float64).numpy()).reshape(-1),
            (strides * below.astype(np.int64)).reshape(-1),
            place - below,
            steps(size),
            int(strides.sum()),
        )
        self._seen = 0
        self._table: U32 | None = None

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """Mapped pixels of ``uint8`` ``[T, 3, H, W]``, the same shape and type."""
        mapped = torch.empty(pixels.shape, dtype=torch.uint8)
        if self._table is None and self._seen >= _WORTH_A_TABLE:
            self._table = np.zeros(KNOWN, np.uint32)
        self._seen += pixels.numel() // 3
        _in_parts(self._apply, pixels, mapped)
        return mapped

    def _apply(self, source: U8, result: U8) -> None:
        r, g, b = source[0], source[1], source[2]
        R, G, B = result[0], result[1], result[2]
        if self._table is None:
            apply_directly(r, g, b, *self._settings, R, G, B)
        else:
            apply_by_table(r, g, b, *self._settings, R, G, B, self._table)


class DeepLut:
    """A LUT over frames on the CPU whose codes have fractions.

    Args:
        nodes: ``float64`` ``[N, N, N, 3]``, exact.
    """

    def __init__(self, nodes: torch.Tensor) -> None:
        self._size = int(nodes.shape[0])
        self._nodes = np.ascontiguousarray(nodes.detach().to("cpu", torch.float64).numpy()).reshape(-1)
        self._far = 3 * (self._size * self._size + self._size + 1)
        self._steps = steps(self._size)

    def __call__(self, codes: torch.Tensor) -> torch.Tensor:
        """Mapped codes of ``float32`` ``[T, 3, H, W]``, 0 to 255 with fractions, the same shape and type."""
        mapped = torch.empty_like(codes, memory_format=torch.contiguous_format)
        _in_parts(self._apply, codes, mapped)
        return mapped

    def _apply(self, source: F32, result: F32) -> None:
        planes, results = (source[0], source[1], source[2]), (result[0], result[1], result[2])
        apply_deep(*planes, self._nodes, self._size, self._steps, self._far, *results)


def _in_parts(apply: Callable[..., None], pixels: torch.Tensor, mapped: torch.Tensor) -> None:
    """Call ``apply`` with a part of ``[T, 3, H, W]`` and of its result at a time, on all threads."""
    frames, results = pixels.contiguous().flatten(2).numpy(), mapped.flatten(2).numpy()
    count = frames.shape[2]
    threads = min(torch.get_num_threads(), 1 + count // _WORTH_A_THREAD)
    edges = [count * k // threads for k in range(threads + 1)]
    parts = [(n, slice(a, b)) for n in range(len(frames)) for a, b in pairwise(edges)]

    def run(part: tuple[int, slice]) -> None:
        frame, span = part
        apply(frames[frame, :, span], results[frame, :, span])

    if threads == 1:
        for part in parts:
            run(part)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, parts))
