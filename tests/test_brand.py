from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from brandkit.brand import Brand, Coverage, Forbidden, Limit, Swatch
from brandkit.errors import BrandError

DATA = Path(__file__).parent / "data"

ACME = """\
meta: {name: Acme}
color:
  palette:
    hero: "#FF4F00"
    ink: "#101820"
    accent: hero
  primary: hero
  dark: "#222"
defaults:
  shiny: {theme: whatever}
  brandkit:
    swatches:
      hero: {tolerance: 3, finish: shaded, coverage: {min: 2%, max: 0.6}, capture: 15}
    forbidden:
      - {name: rival red, hex: "#e60012", tolerance: 4, max: 0.7%}
    off_palette: 20%
    background: ink
    required: [palette, flicker]
    limits:
      flicker: {global_de00: 0.4, local_de00: {max: 1, warn: 0.5}}
      style: {similarity: {min: 80%}}
"""


def load(folder: Path, text: str, name: str = "acme.brand.yml") -> Brand:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Brand.load(path)


@pytest.fixture
def acme(tmp_path: Path) -> Brand:
    return load(tmp_path, ACME)


def test_a_file_with_everything_is_read(acme: Brand, tmp_path: Path) -> None:
    assert acme == Brand(
        name="Acme",
        swatches=(
            Swatch(
                name="hero",
                hex="#FF4F00",
                tolerance=3,
                capture=15,
                finish="shaded",
                role="primary",
                coverage=Coverage(min=0.02, max=0.6),
            ),
            Swatch(name="ink", hex="#101820"),
            Swatch(name="dark", hex="#222222", role="dark"),
        ),
        forbidden=(Forbidden(name="rival red", hex="#E60012", tolerance=4, max=0.007),),
        off_palette=0.2,
        background="#101820",
        required=("palette", "flicker"),
        limits={
            "flicker": {"global_de00": Limit(max=0.4), "local_de00": Limit(max=1, warn=0.5)},
            "style": {"similarity": Limit(min=0.8)},
        },
        path=tmp_path / "acme.brand.yml",
    )


def test_a_real_brand_file_without_guidelines_is_read() -> None:
    posit = Brand.load(DATA / "brand-posit.yml")
    assert posit.name == "Posit"
    assert [(s.name, s.hex, s.role) for s in posit.swatches] == [
        ("blue", "#447099", "primary"),
        ("orange", "#EE6331", "warning"),
        ("gray", "#404041", "dark"),
        ("white", "#FFFFFF", "background"),
        ("teal", "#419599", "info"),
        ("green", "#72994E", "success"),
        ("burgundy", "#9A4665", "danger"),
        ("foreground", "#151515", "foreground"),
        ("secondary", "#707073", "secondary"),
        ("tertiary", "#C2C2C4", "tertiary"),
    ]
    assert (posit.background, posit.off_palette, posit.required, posit.limits) == (
        "#FFFFFF",
        None,
        ("palette",),
        {},
    )


@pytest.mark.parametrize(
    ("written", "hex_colour"),
    [
        ('"#FF4F00"', "#FF4F00"),
        ("'#ff4f00'", "#FF4F00"),
        ('"#f40"', "#FF4400"),
        ('"#ff4f00ff"', "#FF4F00"),
    ],
)
def test_ways_to_write_a_colour(tmp_path: Path, written: str, hex_colour: str) -> None:
    assert load(tmp_path, f"color: {{palette: {{a: {written}}}}}").swatches[0].hex == hex_colour


def test_words_that_yaml_would_change_stay_names(tmp_path: Path) -> None:
    brand = load(tmp_path, 'color: {palette: {on: "#111111", 012: "#222222", null: "#333333"}}')
    assert [swatch.name for swatch in brand.swatches] == ["on", "012", "null"]


def test_a_colour_given_twice_is_one_swatch_under_its_first_name(tmp_path: Path) -> None:
    brand = load(tmp_path, 'color: {palette: {white: "#fff", paper: "#FFFFFF"}, light: "#FFFFFF"}')
    assert [(swatch.name, swatch.role) for swatch in brand.swatches] == [("white", "light")]


def test_aliases_reach_through_each_other(tmp_path: Path) -> None:
    text = 'color: {palette: {a: b, b: c, c: "#123456"}, primary: a, info: primary, background: info}'
    brand = load(tmp_path, text)
    assert [(swatch.name, swatch.role) for swatch in brand.swatches] == [("c", "primary")]
    assert brand.background == "#123456"


def test_a_written_role_wins_over_the_theme(tmp_path: Path) -> None:
    text = ACME.replace("tolerance: 3", "role: product")
    assert load(tmp_path, text).swatches[0].role == "product"


def test_anchors_and_merge_keys_work(tmp_path: Path) -> None:
    brand = load(
        tmp_path,
        'color: {palette: {a: "#111111", b: "#222222"}}\n'
        "defaults:\n  brandkit:\n    swatches:\n"
        "      a: &photo {finish: shaded, tolerance: 6}\n"
        "      b: {<<: *photo, tolerance: 4}\n",
    )
    assert [(s.finish, s.tolerance) for s in brand.swatches] == [("shaded", 6), ("shaded", 4)]


@pytest.mark.parametrize(
    ("file", "meta", "name"),
    [
        ("x.yml", "meta: {name: {full: Acme Incorporated, short: Acme}}", "Acme"),
        ("x.yml", "meta: {name: {full: Acme Incorporated}}", "Acme Incorporated"),
        ("x.yml", "meta:\n  name: >\n    Acme\n", "Acme"),
        ("acme.brand.yml", "meta: {link: https://example.org}", "acme"),
        ("_brand.yml", "", "brand"),
    ],
)
def test_where_the_name_comes_from(tmp_path: Path, file: str, meta: str, name: str) -> None:
    assert load(tmp_path, f'{meta}\ncolor: {{palette: {{a: "#111"}}}}', file).name == name


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.yml"
    path.write_bytes(b"\xef\xbb\xbf" + ACME.replace("\n", "\r\n").encode())
    assert Brand.load(path).name == "Acme"


def test_swatches_are_found_by_name_whatever_its_spelling(acme: Brand) -> None:
    assert acme.by_name("HERO") is acme.swatches[0]
    with pytest.raises(BrandError, match=r"^Acme: no swatch is called 'herro'; there are: hero, ink, dark$"):
        acme.by_name("herro")


def test_codes_of_a_colour(acme: Brand) -> None:
    assert acme.swatches[0].rgb8 == (255, 79, 0)
    assert acme.forbidden[0].rgb8 == (230, 0, 18)


@pytest.mark.parametrize(
    ("check", "metric", "subject", "limit"),
    [
        ("palette", "drift_de00", "hero", Limit(max=3)),
        ("palette", "drift_de00", "ink", Limit(max=2)),
        ("palette", "drift_de00", "nobody", None),
        ("palette", "drift_de00", None, None),
        ("palette", "coverage", "hero", Limit(min=0.02, max=0.6)),
        ("palette", "coverage", "ink", None),
        ("palette", "forbidden", "rival red", Limit(max=0.007)),
        ("palette", "forbidden", "hero", None),
        ("palette", "off_palette", None, Limit(max=0.2)),
        ("palette", "unheard_of", None, None),
        ("flicker", "global_de00", None, Limit(max=0.4)),
        ("flicker", "global_de00", "hero", Limit(max=0.4)),
        ("flicker", "unheard_of", None, None),
        ("unheard_of", "drift_de00", "hero", None),
    ],
)
def test_limits(acme: Brand, check: str, metric: str, subject: str | None, limit: Limit | None) -> None:
    assert acme.limit(check, metric, subject) == limit


def test_written_limits_of_the_palette_go_on_top_of_the_colours_own(tmp_path: Path) -> None:
    brand = load(
        tmp_path,
        ACME + "      palette:\n"
        "        drift_de00: {warn: 2.5}\n        coverage: {min: 1%}\n        off_palette: 30%\n",
    )
    assert brand.limit("palette", "drift_de00", "hero") == Limit(max=3, warn=2.5)
    assert brand.limit("palette", "coverage", "hero") == Limit(min=0.01, max=0.6)
    assert brand.limit("palette", "coverage", "ink") == Limit(min=0.01)
    assert brand.limit("palette", "off_palette") == Limit(max=0.3)
    strict = brand.limit("palette", "drift_de00", "ink")
    assert strict is not None
    assert (strict.max, strict.warn) == (2, 2.5)


def test_without_off_palette_there_is_no_such_limit() -> None:
    assert Brand.load(DATA / "brand-posit.yml").limit("palette", "off_palette") is None


REORDERED = """\
# A comment.
defaults:
  brandkit:
    limits:
      style: {similarity: {min: 0.8}}
      flicker: {local_de00: {warn: 0.50, max: 1.0}, global_de00: {max: 0.4}}
    required: [flicker, palette]
    background: "#101820"
    off_palette: 0.2
    forbidden:
      - {max: 0.007, tolerance: 4.0, hex: "#E60012", name: rival red}
    swatches:
      hero:
        coverage: {max: 60%, min: 0.02}
        capture: 15
        finish: shaded
        tolerance: 3.0
        role: primary
color:
  dark: "#222222"
  palette:
    hero: '#ff4f00'
    ink: "#101820"
"""


def test_the_digest_ignores_order_comments_path_name_and_spelling(acme: Brand, tmp_path: Path) -> None:
    other = load(tmp_path, REORDERED, "other.yml")
    assert other.digest == acme.digest
    assert len(other.digest) == 64


def test_the_digest_is_the_same_on_every_machine(acme: Brand) -> None:
    # A change here makes every stored report look as if it came from another brand.
    assert acme.digest == "dff4318525b737e14581d04b4ee7f79877cf6f330f0b4247ec7be791a9bb3398"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tolerance: 3", "tolerance: 3.5"),
        ("capture: 15", "capture: 16"),
        ("finish: shaded", "finish: flat"),
        ("min: 2%", "min: 3%"),
        ("#FF4F00", "#FF4F01"),
        ("tolerance: 4", "tolerance: 5"),
        ("max: 0.7%", "max: 0.8%"),
        ("off_palette: 20%", "off_palette: 21%"),
        ("background: ink", "background: hero"),
        ("[palette, flicker]", "[palette]"),
        ("global_de00: 0.4", "global_de00: 0.5"),
        ("warn: 0.5", "warn: 0.6"),
        ("primary: hero", "secondary: hero"),
        ("    ink:", "    inky:"),
    ],
)
def test_the_digest_changes_with_a_guideline(acme: Brand, tmp_path: Path, old: str, new: str) -> None:
    text = ACME.replace(old, new).replace(
        "background: ink", f"background: {'inky' if 'inky' in new else 'ink'}"
    )
    assert text != ACME
    assert load(tmp_path, text, "other.yml").digest != acme.digest


def test_a_changed_copy_has_its_own_digest(acme: Brand) -> None:
    before = acme.digest
    assert acme.model_copy(update={"off_palette": 0.5}).digest != before


def test_a_brand_travels_to_another_process(acme: Brand) -> None:
    assert pickle.loads(pickle.dumps(acme)) == acme


def test_a_brand_cannot_be_changed(acme: Brand) -> None:
    with pytest.raises(ValidationError):
        acme.name = "Other"


def test_a_brand_built_in_code_follows_the_same_rules() -> None:
    with pytest.raises(ValidationError, match="differ only in case"):
        Brand(name="x", swatches=(Swatch(name="a b", hex="#111"), Swatch(name="A-B", hex="#222")))
    with pytest.raises(ValidationError, match=r"capture \(2\) must be above tolerance \(2\)"):
        Swatch(name="a", hex="#111", capture=2)
    with pytest.raises(ValidationError):
        Brand(name="x", swatches=())


def test_a_path_may_be_a_string(tmp_path: Path, acme: Brand) -> None:
    assert Brand.load(os.fspath(tmp_path / "acme.brand.yml")) == acme
