"""The page Brands."""

from __future__ import annotations

import streamlit as st

TITLE = "Brands"
ICON = ":material/palette:"
PATH = "brands"


def show() -> None:
    """Draw the page."""
    st.title(TITLE)
