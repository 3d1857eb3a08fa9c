from __future__ import annotations

import torch

from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.colour.table import CODES, colours_of
from brandkit.colour.table_kernel import CUBE
from brandkit.family import Family, classes_of, elsewhere

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
    far = elsewhere(classes, family)
    assert 0.3 < far.cubes.mean() < 1
    for codes in torch.arange(CODES, dtype=torch.int32).split(CODES // 8):
        r, g, b = (colours_of(codes).int() // CUBE).T
        own = codes[torch.from_numpy(far.cubes[(r * 64 + g) * 64 + b]) > 0]
        assert classes(family(colours_of(own))).eq(far.number).all()
