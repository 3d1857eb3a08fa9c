from __future__ import annotations

import torch

from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.colour.table import CODES, colours_of
from brandkit.family import Family, classes_of, cubes_elsewhere

BRAND = Brand(
    name="Test",
    swatches=(
        Swatch(name="blue", hex="#0050FF"),
        Swatch(name="sand", hex="#E8DCC8", tolerance=4, capture=20),
        Swatch(name="orange", hex="#FF4F00", finish="shaded", tolerance=4, capture=14),
    ),
    forbidden=(Forbidden(name="lime", hex="#B4FF00", tolerance=9),),
)


def test_colours_of_cubes_that_are_elsewhere_are() -> None:
    """All of them, by what is said of each by itself."""
    family, classes = Family(BRAND, "cpu"), classes_of(BRAND)
    cubes = torch.from_numpy(cubes_elsewhere(classes, family))
    assert 0.3 < (cubes > 0).float().mean() < 1
    for codes in torch.arange(CODES, dtype=torch.int32).split(CODES // 8):
        r, g, b = (colours_of(codes) >> 3).long().unbind(1)
        marked = cubes[(r << 10) | (g << 5) | b]
        own = codes[marked > 0]
        assert torch.equal(classes(family(colours_of(own))), marked[marked > 0].int())
