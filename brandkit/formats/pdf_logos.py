"""Drawings and pictures of a PDF that may be its logo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from brandkit.formats.pdf_content import Drawing, Page
from brandkit.formats.pdf_lines import Line

MOST = 8
"""Candidates that are listed."""
NEAR = 72.0
"""Points between a drawing and the word ``logo``."""
_SPOKEN = re.compile(r"logo|wordmark|word mark|brand ?mark|logotype|signet|emblem", re.I)


def candidates(pages: Sequence[tuple[Page, Sequence[Line]]]) -> list[str]:
    """A line for each drawing that stands on several pages, or near a word such as ``logo``."""
    where: dict[str, list[int]] = {}
    first: dict[str, tuple[Page, Drawing]] = {}
    spoken: set[str] = set()
    for page, lines in pages:
        words = [line.box for line in lines if _SPOKEN.search(line.text)]
        for drawing in page.drawings:
            numbers = where.setdefault(drawing.key, [])
            if page.number not in numbers:
                numbers.append(page.number)
            first.setdefault(drawing.key, (page, drawing))
            if any(max(drawing.box.gaps(box)) <= NEAR for box in words):
                spoken.add(drawing.key)
                if first[drawing.key][0].number == page.number:
                    first[drawing.key] = (page, drawing)
    likely = [key for key in where if key in spoken or len(where[key]) > 1]
    likely.sort(key=lambda key: (key not in spoken, -len(where[key])))
    notes = [_note(*first[key], where[key]) for key in likely[:MOST]]
    return [*notes, *_further(len(likely) - MOST)]


def _note(page: Page, drawing: Drawing, numbers: Sequence[int]) -> str:
    what = "a picture" if drawing.picture else "a drawing"
    size = f"{drawing.box.width:.0f} × {drawing.box.height:.0f} pt"
    count = len(numbers) - 1
    also = f", and on {count} more {'page' if count == 1 else 'pages'}" if count else ""
    return f"page {page.number}: {what} of {size} at {drawing.box} from the top left{also}, possibly the logo"


def _further(count: int) -> Iterator[str]:
    if count > 0:
        yield f"and {count} more pictures and drawings that may be the logo"
