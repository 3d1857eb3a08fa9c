"""A brand book as PDF: its codes and its vector swatches, matched to each other by place.

All of it is proposed, with page and position, for a person to confirm. Where what a book says of a colour
differs, the HEX counts, then RGB, then the swatch's fill if it is not ink, then CMYK; the others are listed
with the colour, and how far they are from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from brandkit.errors import PaletteError
from brandkit.formats import (
    pdf_codes,
    pdf_content,
    pdf_lines,
    pdf_logos,
    pdf_names,
    pdf_statements,
    pdf_swatches,
)
from brandkit.formats.palette import Colour, Kind, Palette, Value
from brandkit.formats.pdf_codes import codes_in
from brandkit.formats.pdf_content import Content, Fill, Page
from brandkit.formats.pdf_lines import Line
from brandkit.formats.pdf_statements import Statement
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks

TITLE = "brand book (PDF)"
SUFFIXES = (".pdf",)

MOST_COLOURS = 200
MOST_ENTRIES = 1000
"""Codes and swatches after which no further page is looked at: no brand has as many."""
MOST_PLACES = 3
"""How many places of one colour are listed before they are counted."""
AGREES = 1.0
"""CIEDE2000 up to which two statements differ by rounding only."""
ONE_COLOUR = 1.0
"""CIEDE2000 within which a fill without codes is a colour that is proposed already."""
_SIGNATURE = b"%PDF-"
_HEAD = 1024
_TEXT: tuple[pdf_codes.Kind, ...] = ("HEX", "RGB")
_INK_AGREES = 0.015
_FAR_CODES = 24
"""Codes of one channel that are more than ``ONE_COLOUR``, even of blue in a dark colour."""


def recognises(data: bytes) -> bool:
    """Whether ``%PDF-`` stands near the beginning, as readers accept it."""
    return _SIGNATURE in data[:_HEAD]


def read(data: bytes, reading: Reading) -> Palette:
    """The colours that its pages state or show; see the module."""
    if not recognises(data):
        raise PaletteError("is no PDF; give a brand book that was saved as one")
    return palette(pdf_content.content(data), reading)


def palette(content: Content, reading: Reading) -> Palette:
    """The palette that a PDF's content proposes.

    Raises:
        PaletteError: there is no colour in it.
    """
    remarks = Remarks()
    pages = [(page, _lines(page)) for page in content.pages]
    entries = _entries(pages, reading)
    if len(entries) > MOST_ENTRIES:
        remarks.add(f"page {entries[-1][0]} is the last that was looked at: there are too many colours")
    proposals: dict[str, _Proposal] = {}
    for page, statement in entries:
        colour = _colour(statement, reading)
        if colour is None:
            for said in _unvalued(statement):
                reason = f"{said} on page {page} has no value beside it; there are no Pantone tables"
                remarks.add(reason)
            continue
        box = statement.fill.box if statement.fill is not None else statement.box
        if statement.in_doubt:
            remarks.add(f"on page {page}, the name cannot be told for certain; look it up there", colour.hex)
        proposals.setdefault(colour.hex, _Proposal([], [])).add(colour, f"page {page}, at {box}")
    _about(content, remarks)
    notes = (*remarks.lines(), *pdf_logos.candidates(pages))
    if not proposals:
        raise PaletteError("; ".join((_nothing(content), *remarks.lines())))
    found = [proposal.colour() for proposal in proposals.values()]
    if len(found) > MOST_COLOURS:
        notes = (
            *notes,
            f"{len(found) - MOST_COLOURS} more colours are left out; save the palette pages alone",
        )
    return Palette(reading.name, tuple(found[:MOST_COLOURS]), notes)


def _lines(page: Page) -> list[Line]:
    shapes = [fill.box for fill in page.fills if fill.plain]
    return pdf_lines.with_labels(pdf_lines.lines(page.words, shapes))


@dataclass(slots=True)
class _Proposal:
    """What several places say of one HEX."""

    colours: list[Colour]
    places: list[str]

    def add(self, colour: Colour, place: str) -> None:
        self.colours.append(colour)
        self.places.append(f"{place} from the top left")

    def colour(self) -> Colour:
        """The first that has a name, with what all of them say."""
        best = next((colour for colour in self.colours if colour.name), self.colours[0])
        said = dict.fromkeys(c.description for c in (best, *self.colours) if c.description)
        others = dict.fromkeys(c.name for c in self.colours if c.name and c.name != best.name)
        called = [f"also called {' and '.join(list(others)[:MOST_PLACES])}"] if others else []
        more = len(self.places) - MOST_PLACES
        where = "; ".join(self.places[:MOST_PLACES]) + (f"; and {more} more places" if more > 0 else "")
        return replace(best, description="; ".join([*list(said)[:MOST_PLACES], *called]), where=where)


def _entries(pages: Sequence[tuple[Page, Sequence[Line]]], reading: Reading) -> list[tuple[int, Statement]]:
    repeated = pdf_swatches.furniture([page for page, _ in pages])
    spoken = any(codes_in("\n".join(line.text for line in lines)) for _, lines in pages)

    def apart(statement: Statement, fill: Fill) -> float | None:
        return _difference(statement, fill, reading)

    entries: list[tuple[int, Statement]] = []
    for page, lines in pages:
        own = pdf_statements.statements(lines)
        fills = pdf_swatches.swatches(page, repeated)
        cards = [fill for fill in fills if pdf_swatches.is_card(fill, fills)]
        left = pdf_swatches.match(own, [fill for fill in fills if fill not in cards], apart)
        pdf_swatches.match_grounds(own, [*pdf_swatches.grounds(page), *cards], apart)
        shown = [Statement([], fill) for fill in pdf_swatches.alone(left, own, spoken)]
        pdf_names.give_names([*own, *shown], lines, page.width * page.height)
        entries += ((page.number, one) for one in (*own, *shown))
        if len(entries) > MOST_ENTRIES:
            break
    return _without_repeats(entries, reading)


def _without_repeats(
    entries: Sequence[tuple[int, Statement]], reading: Reading
) -> list[tuple[int, Statement]]:
    """Without fills that only show what is stated elsewhere."""
    texts = (_colour(one, reading) for _, one in entries if one.found)
    stated = {colour.hex for colour in texts if colour is not None}
    kept = []
    for page, one in entries:
        if not one.found and one.fill is not None and one.fill.value is not None and not one.fill.spot:
            seen = reading.colour("", one.fill.value).hex
            near = (other for other in stated if _near(seen, other))
            if seen not in stated and any(_apart(seen, other) <= ONE_COLOUR for other in near):
                continue
        kept.append((page, one))
    return kept


def _colour(statement: Statement, reading: Reading) -> Colour | None:
    """The best of what is stated, with the rest in its description; ``None`` where no value is."""
    values = _values(statement)
    spots = _unvalued(statement)
    if not values:
        return None
    (kind, said, value), *others = values
    name = statement.name or (spots[0] if spots else "")
    fill = statement.fill
    spot: Kind | None = "spot" if fill is not None and fill.spot else None
    colour = reading.colour(name, value, kind=spot, where="found")
    words = [_compared(k, text, other, (kind, said, value), colour, reading) for k, text, other in others]
    return replace(colour, description=", ".join(dict.fromkeys([*words, *spots])))


def _values(statement: Statement) -> list[tuple[str, str, Value]]:
    """What is stated with a value: kind, words, value; the best first."""
    stated = {
        one.code.kind: (one.code.said, one.code.value)
        for one in statement.found
        if one.code.value is not None
    }
    found: list[tuple[str, str, Value | None]] = [(kind, *stated[kind]) for kind in _TEXT if kind in stated]
    fill = statement.fill
    if fill is not None and fill.value is not None and fill.value.space != "cmyk":
        found.append(("fill", "", fill.value))
    if "CMYK" in stated:
        found.append(("CMYK", *stated["CMYK"]))
    if fill is not None and fill.value is not None and fill.value.space == "cmyk":
        found.append(("ink", "", fill.value))
    return [(kind, said, value) for kind, said, value in found if value is not None]


def _unvalued(statement: Statement) -> list[str]:
    """Names of inks, in the text and of the fill."""
    names = [one.code.said for one in statement.found if one.code.kind == "PANTONE"]
    if statement.fill is not None and statement.fill.spot:
        names.append(statement.fill.spot)
    return list({name.casefold(): name for name in reversed(names)}.values())[::-1]


def _compared(
    kind: str, said: str, value: Value, best: tuple[str, str, Value], colour: Colour, reading: Reading
) -> str:
    """A further statement, and how far it is from the one that counts."""
    seen = reading.colour("", value).hex
    if kind == "ink":
        ink = "/".join(f"{100 * part:.4g}" for part in value.components)
        text = f"swatch fill CMYK {ink}"
        differs = best[0] == "CMYK" and any(
            abs(a - b) > _INK_AGREES for a, b in zip(value.components, best[2].components, strict=True)
        )
        return f"{text}, which contradicts {best[1]}" if differs else text
    text = said or f"swatch fill {seen}"
    apart = _apart(seen, colour.hex)
    if kind == "CMYK" or apart <= AGREES:  # what ink looks like is the profile's word, not the book's
        return text
    return f"{text}, which contradicts {best[1]} (CIEDE2000 {apart:.1f} apart)"


def _difference(statement: Statement, fill: Fill, reading: Reading) -> float | None:
    """CIEDE2000 between what is stated and a fill, both of them no ink; by inks, 0 or 100."""
    if fill.value is None:
        return None
    stated = {one.code.kind: one.code.value for one in statement.found}
    if fill.spot and any(one.code.said.casefold() == fill.spot.casefold() for one in statement.found):
        return 0.0
    if fill.value.space == "cmyk":
        ink = stated.get("CMYK")
        if ink is None:
            return None
        pairs = zip(ink.components, fill.value.components, strict=True)
        return 0.0 if all(abs(a - b) <= _INK_AGREES for a, b in pairs) else 100.0
    value = stated.get("HEX") or stated.get("RGB")
    if value is None:
        return None
    return _apart(reading.colour("", value).hex, reading.colour("", fill.value).hex)


def _near(one: str, other: str) -> bool:
    """Whether two HEX can be within ``ONE_COLOUR``: cheaper than to work it out."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return all(abs(a - b) <= _FAR_CODES for a, b in pairs)


@lru_cache(maxsize=1 << 14)
def _apart(one: str, other: str) -> float:
    from coloraide import Color

    return float(Color(one).delta_e(Color(other), method="2000"))


def _about(content: Content, remarks: Remarks) -> None:
    for page in content.pages:
        if page.number not in content.damaged and page.cut_short:
            remarks.add(f"page {page.number} holds more than is read; only its beginning was looked at")
    for number in content.damaged:
        remarks.add(f"page {number} is damaged; only what could be read was looked at")
    if content.further:
        remarks.add(f"only the first {len(content.pages)} pages were looked at")


def _nothing(content: Content) -> str:
    pages = content.pages
    if any(d.picture for page in pages for d in page.drawings) and not any(p.words or p.fills for p in pages):
        return "holds only pictures, such as scans; export the palette page as a picture and import that"
    return "no colours were found in its text or shapes; export the palette page as a picture and import that"
