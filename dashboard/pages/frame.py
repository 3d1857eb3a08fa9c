"""The page Frame."""

from __future__ import annotations

import streamlit as st

TITLE = "Frame"
ICON = ":material/compare:"
PATH = "frame"


def show() -> None:
    """Draw the page."""
    st.title(TITLE)
