"""From words to lines and columns, as a reader sees them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from brandkit.formats import pdf_codes
from brandkit.formats.pdf_content import Box, Word

COLUMN_GAP = 1.2
"""Gap between words, in heights of a line, from which they are in two columns; a space is 0.3 of it."""
LABEL_GAP = 12.0
"""The same between ``HEX`` and what it is the label of."""
_SAME_ROW = 0.4
"""Heights by which the middles of two words of one row differ at most."""
_LINE_GAP = 0.8
"""Heights between lines that are set as one paragraph."""
_ALIGNED = 0.6
"""Heights by which left edges, or centres, of lines in one column differ at most."""
_LAST = 60
MOST_LINES = 1000
"""Of one page, of which a dense table has some hundreds."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words that are read together."""

    text: str
    box: Box

    @property
    def height(self) -> float:
        """About the type size, in points."""
        return max(self.box.height, 1.0)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines below each other with one left edge or centre, and where each begins in ``text``."""

    lines: tuple[Line, ...]
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Block:
        """The block of these lines, which must not be none."""
        starts = [0]
        for line in lines[:-1]:
            starts.append(starts[-1] + len(line.text) + 1)
        return cls(tuple(lines), "\n".join(line.text for line in lines), tuple(starts))

    def box(self, start: int, end: int) -> Box:
        """Around the lines that a part of the text is in."""
        return around(line.box for line in self.lines[self.line(start) : self.line(max(start, end - 1)) + 1])

    def line(self, place: int) -> int:
        """The number of the line, from 0, that a place in the text is in."""
        return bisect_left(self.starts, place + 1) - 1


def around(boxes: Iterable[Box]) -> Box:
    """The box around all boxes, which must not be none."""
    return reduce(Box.joined, boxes)


def lines(words: Sequence[Word]) -> list[Line]:
    """Words of one row without a wide gap, and the values beside their labels; from the top down."""
    found: list[Line] = []
    for row in _rows(words):
        parts: list[Line] = []
        for word in row:
            line = Line(" ".join(word.text.split()), word.box)
            if parts and _continues(parts[-1], line):
                last = parts.pop()
                line = Line(f"{last.text} {line.text}", last.box.joined(line.box))
            parts.append(line)
        found += _labelled(parts)
        if len(found) >= MOST_LINES:
            break
    return found[:MOST_LINES]


def blocks(found: Sequence[Line]) -> list[Block]:
    """Lines into columns of text, from the top down."""
    columns: list[list[Line]] = []
    for line in found:
        for column in reversed(columns[-_LAST:]):
            if _below(column[-1], line):
                column.append(line)
                break
        else:
            columns.append([line])
    return [Block.of(column) for column in columns]


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (_middle(word.box), word.box.x0)):
        last = rows[-1][-1].box if rows else None
        if last is not None and _in_row(last, word.box):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.box.x0) for row in rows]


def _in_row(one: Box, other: Box) -> bool:
    return abs(_middle(one) - _middle(other)) <= _SAME_ROW * min(one.height, other.height)


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _continues(last: Line, line: Line) -> bool:
    gap = line.box.x0 - last.box.x1
    return gap <= COLUMN_GAP * min(last.height, line.height)


def _labelled(parts: Sequence[Line]) -> list[Line]:
    """The parts of a row, where ``R | 0 | G | 80`` and ``HEX | 0050FF`` are put together."""
    found: list[Line] = []
    for line in parts:
        last = found[-1] if found else None
        near = last is not None and line.box.x0 - last.box.x1 <= LABEL_GAP * line.height
        if last is not None and near and pdf_codes.belongs(last.text, line.text):
            found[-1] = Line(f"{last.text} {line.text}", last.box.joined(line.box))
        else:
            found.append(line)
    return found


def _below(last: Line, line: Line) -> bool:
    height = min(last.height, line.height)
    gap = line.box.top - last.box.bottom
    left = abs(line.box.x0 - last.box.x0)
    centre = abs(line.box.x0 + line.box.x1 - last.box.x0 - last.box.x1) / 2
    return -_SAME_ROW * height <= gap <= _LINE_GAP * height and min(left, centre) <= _ALIGNED * height
