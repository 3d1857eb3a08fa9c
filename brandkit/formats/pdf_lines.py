"""From words to lines and columns, as a reader sees them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

from brandkit.formats import pdf_codes
from brandkit.formats.pdf_content import Box, Word

COLUMN_GAP = 1.2
"""Gap between words, in heights of a line, from which they are in two columns; a space is 0.3 of it."""
NARROW_GAP = 0.5
"""The same from which they are in two columns where other rows begin a column at the same place."""
WIDE_SPACE = 1.15
"""Widths of a character above which such a gap is no space, not even of a typewriter's face."""
LEAST_WIDE, UNEVEN = 0.8, 1.5
"""The same where the row has spaces, too: by themselves, and as often as wide as the narrowest of them."""
NEAR_ROWS = 6.0
"""Heights up to which the rows above and below tell whether there is a column."""
LABEL_GAP = 12.0
"""The same between ``HEX`` and what it is the label of."""
_SAME_ROW = 0.4
"""Heights by which the middles of two words of one row differ at most."""
_LINE_GAP = 0.8
"""Heights between lines that are set as one paragraph."""
_ALIGNED = 0.6
"""Heights by which left edges, or centres, of lines in one column differ at most."""
_EDGE = 0.75
"""Points by which left edges of one column differ at most."""
_TIGHT = 0.6
"""The same between lines of one text, such as a name of two lines."""
_LAST = 60
MOST_LINES = 1000
"""Of one page, of which a dense table has some hundreds."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words that are read together.

    Attributes:
        text: of them.
        box: around them.
        loose: whether a gap in it is wider than a space, so that it may be two.
    """

    text: str
    box: Box
    loose: bool = False

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

    def line(self, place: int) -> int:
        """The number of the line, from 0, that a place in the text is in."""
        return bisect_left(self.starts, place + 1) - 1


def around(boxes: Iterable[Box]) -> Box:
    """The box around all boxes, which must not be none."""
    return reduce(Box.joined, boxes)


def lines(words: Sequence[Word], swatches: Sequence[Box] = ()) -> list[Line]:
    """Words of one row without a wide gap, and the values beside their labels; from the top down.

    Args:
        words: of a page.
        swatches: shapes whose edges are edges of columns, too.
    """
    found: list[Line] = []
    rows = _rows(words)
    starts = [[word.box.x0 for word in row] for row in rows]
    sides = sorted(side for box in swatches for side in (box.x0, box.x1))
    for k, row in enumerate(rows):
        parts = [_line(row[0])]
        gaps = [_in_characters(last, word) for last, word in pairwise(row)]
        least = UNEVEN * min(gaps, default=0.0)
        for last, word, gap in zip(row, row[1:], gaps, strict=False):
            between = bisect_left(sides, last.box.x1 - 1) < bisect_left(sides, word.box.x0 + 1)
            if _gap(last, word) > COLUMN_GAP or (
                _is_loose(last, word) and between + _in_line(k, word, rows, starts) > 0
            ):
                parts.append(_line(word))
            else:
                uneven = gap > max(LEAST_WIDE, least)
                parts[-1] = _joined(parts[-1], _line(word), uneven or _is_loose(last, word))
        found += _labelled(parts)
        if len(found) >= MOST_LINES:
            break
    return found[:MOST_LINES]


def with_labels(lines: Sequence[Line]) -> list[Line]:
    """Lines of bare numbers with the label at the head of their column before them."""
    labels = [(kind, line) for line in lines if (kind := pdf_codes.label_of(line.text)) is not None]
    rows = Counter(round(line.box.top) for _, line in labels)
    return [_with_label(line, [(k, at, rows[round(at.box.top)] > 1) for k, at in labels]) for line in lines]


def _with_label(line: Line, labels: Sequence[tuple[pdf_codes.Kind, Line, bool]]) -> Line:
    above = [
        (line.box.top - label.box.bottom, kind, in_head)
        for kind, label, in_head in labels
        if label.box.bottom <= line.box.top + 2 and not line.box.gaps(label.box)[0]
    ]
    if not above:
        return line
    _, kind, in_head = min(above)
    fits = pdf_codes.could_be(kind, line.text) if in_head else pdf_codes.is_certain(kind, line.text)
    return replace(line, text=f"{kind} {line.text}") if fits else line


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


def aligned(one: Box, other: Box) -> bool:
    """Whether the left edges, or the centres, of a line and something else are in line."""
    centre = abs(one.x0 + one.x1 - other.x0 - other.x1) / 2
    return min(abs(one.x0 - other.x0), centre) <= _ALIGNED * max(one.height, 1.0)


def level(one: Box, other: Box) -> bool:
    """Whether the middle of a line is beside something else."""
    middle = (one.top + one.bottom) / 2
    return other.top - 2 <= middle <= other.bottom + 2


def goes_on(upper: Line, lower: Line) -> bool:
    """Whether two lines, one below the other, are set as one text."""
    height = min(upper.height, lower.height)
    gap = lower.box.top - upper.box.bottom
    alike = abs(upper.height - lower.height) <= 0.05 * height
    return alike and -_TIGHT * height <= gap <= _TIGHT * height and not upper.box.gaps(lower.box)[0]


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


def _gap(last: Word, word: Word) -> float:
    """In heights of a line."""
    return (word.box.x0 - last.box.x1) / max(1.0, min(last.box.height, word.box.height))


def _in_characters(last: Word, word: Word) -> float:
    """The gap between two words in mean widths of a character."""
    wide = (last.box.width + word.box.width) / max(len(last.text) + len(word.text), 1)
    return (word.box.x0 - last.box.x1) / max(wide, 0.1)


def _is_loose(last: Word, word: Word) -> bool:
    """Whether a gap is no space, whatever the others of its row are."""
    return _gap(last, word) > NARROW_GAP and _in_characters(last, word) > WIDE_SPACE


def _in_line(
    number: int, word: Word, rows: Sequence[Sequence[Word]], starts: Sequence[Sequence[float]]
) -> int:
    """In how many rows near by a column begins where the word does, less those that run across there."""
    place, reach = word.box.x0, NEAR_ROWS * max(word.box.height, 1.0)
    count = 0
    for others in (range(number - 1, -1, -1), range(number + 1, len(rows))):
        for k in others:
            row = rows[k]
            if abs(row[0].box.top - word.box.top) > reach:
                break
            count += _vote(row, starts[k], place)
    return count


def _vote(row: Sequence[Word], starts: Sequence[float], place: float) -> int:
    """1 where a column of a row begins at a place, -1 where the row runs across it."""
    at = bisect_left(starts, place - _EDGE)
    apart = 0 < at < len(row) and _is_loose(row[at - 1], row[at])
    if at < len(row) and starts[at] <= place + _EDGE:
        return 1 if at == 0 or apart else -1
    if at == 0:
        return 0
    return 0 if row[at - 1].box.x1 <= place and (apart or at == len(row)) else -1


def _line(word: Word) -> Line:
    return Line(" ".join(word.text.split()), word.box)


def _joined(one: Line, other: Line, loose: bool = False) -> Line:
    return Line(f"{one.text} {other.text}", one.box.joined(other.box), one.loose or other.loose or loose)


def _labelled(parts: Sequence[Line]) -> list[Line]:
    """The parts of a row, where ``R | 0 | G | 80`` and ``HEX | 0050FF`` are put together."""
    found: list[Line] = []
    label = ""
    for k, line in enumerate(parts):
        last = found[-1] if found else None
        if label and pdf_codes.belongs(label, line.text):
            found.append(replace(line, text=f"{label} {line.text}"))
            continue
        label = ""
        near = last is not None and line.box.x0 - last.box.x1 <= LABEL_GAP * line.height
        if last is None or not near or not pdf_codes.belongs(last.text, line.text):
            found.append(line)
        elif _heads(parts[k - 1 :]):
            label = last.text
            found[-1] = replace(line, text=f"{label} {line.text}")
        else:
            found[-1] = _joined(last, line)
    return found


def _heads(parts: Sequence[Line]) -> bool:
    """Whether the first part is the label of several that follow, as in a table with a colour a column."""
    kind = pdf_codes.label_of(parts[0].text)
    return (
        kind is not None
        and len(parts) > 2
        and all(pdf_codes.belongs(parts[0].text, part.text) for part in parts[1:3])
    )


def _below(last: Line, line: Line) -> bool:
    height = min(last.height, line.height)
    gap = line.box.top - last.box.bottom
    left = abs(line.box.x0 - last.box.x0)
    centre = abs(line.box.x0 + line.box.x1 - last.box.x0 - last.box.x1) / 2
    return -_SAME_ROW * height <= gap <= _LINE_GAP * height and min(left, centre) <= _ALIGNED * height
