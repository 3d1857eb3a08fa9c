"""Changes to the text of a brand file."""

from __future__ import annotations

from pathlib import Path

import pytest

from brandkit import brand_edit
from brandkit.brand import Brand
from brandkit.errors import BrandError

VOLT = Path(__file__).parent.parent / "palettes" / "volt.brand.yml"
SWATCHES = ("defaults", "brandkit", "swatches")


def test_only_the_line_of_a_changed_value_differs() -> None:
    before = VOLT.read_text(encoding="utf-8")
    after = brand_edit.edited(before, {(*SWATCHES, "electric-blue", "tolerance"): 3})
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1].split("#")[0].strip() == "tolerance: 3"
    assert "CIEDE2000; a flat colour" in changed[0][1]


def test_what_is_changed_is_what_the_brand_has_then(tmp_path: Path) -> None:
    text = brand_edit.edited(
        VOLT.read_text(encoding="utf-8"),
        {
            (*SWATCHES, "carbon", "coverage", "max"): "40%",
            ("defaults", "brandkit", "off_palette"): None,
            ("defaults", "brandkit", "delivery", "formats"): ["png"],
        },
    )
    file = tmp_path / "volt.brand.yml"
    file.write_text(text, encoding="utf-8")
    brand = Brand.load(file)
    assert brand.by_name("carbon").coverage.max == 0.4
    assert brand.off_palette is None
    assert brand.delivery is not None
    assert brand.delivery.formats == ("png",)


def test_a_file_without_guidelines_gets_them() -> None:
    text = brand_edit.edited('color: {palette: {a: "#000000"}}', {(*SWATCHES, "a", "tolerance"): 1.5})
    assert brand_edit.value(text, (*SWATCHES, "a", "tolerance")) == "1.5"


@pytest.mark.parametrize("text", ["a: [", "- a", "", "a: 1\na: 2\n"])
def test_what_is_no_brand_file_is_refused(text: str) -> None:
    with pytest.raises(BrandError):
        brand_edit.edited(text, {("a", "b"): 1})


@pytest.mark.parametrize(
    "guideline",
    [
        "extends: ../other.brand.yml",
        "extends: /etc/passwd.yml",
        "style: {references: ['../*.png']}",
        "style: {references: ['a/../../b/*.png']}",
        "style: {counter_references: ['~/x.png']}",
        "style: {anchor: /etc/hostname}",
        "style: {anchor: 'file:///etc/hostname'}",
        "style: {encoder: 'open_clip:../weights'}",
        "logos: [{name: acme, files: ['..\\\\acme.svg']}]",
        "logos: [{name: acme, files: ['C:\\\\acme.svg']}]",
    ],
)
def test_a_file_outside_of_the_brands_folder_is_refused_by_line_and_key(
    tmp_path: Path, guideline: str
) -> None:
    text = f'color: {{palette: {{a: "#000000"}}}}\ndefaults:\n  brandkit:\n    {guideline}\n'
    with pytest.raises(BrandError, match=r":4: .*outside of the brand's own folder"):
        brand_edit.fence(text.encode(), tmp_path / "acme.brand.yml", tmp_path)


def test_files_in_the_folder_and_addresses_are_let_pass(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    text = (
        'logo: {images: {a: "https://acme.com/a.svg", b: logos/b.svg}}\ncolor: {palette: {a: "#000000"}}\n'
        "defaults: {brandkit: {extends: volt, style: {references: ['../pictures/*.png'], anchor: a.png}}}\n"
    )
    brand_edit.fence(text.encode(), tmp_path / "sub" / "acme.brand.yml", tmp_path)


LOGOS = """\
defaults:
  brandkit:
    logos:
      # the one on packs
      - {name: Acme, files: [a.svg]}
      - name: sub-brand  # since 2024
        files: [b.svg]
"""
AT = ("defaults", "brandkit", "logos")


def test_an_entry_of_a_list_is_replaced_where_it_stands_and_comments_stay() -> None:
    text = brand_edit.with_entry(LOGOS, AT, "acme", {"name": "ACME", "files": ["c.svg"]})
    assert brand_edit.value(text, AT) == [
        {"name": "ACME", "files": ["c.svg"]},
        {"name": "sub-brand", "files": ["b.svg"]},
    ]
    assert "# since 2024" in text


def test_an_entry_is_added_at_the_end_and_taken_away() -> None:
    text = brand_edit.with_entry(LOGOS, AT, "new", {"name": "new", "files": ["n.svg"]})
    assert [entry["name"] for entry in brand_edit.value(text, AT)] == ["Acme", "sub-brand", "new"]
    assert "# the one on packs" in text
    for name in ("Acme", "Sub Brand", "new", "none"):
        text = brand_edit.with_entry(text, AT, name, None)
    assert brand_edit.value(text, AT) is None


@pytest.mark.parametrize("text", ["a: 1", "defaults:", "defaults: {brandkit: {}}"])
def test_a_list_is_made_where_there_is_none(text: str) -> None:
    made = brand_edit.with_entry(text, AT, "new", {"name": "new"})
    assert brand_edit.value(made, AT) == [{"name": "new"}]
    assert brand_edit.value(brand_edit.with_entry(text, AT, "new", None), AT) is None


@pytest.mark.parametrize("logos", ["x.svg", "[a, b]", "{name: a}"])
def test_what_is_no_list_of_entries_is_left_as_it_is(logos: str) -> None:
    text = f"defaults: {{brandkit: {{logos: {logos}}}}}"
    with pytest.raises(BrandError, match=r"defaults\.brandkit\.logos: is no list of entries"):
        brand_edit.with_entry(text, AT, "new", {"name": "new"})
