"""The brands that are shipped: whole, without clashes, and as their sources have them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from brandkit.brand import Brand
from brandkit.brand_extends import shipped
from brandkit.brand_review import review
from brandkit.brand_schema import GUIDELINES, Delivery, Pairs, Style, SwatchSettings

FOLDER = Path(__file__).parent.parent / "palettes"
PALETTES = sorted(FOLDER.glob("*.brand.yml"))

# From the files that the headers of the palettes name: @carbon/colors 11.59.0, lib/index.js.
CARBON = {
    "blue-60": "#0f62fe",
    "gray-100": "#161616",
    "gray-10": "#f4f4f4",
    "red-60": "#da1e28",
    "green-50": "#24a148",
    "yellow-30": "#f1c21b",
    "blue-70": "#0043ce",
}
# govuk-frontend 6.6.0, dist/govuk/settings/_colours-palette--internal.scss.
GOVUK = {
    "blue": "#1d70b8",
    "black": "#0b0c0c",
    "blue-tint-95": "#f4f8fb",
    "black-tint-80": "#cecece",
    "yellow": "#ffdd00",
    "green": "#0f7a52",
    "teal-accent": "#00ffe0",
    "brown": "#99704a",
}


@pytest.mark.parametrize("path", PALETTES, ids=lambda path: path.name)
def test_a_shipped_brand_is_read(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../brandkit/schemas/brand-1.schema.json"
    assert f"  name: {Brand.load(path).name}" in lines


def test_the_schema_lies_where_the_first_line_says() -> None:
    assert (FOLDER / "../brandkit/schemas/brand-1.schema.json").is_file()


@pytest.mark.parametrize("path", PALETTES, ids=lambda path: path.name)
def test_no_two_swatches_of_a_shipped_brand_can_be_mistaken(path: Path) -> None:
    assert [r for r in review(Brand.load(path)).remarks if r.kind in ("overlap", "forbidden")] == []


def test_all_are_found_by_name() -> None:
    assert {"carbon", "govuk", "orbital", "roastery", "volt", "volt-summer"} <= set(shipped())
    assert list(shipped().values()) == PALETTES


def test_the_readme_has_each() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert [path.name for path in PALETTES if f"**{path.name}**" not in readme] == []


@pytest.mark.parametrize(("name", "source"), [("carbon", CARBON), ("govuk", GOVUK)])
def test_an_open_system_has_the_values_of_its_source(name: str, source: dict[str, str]) -> None:
    brand = Brand.load(shipped()[name])
    assert {key: brand.by_name(key).hex for key in source} == {k: v.upper() for k, v in source.items()}


@pytest.mark.parametrize(("name", "words"), [("carbon", "Apache License 2.0"), ("govuk", "MIT License")])
def test_an_open_system_states_its_licence(name: str, words: str) -> None:
    assert words in shipped()[name].read_text("utf-8")
    assert words in (FOLDER / "README.md").read_text("utf-8")


def test_the_shipped_brands_show_every_guideline() -> None:
    shown: dict[str, set[str]] = {}
    for path in PALETTES:
        for key, value in yaml.safe_load(path.read_text("utf-8"))["defaults"]["brandkit"].items():
            shown.setdefault(key, set()).update(value if isinstance(value, dict) else ())
            if key == "swatches":
                shown.setdefault("settings", set()).update(*value.values())
    assert set(GUIDELINES) - {"logos"} <= set(shown)  # no brand is shipped with pictures
    assert shown["delivery"] == set(Delivery.model_fields)
    assert shown["pairs"] == set(Pairs.model_fields)
    assert shown["settings"] == set(SwatchSettings.model_fields)
    pictures = {"references", "counter_references", "anchor"}  # are not shipped
    assert shown["style"] == set(Style.model_fields) - pictures


def test_the_campaign_says_only_what_differs() -> None:
    volt, summer = Brand.load(shipped()["volt"]), Brand.load(shipped()["volt-summer"])
    assert summer.bases == (shipped()["volt"],)
    assert [s.name for s in summer.swatches] == ["electric-blue", "carbon", "spark", "sand", "sunset"]
    assert summer.by_name("electric-blue") == volt.by_name("electric-blue")
    assert (summer.background, summer.off_palette) == (volt.background, None)
    assert summer.pairs.required == (("spark", "electric-blue"), ("sunset", "electric-blue"))
    assert summer.proportions is not None
    assert {part.name: part.share for part in summer.proportions.parts} == {
        "electric-blue": 0.5,
        "carbon": 0.15,
        "accent": 0.25,
    }


def test_the_example_in_the_readme_is_a_brand(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "acme.brand.yml").write_text(example, encoding="utf-8")
    assert Brand.load(tmp_path / "acme.brand.yml").name == "Acme"
