"""The pages Frame and Clip by their logic: what they say, what they put on record, and what they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from brandkit_dashboard import person, place
from brandkit_dashboard.person import Person
from streamlit.testing.v1 import AppTest

from brandkit.store import decisions
from brandkit.store.decisions import Decided
from brandkit.store.filed import Wanted

from .stock import CLIP, HOSTILE, Stock, shelf


@pytest.fixture
def stock(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stock]:
    copied = shelf(tmp_path_factory).copy(tmp_path / "store")
    monkeypatch.setenv("BRANDKIT_STORE", str(copied.folder))
    yield copied
    copied.store.close()
    place._opened.cache_clear()


def _frame() -> None:
    from brandkit_dashboard.pages import frame

    frame.show()


def _clip() -> None:
    from brandkit_dashboard.pages import clip

    clip.show()


def _open(number: int | str, *, page: str = "frame", wanted: Wanted | None = None) -> AppTest:
    app = AppTest.from_function(_frame if page == "frame" else _clip, default_timeout=60)
    app.query_params["item"] = str(number)
    if wanted is not None:
        app.session_state["queue"] = wanted
    return app.run()


def _html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def _verdicts(stock: Stock, name: str) -> list[str]:
    return [one.verdict for one in stock.case(name).decisions]


def test_without_an_item_the_page_leads_to_the_queue(stock: Stock) -> None:
    for page in ("frame", "clip"):
        app = AppTest.from_function(_frame if page == "frame" else _clip, default_timeout=60).run()
        assert not app.exception
        assert "from the queue" in app.markdown[0].value


def test_the_menu_leads_back_to_what_was_looked_at(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id)
    del app.query_params["item"]
    app.run()
    assert not app.exception
    assert [link.proto.label for link in app.get("page_link")][-1] == "Go on with worse\\.png"


@pytest.mark.parametrize("given", ["x", "-1", "1e3", "٣", "9" * 30])
def test_an_address_that_names_no_item_leads_to_the_queue(stock: Stock, given: str) -> None:
    app = _open(given)
    assert not app.exception
    assert "from the queue" in app.markdown[0].value


def test_an_item_that_is_not_there_is_said(stock: Stock) -> None:
    app = _open(99)
    assert [error.message for error in app.exception] == ["there is no item 99 in this store"]


def test_the_page_says_what_was_found_and_what_to_do(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id)
    said = _html(app)
    assert not app.exception
    assert re.search(r"failed.*Blue is rendered as #2864EB", said, re.DOTALL)
    assert "→ Run" in said and "#0050FF" in said and "✗" in said


def test_what_a_correction_has_put_right_is_told_apart_from_what_is_left(stock: Stock) -> None:
    said = _html(_open(stock.item("corrected.png").id))
    assert "Put right by the correction" in said
    assert "Nothing is beyond its limit." in said


def test_a_hostile_name_stays_text(stock: Stock) -> None:
    app = _open(stock.item(HOSTILE).id)
    assert not app.exception
    assert "<img src=x" not in _html(app)
    assert "&lt;img src=x" in _html(app)


def test_to_approve_puts_it_on_record_and_turns_to_the_next_worst(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id)
    app.button(key="decide-approved").click().run()
    assert not app.exception
    assert _verdicts(stock, "worse.png") == ["approved"]
    assert app.query_params["item"] == str(stock.item(HOSTILE).id)


def test_a_comment_goes_on_record_with_the_decision(stock: Stock) -> None:
    app = _open(number := stock.item("worse.png").id)
    app.text_area(key=f"comment-{number}").set_value("too <b>dark</b>")
    app.button(key="decide-rejected").click().run()
    decided = stock.case("worse.png").decisions[0]
    assert (decided.verdict, decided.comment) == ("rejected", "too <b>dark</b>")
    assert "too &lt;b&gt;dark" in _html(_open(number))


def test_a_change_is_not_asked_for_without_saying_which(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id)
    app.button(key="decide-change").click().run()
    assert "Say what to change" in app.warning[0].value
    assert _verdicts(stock, "worse.png") == []
    app.button(key="go-on").click().run()
    assert not app.warning


def test_what_another_reviewer_decided_meanwhile_is_shown_and_can_be_loaded(stock: Stock) -> None:
    app = _open(number := stock.item("worse.png").id)
    decisions.decide(stock.store, stock.case("worse.png"), Decided("rejected", "bob", "*no*"))
    app.button(key="decide-approved").click().run()
    assert "bob rejected" in app.warning[0].value.replace("\\", "")
    assert _verdicts(stock, "worse.png") == ["rejected"]
    app.button(key="anew").click().run()
    assert not app.warning
    assert app.query_params["item"] == str(number)
    app.button(key="decide-approved").click().run()
    assert _verdicts(stock, "worse.png") == ["rejected", "approved"]


def test_a_key_pressed_while_the_page_turns_decides_on_neither(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id)
    app.query_params["item"] = str(stock.item("drifted.png").id)
    app.button(key="decide-approved").click().run()
    assert _verdicts(stock, "worse.png") == _verdicts(stock, "drifted.png") == []
    assert "nothing was done" in app.toast[0].value


def test_a_viewer_decides_nothing(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person, "current", lambda: Person("eve", "viewer"))
    app = _open(stock.item("worse.png").id)
    assert app.button(key="decide-approved").disabled
    assert app.button(key="try").disabled


def test_a_role_that_was_taken_meanwhile_counts(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _open(stock.item("worse.png").id)
    monkeypatch.setattr(person, "current", lambda: Person("eve", "viewer"))
    app.button(key="decide-approved").click().run()
    assert "role of a reviewer" in app.warning[0].value
    assert _verdicts(stock, "worse.png") == []


def test_the_filter_of_the_queue_is_gone_through(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id, wanted=Wanted(text="drifted"))
    app.button(key="next").click().run()
    assert app.query_params["item"] == str(stock.item("drifted.png").id)
    app.button(key="next").click().run()
    assert "the last one" in " ".join(caption.value for caption in app.caption)


def test_back_leads_to_what_was_just_decided_and_it_can_be_reopened(stock: Stock) -> None:
    app = _open(number := stock.item("worse.png").id)
    app.button(key="decide-approved").click().run()
    app.button(key="previous").click().run()
    assert app.query_params["item"] == str(number)
    app.button(key="reopen").click().run()
    assert _verdicts(stock, "worse.png") == ["approved", "reopened"]
    assert app.query_params["item"] == str(number)


def test_a_correction_is_tried_before_it_is_kept(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id)
    app.button(key="try").click().run(timeout=120)
    assert not app.exception and not app.warning
    assert "Preview, not saved" in " ".join(caption.value for caption in app.caption)
    assert stock.case("worse.png").corrected is None
    with pytest.raises(KeyError):  # a decision would be about what is saved, not about what is seen
        app.button(key="decide-approved")
    app.button(key="keep").click().run()
    kept = stock.case("worse.png")
    assert kept.corrected is not None and kept.item.final.value == "passed"
    assert any(file.name.endswith(".cube") for file in kept.of("result"))
    assert kept.entry.report.source.path == stock.case("worse.png").entry.report.source.path
    assert not list((stock.folder / "cache" / "trials").glob("*"))


def test_a_correction_that_was_discarded_leaves_nothing(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id)
    app.button(key="try").click().run(timeout=120)
    app.button(key="discard").click().run()
    assert stock.case("worse.png").corrected is None
    assert not list((stock.folder / "cache" / "trials").glob("*"))


def test_a_still_says_that_it_is_no_clip(stock: Stock) -> None:
    app = _open(stock.item("worse.png").id, page="clip")
    assert not app.exception
    assert "single picture" in app.markdown[0].value


def test_a_clip_is_decided_as_a_still_is(stock: Stock) -> None:
    app = _open(stock.item(CLIP).id, page="clip")
    assert not app.exception
    app.button(key="decide-approved").click().run()
    assert _verdicts(stock, CLIP) == ["approved"]


def test_a_frame_of_a_clip_leads_back_to_the_clip(stock: Stock) -> None:
    app = AppTest.from_function(_frame, default_timeout=60)
    app.query_params["item"] = str(stock.item(CLIP).id)
    app.query_params["frame"] = "7"
    app.run()
    assert not app.exception
    assert "Frame 7 of a clip." in [caption.value for caption in app.caption]
