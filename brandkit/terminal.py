"""What commands share: an option, exit statuses, and printing to a reader that may leave."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer

BrandFile = Annotated[
    Path, typer.Option("--brand", "-b", metavar="FILE", help="Brand file (_brand.yml).", show_default=False)
]
StoreAt = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="STORE",
        help="Folder of a store, or postgresql://…; $BRANDKIT_STORE, or your own, without.",
        show_default=False,
    ),
]
BlobsAt = Annotated[
    str | None,
    typer.Option(
        metavar="PLACE",
        help="Where a new store on PostgreSQL is to keep pictures: a folder or s3://…",
        show_default=False,
    ),
]


class Exit(IntEnum):
    """Exit statuses, as pipelines read them."""

    PASSED = 0
    FAILED = 1
    BAD_INPUT = 2
    NEEDS_REVIEW = 3
    INTERRUPTED = 130


def printing(show: Callable[[], object]) -> None:
    """Print to stdout; a reader that leaves early (head, a pager) does not change the exit status."""
    try:
        show()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # the second is what rich makes of the first
        _silence_stdout()
    except OSError as error:
        from brandkit.media.atomic import output_error

        _silence_stdout()
        raise output_error(Path("standard output"), error) from error


def _silence_stdout() -> None:
    """Let what is still in the buffer go nowhere, instead of failing in the interpreter's last flush."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
