"""The page Queue."""

from __future__ import annotations

import streamlit as st

TITLE = "Queue"
ICON = ":material/inbox:"
PATH = "queue"


def show() -> None:
    """Draw the page."""
    st.title(TITLE)
