"""A brand book as PDF: its codes and its vector swatches, matched to each other by place.

All of it is proposed, with page and position, for a person to confirm. Where the codes beside a swatch and
its fill differ, the HEX counts, then RGB, then the fill if it is R'G'B', then CMYK; the others are listed
with the colour, and how far they are from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from brandkit.errors import PaletteError
from brandkit.formats import pdf_page
from brandkit.formats.palette import Colour, Palette, Value
from brandkit.formats.pdf_codes import Code, codes_in, without_codes
from brandkit.formats.pdf_page import Box, Fill, Page, Piece
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks

TITLE = "brand book (PDF)"
SUFFIXES = (".pdf",)

_SIGNATURE = b"%PDF-"
_HEAD = 1024
_LINE_GAP = 1.8
"""Heights of a letter between two lines of one block of text."""
_ALIGNED = 0.6
"""Heights of a letter by which the left edges of a block's lines may differ."""
_NEAR = 48.0
"""Points between a swatch and the codes that are about it."""
_LONGEST_NAME = 60
_SAME = 1.0
"""CIEDE2000 up to which two statements agree: rounding."""
_MOST_PLACES = 4
_MOST_FILLS = 1000
_ORDER = ("HEX", "RGB", "fill", "CMYK", "CMYK fill")


@dataclass(slots=True)
class _Block:
    """Lines of text under each other."""

    pieces: list[Piece]

    @property
    def box(self) -> Box:
        boxes = [piece.box for piece in self.pieces]
        return Box(min(b.left for b in boxes), boxes[0].top, max(b.right for b in boxes), boxes[-1].bottom)

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)


@dataclass(slots=True)
class _Entry:
    """What is known of one colour on one page."""

    page: int
    box: Box
    name: str
    codes: list[Code] = field(default_factory=list)
    fill: Fill | None = None


def recognises(data: bytes) -> bool:
    """Whether ``%PDF-`` stands near the beginning, as readers accept it."""
    return _SIGNATURE in data[:_HEAD]


def read(data: bytes, reading: Reading) -> Palette:
    """The colours that its pages state or show; see the module."""
    if not recognises(data):
        raise PaletteError("is no PDF; give a brand book that was saved as one")
    return palette_of(pdf_page.pages_of(data), reading)


def palette_of(pages: Sequence[Page], reading: Reading) -> Palette:
    """The palette that pages propose.

    Raises:
        PaletteError: there is no colour on them.
    """
    remarks = Remarks()
    entries = [entry for page in pages for entry in _entries(page)]
    for page in pages:
        if page.crowded:
            remarks.add(f"page {page.number} holds too much to be a palette; left aside")
    if len(pages) == pdf_page.MOST_PAGES:
        remarks.add(f"only the first {pdf_page.MOST_PAGES} pages were looked at")
    colours: dict[str, Colour] = {}
    places: dict[str, list[str]] = {}
    for entry in entries:
        colour = _colour(entry, reading)
        if colour is None:
            for code in entry.codes:
                said = f"{code.said} has no value beside it; there are no Pantone tables"
                remarks.add(f"page {entry.page}: {said}")
            continue
        known = colours.get(colour.hex)
        if known is None or (not known.name and colour.name):
            colours[colour.hex] = colour if known is None else replace(colour, where=known.where)
        places.setdefault(colour.hex, []).append(f"page {entry.page}, at {entry.box}")
    if not colours:
        hint = "if it is a scan, save the palette page as a picture and import that"
        raise PaletteError(
            "; ".join((f"no colours were found in its text or shapes; {hint}", *remarks.lines()))
        )
    found = tuple(replace(c, where=_listed(places[c.hex])) for c in colours.values())
    return Palette(reading.name, found, (*remarks.lines(), *_logos(pages)))


def _listed(places: Sequence[str]) -> str:
    more = len(places) - _MOST_PLACES
    return "; ".join(places[:_MOST_PLACES]) + (f"; and {more} more" if more > 0 else "")


def _entries(page: Page) -> list[_Entry]:
    blocks = _blocks(page.pieces)
    fills = _swatches(page.fills[:_MOST_FILLS])
    stated = [entry for block in blocks for entry in _stated(block, page.number)]
    pairs = sorted(
        (
            (_distance(fill, entry), k, j)
            for k, fill in enumerate(fills)
            for j, entry in enumerate(stated)
            if _distance(fill, entry) <= _NEAR
        ),
    )
    taken: set[int] = set()
    for _, k, j in pairs:
        if stated[j].fill is None and k not in taken:
            stated[j].fill = fills[k]
            taken.add(k)
    shown = [fill for k, fill in enumerate(fills) if k not in taken]
    plain = [block for block in blocks if not codes_in(block.text)]
    return stated + [_Entry(page.number, fill.box, _caption(fill, plain), fill=fill) for fill in shown]


def _swatches(fills: Sequence[Fill]) -> list[Fill]:
    """The shapes without those that others lie on: cards and frames."""
    return [
        fill
        for fill in fills
        if not any(other.box.area < fill.box.area and fill.box.holds(other.box) for other in fills)
    ]


def _distance(fill: Fill, entry: _Entry) -> float:
    """How far codes are from a swatch; those inside are nearest, and of nested swatches the smallest."""
    if fill.box.holds(entry.box):
        return -1.0 / (1.0 + fill.box.area)
    return fill.box.gap(entry.box)


def _caption(fill: Fill, blocks: Sequence[_Block]) -> str:
    near = [block for block in blocks if fill.box.holds(block.box) or fill.box.gap(block.box) <= _NEAR / 2]
    if not near:
        return ""
    text = (
        min(near, key=lambda block: (not fill.box.holds(block.box), fill.box.gap(block.box))).pieces[0].text
    )
    return text if len(text) <= _LONGEST_NAME else ""


def _blocks(pieces: Sequence[Piece]) -> list[_Block]:
    """Lines under each other with one left edge, or within one another's width, belong together."""
    blocks: list[_Block] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box.top, piece.box.left)):
        for block in reversed(blocks[-40:]):
            last = block.pieces[-1]
            height = max(piece.height, last.height)
            below = piece.box.top > last.box.top + 1
            near = piece.box.top - last.box.bottom <= _LINE_GAP * height
            aligned = abs(piece.box.left - block.box.left) <= _ALIGNED * height
            centre = (piece.box.left + piece.box.right - block.box.left - block.box.right) / 2
            if below and near and (aligned or abs(centre) <= _ALIGNED * height):
                block.pieces.append(piece)
                break
        else:
            blocks.append(_Block([piece]))
    return blocks


def _stated(block: _Block, page: int) -> Iterator[_Entry]:
    """A block's colours: a new one begins where a kind of code comes again."""
    text = block.text
    codes = codes_in(text)
    groups: list[list[Code]] = []
    for code in codes:
        if not groups or code.kind in {other.kind for other in groups[-1]}:
            groups.append([])
        groups[-1].append(code)
    begin = 0
    for number, group in enumerate(groups):
        line_end = text.find("\n", group[-1].end)
        last = number == len(groups) - 1
        end = (
            len(text)
            if last
            else (line_end if 0 <= line_end < groups[number + 1][0].start else group[-1].end)
        )
        part = text[begin:end]
        own = [replace(code, start=code.start - begin, end=code.end - begin) for code in group]
        lines = [(n, name) for n, name in without_codes(part, own) if len(name) <= _LONGEST_NAME]
        at = part.count("\n", 0, own[0].start)
        # On the line of the first code, else above it, else below it: the nearest.
        lines.sort(key=lambda line: (line[0] > at, abs(line[0] - at)))
        first, final = text.count("\n", 0, group[0].start), text.count("\n", 0, group[-1].end)
        box = _Block(block.pieces[first : final + 1]).box
        yield _Entry(page, box, lines[0][1] if lines else "", group)
        begin = end


def _colour(entry: _Entry, reading: Reading) -> Colour | None:
    stated: dict[str, tuple[Value, str]] = {}
    for code in entry.codes:
        if code.value is not None:
            stated.setdefault(code.kind, (code.value, code.said))
    if entry.fill is not None:
        value = _fill_value(entry.fill)
        key = "CMYK fill" if value.space == "cmyk" else "fill"
        stated[key] = (value, "")
    if not stated:
        return None
    chosen = next(kind for kind in _ORDER if kind in stated)
    colour = reading.colour(entry.name, stated[chosen][0], where="found")
    others = [
        _other(kind, *stated[kind], colour, reading) for kind in _ORDER if kind in stated and kind != chosen
    ]
    others += [code.said for code in entry.codes if code.value is None]
    return replace(colour, description="; ".join(others))


def _fill_value(fill: Fill) -> Value:
    if len(fill.parts) == 4:
        return Value("cmyk", fill.parts)
    return Value("srgb", fill.parts if len(fill.parts) == 3 else fill.parts * 3)


def _other(kind: str, value: Value, said: str, chosen: Colour, reading: Reading) -> str:
    seen = reading.colour("", value)
    text = said or f"its swatch is filled with {seen.hex}"
    apart = _apart(seen.hex, chosen.hex)
    if kind == "CMYK" or apart <= _SAME:  # ink never says exactly what light does
        return text
    return f"{text}, {apart:.1f} CIEDE2000 from {chosen.hex}"


def _apart(one: str, other: str) -> float:
    from coloraide import Color

    return float(Color(one).delta_e(Color(other), method="2000"))


def _logos(pages: Sequence[Page]) -> Iterator[str]:
    """Pictures that may be the logo: on a page that speaks of it, or on several pages."""
    seen = Counter(key for page in pages for key in {key for _, key in page.pictures})
    told: set[str] = set()
    for page in pages:
        speaks = any("logo" in piece.text.lower() for piece in page.pieces)
        for box, key in page.pictures:
            if key not in told and (speaks or seen[key] > 1):
                told.add(key)
                size = f"{box.right - box.left:.0f} x {box.bottom - box.top:.0f} pt"
                yield f"page {page.number}: a picture of {size}, at {box}, is possibly the logo"
