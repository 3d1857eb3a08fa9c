"""``python -m brandkit_dashboard``: serve the dashboard. ``brandkit review`` calls it."""

from __future__ import annotations

import argparse
import os
import sys

from brandkit.errors import BrandkitError
from brandkit.store.place import VARIABLE

LOCAL = "127.0.0.1"
THEME = {
    "theme.baseFontSize": 14,
    "theme.light.primaryColor": "#1F5FCC",
    "theme.dark.primaryColor": "#3D7BDF",
}
"""Dense, and an accent that is no verdict's colour."""
UPLOAD_MB = 200
"""Largest file that a page takes."""


def main() -> None:
    """Open the store, say the address, and serve until Ctrl-C."""
    given = _arguments()
    if given.store:
        os.environ[VARIABLE] = given.store
    from . import place

    if given.blobs:
        os.environ[place.BLOBS_VARIABLE] = given.blobs
    try:
        shown = place.store().place
        place.identity()
        _require_sign_in(given.host)
    except BrandkitError as error:
        print(f"brandkit: {error}", file=sys.stderr)
        sys.exit(2)
    from .app import LOCAL_HOSTS, build

    hosts = LOCAL_HOSTS if given.host == LOCAL else tuple(given.name or ["*"])
    print(f"brandkit review: http://{given.host}:{given.port}\nstore: {shown}", flush=True)
    build(hosts).run(
        config={
            "server.address": given.host,
            "server.port": given.port,
            "server.headless": True,
            "server.maxUploadSize": UPLOAD_MB,
            "server.fileWatcherType": "none",  # else each run of a page looks at every module for changes
            "browser.gatherUsageStats": False,
            "client.toolbarMode": "minimal",
            "client.showErrorDetails": "none",
            **THEME,
        }
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="brandkit review")
    parser.add_argument("--store", default="")
    parser.add_argument("--blobs", default="")
    parser.add_argument("--host", default=LOCAL)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--name", action="append")
    return parser.parse_args()


def _require_sign_in(host: str) -> None:
    """Refuse to serve other machines where nobody has to sign in."""
    from .person import signs_in

    if host != LOCAL and not signs_in():
        raise BrandkitError(
            f"--host {host}: other machines are served only where people sign in; configure [auth] in "
            ".streamlit/secrets.toml, as Streamlit's documentation of st.login says, or leave --host out"
        )


if __name__ == "__main__":
    main()
