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
