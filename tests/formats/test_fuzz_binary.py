"""Whatever is done to the bytes of an Adobe or GIMP palette, reading ends in colours or in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Reading

from .test_aco import PHOTOSHOP_7
from .test_gpl import GIMP

READING = Reading("acme")
SEEDS = {
    "ase": (Path(__file__).parents[1] / "data" / "palettes" / "sampler.ase").read_bytes(),
    "aco": PHOTOSHOP_7,
    "gpl": GIMP,
}


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(changed)))
        match draw(st.sampled_from(["write", "drop", "double", "cut", "ones"])):
            case "write":
                changed[place : place + 4] = draw(st.binary(min_size=1, max_size=4))
            case "drop":
                del changed[place : place + draw(st.integers(1, 9))]
            case "double":
                changed[place:place] = changed[place : place + 20]
            case "cut":
                del changed[place:]
            case _:
                changed[place : place + 4] = b"\xff\xff\xff\xff"
    return bytes(changed)


@pytest.mark.parametrize("name", SEEDS)
@settings(deadline=None, max_examples=600)
@given(draw=st.data())
def test_damage_ends_in_colours_or_in_one_line(name: str, draw: st.DataObject) -> None:
    data = draw.draw(damaged(SEEDS[name]))
    form = formats.form(name)
    form.recognises(data)
    try:
        palette = form.read(data, READING)
    except PaletteError as error:
        assert "\n" not in str(error)
    else:
        assert palette.colours
        assert len(palette.colours) <= len(data)
