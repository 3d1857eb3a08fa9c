"""Somebody's text in places that read Markdown: shown as it is written."""

from __future__ import annotations

from brandkit.report.words import printable

_SPECIAL = frozenset("\\`*_{}[]()<>#+-.!|:$~&@/")


def plain(text: object) -> str:
    r"""A text on one line that Markdown leaves alone.

    >>> plain("a *b* [c](d)")
    'a \\*b\\* \\[c\\]\\(d\\)'
    """
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in printable(text))
