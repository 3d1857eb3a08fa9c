"""GIMP's palettes, which Inkscape, Krita and Aseprite read too.

https://developer.gimp.org/core/standards/gpl: a line ``GIMP Palette``, optional ``Name:`` and ``Columns:``,
then a line for each colour: red, green and blue, 0 to 255, and a name; ``#`` begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from brandkit.errors import PaletteError
from brandkit.formats.json_tree import MOST_COLOURS
from brandkit.formats.losses import Losses
from brandkit.formats.palette import Colour, Export, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks

TITLE = "GIMP palette (GPL)"
SUFFIXES = (".gpl",)

_HEAD = "GIMP Palette"
_LINE = re.compile(r"[^\r\n]+")
_ENTRY = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s+(.*))?", re.ASCII | re.DOTALL)
_UNNAMED = "Untitled"
"""What GIMP calls a colour without a name."""
_BREAKS = re.compile(r"[\0\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_MOST_LINES = 4 * MOST_COLOURS
_SAME = 1e-3
"""Of a code: an 8-bit colour that another format held as a 32-bit float is still that colour."""


def recognises(data: bytes) -> bool:
    """Whether the first line is ``GIMP Palette``."""
    return data.removeprefix(b"\xef\xbb\xbf").startswith(_HEAD.encode())


def read(data: bytes, reading: Reading) -> Palette:
    """The colours in order; lines that are none are noted."""
    lines = _lines(_decode(data))
    if next(lines, (1, ""))[1].strip() != _HEAD:
        raise PaletteError("does not begin with 'GIMP Palette'; give a palette that GIMP saved")
    name, remarks = reading.name, Remarks()
    colours: list[Colour] = []
    for number, line in lines:
        key, _, rest = line.partition(":")
        if key == "Name" and not colours:
            name = rest.strip() or name
        elif not line.strip() or line.lstrip().startswith("#") or key == "Columns":
            continue
        elif (match := _ENTRY.fullmatch(line)) is None:
            remarks.add("is no colour; left aside", f"line {number}")
        elif len(colours) >= MOST_COLOURS:
            raise PaletteError(f"line {number}: holds more than {MOST_COLOURS} colours; split it")
        else:
            colours.append(_colour(match, number, reading))
    if not colours:
        raise PaletteError("holds no colours; add some and save it again")
    return Palette(name, tuple(colours), remarks.lines())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that hold anything, with their numbers; one at a time, as a file may be all line ends."""
    number, last = 1, 0
    for count, line in enumerate(_LINE.finditer(text)):
        if count > _MOST_LINES:
            raise PaletteError(f"line {number}: has more than {_MOST_LINES} lines; split it")
        ends = text[last : line.start()]
        number += len(ends) - ends.count("\r\n")
        last = line.end()
        yield number, line[0]


def _colour(match: re.Match[str], number: int, reading: Reading) -> Colour:
    codes = tuple(int(part) for part in match.group(1, 2, 3))
    if max(codes) > 255:
        raise PaletteError(f"line {number}: {max(codes)} is above 255; save the palette again")
    name = (match[4] or "").strip()
    return reading.colour("" if name == _UNNAMED else name, Value("srgb", tuple(c / 255 for c in codes)))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:  # GIMP before 2.0
        return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def write(palette: Palette) -> Export:
    """Every colour as 8-bit sRGB with its name."""
    losses = Losses("GPL")
    lines = [_HEAD, f"Name: {_one_line(palette.name)}", "#"]
    for colour in palette.colours:
        losses.plain(colour)
        if not _is_exact(colour):
            losses.recode(colour, f"GPL holds 8-bit sRGB only; {colour.value.space}")
        red, green, blue = bytes.fromhex(colour.hex[1:])
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{_name(colour.name, losses)}")
    return Export(("\n".join(lines) + "\n").encode(), losses.lines(palette))


def _is_exact(colour: Colour) -> bool:
    return colour.value.space == "srgb" and all(
        abs(part * 255 - code) < _SAME
        for part, code in zip(colour.value.components, bytes.fromhex(colour.hex[1:]), strict=True)
    )


def _name(name: str, losses: Losses) -> str:
    shown = _one_line(name) or _UNNAMED
    if name == _UNNAMED:
        losses.add("is what GIMP calls a colour without a name, and is read as none", name)
    elif name and shown != name:
        losses.add("the name is changed: GPL has one line of text without spaces around it", name)
    return shown


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).encode("utf-8", "replace").decode().strip()
