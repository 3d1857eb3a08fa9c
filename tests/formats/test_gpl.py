from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.GimpPaletteFile import GimpPaletteFile

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Colour, Palette, Reading, Value, gpl

DATA = Path(__file__).parents[1] / "data" / "palettes"
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
    assert palette.notes == ("'line 2': is no colour; left aside",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"JASC-PAL\n", "does not begin with 'GIMP Palette'"),
        (b"GIMP Palette\n", "holds no colours"),
        (b"GIMP Palette\r\n\r\n#\r1 2 300 x\n", "line 4: 300 is above 255"),
        (b"GIMP Palette\n" + b"x\n" * 400_001, "more than 400000 lines"),
        (b"GIMP Palette" + b"\n" * 10**6, "holds no colours"),
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
    assert any("the name is changed" in loss for loss in export.losses)
    assert [c.name for c in gpl.read(export.data, READING).colours] == ["ink", "two lines"]


def test_an_8_bit_colour_of_an_ase_file_is_no_loss() -> None:
    losses = gpl.write(formats.read(DATA / "sampler.ase")).losses
    assert [loss for loss in losses if "8-bit" in loss] == [
        "'grey': GPL holds 8-bit sRGB only; gray written as #F1F1F1"
    ]


def test_losses_are_counted_not_listed_one_by_one() -> None:
    colours = [READING.colour(f" c{k}", Value("oklch", (0.5, 0.1, k))) for k in range(200)]
    losses = gpl.write(Palette("p", tuple(colours))).losses
    assert len(losses) == 2 and all("and 196 more: " in loss for loss in losses)


def test_a_colour_called_as_gimp_calls_those_without_a_name() -> None:
    export = gpl.write(Palette("p", (READING.colour("Untitled", Value("srgb", (0, 0, 0))),)))
    assert export.losses == ("'Untitled': is what GIMP calls a colour without a name, and is read as none",)


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
def test_names_order_and_hex_come_back(colours: list[Colour]) -> None:
    export = gpl.write(Palette("p", tuple(colours)))
    found = gpl.read(export.data, READING).colours
    assert [c.hex for c in found] == [c.hex for c in colours]
    assert export.losses or [c.name for c in found] == [c.name for c in colours]
    assert GimpPaletteFile.frombytes(export.data).palette == bytes.fromhex(
        "".join(c.hex[1:] for c in colours)
    )
