"""Which filled shapes of a PDF can be swatches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from brandkit.formats.palette import Value
from brandkit.formats.pdf_content import Box, Fill, Page

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
_HIDDEN = 0.95
_A4 = 595.0 * 842.0

Place = tuple[int, int, int, int]


def furniture(pages: Sequence[Page]) -> frozenset[tuple[Place, Value | None]]:
    """Shapes that stand at the same place in the same colour on several pages: bars, tabs, grounds."""
    seen = Counter(key for page in pages for key in {_key(fill) for fill in page.fills})
    return frozenset(key for key, count in seen.items() if count >= REPEATED)


def swatches(page: Page, repeated: frozenset[tuple[Place, Value | None]]) -> list[Fill]:
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


def _key(fill: Fill) -> tuple[Place, Value | None]:
    box = fill.box
    return (round(box.x0), round(box.top), round(box.x1), round(box.bottom)), fill.value
