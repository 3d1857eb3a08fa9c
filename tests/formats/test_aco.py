from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Colour, Palette, Reading, Value, aco

DATA = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("acme")
# What Photoshop 7 wrote of a red and a green, from Chris Butler's description of the format
# (duo-creative.com/chrisb/aco): version 1, then version 2 with "Swatch 1" and "Swatch 2".
PHOTOSHOP_7 = bytes.fromhex(
    "0001 0002 0000 ffff 0000 0000 0000 0000 0000 ffff 0000 0000"
    "0002 0002 0000 ffff 0000 0000 0000 0000 0009 0053 0077 0061 0074 0063 0068 0020 0031 0000"
    "0000 0000 ffff 0000 0000 0000 0009 0053 0077 0061 0074 0063 0068 0020 0032 0000"
)


def version_2(*entries: tuple[int, bytes, str]) -> bytes:
    data = struct.pack(">HH", 2, len(entries))
    for space, stored, name in entries:
        encoded = name.encode("utf-16-be") + b"\0\0"
        data += (
            struct.pack(">H", space) + stored.ljust(8, b"\0") + struct.pack(">I", len(encoded) // 2) + encoded
        )
    return data


def test_photoshops_own_file() -> None:
    palette = aco.read(PHOTOSHOP_7, READING)
    assert [(c.name, c.hex) for c in palette.colours] == [("Swatch 1", "#FF0000"), ("Swatch 2", "#00FF00")]


def test_what_photoshop_wrote_is_written_alike() -> None:
    assert aco.write(aco.read(PHOTOSHOP_7, READING)).data == PHOTOSHOP_7


def test_version_1_alone_has_no_names() -> None:
    palette = aco.read(PHOTOSHOP_7[:24], READING)
    assert [(c.name, c.hex) for c in palette.colours] == [("", "#FF0000"), ("", "#00FF00")]


def test_version_2_alone() -> None:
    assert aco.recognises(PHOTOSHOP_7[24:])
    assert len(aco.read(PHOTOSHOP_7[24:], READING).colours) == 2


def test_a_file_of_another_program() -> None:
    palette = formats.read(DATA / "adobe-color-swatch.aco")
    assert [(c.name, str(c.value)) for c in palette.colours] == [
        ("RGB Magenta 16-bit", "srgb 1 0 1"),
        ("RGB Magenta 32-bit", "srgb 1 0 1"),
        ("Ocean", "hsb 216 0.8 0.5"),
        ("CMYK Magenta 16-bit", "cmyk 0 1 0 0"),
        ("CMYK 71%", "cmyk 0 0.71 1 0"),
        ("75% Gray", "gray 0.25"),
        ("Grün – leaf", f"srgb {0x2F / 255!r} {0x9E / 255!r} {0x44 / 255!r}"),
    ]


def test_what_another_program_wrote_is_written_alike() -> None:
    data = (DATA / "adobe-color-swatch.aco").read_bytes()
    assert aco.write(aco.read(data, READING)).data == data


def test_grey_is_as_dark_as_in_photoshops_default_swatches() -> None:
    (said,) = (c for c in formats.read(DATA / "photoshop-defaults.ase").colours if c.name == "75% Gray")
    (found,) = aco.read(version_2((8, b"\x1d\x4c", "75% Gray")), READING).colours
    assert found.value == said.value


@pytest.mark.parametrize(
    ("space", "numbers", "value"),
    [
        (1, (43690, 65535, 32768), Value("hsb", (240.0, 1.0, 0.5))),
        (
            2,
            (0, 65535, 65535, 65535),
            Value("cmyk", (1.0, 0.0, 0.0, 0.0)),
        ),  # pure cyan, Adobe's specification
        (7, (5000, 4000, -2000), Value("lab", (50.0, 40.0, -20.0))),
        (8, (7500,), Value("gray", (0.25,))),  # "75% Gray" is 0x1D4C
        (9, (10000, 0, 0, 2500), Value("cmyk", (1.0, 0.0, 0.0, 0.25))),  # nomodes.com; GIMP inverts it
    ],
)
def test_every_colour_space(space: int, numbers: tuple[int, ...], value: Value) -> None:
    stored = b"".join(struct.pack(">H", n & 0xFFFF) for n in numbers)
    (found,) = aco.read(version_2((space, stored, "x")), READING).colours
    assert found.value.space == value.space
    assert found.value.components == pytest.approx(value.components, abs=1e-4)


@pytest.mark.parametrize(("space", "book"), [(3, "Pantone"), (10, "HKS")])
def test_colours_of_a_book_are_named_and_left_aside(space: int, book: str) -> None:
    palette = aco.read(version_2((space, b"", "2728 C"), (0, b"", "ink")), READING)
    assert [c.name for c in palette.colours] == ["ink"]
    assert any("'2728 C'" in note and book in note for note in palette.notes)


def test_wide_cmyk_which_programs_read_differently_is_pointed_out() -> None:
    palette = aco.read(version_2((9, struct.pack(">4H", 10000, 0, 0, 0), "cyan")), READING)
    assert palette.notes[0].startswith("'cyan': is in wide CMYK, read as 10000 for all ink")


def test_a_colour_without_a_name_is_left_aside_by_its_number() -> None:
    first = struct.pack(">HH5H5H", 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert aco.read(first, READING).notes[0].startswith("'colour 1': is from the Pantone book")


def test_what_lies_behind_the_last_colour_is_noted() -> None:
    assert aco.read(PHOTOSHOP_7 + b"8BIM", READING).notes == (
        "4 bytes behind the last colour are left aside",
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ends at byte 0"),
        (b"\0\7\0\1", "does not begin with version 1 or 2"),
        (b"\0\1\0\0", "holds no colour"),
        (PHOTOSHOP_7[:20], "in the middle of colour 2"),
        (PHOTOSHOP_7[:-6], "in the middle of the name of colour 2"),
        (b"\0\2\xff\xff" + b"\0" * 10 + b"\xff\xff\xff\xff", "in the middle of the name of colour 1"),
        (version_2((3, b"", "P 1")), "holds no colour that can be read.*Pantone"),
        (version_2((2, b"", "c"), (8, b"\xff\xff", "g")), "colour 2, 'g'.*outside 0 to 1"),
    ],
)
def test_damage_is_said_with_its_place(data: bytes, words: str) -> None:
    with pytest.raises(PaletteError, match=words):
        aco.read(data, READING)


def test_what_it_cannot_hold_is_listed() -> None:
    colours = (
        READING.colour("wide", Value("oklch", (0.7, 0.2, 40)), group=("A",), kind="spot"),
        READING.colour("vivid", Value("lab", (50, 140, 0))),
    )
    losses = aco.write(Palette("p", colours)).losses
    assert any("cannot hold this oklch" in loss for loss in losses)
    assert any("'vivid'" in loss and "lab" in loss for loss in losses)
    assert any("no groups" in loss for loss in losses) and any("spot from process" in loss for loss in losses)


def test_numbers_that_16_bits_round_are_a_loss_only_where_the_hex_changes() -> None:
    kept = READING.colour("kept", Value("lab", (50.001, 20.0, 10.0)))
    moved = READING.colour("moved", Value("lab", (50.2129, 20.0, 10.0)))
    export = aco.write(Palette("p", (kept, moved)))
    assert export.losses == ("'moved': ACO holds 16 bits of a number, which changes the HEX here",)
    assert [c.hex for c in aco.read(export.data, READING).colours] == [kept.hex, "#9C6A67"]
    assert moved.hex == "#9C6A68"


def test_a_share_comes_back_as_a_person_typed_it() -> None:
    orange = READING.colour("orange", Value("cmyk", (0, 0.71, 1, 0.05)))
    (found,) = aco.read(aco.write(Palette("p", (orange,))).data, READING).colours
    assert found.value.components == (0.0, 0.71, 1.0, 0.05)


whole = st.integers(0, 65535).map(lambda v: v / 65535)
share = st.integers(0, 10**4).map(lambda v: v / 10**4)
hundredth = st.integers(-12800, 12700).map(lambda v: v / 100)
values = st.one_of(
    st.tuples(whole, whole, whole).map(lambda v: Value("srgb", v)),
    st.tuples(st.integers(0, 3600).map(lambda v: v / 10), share, share).map(lambda v: Value("hsb", v)),
    st.tuples(share, share, share, share).map(lambda v: Value("cmyk", v)),
    st.tuples(share).map(lambda v: Value("gray", v)),
    st.tuples(share.map(lambda v: round(100 * v, 2)), hundredth, hundredth).map(lambda v: Value("lab", v)),
)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.builds(READING.colour, names, values), min_size=1, max_size=6))
def test_names_order_and_values_come_back(colours: list[Colour]) -> None:
    export = aco.write(Palette("p", tuple(colours)))
    found = aco.read(export.data, READING).colours
    assert not export.losses
    assert [c.name for c in found] == [c.name for c in colours]
    for was, now in zip(colours, found, strict=True):
        assert (now.hex, now.value.space) == (was.hex, was.value.space)
        assert now.value.components == pytest.approx(was.value.components, abs=1e-12)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from([0, 1, 2, 7, 8]), st.binary(min_size=8, max_size=8))
def test_any_numbers_are_written_as_the_same_16_bits(space: int, stored: bytes) -> None:
    used = {0: 6, 1: 6, 2: 8, 7: 6, 8: 2}[space]
    data = version_2((space, stored[:used], "a"))
    try:
        palette = aco.read(data, READING)
    except PaletteError as error:
        assert "outside 0 to 1" in str(error)
    else:
        export = aco.write(palette)
        assert export.data.endswith(data) or any("cannot hold this lab" in loss for loss in export.losses)
