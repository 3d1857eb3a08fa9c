from __future__ import annotations

import json as standard_json
from pathlib import Path

import pytest

from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, Value, json

PALETTES = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("stem")
RED = Value("srgb", (1.0, 0.0, 0.0))


def read(content: object) -> Palette:
    return json.read(standard_json.dumps(content).encode(), READING)


def listed(palette: Palette) -> list[tuple[tuple[str, ...], str, str]]:
    return [(c.group, c.name, c.hex) for c in palette.colours]


def test_what_swatch_makes_of_an_ase_file_is_read() -> None:
    palette = json.read((PALETTES / "sampler.json").read_bytes(), READING)
    assert listed(palette)[:2] == [
        (("Whitefolder",), "White", "#FFFFFF"),
        (("Whitefolder",), "lablab", "#C80032"),
    ]
    assert palette.colours[3].value == Value("gray", (0.9465500116348267,))
    assert {c.kind for c in palette.colours} == {"process"} and palette.notes == ()


def test_swatch_stores_the_lightness_of_lab_as_a_share() -> None:
    data = {"mode": "LAB", "values": [0.5, 10, -20]}
    palette = read([{"name": "x", "type": "Spot", "data": data}])
    assert palette.colours[0].value == Value("lab", (50.0, 10.0, -20.0)) and palette.colours[0].kind == "spot"


def test_a_real_palette_of_names_and_lists_is_read() -> None:
    palette = json.read((PALETTES / "open-color.json").read_bytes(), READING)
    assert listed(palette)[0] == ((), "white", "#FFFFFF")
    assert listed(palette)[2] == (("gray",), "0", "#F8F9FA") and len(palette.colours) == 132


@pytest.mark.parametrize(("content", "expected"), [
    ({"red": "#f00", "blue": "rgb(0 0 255)"}, [((), "red", "#FF0000"), ((), "blue", "#0000FF")]),
    ({"brand": {"red": "#f00", "deep": {"x": "#123"}}},
     [(("brand",), "red", "#FF0000"), (("brand", "deep"), "x", "#112233")]),
    ([{"name": "A", "hex": "#f00"}, {"name": "B", "hex": "001219"}],
     [((), "A", "#FF0000"), ((), "B", "#001219")]),
    ({"name": "P", "colors": [{"name": "A", "hex": "#f00"}]}, [((), "A", "#FF0000")]),
    ({"name": "P", "colours": {"A": "#f00"}, "version": 3}, [((), "A", "#FF0000")]),
    ({"red": {"value": "#f00", "comment": "Y"}}, [((), "red", "#FF0000")]),
    ({"a": {"rgb": [255, 0, 0]}, "b": {"rgb": {"r": 0, "g": 0, "b": 255}}},
     [((), "a", "#FF0000"), ((), "b", "#0000FF")]),
    ({"c": {"color": {"r": 1, "g": 2, "b": 3}}}, [((), "c", "#010203")]),
    ({"a": [255, 0, 0], "b": [0.5, 0, 1]}, [((), "a", "#FF0000"), ((), "b", "#8000FF")]),
    (["#f00", "#00f"], [((), "", "#FF0000"), ((), "", "#0000FF")]),
    (["001219", "ffffff"], [((), "", "#001219"), ((), "", "#FFFFFF")]),
    ({"Teal": "0a9396"}, [((), "Teal", "#0A9396")]),
    ({"red": {"50": "#fee", "900": "#300"}}, [(("red",), "50", "#FFEEEE"), (("red",), "900", "#330000")]),
    ([{"name": "G", "swatches": [{"name": "x", "hex": "#f00"}]}], [(("G",), "x", "#FF0000")]),
])  # fmt: skip
def test_a_shape_is_understood(content: object, expected: object) -> None:
    assert listed(read(content)) == expected


@pytest.mark.parametrize(("entry", "value"), [
    ({"cmyk": [0, 71, 100, 0]}, Value("cmyk", (0.0, 0.71, 1.0, 0.0))),
    ({"cmyk": {"c": 0, "m": 71, "y": 100, "k": 0}}, Value("cmyk", (0.0, 0.71, 1.0, 0.0))),
    ({"lab": [50, 10, -20]}, Value("lab", (50.0, 10.0, -20.0))),
    ({"rgb": "rgb(255, 0, 0)"}, RED),
    ({"colorSpace": "oklch", "components": [0.7, 0.1, 20]}, Value("oklch", (0.7, 0.1, 20.0))),
    ({"hex": "#ff0000", "rgb": [1, 2, 3], "cmyk": [1, 2, 3, 4]}, RED),
])  # fmt: skip
def test_an_entry_states_its_colour(entry: dict[str, object], value: Value) -> None:
    assert read([{"name": "x", **entry}]).colours[0].value == value


def test_the_palette_s_name_is_taken() -> None:
    assert read({"name": "Volt", "colors": ["#f00"]}).name == "Volt" and read(["#f00"]).name == "stem"


def test_what_is_no_colour_is_counted_or_named() -> None:
    palette = read({"a": "#f00", "b": "red", "n": 5, "title": "Red", "list": [1, 2], "bad": {"hex": "#12G"}})
    assert listed(palette) == [((), "a", "#FF0000")]
    assert "'bad': '#12G' is no colour; left out" in palette.notes
    assert "left aside 4 values that are no colours" in palette.notes


def test_what_we_write_holds_everything() -> None:
    colours = (
        READING.colour("Hero", Value("cmyk", (0.0, 0.71, 1.0, 0.0), 0.5), group=("A", ""), kind="spot"),
        READING.colour("", Value("display-p3", (1.0, 0.1 + 0.2, 0.0)), description="two\nlines"),
        READING.colour("Same", Value("hsb", (20.0, 0.5, 0.5)), alias_of=("A", "", "Hero"), kind="global"),
        READING.colour("hex", RED, extensions={"com.example": [1, {"a": None}]}, where="page 3"),
        READING.colour("hex", RED, group=("colors", "data", "hex")),
    )
    palette = Palette("Volt", colours, extensions={"org.example": {"x": 1}})
    export = json.write(palette)
    assert json.read(export.data, READING) == palette and export.losses == ()
    assert json.recognises(export.data)


def test_the_written_shape_is_the_documented_one() -> None:
    export = json.write(Palette("P", (READING.colour("a", RED), READING.colour("b", Value("gray", (0.3,))))))
    assert standard_json.loads(export.data) == {
        "name": "P",
        "colors": [
            {"name": "a", "hex": "#FF0000"},
            {"name": "b", "hex": "#4D4D4D", "space": "gray", "components": [0.3]},
        ],
    }


@pytest.mark.parametrize(("text", "said"), [
    ('{"a": "#f00"', "line 1, column"),
    ("[]", "holds no colours"),
    ("5", "holds no colours"),
    ('{"a": [255, 0, 300]}', "holds no colours"),
    ('[{"name": "x", "rgb": [1, 2]}]', "'[0]'"),
    ('{"a": ' * 3000 + "1" + "}" * 3000, "more than 64 levels"),
    ("[" * 100 + '"#f00"' + "]" * 100, "more than 64 levels"),
])  # fmt: skip
def test_a_file_without_colours_is_one_clear_error(text: str, said: str) -> None:
    with pytest.raises(PaletteError) as caught:
        json.read(text.encode(), READING)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("data", "known"), [
    (b'{"a": "#f00"}', True),
    (b'\xef\xbb\xbf [ "#f00" ]', True),
    ('{"a": "#f00"}'.encode("utf-16"), True),
    (b'{"a": "#f0', True),  # damaged: its own message is clearer than that no format knows it
    (b"[data-theme=dark] { --a: #f00 }", False),
    (b"name,hex\n", False),
    (b"", False),
])  # fmt: skip
def test_json_is_recognised_by_its_beginning(data: bytes, known: bool) -> None:
    assert json.recognises(data) is known
