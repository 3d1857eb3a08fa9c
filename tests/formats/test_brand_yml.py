from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import formats
from brandkit.brand import Brand
from brandkit.errors import PaletteError
from brandkit.formats import Kind, Palette, Reading, Value, brand_yml

READING = Reading("acme")
PALETTES = Path(__file__).parents[2] / "palettes"


def colour(name: str, rgb: tuple[float, ...] = (0, 80 / 255, 1), **more: object) -> formats.Colour:
    return READING.colour(name, Value("srgb", rgb), **more)  # type: ignore[arg-type]


def test_a_shipped_brand_reads_as_a_palette() -> None:
    palette = formats.read(PALETTES / "orbital.brand.yml")
    assert palette.name == "Orbital"
    assert [c.name for c in palette.colours] == ["international-orange", "ink", "paper", "visor-gold", "suit"]
    assert palette.colours[4].alias_of == ("international-orange",)
    assert palette.colours[4].hex == "#FF4F00"


def test_a_theme_colour_of_its_own_is_a_colour() -> None:
    palette = brand_yml.read(
        b'color:\n  palette:\n    a: "#111111"\n  primary: "#222222"\n  info: a\n', READING
    )
    assert [(c.name, c.hex) for c in palette.colours] == [("a", "#111111"), ("primary", "#222222")]


def test_what_was_imported_comes_back(tmp_path: Path) -> None:
    stated = Palette(
        "Acme: «Nord»",
        (
            colour("Blue", group=("A", "B: x"), kind="spot"),
            READING.colour(
                "blue", Value("cmyk", (1, 0, 0, 0)), group=("A",), description='a\nb "q" # \u2028 \x07'
            ),
            READING.colour("", Value("lab", (50, 60, 30))),
            READING.colour(
                "😀: #", Value("srgb", (0.1, 0.2, 0.3), 0.5), extensions={"com.x": {"a": [1, "ü"]}}
            ),
            colour("on", (0, 0, 0)),
            colour("Link", alias_of=("A", "B: x", "Blue")),
        ),
        extensions={"k": 1},
    )
    export = brand_yml.write(stated)
    found = brand_yml.read(export.data, READING)
    assert found == stated
    assert [loss.split("'")[1] for loss in export.losses] == ["blue", ""]
    (tmp_path / "acme.brand.yml").write_bytes(export.data)
    brand = Brand.load(tmp_path / "acme.brand.yml")
    assert [s.name for s in brand.swatches] == ["Blue", "blue 2", "colour 3", "😀: #", "on"]


def test_cmyk_of_another_profile_keeps_its_hex_and_its_ink() -> None:
    export = brand_yml.write(Palette("a", (READING.colour("cyan", Value("cmyk", (1, 0, 0, 0))),)))
    text = export.data.decode().replace("#00A7CF", "#00A0E0")
    (found,) = brand_yml.read(text.encode(), READING).colours
    assert (found.hex, found.value) == ("#00A0E0", Value("cmyk", (1, 0, 0, 0)))


def test_a_hex_changed_by_hand_goes_before_the_imported_value() -> None:
    export = brand_yml.write(Palette("a", (READING.colour("cyan", Value("cmyk", (1, 0, 0, 0))),)))
    text = export.data.decode().replace('cyan: "#00A7CF"', 'cyan: "#123456"')
    (found,) = brand_yml.read(text.encode(), READING).colours
    assert (found.hex, found.value.space) == ("#123456", "srgb")


def test_more_colours_than_a_brand_may_have() -> None:
    many = tuple(colour(f"c{k}", (k // 64 / 255, k % 64 / 255, 0)) for k in range(300))
    with pytest.raises(PaletteError, match="at most 255"):
        brand_yml.write(Palette("many", many))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is empty"),
        (b"color: [", "not YAML"),
        (b"color:\n  palette: {}\n", "holds no colours"),
        (b"color:\n  palette:\n    a: b\n    b: a\n", r"line \d: 'a' goes in a circle"),
        (b'color:\n  palette:\n    a: "#12"\n', r"line 3: color\.palette\.a: '#12' is not a HEX"),
        (b"color:\n  palette:\n    a: [1]\n", "line 3"),
        (
            b'color:\n  palette:\n    a: "#111111"\n'
            b"defaults:\n  brandkit:\n    origin:\n      a: {extensions: '[1]'}\n",
            "is not a JSON object",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: bytes, words: str) -> None:
    with pytest.raises(PaletteError, match=words):
        brand_yml.read(text, READING)


names = st.text(max_size=12).filter(
    lambda text: "\ud800" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
)
shares = st.integers(0, 255).map(lambda v: v / 255)
entries = st.builds(
    lambda name, rgb, group, kind, description: colour(
        name, rgb, group=group, kind=kind, description=description
    ),
    names,
    st.tuples(shares, shares, shares),
    st.lists(names, max_size=2).map(tuple),
    st.sampled_from([None, *get_args(Kind)]),
    names,
)


@settings(deadline=None, max_examples=150)
@given(st.lists(entries, min_size=1, max_size=6))
def test_any_palette_comes_back_as_it_was(colours: list[formats.Colour]) -> None:
    palette = Palette("brand", tuple(colours))
    assert brand_yml.read(brand_yml.write(palette).data, READING) == palette
