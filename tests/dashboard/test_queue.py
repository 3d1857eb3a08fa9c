"""The page Queue: what a reviewer does with it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.store import decisions, filing, items
from brandkit.store.decisions import Decided
from brandkit.store.filed import Wanted

from .conftest import BRAND, Filed, Served, banner, serving, shot

NASTY = "<img src=x onerror=alert(1)> **bold** [a](b).png"


@pytest.fixture(scope="module")
def queued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Filed, Served]]:
    """Six banners of which four drift alike, one that passes, and one with a hostile name."""
    folder = tmp_path_factory.mktemp("queued")
    file = folder / "acme.brand.yml"
    file.write_text(BRAND, encoding="utf-8")
    brand = Brand.load(file)
    pictures = [banner(folder / f"drift-{k}.png", (40, 100 + 4 * k, 235)) for k in range(4)]
    pictures += [banner(folder / "right.png", (0, 80, 255)), banner(folder / NASTY, (0, 80, 255))]
    store = brandkit.store.open(str(folder / "store"))
    filing.file_run(store, batch.check_all([str(p) for p in pictures], brand), brand, source="check")
    with serving(folder / "store") as running:
        yield Filed(folder / "store", store, brand, file), running
    store.close()


def _open(context: BrowserContext, served: Served, query: str = "") -> Page:
    page = context.new_page()
    page.goto(f"{served.address}/{query}")
    page.locator("li.row").first.wait_for()
    return page


def _pick(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_label(f"Select {name}").check()


def test_the_worst_is_first_and_said_in_words(queued: tuple[Filed, Served], context: BrowserContext) -> None:
    page = _open(context, queued[1])
    first = page.locator("li.row").first
    expect(first).to_contain_text("drift-3.png")
    expect(first).to_contain_text("blue is rendered as")
    expect(first).to_contain_text("✗")
    expect(first).to_contain_text("failed")
    expect(page.get_by_text("6 items")).to_be_visible()
    shot(page, "queue")


def test_a_filter_is_a_part_of_the_address_and_the_address_is_the_filter(
    queued: tuple[Filed, Served], context: BrowserContext
) -> None:
    page = _open(context, queued[1])
    page.get_by_role("button", name="passed", exact=True).click()
    expect(page.locator("li.row")).to_have_count(2)
    expect(page).to_have_url(re.compile("verdict=passed"))
    again = _open(context, queued[1], "?verdict=passed")
    expect(again.locator("li.row")).to_have_count(2)


def test_a_hostile_name_is_shown_as_it_is(queued: tuple[Filed, Served], context: BrowserContext) -> None:
    page = _open(context, queued[1], "?text=onerror")
    expect(page.locator("li.row strong")).to_have_text([NASTY])
    _pick(page, NASTY)
    page.get_by_role("button", name="Reject").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(NASTY)).to_be_visible()
    expect(page.locator("img[src=x]")).to_have_count(0)


def test_a_row_opens_the_picture_and_the_way_back_has_the_same_filters(
    queued: tuple[Filed, Served], context: BrowserContext
) -> None:
    page = _open(context, queued[1], "?verdict=failed")
    page.locator("li.row a").first.click()
    expect(page).to_have_url(re.compile(r"/frame\?item=\d+$"))
    page.get_by_role("link", name="Queue").click()
    page.locator("li.row").first.wait_for()
    expect(page).to_have_url(re.compile("verdict=failed"))


def test_a_decision_on_several_says_what_it_is_and_needs_a_comment_for_failed_ones(
    queued: tuple[Filed, Served], context: BrowserContext
) -> None:
    filed, served = queued
    page = _open(context, served)
    _pick(page, "drift-0.png", "right.png")
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="Approve").wait_for()
    page.wait_for_timeout(300)  # a shortcut works a moment after its button is there
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("✗ 1 failed · ✓ 1 passed")).to_be_visible()
    expect(dialog.get_by_text("failed, and would be approved")).to_be_visible()
    shot(page, "queue-decide")
    sure = dialog.get_by_role("button", name="Approve 2 items")
    sure.click()
    expect(dialog.get_by_text("A comment is needed")).to_be_visible()
    dialog.get_by_role("textbox").fill("the light is meant so")
    sure.click()
    expect(dialog).to_have_count(0)
    expect(page.locator("li.row")).to_have_count(4)
    decided = items.find(filed.store, Wanted(state=("approved",))).items
    assert {item.name for item in decided} == {"drift-0.png", "right.png"}
    assert [d.comment for d in decisions.on_record(filed.store, decided[0].id)] == ["the light is meant so"]


def test_a_decision_on_what_somebody_decided_meanwhile_is_refused_as_a_whole(
    queued: tuple[Filed, Served], context: BrowserContext
) -> None:
    filed, served = queued
    page = _open(context, served)
    _pick(page, "drift-1.png", "drift-2.png")
    page.get_by_role("button", name="Reject").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Reject 2 items").wait_for()
    one = next(i for i in items.find(filed.store, Wanted()).items if i.name == "drift-2.png")
    case = items.open_case(filed.store, one.id)
    decisions.decide(filed.store, case, Decided("change", "ana", "bluer, please"))
    dialog.get_by_role("button", name="Reject 2 items").click()
    expect(dialog.get_by_text("Nothing was decided")).to_be_visible()
    expect(dialog.get_by_text(re.compile("ana asked for a change"))).to_be_visible()
    shot(page, "queue-conflict")
    assert {i.name for i in items.find(filed.store, Wanted(state=("rejected",))).items} == set()


def test_a_group_opens_as_its_items_and_filters_can_be_cleared(
    queued: tuple[Filed, Served], context: BrowserContext
) -> None:
    page = _open(context, queued[1], "?view=groups&text=drift")
    page.locator("li.row a").first.click()
    expect(page).to_have_url(re.compile("alike="))
    expect(page.locator("li.row").first).to_contain_text("drift-3.png")
    page.get_by_role("button", name="Show all").click()
    expect(page).not_to_have_url(re.compile("alike="))
    again = _open(context, queued[1], "?text=onerror")
    again.get_by_role("searchbox").fill("nothing is called so")
    again.get_by_role("button", name="Clear filters").click()
    expect(again.locator("li.row").first).to_be_visible()
    expect(again).not_to_have_url(re.compile("text="))


def test_items_with_the_same_findings_are_one_group_and_decided_as_one(
    queued: tuple[Filed, Served], context: BrowserContext
) -> None:
    filed, served = queued
    page = _open(context, served, "?view=groups&verdict=failed")
    expect(page.locator("li.row")).to_have_count(1)
    expect(page.locator("li.row")).to_contain_text("blue drifts")
    shot(page, "queue-groups")
    page.locator("li.row input").check()
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Reject")).click()
    expect(page.get_by_text("Nothing matches these filters")).to_be_visible()
    assert items.count(filed.store, Wanted(state=("rejected",))).failed == 2
