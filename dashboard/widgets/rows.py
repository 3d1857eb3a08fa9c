"""Items in rows: a list, a grid of cards, or a strip of small pictures; each opens on a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import streamlit as st

from brandkit.gate import Verdict
from brandkit.report.words import MARKS, VERDICTS, printable
from brandkit.store.filed import Item

from .. import links
from ..front import text

Layout = Literal["list", "grid", "strip"]
STATES = {"open": "", "approved": "approved", "rejected": "rejected", "change": "change asked"}
_HEADS = ("Picture", "Name", "Worst finding", "Verdict", "Brand", "When")
_SENT = "thumbnail.webp"

_component = st.components.v2.component(
    "brandkit_rows", html='<div class="rows"></div>', css=text("rows.css"), js=text("rows.js")
)


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of an item, or of several that are alike.

    Attributes:
        key: what tells it from the others.
        href: where it leads; empty for nowhere.
        thumbs: addresses of small pictures.
        title, sub: its name, and more of it in small.
        said: the worst finding in words.
        verdict, mark, word: the verdict as a class, as a sign and as a word.
        state: what people decided, in a word; empty for nothing.
        brand: and version.
        when: as ISO 8601.
        source: the door it came through.
    """

    key: str
    href: str
    thumbs: tuple[str, ...]
    title: str
    sub: str
    said: str
    verdict: str
    mark: str
    word: str
    state: str
    brand: str
    when: str
    source: str


@dataclass(frozen=True, slots=True)
class Touched:
    """What a person did with the rows.

    Attributes:
        selected: keys of the rows that are selected.
        opened: key of the row that was clicked just now.
    """

    selected: tuple[str, ...]
    opened: str | None


def row(item: Item) -> Row:
    """An item as a row."""
    folder = item.path.rpartition("/")[0]
    return Row(
        key=str(item.id),
        href=href(item),
        thumbs=thumbs(item),
        title=printable(item.name),
        sub=printable(folder),
        said=item.headline or "nothing to mind",
        **verdict(item.final),
        state=STATES[item.state],
        brand=printable(item.version.label),
        when=iso(item.created),
        source=printable(item.source if item.model is None else f"{item.source} · {item.model}"),
    )


def verdict(final: Verdict) -> dict[str, Any]:
    """A verdict as a row takes it."""
    return {"verdict": final.value, "mark": MARKS[final.value], "word": VERDICTS[final]}


def thumbs(item: Item) -> tuple[str, ...]:
    """The address of an item's small picture, if it has one."""
    return () if item.thumbnail is None else (links.blob(item.thumbnail, _SENT),)


def iso(moment: datetime) -> str:
    """A time for the browser, which knows where the person is."""
    return moment.isoformat(timespec="seconds")


def page_of(item: Item) -> str:
    """The path of the page that shows an item."""
    return "frame" if item.kind == "image" else "clip"


def href(item: Item) -> str:
    """Where an item opens."""
    return f"/{page_of(item)}?item={item.id}"


def rows(
    shown: Sequence[Row],
    *,
    key: str,
    label: str,
    layout: Layout = "list",
    selectable: bool = False,
    picked: Sequence[str] = (),
    keys: bool = False,
) -> Touched:
    """Draw rows.

    Args:
        shown: the rows.
        key: of the widget; another one forgets what was selected.
        label: what they are, for screen readers.
        layout: how they are drawn.
        selectable: whether each has a box to select it by.
        picked: keys of those that are selected at first.
        keys: whether ``j``, ``k`` and ``s`` move along them and select.
    """
    data = {
        "rows": [asdict(one) for one in shown],
        "layout": layout,
        "label": label,
        "selectable": selectable,
        "keys": keys,
        "heads": _HEADS,
        "picked": list(picked),
    }
    found = _component(
        key=key,
        data=data,
        default={"selected": list(picked)},
        on_selected_change=_nothing,
        on_opened_change=_nothing,
    )
    known = {one.key for one in shown}
    chosen = [one for one in _texts(found.get("selected")) if one in known]
    opened = found.get("opened")
    return Touched(tuple(chosen), opened if isinstance(opened, str) and opened in known else None)


def _texts(value: object) -> list[str]:
    """What came from the browser, which may send anything."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _nothing() -> None:
    """A rerun is all that is needed."""
