"""Colour in torch: spaces, CIEDE2000, exact tables over 24-bit colours, and 3-D LUTs.

Knows nothing of brands, files or checks.
"""

from __future__ import annotations

from brandkit.colour.difference import ciede2000
from brandkit.colour.lut import Lut
from brandkit.colour.spaces import lab_to_linear, linear_to_lab, linear_to_srgb, srgb_to_lab, srgb_to_linear
from brandkit.colour.table import ColourTable
from brandkit.colour.targets import Target, Targets

__all__ = [
    "ColourTable",
    "Lut",
    "Target",
    "Targets",
    "ciede2000",
    "lab_to_linear",
    "linear_to_lab",
    "linear_to_srgb",
    "srgb_to_lab",
    "srgb_to_linear",
]
