from __future__ import annotations

import numpy as np
import torch

from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.colour.table import CODES, colours_of, places_of
from brandkit.family import Family, classes_of, mark_elsewhere

BRAND = Brand(
    name="Test",
    swatches=(
        Swatch(name="blue", hex="#0050FF"),
        Swatch(name="sand", hex="#E8DCC8", tolerance=4, capture=20),
        Swatch(name="orange", hex="#FF4F00", finish="shaded", tolerance=4, capture=14),
    ),
    forbidden=(Forbidden(name="lime", hex="#B4FF00", tolerance=9),),
)


def test_colours_that_are_marked_as_elsewhere_are() -> None:
    """All of them, by what is said of each by itself."""
    family, classes = Family(BRAND, "cpu"), classes_of(BRAND)
    laid = np.zeros(CODES, np.uint8)
    mark_elsewhere(laid, classes, family)
    assert 0.3 < (laid > 0).mean() < 1
    for codes in torch.arange(CODES, dtype=torch.int32).split(CODES // 8):
        marked = torch.from_numpy(laid[places_of(codes)])
        own = codes[marked > 0]
        assert torch.equal(classes(family(colours_of(own))), marked[marked > 0].int())
