"""The page Frame: what a reviewer does with one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from brandkit.store import decisions, items
from brandkit.store.filed import Case, Item, Wanted

from .conftest import Filed


def _app(filed: Filed, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("BRANDKIT_STORE", str(filed.folder))

    def run() -> None:
        from brandkit_dashboard.pages import frame

        frame.show()

    app = AppTest.from_function(run, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app


def _item(filed: Filed, name: str) -> Item:
    return next(i for i in items.find(filed.store, Wanted(state=())).items if i.name == name)


def _case(filed: Filed, name: str) -> Case:
    return items.open_case(filed.store, _item(filed, name).id)


def test_without_an_item_the_page_leads_to_the_queue(filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _app(filed, monkeypatch).run()
    assert not app.exception
    assert "queue" in " ".join(line.value for line in app.markdown)


@pytest.mark.parametrize("given", ["x", "-1", "99", "1e3", "٣", "9" * 30])
def test_an_item_that_is_none_says_so(filed: Filed, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    app = _app(filed, monkeypatch, item=given).run()
    assert [error.message for error in app.exception] in ([], [f"there is no item {given} in this store"])
