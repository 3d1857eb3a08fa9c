"""Every 8-bit colour there is: our CIELAB beside colour-science's.

Converts all 2^24 sRGB codes with ``srgb_to_lab`` and with colour-science, told the same white (the row sum
of the sRGB matrix), and prints the largest difference in L*, a* or b*. Ends with status 1 where that is
above 0.001. Takes some ten seconds.

Run: python benchmarks/lab_all_colours.py
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
import torch

from brandkit.colour import srgb_to_lab
from brandkit.colour.table import CODES, colours_of

LARGEST = 1e-3
CHUNK = 1 << 20


def main() -> int:
    """Compare all colours, a chunk at a time, and print the largest difference."""
    warnings.filterwarnings("ignore", message=".*Matplotlib.*")  # colour-science, of its plots
    import colour

    white = colour.XYZ_to_xy(np.array([0.9505, 1.0, 1.0890]))
    worst, where = 0.0, 0
    for first in range(0, CODES, CHUNK):
        rgb = colours_of(torch.arange(first, first + CHUNK, dtype=torch.int32))
        expected = colour.XYZ_to_Lab(colour.sRGB_to_XYZ(rgb.numpy() / 255), white)
        apart = np.abs(srgb_to_lab(rgb).numpy() - expected).max(1)
        if apart.max() > worst:
            worst, where = float(apart.max()), first + int(apart.argmax())
    print(f"{CODES} colours, largest difference {worst:.6f} at #{where:06X}, allowed {LARGEST}")
    return int(worst > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
