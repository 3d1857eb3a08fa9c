"""Pages without a browser: whom they show what, roles at the moment of an action, and turning pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from brandkit.errors import DecidedMeanwhileError
from brandkit.store import audit, decisions, items, members
from brandkit.store.audit import entries
from brandkit.store.decisions import Decided
from brandkit.store.filed import Wanted
from brandkit.store.place import VARIABLE

from .conftest import Filed

SCRIPT = "from importlib import import_module\nimport_module('brandkit_dashboard.navigation').run()\n"
DECIDE = """\
from brandkit.store import items
from brandkit.store.filed import Wanted
from brandkit_dashboard import place
from brandkit_dashboard.widgets import deciding
import streamlit as st
if "picked" not in st.session_state:
    st.session_state.picked = deciding.Picked(items.seen(place.store(), Wanted()), "approved")
    st.session_state.open = True
if st.session_state.pop("open", False) or "decision sure" in st.session_state:
    deciding.ask(st.session_state.picked)
"""


@pytest.fixture
def opened(filed: Filed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Filed]:
    """The store that pages of this process show."""
    monkeypatch.setenv(VARIABLE, str(filed.folder))
    yield filed


def _as(monkeypatch: pytest.MonkeyPatch, email: str | None) -> None:
    """Have somebody be signed in by a provider, or nobody."""

    class Somebody(dict[str, object]):
        is_logged_in = email is not None

        def to_dict(self) -> dict[str, object]:
            return {"email": email, "email_verified": True} if email else {}

    monkeypatch.setattr("brandkit_dashboard.person.signs_in", lambda: True)
    monkeypatch.setattr(st, "user", Somebody())


def _shown(app: AppTest) -> str:
    return "\n".join(
        str(one.value) for kind in (app.title, app.markdown, app.text, app.warning, app.error) for one in kind
    )


def test_a_queue_is_turned_page_by_page_and_back(opened: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brandkit_dashboard.pages.queue._ROWS", 2)
    app = AppTest.from_string(SCRIPT, default_timeout=60).run()
    first = items.find(opened.store, Wanted(), limit=2).items
    app.button(key="next").click().run()
    assert "page 2" in _shown(app)
    assert app.session_state["cursor"].before == [first[-1].id]
    assert app.button(key="next").disabled
    app.button(key="back").click().run()
    assert "page 1" in _shown(app)
    assert app.session_state["queue"] == Wanted()
    app.button(key="all").click().run()
    assert "all 3 selected" in _shown(app)


def test_nobody_sees_a_page_before_they_sign_in(opened: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    _as(monkeypatch, None)
    app = AppTest.from_string(SCRIPT, default_timeout=60).run()
    assert [button.label for button in app.button] == ["Sign in"]
    assert "drifted" not in _shown(app)


def test_somebody_without_a_role_is_told_how_to_get_one(
    opened: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as(monkeypatch, "eve@example.com")
    app = AppTest.from_string(SCRIPT, default_timeout=60).run()
    assert "No role has been given" in _shown(app)
    assert "eve@example" in _shown(app).replace("\\", "")
    assert [button.label for button in app.button] == ["Sign out"]


def test_a_viewer_sees_the_queue_and_cannot_decide(opened: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    members.give(opened.store, "root@example.com", "admin", who="test")
    members.give(opened.store, "vic@example.com", "viewer", who="test")
    _as(monkeypatch, "vic@example.com")
    app = AppTest.from_string(SCRIPT, default_timeout=60).run()
    assert "3 items" in _shown(app)
    assert "vic@example.com · viewer" in _shown(app)
    app = AppTest.from_string(DECIDE, default_timeout=60).run()
    app.text_area[0].set_value("looks right").run()
    app.button(key="decision sure").click().run()
    assert "role of a reviewer" in _shown(app).replace("\\", "")
    assert items.count(opened.store, Wanted(state=("approved",))).all == 0


def test_a_reviewer_decides_in_their_own_name(opened: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    members.give(opened.store, "rae@example.com", "reviewer", who="test")
    _as(monkeypatch, "Rae@Example.com")
    app = AppTest.from_string(DECIDE, default_timeout=60).run()
    app.button(key="decision sure").click().run()
    assert "A comment is needed" in _shown(app)
    app.text_area[0].set_value("=cmd|' /C calc'!A0").run()
    app.button(key="decision sure").click().run()
    found = items.find(opened.store, Wanted(state=("approved",))).items
    assert len(found) == 3
    assert decisions.on_record(opened.store, found[0].id)[0].who == "rae@example.com"
    assert ",'=cmd|' /C calc'!A0," in "".join(audit.as_csv(entries(opened.store, kind="approved")))


def test_a_role_that_was_taken_meanwhile_is_asked_for_at_the_action(
    opened: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    members.give(opened.store, "root@example.com", "admin", who="test")
    members.give(opened.store, "rae@example.com", "reviewer", who="test")
    _as(monkeypatch, "rae@example.com")
    app = AppTest.from_string(DECIDE, default_timeout=60).run()
    app.text_area[0].set_value("fine").run()
    members.remove(opened.store, "rae@example.com", who="test")
    app.button(key="decision sure").click().run()
    assert items.count(opened.store, Wanted(state=("approved",))).all == 0


def test_one_that_was_decided_meanwhile_keeps_all_from_being_decided(opened: Filed) -> None:
    seen = items.seen(opened.store, Wanted())
    one = items.open_case(opened.store, seen[-1][0])
    decisions.decide(opened.store, one, Decided("rejected", "ana"))
    with pytest.raises(DecidedMeanwhileError):
        decisions.decide_all(opened.store, seen, Decided("approved", "ben", "fine"))
    assert items.count(opened.store, Wanted(state=("approved",))).all == 0


AUDIT = """\
from brandkit_dashboard.pages import audit
audit.show()
"""


def test_an_admin_gives_roles_and_a_reviewer_does_not_see_how(
    opened: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    members.give(opened.store, "root@example.com", "admin", who="test")
    _as(monkeypatch, "root@example.com")
    app = AppTest.from_string(AUDIT, default_timeout=60).run()
    app.text_input[0].set_value("vic@example.com")
    app.button[0].click().run()
    assert members.role_of(opened.store, "vic@example.com") == "reviewer"
    app.text_input[0].set_value("root@example.com")
    app.button[1].click().run()
    assert "only admin" in _shown(app).replace("\\", "")
    _as(monkeypatch, "vic@example.com")
    assert not AppTest.from_string(AUDIT, default_timeout=60).run().text_input


def test_the_record_is_narrowed_by_its_address(opened: Filed) -> None:
    members.give(opened.store, "root@example.com", "admin", who="ana")
    app = AppTest.from_string(AUDIT, default_timeout=60)
    app.query_params["kind"] = "role given"
    app.run()
    assert list(app.dataframe[0].value["what"]) == ["role given"]
    assert list(app.dataframe[0].value["who"]) == ["ana"]


GENERATE = """\
from brandkit_dashboard.pages import generate
generate.show()
"""


def test_only_an_admin_may_name_a_model_on_the_server(opened: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    members.give(opened.store, "root@example.com", "admin", who="test")
    members.give(opened.store, "rae@example.com", "reviewer", who="test")
    _as(monkeypatch, "rae@example.com")
    app = AppTest.from_string(GENERATE, default_timeout=60).run()
    assert list(app.selectbox(key="generator").options) == ["builtin"]
    _as(monkeypatch, "root@example.com")
    app = AppTest.from_string(GENERATE, default_timeout=60).run()
    assert list(app.selectbox(key="generator").options) == ["builtin", "a model"]


def test_a_viewer_cannot_generate(opened: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    members.give(opened.store, "root@example.com", "admin", who="test")
    members.give(opened.store, "vic@example.com", "viewer", who="test")
    _as(monkeypatch, "vic@example.com")
    app = AppTest.from_string(GENERATE, default_timeout=60).run()
    app.text_area(key="prompt").set_value("a can")
    app.button(key="begin").click().run()
    assert "role of a reviewer" in _shown(app)
    assert "job" not in app.session_state
