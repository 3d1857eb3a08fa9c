"""Tables of colours: CSV with commas, semicolons or tabs, as spreadsheets save it.

Columns are recognised by their heading, in any order and case: name; hex (or any CSS colour); r, g, b
0 to 255; c, m, y, k in percent; l, a, b (CIELAB D50); group; kind; description. What is written has the
columns ``name, hex, group, kind, space, values, description``, and others where a palette needs them.

A spreadsheet takes a cell that begins with ``= + - @`` for a formula. Such cells are written behind an
apostrophe, as OWASP advises (https://owasp.org/www-community/attacks/CSV_Injection), and that apostrophe
is taken away on reading, so names survive. Groups are joined by `` / ``, with ``/`` and the backslash in
their names behind a backslash.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from brandkit.errors import PaletteError
from brandkit.formats import css_colours, csv_columns, exact, json_tree
from brandkit.formats.csv_columns import Cell, Columns
from brandkit.formats.palette import Colour, Export, Kind, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.formats.text import decode
from brandkit.swatch import quote

TITLE = "table (CSV)"
SUFFIXES = (".csv", ".tsv")

_DELIMITERS = ",;\t|"
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_HEAD = ("name", "hex", "group", "kind", "space", "values", "description")
_EXTRA = ("alias of", "extensions", "found at")
_LONGEST_CELL = 1 << 20
_MOST_COLUMNS = 1000
_SOME = 1 << 16
_MOST_ROWS = json_tree.MOST_COLOURS

Row = tuple[int, list[str]]


def recognises(data: bytes) -> bool:
    """Whether the first lines have headings of colours, or a HEX colour in a cell."""
    try:
        text, _ = _decode(data[:_SOME])
        head = text.rpartition("\n")[0] if len(data) > _SOME else text
        if head.lstrip().startswith(("{", "[", "<", "#", "/*")):
            return False
        _table(head)
    except PaletteError:
        return False
    return True


def read(data: bytes, reading: Reading) -> Palette:
    """The rows that state a colour; of one stated in several ways, HEX counts, then RGB, CIELAB, CMYK.

    Raises:
        PaletteError: it is no table, has no column of colours, or no row states one.
    """
    if len(data) > json_tree.MOST_BYTES:
        raise PaletteError(f"is larger than {json_tree.MOST_BYTES >> 20} MiB; a palette is far smaller")
    remarks = Remarks()
    text, note = _decode(data)
    if note:
        remarks.add(note)
    columns, rows = _table(text)
    if columns.unused:
        remarks.add(f"columns left aside: {', '.join(columns.unused)}")
    colours: list[Colour] = []
    for number, (line, cells) in enumerate(rows):
        if number > _MOST_ROWS:
            raise PaletteError(f"line {line}: holds more than {_MOST_ROWS} rows; split it")
        if not any(cell.strip() for cell in cells):
            continue
        cell = columns.of([_unguarded(cell) for cell in cells])
        try:
            colours.append(_colour(cell, columns, reading, remarks))
        except (ValueError, PaletteError) as error:
            remarks.add(f"{error}; left out", f"line {line}")
    if not colours:
        reasons = "; ".join(remarks.lines()[:2]) or "write a row for each, such as Brand blue,#1200FF"
        raise PaletteError(f"no row states a colour: {reasons}")
    return Palette(reading.name, tuple(colours), remarks.lines())


def write(palette: Palette) -> Export:
    """A table with commas, in UTF-8; it holds everything but what other tools keep with the whole file."""
    extra = [name for name in _EXTRA if any(_extra(colour)[name] for colour in palette.colours)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*_HEAD, *extra])
    for colour in palette.colours:
        exact_hex = colour.value == css_colours.parse_hex(colour.hex)
        space, _, values = ("", "", "") if exact_hex else str(colour.value).partition(" ")
        cells = [colour.name, colour.hex, _joined(colour.group), colour.kind or "", space, values]
        cells += [colour.description, *(_extra(colour)[name] for name in extra)]
        writer.writerow([_guarded(cell) for cell in cells])
    losses = ("what other tools keep with the file is left out",) if palette.extensions else ()
    return Export(out.getvalue().encode(), losses)


def _colour(cell: Cell, columns: Columns, reading: Reading, remarks: Remarks) -> Colour:
    value = _own_value(cell) or csv_columns.value(cell, columns)
    if value is None:
        raise ValueError("states no colour")
    extensions = cell("extensions")
    colour = exact.colour(
        reading,
        cell("name"),
        value,
        (cell("hex").strip() if columns.has("space") else None) or None,
        remarks,
        group=_split(cell("group")),
        kind=_kind(cell("kind")),
        alias_of=_split(cell("alias of")) or None,
        description=cell("description"),
        extensions=_extensions(extensions) if extensions else None,
        where=cell("found at"),
    )
    if csv_columns.contradicts(cell, columns, colour.hex):
        remarks.add("RGB is not that of the HEX; the HEX counts", colour.name)
    return colour


def _own_value(cell: Cell) -> Value | None:
    """What the columns ``space`` and ``values`` state, which only our own tables have."""
    if not cell("space").strip() or not cell("values").strip():
        return None
    try:
        return Value.parse(f"{cell('space').strip()} {cell('values')}")
    except ValueError:
        raise ValueError(f"{quote(cell('values'))} are no {cell('space')[:20]} values") from None


def _table(text: str) -> tuple[Columns, Iterator[Row]]:
    """The columns, and the rows under their headings; ``PaletteError`` where none is of colours."""
    start = len(text) - len(text.lstrip("\r\n"))
    text, skipped = text[start:], text.count("\n", 0, start)
    if text[:4].lower() == "sep=":  # what Excel writes to itself
        text, skipped = text.partition("\n")[2], skipped + 1
    for delimiter in _DELIMITERS:
        first = next((row for row in _rows(text, delimiter, skipped) if any(row[1])), None)
        if first is None or len(first[1]) > _MOST_COLUMNS:
            continue
        rows = _rows(text, delimiter, skipped)
        head = [_unguarded(cell) for cell in first[1]]
        comma = delimiter in ";\t"
        if columns := Columns.headed(head, comma):
            columns.measure(cells for line, cells in _rows(text, delimiter, skipped) if line > first[0])
            return columns, (row for row in rows if row[0] > first[0])
        if columns := Columns.guessed(head, comma):
            return columns, rows
    raise PaletteError("has no column of colours; head one with 'hex', or three with 'r', 'g', 'b'")


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        for cells in reader:
            yield reader.line_num + skipped, cells
    except csv.Error as error:
        raise PaletteError(f"line {reader.line_num + skipped}: is no CSV: {error}; export it again") from None
    finally:
        csv.field_size_limit(limit)


def _decode(data: bytes) -> tuple[str, str]:
    try:
        return decode(data), ""
    except PaletteError:
        if b"\0" in data:
            raise
        # Excel saves so on many machines, and every byte is some character of it.
        return data.decode("cp1252", errors="replace"), "is not UTF-8: read as Windows-1252; check the names"


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _joined(group: Sequence[str]) -> str:
    return " / ".join(part.replace("\\", "\\\\").replace("/", "\\/") if part else "\\." for part in group)


def _split(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    plain = {"\\\\": "\\", "\\/": "/", "\\.": ""}
    return tuple(re.sub(r"\\[\\/.]", lambda match: plain[match[0]], part) for part in text.split(" / "))


def _extra(colour: Colour) -> Mapping[str, str]:
    kept = json.dumps(colour.extensions, ensure_ascii=False) if colour.extensions else ""
    return {"alias of": _joined(colour.alias_of or ()), "extensions": kept, "found at": colour.where}


def _extensions(text: str) -> dict[str, object]:
    kept = json_tree.load(text.encode())
    if not isinstance(kept, dict):
        raise ValueError("has extensions that are no JSON object")
    return kept


def _kind(text: str) -> Kind | None:
    return next((kind for kind in get_args(Kind) if kind == text.strip().lower()), None)
