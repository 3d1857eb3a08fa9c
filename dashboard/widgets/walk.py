"""Where somebody is in the queue: the item they look at, and how they come to the next one.

The item stands in the address; the queue's filter and order stand in the session, where the page Queue puts
them, so that the frame page goes through what was filtered there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from brandkit.store import items
from brandkit.store.filed import Case, Item, Order, Wanted

from .. import ways

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    from brandkit.store import Store

ITEM = "item"
_CASE, _TRAIL, _TURN, _END = "walk.case", "walk.trail", "walk.turn", "walk.end"
_LONGEST_TRAIL = 200


def wanted() -> Wanted:
    """Which items the queue shows."""
    found = st.session_state.get("queue")
    return found if isinstance(found, Wanted) else Wanted()


def order() -> Order:
    """In which order."""
    found = st.session_state.get("order")
    return found if found in ("worst", "newest", "oldest") else "worst"


def page(path: str) -> StreamlitPage:
    """Another page of the dashboard by its path, to link to: Streamlit tells pages by it alone."""
    return st.Page(_nothing, title=path.title(), url_path=path, default=path == ways.FIRST)


def arrive(path: str) -> int | None:
    """The id of the item that is asked for; goes to the page of its kind where a step has led to it.

    Args:
        path: of the page that asks.
    """
    turned: Item | None = st.session_state.pop(_TURN, None)
    if turned is not None and path_of(turned) != path:
        ways.go(path_of(turned), **{ITEM: turned.id})
    return current()


def current() -> int | None:
    """The id of the item that the address names."""
    given = st.query_params.get(ITEM, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def path_of(item: Item) -> str:
    """The page that shows an item."""
    return "frame" if item.kind == "image" else "clip"


def case(store: Store, number: int) -> Case:
    """All there is on an item, as it was when this person opened it: what they decide rests on that.

    Errors are those of ``items.open_case``.
    """
    held: Case | None = st.session_state.get(_CASE)
    if held is None or held.item.id != number:
        held = items.open_case(store, number)
        st.session_state[_CASE] = held
    return held


def last() -> Item | None:
    """The item that this person looked at last."""
    held: Case | None = st.session_state.get(_CASE)
    return None if held is None else held.item


def hold(seen: Case) -> None:
    """Go on with an item as it is now."""
    st.session_state[_CASE] = seen


def renew() -> None:
    """Have the item read anew."""
    st.session_state.pop(_CASE, None)


def forward(store: Store, item: Item) -> None:
    """Turn to the next item of the queue; say so where there is none."""
    found = items.following(store, item, wanted(), order())
    if found is None:
        st.session_state[_END] = "This was the last one of the queue."
        return
    trail: list[int] = st.session_state.setdefault(_TRAIL, [])
    trail.append(item.id)
    del trail[:-_LONGEST_TRAIL]
    _turn(found)


def back(store: Store, item: Item) -> None:
    """Turn to the item that was looked at before, else to the one before in the queue."""
    trail: list[int] = st.session_state.setdefault(_TRAIL, [])
    found = items.get(store, trail.pop()) if trail else items.preceding(store, item, wanted(), order())
    if found is None:
        st.session_state[_END] = "This is the first one of the queue."
        return
    _turn(found)


def ended() -> str | None:
    """Said once, where there was no item to turn to."""
    said: str | None = st.session_state.pop(_END, None)
    return said


def _turn(item: Item) -> None:
    st.session_state[_TURN] = item
    for name in list(st.query_params):
        del st.query_params[name]
    st.query_params[ITEM] = str(item.id)
    renew()


def _nothing() -> None:
    """Stands for a page that is only linked to."""
