"""Text of anybody in places that read Markdown."""

from __future__ import annotations

from brandkit.report.words import printable

_MARKS = frozenset(r"\`*_{}[]()<>#+-.!|~:$&")


def plainly(text: object) -> str:
    r"""Text that Markdown leaves as it is: names and comments may hold anything.

    >>> print(plainly("**a** [b](c)"))
    \*\*a\*\* \[b\]\(c\)
    """
    return "".join(f"\\{c}" if c in _MARKS else c for c in printable(text))
