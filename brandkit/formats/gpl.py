"""GIMP's palettes, which Inkscape, Krita and Aseprite read too.

https://developer.gimp.org/core/standards/gpl: a line ``GIMP Palette``, optional ``Name:`` and ``Columns:``,
then a line for each colour: red, green and blue, 0 to 255, and a name; ``#`` begins a comment.
"""

from __future__ import annotations

import re

from brandkit.errors import PaletteError
from brandkit.formats.palette import Colour, Export, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.swatch import quote

TITLE = "GIMP palette (GPL)"
SUFFIXES = (".gpl",)

_HEAD = "GIMP Palette"
_ENTRY = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s+(.*))?", re.ASCII | re.DOTALL)
_UNNAMED = "Untitled"
"""What GIMP calls a colour without a name."""
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def recognises(data: bytes) -> bool:
    """Whether the first line is ``GIMP Palette``."""
    return data.removeprefix(b"\xef\xbb\xbf").startswith(_HEAD.encode())


def read(data: bytes, reading: Reading) -> Palette:
    """The colours in order; lines that are none are noted."""
    text = _decode(data)
    lines = re.split(r"\r\n|\r|\n", text)
    if lines[0].strip() != _HEAD:
        raise PaletteError("does not begin with 'GIMP Palette'; give a palette that GIMP saved")
    name, remarks = reading.name, Remarks()
    colours: list[Colour] = []
    for number, line in enumerate(lines[1:], 2):
        key, _, rest = line.partition(":")
        if key == "Name" and not colours:
            name = rest.strip() or name
        elif not line.strip() or line.lstrip().startswith("#") or key == "Columns":
            continue
        elif (match := _ENTRY.fullmatch(line)) is None:
            remarks.add(f"line {number} is no colour; left aside")
        else:
            colours.append(_colour(match, number, reading))
    if not colours:
        raise PaletteError("holds no colours; add some and save it again")
    return Palette(name, tuple(colours), remarks.lines())


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
        return data.decode("latin-1")


def write(palette: Palette) -> Export:
    """Every colour as 8-bit sRGB with its name."""
    remarks = Remarks()
    lines = [_HEAD, f"Name: {_one_line(palette.name)}", "#"]
    for colour in palette.colours:
        red, green, blue = bytes.fromhex(colour.hex[1:])
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{_name(colour, remarks)}")
        _note(colour, remarks)
    if palette.extensions:
        remarks.add("what other tools keep with the palette is left out")
    return Export(("\n".join(lines) + "\n").encode("utf-8", "replace"), remarks.lines())


def _name(colour: Colour, remarks: Remarks) -> str:
    shown = _one_line(colour.name) or _UNNAMED
    if colour.name and shown != colour.name:
        remarks.add(
            f"is called {quote(shown)} here: a name is one line without spaces around it", colour.name
        )
    return shown


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _note(colour: Colour, remarks: Remarks) -> None:
    exact = colour.value.space == "srgb" and all(
        abs(part * 255 - code) < 1e-6
        for part, code in zip(colour.value.components, bytes.fromhex(colour.hex[1:]), strict=True)
    )
    for lost, what in (
        (not exact, f"GPL holds 8-bit sRGB only; {colour.value.space} written as {colour.hex}"),
        (colour.group, "GPL has no groups; the group is left out"),
        (colour.kind, "GPL does not tell spot from process; left out"),
        (colour.value.alpha != 1, "GPL has no opacity; written opaque"),
        (colour.alias_of, "GPL has no references; written as a colour of its own"),
        (colour.description, "GPL has no descriptions; left out"),
        (colour.extensions, "what other tools keep with a colour is left out"),
    ):
        if lost:
            remarks.add(what, colour.name)
