from __future__ import annotations

import os
from pathlib import Path

import pytest

from brandkit.brand import Brand, Coverage, Limit
from brandkit.brand_extends import MOST_BASES, shipped
from brandkit.errors import BrandError
from brandkit.guidelines import FLICKER

BASE = """\
meta: {name: Acme}
color:
  palette:
    hero: "#FF4F00"
    ink: "#101820"
    old-blue: "#0050FF"
    accent: hero
  primary: hero
  background: "#FFFFFF"
defaults:
  brandkit:
    swatches:
      hero: {tolerance: 3, finish: shaded, capture: 15, coverage: {min: 2%, max: 60%}}
      old-blue: {tolerance: 1}
    forbidden:
      - {name: rival red, hex: "#E60012", tolerance: 4, max: 0.7%}
    off_palette: 20%
    proportions: {hero: 60%, old-blue: 20%}
    pairs: {required: [[hero, ink], [old-blue, ink]], forbidden: [[hero, background]]}
    delivery: {sizes: [1920x1080], formats: [png]}
    style: {references: [refs/*.jpg], more_like: [calm]}
    required: [palette, flicker]
    limits:
      flicker: {global_de00: 0.4, local_de00: {max: 1, warn: 0.5}}
    origin:
      old-blue: {kind: spot}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "acme.brand.yml"
    path.write_text(BASE)
    return path


def child(folder: Path, guidelines: str = "", palette: str = "", name: str = "summer.yml") -> Path:
    path = folder / name
    colours = f"color:\n  palette:\n{palette}" if palette else "# just guidelines\n"
    text = f"{colours}defaults:\n  brandkit:\n    extends: acme.brand.yml\n{guidelines}"
    path.write_text(text)
    return path


def error(path: Path) -> str:
    with pytest.raises(BrandError) as caught:
        Brand.load(path)
    return str(caught.value).replace(f"{path.parent}/", "")


def test_a_file_that_says_nothing_is_the_one_below(base: Path, tmp_path: Path) -> None:
    own, below = Brand.load(child(tmp_path)), Brand.load(base)
    assert own == below.model_copy(update={"path": tmp_path / "summer.yml", "bases": (base,)})
    assert own.digest == below.digest


def test_colours_are_added_and_replaced_in_place(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(child(tmp_path, palette='    sun: "#FFE600"\n    ink: "#000000"\n'))
    assert [(s.name, s.hex) for s in brand.swatches] == [
        ("hero", "#FF4F00"),
        ("ink", "#000000"),
        ("old-blue", "#0050FF"),
        ("sun", "#FFE600"),
        ("background", "#FFFFFF"),
    ]


def test_settings_are_merged_key_by_key(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(child(tmp_path, "    swatches: {hero: {tolerance: 5, coverage: {max: 80%}}}\n"))
    hero = brand.by_name("hero")
    assert (hero.tolerance, hero.finish, hero.capture) == (5, "shaded", 15)
    assert hero.coverage == Coverage(min=0.02, max=0.8)


def test_a_setting_can_be_taken_away(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(child(tmp_path, "    swatches: {hero: {finish: ~, coverage: ~}}\n"))
    assert (brand.by_name("hero").finish, brand.by_name("hero").coverage) == ("flat", Coverage())


def test_forbidden_colours_are_added_or_changed_by_name(base: Path, tmp_path: Path) -> None:
    more = '    forbidden: [{name: rival green, hex: "#6CC24A"}, {name: Rival-Red, tolerance: 9}]\n'
    found = Brand.load(child(tmp_path, more)).forbidden
    assert [(f.name, f.hex, f.tolerance, f.max) for f in found] == [
        ("Rival-Red", "#E60012", 9, 0.007),
        ("rival green", "#6CC24A", 3, 0.001),
    ]


def test_pairs_are_added(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(child(tmp_path, "    pairs: {required: [[hero, old-blue]], forbidden: ~}\n"))
    assert brand.pairs.required == (("hero", "ink"), ("old-blue", "ink"), ("hero", "old-blue"))
    assert brand.pairs.forbidden == ()


def test_limits_are_merged_metric_by_metric(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(
        child(
            tmp_path,
            "    limits:\n      flicker: {global_de00: {warn: 0.2}, local_de00: 2}\n"
            "      flash: {rate_hz: 3}\n",
        )
    )
    assert brand.limit("flicker", "global_de00") == Limit(max=0.4, warn=0.2)
    assert brand.limit("flicker", "local_de00") == Limit(max=2, warn=0.5)
    assert brand.limit("flash", "rate_hz") == Limit(max=3)


def test_single_values_and_other_lists_are_replaced(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(
        child(tmp_path, "    off_palette: 40%\n    required: [style]\n    delivery: {sizes: [1x1]}\n")
    )
    assert (brand.off_palette, brand.required) == (0.4, ("style",))
    assert brand.delivery is not None
    assert [str(size) for size in brand.delivery.sizes] == ["1x1"]
    assert brand.delivery.formats == ("png",)


def test_a_limit_can_be_taken_away(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(child(tmp_path, "    off_palette: ~\n    limits: {flicker: {global_de00: null}}\n"))
    assert brand.off_palette is None
    assert brand.limit("flicker", "global_de00") == FLICKER["global_de00"]  # what every brand has
    assert brand.limit("flicker", "local_de00") == Limit(max=1, warn=0.5)


def test_a_colour_goes_with_all_that_is_about_it(base: Path, tmp_path: Path) -> None:
    brand = Brand.load(child(tmp_path, palette="    old-blue: ~     # it was #0050FF\n"))
    assert "old-blue" not in [swatch.name for swatch in brand.swatches]
    assert brand.proportions is not None
    assert [part.name for part in brand.proportions.parts] == ["hero"]
    assert brand.pairs.required == (("hero", "ink"),)


def test_a_chain_is_followed_and_listed_from_the_nearest(base: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    middle = tmp_path / "sub" / "middle.yml"
    middle.write_text("defaults: {brandkit: {extends: ../acme.brand.yml, off_palette: 30%}}")
    top = tmp_path / "top.yml"
    top.write_text('meta: {name: Top}\ndefaults: {brandkit: {extends: sub/middle.yml, background: "#000"}}')
    brand = Brand.load(top)
    assert brand.bases == (middle, tmp_path / "sub" / "../acme.brand.yml")
    assert (brand.name, brand.path, brand.off_palette, brand.background) == ("Top", top, 0.3, "#000000")


def test_references_stay_the_same_files(base: Path, tmp_path: Path) -> None:
    (tmp_path / "campaigns").mkdir()
    path = tmp_path / "campaigns" / "summer.yml"
    path.write_text("defaults: {brandkit: {extends: ../acme.brand.yml}}")
    assert Brand.load(path).style.references == ("../refs/*.jpg",)
    path.write_text("defaults: {brandkit: {extends: ../acme.brand.yml, style: {references: [own/*.png]}}}")
    assert Brand.load(path).style.references == ("own/*.png",)


def test_a_shipped_brand_is_found_by_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    path.write_text("defaults: {brandkit: {extends: volt}}")
    assert Brand.load(path).bases == (shipped()["volt"],)
    assert Brand.load(path).name == "Volt"


WRONG = {
    "a missing file": (
        "defaults: {brandkit: {extends: none.yml}}",
        "top.yml:1: defaults.brandkit.extends: 'none.yml' is no file beside this one; check the path "
        "(top.yml -> none.yml)",
    ),
    "a folder": (
        "defaults: {brandkit: {extends: ./}}",
        "top.yml:1: defaults.brandkit.extends: './' is no file beside this one; check the path "
        "(top.yml -> .)",
    ),
    "an absolute path": (
        "defaults: {brandkit: {extends: /etc/acme.yml}}",
        "top.yml:1: defaults.brandkit.extends: '/etc/acme.yml' is no relative path; "
        "write the way from this file to the other (top.yml -> acme.yml)",
    ),
    "an address": (
        "defaults: {brandkit: {extends: 'https://example.org/acme.yml'}}",
        "top.yml:1: defaults.brandkit.extends: 'https://example.org/acme.yml' is no relative path; "
        "write the way from this file to the other (top.yml -> acme.yml)",
    ),
    "a name of no brand": (
        "defaults: {brandkit: {extends: vlot}}",
        "top.yml:1: defaults.brandkit.extends: 'vlot' is neither a shipped brand nor a path that ends in "
        ".yml; did you mean 'volt'? (top.yml -> vlot)",
    ),
    "a list": (
        "defaults: {brandkit: {extends: [a.yml]}}",
        "top.yml:1: defaults.brandkit.extends: must be a path or the name of a shipped brand",
    ),
    "nothing": (
        "defaults: {brandkit: {extends: }}",
        "top.yml:1: defaults.brandkit.extends: has no value; write one or remove the key",
    ),
    "itself": (
        "defaults: {brandkit: {extends: top.yml}}",
        "top.yml:1: defaults.brandkit.extends: goes in a circle; take one 'extends' out (top.yml -> top.yml)",
    ),
    "a name too long for a file": (
        f"defaults: {{brandkit: {{extends: {'a' * 300}.yml}}}}",
        f"top.yml:1: defaults.brandkit.extends: '{'a' * 40}…' is no file beside this one; check the path "
        f"(top.yml -> {'a' * 300}.yml)",
    ),
    "a path with a zero byte": (
        'defaults: {brandkit: {extends: "a\\0.yml"}}',
        "top.yml:1: defaults.brandkit.extends: 'a\\x00.yml' is no file beside this one; check the path "
        "(top.yml -> a\\x00.yml)",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_extended(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "top.yml"
    path.write_text(text)
    assert error(path) == message


def test_a_circle_is_named_in_full(tmp_path: Path) -> None:
    for name, below in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.yml").write_text(f"defaults: {{brandkit: {{extends: {below}.yml}}}}")
    assert error(tmp_path / "a.yml") == (
        "c.yml:1: defaults.brandkit.extends: goes in a circle; take one 'extends' out "
        "(a.yml -> b.yml -> c.yml -> a.yml)"
    )


def test_a_circle_through_a_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("defaults: {brandkit: {extends: b.yml}}")
    (tmp_path / "b.yml").symlink_to(tmp_path / "a.yml")
    assert "goes in a circle" in error(tmp_path / "a.yml")


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "a.yml").write_text("defaults: {brandkit: {extends: pipe.yml}}")
    assert "is no file beside this one" in error(tmp_path / "a.yml")


@pytest.mark.parametrize("count", [MOST_BASES, MOST_BASES + 1])
def test_a_chain_has_a_greatest_length(tmp_path: Path, count: int) -> None:
    (tmp_path / f"{count}.yml").write_text('color: {palette: {a: "#111"}}')
    for number in range(count):
        (tmp_path / f"{number}.yml").write_text(f"defaults: {{brandkit: {{extends: {number + 1}.yml}}}}")
    if count == MOST_BASES:
        assert len(Brand.load(tmp_path / "0.yml").bases) == MOST_BASES
    else:
        assert error(tmp_path / "0.yml") == (
            "8.yml:1: defaults.brandkit.extends: rests on more than 8 files; join some of them "
            "(0.yml -> 1.yml -> 2.yml -> 3.yml -> 4.yml -> 5.yml -> 6.yml -> 7.yml -> 8.yml -> 9.yml)"
        )


def test_what_is_wrong_below_is_told_of_the_file_below(base: Path, tmp_path: Path) -> None:
    base.write_text(BASE.replace("tolerance: 3", "tolerence: 3"))
    path = child(tmp_path, "    swatches: {ink: {tolerence: 3}}\n")
    assert error(path) == (
        "acme.brand.yml:13: defaults.brandkit.swatches.hero.tolerence: unknown key; "
        "did you mean 'tolerance'? (and 1 more)"
    )


def test_what_is_not_yaml_below_is_told_of_the_file_below(base: Path, tmp_path: Path) -> None:
    base.write_text("color: [")
    assert error(child(tmp_path)).startswith("acme.brand.yml:2:1: not YAML")


def test_a_name_alike_to_one_below_says_where_that_is(base: Path, tmp_path: Path) -> None:
    assert error(child(tmp_path, palette='    Old Blue: "#000"\n')) == (
        "summer.yml:3: color.palette.Old Blue: differs from 'old-blue' (acme.brand.yml:6) "
        "only in case, spaces or hyphens; rename one"
    )


def test_a_colour_that_is_still_needed_cannot_go_unseen(base: Path, tmp_path: Path) -> None:
    assert error(child(tmp_path, palette="    hero: ~\n")) == (
        "acme.brand.yml:7: color.palette.accent: 'hero' is neither a HEX colour nor a name in color.palette; "
        "summer.yml:3 removes it: say there what takes its place (and 1 more)"
    )


def test_only_what_is_there_can_be_taken_away(base: Path, tmp_path: Path) -> None:
    assert error(child(tmp_path, palette="    old-blu: ~\n")) == (
        "summer.yml:3: color.palette.old-blu: takes away what acme.brand.yml does not have; "
        "did you mean 'old-blue'?"
    )


@pytest.mark.parametrize(
    ("palette", "message"),
    [
        ("    hero:\n", "has no value; write one or remove the key"),
        ("    hero: #FF0000\n", 'YAML reads #FF0000 as a comment; put quotes around it: "#FF0000"'),
    ],
)
def test_an_empty_value_takes_nothing_away(base: Path, tmp_path: Path, palette: str, message: str) -> None:
    assert error(child(tmp_path, palette=palette)) == f"summer.yml:3: color.palette.hero: {message}"


def test_nothing_can_be_taken_away_without_a_file_below(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text('color: {palette: {a: "#111", b: ~}}')
    assert error(path) == "a.yml:1: color.palette.b: has no value; write one or remove the key"


def test_bounds_that_contradict_the_file_below_are_told_where_they_stand(base: Path, tmp_path: Path) -> None:
    assert error(child(tmp_path, "    swatches: {hero: {coverage: {min: 70%}}}\n")) == (
        "summer.yml:5: defaults.brandkit.swatches.hero.coverage: min (0.7) is above max (0.6)"
    )
