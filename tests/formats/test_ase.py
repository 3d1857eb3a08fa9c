from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Colour, Kind, Palette, Reading, Value, ase

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
        (file(*[block(0xC001, text("g"))] * 70), "more than 64 deep"),
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


single = st.floats(0, 1, width=32).map(lambda v: float(np.float32(v)))
values = st.one_of(
    st.tuples(single, single, single).map(lambda v: Value("srgb", v)),
    st.tuples(single, single, single, single).map(lambda v: Value("cmyk", v)),
    st.tuples(single).map(lambda v: Value("gray", v)),
    st.tuples(single.map(lambda v: v * 100), *[st.floats(-128, 127, width=32)] * 2).map(
        lambda v: Value("lab", v)
    ),
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
    for was, now in zip(colours, found, strict=True):
        assert (now.name, now.group, now.kind) == (was.name, was.group, was.kind)
        # 0.3 of 255 is 76.5: of such a tie, the shortest decimal of the same 32 bits may go the other way.
        codes = zip(bytes.fromhex(now.hex[1:]), bytes.fromhex(was.hex[1:]), strict=True)
        assert max(abs(one - other) for one, other in codes) <= 1
        assert now.value.space == was.value.space
        assert now.value.components == pytest.approx(was.value.components, rel=1e-6, abs=1e-30)
    again = ase.write(Palette("p", found)).data
    assert again == ase.write(Palette("p", tuple(colours))).data
