"""The page Audit: who did what, when; and who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import streamlit as st

from brandkit.errors import BrandkitError
from brandkit.report.markdown import plain
from brandkit.report.words import printable
from brandkit.store import Store, audit, members
from brandkit.store.audit import Entry
from brandkit.store.members import ROLES

from .. import person, place
from ..widgets.dates import midnight

TITLE = "Audit"
ICON = ":material/history:"
PATH = "audit"

_ROWS = 200
_HIGHEST_PX, _ROW_PX = 560, 31
_MAY = {
    "viewer": "look",
    "reviewer": "look, decide, correct",
    "brand manager": "… and change brands",
    "admin": "… and give roles",
}


def show() -> None:
    """Draw the page."""
    store = place.store()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.selectbox(
            "Who",
            audit.people(store),
            index=None,
            key="who",
            bind="query-params",
            placeholder="Anybody",
            width=220,
        )
        kind = st.selectbox(
            "What",
            audit.kinds(store),
            index=None,
            key="kind",
            bind="query-params",
            placeholder="Anything",
            width=180,
        )
        since = midnight(st.date_input("Since", None, key="since", bind="query-params", width=150))
        until = midnight(st.date_input("Until", None, key="until", bind="query-params", width=150), days=1)

        def chosen() -> Iterator[Entry]:
            return audit.entries(store, who=who, kind=kind, since=since, until=until)

        st.download_button(
            "CSV",
            lambda: "".join(audit.as_csv(chosen())).encode(),
            "audit.csv",
            "text/csv",
            key="csv",
            icon=":material/download:",
            on_click="ignore",
        )
    _table(chosen(), (who, kind, since, until))
    somebody = person.current()
    if somebody is not None and somebody.may("admin"):
        with st.expander("Members and their roles", icon=":material/group:"):
            _members(store)


def _table(found: Iterator[Entry], of: object) -> None:
    page = st.session_state.get("audit page", 0) if st.session_state.get("audit of") == of else 0
    st.session_state["audit of"], st.session_state["audit page"] = of, page
    shown = list(islice(found, page * _ROWS, (page + 1) * _ROWS + 1))
    if not shown:
        st.text("Nothing was done yet." if of == (None,) * 4 else "Nothing matches these filters.")
        return
    st.dataframe(
        [_row(one) for one in shown[:_ROWS]],
        height=min(_HIGHEST_PX, _ROW_PX * (len(shown) + 1) + 2),
        placeholder="",
        column_config={
            "when": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", width=150),
            "of": st.column_config.TextColumn(width="medium"),
            "detail": st.column_config.TextColumn(width="large"),
            "item": st.column_config.LinkColumn(display_text=r"item=(\d+)", width=70),
            "digest": st.column_config.TextColumn(
                width=110, help="sha256 of a decision and the one before it"
            ),
        },
    )
    if page or len(shown) > _ROWS:
        _turn(page, more=len(shown) > _ROWS)


def _turn(page: int, *, more: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center"):
        if st.button("Newer", key="newer", disabled=not page):
            st.session_state["audit page"] = page - 1
            st.rerun()
        st.text(f"page {page + 1}")
        if st.button("Older", key="older", disabled=not more):
            st.session_state["audit page"] = page + 1
            st.rerun()


def _row(one: Entry) -> dict[str, object]:
    return {
        "when": one.created,
        "who": printable(one.who),
        "what": one.kind,
        "of": printable(one.subject),
        "detail": printable(one.detail),
        "brand": printable(one.brand or ""),
        "item": None if one.item is None else f"/frame?item={one.item}",
        "digest": (one.digest or "")[:12],
    }


def _members(store: Store) -> None:
    found = members.all_of(store)
    if found:
        st.dataframe(
            [
                {"who": m.email, "role": m.role, "since": m.created, "given by": printable(m.who)}
                for m in found
            ],
            column_config={"since": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")},
        )
    else:
        st.text("Nobody has a role yet. Make yourself admin before you configure sign-in.")
    with st.form("give", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        email = st.text_input("Address", placeholder="ada@example.com", max_chars=320)
        role = st.selectbox("Role", ROLES, index=1, format_func=lambda r: f"{r}: {_MAY[r]}")
        give = st.form_submit_button("Give role")
        take = st.form_submit_button("Take role away")
    if not give and not take:
        return
    try:
        who = person.require("admin").name
        if give:
            members.give(store, email, role, who=who)
        else:
            members.remove(store, email, who=who)
    except BrandkitError as error:
        st.error(plain(error), icon=":material/error:")
        return
    st.rerun()
