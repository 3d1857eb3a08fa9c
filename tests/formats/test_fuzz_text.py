"""Whatever happens to a file, it is read as a palette or refused in one line; and palettes come back."""

from __future__ import annotations

import json as standard_json
import math
import random
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brandkit.errors import PaletteError
from brandkit.formats import Colour, Kind, Palette, Reading, Value, css, csv, json, tokens, tokens_studio

PALETTES = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("stem")
FORMATS = {"tokens": tokens, "tokens_studio": tokens_studio, "css": css, "csv": csv, "json": json}

MODIFY = {"studio.tokens": {"modify": {"type": "mix", "value": "0.5 + {n}", "space": "lch", "color": "{b}"}}}
TOKENS = {
    "$extensions": {"org.brandkit": {"name": "P", "groups": {"/c": {"$description": "x"}}}},
    "c": {
        "$type": "color",
        "$deprecated": "old",
        "$root": {"$value": {"colorSpace": "oklch", "components": [0.7, "none", 20], "hex": "#aabbcc"}},
        "a": {"$value": "#00f8", "$extensions": {"org.brandkit": {"value": "cmyk 0 1 1 0", "kind": "spot"}}},
        "b": {"$value": "{c.a}"},
        "p": {"$value": {"colorSpace": "srgb", "components": [{"$ref": "#/c/a/$value/components/0"}, 0, 1]}},
    },
    "d": {"$extends": "{c}", "a": {"$ref": "#/c/$root"}, "n": {"$type": "number", "$value": 0.25}},
}
STUDIO = {
    "core": {"a": {"value": "rgba({b}, {n})", "type": "color"}, "n": {"value": "0.1", "type": "opacity"}},
    "dark": {"b": {"value": "#123456", "type": "color", "$extensions": MODIFY}},
    "$metadata": {"tokenSetOrder": ["core", "dark"]},
}
SHEET = b"""@import "x"; /* c */ :root, .a { --a: #F00; --b: var(--a, hsl(1 2% 3% / .5)); --c: rgb(var(--t));
--t: 1 2 3; --d: color(display-p3 1 0 0); --e: oklch(98% calc(0.03 * (2 + 1)) 3rad) !important; color: red }
@media (x) { [d=e] { --a: lab(50% 1 2); & > b { --z: device-cmyk(0 1 1 0) } } }"""
TABLE = (
    b"name;hex;r;g;b;c;m;y;k;group;kind;space;values;description;alias of;extensions\r\n"
    b'"A ""x""";#ff0000;255;0;0;1;2;3;4;A / B;spot;oklch;0.5 0.1 20 / 0.5;\'=x;A / C;{"a": 1}\r\n'
    b"B;0050ff;0;80;255;0;70,5;100;0;;;;;;;\r\n"
)
PLAIN = [
    {"name": "G", "swatches": [{"type": "Spot", "data": {"mode": "LAB", "values": [0.5, 1, 2]}}]},
    {"a": "#f00", "b": [255, 0, 1], "c": {"rgb": {"r": 1, "g": 2, "b": 3}}, "d": {"cmyk": [1, 2, 3, 4]}},
    {"name": "y", "hex": "#123456", "space": "cmyk", "components": [0, 1, 0, 0], "alpha": 0.5, "group": "g"},
]
JSONS = {"tokens": TOKENS, "tokens_studio": STUDIO, "json": PLAIN}


def _files() -> dict[str, list[bytes]]:
    made = {name: [standard_json.dumps(content).encode()] for name, content in JSONS.items()}
    made |= {"css": [SHEET], "csv": [TABLE]}
    real = {
        "tokens": ["style-dictionary-basic.json"],
        "tokens_studio": ["style-dictionary-aliases.json"],
        "css": ["open-props-palette.css", "open-props-brands.css"],
        "csv": ["colour-names.csv"],
        "json": ["sampler.json", "open-color.json"],
    }
    return {name: [*made[name], *((PALETTES / file).read_bytes() for file in real[name])] for name in FORMATS}


FILES = _files()
SPLICES = (
    *(b"{", b"}", b"[", b"]", b'"', b"'", b",", b";", b"-", b"%", b"e", b"/*", b"\r", b"\t", b"\0", b"\xff"),
    *(b"var(", b"calc(", b"--a:", b"$value", b"{c.a}", b"\\u", b"NaN", b"1e999", b"9" * 400),
)
fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def damaged(data: bytes, seed: int) -> bytes:
    """The file with a few bytes flipped, cut, doubled or put in."""
    chance = random.Random(seed)
    content = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(content) + 1)
        match chance.randrange(5):
            case 0 if place < len(content):
                content[place] ^= 1 << chance.randrange(8)
            case 1:
                del content[place : place + chance.randint(1, 40)]
            case 2:
                content[place:place] = content[place : place + chance.randint(1, 200)]
            case 3:
                content[place:place] = chance.choice(SPLICES)
            case _:
                del content[max(place, len(content) // 2) :]
    return bytes(content)


ODD: tuple[Any, ...] = (
    *(None, True, -1, 10**400, 1e308, "", "srgb", "hsl", "#f00", "#/d", "{c.a}", "{a}", "\u202e", [], {}),
    *(["none"], [1, 2, 3], {"$ref": "#/c"}, {"$value": {}}, {"value": []}),
)


def twisted(node: Any, chance: random.Random) -> Any:
    """The JSON value with some of its parts exchanged for others of it, or for nonsense."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(node, list):
        kept = [twisted(child, chance) for child in node]
        return kept * chance.choice([1, 1, 1, 1, 2])
    if isinstance(node, dict):
        keys = list(node)
        made = {}
        for key, child in node.items():
            name = (
                chance.choice([*keys, "$extends", "$value", "value", "a.b"])
                if chance.random() < 0.06
                else key
            )
            made[name] = twisted(node[chance.choice(keys)] if chance.random() < 0.06 else child, chance)
        return made
    return node


def check(name: str, data: bytes) -> Palette | None:
    """Read as a user's file would be, and hold the result to what palettes promise."""
    module = FORMATS[name]
    assert module.recognises(data) in (True, False)
    try:
        palette = module.read(data, READING)
    except PaletteError as error:
        assert str(error).strip() and "\n" not in str(error)
        return None
    assert palette.colours
    for colour in palette.colours:
        assert re.fullmatch("#[0-9A-F]{6}", colour.hex)
        assert all(math.isfinite(part) for part in (*colour.value.components, colour.value.alpha))
        "".join((*colour.group, colour.name, colour.description)).encode()
        assert colour.kind is None or colour.kind in get_args(Kind)
    assert all("\n" not in line for line in palette.notes)
    for writer in (tokens, css, csv, json):
        again = writer.read(writer.write(palette).data, READING)
        assert len(again.colours) == len(palette.colours)
    return palette


@pytest.mark.parametrize("name", FORMATS)
@settings(fuzz, max_examples=120)
@given(seed=st.integers(0, 1 << 32), which=st.integers(0, 5))
def test_a_damaged_file_is_read_or_refused(name: str, seed: int, which: int) -> None:
    files = FILES[name]
    check(name, damaged(files[which % len(files)], seed))


@pytest.mark.parametrize("name", JSONS)
@settings(fuzz, max_examples=200)
@given(seed=st.integers(0, 1 << 32))
def test_json_of_another_structure_is_read_or_refused(name: str, seed: int) -> None:
    content = twisted(JSONS[name], random.Random(seed))
    check(name, standard_json.dumps(content).encode())


@settings(fuzz, max_examples=150)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in FORMATS:
        check(name, data)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("other", FORMATS)
def test_the_file_of_another_format_is_read_or_refused(name: str, other: str) -> None:
    for data in FILES[other]:
        check(name, data)


# --- palettes come back ---

ODD_NAMES = (
    *("", "Red", "a.b", "{x}", "$root", "$value", "=1", "'=1", "A / B", "a\\/b", "--x", ".dark"),
    *("@media (x)", "colors"),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(ODD_NAMES)
SHARE = st.floats(0, 1, allow_subnormal=False)
UNIT_SPACES = (
    *("srgb", "srgb-linear", "display-p3", "a98-rgb", "prophoto-rgb", "rec2020"),
    *("xyz-d50", "xyz-d65", "oklab"),
)
WIDE = SHARE | st.floats(-0.5, 3)
HUE = st.floats(0, 359, allow_subnormal=False)
VALUES = st.one_of(
    st.builds(Value, st.sampled_from(UNIT_SPACES), st.tuples(WIDE, WIDE, WIDE), st.just(1.0) | SHARE),
    st.builds(Value, st.sampled_from(("hsl", "hwb", "hsb")), st.tuples(HUE, SHARE, SHARE)),
    st.builds(Value, st.just("lab"), st.tuples(st.floats(0, 100), st.floats(-90, 90), st.floats(-90, 90))),
    st.builds(Value, st.just("oklch"), st.tuples(SHARE, st.floats(0, 0.4), HUE)),
    st.builds(Value, st.just("cmyk"), st.sampled_from([(0.0, 0.71, 1.0, 0.0), (1.0, 0.5, 0.25, 0.1)])),
    st.builds(Value, st.just("gray"), st.tuples(SHARE)),
)
COLOURS = st.builds(
    READING.colour,
    TEXT,
    VALUES,
    group=st.lists(TEXT, max_size=3).map(tuple),
    kind=st.sampled_from([None, *get_args(Kind)]),
    alias_of=st.none() | st.lists(TEXT, min_size=1, max_size=2).map(tuple),
    description=TEXT,
    extensions=st.dictionaries(st.sampled_from(["com.x", "$deprecated"]), st.booleans() | TEXT, max_size=2),
    where=TEXT,
)
PALETTE = st.builds(
    Palette, TEXT, st.lists(COLOURS, min_size=1, max_size=6).map(tuple),
    extensions=st.dictionaries(st.just("com.example"), st.integers(), max_size=1),
)  # fmt: skip


@settings(fuzz, max_examples=150)
@given(PALETTE)
def test_plain_json_gives_every_palette_back(palette: Palette) -> None:
    export = json.write(palette)
    assert json.read(export.data, READING) == palette and export.losses == ()


@settings(fuzz, max_examples=150)
@given(PALETTE)
def test_a_table_gives_every_colour_back(palette: Palette) -> None:
    export = csv.write(palette)
    again = csv.read(export.data, READING)
    assert again.colours == palette.colours
    assert bool(export.losses) == bool(palette.extensions)


def unsigned(colour: Colour) -> str:
    """What a colour says, without the sign of a zero, which is the same number."""
    return re.sub(r"-0\.0(?![0-9e])", "0.0", repr(colour))


@settings(fuzz, max_examples=150)
@given(PALETTE)
def test_design_tokens_give_every_colour_back_or_say_what_is_lost(palette: Palette) -> None:
    export = tokens.write(palette)
    again = tokens.read(export.data, READING)
    assert again.name == palette.name and again.extensions == palette.extensions
    before, after = ([without_alias(colour) for colour in p.colours] for p in (palette, again))
    assert sorted(map(unsigned, after)) == sorted(map(unsigned, before))
    if not any("another order" in line for line in export.losses):
        assert after == before
    if not any("repeats a colour" in line for line in export.losses):
        assert {c.alias_of for c in again.colours} == {c.alias_of for c in palette.colours}


@settings(fuzz, max_examples=150)
@given(PALETTE)
def test_css_keeps_the_look_of_every_colour(palette: Palette) -> None:
    again = css.read(css.write(palette).data, READING)
    for before, after in zip(palette.colours, again.colours, strict=True):
        said = [bytes.fromhex(c.hex[1:]) for c in (before, after)]
        assert max(abs(a - b) for a, b in zip(*said, strict=True)) <= 1


def without_alias(colour: Colour) -> tuple[object, ...]:
    return (colour.group, colour.name, colour.value, colour.hex, colour.kind, colour.description,
            sorted(colour.extensions.items(), key=str), colour.where)  # fmt: skip
