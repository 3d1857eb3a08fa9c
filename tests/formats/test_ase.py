from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Colour, Kind, Palette, Reading, Value, ase
from brandkit.formats.binary import shortest

DATA = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("acme")
SPACES = {"RGB": "srgb", "CMYK": "cmyk", "Gray": "gray", "LAB": "lab"}


def block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def text(name: str) -> bytes:
    encoded = name.encode("utf-16-be") + b"\0\0"
    return struct.pack(">H", len(encoded) // 2) + encoded


def entry(name: str, model: bytes, *parts: float, kind: int = 2) -> bytes:
    return block(1, text(name) + model + struct.pack(f">{len(parts)}fH", *parts, kind))


def file(*blocks: bytes, count: int | None = None) -> bytes:
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks) if count is None else count) + b"".join(blocks)


def test_a_real_file_holds_what_its_authors_say() -> None:
    (group,) = json.loads((DATA / "sampler.json").read_text())
    palette = formats.read(DATA / "sampler.ase")
    assert [c.name for c in palette.colours] == [s["name"] for s in group["swatches"]]
    assert {c.group for c in palette.colours} == {(group["name"],)}
    for colour, said in zip(palette.colours, group["swatches"], strict=True):
        assert colour.value.space == SPACES[said["data"]["mode"]]
        assert colour.value.components == pytest.approx(said["data"]["values"], abs=1e-7)
        assert colour.kind == said["type"].lower()


def test_photoshops_default_swatches_hold_what_another_reader_says() -> None:
    said = json.loads((DATA / "photoshop-defaults.json").read_text())["colors"]
    palette = formats.read(DATA / "photoshop-defaults.ase")
    assert [c.name for c in palette.colours] == [s["name"] for s in said]
    assert [c.kind for c in palette.colours] == [s["type"] for s in said]
    for colour, entry in zip(palette.colours, said, strict=True):
        assert colour.value.space == SPACES[entry["model"]]
        # The file has ink to a tenth of a percent, the other reader's list in Photoshop's 15 bits.
        assert colour.value.components == pytest.approx(entry["color"], abs=5e-4)
    assert palette.notes == ()


@pytest.mark.parametrize("name", ["sampler.ase", "photoshop-defaults.ase"])
def test_a_real_file_is_written_as_it_was(name: str) -> None:
    export = ase.write(formats.read(DATA / name))
    assert (export.data, export.losses) == ((DATA / name).read_bytes(), ())


def test_a_number_is_the_decimal_that_a_person_typed() -> None:
    greys = {c.name: c.value for c in formats.read(DATA / "photoshop-defaults.ase").colours}
    assert str(greys["30% Gray"]) == "gray 0.7" and str(greys["90% Gray"]) == "gray 0.1"


def test_every_model_and_kind() -> None:
    palette = ase.read(
        file(
            entry("rgb", b"RGB ", 0.0, 80 / 255, 1.0, kind=0),
            entry("cmyk", b"CMYK", 0.0, 0.71, 1.0, 0.0, kind=1),
            entry("lab", b"LAB ", 0.505, 60.0, -30.5),
            entry("gray", b"Gray", 0.5),
        ),
        READING,
    )
    assert [c.value for c in palette.colours[1:]] == [
        Value("cmyk", (0.0, 0.71, 1.0, 0.0)),
        Value("lab", (50.5, 60.0, -30.5)),
        Value("gray", (0.5,)),
    ]
    assert palette.colours[0].hex == "#0050FF"
    assert [c.kind for c in palette.colours] == ["global", "spot", "process", "process"]


def test_groups_nest_and_end() -> None:
    palette = ase.read(
        file(
            block(0xC001, text("Brand")),
            entry("a", b"RGB ", 0, 0, 0),
            block(0xC001, text("Print")),
            entry("b", b"RGB ", 0, 0, 0),
            block(0xC002, b""),
            entry("c", b"RGB ", 0, 0, 0),
            block(0xC002, b""),
            entry("d", b"RGB ", 0, 0, 0),
        ),
        READING,
    )
    assert [c.group for c in palette.colours] == [("Brand",), ("Brand", "Print"), ("Brand",), ()]


def test_an_unknown_block_and_a_missing_end_are_no_harm() -> None:
    palette = ase.read(
        file(block(0xC001, text("G")), block(0x77, b"12345"), entry("a", b"rgb ", 1, 1, 1), count=9), READING
    )
    assert [c.hex for c in palette.colours] == ["#FFFFFF"]
    assert any("0x0077" in note for note in palette.notes)
    assert any("states 9 blocks" in note for note in palette.notes)


def test_the_bytes_tell_how_many_blocks_there_are() -> None:
    blocks = (block(0xC001, text("G")), entry("a", b"RGB ", 0, 0, 0), block(0xC002, b""))
    palette = ase.read(file(*blocks, entry("b", b"RGB ", 1, 1, 1), count=2), READING)
    assert [(c.name, c.group) for c in palette.colours] == [("a", ("G",)), ("b", ())]
    assert palette.notes == ("states 2 blocks, but holds 4",)


def test_what_lies_behind_the_last_block_is_noted() -> None:
    palette = ase.read(file(entry("a", b"RGB ", 1, 1, 1)) + b"\0" * 7, READING)
    assert palette.notes == ("7 bytes behind the last block are left aside",)


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        (b"\0\0", ""),
        (b"\0\1\0\0", ""),
        (b"\0\2\0a\0b", "ab"),
        (b"\0\4\0a\0b\0\0\0\0", "ab"),
    ],
    ids=["no length", "only NUL", "no NUL", "two NULs"],
)
def test_a_name_ends_where_its_length_or_nul_says(stored: bytes, name: str) -> None:
    body = b"RGB " + struct.pack(">3fH", 0, 0, 0, 2)
    assert ase.read(file(block(1, stored + body)), READING).colours[0].name == name


@pytest.mark.parametrize("model", [b"LAB ", b"LAB\0", b"Lab "])
def test_a_model_is_known_however_it_is_padded(model: bytes) -> None:
    (found,) = ase.read(file(entry("a", model, 0.5, 1, 2)), READING).colours
    assert found.value == Value("lab", (50.0, 1.0, 2.0))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"ASE", "does not begin with ASEF"),
        (b"ASEF\0\1\0\0", "ends at byte 8, in the middle of the number of blocks"),
        (file(), "holds no colours"),
        (file(entry("a", b"RGB ", 1, 1, 1))[:-4], "ends at byte"),
        (file(entry("a", b"HLS ", 1, 1, 1)), "is no colour model"),
        (file(entry("a", b"RGB ", float("nan"), 1, 1)), "'a': .*no finite number"),
        (file(block(1, struct.pack(">H", 65535))), "ends at byte"),
        (file(entry("a", b"LAB ", 3.4028e38, 0, 0)), "'a': .*too large to be a colour; export it again"),
        (file(*[block(0xC001, text("g"))] * 70), "more than 64 deep"),
        (file(*[block(0x77, b"")] * 400_001), "more than 400000 blocks"),
        (b"ASEF\0\1\0\0\xff\xff\xff\xff\0\1\xff\xff\xff\xff", "ends at byte"),
    ],
)
def test_damage_is_said_with_its_place(data: bytes, words: str) -> None:
    with pytest.raises(PaletteError, match=words):
        ase.read(data, READING)


def test_a_space_that_the_format_has_not_is_written_as_srgb_and_said() -> None:
    wide = READING.colour("wide", Value("display-p3", (1, 0, 0)), description="x")
    export = ase.write(Palette("p", (wide,)))
    (found,) = ase.read(export.data, READING).colours
    assert (found.hex, found.value.space) == (wide.hex, "srgb")
    assert any("'wide': ASE has no display-p3" in loss for loss in export.losses)
    assert any("descriptions" in loss for loss in export.losses)


def test_losses_are_counted_not_listed_one_by_one() -> None:
    colours = [READING.colour(f"c{k}", Value("oklch", (0.5, 0.1, k)), group=("G",)) for k in range(200)]
    (line,) = ase.write(Palette("p", tuple(colours))).losses
    assert line.startswith("'c0', 'c1', 'c2', 'c3' and 196 more: ASE has no oklch; written as #")
    assert all(colour.hex in line for colour in colours[:4])


def test_an_alias_is_written_as_a_colour_and_said() -> None:
    brand = READING.colour("brand", Value("srgb", (0, 0, 0)))
    link = READING.colour("link", Value("srgb", (0, 0, 0)), alias_of=("brand",))
    export = ase.write(Palette("p", (brand, link)))
    assert export.losses == ("'link': ASE has no references; written as a colour of its own",)
    assert [c.name for c in ase.read(export.data, READING).colours] == ["brand", "link"]


@pytest.mark.parametrize(
    ("name", "group", "found", "words"),
    [
        ("n" * 70_000, (), ("n" * 32_000, ()), "longer than 32000 characters"),
        ("a", ("g" * 70_000,), ("a", ("g" * 32_000,)), "longer than 32000 characters"),
        ("a\ud800b", (), ("a?b", ()), "no character"),
        ("a\0b", (), ("ab", ()), "no character"),
        ("a", ("g",) * 80, ("a", ("g",) * 64), "more than 64 deep"),
    ],
    ids=["long name", "long group", "half a surrogate pair", "NUL", "deep groups"],
)
def test_a_name_that_does_not_fit_is_fitted_and_said(
    name: str, group: tuple[str, ...], found: tuple[str, tuple[str, ...]], words: str
) -> None:
    export = ase.write(Palette("p", (READING.colour(name, Value("srgb", (0, 0, 0)), group=group),)))
    (colour,) = ase.read(export.data, READING).colours
    assert (colour.name, colour.group) == found
    assert any(words in loss for loss in export.losses)


# Six digits come back from a 32-bit float as they were.
share = st.integers(0, 10**6).map(lambda v: v / 10**6)
values = st.one_of(
    st.tuples(share, share, share).map(lambda v: Value("srgb", v)),
    st.tuples(share, share, share, share).map(lambda v: Value("cmyk", v)),
    st.tuples(share).map(lambda v: Value("gray", v)),
    st.tuples(
        st.integers(0, 10**6).map(lambda v: v / 10**4),
        *[st.integers(-128_000, 127_000).map(lambda v: v / 10**3)] * 2,
    ).map(lambda v: Value("lab", v)),
)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.builds(
            lambda name, value, group, kind: READING.colour(name, value, group=group, kind=kind),
            names,
            values,
            st.lists(names, max_size=3).map(tuple),
            st.sampled_from(get_args(Kind)),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_names_order_groups_values_and_kinds_come_back(colours: list[Colour]) -> None:
    found = ase.read(ase.write(Palette("p", tuple(colours))).data, READING).colours
    assert found == tuple(colours)


@settings(deadline=None, max_examples=300)
@given(st.floats(width=32, allow_nan=False))
def test_the_shortest_decimal_is_stored_as_the_same_bits(number: float) -> None:
    assert struct.pack(">f", shortest(number)) == struct.pack(">f", number)


@settings(deadline=None, max_examples=200)
@given(st.binary(min_size=4, max_size=4), st.binary(min_size=8, max_size=8))
def test_any_numbers_are_written_as_the_same_bits(lightness: bytes, rest: bytes) -> None:
    stored = file(block(1, text("a") + b"LAB " + lightness + rest + b"\0\2"))
    try:
        palette = ase.read(stored, READING)
    except PaletteError as error:
        assert "'a': a lab" in str(error)
    else:
        assert ase.write(palette).data == stored
