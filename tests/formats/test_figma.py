from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from brandkit import formats
from brandkit.formats import Colour, Palette, Reading, Value, figma, tokens

READING = Reading("stem")
BLUE = READING.colour("Electric Blue", Value("srgb", (0, 80 / 255, 1)), group=("Brand",))
INK = READING.colour("Ink", Value("lab", (8.0, 0.0, -5.0)), description="Text")

# As Figma exports a mode (seen in repositories that keep such exports).
EXPORTED = {
    "color": {
        "accent": {
            "$type": "color",
            "$value": {
                "colorSpace": "srgb",
                "components": [0.34117648, 0.32156863, 0.94509804],
                "alpha": 1,
                "hex": "#5752F1",
            },
            "$extensions": {"com.figma.variableId": "VariableID:1:2", "com.figma.scopes": ["ALL_SCOPES"]},
        },
        "border": {
            "$type": "color",
            "$value": "{color.accent}",
            "$extensions": {"com.figma.scopes": ["STROKE_COLOR"]},
        },
    },
    "space": {"s": {"$type": "number", "$value": 4}},
    "$extensions": {"com.figma.modeName": "Light"},
}


def written(*colours: Colour, name: str = "Acme") -> tuple[dict[str, Any], str]:
    export = figma.write(Palette(name, colours))
    return json.loads(export.data), "\n".join(export.losses)


def read(content: object) -> Palette:
    return figma.read(json.dumps(content).encode(), READING)


def test_a_mode_that_figma_exported_is_read_under_its_name() -> None:
    palette = read(EXPORTED)
    assert palette.name == "Light"
    assert [(c.group, c.name, c.hex) for c in palette.colours] == [
        (("color",), "accent", "#5752F1"),
        (("color",), "border", "#5752F1"),
    ]
    assert palette.colours[1].alias_of == ("color", "accent")
    assert "1 number" in "\n".join(palette.notes)
    assert palette.extensions == {}


def test_what_figma_keeps_with_a_variable_goes_back_to_it() -> None:
    back = json.loads(figma.write(read(EXPORTED)).data)
    assert back["color"] == EXPORTED["color"]
    assert back["$extensions"] == EXPORTED["$extensions"]


def test_a_colour_is_all_that_figma_asks_for() -> None:
    tree, _ = written(BLUE)
    assert tree == {
        "Brand": {
            "Electric Blue": {
                "$type": "color",
                "$value": {
                    "alpha": 1,
                    "colorSpace": "srgb",
                    "components": [0, 80 / 255, 1],
                    "hex": "#0050FF",
                },
                "$extensions": {"com.figma.scopes": ["ALL_SCOPES"]},
            }
        },
        "$extensions": {"com.figma.modeName": "Acme"},
    }


@pytest.mark.parametrize(
    "value",
    [
        Value("lab", (50.0, 10.0, 10.0)),
        Value("cmyk", (0.0, 0.5, 1.0, 0.0)),
        Value("display-p3", (1.0, 0.0, 0.0)),
    ],
)
def test_other_spaces_are_written_in_srgb_and_said(value: Value) -> None:
    colour = READING.colour("x", value)
    tree, losses = written(colour)
    content = tree["x"]["$value"]
    assert (content["colorSpace"], content["hex"]) == ("srgb", colour.hex)
    assert [round(255 * part) for part in content["components"]] == list(bytes.fromhex(colour.hex[1:]))
    assert f"'x': Figma imports sRGB only; its {value.space} value is written as its HEX" in losses


def test_opacity_descriptions_and_references_are_kept() -> None:
    veil = READING.colour("Veil", Value("srgb", (0.0, 0.0, 0.0), 0.25))
    same = READING.colour("Link", BLUE.value, alias_of=("Brand", "Electric Blue"))
    tree, losses = written(BLUE, INK, veil, same)
    assert tree["Veil"]["$value"]["alpha"] == 0.25
    assert tree["Ink"]["$description"] == "Text"
    assert tree["Link"]["$value"] == "{Brand.Electric Blue}"
    assert "Link" not in losses


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.b", "a/b", "a{b}"], ["a-b", "a-b 2", "a-b-"]),
        (["Blue", "blue", "BLUE "], ["Blue", "blue 2", "BLUE 3"]),
        (["$x", "", "  "], ["-x", "colour 2", "colour 3"]),
    ],
)
def test_names_are_such_that_figma_keeps_all_of_them(names: list[str], expected: list[str]) -> None:
    tree, losses = written(*(READING.colour(name, BLUE.value) for name in names))
    assert [key for key in tree if key != "$extensions"] == expected
    assert "has another name in Figma" in losses


def test_a_colour_called_as_a_group_stands_beside_it() -> None:
    tree, losses = written(
        READING.colour("Brand", BLUE.value), READING.colour("One", BLUE.value, group=("Brand",))
    )
    assert list(tree) == ["Brand 2", "Brand", "$extensions"]
    assert "$root" not in json.dumps(tree) and "'Brand'" in losses


def test_a_brand_and_its_campaign_are_two_modes_of_the_same_names(tmp_path: Path) -> None:
    modes = []
    for name in ("volt", "volt-summer"):
        palette = formats.read(f"palettes/{name}.brand.yml")
        formats.write(palette, tmp_path / f"{name}.tokens.json", "figma")
        modes.append(json.loads((tmp_path / f"{name}.tokens.json").read_text(encoding="utf-8")))
    assert [mode["$extensions"]["com.figma.modeName"] for mode in modes] == ["Volt", "Volt Summer"]
    shared = modes[0].keys() & modes[1].keys() - {"$extensions"}
    assert shared == {"electric-blue", "carbon", "spark"}


def test_other_readers_of_design_tokens_read_it_too() -> None:
    export = figma.write(Palette("Acme", (BLUE, INK)))
    found = tokens.read(export.data, READING)
    assert [colour.hex for colour in found.colours] == [BLUE.hex, INK.hex]


def test_a_token_file_without_a_mode_is_none_of_figmas() -> None:
    plain = {"a": {"$type": "color", "$value": "#fff"}, "$extensions": {"com.figma.x": 1}}
    assert not figma.recognises(json.dumps(plain).encode())
    assert not figma.recognises(b'{"com.figma.modeName": ')
    assert figma.recognises(json.dumps(EXPORTED).encode())
