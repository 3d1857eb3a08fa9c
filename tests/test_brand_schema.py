from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from brandkit import brand_schema
from brandkit.brand import Brand
from brandkit.brand_file import GUIDELINES
from brandkit.errors import BrandError

from .test_brand import ACME

DATA = Path(__file__).parent / "data"
PALETTES = sorted((Path(__file__).parent.parent / "palettes").glob("*.yml"))
SCHEMA = json.loads(brand_schema.path().read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def accepts(text: str) -> bool:
    return VALIDATOR.is_valid(yaml.safe_load(text))


def test_the_published_schema_is_the_one_that_the_models_give() -> None:
    command = [sys.executable, "-m", "brandkit.brand_schema"]
    made = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert made.stdout == brand_schema.path().read_text("utf-8")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_knows_the_keys_that_are_read() -> None:
    assert set(SCHEMA["$defs"]["Guidelines"]["properties"]) == set(GUIDELINES)


@pytest.mark.parametrize("path", [*PALETTES, DATA / "brand-posit.yml"], ids=lambda path: path.name)
def test_a_real_file_validates(path: Path) -> None:
    VALIDATOR.validate(yaml.safe_load(path.read_text("utf-8")))


def test_a_file_with_everything_validates() -> None:
    VALIDATOR.validate(yaml.safe_load(ACME))


def keys(definition: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(definition["properties"].items())


@pytest.mark.parametrize("name", [name for name in SCHEMA["$defs"] if "properties" in SCHEMA["$defs"][name]])
def test_every_key_says_what_it_is(name: str) -> None:
    for key, held in keys(SCHEMA["$defs"][name]):
        assert len(held["description"]) > 10, key


def test_defaults_are_those_of_the_models() -> None:
    settings = SCHEMA["$defs"]["SwatchSettings"]["properties"]
    assert (settings["tolerance"]["default"], settings["finish"]["default"]) == (2, "flat")
    assert SCHEMA["$defs"]["Delivery"]["properties"]["aspect_tolerance"]["default"] == 0.01


GUIDE = 'color: {palette: {hero: "#FF4F00", ink: "#101820"}}\ndefaults:\n  brandkit:\n    '
MISTAKES = {
    "key": GUIDE + "off_pallete: 5%",
    "section": 'colour: {palette: {a: "#111111"}}',
    "theme colour": 'color: {palette: {a: "#111111"}, primery: a}',
    "guidelines misspelled": 'color: {palette: {a: "#111111"}}\ndefaults: {brand-kit: {}}',
    "HEX": 'color: {palette: {a: "#12G"}}',
    "translucent HEX": 'color: {palette: {a: "#FF4F0080"}}',
    "HEX without quotes": "color:\n  palette:\n    a: #FF4F00",
    "HEX that is a number": "color: {palette: {a: 112233}}",
    "no colours": "meta: {name: Acme}",
    "finish": GUIDE + "swatches: {hero: {finish: matte}}",
    "setting": GUIDE + "swatches: {hero: {tolerence: 3}}",
    "tolerance below zero": GUIDE + "swatches: {hero: {tolerance: -1}}",
    "tolerance that is a word": GUIDE + "swatches: {hero: {tolerance: strict}}",
    "coverage without a side": GUIDE + "swatches: {hero: {coverage: 5%}}",
    "share above one": GUIDE + "off_palette: 20",
    "share above a hundred": GUIDE + "off_palette: 120%",
    "forbidden without HEX": GUIDE + "forbidden: [{name: a}]",
    "forbidden without name": GUIDE + 'forbidden: [{hex: "#111111"}]',
    "required that is no list": GUIDE + "required: palette",
    "proportion that is no share": GUIDE + "proportions: {hero: 60}",
    "pair of three": GUIDE + "pairs: {required: [[hero, ink, hero]]}",
    "kind of pair": GUIDE + "pairs: {require: []}",
    "size": GUIDE + "delivery: {sizes: [1080p]}",
    "aspect": GUIDE + "delivery: {aspects: [wide]}",
    "format": GUIDE + "delivery: {formats: [psd]}",
    "bytes": GUIDE + "delivery: {max_bytes: 20 Mbit}",
    "duration": GUIDE + "delivery: {max_duration: 30 days}",
    "frame rate": GUIDE + "delivery: {fps: [fast]}",
    "half a pixel": GUIDE + "delivery: {min_width: 720.5}",
    "style that is no list": GUIDE + "style: {more_like: calm}",
    "review": GUIDE + "review: [palette.coverage.max]",
    "limit of nothing": GUIDE + "limits: {flicker: {global_de00: {}}}",
    "limit that is a word": GUIDE + "limits: {flicker: {global_de00: low}}",
    "bound": GUIDE + "limits: {flicker: {global_de00: {most: 1}}}",
    "base that is a list": GUIDE + "extends: [volt]",
    "nothing below to take away": GUIDE + "off_palette: ~",
    "no setting below to take away": GUIDE + "swatches: {hero: {tolerance: ~}}",
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES.keys())
def test_what_the_reader_refuses_the_schema_refuses_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "acme.yml"
    path.write_text(text)
    with pytest.raises(BrandError):
        Brand.load(path)
    assert not accepts(text)


SOUND = {
    "short HEX": 'color: {palette: {a: "#abc", b: "#AABBCCFF", c: b}}',
    "numbers": GUIDE + "delivery: {max_bytes: 2000, max_duration: 2.5, fps: [25, 30000/1001], min_width: 1}",
    "units": GUIDE + "delivery: {max_bytes: 1.5 MiB, max_duration: 90 s, formats: [JPG, .png]}",
    "sizes": GUIDE + 'delivery: {sizes: [1080 x 1920, 1x1], aspects: ["1.91:1", 16/9]}',
    "shares": GUIDE + "off_palette: 0.5\n    proportions: {hero: 60 %, ink: 0.25, tolerance: 5%}",
    "limits": GUIDE + "limits: {a: {b: 1, c: -2, d: 5%, e: {min: 1, warn: 150%}}}",
    "taken away": "color: {palette: {ice: ~}, background: carbon}\n"
    "defaults: {brandkit: {extends: volt, off_palette: ~, swatches: {spark: {coverage: ~}}}}",
    "only what differs": "defaults: {brandkit: {extends: volt, forbidden: [{name: rival red, max: 1%}]}}",
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_what_the_reader_takes_the_schema_takes_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "acme.yml"
    path.write_text(text)
    Brand.load(path)
    VALIDATOR.validate(yaml.safe_load(text))
