"""A day in the browser: a palette comes in, a picture is put right and approved, and all is on record."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, expect

from brandkit.store import brands, items
from brandkit.store.filed import Wanted

from .conftest import Filed, Served, shot, upload

GPL = "GIMP Palette\nName: Harvest\n#\n180  83  42\tclay\n 16  24  32\tink\n"


def test_a_palette_comes_in_and_a_flagged_picture_is_corrected_approved_and_in_the_audit(
    context: BrowserContext, served: Served, filed: Filed, tmp_path: Path
) -> None:
    page = context.new_page()
    page.goto(f"{served.address}/brands")
    page.get_by_role("tab", name="Colours").wait_for()
    page.get_by_text("New brand", exact=True).click()
    palette = tmp_path / "harvest.gpl"
    palette.write_text(GPL, encoding="utf-8")
    upload(page, palette)
    expect(page.get_by_text("2 colours")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".palette li")).to_have_count(2)
    assert brands.names(filed.store) == ("Acme", "Harvest")

    page.get_by_role("link", name="Queue").click()

    page.get_by_text("worse.png").click()
    (item,) = items.find(filed.store, Wanted(text="worse.png")).items
    viewer = page.locator(".viewer")
    expect(viewer).to_have_attribute("data-painted", str(item.id))
    page.get_by_text("Correction", exact=True).click()
    page.get_by_role("button", name="Preview correction").click()
    expect(viewer.locator(".pane[data-side=after] .tag")).to_have_text("After (preview, not saved)")
    page.get_by_role("button", name="Save correction").click()
    expect(viewer.locator(".pane[data-side=after] .tag")).to_have_text("After")
    shot(page, "day-corrected")
    page.locator(".stage").click()
    page.keyboard.press("a")
    expect(page.get_by_text("worse.png: approved")).to_be_visible()

    page.get_by_role("link", name="Audit").click()
    expect(page.get_by_role("link", name="Audit")).to_have_attribute("aria-current", "page")
    page.wait_for_timeout(500)
    shot(page, "day-audit")
    case = items.open_case(filed.store, item.id)
    assert (case.item.state, case.item.final) == ("approved", "passed")
    assert case.decisions[0].seen["result"] == case.of("result")[0].sha256


def test_of_two_reviewers_in_two_browsers_the_second_is_told_what_happened(
    browser: Browser, served: Served, filed: Filed
) -> None:
    (item,) = items.find(filed.store, Wanted(text="right.png")).items
    pages = []
    for _ in range(2):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(20_000)
        pages.append(context.new_page())
        pages[-1].goto(f"{served.address}/frame?item={item.id}")
        expect(pages[-1].locator(".viewer")).to_have_attribute("data-painted", str(item.id))
    first, second = pages
    first.keyboard.press("a")
    expect(first.get_by_text("right.png: approved")).to_be_visible()
    second.get_by_role("textbox", name="Comment").fill("not quite")
    second.get_by_role("button", name="Reject").click()
    expect(second.get_by_text("since you opened it")).to_be_visible()
    shot(second, "day-conflict")
    assert [d.verdict for d in items.open_case(filed.store, item.id).decisions] == ["approved"]
    for page in pages:
        page.context.close()
