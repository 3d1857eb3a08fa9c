"""The frame of every page: who is there, which pages there are, and what a mistake looks like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import streamlit as st

from brandkit.errors import BrandkitError
from brandkit.report.markdown import plain

from . import front, person
from .pages import audit, brands, clip, frame, generate, queue, trends

_HERE = Path(__file__).parent
PAGES: tuple[ModuleType, ...] = (queue, frame, clip, brands, generate, trends, audit)
"""In the order of the menu; each has ``TITLE``, ``ICON``, ``PATH`` and ``show()``."""


def run() -> None:
    """Draw the page that is asked for, for somebody who may see it."""
    st.set_page_config(page_title="brandkit review", page_icon=_HERE / "icon.png", layout="wide")
    st.html(f"<style>{front.text('page.css')}</style>")
    somebody = person.current()
    if somebody is None:
        _sign_in()
        return
    pages = [
        st.Page(_shown(page), title=page.TITLE, icon=page.ICON, url_path=page.PATH, default=page is queue)
        for page in PAGES
    ]
    chosen = st.navigation(pages, position="top")
    _say_who(somebody)
    chosen.run()


def _shown(page: ModuleType) -> Callable[[], None]:
    """``show`` of a page, with a line in place of a traceback for what a person can cause."""

    def show() -> None:
        # For screen readers; those who see have it in the menu.
        st.html(f'<h1 class="unseen">{page.TITLE}</h1>')
        try:
            page.show()
        except BrandkitError as error:
            st.error(plain(error), icon=":material/error:")

    return show


def _sign_in() -> None:
    st.title("brandkit review")
    if st.user.is_logged_in:
        known = person.address(st.user.to_dict()) or "your account"
        st.warning(f"No role has been given to {plain(known)} yet. Ask an admin for one:")
        st.code("brandkit store members give ADDRESS --role reviewer", language=None)
        st.button("Sign out", on_click=st.logout)
        return
    st.write("Sign in to review what was generated.")
    st.button("Sign in", on_click=st.login, type="primary")


def _say_who(somebody: person.Person) -> None:
    """Beside the menu: who is there, and what keeps others out."""
    with st.container(horizontal=True, vertical_alignment="center", key="person"):
        st.text(f"{somebody.name} · {somebody.role}")
        if somebody.local:
            st.text("only this machine is served", help="No sign-in is configured.")
        else:
            st.button("Sign out", on_click=st.logout, type="tertiary")
