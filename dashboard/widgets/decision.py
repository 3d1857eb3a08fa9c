"""The form to decide by, and what was decided before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from brandkit.errors import BrandkitError, DecidedMeanwhileError
from brandkit.report.markdown import plain
from brandkit.store import decisions
from brandkit.store.decisions import LONGEST_COMMENT, WORDS, Decided
from brandkit.store.filed import Case, DecisionVerdict

from .. import front, person, place
from . import player, viewer, walk

if TYPE_CHECKING:
    from brandkit.check import Region

_REFUSED = "decision.refused"
_BUTTONS: tuple[tuple[DecisionVerdict, str, str], ...] = (
    ("approved", "Approve", "A"),
    ("rejected", "Reject", "X"),
    ("change", "Ask for change", "M"),
)


def decision(case: Case, region: Region | None, remark: str = "", *, trying: bool = False) -> None:
    """Draw the form.

    Args:
        case: the item as this person opened it.
        region: what they marked in the frame.
        remark: what the page adds to the comment, such as a range of frames.
        trying: whether they look at a correction that is not saved, which no decision would be about.
    """
    item = case.item
    if (refused := st.session_state.get(_REFUSED)) and refused[0] == item.id:
        _refused(refused[1], meanwhile=refused[2])
        return
    allowed = _allowed()
    if trying:
        st.caption("Save or discard the preview; then decide.")
        return
    with st.container(key="state"):
        _state(case, allowed)
    st.text_area(
        "Comment",
        key=_comment(item.id),
        height=68,
        max_chars=LONGEST_COMMENT,
        placeholder="Comment" if allowed else "Only reviewers decide",
        disabled=not allowed,
        label_visibility="collapsed",
    )
    with st.container(key="about"):  # always there, so that the buttons below keep their place
        _about(region, remark)
    with st.container(horizontal=True, gap="xsmall"):
        for verdict, label, key in _BUTTONS:
            st.button(
                label,
                key=f"decide-{verdict}",
                shortcut=key,
                type="primary" if verdict == "approved" else "secondary",
                disabled=not allowed,
                on_click=partial(_decide, case, verdict, region, remark),
            )


def _about(region: Region | None, remark: str) -> None:
    """What goes on record beside the comment."""
    if region is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Region {region.width} × {region.height} at {region.x}, {region.y}", width="content")
            st.button("Remove", on_click=_unmark, type="tertiary", key="unmark")
    if remark:
        st.caption(plain(remark))


def history(case: Case) -> None:
    """Draw what was decided before, the newest first."""
    if not case.decisions:
        st.caption("Nobody has decided yet.")
        return
    st.html(front.template("decisions.html.j2").render(decisions=case.decisions[::-1], words=WORDS))


def attempt(change: Callable[[], None], item: int) -> bool:
    """Do what changes an item; what stands in the way is shown in place of the form.

    Returns:
        Whether it was done.
    """
    if walk.current() != item:
        # Pressed while the page turned: the picture was the next one already, the button that of the last.
        st.toast("The page was turning, so nothing was done. Press again.", icon=":material/error:")
        return False
    try:
        change()
    except BrandkitError as error:
        meanwhile = isinstance(error, DecidedMeanwhileError)
        st.session_state[_REFUSED] = item, str(error), meanwhile
        return False
    return True


def _decide(case: Case, verdict: DecisionVerdict, region: Region | None, remark: str) -> None:
    """Put a decision on record and turn to the next item."""
    item = case.item
    said = "\n".join(filter(None, (st.session_state.get(_comment(item.id), "").strip(), remark)))
    if verdict == "change" and not said and region is None:
        st.session_state[_REFUSED] = item.id, "Say what to change, or mark where; then ask for it.", False
        return

    def change() -> None:
        who = person.require("reviewer")
        decisions.decide(place.store(), case, Decided(verdict, who.name, said, region))

    if not attempt(change, item.id):
        return
    st.toast(f"{plain(item.name)}: {WORDS[verdict]}", icon=":material/check:")
    _unmark()
    walk.renew()
    if verdict != "reopened":
        walk.forward(place.store(), item)


def _state(case: Case, allowed: bool) -> None:
    if case.item.state == "open" or not case.decisions:
        return
    last = case.decisions[-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"**{WORDS[last.verdict].capitalize()}** by {plain(last.who)}", width="content")
        st.button(
            "Reopen",
            key="reopen",
            type="tertiary",
            disabled=not allowed,
            on_click=partial(_decide, case, "reopened", None, ""),
        )


def _refused(said: str, *, meanwhile: bool) -> None:
    if meanwhile:
        st.warning(plain(said), icon=":material/group:")
        st.button("Load it anew", key="anew", on_click=_load_anew, type="primary")
    else:
        st.warning(plain(said), icon=":material/error:")
        st.button("Go on", key="go-on", on_click=partial(st.session_state.pop, _REFUSED, None))


def _load_anew() -> None:
    st.session_state.pop(_REFUSED, None)
    walk.renew()


def _allowed() -> bool:
    somebody = person.current()
    return somebody is not None and somebody.may("reviewer")


def _unmark() -> None:
    viewer.unmark(viewer.KEY, player.KEY)


def _comment(item: int) -> str:
    return f"comment-{item}"
