"""What comes out: ``Report`` for one clip, ``Run`` for several, and one module for each format.

A format is a module of this package with ``render(run) -> str``; nothing else needs to know of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol, cast

from brandkit.errors import BrandkitError
from brandkit.report.report import BrandRef, Report
from brandkit.report.run import Corrected, Entry, Run, Unreadable

__all__ = [
    "BrandRef",
    "Corrected",
    "Entry",
    "Renderer",
    "Report",
    "Run",
    "Unreadable",
    "formats",
    "renderer",
    "write",
]

_NOT_FORMATS = frozenset({"evidence", "report", "run"})


class Renderer(Protocol):
    """A module that turns a run into text."""

    def render(self, run: Run) -> str:
        """The whole run as text, ending in a line break."""
        ...


def formats() -> tuple[str, ...]:
    """Names of the formats there are: the modules of this package that are none of its own parts."""
    return tuple(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg and m.name not in _NOT_FORMATS)


def renderer(name: str) -> Renderer:
    """The format of that name. Raises ``BrandkitError`` for one that does not exist."""
    known = formats()
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(known)}"
        raise BrandkitError(f"'{name}' is not a report format; {hint}")
    return cast(Renderer, importlib.import_module(f"{__name__}.{name}"))


def write(run: Run, form: Renderer, path: Path) -> None:
    """Write a run to a file, and its evidence pictures to ``NAME.evidence/`` beside it.

    Raises:
        OutputError: it cannot be written; nothing is left half-written.
    """
    from brandkit.media.atomic import replacing
    from brandkit.report import evidence

    # A device, such as /dev/stdout, has no place beside it for pictures.
    shown = evidence.save(run, path) if path.is_file() or not path.exists() else run
    with replacing(path) as temporary:
        temporary.write_text(form.render(shown), encoding="utf-8", newline="\n")
