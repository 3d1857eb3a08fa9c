from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from brandkit.brand import Brand, Limit, Logo, Swatch
from brandkit.errors import BrandError

COLOURS = 'color: {palette: {hero: "#FF4F00"}}\n'
OURS = f"{COLOURS}defaults:\n  brandkit:\n    "


def load(folder: Path, text: str, name: str = "acme.brand.yml") -> Brand:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")
    return Brand.load(path)


def error(folder: Path, text: str) -> str:
    with pytest.raises(BrandError) as caught:
        load(folder, text)
    return str(caught.value).removeprefix(f"{folder}/acme.brand.yml:")


WHOLE = """\
logos:
      - name: acme
        files: [logos/acme.svg, logos/white.svg]
        required: true
        clear_space: 0.5
        min_width: 48
        min_share: 8%
        max_stretch: 2%
        tolerance: 4
        min_contrast: 3
        min_seen: 90%
        max_turn: 10
"""


def test_a_logo_is_read_as_people_write_it(tmp_path: Path) -> None:
    assert load(tmp_path, OURS + WHOLE).logos == (
        Logo(
            name="acme",
            files=("logos/acme.svg", "logos/white.svg"),
            required=True,
            clear_space=0.5,
            min_width=48,
            min_share=0.08,
            max_stretch=0.02,
            tolerance=4,
            min_contrast=3,
            min_seen=0.9,
            max_turn=10,
        ),
    )


@pytest.mark.parametrize(
    ("metric", "whole", "plain"),
    [
        ("copies", Limit(min=1), None),
        ("clear_space", Limit(min=0.5), Limit(min=0.25)),
        ("width_px", Limit(min=48), Limit(min=24)),
        ("width_share", Limit(min=0.08), None),
        ("stretch", Limit(max=0.02), Limit(max=0.03)),
        ("colour_de00", Limit(max=4), Limit(max=6)),
        ("contrast", Limit(min=3), Limit(min=2)),
        ("seen", Limit(min=0.9), Limit(min=0.95)),
        ("turned_deg", Limit(max=10), None),
        ("unheard_of", None, None),
    ],
)
def test_logos_set_limits(tmp_path: Path, metric: str, whole: Limit | None, plain: Limit | None) -> None:
    assert load(tmp_path, OURS + WHOLE).limit("logo", metric, "acme") == whole
    bare = load(tmp_path, OURS + "logos: [{name: acme, files: [a.svg], clear_space: 0.25}]\n")
    assert bare.limit("logo", metric, "acme") == plain
    assert bare.limit("logo", metric, "other") is None


def test_a_written_limit_goes_on_top(tmp_path: Path) -> None:
    text = OURS + "logos: [{name: acme, files: [a.svg]}]\n    limits: {logo: {stretch: {warn: 1%}}}\n"
    assert load(tmp_path, text).limit("logo", "stretch", "acme") == Limit(max=0.03, warn=0.01)


WRONG = {
    "no files": ("logos: [{name: acme}]", "4: defaults.brandkit.logos[0]: 'files' is missing"),
    "no name": ("logos: [{files: [a.svg]}]", "4: defaults.brandkit.logos[0]: 'name' is missing"),
    "an unknown key": (
        "logos: [{name: acme, files: [a.svg], clearspace: 1}]",
        "4: defaults.brandkit.logos[0].clearspace: unknown key; did you mean 'clear_space'?",
    ),
    "twice": (
        "logos: [{name: acme, files: [a.svg]}, {name: AC-ME, files: [b.svg]}]",
        "4: defaults.brandkit.logos[1]: 'AC-ME' is listed twice; give each logo its own name",
    ),
    "more room than can be looked at": (
        "logos: [{name: acme, files: [a.svg], clear_space: 5}]",
        "4: defaults.brandkit.logos[0].clear_space: 5 is above 4",
    ),
    "required that is no answer": (
        "logos: [{name: acme, files: [a.svg], required: perhaps}]",
        "4: defaults.brandkit.logos[0].required: 'perhaps' is neither true nor false",
    ),
    "no list": (
        "logos: a.svg",
        "4: defaults.brandkit.logos: must be a list of logos, each with name and files",
    ),
    "a limit that nothing can keep": (
        "logos: [{name: acme, files: [a.svg]}]\n    limits: {logo: {seen: 0.5}}",
        "5: defaults.brandkit.limits.logo.seen: min (0.95) is above max (0.5); "
        "a bare number is a max; give min and max by name",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_a_logo_says_wrong(tmp_path: Path, text: str, message: str) -> None:
    assert error(tmp_path, f"{OURS}{text}\n") == message


STANDARD = {
    "a path": ("logo: a.svg", {"logo": ("a.svg",)}),
    "sizes": ("logo: {small: icon.png, large: a.svg}", {"small": ("icon.png",), "large": ("a.svg",)}),
    "one file for two sizes": ("logo: {small: a.svg, large: a.svg}", {"small": ("a.svg",)}),
    "light and dark": (
        "logo: {medium: {light: a.svg, dark: white.svg}}",
        {"medium": ("a.svg", "white.svg")},
    ),
    "images by name": (
        "logo: {images: {mark: {path: m.svg, alt: Acme}, word: w.svg}, small: mark}",
        {"small": ("m.svg",)},
    ),
    "images alone": ("logo: {images: {mark: m.svg, word: w.svg}}", {"mark": ("m.svg",), "word": ("w.svg",)}),
    "an address": ("logo: https://acme.test/a.svg", {}),
    "something else": ("logo: [a.svg, {b: c}]", {}),
}


@pytest.mark.parametrize(("section", "files"), STANDARD.values(), ids=STANDARD.keys())
def test_the_standards_section_is_taken(
    tmp_path: Path, section: str, files: dict[str, tuple[str, ...]]
) -> None:
    brand = load(tmp_path, f"{section}\n{COLOURS}")
    assert {logo.name: logo.files for logo in brand.logos} == files
    assert all(logo.standard and not logo.required for logo in brand.logos)


def test_our_list_goes_before_the_standards_section(tmp_path: Path) -> None:
    text = f"logo: a.svg\n{OURS}logos: [{{name: acme, files: [b.svg]}}]\n"
    assert [logo.files for logo in load(tmp_path, text).logos] == [("b.svg",)]
    assert load(tmp_path, f"logo: a.svg\n{OURS}logos: []\n").logos == ()


def test_a_campaign_inherits_logos_and_changes_them_by_name(tmp_path: Path) -> None:
    load(
        tmp_path, OURS + "logos: [{name: acme, files: [logos/a.svg], tolerance: 4}]\n", "base/acme.brand.yml"
    )
    more = "logos: [{name: acme, required: true}, {name: summer, files: [s.svg]}]"
    brand = load(tmp_path, f"defaults: {{brandkit: {{extends: base/acme.brand.yml, {more}}}}}\n")
    assert [(logo.name, logo.files, logo.required, logo.tolerance) for logo in brand.logos] == [
        ("acme", ("base/logos/a.svg",), True, 4),
        ("summer", ("s.svg",), False, 6),
    ]


def test_the_digest_changes_with_the_logos_file(tmp_path: Path) -> None:
    text = OURS + "logos: [{name: acme, files: [a.svg]}]\n"
    without = load(tmp_path, text).digest
    (tmp_path / "a.svg").write_text("<svg/>")
    first = load(tmp_path, text).digest
    (tmp_path / "a.svg").write_text("<svg />")
    assert len({without, first, load(tmp_path, text).digest, load(tmp_path, COLOURS).digest}) == 4


def test_two_logos_of_one_name_cannot_be_built() -> None:
    logos = (Logo(name="a", files=("a.svg",)), Logo(name="A", files=("b.svg",)))
    with pytest.raises(ValidationError, match="two logos have names that differ only in case"):
        Brand(name="x", swatches=(Swatch(name="a", hex="#111"),), logos=logos)
