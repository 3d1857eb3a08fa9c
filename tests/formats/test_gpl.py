from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, Value, gpl

READING = Reading("acme")
# https://developer.gimp.org/core/standards/gpl, the example
GIMP = b"GIMP Palette\nName: Bears\n#\n  8   8   8\tgrey3\n 68  44  44\tDark brown\n 80   8  12\n"


def test_gimps_own_example() -> None:
    palette = gpl.read(GIMP, READING)
    assert palette.name == "Bears"
    assert [(c.name, c.hex) for c in palette.colours] == [
        ("grey3", "#080808"),
        ("Dark brown", "#442C2C"),
        ("", "#50080C"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GIMP,
        GIMP.replace(b"\n", b"\r\n"),
        GIMP.replace(b"\t", b" ").replace(b"Name: Bears\n", b"Name: Bears\nColumns: 4\n# by hand\n\n"),
    ],
    ids=["byte order mark", "DOS", "columns and comments"],
)
def test_dialects(data: bytes) -> None:
    assert gpl.recognises(data)
    assert gpl.read(data, READING).colours == gpl.read(GIMP, READING).colours


def test_without_a_name_the_file_names_it() -> None:
    assert gpl.read(b"GIMP Palette\n1 2 3 x\n", READING).name == "acme"


def test_old_files_are_latin_1() -> None:
    assert gpl.read("GIMP Palette\n1 2 3\tGrün\n".encode("latin-1"), READING).colours[0].name == "Grün"


def test_a_line_that_is_no_colour_is_noted() -> None:
    palette = gpl.read(b"GIMP Palette\nred\n1 2 3 x\n", READING)
    assert palette.notes == ("line 2 is no colour; left aside",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"JASC-PAL\n", "does not begin with 'GIMP Palette'"),
        (b"GIMP Palette\n", "holds no colours"),
        (b"GIMP Palette\n1 2 300 x\n", "line 2: 300 is above 255"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, words: str) -> None:
    with pytest.raises(PaletteError, match=words):
        gpl.read(data, READING)


def test_what_it_cannot_hold_is_listed() -> None:
    colours = (
        READING.colour("ink", Value("cmyk", (0, 0, 0, 1)), group=("A",), kind="spot"),
        READING.colour(" two\nlines ", Value("srgb", (0, 0, 0))),
    )
    export = gpl.write(Palette("p", colours))
    assert "'ink': GPL holds 8-bit sRGB only; cmyk written as #231F20" in export.losses
    assert any("is called 'two lines' here" in loss for loss in export.losses)
    assert [c.name for c in gpl.read(export.data, READING).colours] == ["ink", "two lines"]


codes = st.integers(0, 255).map(lambda v: v / 255)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.builds(
            lambda name, rgb: READING.colour(name, Value("srgb", rgb)), names, st.tuples(codes, codes, codes)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_names_order_and_hex_come_back(colours: list) -> None:
    export = gpl.write(Palette("p", tuple(colours)))
    found = gpl.read(export.data, READING).colours
    for was, now in zip(colours, found, strict=True):
        assert now.hex == was.hex
        assert now.name == was.name or was.name == "Untitled" or any("is called" in x for x in export.losses)
