"""Lines about a palette: one for each reason, naming some of the colours that it holds for."""

from __future__ import annotations

from collections.abc import Iterable

from brandkit.swatch import quote

MOST_NAMED = 4
"""How many a line names before it only counts."""
MOST_LINES = 40
"""More than this, nobody reads."""


class Remarks:
    """Collects reasons with the colours they hold for; memory does not grow with the colours."""

    def __init__(self) -> None:
        self._named: dict[str, list[str]] = {}
        self._count: dict[str, int] = {}
        self._further = 0

    def add(self, reason: str, *names: str) -> None:
        """Note ``reason``, such as ``gradient; left out``, for the colours of these names."""
        if reason not in self._count and len(self._count) >= MOST_LINES:
            self._further += 1
            return
        named = self._named.setdefault(reason, [])
        named += names[: MOST_NAMED - len(named)]
        self._count[reason] = self._count.get(reason, 0) + len(names)

    def lines(self) -> tuple[str, ...]:
        """The lines, in the order in which their reasons came up."""
        lines = [
            f"{some(named, self._count[reason])}: {reason}" if named else reason
            for reason, named in self._named.items()
        ]
        return (*lines, f"and {self._further} more remarks") if self._further else tuple(lines)


def some(names: Iterable[str], count: int | None = None) -> str:
    """The first of the names, quoted for a message, and how many there are beyond them.

    >>> some(["a", "b", "c", "d", "e", "f"])
    "'a', 'b', 'c', 'd' and 2 more"
    """
    listed = list(names)
    more = (len(listed) if count is None else count) - min(len(listed), MOST_NAMED)
    shown = ", ".join(quote(name) for name in listed[:MOST_NAMED])
    return f"{shown} and {more} more" if more else shown
