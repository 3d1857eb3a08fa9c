"""HTML: one file that opens from disk, loads nothing, and shows before and after under a slider.

Names of files come from anywhere, so everything is escaped, and the page's own policy (CSP) lets no
script run but the one that is written in it, by its digest.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from brandkit.report import words
from brandkit.report.page import cards, where
from brandkit.report.run import Run
from brandkit.report.sparkline import sparkline
from brandkit.report.words import printable, sentence

SUFFIX = ".html"


def render(run: Run) -> str:
    """The whole run as one self-contained page; equal runs give equal bytes."""
    environment = Environment(
        loader=PackageLoader("brandkit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(printable=printable, sentence=sentence, setting=_setting, colour=words.colour)
    environment.tests["beside"] = _beside
    style, script = (environment.get_template(f"report.{part}.j2").render() for part in ("css", "js"))
    created = next((e.report.created for e in run.entries if e.report.created is not None), None)
    return (
        environment.get_template("report.html.j2")
        .render(
            run=run,
            cards=cards(run),
            brands=list(dict.fromkeys(printable(e.report.brand.name) for e in run.entries)),
            counts=words.count(run),
            created=f"{created:%d %B %Y, %H:%M %Z}" if created is not None else None,
            versions=_versions(run),
            words={**words.VERDICTS, **words.OUTCOMES},
            marks=words.MARKS,
            where=where,
            said=words.said,
            sparkline=sparkline,
            style=Markup(style),  # our own files, not a user's text
            script=Markup(script),
            style_digest=_digest(style),
            script_digest=_digest(script),
        )
        .rstrip()
        + "\n"
    )


def _versions(run: Run) -> Mapping[str, str]:
    return run.entries[0].report.versions if run.entries else {}


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _beside(href: str) -> bool:
    """Whether a quoted path is relative: only then does it move with the page, and stay on its machine.

    ``//name/x`` leads to another host, ``/x`` to wherever the page is served from, and ``C%3A`` nowhere.
    """
    return not href.startswith("/") and href[1:5] != "%3A/"


def _setting(value: object) -> str:
    if isinstance(value, list):
        return printable(", ".join(str(item) for item in value)) or "none"
    return "none" if value is None else printable(value)
