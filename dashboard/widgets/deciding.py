"""The dialog that says what is about to be decided of several items, and decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from brandkit.errors import BrandkitError
from brandkit.report.markdown import plain
from brandkit.report.words import MARKS, VERDICTS, printable
from brandkit.store import bulk, decisions
from brandkit.store.bulk import Summary
from brandkit.store.decisions import LONGEST_COMMENT, Decided
from brandkit.store.filed import DecisionVerdict

from .. import person, place
from .rows import row, rows

VERBS: Mapping[DecisionVerdict, str] = {
    "approved": "Approve",
    "rejected": "Reject",
    "change": "Ask for a change of",
    "reopened": "Reopen",
}
DONE = "decided"
"""Session state: what was just decided, for the page to say."""
_SMALL = 10
_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class Picked:
    """What is to be decided, as the person saw it.

    Attributes:
        seen: id of each item, and how many decisions on it they saw.
        verdict: what.
    """

    seen: tuple[tuple[int, int], ...]
    verdict: DecisionVerdict


@st.dialog("Decide", width="medium", icon=":material/fact_check:")
def ask(picked: Picked) -> None:
    """Say what it is about, take a comment, and put the decision on record."""
    store = place.store()
    found = bulk.summary(store, [item for item, _ in picked.seen], picked.verdict)
    number = len(found.items)
    st.subheader(f"{VERBS[picked.verdict]} {_count(number)}?")
    _say(found)
    comment = st.text_area(
        f"Comment ({found.comment})" if found.comment else "Comment (optional)",
        key="decision comment",
        max_chars=LONGEST_COMMENT,
        height=80,
    )
    with st.container(horizontal=True):
        sure = st.button(
            f"{VERBS[picked.verdict]} {_count(number)}",
            type="primary",
            key="decision sure",
            disabled=not number,
        )
        if st.button("Cancel", key="decision cancel"):
            st.rerun()
    if not sure:
        return
    if found.comment and not comment.strip():
        st.error(f"A comment is needed: {found.comment}.", icon=":material/edit_note:")
        return
    try:
        who = person.require("reviewer").name
        decisions.decide_all(store, picked.seen, Decided(picked.verdict, who, comment.strip()))
    except BrandkitError as error:
        st.error(f"Nothing was decided.\n\n{plain(str(error))}", icon=":material/sync_problem:")
        return
    st.session_state[DONE] = f"{_count(number)} {decisions.WORDS[picked.verdict]}"
    st.rerun()


def _say(found: Summary) -> None:
    verdicts = " · ".join(
        f"{MARKS[verdict.value]} {count} {VERDICTS[verdict]}"
        for verdict, count in sorted(found.verdicts.items(), key=lambda pair: -list(VERDICTS).index(pair[0]))
    )
    versions = " · ".join(f"{label}: {count}" for label, count in found.versions.items())
    st.text(f"{verdicts}\njudged by {printable(versions)}")
    if found.unusual:
        said = "  \n".join(f"**{count}** {why}" for why, count in found.unusual)
        st.warning(f"Not usual:  \n{said}", icon=":material/warning:")
    if found.findings:
        st.caption("The worst findings")
        st.text("\n".join(_finding(text, count) for text, count in found.findings[:_FINDINGS]))
        if (more := len(found.findings) - _FINDINGS) > 0:
            st.caption(f"and {more} other kinds")
    rows(
        [row(item) for item in found.items[:_SMALL]],
        key=f"decision pictures {hash(tuple(item.id for item in found.items[:_SMALL]))}",
        label="The worst of them",
        layout="strip",
    )
    if len(found.items) > _SMALL:
        st.caption(f"and {len(found.items) - _SMALL} more, none of them worse")


def _finding(text: str, count: int) -> str:
    return f"{count} × {printable(text)}"


def _count(number: int) -> str:
    return "1 item" if number == 1 else f"{number:,} items"
