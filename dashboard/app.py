"""The web application: Streamlit's pages, and the routes that send pictures."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from streamlit.starlette import App

from . import ahead
from .pictures import ROUTES

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def build(hosts: tuple[str, ...]) -> App:
    """The application, which answers requests for ``hosts`` only.

    A page elsewhere that has its own name lead to this machine could else read what is here.
    """
    ahead.warm()
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    return App(Path(__file__).parent / "start" / "main.py", routes=ROUTES, middleware=[guard])
