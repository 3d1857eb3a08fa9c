"""What a change to a brand would do to what was judged already: verdicts, and what is not sure."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import streamlit as st

from brandkit.brand import Brand
from brandkit.gate import Verdict
from brandkit.report.markdown import plain
from brandkit.report.words import MARKS, VERDICTS
from brandkit.store import Store, whatif
from brandkit.store.whatif import WhatIf

from .. import ways
from .rows import page_of, row, rows

_KEPT = "what if"
_SHOWN = 12


def consequence(store: Store, brand: Brand, name: str) -> None:
    """Say what the last items would come to by another state of their brand."""
    key = (name, brand.digest)
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != key:
        with st.spinner("Judging the last runs again…"):
            kept = (key, whatif.whatif(store, brand, name=name))
        st.session_state[_KEPT] = kept
    found: WhatIf = kept[1]
    if not found.judged:
        st.text("Nothing was judged by this brand yet, so nothing changes.")
        return
    st.text(_said(found))
    if found.again:
        listed = "; ".join(plain(phrase) for phrase in found.again[:_SHOWN])
        st.warning(
            f"Figures themselves would change, which only a new run can tell: {listed}",
            icon=":material/straighten:",
        )
    if found.unread:
        st.caption(f"{found.unread} could not be judged again: their reports or versions are gone.")
    shown = [
        replace(row(c.item), **_arrow(c.before, c.after), said=c.said or "nothing to mind")
        for c in found.changes[:_SHOWN]
    ]
    if shown:
        touched = rows(shown, key=f"what if {hash(key)}", label="Items whose verdict would change")
        if touched.opened is not None:
            item = next(c.item for c in found.changes if str(c.item.id) == touched.opened)
            ways.go(page_of(item), item=item.id)
    if len(found.changes) > _SHOWN:
        st.caption(f"and {len(found.changes) - _SHOWN} more")


def _said(found: WhatIf) -> str:
    number = len(found.changes)
    said = f"Of the last {found.judged} items, {number or 'none'} would get another verdict"
    ways_there = [
        f"{count} from {VERDICTS[before]} to {VERDICTS[after]}"
        for before, after in product(VERDICTS, VERDICTS)
        if (count := found.count(before, after))
    ]
    return f"{said}: {', '.join(ways_there)}." if ways_there else f"{said}."


def _arrow(before: Verdict, after: Verdict) -> dict[str, Any]:
    """The verdict that would be, with what it is now."""
    return {
        "verdict": after.value,
        "mark": MARKS[after.value],
        "word": VERDICTS[after],
        "state": f"now {VERDICTS[before]}",
    }
