"""The page Audit."""

from __future__ import annotations

import streamlit as st

TITLE = "Audit"
ICON = ":material/history:"
PATH = "audit"


def show() -> None:
    """Draw the page."""
    st.title(TITLE)
