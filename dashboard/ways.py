"""Go from one page to another without losing the session, as a link would."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

FIRST = "queue"
"""The page that the address without a path shows; it has no other."""


def go(path: str, **query: str | int) -> NoReturn:
    """Open a page, by its path in the address, with what else its address says."""
    st.switch_page(
        st.Page(_elsewhere, url_path=path, title=path, default=path == FIRST),
        query_params={k: str(v) for k, v in query.items()},
    )


def _elsewhere() -> None:
    """Stands for a page: Streamlit tells pages apart by their path alone."""
