from __future__ import annotations

import base64
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brandkit.gate import Finding
from brandkit.report import Corrected, Entry, Run, pictures, renderer
from brandkit.report.sparkline import sparkline

CASES = ["single", "corrected", "several", "hostile"]
VOID = {"meta", "img", "br", "input", "rect"}


class Page(HTMLParser):
    """The elements of a page, each end matched with its start."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> repeats an attribute"
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.found if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(params=CASES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(renderer("html").render(request.getfixturevalue(request.param)))


def _page(run: Run) -> Page:
    return Page(renderer("html").render(run))


def _decoded(uri: str | None) -> Image.Image:
    assert uri is not None
    return Image.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,"))))


def test_a_page_loads_nothing(page: Page) -> None:
    for tag, attrs in page.found:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        assert not any(name.startswith("on") or name == "style" for name in attrs)
        if "src" in attrs:
            assert str(attrs["src"]).startswith("data:image/png;base64,")
        if "href" in attrs:
            assert ":" not in str(attrs["href"])


def test_the_policy_of_the_page_lets_only_its_own_script_run(page: Page) -> None:
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv"))
    assert re.search(
        r"default-src 'none'; img-src data:; style-src 'sha256-.+'; script-src 'sha256-", str(policy)
    )
    assert len(page.all("script")) == len(page.all("style")) == 1


def test_ids_are_unique_and_references_lead_somewhere(page: Page) -> None:
    ids = Counter(attrs["id"] for _, attrs in page.found if "id" in attrs)
    assert all(number == 1 for number in ids.values())
    for _, attrs in page.found:
        assert attrs.get("aria-labelledby") is None or attrs["aria-labelledby"] in ids
        if str(attrs.get("href", "")).startswith("#"):
            assert str(attrs["href"])[1:] in ids


def test_headings_are_in_order_and_pictures_have_words(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
    assert all("alt" in attrs and attrs.get("width") for attrs in page.all("img"))
    assert all(attrs.get("aria-label") for attrs in page.all("input"))
    assert page.all("html")[0]["lang"] == "en"


def test_the_verdict_and_the_worst_finding_are_said_in_words(single: Run) -> None:
    text = _page(single).text
    assert "✗ Failed" in text
    assert (
        "Electric-blue is rendered as #125CEC over 50 % of the picture, 4.20 from #0050FF, limit 2.00."
        in text
    )
    assert "→" not in text  # nothing was corrected


def test_a_correction_shows_both_pictures_and_both_drifts(corrected: Run) -> None:
    page = _page(corrected)
    assert "✗ Failed → then ✓ Passed" in page.text
    assert "4.20 #0050FF 0.00 2.00" in page.text
    alts = [str(attrs["alt"]) for attrs in page.all("img")]
    assert alts[:2] == ["banner.png, picture before correction", "banner.png, picture after correction"]
    fills = [attrs["fill"] for attrs in page.all("rect")]
    assert fills[:3] == ["#0050FF", "#125CEC", "#0050FF"]


def test_the_slider_is_hidden_until_a_script_shows_it(corrected: Run) -> None:
    page = _page(corrected)
    assert all("hidden" in attrs for tag in ("input", "button") for attrs in page.all(tag))


def test_several_inputs_have_an_index_that_names_the_unreadable(several: Run) -> None:
    text = _page(several).text
    assert "1 failed, 1 needs review, 1 passed, 1 unreadable" in text
    assert "shots/torn.png: the file ends early; export it again" in text
    assert "Not all that the brand requires could be evaluated." in text


def test_a_stamp_is_shown(single: Run, stamped: Callable[[Run], Run]) -> None:
    assert "01 March 2026, 12:30 UTC" in _page(stamped(single)).text


def test_hostile_text_is_only_text(hostile: Run) -> None:
    html = renderer("html").render(hostile)
    page = Page(html)
    assert html.count("<script") == 1
    assert 'alert("1")' in page.text
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert "red; background" not in html  # a colour that is none reaches no style
    assert "javascript%3Aalert%281%29" in html


def test_embedded_pictures_are_the_pixels_themselves() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    shown = pictures.embed(pixels)
    with _decoded(shown.uri) as picture:
        assert np.array_equal(np.asarray(picture), pixels)
        assert picture.info["srgb"] == 0
    assert shown.note is None


def test_a_large_picture_is_scaled_down_and_says_so() -> None:
    pixels = np.zeros((1000, 3200, 3), np.uint8)
    pixels[:] = 18, 92, 236
    shown = pictures.embed(pixels)
    assert (shown.width, shown.height) == (1600, 500)
    assert shown.note == "Scaled down for display: 1600 × 500 of 3200 × 1000 pixels."
    with _decoded(shown.uri) as picture:
        assert picture.getcolors() == [(1600 * 500, (18, 92, 236))]


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (9000, 900)])
def test_any_shape_fits(shape: tuple[int, int]) -> None:
    for shown in (
        pictures.embed(np.zeros(shape, np.uint8)),
        pictures.thumbnail(np.zeros((*shape, 3), np.uint8)),
    ):
        assert shown.width >= 1
        assert shown.height >= 1
        assert shown.width * shown.height <= pictures.LARGEST


def test_many_pictures_share_what_a_page_can_carry() -> None:
    assert pictures.allowance(0) == pictures.allowance(1) == pictures.LARGEST
    assert pictures.allowance(100) * 100 <= pictures.PAGE
    assert pictures.allowance(10**6) == pictures.SMALLEST


def test_frames_are_named_for_a_clip_and_not_for_a_still(single: Run) -> None:
    report = single.entries[0].report
    seen = replace(report.findings[0], frames=((0, 3), (7, 7)))
    video = replace(report.source, kind="video", path=Path("pan.mp4"), frames=8)
    clip = Run((Entry(replace(report, source=video, findings=(seen,))),))
    still = Run((Entry(replace(report, findings=(seen,))),))
    assert "frames 0 to 3, 7, within 20 × 10 pixels at 1, 2" in _page(clip).text
    assert "frames 0" not in _page(still).text


def test_what_was_on_brand_already_is_not_called_corrected(corrected: Run) -> None:
    after = corrected.entries[0].corrected
    assert after is not None
    assert after.report is not None
    same = replace(after, report=replace(after.report), note="on brand already", frame=None)
    page = _page(Run((Entry(after.report, corrected=same),)))
    assert "before correction" not in page.text
    assert "✗" not in page.text


def _refused(run: Run) -> Run:
    return Run((replace(run.entries[0], corrected=Corrected(None, "two colours contradict each other")),))


def test_a_refused_correction_is_said_and_not_advised_again(single: Run) -> None:
    text = _page(_refused(single)).text
    assert "Not corrected: two colours contradict each other" in text
    assert "brandkit correct" in _page(single).text
    assert "brandkit correct" not in text
    assert "Change how much of the picture this colour fills." in text  # what no correction can repair


def test_a_finding_of_any_check_shows_its_colours(single: Run) -> None:
    report = single.entries[0].report
    logo = replace(report.findings[0], check="logo", metric="logo_de00", swatch=None)
    page = _page(Run((Entry(replace(report, findings=(logo,))),)))
    assert [attrs["fill"] for attrs in page.all("rect")] == ["#125CEC", "#0050FF"]
    assert "Found #125CEC target #0050FF" in page.text


@pytest.mark.parametrize("path", ["//host/x.png", "/etc/x.png", "C:/out/x.png"])
def test_a_file_elsewhere_is_named_and_not_linked(corrected: Run, path: str) -> None:
    page = _page(_with_file(corrected, path))
    assert path in page.text
    assert page.all("a") == []


@pytest.mark.parametrize("path", ["out/x.png", "../out/x.png", "a:b.png"])
def test_a_file_beside_the_page_is_linked(corrected: Run, path: str) -> None:
    assert [attrs["href"] for attrs in _page(_with_file(corrected, path)).all("a")] == [
        path.replace(":", "%3A")
    ]


def _with_file(run: Run, path: str) -> Run:
    after = run.entries[0].corrected
    assert after is not None
    return Run((replace(run.entries[0], corrected=replace(after, files=(("corrected", Path(path)),))),))


def test_a_pass_beside_an_unreadable_input_says_both_at_the_top(corrected: Run, several: Run) -> None:
    text = _page(replace(corrected, unreadable=several.unreadable)).text
    assert "✓ Passed ! 1 unreadable Overview" in text
    assert "unreadable" not in _page(corrected).text


def test_the_page_holds_both_pictures_unaltered(corrected: Run) -> None:
    entry = corrected.entries[0]
    assert entry.corrected is not None
    shown = _page(corrected).all("img")[:2]
    for attrs, pixels in zip(shown, (entry.picture, entry.corrected.picture), strict=True):
        with _decoded(attrs["src"]) as picture:
            assert np.array_equal(np.asarray(picture), pixels)


def test_a_series_is_drawn_and_said_and_breaks_where_frames_are_missing(single: Run) -> None:
    report = single.entries[0].report
    course = replace(report.findings[0], series=(0.5, 1.0, None, 2.0, 0.0))
    page = _page(Run((Entry(replace(report, findings=(course, *report.findings[1:]))),)))
    (line,) = page.all("path")
    assert line["d"] == "M0.0 35.5h0L120.0 24.0M360.0 1.0h0L480.0 47.0"
    assert "Frame by frame; the most is 2.00, in frame 3." in page.text


def test_a_long_series_keeps_its_peak() -> None:
    values = [0.0] * 10_000
    values[7_777] = 3.0
    finding = Finding("flicker", "global_de00", 1, "de00", None, "failed", "", series=tuple(values))
    line = sparkline(finding)
    assert line is not None and line.said.endswith("3.00, in frame 7777")
    assert " 1.0" in line.path and line.path.count("L") < 300


def test_a_series_of_one_frame_is_not_drawn() -> None:
    finding = Finding("flicker", "global_de00", 1, "de00", None, "failed", "", series=(None, 1.0, None))
    assert sparkline(finding) is None
