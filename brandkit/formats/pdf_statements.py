"""Codes of one colour brought together, and each colour with its swatch: both by place on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from brandkit.formats import pdf_codes
from brandkit.formats.pdf_codes import Code
from brandkit.formats.pdf_content import Box, Fill
from brandkit.formats.pdf_lines import Block, Line, around, blocks

Apart = Callable[["Statement", Fill], "float | None"]

MOST_CODES = 200
"""On one page, of which a palette has some dozens."""
STACK_GAP = 2.5
"""Heights of a line between two codes of one colour below each other."""
ROW_GAP = 30.0
"""The same beside each other, as in a table."""
SWATCH_GAP = 60.0
"""Points between a swatch and its codes."""
TABLE_GAP = 400.0
"""The same where both are in one row of a table, and agree: the name stands between."""
AGREE = 2.0
"""CIEDE2000 within which a fill is the colour that a code states."""
_BESIDE, _ABOVE, _BEFORE = 1.5, 2.0, 3.0
"""Codes stand below their swatch or inside it; to its right, above or to its left they count as farther."""


@dataclass(frozen=True, slots=True)
class Found:
    """A code, where it stands, and what else its line and its column say."""

    code: Code
    box: Box
    line: Line
    rest: str
    alone: bool


@dataclass(slots=True)
class Statement:
    """What the text says of one colour, and the swatch that goes with it.

    Attributes:
        found: its codes; none where there is a swatch alone.
        fill: its swatch.
        name: what it is called.
    """

    found: list[Found]
    fill: Fill | None = None
    name: str = ""

    @property
    def box(self) -> Box:
        """Around its codes, or its swatch."""
        if self.found:
            return around(one.box for one in self.found)
        assert self.fill is not None
        return self.fill.box

    @property
    def height(self) -> float:
        """Of a line of its codes, in points."""
        return min((one.line.height for one in self.found), default=10.0)


def statements(lines: Sequence[Line]) -> list[Statement]:
    """The colours that lines of a page state, in the order in which they are read."""
    found = [one for block in blocks(_with_labels(lines)) for one in _in_block(block)][:MOST_CODES]
    plain = [line for line in lines if pdf_codes.is_plain(line.text)]
    groups: list[list[Found]] = [[one] for one in found]
    owner = list(range(len(found)))
    for _, k, j in sorted(_links(found, plain)):
        one, other = owner[k], owner[j]
        if one != other and _fit(groups[one], groups[other]):
            groups[one] += groups[other]
            groups[other] = []
            owner = [one if group == other else group for group in owner]
    stated = [Statement(sorted(group, key=lambda f: (f.box.top, f.box.x0))) for group in groups if group]
    return sorted(stated, key=lambda s: (round(s.box.top), s.box.x0))


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


def _with_labels(lines: Sequence[Line]) -> list[Line]:
    """Lines of bare numbers with the label at the head of their column before them."""
    labels = [(kind, line) for line in lines if (kind := pdf_codes.label_of(line.text)) is not None]
    return [_with_label(line, labels) for line in lines]


def _with_label(line: Line, labels: Sequence[tuple[pdf_codes.Kind, Line]]) -> Line:
    above = [
        (line.box.top - label.box.bottom, kind)
        for kind, label in labels
        if label.box.bottom <= line.box.top + 2
        and not line.box.gaps(label.box)[0]
        and pdf_codes.could_be(kind, line.text)
    ]
    return replace(line, text=f"{min(above)[1]} {line.text}") if above else line


def _in_block(block: Block) -> Iterator[Found]:
    codes = pdf_codes.codes_in(block.text)
    rests = []
    for line, start in zip(block.lines, block.starts, strict=True):
        end = start + len(line.text)
        own = [
            replace(c, start=max(c.start - start, 0), end=min(c.end, end) - start)
            for c in codes
            if c.start < end and start < c.end
        ]
        rests.append(pdf_codes.remaining(line.text, own))
    alone = not any(rests)
    for code in codes:
        at = block.line(code.start)
        yield Found(code, block.box(code.start, code.end), block.lines[at], rests[at], alone)


def _links(found: Sequence[Found], plain: Sequence[Line]) -> Iterator[tuple[float, int, int]]:
    for k, one in enumerate(found):
        for j, other in enumerate(found[k + 1 :], k + 1):
            far = _link(one, other, plain)
            if far is not None:
                yield far, k, j


def _link(one: Found, other: Found, plain: Sequence[Line]) -> float | None:
    """How far two codes of one colour are apart; ``None`` where they are of two."""
    if one.line is other.line:
        return 0.0
    if one.rest and other.rest:
        return None
    across, down = one.box.gaps(other.box)
    height = min(one.line.height, other.line.height)
    if across:
        level = abs(one.line.box.top - other.line.box.top) <= 0.6 * height
        in_table = one.alone or other.alone
        return across if level and in_table and across <= ROW_GAP * height else None
    if down > STACK_GAP * height or any(_between(one.box, other.box, line.box) for line in plain):
        return None
    return down


def _between(one: Box, other: Box, box: Box) -> bool:
    upper, lower = sorted((one, other), key=lambda b: b.top)
    middle = (box.top + box.bottom) / 2
    return upper.bottom - 1 <= middle <= lower.top + 1 and not upper.gaps(box)[0] and not lower.gaps(box)[0]


def _fit(one: Sequence[Found], other: Sequence[Found]) -> bool:
    """Whether two groups can be of one colour: no kind is stated twice, but for several Pantone books."""
    kinds = {f.code.kind: f.code.said for f in one}
    return all(f.code.kind == "PANTONE" or kinds.get(f.code.kind, f.code.said) == f.code.said for f in other)
