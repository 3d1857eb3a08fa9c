from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from brandkit.errors import PaletteError
from brandkit.formats import Colour, Palette, Reading, Value, tokens

PALETTES = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("stem")

RED = {"$value": {"colorSpace": "srgb", "components": [1, 0, 0]}}
BLUE = {"$value": {"colorSpace": "srgb", "components": [0, 0.4, 0.8], "hex": "#0066cc"}}


def read(content: object) -> Palette:
    return tokens.read(json.dumps(content).encode(), READING)


def names(palette: Palette) -> list[tuple[str, ...]]:
    return [(*colour.group, colour.name) for colour in palette.colours]


def notes(palette: Palette) -> str:
    return "\n".join(palette.notes)


def written(palette: Palette) -> tuple[dict[str, Any], tuple[str, ...]]:
    export = tokens.write(palette)
    return json.loads(export.data), export.losses


def one(**colour: Any) -> Palette:
    said = {"value": Value("srgb", (1.0, 0.0, 0.0)), **colour}
    return Palette("P", (READING.colour(said.pop("name", "Hero"), said.pop("value"), **said),))


# --- the text of the report (https://www.designtokens.org/tr/2025.10) ---

# Its module on colour gives these as examples; its values of hex there are no conversions, and those of
# the spaces that hold #FF00FF exactly are rounded.
MAGENTA = [
    ("srgb", [1, 0, 1]),
    ("srgb-linear", [1, 0, 1]),
    ("lab", [60.17, 93.54, -60.5]),
    ("lch", [60.17, 111.4, 327.11]),
    ("xyz-d65", [0.5929, 0.2848, 0.9699]),
]


@pytest.mark.parametrize(("space", "components"), MAGENTA, ids=[space for space, _ in MAGENTA])
def test_the_report_s_magenta_is_magenta_in_every_space(space: str, components: list[float]) -> None:
    value = {"colorSpace": space, "components": components, "alpha": 1, "hex": "#ff00ff"}
    palette = read({"Hot pink": {"$type": "color", "$value": value}})
    red, green, blue = bytes.fromhex(palette.colours[0].hex[1:])
    assert red >= 254 and green <= 2 and blue >= 254
    assert palette.notes == ()


SPACES = (
    "srgb srgb-linear hsl hwb lab lch oklab oklch display-p3 a98-rgb prophoto-rgb rec2020 xyz-d65 xyz-d50"
)


@pytest.mark.parametrize("space", SPACES.split())
def test_every_colour_space_of_the_report_comes_back_as_it_was(space: str) -> None:
    components = [30, 40, 50] if space in ("hsl", "hwb") else [0.3, 0.1, 0.2]
    palette = read({"$type": "color", "a": {"$value": {"colorSpace": space, "components": components}}})
    again, losses = written(palette)
    assert again["a"]["$value"]["components"] == components and again["a"]["$value"]["colorSpace"] == space
    assert losses == ()


def test_hsl_and_hwb_count_percents() -> None:
    palette = read({"a": {"$type": "color", "$value": {"colorSpace": "hsl", "components": [330, 100, 50]}}})
    assert palette.colours[0].value == Value("hsl", (330.0, 1.0, 0.5))
    assert palette.colours[0].hex == "#FF0080"  # CSS Color 4, table of hsl() at lightness 50 %


def test_none_is_zero_and_is_noted() -> None:
    palette = read(
        {"White": {"$type": "color", "$value": {"colorSpace": "hsl", "components": ["none", 0, 100]}}}
    )
    assert palette.colours[0].hex == "#FFFFFF"
    assert "'White': component 'none' taken as 0" in palette.notes


def test_a_fallback_that_contradicts_the_components_is_noted() -> None:
    value = {"colorSpace": "hsl", "components": [330, 100, 50], "hex": "#ff00ff"}
    palette = read({"a": {"$type": "color", "$value": value}})
    assert palette.colours[0].hex == "#FF0080" and "fallback 'hex'" in notes(palette)


@pytest.mark.parametrize(("text", "value"), [
    ("#0066cc", Value("srgb", (0.0, 0.4, 0.8))),
    ("#0066cc80", Value("srgb", (0.0, 0.4, 0.8), 128 / 255)),
])  # fmt: skip
def test_the_text_form_of_earlier_drafts_is_read(text: str, value: Value) -> None:
    assert read({"a": {"$type": "color", "$value": text}}).colours[0].value == value


def test_a_type_is_inherited_from_the_closest_group() -> None:
    palette = read({
        "color": {
            "$type": "color",
            "primary": BLUE,
            "semantic": {"success": RED, "warning": {"$type": "string", "$value": "amber"}},
        }
    })  # fmt: skip
    assert names(palette) == [("color", "primary"), ("color", "semantic", "success")]
    assert "left aside 1 tokens that are no colours: 1 string" in palette.notes


def test_a_token_without_a_type_is_left_out() -> None:
    palette = read({"a": {"$type": "color", **RED}, "b": RED})
    assert names(palette) == [("a",)] and "'b': has no type" in notes(palette)


@pytest.mark.parametrize("alias", [
    {"$value": "{colors.blue}"},
    {"$ref": "#/colors/blue"},
    {"$value": {"$ref": "#/colors/blue/$value"}},
], ids=["curly", "pointer", "pointer to the value"])  # fmt: skip
def test_an_alias_takes_value_and_type(alias: dict[str, Any]) -> None:
    palette = read({"colors": {"blue": {"$type": "color", **BLUE}}, "semantic": {"primary": alias}})
    primary = palette.colours[1]
    assert primary.alias_of == ("colors", "blue") and primary.value == palette.colours[0].value


def test_chained_aliases_name_the_next_in_the_chain() -> None:
    palette = read({
        "base": {"primary": {"$type": "color", **BLUE}},
        "semantic": {"brand": {"$value": "{base.primary}"}, "link": {"$value": "{semantic.brand}"}},
    })  # fmt: skip
    assert [colour.alias_of for colour in palette.colours] == [
        None,
        ("base", "primary"),
        ("semantic", "brand"),
    ]
    assert {colour.hex for colour in palette.colours} == {"#0066CC"}


def test_single_components_may_be_references() -> None:
    reference = {"$ref": "#/base/blue/$value/components/0"}
    parts = [reference, {"$ref": "#/base/blue/$value/components/1"}, 0.7]
    palette = read({
        "base": {"blue": {"$type": "color", "$value": {"colorSpace": "srgb", "components": [0.2, 0.4, 0.9]}}},
        "semantic": {"primary": {"$type": "color", "$value": {"colorSpace": "srgb", "components": parts}}},
    })  # fmt: skip
    assert palette.colours[1].value == Value("srgb", (0.2, 0.4, 0.7))


def test_pointers_are_unescaped() -> None:
    palette = read({"my/group": {"a~b": {"$type": "color", **RED}}, "c": {"$ref": "#/my~1group/a~0b"}})
    assert palette.colours[1].alias_of == ("my/group", "a~b")


@pytest.mark.parametrize("length", [1, 2, 3, 40])
def test_a_circle_of_aliases_is_an_error_that_names_it(length: int) -> None:
    circle = {f"t{i}": {"$value": f"{{t{(i + 1) % length}}}"} for i in range(length)}
    path = "t0 → t0" if length == 1 else f"t0 → t1 → {'t0' if length == 2 else 't2'}"
    with pytest.raises(PaletteError, match=re.escape(path)):
        read(circle)


def test_a_circle_through_properties_is_an_error() -> None:
    def value(other: str) -> dict[str, Any]:
        parts = [{"$ref": f"#/{other}/$value/components/0"}, 0, 0]
        return {"$type": "color", "$value": {"colorSpace": "srgb", "components": parts}}

    with pytest.raises(PaletteError, match="circle"):
        read({"a": value("b"), "b": value("a")})


@pytest.mark.parametrize("target", ["{nowhere}", "{group}", "{a.b.c.d}"])
def test_an_alias_of_nothing_is_left_out(target: str) -> None:
    palette = read({"a": {"$type": "color", **RED}, "b": {"$value": target}, "group": {"x": {}}})
    assert names(palette) == [("a",)] and "which is no token of this file; left out" in notes(palette)


def test_a_root_token_takes_the_name_of_its_group() -> None:
    accent = {"$root": RED, "light": BLUE}
    palette = read(
        {"color": {"$type": "color", "accent": accent, "link": {"$value": "{color.accent.$root}"}}}
    )
    assert names(palette) == [("color", "accent"), ("color", "accent", "light"), ("color", "link")]
    assert palette.colours[2].alias_of == ("color", "accent")
    again, losses = written(palette)
    assert list(again["color"]["accent"]) == ["$root", "light"]
    assert again["color"]["link"]["$value"] == "{color.accent.$root}" and losses == ()


def test_an_extended_group_inherits_and_overrides() -> None:
    palette = read({
        "button": {"$type": "color", "background": BLUE, "text": RED},
        "button-primary": {"$extends": "{button}", "background": RED, "focus": BLUE},
    })  # fmt: skip
    assert names(palette)[2:] == [("button-primary", n) for n in ("background", "text", "focus")]
    assert [colour.hex for colour in palette.colours[2:]] == ["#FF0000", "#FF0000", "#0066CC"]


def test_extension_merges_deeply_and_inherited_tokens_can_be_referred_to() -> None:
    palette = read({
        "input": {"$type": "color", "field": {"border": BLUE, "background": RED}},
        "amount": {"$ref": "#/input", "field": {"border": RED}},
        "x": {"$value": "{amount.field.background}"},
    })  # fmt: skip
    assert names(palette)[2:] == [("amount", "field", "border"), ("amount", "field", "background"), ("x",)]
    assert palette.colours[4].alias_of == ("amount", "field", "background")


@pytest.mark.parametrize("content", [
    {"a": {"$extends": "{b}"}, "b": {"$extends": "{c}"}, "c": {"$extends": "{a}"}},
    {"button": {"color": {"$type": "color", **RED}, "secondary": {"$extends": "{button}"}}},
    {"a": {"$extends": "{a.b}", "b": {"c": {"$type": "color", **RED}}}},
], ids=["three", "its own parent", "its own child"])  # fmt: skip
def test_groups_that_extend_one_another_in_a_circle_are_an_error(content: object) -> None:
    with pytest.raises(PaletteError, match="circle"):
        read(content)


def test_a_circle_of_extensions_that_grows_is_stopped() -> None:
    content = {"a": {"x": {"$extends": "{b}"}}, "b": {"y": {"$extends": "{c}"}, "w": {"$extends": "{c}"}},
               "c": {"z": {"$extends": "{b}"}, "v": {"$extends": "{b}"}}}  # fmt: skip
    with pytest.raises(PaletteError):
        read(content)


def test_a_bomb_of_extensions_is_stopped() -> None:
    bomb: dict[str, Any] = {"g0": {"t": {"$type": "color", **RED}}}
    for level in range(1, 40):
        bomb[f"g{level}"] = {side: {"$extends": f"{{g{level - 1}}}"} for side in "ab"}
    with pytest.raises(PaletteError, match="extends adds more than"):
        read(bomb)


def test_a_bomb_of_property_references_is_stopped() -> None:
    bomb: dict[str, Any] = {"a": {"$type": "color", **RED}}
    for i in range(60):
        bomb[f"t{i}"] = {"$type": "color", "$value": {"$ref": f"#/t{i + 1}/$value/a"}}
    bomb["t60"] = {"$type": "color", "$value": {"a": {"a": "#fff"}}}
    assert names(read(bomb)) == [("a",), ("t58",)]


def test_a_long_chain_of_aliases_ends() -> None:
    chain: dict[str, Any] = {f"t{i}": {"$value": f"{{t{i + 1}}}"} for i in range(5000)}
    palette = read({**chain, "t5000": {"$type": "color", **RED}})
    assert palette.colours[-1].name == "t5000" and "refers on and on" in notes(palette)


def test_what_tools_keep_comes_back_where_it_was() -> None:
    content = {
        "$description": "All of it",
        "$extensions": {"com.example": {"version": 3}},
        "brand": {
            "$type": "color",
            "$description": "The brand",
            "$deprecated": "use brand2",
            "$extensions": {"com.example": 1},
            "red": {
                **RED,
                "$description": "A red",
                "$deprecated": True,
                "$extensions": {"org.example.tool-a": 42},
            },
        },
    }
    palette = read(content)
    assert palette.colours[0].extensions == {"org.example.tool-a": 42, "$deprecated": True}
    assert palette.colours[0].description == "A red" and "'brand.red': deprecated" in palette.notes
    again, losses = written(palette)
    assert again["$description"] == "All of it" and again["$extensions"]["com.example"] == {"version": 3}
    for key in ("$description", "$deprecated", "$extensions"):
        assert again["brand"][key] == content["brand"][key]  # type: ignore[index]
    red = again["brand"]["red"]
    assert red["$extensions"] == {"org.example.tool-a": 42} and red["$deprecated"] is True and losses == ()


def test_deprecation_is_inherited_unless_denied() -> None:
    palette = read(
        {"old": {"$type": "color", "$deprecated": True, "a": RED, "b": {**RED, "$deprecated": False}}}
    )
    assert "'old.a': deprecated" in palette.notes


def test_names_that_the_standard_forbids_are_noted() -> None:
    palette = read({"$type": "color", "a.b": RED, "fine": RED})
    assert "'a.b': name with '.'" in notes(palette) and len(palette.colours) == 2


def test_a_token_that_is_a_group_too_is_noted() -> None:
    palette = read({"a": {"$type": "color", **RED, "b": BLUE}})
    assert names(palette) == [("a",)] and "token and group at once" in notes(palette)


@pytest.mark.parametrize(("value", "said"), [
    ({"colorSpace": "srgb", "components": [255, 0, 0]}, "not counted 0 to 1"),
    ({"colorSpace": "srgb", "components": [1, 0]}, "2 components"),
    ({"colorSpace": "cmyk", "components": [1, 0, 0, 0]}, "no colour space of the standard"),
    ({"colorSpace": "srgb", "components": [1, 0, "x"]}, "no number"),
    ({"colorSpace": "srgb", "components": [1, 0, 0], "alpha": 2}, "alpha"),
    ("#12G", "'#12G' is no colour"),
    (7, "no colour object"),
    ({"colorSpace": "srgb", "components": [True, 0, 0]}, "no number"),
    ({"colorSpace": "lab", "components": [10**400, 0, 0]}, "no number"),
])  # fmt: skip
def test_a_value_that_is_no_colour_is_left_out_with_the_reason(value: object, said: str) -> None:
    palette = read({"good": {"$type": "color", **RED}, "g": {"bad": {"$type": "color", "$value": value}}})
    assert names(palette) == [("good",)]
    assert "'g.bad': " in notes(palette) and said in notes(palette)


def test_without_colours_the_error_says_why() -> None:
    with pytest.raises(PaletteError, match="holds no colour tokens: 'a': has no type"):
        read({"a": RED})


@pytest.mark.parametrize(("text", "said"), [
    ('{"a": {"$value": "#fff"', "line 1, column"),
    ('{"a": {"$value": NaN}}', "no finite number"),
    ('{"a": {"$value": 1e999}}', "no finite number"),
    ('{"a": ' * 5000 + "1" + "}" * 5000, "more than 64 levels"),
    ('{"a": {"$value": "\\ud800"}}', "half a character"),
    ("[1]", "an object of groups"),
])  # fmt: skip
def test_damaged_json_is_one_clear_line(text: str, said: str) -> None:
    with pytest.raises(PaletteError, match=re.escape(said)):
        tokens.read(text.encode(), READING)


def test_a_key_given_twice_is_noted_with_its_place() -> None:
    palette = tokens.read(b'{"a": {"$type": "color", "b": {"$value": "#fff", "$value": "#000"}}}', READING)
    assert palette.colours[0].hex == "#000000"
    assert "'a.b': gives a key more than once; the last one counts" in palette.notes


def test_a_group_of_another_file_is_left_aside() -> None:
    palette = read({"a": {"$type": "color", "$ref": "./base.json#/color", "own": RED}})
    assert names(palette) == [("a", "own")] and "'a': extends a group of another file" in notes(palette)


# --- writing ---


def test_colours_that_the_standard_lacks_come_back_exactly() -> None:
    palette = Palette("Volt", (
        READING.colour("Hero", Value("cmyk", (0.0, 0.71, 1.0, 0.0)), group=("Inks",), kind="spot"),
        READING.colour("Grey", Value("gray", (0.4,)), kind="process"),
        READING.colour("Old", Value("hsb", (200.0, 0.5, 0.25), 0.5), kind="global"),
        READING.colour("Same", Value("cmyk", (0.0, 0.71, 1.0, 0.0)), alias_of=("Inks", "Hero")),
    ))  # fmt: skip
    export = tokens.write(palette)
    assert tokens.read(export.data, READING) == palette
    content = json.loads(export.data)
    assert content["Inks"]["Hero"]["$value"]["hex"] == palette.colours[0].hex
    assert content["Inks"]["Hero"]["$extensions"]["org.brandkit"]["kind"] == "spot"
    assert content["Same"]["$value"] == "{Inks.Hero}"
    assert any("'Hero', 'Same'" in line and "cmyk" in line for line in export.losses)


def test_a_value_beyond_the_standard_s_range_comes_back_and_others_see_its_hex() -> None:
    palette = one(value=Value("srgb", (1.2, 0.0, -0.1)))
    content, losses = written(palette)
    assert content["Hero"]["$value"]["hex"] == palette.colours[0].hex
    assert all(0 <= part <= 1 for part in content["Hero"]["$value"]["components"])
    assert read(content).colours == palette.colours and "its HEX instead of its srgb value" in losses[0]


def test_that_a_colour_is_mixed_is_no_loss() -> None:
    assert written(one(kind="process"))[1] == () and "spot" in written(one(kind="spot"))[1][0]


def test_notes_stay_few_however_many_reasons_there_are() -> None:
    wrong = {f"t{i}": {"$type": "color", "$value": f"#nope{i}"} for i in range(500)}
    palette = read({**wrong, "a": {"$type": "color", **RED}})
    assert len(palette.notes) < 50 and palette.notes[-1] == "and 460 more remarks"


def test_a_hex_that_was_changed_by_hand_counts() -> None:
    content, _ = written(one(value=Value("hsb", (200.0, 0.5, 0.25))))
    content["Hero"]["$value"] = "#123456"
    palette = read(content)
    assert palette.colours[0].hex == "#123456" and "the HEX counts" in notes(palette)


@pytest.mark.parametrize("name", ["Pantone 2.5", "{x}", "$money", "", "a/b", "naïve ☂", "\u202e"])
def test_any_name_comes_back_and_the_file_keeps_to_the_standard(name: str) -> None:
    palette = one(name=name, group=("A.B", "{c}"))
    content, losses = written(palette)
    assert names(read(content)) == [("A.B", "{c}", name)]
    assert losses
    for path in paths(content):
        assert all(re.fullmatch(r"[^${}.][^{}.]*", part) for part in path)


def test_colours_of_one_name_all_come_back() -> None:
    red, blue = Value("srgb", (1.0, 0.0, 0.0)), Value("srgb", (0.0, 0.0, 1.0))
    palette = Palette("P", tuple(READING.colour("Red", value) for value in (red, blue, red)))
    export = tokens.write(palette)
    assert tokens.read(export.data, READING) == palette
    assert "'Red', 'Red'" in export.losses[0]


def test_a_group_that_is_scattered_is_named_as_a_loss() -> None:
    value = Value("srgb", (1.0, 0.0, 0.0))
    groups = [("A", "1"), ("B", "2"), ("A", "3")]
    palette = Palette("P", tuple(READING.colour(name, value, group=(group,)) for group, name in groups))
    _, losses = written(palette)
    assert any("another order" in line for line in losses)


def test_aliases_that_would_make_a_circle_become_values() -> None:
    value = Value("srgb", (1.0, 0.0, 0.0))
    palette = Palette(
        "P", (READING.colour("a", value, alias_of=("b",)), READING.colour("b", value, alias_of=("a",)))
    )
    content, losses = written(palette)
    assert len(names(read(content))) == 2 and any("is written as a value" in line for line in losses)


def test_a_real_file_comes_back_equal() -> None:
    palette = tokens.read((PALETTES / "style-dictionary-basic.json").read_bytes(), READING)
    assert names(palette)[-1] == ("colors", "orange", "900") and palette.colours[-1].hex == "#7B341E"
    assert tokens.read(tokens.write(palette).data, READING) == palette


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_an_encoding_are_understood(encoding: str) -> None:
    data = json.dumps({"Grün": {"$type": "color", **RED}}, ensure_ascii=False).encode(encoding)
    assert tokens.recognises(data) and names(tokens.read(data, READING)) == [("Grün",)]


def paths(node: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [] if not path else [path]
    for key, child in node.items():
        if isinstance(child, dict) and not key.startswith("$"):
            found += paths(child, (*path, key))
    return found


def test_a_colour_keeps_its_place_as_a_plain_object() -> None:
    colour: Colour = read({"a": {"$type": "color", **RED}}).colours[0]
    assert (colour.group, colour.name, colour.kind, colour.where) == ((), "a", None, "")
