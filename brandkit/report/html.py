"""HTML: one file that opens from disk, loads nothing, and shows before and after under a slider.

Names of files come from anywhere, so everything is escaped, and the page's own policy (CSP) lets no
script run but the one that is written in it, by its digest.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from brandkit.report import words
from brandkit.report.page import cards, where
from brandkit.report.run import Run
from brandkit.report.sparkline import sparkline
from brandkit.report.template import digest, environment
from brandkit.report.words import printable, sentence

SUFFIX = ".html"
MEDIA_TYPE = "text/html"


def render(run: Run) -> str:
    """The whole run as one self-contained page; equal runs give equal bytes."""
    templates = environment()
    templates.filters.update(sentence=sentence, setting=_setting, colour=words.colour)
    templates.tests["beside"] = _beside
    style, script = (templates.get_template(f"report.{part}.j2").render() for part in ("css", "js"))
    created = next((e.report.created for e in run.entries if e.report.created is not None), None)
    return (
        templates.get_template("report.html.j2")
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
            style_digest=digest(style),
            script_digest=digest(script),
        )
        .rstrip()
        + "\n"
    )


def _versions(run: Run) -> Mapping[str, str]:
    return run.entries[0].report.versions if run.entries else {}


def _beside(href: str) -> bool:
    """Whether a quoted path is relative: only then does it move with the page, and stay on its machine.

    ``//name/x`` leads to another host, ``/x`` to wherever the page is served from, and ``C%3A`` nowhere.
    """
    return not href.startswith("/") and href[1:5] != "%3A/"


def _setting(value: object) -> str:
    if isinstance(value, list):
        return printable(", ".join(str(item) for item in value)) or "none"
    return "none" if value is None else printable(value)
