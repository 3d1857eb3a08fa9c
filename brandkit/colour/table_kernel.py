"""The hot loops of ``ColourTable``, ``Census`` and ``Tally`` on the CPU, compiled by numba.

What is kept of every colour lies by *place*: the upper four bits of red, green and blue, then the next two of
each, then the last two. Of bytes, a line of the cache then holds a cube of 4 by 4 by 4 colours and a page of
memory one of 16, so that neighbouring pixels, whose colours are near each other, are looked up where the last
ones were. By 24-bit code, nearly every look-up misses the cache: counting a frame took six times as long.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from brandkit.colour.compiled import compiled

U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Small = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

ROOM = 4096
"""Pixels whose places are computed at a time: they stay in the first-level cache."""
LANES = 4
"""Counts of a class that are kept beside each other: one could only be added to once it has been written."""
CUBE = 4
"""Codes of a side of the cubes of colours of which something is known as a whole."""

_CUBES = np.uint32(256 // CUBE)
_u = np.uint32  # An index that cannot be negative is one that the compiler need not turn around.


@njit(inline="always")
def place_of(r, g, b):  # type: ignore[no-untyped-def]
    """Where a colour lies; ``table.places_of`` states the same in torch."""
    r, g, b = _u(r), _u(g), _u(b)
    cubes = (r & _u(240)) << _u(16) | (g & _u(240)) << _u(12) | (b & _u(240)) << _u(8)
    lines = (r & _u(12)) << _u(8) | (g & _u(12)) << _u(6) | (b & _u(12)) << _u(4)
    return cubes | lines | (r & _u(3)) << _u(4) | (g & _u(3)) << _u(2) | (b & _u(3))


@compiled(parallel=True, nogil=True)
def index_pixels(pixels: U8, slot: I32, ids: I32) -> int:
    """Write the table's row of every pixel into ``ids`` (-1 where there is none yet); count the latter.

    Args:
        pixels: sRGB ``[3, H, W]``, any strides.
        slot: by place, one more than the row of a colour, 0 where it has none.
        ids: ``[H, W]``, overwritten.
    """
    rows, width = ids.shape
    missing = np.zeros(rows, np.int64)
    for row in prange(rows):
        count = 0
        for i in range(width):
            found = slot[place_of(pixels[0, row, i], pixels[1, row, i], pixels[2, row, i])] - np.int32(1)
            ids[row, i] = found
            count += found < 0
        missing[row] = count
    return missing.sum()  # type: ignore[no-any-return]


@compiled(nogil=True)
def enrol_pixels(r: U8, g: U8, b: U8, slot: I32, ids: I32, codes: I32, count: int) -> int:
    """Give a row to each pixel's colour that has none, in order of appearance.

    Args:
        r: red of each pixel; ``g`` and ``b`` likewise.
        g: green.
        b: blue.
        slot: as for ``index_pixels``; filled in place.
        ids: what ``index_pixels`` wrote; the -1 are replaced.
        codes: receives each new colour's 24-bit code, from 0; as long as there are missing pixels.
        count: rows in use before.

    Returns:
        Rows in use after.
    """
    before = count
    for i in range(r.size):
        if ids[i] < 0:
            place = place_of(r[i], g[i], b[i])
            if slot[place] == 0:
                codes[count - before] = (np.int32(r[i]) << 16) | (np.int32(g[i]) << 8) | np.int32(b[i])
                count += 1
                slot[place] = count
            ids[i] = slot[place] - 1
    return count


@njit(inline="always")
def _cube_of(r, g, b):  # type: ignore[no-untyped-def]
    """Which cube of ``CUBE`` codes a side a colour lies in."""
    return (_u(r) // _u(CUBE) * _CUBES + _u(g) // _u(CUBE)) * _CUBES + _u(b) // _u(CUBE)


@compiled(nogil=True)
def classify(
    pixels: U8, classes: Small, far: U8, elsewhere: int, found: Small, counts: I64, codes: I32, pending: I32
) -> tuple[int, int]:
    """Write the class of each pixel's colour, and count them.

    Args:
        pixels: sRGB ``[3, H, W]``, any strides.
        classes: by place, from 1 on; 0 of colours that are not known, which become the last class.
        far: 1 of each cube whose colours are all of class ``elsewhere``, which are not asked for one by one:
            256 KB, which stay in the second-level cache. Empty where there are none.
        elsewhere: that class.
        found: ``[H, W]``, overwritten.
        counts: by class, ``[LANES, n]``, added to.
        codes: receives the 24-bit code of each colour that is not known, once, in order of appearance.
        pending: receives the pixels that have such colours, as flat indices; both have room for all pixels.

    Returns:
        How many such colours there are, and how many such pixels, which are not counted.
    """
    rows, width = found.shape
    last = counts.shape[1] - 1
    line = np.empty(width, np.uint32)
    new, waiting = 0, 0
    for row in range(rows):
        red, green, blue, said = pixels[0, row], pixels[1, row], pixels[2, row], found[row]
        left = width
        if far.size:
            for i in range(width):
                line[i] = _cube_of(red[i], green[i], blue[i])
            for i in range(width):
                is_far = far[line[i]]
                said[i] = is_far * elsewhere
                left -= np.int64(is_far)
            counts[0, elsewhere] += width - left
            if not left:
                continue
        for i in range(width):
            line[i] = place_of(red[i], green[i], blue[i])
        unknown = False
        if left == width:
            for i in range(width):  # nothing else here: look-ups overlap as long as nothing waits for them
                of = classes[line[i]]
                said[i] = of
                unknown |= (of == 0) | (of == last)
        else:
            for i in range(width):
                if said[i] == 0:
                    of = classes[line[i]]
                    said[i] = of
                    counts[_u(i) & _u(LANES - 1), of] += 1
                    unknown |= (of == 0) | (of == last)
        if unknown:
            for i in range(width):
                if said[i] == 0 and classes[line[i]] == 0:
                    classes[line[i]] = last
                    codes[new] = (np.int32(red[i]) << 16) | (np.int32(green[i]) << 8) | np.int32(blue[i])
                    new += 1
                if said[i] == 0 or said[i] == last:
                    said[i] = last
                    pending[waiting] = row * width + i
                    waiting += 1
        if left == width:
            for i in range(width):
                counts[_u(i) & _u(LANES - 1), said[i]] += 1
    counts[:, 0], counts[:, last] = 0, 0
    return new, waiting


@compiled(nogil=True)
def classify_pending(pixels: U8, pending: I32, classes: Small, found: Small, counts: I64) -> None:
    """Write, and count, the classes of those pixels that ``classify`` did not know; arguments are its own."""
    width = found.shape[1]
    for at in pending:
        row, i = at // width, at % width
        of = classes[place_of(pixels[0, row, i], pixels[1, row, i], pixels[2, row, i])]
        found[row, i] = of
        counts[0, of] += 1


@compiled(nogil=True)
def tally_part(pixels: U8, part: Mask, low: U8, wraps: U32, new: I32) -> int:
    """Add those pixels that lie in a part to the counts of their colours.

    Args:
        pixels: sRGB ``[3, H, W]``, any strides.
        part: ``[H, W]``.
        low: by place, counts modulo 256, added to.
        wraps: by place, how often those began anew.
        new: receives the 24-bit code of each colour that was not counted before; room for one a pixel.

    Returns:
        How many of those there are.
    """
    found = 0
    for row in range(part.shape[0]):
        for i in range(part.shape[1]):
            if part[row, i]:
                r, g, b = pixels[0, row, i], pixels[1, row, i], pixels[2, row, i]
                place = place_of(r, g, b)
                count = np.uint8(low[place] + np.uint8(1))
                low[place] = count
                if count == 0:
                    wraps[place] += _u(1)
                elif count == 1 and wraps[place] == 0:
                    new[found] = (np.int32(r) << 16) | (np.int32(g) << 8) | np.int32(b)
                    found += 1
    return found


@njit(inline="always")
def _of_code(code):  # type: ignore[no-untyped-def]
    return place_of(code >> 16, (code >> 8) & 255, code & 255)


@compiled(nogil=True)
def mark(codes: I32, marks: U8) -> None:
    """Write 1 at the place of each colour."""
    for i in range(codes.size):
        marks[_of_code(codes[i])] = 1


@compiled(nogil=True)
def read_marks(pixels: U8, marks: U8, found: U8) -> None:
    """Write what lies at the place of each pixel's colour.

    Args:
        pixels: sRGB ``[3, H, W]``, any strides.
        marks: by place.
        found: ``[H, W]``, overwritten.
    """
    rows, width = found.shape
    for row in range(rows):
        red, green, blue, said = pixels[0, row], pixels[1, row], pixels[2, row], found[row]
        for i in range(width):
            said[i] = marks[place_of(red[i], green[i], blue[i])]


@compiled(nogil=True)
def greatest(pixels: U8, levels: U8, coarse: U8, step: int, found: U8) -> int:
    """Write, for each square of pixels, the greatest level of their colours.

    Args:
        pixels: sRGB ``[3, H, W]``, any strides.
        levels: by place, from 1 on; asked where ``coarse`` does not say.
        coarse: of each cube of ``CUBE`` codes a side, by red, green and blue, flat, or 0; may be empty.
        step: pixels of a square's side; what lies beyond the frame counts as 0.
        found: ``[ceil(H / step), ceil(W / step)]``, zeros.

    Returns:
        How many pixels neither says anything of.
    """
    rows, width = pixels.shape[1:]
    unknown = 0
    line = np.zeros(found.shape[1] * step, np.uint8)
    most = np.zeros_like(line)
    for row in range(rows):
        red, green, blue = pixels[0, row], pixels[1, row], pixels[2, row]
        if coarse.size:
            for i in range(width):
                line[i] = coarse[_cube_of(red[i], green[i], blue[i])]
        else:
            line[:] = 0
        for i in range(width):
            if line[i] == 0:
                line[i] = levels[place_of(red[i], green[i], blue[i])]
                unknown += line[i] == 0
        for i in range(width):
            most[i] = max(most[i], line[i])
        if (row + 1) % step == 0 or row + 1 == rows:
            said = found[row // step]
            for first in range(step):
                for i in range(said.size):
                    said[i] = max(said[i], most[i * step + first])
            most[:] = 0
    return unknown


@compiled(nogil=True)
def look_up_coarsely(pixels: U8, kept: U8, found: U8) -> None:
    """Write the byte that is kept of the cube that each pixel's colour lies in.

    Args:
        pixels: sRGB ``[3, H, W]``, any strides.
        kept: of each cube of ``CUBE`` codes a side, by red, green and blue, flat.
        found: ``[H, W]``, overwritten.
    """
    rows, width = found.shape
    for row in range(rows):
        red, green, blue, said = pixels[0, row], pixels[1, row], pixels[2, row], found[row]
        for i in range(width):
            said[i] = kept[_cube_of(red[i], green[i], blue[i])]


@compiled(nogil=True)
def seat(codes: I32, first: int, slot: I32) -> None:
    """Give the rows from ``first`` on to colours, by their 24-bit codes."""
    for i in range(codes.size):
        slot[_of_code(codes[i])] = first + i + 1


@compiled(nogil=True)
def lay_out(codes: I32, values: I32, laid: Small) -> None:
    """Write a number of each colour at its place."""
    for i in range(codes.size):
        laid[_of_code(codes[i])] = values[i]


@compiled(nogil=True)
def read_counts(codes: I32, low: U8, wraps: U32, counts: I64) -> None:
    """Write the count of each colour; see ``tally_part``."""
    for i in range(codes.size):
        place = _of_code(codes[i])
        counts[i] = np.int64(low[place]) + np.int64(256) * np.int64(wraps[place])
