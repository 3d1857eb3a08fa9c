"""Whatever is done to the bytes of an Adobe or GIMP palette, reading ends in colours or in one line."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, Value, Writable, ase

from .test_aco import PHOTOSHOP_7
from .test_gpl import GIMP

DATA = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("acme")
SEEDS = {
    "ase": [
        (DATA / "sampler.ase").read_bytes(),
        ase.write(
            Palette(
                "p",
                (
                    READING.colour("lab", Value("lab", (50, 20, -20)), group=("A", "B"), kind="spot"),
                    READING.colour("cmyk", Value("cmyk", (0, 0.71, 1, 0)), group=("A",)),
                ),
            )
        ).data,
    ],
    "aco": [PHOTOSHOP_7, PHOTOSHOP_7[24:], (DATA / "adobe-color-swatch.aco").read_bytes()],
    "gpl": [GIMP, b"GIMP Palette\r\nName: B\r\nColumns: 2\r\n0 0 0\tGr\xfcn\r\n255 255 255\r\n"],
}
EDGES = (b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\x7f\x7f\xff\xff", b"\x7f\x80\0\0", b"\0\0\0\0")
"""As a count 2**32 - 1, 2**31, 2**31 - 32769; as a float not a number, -0, the largest, infinity."""


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    changed = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(changed)))
        match draw(st.sampled_from(["write", "drop", "double", "cut", "splice", "flip", "edge"])):
            case "write":
                changed[place : place + 4] = draw(st.binary(min_size=1, max_size=4))
            case "drop":
                del changed[place : place + draw(st.integers(1, 9))]
            case "double":
                changed[place:place] = changed[place : place + 20]
            case "cut":
                del changed[place:]
            case "splice":
                other = draw(st.sampled_from(seeds))
                first = draw(st.integers(0, len(other)))
                changed[place:place] = other[first : first + draw(st.integers(1, 60))]
            case "flip" if place < len(changed):
                changed[place] ^= 1 << draw(st.integers(0, 7))
            case _:
                changed[place : place + 4] = draw(st.sampled_from(EDGES))
    return bytes(changed)


@pytest.mark.parametrize("name", SEEDS)
@settings(deadline=None, max_examples=600)
@given(draw=st.data())
def test_damage_ends_in_colours_or_in_one_line(name: str, draw: st.DataObject) -> None:
    data = draw.draw(damaged(SEEDS[name]))
    form = formats.form(name)
    assert isinstance(form, Writable)
    form.recognises(data)
    try:
        palette = form.read(data, READING)
    except PaletteError as error:
        assert "\n" not in str(error)
    else:
        assert palette.colours
        assert len(palette.colours) <= len(data)
        again = form.read(form.write(palette).data, READING)
        assert len(again.colours) == len(palette.colours)


def huge(head: bytes, rest: bytes = b"") -> bytes:
    return head + b"\xff" * 4 + rest


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ase", huge(b"ASEF\0\1\0\0")),
        ("ase", huge(b"ASEF\0\1\0\0\0\0\0\1\0\1")),
        ("ase", huge(b"ASEF\0\1\0\0\0\0\0\1\xc0\1\0\0\0\4", b"ab")),
        ("aco", b"\0\2\xff\xff"),
        ("aco", huge(b"\0\2\0\1" + bytes(10), b"ab")),
    ],
    ids=["blocks", "length of a block", "length of a name", "colours", "length of a colour's name"],
)
def test_a_huge_count_takes_no_memory(name: str, data: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(PaletteError):
            formats.form(name).read(data, READING)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
