"""The line above an item: its name and verdict, and how to come to the next one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from brandkit.report import words
from brandkit.report.markdown import plain
from brandkit.report.words import printable
from brandkit.store import items
from brandkit.store.filed import Case, Item

from .. import front, place
from . import walk

KEYS = (
    ("N", "next item"),
    ("P", "previous item"),
    ("A", "approve"),
    ("X", "reject"),
    ("M", "ask for change"),
    ("T", "before or after"),
    ("V", "single, side by side, swipe"),
)
PICTURE_KEYS = (
    ("O", "next overlay"),
    ("I", "numbers of findings"),
    ("B", "mark a region (or Shift and drag)"),
    ("Z", "fit, or 100 %"),
    ("0 1 2", "fit, 100 %, 200 %"),
    ("+ -", "zoom"),
    ("← ↑ → ↓", "move the picture, or the divider"),
)
CLIP_KEYS = (
    (", .", "a frame back, a frame on"),
    ("Space", "play, pause"),
    ("[ ]", "begin and end of a section"),
    ("L", "loop the section"),
)


def style() -> None:
    """Lay the page out densely: pictures get the room."""
    st.html(f"<style>{front.text('review.css')}</style>")


def head(case: Case, keys: tuple[tuple[str, str], ...]) -> None:
    """Draw the line.

    Args:
        case: the item.
        keys: that the page has beside those of all.
    """
    item, store = case.item, place.store()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="head"):
        st.html(
            front.template("head.html.j2").render(
                item=item,
                name=printable(item.name),
                repaired=item.verdict != item.final,
                marks=words.MARKS,
                verdicts=words.VERDICTS,
                left=_left(case),
            ),
            width="stretch",
        )
        st.button(
            "Previous",
            key="previous",
            shortcut="P",
            width="content",
            on_click=partial(walk.back, store, item),
        )
        st.button(
            "Next", key="next", shortcut="N", width="content", on_click=partial(walk.forward, store, item)
        )
        with st.popover("Keys", icon=":material/keyboard:", width="content"):
            st.html(front.template("keys.html.j2").render(keys=(*KEYS, *keys)))
    if (said := walk.ended()) is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(said, width="content")
            st.page_link(walk.page("queue"), label="Back to the queue")


def nothing(said: str) -> None:
    """Draw a page that has no item to show."""
    st.write(said)
    st.page_link(walk.page("queue"), label="Open the queue", icon=":material/inbox:")
    if (item := walk.last()) is not None:
        link(item, f"Go on with {plain(item.name)}")


def lineage(case: Case) -> None:
    """Draw links to the items that this one was made from."""
    if case.item.parent is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Made from", width="content")
        for one in items.lineage(place.store(), case.item):
            link(one)


def link(item: Item, label: str = "") -> None:
    """Draw a link to an item's page."""
    st.page_link(
        walk.page(walk.path_of(item)), label=label or plain(item.name), query_params={walk.ITEM: str(item.id)}
    )


def _left(case: Case) -> int | None:
    """How many items the queue holds, counted once for each item that is opened."""
    held: tuple[int, int, int] | None = st.session_state.get("head.left")
    if held is None or held[:2] != (case.item.id, case.item.decisions):
        number = items.count(place.store(), walk.wanted()).all
        st.session_state["head.left"] = held = (case.item.id, case.item.decisions, number)
    return held[2]
