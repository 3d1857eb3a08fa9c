"""The page Queue: what was judged and waits for a person, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from brandkit.report.words import MARKS, printable
from brandkit.store import Store, bulk, groups, items
from brandkit.store.filed import DecisionVerdict, Item, Order, Wanted
from brandkit.store.groups import Group
from brandkit.store.items import Counts

from .. import person, place, ways
from ..widgets import deciding, filters
from ..widgets.rows import Row, iso, page_of, row, rows, thumbs, verdict

TITLE = "Queue"
ICON = ":material/inbox:"
PATH = "queue"

_ROWS = 50
_GROUPS = 25
_THUMBS = 4
_KEYS = (
    "Keys: J and K move, S selects, Enter opens; with a selection, A approves, X rejects, M asks for change."
)
_EMPTY = """\
brandkit check pictures/*.png --brand acme.brand.yml --store {place}
brandkit correct pictures/*.png --brand acme.brand.yml --store {place}"""


def show() -> None:
    """Draw the page."""
    store = place.store()
    if not items.any_filed(store):
        _first_run(store)
        return
    if said := st.session_state.pop(deciding.DONE, None):
        st.toast(said, icon=":material/check:")
        _forget_selection()
    wanted = filters.filters(store)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
        order, view = filters.shown()
    st.session_state["queue"], st.session_state["order"] = wanted, order
    cursor = _cursor((wanted, order, view))
    counts = items.count(store, wanted)
    if not counts.all:
        _nothing(wanted)
        return
    found = (
        _grouped(store, wanted, order, cursor) if view == "groups" else _page(store, wanted, order, cursor)
    )
    touched = rows(
        found.rows,
        key=f"rows {cursor.round} {cursor.number} {hash((wanted, order, view))}",
        label="Groups of items" if view == "groups" else "Items",
        layout="grid" if view == "grid" else "list",
        selectable=True,
        keys=True,
    )
    if touched.opened is not None:
        _open(found, touched.opened)
    with bar:
        picked = items.seen(store, wanted) if cursor.all else _picked(store, wanted, found, touched.selected)
        _bar(cursor, wanted, counts, picked)
    _turn(cursor, found)


@dataclass(slots=True)
class Cursor:
    """Where in a queue the person is.

    Attributes:
        of: the queue.
        before: the last item of each page before, or how many groups were passed.
        round: grows when what was selected is to be forgotten.
        all: whether all of the queue is selected, also what the page does not show.
    """

    of: object
    before: list[int]
    round: int = 0
    all: bool = False

    @property
    def number(self) -> int:
        """Of the page, from 0."""
        return len(self.before)


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of the queue shows; ``by`` is the item or group of each row, and ``next`` its place."""

    rows: tuple[Row, ...]
    by: dict[str, Item | Group]
    next: int | None


def _cursor(of: object) -> Cursor:
    cursor = st.session_state.get("cursor")
    if not isinstance(cursor, Cursor) or cursor.of != of:
        cursor = Cursor(of, [], getattr(cursor, "round", 0))
        st.session_state["cursor"] = cursor
    return cursor


def _forget_selection() -> None:
    if isinstance(cursor := st.session_state.get("cursor"), Cursor):
        cursor.round += 1
        cursor.all = False


def _page(store: Store, wanted: Wanted, order: Order, cursor: Cursor) -> Found:
    after = items.get(store, cursor.before[-1]) if cursor.before else None
    page = items.find(store, wanted, order=order, limit=_ROWS, after=after)
    return Found(
        tuple(row(item) for item in page.items),
        {str(item.id): item for item in page.items},
        page.items[-1].id if page.more else None,
    )


def _grouped(store: Store, wanted: Wanted, order: Order, cursor: Cursor) -> Found:
    skip = cursor.before[-1] if cursor.before else 0
    found = groups.find(store, wanted, order=order, limit=_GROUPS + 1, skip=skip)
    shown = [(group, _group_row(store, wanted, order, group)) for group in found[:_GROUPS]]
    return Found(
        tuple(line for _, line in shown),
        {line.key: group for group, line in shown},
        skip + _GROUPS if len(found) > _GROUPS else None,
    )


def _group_row(store: Store, wanted: Wanted, order: Order, group: Group) -> Row:
    first = items.find(store, groups.members(wanted, group), order=order, limit=_THUMBS).items
    number = f"{group.count:,} items" if group.count > 1 else "1 item"
    return Row(
        key=f"alike {first[0].id}",
        href=f"/?alike={first[0].id}",
        thumbs=tuple(address for item in first for address in thumbs(item)),
        title=number,
        sub=f"{printable(first[0].name)}{' …' if group.count > 1 else ''}",
        said=printable(group.words()),
        **verdict(group.final),
        state="",
        brand=printable(group.version.label),
        when=iso(first[0].created),
        source="the worst" if order == "worst" else f"the {order.removesuffix('st')}st",
    )


def _open(found: Found, key: str) -> None:
    one = found.by[key]
    if isinstance(one, Item):
        ways.go(page_of(one), item=one.id)
    filters.narrow(key.removeprefix("alike "))


def _picked(
    store: Store, wanted: Wanted, found: Found, selected: tuple[str, ...]
) -> tuple[tuple[int, int], ...]:
    """What is selected, with the number of decisions on each as the page showed it."""
    seen: list[tuple[int, int]] = []
    for key in selected:
        one = found.by[key]
        if isinstance(one, Item):
            seen.append((one.id, one.decisions))
        else:
            seen += items.seen(store, groups.members(wanted, one))
    return tuple(seen)


def _bar(cursor: Cursor, wanted: Wanted, counts: Counts, picked: tuple[tuple[int, int], ...]) -> None:
    if not picked:
        _say_counts(counts, wanted)
        if 1 < counts.all <= bulk.MOST and st.button(
            f"Select all {counts.all:,}", type="tertiary", key="all"
        ):
            cursor.all = True
            st.rerun()
        return
    st.text(f"{'all ' if cursor.all else ''}{len(picked):,} selected")
    if st.button("Clear selection", type="tertiary", key="none"):
        _forget_selection()
        st.rerun()
    if len(picked) > bulk.MOST:
        st.text(f"at most {bulk.MOST:,} are decided at once; narrow the filters")
        return
    _verbs(picked)


def _verbs(picked: tuple[tuple[int, int], ...]) -> None:
    somebody = person.current()
    barred = somebody is None or not somebody.may("reviewer")
    verbs: tuple[tuple[DecisionVerdict, str, str, str], ...] = (
        ("approved", "Approve", "a", ":material/check:"),
        ("rejected", "Reject", "x", ":material/close:"),
        ("change", "Ask for change", "m", ":material/edit:"),
    )
    for value, label, shortcut, icon in verbs:
        if st.button(label, key=value, shortcut=shortcut, icon=icon, disabled=barred):
            deciding.ask(deciding.Picked(picked, value))
    if barred:
        st.caption("Deciding needs the role of a reviewer.")


def _say_counts(counts: Counts, wanted: Wanted) -> None:
    st.text(
        f"{counts.all:,} {'item' if counts.all == 1 else 'items'}   "
        f"{MARKS['failed']} {counts.failed:,} failed   "
        f"{MARKS['needs_review']} {counts.needs_review:,} to review   "
        f"{MARKS['passed']} {counts.passed:,} passed"
    )
    if wanted.cause is not None:
        st.caption("only those with the same findings")
        if st.button("Show all", type="tertiary", key="no group", icon=":material/close:"):
            st.query_params.pop("alike", None)
            st.rerun()


def _turn(cursor: Cursor, found: Found) -> None:
    """Buttons to the next page and back."""
    st.caption(_KEYS)
    if found.next is None and not cursor.before:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center"):
        if st.button("Previous page", key="back", icon=":material/chevron_left:", disabled=not cursor.before):
            cursor.before.pop()
            st.rerun()
        st.text(f"page {cursor.number + 1}")
        if st.button(
            "Next page",
            key="next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=found.next is None,
        ):
            assert found.next is not None
            cursor.before.append(found.next)
            st.rerun()


def _nothing(wanted: Wanted) -> None:
    done = wanted == Wanted()
    st.subheader("All is decided" if done else "Nothing matches these filters")
    st.text("What is judged next will be here." if done else "Take some of them away to see more.")
    if not done:
        st.button("Clear filters", on_click=filters.clear, key="clear")


def _first_run(store: Store) -> None:
    """What to do to get something here."""
    st.title("Nothing was filed yet")
    st.text(f"The store {store.place} is empty. Judge or generate something, and it is here at once:")
    st.code(_EMPTY.format(place=store.place), language="shell")
    st.text("Or upload a palette under Brands, then make pictures under Generate.")
