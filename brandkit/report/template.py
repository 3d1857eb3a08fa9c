"""How the pages are made: templates that escape whatever they are given, and what may run on a page."""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, PackageLoader, StrictUndefined

from brandkit.report.words import printable


def environment() -> Environment:
    """The templates of ``templates/``, with the filter ``printable``."""
    made = Environment(
        loader=PackageLoader("brandkit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["printable"] = printable
    return made


def digest(text: str) -> str:
    """By which a page's policy knows a style or script of its own (CSP level 3, ``hash-source``)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
