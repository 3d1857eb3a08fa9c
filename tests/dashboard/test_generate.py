"""The page Generate: a picture is made, judged and filed while the page shows it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

import brandkit.store
from brandkit.brand import Brand
from brandkit.store import brands, items
from brandkit.store.filed import Wanted

from .conftest import Filed, Served, serving, shot

VOLT = Path(__file__).parent.parent.parent / "palettes" / "volt.brand.yml"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Filed, Served]]:
    """A store with a brand and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    store = brandkit.store.open(str(folder / "store"))
    brand = Brand.load(VOLT)
    brands.save(store, brand, who="ana")
    with serving(folder / "store") as running:
        yield Filed(folder / "store", store, brand, VOLT), running
    store.close()


def test_an_empty_store_says_what_to_run(empty: tuple[Filed, Served], context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(empty[1].address)
    expect(page.get_by_text("Nothing was filed yet")).to_be_visible()
    expect(page.get_by_text(re.compile("brandkit check pictures"))).to_be_visible()
    shot(page, "first-run")


def test_a_picture_is_made_judged_and_filed_with_its_attempts(
    empty: tuple[Filed, Served], context: BrowserContext
) -> None:
    filed, served = empty
    page = context.new_page()
    page.goto(f"{served.address}/generate")
    field = page.get_by_label("What is to be seen")
    field.fill("an electric-blue can on an ice table")
    field.press("Control+Enter")
    page.get_by_role("combobox", name="Size").click()
    page.get_by_role("option", name="512 x 512").click()
    page.get_by_label("Attempts for each").fill("2")
    page.get_by_label("Attempts for each").press("Enter")
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.get_by_text("1 picture was filed")).to_be_visible(timeout=120_000)
    expect(page.locator(".board ol > li")).not_to_have_count(0)
    shot(page, "generate")
    item = items.find(filed.store, Wanted(source=("generate",), state=())).items[0]
    case = items.open_case(filed.store, item.id)
    assert item.model is not None
    assert item.model.startswith("builtin")
    assert case.of("recipe")
    assert case.of("attempt")
    page.locator("li.row a").first.click()
    expect(page).to_have_url(re.compile(rf"item={item.id}"))
    expect(page.get_by_text(re.compile("builtin:1:some, seed"))).to_be_visible()
    expect(page.get_by_text(re.compile("kept$")).first).to_be_visible()
    shot(page, "generate-made")


def test_what_was_generated_is_in_the_trends_and_the_record_of_one_day(
    empty: tuple[Filed, Served], context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{empty[1].address}/trends")
    expect(page.get_by_text("of 1 passed in the end")).to_be_visible()
    page.get_by_text("As a table").first.wait_for()
    shot(page, "trends-day")
    page.goto(f"{empty[1].address}/audit?kind=brand+saved")
    expect(page.locator("[data-testid=stDataFrame]")).to_be_visible()
    shot(page, "audit")
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV", exact=True).click()
    lines = Path(started.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("when,who,what")
    assert [line.split(",")[1:4] for line in lines[1:]] == [["ana", "brand saved", "Volt v1"]]
