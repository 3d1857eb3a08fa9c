"""What a palette is looked for in of a PDF: its words, filled shapes and pictures, with their places.

The PDF is taken apart by a process of its own. A parser in Python cannot be stopped from outside
otherwise, and a damaged or hostile file can make it run or unpack without end.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec

from brandkit.errors import PaletteError
from brandkit.formats.palette import Value

MOST_SECONDS = 90
"""After this, the process is ended. It stops by itself before, with what it has read until then."""
_NEEDED = "reading PDF needs pdfplumber; install it with: pip install 'brandkit[pdf]'"


@dataclass(frozen=True)
class Box:
    """A rectangle on a page as it is shown, in points from its top left.

    Attributes:
        x0: left.
        top: upper edge.
        x1: right, not less than ``x0``.
        bottom: lower edge, not less than ``top``.
    """

    x0: float
    top: float
    x1: float
    bottom: float

    @cached_property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @cached_property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @cached_property
    def area(self) -> float:
        """In square points."""
        return self.width * self.height

    def gaps(self, other: Box) -> tuple[float, float]:
        """How far another box lies beside this one and above or below it: 0 where they overlap."""
        beside = max(other.x0 - self.x1, self.x0 - other.x1, 0.0)
        return beside, max(other.top - self.bottom, self.top - other.bottom, 0.0)

    def holds(self, other: Box, slack: float = 1.0) -> bool:
        """Whether another box lies in this one, give or take ``slack`` points."""
        across = self.x0 - slack <= other.x0 and other.x1 <= self.x1 + slack
        return across and self.top - slack <= other.top and other.bottom <= self.bottom + slack

    def cut(self, other: Box) -> Box | None:
        """What both boxes share; ``None`` for nothing."""
        x0, top = max(self.x0, other.x0), max(self.top, other.top)
        x1, bottom = min(self.x1, other.x1), min(self.bottom, other.bottom)
        return Box(x0, top, x1, bottom) if x0 < x1 and top < bottom else None

    def joined(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.x0, other.x0),
            min(self.top, other.top),
            max(self.x1, other.x1),
            max(self.bottom, other.bottom),
        )

    def __str__(self) -> str:
        return f"{self.x0:.0f} × {self.top:.0f} pt"


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a space between them."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Fill:
    """A shape that is filled with one colour.

    Attributes:
        box: around what is seen of it.
        value: the colour, ``None`` for a spot colour whose look the file does not say.
        spot: the ink's name, empty for a process colour.
        plain: whether it is a shape as swatches are: a rectangle, a disc, a rounded or slanted one.
    """

    box: Box
    value: Value | None
    spot: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, or paths that lie close together.

    Attributes:
        box: around it.
        key: equal for drawings that look the same wherever they stand.
        picture: whether it is a picture rather than paths.
    """

    box: Box
    key: str
    picture: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is shown: turned, and cut to its crop box.

    Attributes:
        number: from 1.
        width: in points.
        height: in points.
        words: of its text.
        fills: in the order in which they are painted.
        drawings: that may be logos.
        cut_short: whether it holds more than was read.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    fills: tuple[Fill, ...]
    drawings: tuple[Drawing, ...]
    cut_short: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What was read of a PDF.

    Attributes:
        pages: those that could be read.
        damaged: numbers of pages that could not.
        further: whether there are pages beyond, which were not looked at.
        error: why nothing could be read, for a person; empty where something could.
    """

    pages: tuple[Page, ...]
    damaged: tuple[int, ...] = ()
    further: bool = False
    error: str = ""


def content(data: bytes) -> Content:
    """Take a PDF apart.

    Raises:
        PaletteError: pdfplumber is not installed; the file is protected by a password, damaged, or
            takes more time or memory than a brand book may.
    """
    from pydantic import TypeAdapter, ValidationError

    if find_spec("pdfplumber") is None:
        raise PaletteError(_NEEDED)
    # Without -P, a file such as json.py beside the brand book would be run.
    command = [sys.executable, "-P", "-m", "brandkit.formats.pdf_process"]
    known = os.pathsep.join(part for part in sys.path if part)
    environment = {**os.environ, "PYTHONPATH": known, "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=MOST_SECONDS, env=environment, check=False
        )
        found = TypeAdapter(Content).validate_json(done.stdout)
    except subprocess.TimeoutExpired:
        raise PaletteError(
            f"takes more than {MOST_SECONDS} seconds to read; save the palette pages as a PDF of their own"
        ) from None
    except (OSError, ValidationError):
        raise PaletteError(
            "is damaged, or needs more memory than a brand book may; save it again from its program, or"
            " export the palette page as a picture and import that"
        ) from None
    if found.error:
        raise PaletteError(found.error)
    return found
