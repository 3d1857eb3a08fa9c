"""Which column of a table holds what, by its heading or its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from brandkit.formats import css_colours
from brandkit.formats.palette import Space, Value
from brandkit.swatch import quote

Cell = Callable[[str], str]
"""The text of a row in the column of that name; empty where there is none."""

_NAMES = {
    "name": ("name", "color name", "colour name", "swatch", "swatch name", "title"),
    "hex": ("hex", "hex code", "hex value", "html", "web", "css", "color", "colour", "value"),
    "group": ("group", "category", "family", "palette", "folder"),
    "kind": ("kind", "type"),
    "description": ("description", "note", "notes", "comment", "usage"),
    "rgb": ("rgb", "rgb value", "srgb"),
    "cmyk": ("cmyk", "cmyk value"),
    "space": ("space",),
    "values": ("values",),
    "alias of": ("alias of",),
    "extensions": ("extensions",),
    "found at": ("found at",),
}
_SERIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "srgb": (("r", "g", "b"), ("red", "green", "blue")),
    "lab": (("l", "a", "b"), ("l*", "a*", "b*")),
    "cmyk": (
        ("c", "m", "y", "k"),
        ("cyan", "magenta", "yellow", "black"),
        ("cyan", "magenta", "yellow", "key"),
    ),
}
_SPACES: dict[str, Space] = {"srgb": "srgb", "lab": "lab", "cmyk": "cmyk"}
_FULL = {"srgb": 255.0, "cmyk": 100.0}
_LONGEST = 100
"""No heading is longer."""
_PREFIX = re.compile(r"^(?:rgb|cmyk|lab|cielab)[ _\-]+(?=\S)")
_SUFFIX = re.compile(r"\s*[(\[].*[)\]]$|\s*%$")
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:[.,]\d{0,20})?|[.,]\d{1,20})\s*%?", re.ASCII)
_LISTED = re.compile(r"[\d.]+%?", re.ASCII)


@dataclass
class Columns:
    """Places of the columns by name, and of series such as r, g, b.

    Attributes:
        places: by name.
        series: by space, the places of its components in order.
        comma: whether a comma is a decimal point.
        full: what counts as full in a series: 255 or 100, or 1 where no cell is larger.
        unused: headings that mean nothing here.
    """

    places: dict[str, int]
    series: dict[str, tuple[int, ...]]
    comma: bool
    full: dict[str, float] = field(default_factory=lambda: dict(_FULL))
    unused: tuple[str, ...] = ()

    @classmethod
    def headed(cls, head: Sequence[str], comma: bool) -> Columns | None:
        """The columns under these headings, or ``None`` where they are none of colours."""
        plain = [_SUFFIX.sub("", _PREFIX.sub("", cell[:_LONGEST].strip().lower())) for cell in head]
        series = {space: found for space, kinds in _SERIES.items() if (found := _series(plain, kinds))}
        in_series = {place for run in series.values() for place in run}
        places: dict[str, int] = {}
        for name, words in _NAMES.items():
            heads = [plain.index(word) for word in words if word in plain]
            free = [place for place in heads if place not in in_series and place not in places.values()]
            if free:
                places[name] = free[0]
        if not series and not {"hex", "rgb", "cmyk", "values"} & places.keys():
            return None
        if len(head) == 1 and head[0].strip().lower() != "hex":
            return None
        used = in_series | set(places.values())
        if "name" not in places and (free := [place for place in range(len(head)) if place not in used]):
            places["name"] = free[0]
            used.add(free[0])
        unused = tuple(quote(cell) for place, cell in enumerate(head) if place not in used and cell.strip())
        return cls(places, series, comma, unused=unused[:12])

    @classmethod
    def guessed(cls, first: Sequence[str], comma: bool) -> Columns | None:
        """The columns of a table without headings: a HEX colour, or three numbers, and a name."""
        cells = [cell.strip() for cell in first]
        hexes = [place for place, cell in enumerate(cells) if css_colours.parse_hex(cell)]
        whole = [
            place for place, cell in enumerate(cells) if cell.isascii() and cell.isdigit() and len(cell) < 4
        ]
        texts = [p for p, cell in enumerate(cells) if cell and p not in hexes and not _NUMBER.fullmatch(cell)]
        places = {"name": texts[0]} if texts else {}
        if hexes:
            return cls({**places, "hex": hexes[0]}, {}, comma)
        if len(whole) == 3 and whole[2] - whole[0] == 2 and texts:
            return cls(places, {"srgb": tuple(whole)}, comma)
        return None

    def has(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return name in self.places

    def of(self, cells: Sequence[str]) -> Cell:
        """A row, to be asked for its cells by name, or by place as ``#3``."""

        def cell(name: str) -> str:
            place = int(name[1:]) if name.startswith("#") else self.places.get(name)
            return cells[place] if place is not None and place < len(cells) else ""

        return cell

    def measure(self, rows: Iterable[Sequence[str]]) -> None:
        """Find out whether a series is counted 0 to 1: no cell is larger, and one is a fraction."""
        seen: dict[str, list[bool]] = {space: [False, False] for space in self.series if space in _FULL}
        for cells in rows:
            for space, marks in seen.items():
                for place in self.series[space]:
                    part = _number(cells[place], self.comma) if place < len(cells) else None
                    marks[0] |= part is not None and part > 1
                    marks[1] |= part is not None and 0 < part < 1
        for space, (large, fraction) in seen.items():
            if fraction and not large:
                self.full[space] = 1.0


def value(cell: Cell, columns: Columns) -> Value | None:
    """The colour that a row states: in HEX, else in RGB, CIELAB or CMYK; ``None`` where it states none.

    Raises:
        ValueError: a cell that should state it does not.
    """
    if text := cell("hex").strip():
        colour = css_colours.parse_hex(text, bare=True) or css_colours.parse(text)
        if colour is None:
            raise ValueError(f"{quote(text)} is no HEX colour")
        return colour
    for space, places in columns.series.items():
        texts = [cell(f"#{place}").strip() for place in places]
        if any(texts):
            return Value(_SPACES[space], tuple(_component(t, space, columns) for t in texts))
    return _listed(cell("rgb"), "srgb", 3) or _listed(cell("cmyk"), "cmyk", 4)


def contradicts(cell: Cell, columns: Columns, hex_colour: str) -> bool:
    """Whether the columns r, g, b of a row state another colour than this one of its HEX column."""
    texts = [cell(f"#{place}").strip() for place in columns.series.get("srgb", ())]
    if not cell("hex").strip() or not texts or not all(texts):
        return False
    codes = [_component(text, "srgb", columns) * 255 for text in texts]
    return any(abs(a - b) > 1 for a, b in zip(codes, bytes.fromhex(hex_colour[1:]), strict=True))


def _component(text: str, space: str, columns: Columns) -> float:
    part = _number(text, columns.comma)
    if part is None:
        raise ValueError(f"{quote(text)} is no number")
    if space not in _FULL:
        return part
    full = 100.0 if text.endswith("%") else columns.full[space]
    if not 0 <= part <= full:
        raise ValueError(f"{quote(text)} lies outside 0 to {full:g}")
    return css_colours.tidy(part / full)


def _listed(text: str, space: Space, count: int) -> Value | None:
    """The components in one cell, such as ``255, 80, 0`` or ``0/71/100/0``."""
    if not text.strip():
        return None
    if (colour := css_colours.parse(text)) is not None:
        return colour
    found = _LISTED.findall(text[: css_colours.LONGEST])
    parts = [_number(part, False) for part in found]
    numbers = [part for part in parts if part is not None]
    full = _FULL[space]
    if len(numbers) != count or len(parts) != count or any(part > full for part in numbers):
        raise ValueError(f"{quote(text)} is no list of {count} numbers to {full:g}")
    return Value(space, tuple(css_colours.tidy(part / full) for part in numbers))


def _series(head: Sequence[str], kinds: Iterable[Sequence[str]]) -> tuple[int, ...]:
    """Where the headings of a kind stand side by side: ``b`` is blue after ``r, g`` and b* after ``l, a``."""
    for kind in kinds:
        for place in range(len(head) - len(kind) + 1):
            if tuple(head[place : place + len(kind)]) == tuple(kind):
                return tuple(range(place, place + len(kind)))
    return ()


def _number(text: str, comma: bool) -> float | None:
    text = text.strip()
    if not _NUMBER.fullmatch(text) or ("," in text and not comma):
        return None
    return float(text.rstrip("% ").replace(",", "."))
