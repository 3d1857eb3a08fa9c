"""A frame counted by colour in one pass on the CPU, compiled by numba: ``ColourTable.tally``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled

U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

_u = np.uint32  # An index that cannot be negative is one that the compiler need not turn around.


@compiled(nogil=True)
def tally_pixels(
    pixels: U8, slot: I32, known: int, flags: U8, kinds: U8, none: int, counts: I64, areas: I64, codes: I32
) -> tuple[int, int]:
    """Add each pixel to the count of its colour; colours without a slot get the next, in order of appearance.

    Args:
        pixels: sRGB ``[3, n]``.
        slot: 2^24 slots by 24-bit code, -1 where empty; filled in place.
        known: slots in use before.
        flags: 0 or 1 for each of those.
        kinds: likewise, 0 to 255.
        none: the kind that is not counted.
        counts: by slot, 0 where none is known; room for ``known`` and one for each pixel, or for all colours.
        areas: 256 counts of the pixels by kind, added to.
        codes: receives the 24-bit code of each new colour.

    Returns:
        Slots in use after, and how many of the pixels have a flag. Neither flags nor kinds of the new
        colours are counted.
    """
    size = known
    flagged = 0
    red, green, blue = pixels[0], pixels[1], pixels[2]
    for i in range(red.size):
        code = (_u(red[i]) << _u(16)) | (_u(green[i]) << _u(8)) | _u(blue[i])
        at = slot[code]
        if at < 0:
            at = np.int32(size)
            slot[code] = at
            codes[_u(size - known)] = np.int32(code)
            size += 1
        row = _u(at)
        counts[row] += 1
        if at < known:
            flagged += flags[row]
            kind = kinds[row]
            if kind != none:
                areas[kind] += 1
    return size, flagged
