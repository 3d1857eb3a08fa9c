"""The page Brands: a palette is uploaded, a guideline changed, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.brand_edit import edited
from brandkit.store import brands, drafts, filing

from .conftest import BRAND, Filed, Served, banner, serving, shot, upload

GPL = "GIMP Palette\nName: Autumn\n#\n180  83  42\tclay\n 16  24  32\tink <b>x</b>\n"
HOSTILE = """\
color: {palette: {a: "#000000"}}
defaults:
  brandkit:
    style: {references: ["../../../../etc/*.png"]}
"""


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Filed, Served]]:
    """A brand by which two banners were judged, one of which drifts by 6.4."""
    folder = tmp_path_factory.mktemp("branded")
    file = folder / "acme.brand.yml"
    file.write_text(BRAND, encoding="utf-8")
    brand = Brand.load(file)
    pictures = [banner(folder / "drift.png", (40, 100, 235)), banner(folder / "right.png", (0, 80, 255))]
    store = brandkit.store.open(str(folder / "store"))
    filing.file_run(store, batch.check_all([str(p) for p in pictures], brand), brand, source="check")
    with serving(folder / "store") as running:
        yield Filed(folder / "store", store, brand, file), running
    store.close()


def _open(context: BrowserContext, served: Served, query: str = "") -> Page:
    page = context.new_page()
    page.goto(f"{served.address}/brands{query}")
    page.get_by_role("tab", name="Colours").wait_for()
    return page


def _retype(page: Page, old: str, new: str) -> None:
    page.get_by_role("tab", name="As text").click()
    field = page.get_by_role("textbox", name="Brand file")
    expect(field).not_to_have_value("")  # it comes a moment after the tab
    field.fill(field.input_value().replace(old, new))
    field.press("Control+Enter")


def test_a_palette_that_is_uploaded_becomes_a_brand(
    branded: tuple[Filed, Served], context: BrowserContext, tmp_path: Path
) -> None:
    filed, served = branded
    page = _open(context, served)
    page.get_by_text("New brand", exact=True).click()
    file = tmp_path / "autumn.txt"
    file.write_text(GPL, encoding="utf-8")
    upload(page, file)
    expect(page.get_by_text("2 colours")).to_be_visible()
    shot(page, "brands-upload")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".palette li")).to_have_count(2)
    expect(page.locator(".palette strong").last).to_have_text("ink <b>x</b>")
    version = brands.versions(filed.store, "Autumn")[0]
    assert [s.hex for s in brands.load(filed.store, version.id).swatches] == ["#B4532A", "#101820"]


def test_a_brand_that_names_files_elsewhere_is_refused(
    branded: tuple[Filed, Served], context: BrowserContext, tmp_path: Path
) -> None:
    filed, served = branded
    page = _open(context, served)
    page.get_by_text("New brand", exact=True).click()
    file = tmp_path / "evil_brand.yml"
    file.write_text(HOSTILE, encoding="utf-8")
    upload(page, file)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("outside of the brand's own folder")).to_be_visible()
    assert "evil_brand" not in brands.names(filed.store)


def test_a_mistake_in_the_text_is_named_by_its_line(
    branded: tuple[Filed, Served], context: BrowserContext
) -> None:
    page = _open(context, branded[1], "?name=Acme")
    _retype(page, "capture: 15", "capture: 1")
    expect(page.get_by_text(re.compile(r"acme\.brand\.yml:\d+: .*must be above tolerance"))).to_be_visible()


def test_a_change_says_what_it_would_do_and_is_refused_where_somebody_was_first(
    branded: tuple[Filed, Served], context: BrowserContext
) -> None:
    filed, served = branded
    page = _open(context, served, "?name=Acme")
    _retype(page, "tolerance: 2", "tolerance: 8")
    page.get_by_role("tab", name="Guidelines").click()
    expect(page.get_by_text("Of the last 2 items, 1 would get another verdict")).to_be_visible(timeout=20_000)
    expect(page.locator("li.row")).to_contain_text("now failed")
    shot(page, "brands-change")
    with drafts.of(filed.store, brands.versions(filed.store, "Acme")[0]) as draft:
        brand = draft.write(edited(draft.text(), {("defaults", "brandkit", "off_palette"): "50%"}))
        draft.save(filed.store, brand, who="ben", note="")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text(re.compile("ben has saved version 2 meanwhile"))).to_be_visible()
    assert brands.versions(filed.store, "Acme")[0].who == "ben"


def test_a_logo_is_uploaded_shown_and_taken_away(
    branded: tuple[Filed, Served], context: BrowserContext, tmp_path: Path
) -> None:
    filed, served = branded
    page = _open(context, served, "?name=Acme")
    page.get_by_role("tab", name="Logos").click()
    expect(page.get_by_text("No logos yet")).to_be_visible()
    shape = '<path d="M4 4h52v32h-40z" fill="{}"/>'
    mark = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40">{shape}</svg>'
    for name, colour in (("mark.svg", "#0050FF"), ("mark-white.svg", "#FFFFFF"), ("broken.svg", "none")):
        (tmp_path / name).write_text(mark.format(colour), encoding="utf-8")
    files = page.get_by_role("tabpanel", name="Logos").locator("input[type=file]")
    files.set_input_files(tmp_path / "broken.svg")
    page.get_by_role("button", name="Save the logo").click()
    expect(page.get_by_text("Nothing was saved. broken.svg: shows nothing")).to_be_visible()
    page.reload()
    page.get_by_role("tab", name="Logos").click()
    page.get_by_role("textbox", name="Name").fill("Acme mark")
    files.set_input_files([tmp_path / "mark.svg", tmp_path / "mark-white.svg"])
    page.get_by_role("button", name="Save the logo").click()
    expect(page.get_by_text("Where it is shown; at least 24 pixels wide")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Logos").locator("img")).to_have_count(2)
    shot(page, "brands-logos")
    # The field of versions has followed, or what is done next would be done to the version before.
    expect(page.get_by_role("combobox", name="Version")).to_have_value(re.compile("^v[2-9] "))
    version = brands.versions(filed.store, "Acme")[0]
    assert [logo.name for logo in brands.load(filed.store, version.id).logos] == ["Acme mark"]
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("No logos yet")).to_be_visible()
    assert brands.versions(filed.store, "Acme")[0].number == version.number + 1
