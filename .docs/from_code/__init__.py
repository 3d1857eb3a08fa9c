"""A Sphinx extension: what the pages say of the code is written from the code, so that it cannot go stale.

A line ``% generated: NAME`` in a page gives way to the Markdown that ``WRITERS[NAME]`` makes; words after the
name are its arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from from_code import (
    brand_keys,
    checks,
    commands,
    docstrings,
    formats,
    formulas,
    known_names,
    measured,
    reports,
    routes,
)

WRITERS: Mapping[str, Callable[..., str]] = {
    "brand-keys": brand_keys.write,
    "check": checks.write,
    "commands": commands.write,
    "exit-statuses": commands.write_exit_statuses,
    "lut-formats": formats.write_luts,
    "measured": measured.write,
    "metrics": checks.write_overview,
    "palette-formats": formats.write_palettes,
    "report-formats": formats.write_reports,
    "report-schema": reports.write,
    "routes": routes.write,
}
LINE = re.compile(r"^% generated: (?P<name>[\w-]+)(?P<arguments>(?: [\w-]+)*)$", re.MULTILINE)

FILE = re.compile(r"^```(?P<language>\w+) file=(?P<name>\S+)$", re.MULTILINE)
"""The start of a block that is to be saved under a name, which stands above it."""


def filled(page: str) -> str:
    """A page with what is generated in place of the lines that ask for it, and names above files.

    Raises:
        ExtensionError: a line asks for what nobody writes.
    """
    return FILE.sub(r"```{code-block} \g<language>\n:caption: \g<name>\n", LINE.sub(_written, page))


def _written(line: re.Match[str]) -> str:
    writer = WRITERS.get(line["name"])
    if writer is None:
        raise ExtensionError(f"'{line['name']}' is not generated; there are: {', '.join(WRITERS)}")
    return writer(*line["arguments"].split())


def _fill(app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = filled(source[0])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx ask for what is written here."""
    docstrings.add_to(app)
    formulas.add_to(app)
    known_names.add_to(app)
    app.connect("source-read", _fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
