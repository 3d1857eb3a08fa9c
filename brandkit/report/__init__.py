"""What comes out: ``Report`` for one clip, ``Run`` for several, and one module for each format.

A format is a module of this package with ``SUFFIX``, ``MEDIA_TYPE`` and ``render(run) -> str``; nothing else
needs to know of it. A format's own libraries are loaded when that format is.
"""

from __future__ import annotations

import importlib.util
import os
import pkgutil
import re
from dataclasses import replace
from difflib import get_close_matches
from importlib.abc import InspectLoader
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
    "by_ending",
    "formats",
    "media_type",
    "renderer",
    "renderer_of",
    "write",
]

_PARTS = frozenset(
    {
        "evidence",
        "indexed",
        "interchange",
        "marks",
        "page",
        "pictures",
        "proof_json",
        "proof_page",
        "proof_words",
        "rates",
        "record",
        "report",
        "run",
        "sparkline",
        "spreadsheet",
        "template",
        "timeline",
        "words",
    }
)


class Renderer(Protocol):
    """A module that turns a run into text.

    Attributes:
        SUFFIX: the usual ending of its files, such as ``.json``.
        MEDIA_TYPE: how HTTP calls it, such as ``application/json``.
    """

    SUFFIX: str
    MEDIA_TYPE: str

    def render(self, run: Run) -> str:
        """The whole run as text, ending in a line break."""
        ...


def formats() -> tuple[str, ...]:
    """Names of the formats there are: the modules of this package that are none of its own parts."""
    return tuple(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg and m.name not in _PARTS)


def renderer(name: str) -> Renderer:
    """The format of that name. Raises ``BrandkitError`` for one that does not exist."""
    known = formats()
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(known)}"
        raise BrandkitError(f"'{name}' is not a report format; {hint}")
    return cast(Renderer, importlib.import_module(f"{__name__}.{name}"))


def by_ending(path: Path) -> str | None:
    """The name of the format that files end in as ``path`` does; ``None`` where none does.

    Of two that fit the longer ending counts: ``.xml`` is JUnit, ``.fcp7.xml`` Final Cut Pro 7.

    >>> by_ending(Path("report.md")), by_ending(Path("cut.fcp7.xml")), by_ending(Path("report"))
    ('markdown', 'fcp7', None)
    """
    known, name = formats(), path.name.lower()
    for form in (name.rpartition(".")[2], Path(name).stem.rpartition(".")[2]):
        # By its own name first: that is known of a format whose library is not installed, too.
        if form in known and name.endswith((f".{form}", f".{form}.xml")):
            return form
    return next((form for form in known if name.endswith(_constant(form, "SUFFIX"))), None)


def media_type(name: str) -> str:
    """How HTTP calls a format.

    >>> media_type("markdown")
    'text/markdown'
    """
    return _constant(name, "MEDIA_TYPE")


def _constant(name: str, constant: str) -> str:
    """What a format's module says of itself, from its source: its library may be large, or not installed."""
    module = f"{__name__}.{name}"
    spec = importlib.util.find_spec(module)
    source = spec.loader.get_source(module) if spec and isinstance(spec.loader, InspectLoader) else None
    found = re.search(rf"""^{constant} = ["'](.+)["']$""", source or "", re.MULTILINE)
    if found is None:
        raise BrandkitError(f"the report format '{name}' has no {constant}; write one into its module")
    return found[1]


def renderer_of(path: Path) -> Renderer:
    """The format whose files end as ``path`` does. Raises ``BrandkitError`` where none does.

    >>> renderer_of(Path("report.xml")).__name__
    'brandkit.report.junit'
    """
    if (name := by_ending(path)) is None:
        known = sorted({_constant(form, "SUFFIX") for form in formats()})
        raise BrandkitError(f"{path}: no report ends so; use one of {', '.join(known)}")
    return renderer(name)


def write(run: Run, form: Renderer, path: Path) -> None:
    """Write a run to a file, and its evidence pictures to ``NAME.evidence/`` beside it.

    What the report says of other files is relative to its own folder, so that both can be moved together.

    Raises:
        OutputError: it cannot be written; nothing is left half-written.
    """
    from brandkit.media.atomic import replacing
    from brandkit.report import evidence

    # A device, such as /dev/stdout, has no place beside it for pictures.
    if path.is_file() or not path.exists():
        run = _relative(evidence.save(run, path), path.parent)
    with replacing(path) as temporary:
        # A file name may hold bytes that are no text; a format that shows it as it is must not fail here.
        temporary.write_text(form.render(run), encoding="utf-8", errors="backslashreplace", newline="\n")


def _relative(run: Run, folder: Path) -> Run:
    """The run with the files of its corrections seen from ``folder``."""

    def seen(path: Path) -> Path:
        try:
            return Path(os.path.relpath(path, folder))
        except ValueError:  # another drive of Windows
            return path

    def moved(entry: Entry) -> Entry:
        if entry.corrected is None:
            return entry
        files = tuple((title, seen(path)) for title, path in entry.corrected.files)
        return replace(entry, corrected=replace(entry.corrected, files=files))

    return replace(run, entries=tuple(moved(entry) for entry in run.entries))
