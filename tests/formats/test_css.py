from __future__ import annotations

import re
from pathlib import Path

import colour
import numpy as np
import pytest

from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, Value, css

PALETTES = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("stem")


def read(text: str) -> Palette:
    return css.read(text.encode(), READING)


def value(text: str) -> Value:
    return read(f":root {{ --a: {text} }}").colours[0].value


def hexes(palette: Palette) -> dict[str, str]:
    return {" ".join((*c.group, c.name)): c.hex for c in palette.colours}


def notes(palette: Palette) -> str:
    return "\n".join(palette.notes)


# From CSS Color 4 (https://www.w3.org/TR/css-color-4): its examples that are stated in two ways.
@pytest.mark.parametrize(("text", "hex_colour"), [
    ("#7654CD", "#7654CD"),
    ("rgb(46.27% 32.94% 80.39%)", "#7654CD"),
    ("lab(44.36% 36.05 -58.99)", "#7654CD"),
    ("color(xyz-d50 0.2005 0.14089 0.4472)", "#7654CD"),
    ("color(xyz-d65 0.21661 0.14602 0.59452)", "#7654CD"),
    ("color(xyz 0.21661 0.14602 0.59452)", "#7654CD"),
    ("lab(29.2345% 39.3825 20.0664)", "#7D2329"),
    ("oklch(59.69% 0.156 49.77)", "#C65D06"),
    ("hsl(120deg 100% 25%)", "#008000"),
    ("hwb(150 20% 10%)", "#33E68C"),
    ("rebeccapurple", "#663399"),
    ("#0f38", "#00FF33"),
    ("rgb(255, 0, 51)", "#FF0033"),
    ("RGBA(255, 0, 51, 50%)", "#FF0033"),
    ("rgb(300 0 -20)", "#FF0000"),
    ("transparent", "#000000"),
])  # fmt: skip
def test_the_standard_s_examples_come_out_as_it_says(text: str, hex_colour: str) -> None:
    red, green, blue = bytes.fromhex(read(f":root {{ --a: {text} }}").colours[0].hex[1:])
    said = bytes.fromhex(hex_colour[1:])
    assert max(abs(a - b) for a, b in zip((red, green, blue), said, strict=True)) <= 1


@pytest.mark.parametrize(("text", "expected"), [
    ("color(display-p3 1 0.5 0)", Value("display-p3", (1.0, 0.5, 0.0))),
    ("color(srgb 1.2 0 0)", Value("srgb", (1.2, 0.0, 0.0))),
    ("color(rec2020 50% 0 1 / 0.5)", Value("rec2020", (0.5, 0.0, 1.0), 0.5)),
    ("hwb(10 60% 30%)", Value("hwb", (10.0, 0.6, 0.3))),
    ("hsl(none 0% 100%)", Value("hsl", (0.0, 0.0, 1.0))),
    ("lab(150 0 0)", Value("lab", (100.0, 0.0, 0.0))),
    ("device-cmyk(0 71% 100% 0%)", Value("cmyk", (0.0, 0.71, 1.0, 0.0))),
    ("device-cmyk(0 0.71 1 0 / 50%)", Value("cmyk", (0.0, 0.71, 1.0, 0.0), 0.5)),
    ("device-cmyk(0, 0.71, 1, 0)", Value("cmyk", (0.0, 0.71, 1.0, 0.0))),
    ("rgb(0 80 255 / .5)", Value("srgb", (0.0, 80 / 255, 1.0), 0.5)),
])  # fmt: skip
def test_a_value_is_kept_as_stated(text: str, expected: Value) -> None:
    assert value(text) == expected


def test_a_real_theme_agrees_with_another_implementation() -> None:
    palette = css.read((PALETTES / "tailwind-theme.css").read_bytes(), READING)
    assert palette.colours[0].name == "color-red-50"
    stated = [c for c in palette.colours if c.value.space == "oklch" and c.distance_de00 == 0]
    assert len(stated) > 100
    lightness, chroma, hue = np.array([c.value.components for c in stated]).T
    oklab = np.stack([lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))], -1)
    rgb = colour.XYZ_to_sRGB(colour.Oklab_to_XYZ(oklab))
    codes = np.array([list(bytes.fromhex(c.hex[1:])) for c in stated])
    assert np.abs(np.clip(rgb, 0, 1) * 255 - codes).max() < 1.2


def test_a_palette_that_is_computed_from_variables_is_read() -> None:
    palette = css.read((PALETTES / "open-props-palette.css").read_bytes(), READING)
    assert len(palette.colours) == 16
    # oklch(98% calc(0.03 * 0.15) calc(250 + (0 * 0)))
    assert palette.colours[0].value == Value("oklch", (0.98, 0.0045, 250.0))


def test_real_brand_colours_come_back_equal() -> None:
    palette = css.read((PALETTES / "open-props-brands.css").read_bytes(), READING)
    assert hexes(palette)["brand-facebook"] == "#0866FF" and len(palette.colours) == 26
    export = css.write(palette)
    assert css.read(export.data, READING) == palette and export.losses == ()


def test_rules_other_than_root_are_groups() -> None:
    palette = read("""
        :root, [data-theme=light] { --a: #f00 }
        [data-theme=dark] { --a: #900 }
        @media (prefers-color-scheme: dark) { :root { --a: #800 } .card { --a: #700 } }
        @layer base { html { --b: #00f; & .x { --c: #0f0 } } }
        @theme { --t: #fff }
    """)
    media = "@media (prefers-color-scheme: dark)"
    groups = [(c.group, c.name) for c in palette.colours]
    assert groups == [
        ((), "a"), (("[data-theme=dark]",), "a"), ((media,), "a"), ((media, ".card"), "a"),
        (("@layer base",), "b"), (("@layer base", "& .x"), "c"), ((), "t"),
    ]  # fmt: skip
    assert css.read(css.write(palette).data, READING) == palette


def test_var_makes_an_alias_of_the_closest_declaration() -> None:
    palette = read(":root { --a: #f00; --b: var(--a) } .d { --a: #0f0; --b: var( --a ); --c: var(--b) }")
    aliases = [(c.group, c.name, c.alias_of, c.hex) for c in palette.colours]
    assert aliases[1] == ((), "b", ("a",), "#FF0000")
    assert aliases[3:] == [((".d",), "b", (".d", "a"), "#00FF00"), ((".d",), "c", (".d", "b"), "#00FF00")]


def test_a_fallback_counts_where_there_is_no_property() -> None:
    palette = read(":root { --a: var(--none, rgb(0 0 255)); --b: rgb(var(--triple) / .5); --triple: 1 2 3;"
                   " --c: var(--x, var(--y, #0f0)) }")  # fmt: skip
    assert hexes(palette) == {"a": "#0000FF", "b": "#010203", "c": "#00FF00"}
    assert all(c.alias_of is None for c in palette.colours)


def test_a_circle_is_noted_and_left_out() -> None:
    palette = read(":root { --a: var(--b); --b: var(--a); --c: var(--c); --ok: red; --d: var(--ok) }")
    assert hexes(palette) == {"ok": "#FF0000", "d": "#FF0000"}
    assert "--a → --b → --a" in notes(palette) and "--c → --c" in notes(palette)


def test_what_a_page_has_to_compute_is_noted() -> None:
    palette = read(":root { --a: red; --m: color-mix(in oklab, red, blue); --l: light-dark(red, blue);"
                   " --r: oklch(from red l c h); color: red; --size: 2px; --font: Arial }")  # fmt: skip
    assert hexes(palette) == {"a": "#FF0000"}
    assert "'--m', '--l', '--r': has to be computed" in notes(palette)
    assert "custom properties that are no colours are left aside: 5" in palette.notes
    assert "properties that are not custom ones are left aside: 1" in palette.notes


def test_the_last_declaration_counts_unless_one_is_important() -> None:
    palette = read(":root { --a: #f00; --a: #0f0 !important } :root { --a: #00f }")
    assert hexes(palette) == {"a": "#00FF00"}


def test_variables_of_sass_are_no_css() -> None:
    palette = read("$brand: #fff;\n$x: 1;\n:root { --a: #f00 }\n// note\n.b { --c: #00f }")
    assert hexes(palette)["a"] == "#FF0000" and "brand" not in " ".join(hexes(palette))


def test_names_keep_case_escapes_and_scripts() -> None:
    assert list(hexes(read(":root { --Camel: red; --esc\\ aped: red; --größe: red }"))) == [
        "Camel", "esc aped", "größe",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [
    "", "a { color: red }", ":root { --a: 1px }", "{" * 9000, ":root { --a: " + "calc(" * 5000, "/*",
    "@media", ":root{" * 3000, ":root{--a:" + "(" * 5000, ":root { --a: var(--a" + ",var(--a" * 2000,
])  # fmt: skip
def test_a_sheet_without_colours_is_one_clear_error(text: str) -> None:
    with pytest.raises(PaletteError, match="holds no custom property that is a colour"):
        read(text)


def test_a_bomb_of_variables_is_worked_out_once() -> None:
    lines = [f"--v{i}: var(--v{i + 1})var(--v{i + 1});" for i in range(60)]
    assert hexes(read(f":root {{ {''.join(lines)} --v60: ; --a: red }}")) == {"a": "#FF0000"}


def test_text_that_is_not_utf_8_says_where() -> None:
    with pytest.raises(PaletteError, match="line 2: is not UTF-8 text"):
        css.read(b":root {\n --a: red; /* \xe9 */ }", READING)


# --- writing ---


def test_names_and_groups_become_custom_properties_each_once() -> None:
    red = Value("srgb", (1.0, 0.0, 0.0))
    palette = Palette("My */ Brand", (
        READING.colour("Brand Red!", red, group=("Main",)),
        READING.colour("brand red", red, group=("main",)),
        READING.colour("ok-name", red),
        READING.colour("", red),
        READING.colour("Red", red, group=("Main",), alias_of=("Main", "Brand Red!")),
    ))  # fmt: skip
    export = css.write(palette)
    text = export.data.decode()
    found = re.findall(r"(--\S+): ([^;]+);", text)
    assert found == [
        ("--main-brand-red", "#FF0000"), ("--main-brand-red-2", "#FF0000"), ("--ok-name", "#FF0000"),
        ("--colour-4", "#FF0000"), ("--main-red", "var(--main-brand-red)"),
    ]  # fmt: skip
    assert text.startswith("/* My * / Brand */\n:root {")
    assert "'Brand Red!', 'brand red', 'Red': group has become the beginning of the name" in export.losses
    assert "'': name is changed to one that CSS allows, each once" in export.losses


def test_wide_colours_keep_their_own_notation() -> None:
    values = [
        Value("display-p3", (1.0, 0.5, 0.0)),
        Value("oklch", (0.7, 0.2, 40.0), 0.5),
        Value("lab", (50.0, 1.5, -2.0)),
        Value("hsl", (120.0, 0.29, 0.3)),
        Value("srgb", (0.1, 0.2, 0.3)),
        Value("srgb", (1.0, 0.0, 0.0), 128 / 255),
        Value("xyz-d50", (0.2, 0.1, 0.4)),
        Value("hwb", (10.0, 0.6, 0.3)),
        Value("prophoto-rgb", (1e-05, 0.5, 1.0)),
    ]
    palette = Palette("stem", tuple(READING.colour(f"c{i}", v) for i, v in enumerate(values)))
    export = css.write(palette)
    assert "--c0: color(display-p3 1 0.5 0);" in export.data.decode()
    assert "--c1: oklch(0.7 0.2 40 / 0.5);" in export.data.decode()
    assert "--c5: #FF000080;" in export.data.decode()
    assert css.read(export.data, READING) == palette and export.losses == ()


def test_cmyk_is_written_as_hex_with_a_remark() -> None:
    ink = READING.colour("Hero", Value("cmyk", (0.0, 0.71, 1.0, 0.0)), kind="spot", description="a */ b")
    export = css.write(Palette("P", (ink,)))
    assert f"--Hero: {ink.hex}; /* cmyk 0 0.71 1 0; a * / b */" in export.data.decode()
    assert any("cmyk value is only a comment" in line for line in export.losses)
    assert any("spot" in line for line in export.losses)
    assert any("description" in line for line in export.losses)


def test_an_alias_that_its_rule_would_misread_is_written_as_a_value() -> None:
    red = Value("srgb", (1.0, 0.0, 0.0))
    palette = Palette("P", (
        READING.colour("a", red),
        READING.colour("a", Value("srgb", (0.0, 0.0, 1.0)), group=(".dark",)),
        READING.colour("b", red, group=(".dark",), alias_of=("a",)),
    ))  # fmt: skip
    export = css.write(palette)
    assert hexes(css.read(export.data, READING))[".dark b"] == "#FF0000"
    assert any("cannot refer to" in line for line in export.losses)


@pytest.mark.parametrize(
    "group", ["} body { color: red", ".a; --b: red", "/* x", ".a {", "[x", "@import url(x)", ":root"]
)
def test_a_group_that_is_no_selector_cannot_break_the_sheet(group: str) -> None:
    palette = Palette("P", (READING.colour("x", Value("srgb", (1.0, 0.0, 0.0)), group=(group,)),))
    again = css.read(css.write(palette).data, READING)
    assert [(c.group, c.hex) for c in again.colours] == [((), "#FF0000")]
