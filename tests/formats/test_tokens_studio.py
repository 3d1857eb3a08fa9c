from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, Value, tokens, tokens_studio
from brandkit.formats import json as plain_json

PALETTES = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("stem")


def colour(value: object, **said: object) -> dict[str, Any]:
    return {"value": value, "type": "color", **said}


def modified(value: object, /, **modify: object) -> dict[str, Any]:
    return colour(value, **{"$extensions": {"studio.tokens": {"modify": modify}}})


def read(content: object) -> Palette:
    return tokens_studio.read(json.dumps(content).encode(), READING)


def by_path(palette: Palette) -> dict[str, str]:
    return {".".join((*c.group, c.name)): c.hex for c in palette.colours}


def notes(palette: Palette) -> str:
    return "\n".join(palette.notes)


SETS = {
    "core": {"red": {"500": colour("#f56565")}, "bg": colour("#111")},
    "light": {"bg": colour("#fff"), "card": colour("{bg}"), "accent": colour("{red.500}")},
    "dark": {"bg": colour("#000"), "card": colour("{bg}")},
    "parts": {"button": colour("{bg}")},
    "$metadata": {"tokenSetOrder": ["core", "light", "dark", "parts"]},
    "$themes": [{"name": "Light", "selectedTokenSets": {"light": "enabled"}}],
}


def test_each_set_is_a_group_and_references_leave_its_name_out() -> None:
    palette = read(SETS)
    accent = next(c for c in palette.colours if c.name == "accent")
    assert accent.group == ("light",) and accent.alias_of == ("core", "red", "500")
    assert "themes are left aside" in notes(palette)
    assert palette.extensions == {"$metadata": SETS["$metadata"], "$themes": SETS["$themes"]}


def test_a_reference_means_its_own_set_first_and_then_the_last() -> None:
    palette = read(SETS)
    found = by_path(palette)
    assert (found["light.card"], found["dark.card"], found["parts.button"]) == (
        "#FFFFFF",
        "#000000",
        "#000000",
    )
    assert "'parts.button': refers to what several sets hold; the last set counts" in palette.notes


def test_the_order_of_sets_is_that_of_the_metadata() -> None:
    swapped = {**SETS, "$metadata": {"tokenSetOrder": ["dark", "light", "core", "parts"]}}
    assert by_path(read(swapped))["parts.button"] == "#111111"


def test_the_plugin_s_newer_keys_are_read_too() -> None:
    palette = read({
        "core": {"$type": "color", "red": {"$value": "#f00", "$description": "A red"}},
        "light": {"a": {"$type": "color", "$value": "{red}"}},
        "$metadata": {"tokenSetOrder": ["core", "light"]},
    })  # fmt: skip
    assert palette.colours[0].description == "A red" and palette.colours[1].alias_of == ("core", "red")


def test_style_dictionary_s_example_is_read() -> None:
    palette = tokens_studio.read((PALETTES / "style-dictionary-aliases.json").read_bytes(), READING)
    assert by_path(palette)["color.base.gray.medium"] == "#9299A2"  # {"r": 146, "g": 153, "b": 162}
    assert palette.colours[-2].alias_of == ("color", "base", "green")


@pytest.mark.parametrize(("value", "expected"), [
    ("rgba(0, 80, 255, 0.5)", Value("srgb", (0.0, 80 / 255, 1.0), 0.5)),
    ("rgba({blue}, 50%)", Value("srgb", (0.0, 0.0, 1.0), 0.5)),
    ("rgba( {blue}, {share})", Value("srgb", (0.0, 0.0, 1.0), 0.3)),
    ("hsl(120, 29%, 30%)", Value("hsl", (120.0, 0.29, 0.3))),
    ("$blue", Value("srgb", (0.0, 0.0, 1.0))),
    ("{blue.value}", Value("srgb", (0.0, 0.0, 1.0))),
])  # fmt: skip
def test_a_colour_is_understood_as_the_plugin_writes_it(value: str, expected: Value) -> None:
    palette = read(
        {"a": colour(value), "blue": colour("#0000ff"), "share": {"value": "0.3", "type": "opacity"}}
    )
    assert palette.colours[0].value == expected


# The results are those that @tokens-studio/sd-transforms 2.0 prints for the same tokens.
@pytest.mark.parametrize(("base", "modify", "expected"), [
    ("#FFFFFF", {"type": "alpha", "value": "0.3"}, "#FFFFFF/0.3"),
    ("#202D3B", {"type": "mix", "value": "0.5 + 6 * 0.04", "color": "{mix}"}, "#3B64B3/1"),
    ("#FFFFFF", {"type": "mix", "value": "0.5 + 6 * 0.04", "color": "#4477DD"}, "#759AE6/1"),
    ("#202D3B", {"type": "alpha", "value": "({half} + 6 * {step})"}, "#202D3B/0.74"),
    ("#202D3B", {"type": "lighten", "value": "({half} + 6 * {step})"}, "#C5C8CC/1"),
    ("#FFFFFF", {"type": "darken", "value": "0.74"}, "#424242/1"),
])  # fmt: skip
def test_modifiers_give_what_the_plugin_s_own_transforms_give(
    base: str, modify: dict[str, str], expected: str
) -> None:
    content = {
        "a": modified("{base}", space="srgb", **modify),
        "base": colour(base),
        "mix": colour("#4477DD"),
        "half": {"value": 0.5, "type": "number"},
        "step": {"value": 0.04, "type": "number"},
    }
    palette = read(content)
    found = palette.colours[0]
    assert f"{found.hex}/{found.value.alpha:g}" == expected
    assert found.alias_of is None and "'a': colour modifier applied" in palette.notes
    assert "modify" not in json.dumps(found.extensions), "another tool would apply it again"


@pytest.mark.parametrize(("kind", "space", "expected"), [
    ("lighten", "hsl", (60.0, 1.0, 0.75)),
    ("darken", "hsl", (60.0, 1.0, 0.25)),
])  # fmt: skip
def test_lightness_of_hsl_moves_by_a_share_of_what_is_left(
    kind: str, space: str, expected: tuple[float, ...]
) -> None:
    palette = read({"a": modified("#FFFF00", type=kind, space=space, value="0.5")})
    assert palette.colours[0].value.components == pytest.approx(expected)


def test_lch_loses_chroma_as_it_lightens() -> None:
    before = read({"a": modified("#ff0033", type="lighten", space="lch", value="0")}).colours[0].value
    after = read({"a": modified("#ff0033", type="lighten", space="lch", value="0.3")}).colours[0].value
    lightness, chroma, hue = before.components
    expected = (lightness + 0.3 * (100 - lightness), 0.7 * chroma, hue)
    assert after.space == "lch" and after.components == pytest.approx(expected)


@pytest.mark.parametrize("modify", [
    {"type": "sepia", "value": "0.1", "space": "srgb"},
    {"type": "lighten", "value": "lots", "space": "srgb"},
    {"type": "lighten", "value": "7", "space": "srgb"},
    {"type": "lighten", "value": "0.1", "space": "cmyk"},
    {"type": "mix", "value": "0.1", "space": "srgb", "color": "nothing"},
    {},
])  # fmt: skip
def test_a_modifier_that_is_not_understood_is_noted_and_kept(modify: dict[str, str]) -> None:
    palette = read({"a": modified("#FF0000", **modify)})
    assert palette.colours[0].hex == "#FF0000" and "colour modifier was not applied" in notes(palette)
    assert palette.colours[0].extensions == {"studio.tokens": {"modify": modify}}


def test_gradients_and_other_types_are_left_aside() -> None:
    palette = read({"a": colour("#fff"), "g": colour("linear-gradient(90deg, {a} 0%, #000 100%)"),
                    "s": {"value": "4", "type": "spacing"}})  # fmt: skip
    assert by_path(palette) == {"a": "#FFFFFF"}
    assert "'g': is a gradient" in notes(palette) and "1 spacing" in notes(palette)


def test_a_circle_is_an_error_that_names_it() -> None:
    with pytest.raises(PaletteError, match="a → b → a"):
        read({"a": colour("{b}"), "b": colour("{a}")})
    with pytest.raises(PaletteError, match="circle"):
        read({"a": colour("rgba({b}, 0.5)"), "b": colour("rgba({a}, 0.5)")})
    with pytest.raises(PaletteError, match="circle"):
        read({"a": modified("#fff", type="mix", space="srgb", value="0.5", color="{a}")})


def test_references_that_double_at_every_step_are_worked_out_once() -> None:
    bomb = {f"t{i}": colour(f"rgba({{t{i + 1}}}, {{t{i + 1}}})") for i in range(50)}
    palette = read({**bomb, "t50": colour("#fff")})
    assert by_path(palette) == {"t50": "#FFFFFF"}


def test_a_reference_to_nothing_is_left_out() -> None:
    palette = read({"a": colour("#fff"), "b": colour("{nowhere}")})
    assert "'b': refers to 'nowhere', which is no token of this file; left out" in palette.notes


def test_without_colours_the_error_says_so() -> None:
    with pytest.raises(PaletteError, match="holds no colour tokens"):
        read({"a": {"value": "4", "type": "spacing"}, "$themes": []})


@pytest.mark.parametrize(("content", "format"), [
    (SETS, tokens_studio),
    ({"a": colour("#fff")}, tokens_studio),
    ({"a": {"$type": "color", "$value": "#fff"}, "$themes": []}, tokens_studio),
    ({"a": {"$type": "color", "$value": "#fff"}, "b": {"$type": "fontSizes", "$value": "1"}}, tokens_studio),
    ({"a": {"$type": "color", "$value": "#fff"}}, tokens),
    ({"$type": "color", "a": {"$ref": "#/b"}}, tokens),
    ({"a": "#fff"}, plain_json),
    ({"a": {"value": "#fff"}}, plain_json),
    ([colour("#fff")], plain_json),
    ({"colors": [colour("#fff")]}, plain_json),
])  # fmt: skip
def test_one_format_alone_recognises_a_json_file(content: object, format: object) -> None:
    data = json.dumps(content).encode()
    assert [f for f in (tokens, tokens_studio, plain_json) if f.recognises(data)] == [format]


def test_what_was_read_can_be_written_as_design_tokens() -> None:
    palette = read(SETS)
    data = tokens.write(palette).data
    assert tokens.recognises(data) and not tokens_studio.recognises(data)
    assert tokens.read(data, READING).colours == palette.colours


def test_a_file_of_one_set_is_a_palette_of_its_name() -> None:
    palette = read({"Acme": {"a": {"b": colour("#fff")}, "c": colour("{a.b}")}, "$themes": []})
    assert palette.name == "Acme"
    assert [(c.group, c.name, c.alias_of) for c in palette.colours] == [
        (("a",), "b", None),
        ((), "c", ("a", "b")),
    ]


def test_what_is_written_is_one_set_that_a_theme_turns_on() -> None:
    blue = READING.colour("Blue", Value("srgb", (0, 80 / 255, 1)), group=("Brand",), description="Ours")
    veil = READING.colour("Veil", Value("srgb", (0.0, 0.0, 0.0), 0.25))
    link = READING.colour("a.link", blue.value, alias_of=("Brand", "Blue"))
    export = tokens_studio.write(Palette("Acme", (blue, veil, link)))
    assert json.loads(export.data) == {
        "Acme": {
            "Brand": {"Blue": {"$type": "color", "$value": "#0050FF", "$description": "Ours"}},
            "Veil": {"$type": "color", "$value": "rgba(0, 0, 0, 0.25)"},
            "a-link": {"$type": "color", "$value": "{Brand.Blue}"},
        },
        "$themes": [{"id": "Acme", "name": "Acme", "selectedTokenSets": {"Acme": "enabled"}}],
        "$metadata": {"tokenSetOrder": ["Acme"]},
    }
    assert export.losses == ("'a.link': has another name there: without . { } $, and each once",)
    back = tokens_studio.read(export.data, READING)
    assert [(c.hex, c.value.alpha) for c in back.colours] == [
        ("#0050FF", 1),
        ("#000000", 0.25),
        ("#0050FF", 1),
    ]
    assert back.colours[2].alias_of == ("Brand", "Blue")
