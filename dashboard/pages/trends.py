"""The page Trends."""

from __future__ import annotations

import streamlit as st

TITLE = "Trends"
ICON = ":material/trending_up:"
PATH = "trends"


def show() -> None:
    """Draw the page."""
    st.title(TITLE)
