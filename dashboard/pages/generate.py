"""The page Generate."""

from __future__ import annotations

import streamlit as st

TITLE = "Generate"
ICON = ":material/auto_awesome:"
PATH = "generate"


def show() -> None:
    """Draw the page."""
    st.title(TITLE)
