"""The pages Frame and Clip in a real browser: what a reviewer does with eyes, mouse and keys."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from brandkit_dashboard import front
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from brandkit.store import audit, items
from brandkit.store.filed import Wanted

from .conftest import Served, serving, shot
from .stock import CLIP, HOSTILE, Stock, pixels_of, shelf

SHARMA = Path(__file__).parents[1] / "data" / "ciede2000_sharma.csv"


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    made = shelf(tmp_path_factory).copy(tmp_path_factory.mktemp("review") / "store")
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def running(stock: Stock) -> Iterator[Served]:
    """One server for all of these tests: each decides on an item of its own."""
    with serving(stock.folder) as served:
        yield served


@pytest.fixture
def tab(browser: Browser, running: Served) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield context.new_page()
    context.close()


def _look(tab: Page, running: Served, number: int, page: str = "frame") -> Locator:
    tab.goto(f"{running.address}/{page}?item={number}")
    viewer = tab.locator(".viewer")
    if page == "frame":
        expect(viewer).to_have_attribute("data-painted", str(number))
    else:
        expect(viewer).to_have_attribute("data-frame", "0")
    # The picture comes first; keys that press a button want the button.
    expect(tab.get_by_role("button", name="Next")).to_be_visible()
    return viewer


def _blue(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> str:
    return "#{:02X}{:02X}{:02X}".format(*picture[135, 160])


def test_ciede2000_in_the_browser_gives_sharmas_34_figures(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=front.text("ciede2000.js"))
    rows = [[float(v) for v in row] for row in list(csv.reader(SHARMA.open()))[1:]]
    assert len(rows) == 34
    found = page.evaluate("rows => rows.map(r => ciede2000(r.slice(0, 3), r.slice(3, 6)))", rows)
    assert [round(value, 4) for value in found] == [row[6] for row in rows]
    page.close()


def test_the_browsers_lab_is_brandkits(browser: Browser) -> None:
    import torch

    from brandkit.colour.spaces import srgb_to_lab

    codes = [[0, 0, 0], [255, 255, 255], [0, 80, 255], [16, 24, 32], [1, 2, 3], [200, 10, 90]]
    page = browser.new_page()
    page.add_script_tag(content=front.text("ciede2000.js"))
    found = page.evaluate("codes => codes.map(labOf)", codes)
    expected = srgb_to_lab(torch.tensor(codes, dtype=torch.float64) / 255)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-9)
    page.close()


def test_at_100_percent_each_pixel_of_the_screen_is_one_of_the_picture(
    tab: Page, running: Served, stock: Stock
) -> None:
    case = stock.case("worse.png")
    viewer = _look(tab, running, case.item.id)
    viewer.get_by_role("button", name="100 %", exact=True).click()
    viewer.get_by_role("button", name="Pins").click()
    expect(viewer.locator("output.zoom")).to_have_text("100 %")
    box = viewer.locator(".pane[data-side=before] .sheet img").bounding_box()
    assert box is not None and (box["width"], box["height"]) == (480, 270)
    seen = np.asarray(Image.open(io.BytesIO(tab.screenshot(clip=box))).convert("RGB"))
    truth = pixels_of(stock.store.blobs.path(case.item.sha256))
    top = 40  # below the word that stands on the picture
    np.testing.assert_array_equal(seen[top:], truth[top:])
    shot(tab, "frame-100")


def test_the_probe_reads_before_and_after_and_the_nearest_swatch(
    tab: Page, running: Served, stock: Stock
) -> None:
    case = stock.case("corrected.png")
    viewer = _look(tab, running, case.item.id)
    assert case.corrected is not None
    before = _blue(pixels_of(stock.store.blobs.path(case.item.sha256)))
    after = _blue(pixels_of(stock.store.blobs.path(case.corrected.sha256)))
    sheet = viewer.locator(".pane[data-side=before] .sheet").bounding_box()
    assert sheet is not None
    tab.mouse.move(sheet["x"] + sheet["width"] / 3, sheet["y"] + sheet["height"] / 2)
    expect(viewer.locator(".reading[data-side=before] .hex")).to_have_text(before)
    expect(viewer.locator(".reading[data-side=after] .hex")).to_have_text(after)
    expect(viewer.locator(".reading[data-side=after] .near")).to_have_text("ΔE00 0.00 from blue #0050FF")
    shot(tab, "frame-swipe")


def test_before_and_after_are_compared_by_keys(tab: Page, running: Served, stock: Stock) -> None:
    viewer = _look(tab, running, stock.item("corrected.png").id)
    panes = viewer.locator(".pane")
    expect(panes.nth(0)).to_be_visible()
    expect(panes.nth(1)).to_be_visible()
    divider = viewer.get_by_role("slider", name="Share of the view")
    divider.focus()
    tab.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "52")
    tab.keyboard.press("t")
    expect(panes.nth(0)).to_be_visible()
    expect(panes.nth(1)).to_be_hidden()
    tab.keyboard.press("t")
    expect(panes.nth(0)).to_be_hidden()
    tab.keyboard.press("v")
    expect(viewer.get_by_role("radio", name="Side by side")).to_have_attribute("aria-checked", "true")
    shot(tab, "frame-side")


def test_both_sides_zoom_and_move_together(tab: Page, running: Served, stock: Stock) -> None:
    viewer = _look(tab, running, stock.item("corrected.png").id)
    viewer.get_by_role("radio", name="Side by side").click()
    stage = viewer.locator(".stage").bounding_box()
    assert stage is not None
    x, y = stage["x"] + stage["width"] / 4, stage["y"] + stage["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.wheel(0, -1200)
    expect(viewer.locator("output.zoom")).not_to_have_text("100 %")
    tab.mouse.down()
    tab.mouse.move(x + 40, y + 20)
    tab.mouse.up()
    places = viewer.locator(".sheet").evaluate_all(
        "sheets => sheets.map(s => ['left', 'width', 'top'].map(at => parseFloat(s.style[at])))"
    )
    assert places[0] == pytest.approx(places[1], abs=1)
    rendering = viewer.locator(".pane[data-side=before] img").evaluate(
        "n => getComputedStyle(n).imageRendering"
    )
    assert rendering == "pixelated"


def test_an_overlay_shows_what_the_check_drew(tab: Page, running: Served, stock: Stock) -> None:
    viewer = _look(tab, running, stock.item("worse.png").id)
    tab.keyboard.press("o")
    expect(viewer.locator("img.veil")).to_be_visible()
    viewer.get_by_label("Opacity of the overlay").fill("40")
    expect(viewer.locator("img.veil")).to_have_css("opacity", "0.4")
    shot(tab, "frame-heatmap")
    tab.keyboard.press("o")
    expect(viewer.locator("canvas.veil")).to_be_visible()
    shot(tab, "frame-mask")


def test_a_marked_region_goes_on_record_with_the_key_that_rejects(
    tab: Page, running: Served, stock: Stock
) -> None:
    item = stock.item(HOSTILE)
    viewer = _look(tab, running, item.id)
    viewer.get_by_role("button", name="100 %", exact=True).click()
    tab.keyboard.press("b")
    box = viewer.locator(".pane[data-side=before] .sheet").bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + 100, box["y"] + 50)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 180, box["y"] + 110, steps=4)
    tab.mouse.up()
    expect(tab.get_by_text("Region 80 × 60 at 100, 50")).to_be_visible()
    comment = tab.get_by_label("Comment")
    comment.fill("an axe")
    comment.press("a")  # while somebody writes, keys are letters
    comment.press("x")
    shot(tab, "frame-region")
    viewer.locator(".stage").click(position={"x": 5, "y": 5})
    tab.keyboard.press("x")
    expect(viewer).not_to_have_attribute("data-painted", str(item.id))
    [decided] = stock.case(item.name).decisions
    assert (decided.verdict, decided.comment) == ("rejected", "an axeax")
    assert decided.region is not None
    assert (decided.region.x, decided.region.y, decided.region.width, decided.region.height) == (
        100,
        50,
        80,
        60,
    )


def test_a_correction_is_previewed_saved_and_downloaded(tab: Page, running: Served, stock: Stock) -> None:
    viewer = _look(tab, running, stock.item("worse.png").id)
    tab.get_by_text("Correction", exact=True).click()
    tab.get_by_role("button", name="Preview correction").click()
    expect(viewer.locator(".pane[data-side=after] .tag")).to_have_text("After (preview, not saved)")
    expect(viewer.locator(".pane[data-side=after] img")).to_be_visible()
    shot(tab, "frame-preview")
    tab.get_by_role("button", name="Save correction").click()
    expect(viewer.locator(".pane[data-side=after] .tag")).to_have_text("After")
    link = tab.get_by_role("link", name=re.compile("cube|LUT")).first
    with tab.expect_download() as waiting:
        link.click()
    assert "LUT_3D_SIZE" in waiting.value.path().read_text()
    assert waiting.value.suggested_filename.endswith(".cube")


def test_a_clip_is_stepped_through_and_a_click_on_a_peak_jumps_there(
    tab: Page, running: Served, stock: Stock
) -> None:
    viewer = _look(tab, running, stock.item(CLIP).id, "clip")
    for _ in range(3):
        tab.keyboard.press(".")
    tab.keyboard.press(",")
    expect(viewer).to_have_attribute("data-frame", "2")
    track = viewer.locator(".track svg").first
    box = track.bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10)
    expect(viewer.locator(".hover")).to_contain_text("frame 15 · 0.60 s")
    shot(tab, "clip")
    tab.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 10)
    expect(viewer).to_have_attribute("data-frame", "15")
    tab.keyboard.press("[")
    for _ in range(2):
        tab.keyboard.press(".")
    tab.keyboard.press("]")
    expect(tab.get_by_text("frames 15 to 17", exact=True).last).to_be_visible()
    viewer.get_by_role("button", name="Open frame").click()
    expect(tab.get_by_text("Frame 17 of a clip.")).to_be_visible()
    expect(viewer.locator(".pane[data-side=before] img")).to_be_visible()


def test_the_next_picture_is_fetched_while_this_one_is_looked_at(
    tab: Page, running: Served, stock: Stock
) -> None:
    stills = items.find(stock.store, Wanted()).items
    pair = next((a, b) for a, b in pairwise(stills) if a.kind == b.kind == "image")
    with tab.expect_request(re.compile(rf"/pictures/frame/{pair[1].id}/before/")) as asked:
        _look(tab, running, pair[0].id)
    assert asked.value.response() is not None


def test_one_key_goes_through_the_queue_from_stills_to_clips(
    tab: Page, running: Served, stock: Stock
) -> None:
    queue = items.find(stock.store, Wanted()).items
    _look(tab, running, queue[0].id, "frame" if queue[0].kind == "image" else "clip")
    for item in queue[1:]:
        tab.keyboard.press("n")
        page = "frame" if item.kind == "image" else "clip"
        expect(tab).to_have_url(re.compile(rf"/{page}\?item={item.id}$"))
        expect(tab.locator(".name")).to_have_text(item.name)
    tab.keyboard.press("n")
    expect(tab.get_by_text("the last one of the queue")).to_be_visible()
    tab.keyboard.press("p")
    expect(tab.locator(".name")).to_have_text(queue[-2].name)


def test_what_a_key_approves_is_on_record_and_the_next_one_comes(
    tab: Page, running: Served, stock: Stock
) -> None:
    item = stock.item("drifted.png")
    _look(tab, running, item.id)
    tab.keyboard.press("a")
    expect(tab.get_by_text("drifted.png: approved")).to_be_visible()
    following = items.following(stock.store, item, Wanted())
    name = item.name if following is None else following.name
    expect(tab.locator(".name")).to_have_text(name)
    assert [one.verdict for one in stock.case("drifted.png").decisions] == ["approved"]
    assert next(audit.entries(stock.store)).kind == "approved"


def test_a_tablet_marks_by_finger_and_fits_the_page(browser: Browser, running: Served, stock: Stock) -> None:
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, color_scheme="dark"
    )
    context.set_default_timeout(30_000)
    tab = context.new_page()
    viewer = _look(tab, running, stock.item("drifted.png").id)
    viewer.get_by_role("button", name="Region").tap()
    box = viewer.locator(".pane[data-side=before] .sheet").bounding_box()
    assert box is not None
    fingers = context.new_cdp_session(tab)
    for kind, away in (("touchStart", 0), ("touchMove", 30), ("touchMove", 60), ("touchEnd", 60)):
        points = [] if kind == "touchEnd" else [{"x": box["x"] + 50 + away, "y": box["y"] + 60 + away}]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(tab.get_by_text(re.compile(r"^Region \d+ × \d+ at"))).to_be_visible()
    zoom = viewer.locator("output.zoom")
    for kind, apart in (("touchStart", 40), ("touchMove", 60), ("touchMove", 80), ("touchEnd", 0)):
        x, y = box["x"] + 200, box["y"] + 100
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(zoom).to_have_text("200 %")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shot(tab, "frame-tablet-dark")
    context.close()
