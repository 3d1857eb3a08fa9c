"""What the colours of a brand book are called: the words nearest to their codes or on their swatch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from brandkit.formats import pdf_codes
from brandkit.formats.pdf_content import Box
from brandkit.formats.pdf_lines import Line
from brandkit.formats.pdf_statements import Statement

LONGEST = 40
MOST_WORDS = 5
_LARGE = 0.3
"""Part of a page from which what stands on a swatch is more than its name."""
_ROW = 300.0
_NO_NAME = re.compile(
    r"(?:(?:brand|primary|secondary|tertiary|accent|neutral|core|main|extended|our|the|corporate|and|of|use)\s*)*"
    r"(?:colou?rs?|palettes?|colou?r\s+(?:palettes?|names?|codes?|values?|systems?|usage)|names?|swatch(?:es)?"
    r"|farben|farbpalette|couleurs|colores|page|seite)?[\s\d.:]*",
    re.I,
)


def is_name(text: str) -> bool:
    """Whether a text can be a colour's name: a few words, no sentence, no heading of a palette.

    >>> [is_name(text) for text in ("Electric Blue", "Colour palette", "Use it on white only, please.")]
    [True, False, False]
    """
    words = text.split()
    return (
        len(text) <= LONGEST
        and len(words) <= MOST_WORDS
        and re.search(r"[^\W\d_]{2}", text) is not None
        and not text.endswith((".", "!", "?", ":"))
        and _NO_NAME.fullmatch(text) is None
    )


def give_names(stated: Sequence[Statement], lines: Sequence[Line], page: float) -> None:
    """Name each statement by the line that is nearest of those that could be its name; none names two.

    Args:
        stated: changed.
        lines: of the page.
        page: the page's area.
    """
    for statement in stated:
        own = [one.rest for one in statement.found if is_name(one.rest)]
        statement.name = own[0] if own else ""
    plain = [line for line in lines if pdf_codes.is_plain(line.text) and is_name(line.text)]
    offers = sorted(
        (far, k, j)
        for k, statement in enumerate(stated)
        if not statement.name
        for j, line in enumerate(plain)
        if (far := min(_distances(statement, line, page), default=None)) is not None
    )
    taken: set[int] = set()
    for _, k, j in offers:
        if not stated[k].name and j not in taken:
            stated[k].name = plain[j].text
            taken.add(j)


def _distances(statement: Statement, line: Line, page: float) -> Iterator[float]:
    """How unlikely the line is the name, by each of the places in which names stand."""
    box, height = statement.box, statement.height
    fill = None if statement.fill is None else statement.fill.box
    if statement.found:
        across, down = box.gaps(line.box)
        if not across and line.box.bottom <= box.top + 2 and down <= max(3 * height, 2 * line.height):
            yield 1 + down / height
        if not across and line.box.top >= box.bottom - 2 and down <= 1.5 * height:
            yield 6 + down / height
        if not down and line.box.x1 <= box.x0 and across <= _ROW and _level(line.box, box):
            yield 3 + across / _ROW
    if fill is None:
        return
    across, down = fill.gaps(line.box)
    if fill.holds(line.box, 2.0):
        if fill.area <= _LARGE * page:
            yield 1.5 + 1 / line.height
    elif not across and down <= 2 * line.height:
        yield (4 if line.box.top >= fill.bottom - 2 else 5) + down / line.height
    elif not down and line.box.x0 >= fill.x1 and across <= 4 * line.height:
        yield 4.5 + across / line.height


def _level(one: Box, other: Box) -> bool:
    middle = (one.top + one.bottom) / 2
    return other.top - 2 <= middle <= other.bottom + 2
