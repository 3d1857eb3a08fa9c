"""The table of swatches: what was asked for, what was found, how far apart they are."""

from __future__ import annotations

import streamlit as st

from brandkit.report import words
from brandkit.report.page import rows
from brandkit.report.run import Entry

from .. import front


def swatches(entry: Entry) -> None:
    """Draw the table of an entry; nothing where no swatch was measured."""
    repaired = words.repaired(entry)
    found = rows(entry.report, words.final(entry) if repaired else None)
    if found:
        st.html(
            front.template("swatches.html.j2").render(
                rows=found, repaired=repaired, marks=words.MARKS, outcomes=words.OUTCOMES
            )
        )
