"""Which filled shapes of a PDF can be swatches, and which colour each of them shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from brandkit.formats.palette import Value
from brandkit.formats.pdf_content import Box, Fill, Page
from brandkit.formats.pdf_statements import Statement

LEAST_SIDE = 10.0
"""Points of an A4 page; rules, ticks and bullets are thinner."""
LEAST_AREA = 200.0
"""Square points of an A4 page; letters that were turned into outlines are smaller."""
MOST_OF_A_PAGE = 0.5
"""A shape above this is a ground, not a swatch."""
LONGEST = 20.0
"""Sides of a bar that is a swatch in a stripe of colours."""
REPEATED = 3
"""Pages on which a shape at one place is furniture."""
MOST = 300
SWATCH_GAP = 60.0
"""Points between a swatch and its codes."""
TABLE_GAP = 400.0
"""The same where both are in one row of a table, and agree: the name stands between."""
AGREE = 2.0
"""CIEDE2000 within which a fill is the colour that a code states."""
_BESIDE, _ABOVE, _BEFORE = 1.5, 2.0, 3.0
"""Codes stand below their swatch or inside it; to its right, above or to its left they count as farther."""
GROUND_AGREES = 5.0
"""CIEDE2000 up to which a page's ground is the swatch of the colour that the page states."""
_HIDDEN = 0.95
_A4 = 595.0 * 842.0

Corners = tuple[int, int, int, int]
Apart = Callable[[Statement, Fill], float | None]
"""CIEDE2000 between what is stated and a fill; ``None`` where that cannot be said."""


def furniture(pages: Sequence[Page]) -> frozenset[tuple[Corners, Value | None]]:
    """Shapes that stand at the same place in the same colour on several pages: bars, tabs, grounds."""
    seen = Counter(key for page in pages for key in {_key(fill) for fill in page.fills})
    return frozenset(key for key, count in seen.items() if count >= REPEATED)


def swatches(page: Page, repeated: frozenset[tuple[Corners, Value | None]]) -> list[Fill]:
    """The shapes of a page that are large, plain and seen enough to be swatches; the first ``MOST``."""
    likely = [
        (number, fill)
        for number, fill in enumerate(page.fills)
        if fill.plain and _fits(fill.box, page.width * page.height) and _key(fill) not in repeated
    ][:MOST]
    covers = [(n, fill) for n, fill in enumerate(page.fills) if fill.plain and fill.box.area >= LEAST_AREA]
    shown = [fill for number, fill in likely if not _hidden(fill.box, [f for n, f in covers if n > number])]
    return list({(fill.box, fill.value, fill.spot): fill for fill in shown}.values())


def grounds(page: Page) -> list[Fill]:
    """The shapes that are larger than a swatch, the topmost last."""
    most = MOST_OF_A_PAGE * page.width * page.height
    return [fill for fill in page.fills if fill.plain and fill.box.area > most]


def is_card(fill: Fill, others: Sequence[Fill]) -> bool:
    """Whether other swatches lie on it, so that it is their ground."""
    return any(other is not fill and fill.box.holds(other.box) for other in others)


def match(stated: Sequence[Statement], fills: Sequence[Fill], apart: Apart) -> list[Fill]:
    """Give each statement its swatch: one of its colour near it, else the nearest; return what is left.

    Args:
        stated: changed.
        fills: each goes to one statement.
        apart: CIEDE2000 between what is stated and the fill; ``None`` where that cannot be said.
    """
    pairs = []
    for k, statement in enumerate(stated):
        for j, fill in enumerate(fills):
            far = distance(fill.box, statement.box)
            in_row = far <= _BESIDE * TABLE_GAP and not fill.box.gaps(statement.box)[1]
            if far <= SWATCH_GAP or in_row:
                difference = apart(statement, fill)
                agrees = difference is not None and difference <= AGREE
                if agrees or far <= SWATCH_GAP:
                    pairs.append((not agrees, far, fill.box.area, k, j))
    taken: set[int] = set()
    for _, _, _, k, j in sorted(pairs):
        if stated[k].fill is None and j not in taken:
            stated[k].fill = fills[j]
            taken.add(j)
    return [fill for j, fill in enumerate(fills) if j not in taken]


def distance(swatch: Box, text: Box) -> float:
    """How far text is from a swatch, in points, more where text rarely stands; 0 inside."""
    if swatch.holds(text, 2.0):
        return 0.0
    across, down = swatch.gaps(text)
    if across and down:
        return 2 * (across + down)
    if across:
        return across * (_BESIDE if text.x0 >= swatch.x1 else _BEFORE)
    return down if text.top >= swatch.bottom - 2 else _ABOVE * down + 1


def match_grounds(stated: Sequence[Statement], grounds: Sequence[Fill], apart: Apart) -> None:
    """A ground that has the very colour that is stated on it is that colour's swatch."""
    for statement in stated:
        for fill in reversed(grounds):
            if statement.fill is None and fill.box.holds(statement.box, 2.0):
                far = apart(statement, fill)
                if far is not None and far <= GROUND_AGREES:
                    statement.fill = fill


def alone(fills: Sequence[Fill], stated: Sequence[Statement], spoken: bool) -> list[Fill]:
    """Fills without codes that are swatches: with an ink's name, or beside others like it; never white.

    Where the book states no code at all, every one of them is.
    """
    coloured = [fill for fill in fills if not _is_white(fill)]
    if not spoken:
        return coloured
    sizes = [_size(fill) for fill in (*coloured, *(one.fill for one in stated if one.fill is not None))]
    return [fill for fill in coloured if fill.spot or sizes.count(_size(fill)) > 1]


def _fits(box: Box, page: float) -> bool:
    short, long = sorted((box.width, box.height))
    scale = max(1.0, page / _A4)
    most = MOST_OF_A_PAGE * page
    if short < LEAST_SIDE * scale**0.5 or long > LONGEST * short:
        return False
    return LEAST_AREA * scale <= box.area <= most


def _hidden(box: Box, later: Sequence[Fill]) -> bool:
    """Whether one later shape is painted over it."""
    for fill in later:
        shared = fill.box.cut(box)
        if shared is not None and shared.area >= _HIDDEN * box.area:
            return True
    return False


def _key(fill: Fill) -> tuple[Corners, Value | None]:
    box = fill.box
    return (round(box.x0), round(box.top), round(box.x1), round(box.bottom)), fill.value


def _size(fill: Fill) -> tuple[int, int]:
    return round(fill.box.width / 2), round(fill.box.height / 2)


def _is_white(fill: Fill) -> bool:
    if fill.value is None:
        return False
    light = 0.0 if fill.value.space == "cmyk" else 100.0 if fill.value.space == "lab" else 1.0
    parts = fill.value.components[:1] if fill.value.space == "lab" else fill.value.components
    return all(abs(part - light) <= 0.012 * max(light, 1) for part in parts)
