"""``brandkit review``: start the dashboard in this process's place."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from brandkit import credentials_cli
from brandkit.credentials import identity
from brandkit.errors import BrandkitError
from brandkit.terminal import BlobsAt, StoreAt


def review(
    store: StoreAt = None,
    blobs: BlobsAt = None,
    port: Annotated[int, typer.Option(help="Port to serve on.", min=1, max=65535)] = 8501,
    host: Annotated[
        str, typer.Option(help="Address to serve on; others than this machine's own need sign-in.")
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option(help="Host name that browsers use, where others are served; several times for more."),
    ] = None,
    sign: credentials_cli.SignWith = None,
    key: credentials_cli.KeyFile = None,
    time_authority: credentials_cli.TimeAuthority = None,
) -> None:
    """Serve the review dashboard: look at what was filed, correct it, decide, and see who decided what.

    Files come from 'brandkit check --store' and 'correct --store'. Without sign-in (Streamlit's [auth] in
    .streamlit/secrets.toml) only this machine is served. With --sign, what is corrected or generated here
    carries content credentials. Ctrl-C ends it.
    """
    # The pages are a package of their own, which the engine does not import.
    if find_spec("streamlit") is None or find_spec("sqlalchemy") is None:
        raise BrandkitError("the dashboard is not installed; run: pip install 'brandkit[dashboard]'")
    options = {"--store": store, "--blobs": blobs, "--port": str(port), "--host": host}
    given = [part for option, value in options.items() if value for part in (option, value)]
    named = [part for host_name in name or () for part in ("--name", host_name)]
    if credentials_cli.identity(sign, key, time_authority) is not None:
        os.environ[identity.CERTIFICATE], os.environ[identity.KEY] = str(sign), str(key)
        os.environ[identity.TIME_AUTHORITY] = time_authority or ""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "brandkit_dashboard", *given, *named])


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="""Examples:\n
    brandkit check renders/ -b acme.brand.yml --store reviews/\n
    brandkit review --store reviews/\n
    brandkit review --store postgresql://review@db/brandkit --host 0.0.0.0 --name review.acme.com"""
    )(review)
