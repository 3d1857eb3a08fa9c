"""What stands on the pages of a PDF: pieces of text, filled shapes and pictures, with their places.

A PDF is read in a process of its own, with a limit on its time and memory: a page of a few bytes can
unfold into gigabytes, and the reader would follow.
"""

from __future__ import annotations

import io
import logging
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TimedOut
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from brandkit.errors import PaletteError

MOST_PAGES = 200
MOST_OBJECTS = 40_000
"""Characters or shapes of a page that are looked at; beyond, it is no palette page."""
SECONDS = 120
MEMORY = 6 << 30

_SAME_LINE = 0.5
_COLUMN_GAP = 1.2
"""Parts of the height of a letter: how far apart words of one line may be up and down, and side by side."""
_LEAST_SIDE, _LEAST_AREA = 8.0, 120.0
_BACKGROUND = 0.5
"""Points, square points, and the part of a page, between which a filled shape can be a swatch."""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """In square points."""
        return (self.right - self.left) * (self.bottom - self.top)

    def gap(self, other: Box) -> float:
        """How far apart two boxes are, sideways and up or down together; 0 where they touch."""
        across = max(self.left - other.right, other.left - self.right, 0.0)
        down = max(self.top - other.bottom, other.top - self.bottom, 0.0)
        return across + down

    def holds(self, other: Box) -> bool:
        """Whether the other box's centre lies in this one."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def __str__(self) -> str:
        return f"{self.left:.0f} x {self.top:.0f} pt from the top left"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand together on one line; ``height`` is that of its letters, in points."""

    text: str
    box: Box
    height: float


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled shape; ``parts`` are 1 (grey), 3 (R, G, B) or 4 (C, M, Y, K) numbers of 0 to 1."""

    parts: tuple[float, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        number: from 1.
        pieces: its text, from the top down.
        fills: its shapes, in the order in which they are painted.
        pictures: boxes of its bitmaps, each with what makes it the same picture on another page.
        crowded: whether it holds too much to be looked at.
    """

    number: int
    pieces: tuple[Piece, ...]
    fills: tuple[Fill, ...]
    pictures: tuple[tuple[Box, str], ...]
    crowded: bool = False


def pages_of(data: bytes) -> list[Page]:
    """Read the first pages in a process of their own.

    Raises:
        PaletteError: no PDF, damaged, protected, or it takes too much time or memory.
    """
    try:
        import pdfplumber  # noqa: F401
    except ImportError:
        hint = "reading PDF needs pdfplumber; install it with: pip install 'brandkit[pdf]'"
        raise PaletteError(hint) from None
    executor = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_limit_memory)
    try:
        return executor.submit(read, data).result(SECONDS)
    except TimedOut:
        for process in list(executor._processes.values()):
            process.kill()
        raise PaletteError(
            f"takes more than {SECONDS} seconds to read; save its palette page alone"
        ) from None
    except (BrokenProcessPool, MemoryError):
        raise PaletteError("unfolds into more than fits into memory; save its palette page alone") from None
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def read(data: bytes) -> list[Page]:
    """As ``pages_of``, in this process and without limits."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            return [_page(page, number) for number, page in enumerate(document.pages[:MOST_PAGES], 1)]
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes pdfminer raise nearly anything
        raise PaletteError(_reason(error)) from None


def _reason(error: Exception) -> str:
    chain = f"{type(error).__name__} {error!r} {error.__cause__!r} {error.__context__!r}"
    if "Password" in chain or "Encryption" in chain:
        return "is protected by a password; save it without"
    said = (str(error).splitlines() or [""])[0][:100]
    return f"is damaged or no PDF ({said or type(error).__name__}); export it again"


def _page(page: Any, number: int) -> Page:
    shapes = [*page.rects, *page.curves]
    if len(page.chars) > MOST_OBJECTS or len(shapes) > MOST_OBJECTS:
        return Page(number, (), (), (), crowded=True)
    limit = _BACKGROUND * float(page.width) * float(page.height)
    found = (fill for shape in shapes if (fill := _fill(shape, limit)) is not None)
    # A single number is grey, or how much of a spot ink, and pdfplumber does not say which.
    spots = _has_spots(page)
    fills = dict.fromkeys(fill for fill in found if len(fill.parts) > 1 or not spots)
    pictures = tuple((_box(image), f"{image.get('srcsize')} {image.get('name')}") for image in page.images)
    return Page(number, tuple(_pieces(page.extract_words())), tuple(fills), pictures)


def _has_spots(page: Any) -> bool:
    """Whether the page declares inks of its own (PDF 1.7, 8.6.6: Separation, DeviceN) or indexed colours."""
    from pdfminer.pdftypes import resolve1

    resources = resolve1(page.page_obj.resources) or {}
    spaces = resolve1(resources.get("ColorSpace")) or {}
    kinds = (resolve1(space) for space in spaces.values()) if isinstance(spaces, dict) else ()
    return any(
        isinstance(kind, list) and kind and str(kind[0]).strip("/'") in ("Separation", "DeviceN", "Indexed")
        for kind in kinds
    )


def _box(thing: Any) -> Box:
    return Box(*(float(thing[key]) for key in ("x0", "top", "x1", "bottom")))


def _fill(shape: Any, limit: float) -> Fill | None:
    box, colour = _box(shape), shape.get("non_stroking_color")
    if not shape.get("fill") or colour is None:
        return None
    parts = tuple(float(part) for part in colour) if isinstance(colour, list | tuple) else (float(colour),)
    sides = (box.right - box.left, box.bottom - box.top)
    if len(parts) not in (1, 3, 4) or min(sides) < _LEAST_SIDE or not _LEAST_AREA <= box.area <= limit:
        return None
    return Fill(parts, box) if all(0 <= part <= 1 for part in parts) else None


def _pieces(words: list[Any]) -> Iterator[Piece]:
    """Words into pieces: one line, and no gap as wide as between columns."""
    rows: list[list[Any]] = []
    for word in sorted(words, key=lambda w: (w["top"], w["x0"])):
        height = word["bottom"] - word["top"]
        row = next((r for r in rows[-8:] if abs(r[0]["top"] - word["top"]) <= _SAME_LINE * height), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    for row in rows:
        row.sort(key=lambda w: w["x0"])
        start = 0
        for end in range(1, len(row) + 1):
            height = row[end - 1]["bottom"] - row[end - 1]["top"]
            if end < len(row) and row[end]["x0"] - row[end - 1]["x1"] <= _COLUMN_GAP * height:
                continue
            part = row[start:end]
            box = Box(
                min(w["x0"] for w in part),
                min(w["top"] for w in part),
                max(w["x1"] for w in part),
                max(w["bottom"] for w in part),
            )
            yield Piece(" ".join(w["text"] for w in part), box, box.bottom - box.top)
            start = end
