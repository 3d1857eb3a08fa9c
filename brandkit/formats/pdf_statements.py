"""Codes of one colour brought together, and each colour with the texts around it: by place on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from brandkit.formats import pdf_codes
from brandkit.formats.pdf_codes import Code
from brandkit.formats.pdf_content import Box, Fill
from brandkit.formats.pdf_lines import Block, Line, aligned, around, blocks, level

MOST_CODES = 200
"""On one page, of which a palette has some dozens."""
STACK_GAP = 2.5
"""Heights of a line between two codes of one colour below each other."""
ROW_GAP = 30.0
"""The same beside each other, as in a table."""
_LARGE = 0.3
"""Part of a page from which what stands on a swatch is more than its name."""
_ROW = 300.0
_LONGEST_BOOK = 3
_AS_NEAR = 0.4
"""Heights by which the distances of texts that are as near differ at most."""


class Place(IntEnum):
    """Where a name stands, the likelier first."""

    LINE = 0
    ABOVE = 1
    INSIDE = 2
    LEFT = 3
    BELOW_FILL = 4
    ABOVE_FILL = 5
    BESIDE_FILL = 6
    BELOW = 7
    RIGHT = 8

    @property
    def stacked(self) -> bool:
        """Whether it is above or below."""
        return self in (Place.ABOVE, Place.BELOW, Place.ABOVE_FILL, Place.BELOW_FILL)

    @property
    def by_fill(self) -> bool:
        """Whether it is measured from the swatch."""
        return self in (Place.INSIDE, Place.ABOVE_FILL, Place.BELOW_FILL, Place.BESIDE_FILL)


@dataclass(frozen=True, slots=True)
class Caption:
    """A text that can be the name of one statement.

    Attributes:
        text: of it.
        line: where it stands.
        far: its distance in heights of a line.
        marks: measures of where it stands, of which one is the same in texts set alike.
    """

    text: str
    line: Line
    far: float
    marks: tuple[float, ...]


Captions = Mapping[int, Caption]
"""By the number of the statement."""


@dataclass(frozen=True)
class Found:
    """A code, where it stands, and what else its line and its column say.

    Attributes:
        code: what is stated.
        lines: that it is in.
        rest: parts of the line that are no code: before it only, where the line states several colours.
        alone: whether its column holds nothing but codes.
    """

    code: Code
    lines: tuple[Line, ...]
    rest: tuple[str, ...]
    alone: bool

    @property
    def line(self) -> Line:
        """The first of them."""
        return self.lines[0]

    @cached_property
    def box(self) -> Box:
        """Around its lines."""
        return around(line.box for line in self.lines)


@dataclass(slots=True)
class Statement:
    """What the text says of one colour, and the swatch that goes with it.

    Attributes:
        found: its codes; none where there is a swatch alone.
        fill: its swatch.
        name: what it is called.
        in_doubt: whether there is text that may be its name, but as well another's.
    """

    found: list[Found]
    fill: Fill | None = None
    name: str = ""
    in_doubt: bool = False

    @property
    def box(self) -> Box:
        """Around its codes, or its swatch."""
        if self.found:
            return around(one.box for one in self.found)
        assert self.fill is not None
        return self.fill.box

    @property
    def reach(self) -> Box:
        """Its row: around its codes, with the swatch beside them."""
        fill = self.box if self.fill is None else self.fill.box
        return self.box if fill.gaps(self.box)[1] else self.box.joined(fill)

    def target(self, place: Place) -> Box:
        """What a place is measured from; for a place by the swatch, there must be one."""
        if not place.by_fill:
            return self.box
        assert self.fill is not None
        return self.fill.box

    @property
    def height(self) -> float:
        """Of a line of its codes, in points."""
        return min((one.line.height for one in self.found), default=10.0)


def statements(lines: Sequence[Line]) -> list[Statement]:
    """The colours that lines of a page, ``with_labels``, state, in the order in which they are read."""
    found = [one for block in blocks(lines) for one in _in_block(block)][:MOST_CODES]
    plain = [line for line in lines if pdf_codes.is_caption(line.text)]
    groups: list[list[Found]] = [[one] for one in found]
    owner = list(range(len(found)))
    for *_, k, j in sorted(_links(found, plain)):
        one, other = owner[k], owner[j]
        if one != other and _fit(groups[one], groups[other]):
            groups[one] += groups[other]
            groups[other] = []
            owner = [one if group == other else group for group in owner]
    stated = [Statement(sorted(group, key=lambda f: (f.box.top, f.box.x0))) for group in groups if group]
    return sorted(stated, key=lambda s: (round(s.box.top), s.box.x0))


def _in_block(block: Block) -> Iterator[Found]:
    codes = pdf_codes.codes_in(block.text)
    own, rests = [], []
    for line, start in zip(block.lines, block.starts, strict=True):
        end = start + len(line.text)
        own.append([_moved(c, start, len(line.text)) for c in codes if c.start < end and start < c.end])
        rests.append(pdf_codes.remaining(line.text, own[-1]))
    alone = not any(part for rest in rests for part in rest)
    for code in codes:
        at = block.line(code.start)
        kinds = [c.kind for c in own[at] if c.kind != "PANTONE"]
        rest = rests[at]
        if len(set(kinds)) < len(kinds):
            place = [c.start for c in own[at]].index(max(code.start - block.starts[at], 0))
            rest = rest[place : place + 1]
        lines = block.lines[at : block.line(max(code.start, code.end - 1)) + 1]
        yield Found(code, lines, tuple(part for part in rest if part), alone)


def _moved(code: Code, start: int, length: int) -> Code:
    """A code of a block as a code of the line that begins at ``start``."""
    return replace(code, start=max(code.start - start, 0), end=min(code.end - start, length))


def _links(found: Sequence[Found], plain: Sequence[Line]) -> Iterator[tuple[bool, float, int, int]]:
    """Pairs of codes of one colour: whether both are inks, how far they are apart, and their numbers."""
    for k, one in enumerate(found):
        for j, other in enumerate(found[k + 1 :], k + 1):
            far = _link(one, other, plain)
            if far is not None:
                yield one.code.kind == other.code.kind == "PANTONE", far, k, j


def _link(one: Found, other: Found, plain: Sequence[Line]) -> float | None:
    """How far two codes of one colour are apart; ``None`` where they are of two."""
    if one.line is other.line:
        return 0.0
    if (one.rest and other.rest) or _two_inks(one.code, other.code):
        return None
    across, down = one.box.gaps(other.box)
    height = min(one.line.height, other.line.height)
    if across:
        level = abs(one.line.box.top - other.line.box.top) <= 0.6 * height
        in_table = one.alone or other.alone
        return across if level and in_table and across <= ROW_GAP * height else None
    if not aligned(one.box, other.box) and abs(one.box.x1 - other.box.x1) > _AS_NEAR * height:
        return None
    if down > STACK_GAP * height or any(_between(one.box, other.box, line.box) for line in plain):
        return None
    return down


def _two_inks(one: Code, other: Code) -> bool:
    """Whether both are inks of Pantone's, but not of two books, such as for coated and uncoated paper."""
    if not one.kind == other.kind == "PANTONE":
        return False
    books = {code.said.split()[-1] for code in (one, other)}
    return len(books) == 1 or not all(book.isupper() and len(book) <= _LONGEST_BOOK for book in books)


def _between(one: Box, other: Box, box: Box) -> bool:
    upper, lower = sorted((one, other), key=lambda b: b.top)
    middle = (box.top + box.bottom) / 2
    return upper.bottom - 1 <= middle <= lower.top + 1 and not upper.gaps(box)[0] and not lower.gaps(box)[0]


def _fit(one: Sequence[Found], other: Sequence[Found]) -> bool:
    """Whether two groups can be of one colour: no kind is stated twice, but for several Pantone books."""
    kinds = {f.code.kind: f.code.said for f in one}
    return all(f.code.kind == "PANTONE" or kinds.get(f.code.kind, f.code.said) == f.code.said for f in other)


def places_of(statement: Statement, line: Line, page: float) -> Iterator[tuple[Place, float]]:
    """In which places of a statement a line stands, and how far, in points."""
    if statement.found:
        box, height = statement.box, statement.height
        across, down = box.gaps(line.box)
        if not across and line.box.bottom <= box.top + 2 and down <= max(3 * height, 2 * line.height):
            yield Place.ABOVE, down
        if not across and line.box.top >= box.bottom - 2 and down <= 2 * max(height, line.height):
            yield Place.BELOW, down
        if across and across <= _ROW and level(line.box, statement.reach):
            yield (Place.LEFT if line.box.x1 <= box.x0 else Place.RIGHT), across
    if statement.fill is None:
        return
    fill = statement.fill.box
    across, down = fill.gaps(line.box)
    if fill.holds(line.box, 2.0):
        if fill.area <= _LARGE * page:
            yield Place.INSIDE, -line.height
    elif not across and down <= 2 * line.height:
        # What stands behind the codes is beside them, not beside the swatch.
        if line.box.top >= fill.bottom - 2 and not fill.bottom - 2 <= statement.box.top < line.box.top:
            yield Place.BELOW_FILL, down
        if line.box.bottom <= fill.top + 2 and not line.box.bottom < statement.box.bottom <= fill.top + 2:
            yield Place.ABOVE_FILL, down
    elif not down and line.box.x0 >= fill.x1 and across <= 4 * line.height:
        yield Place.BESIDE_FILL, across


def nearest(
    place: Place, statement: Statement, found: Sequence[tuple[float, Line, bool]], fills: Sequence[Box]
) -> Caption | None:
    """The one that is nearest, if it is a caption; of several as near, the one in line, or the upper."""
    least, line, _ = min(found, key=lambda one: one[0])
    target = statement.target(place)
    nearest = [(one, plain) for far, one, plain in found if far - least <= _AS_NEAR * line.height]
    if place.stacked:
        if len(nearest) > 1:
            nearest = [(one, plain) for one, plain in nearest if aligned(one.box, target)]
    else:
        nearest = sorted((pair for pair in nearest if pair[1]), key=lambda pair: pair[0].box.top)[:1]
    if len(nearest) != 1 or not nearest[0][1]:
        return None
    line = nearest[0][0]
    if place is not Place.INSIDE and any(_parts(fill, line.box, target, place, statement) for fill in fills):
        return None
    far = 0.5 if place is Place.INSIDE else least / line.height
    return Caption(line.text, line, far, _marks(line, target))


def _marks(line: Line, target: Box) -> tuple[float, ...]:
    """Where edges of a line are, from edges of what it is measured from, in heights of the line."""
    box = line.box
    return tuple(
        part / line.height
        for part in (
            box.top - target.top,
            box.bottom - target.top,
            box.top - target.bottom,
            box.bottom - target.bottom,
        )
    )


def _parts(fill: Box, line: Box, target: Box, place: Place, statement: Statement) -> bool:
    """Whether a swatch stands between a line and what it is measured from, or below one of them only."""
    own = statement.fill is not None and fill == statement.fill.box
    if fill.holds(line) and not fill.holds(target) and not own:
        return True
    if place.stacked:
        upper, lower = sorted((line, target), key=lambda box: box.top)
        between = upper.bottom - 2 <= fill.top and fill.bottom <= lower.top + 2
        # The line above a swatch and the codes on it are apart, too.
        edge = not fill.holds(line) and fill.holds(target) and fill != target
        return (between or edge) and not fill.gaps(line)[0] and not fill.gaps(target)[0]
    if place is Place.LEFT and own:
        return False
    left, right = sorted((line, target), key=lambda box: box.x0)
    return left.x1 - 2 <= fill.x0 and fill.x1 <= right.x0 + 2 and not fill.gaps(line)[1]
