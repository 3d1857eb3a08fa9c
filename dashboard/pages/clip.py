"""The page Clip."""

from __future__ import annotations

import streamlit as st

TITLE = "Clip"
ICON = ":material/movie:"
PATH = "clip"


def show() -> None:
    """Draw the page."""
    st.title(TITLE)
