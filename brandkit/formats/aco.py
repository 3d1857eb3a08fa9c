"""Photoshop's colour swatches, versions 1 and 2.

Adobe Photoshop File Formats Specification, "Color Swatches"; Larry Tesler, "Adobe Photoshop 7 Color File
Format" (nomodes.com). A palette is a version, a number of colours and the colours, each a colour space and
four 16-bit numbers; in version 2 a name follows. Photoshop writes version 1 and version 2 behind it, and
other programs one of them. Ink counts down: 0 is all of it. Grey counts ink too: 10000 is black, as GIMP
reads it and as Photoshop's swatch "75% Gray" has it.
"""

from __future__ import annotations

import struct

from brandkit.errors import PaletteError
from brandkit.formats.binary import Cursor, utf16
from brandkit.formats.palette import Colour, Export, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.swatch import quote

TITLE = "Photoshop colour swatches (ACO)"
SUFFIXES = (".aco",)

_RGB, _HSB, _CMYK, _LAB, _GRAY, _WIDE_CMYK = 0, 1, 2, 7, 8, 9
_BOOKS = {3: "Pantone", 4: "Focoltone", 5: "Trumatch", 6: "Toyo 88", 10: "HKS"}
_TOP, _WIDE_TOP = 65535, 10000
_ENTRY = 10
_MOST = 65535
_LONGEST_NAME = 32_000


def recognises(data: bytes) -> bool:
    """Whether a palette of version 1 or 2 with a known colour space begins here, and its length fits."""
    if len(data) < 4 + _ENTRY:
        return False
    version, count, space = struct.unpack(">HHH", data[:6])
    known = space in (_RGB, _HSB, _CMYK, _LAB, _GRAY, _WIDE_CMYK, *_BOOKS)
    return version in (1, 2) and count > 0 and known and len(data) >= 4 + _ENTRY * count


def read(data: bytes, reading: Reading) -> Palette:
    """The colours of version 2 where it is there, else of version 1, whose colours have no names."""
    cursor = Cursor(data)
    version = cursor.number("H", "the version")
    if version not in (0, 1, 2):
        raise PaletteError("does not begin with version 1 or 2; give swatches that Photoshop saved as ACO")
    if version < 2:
        count = cursor.number("H", "the number of colours")
        behind = cursor.place + _ENTRY * count
        if data[behind : behind + 2] == b"\0\2":
            cursor.place, version = behind + 2, 2
            count = cursor.number("H", "the number of colours")
    else:
        count = cursor.number("H", "the number of colours")
    remarks = Remarks()
    colours = []
    for number in range(1, count + 1):
        colour = _colour(cursor, number, version, reading, remarks)
        if colour is not None:
            colours.append(colour)
    if not colours:
        raise PaletteError("; ".join(("holds no colour that can be read", *remarks.lines())))
    return Palette(reading.name, tuple(colours), remarks.lines())


def _colour(cursor: Cursor, number: int, version: int, reading: Reading, remarks: Remarks) -> Colour | None:
    start = cursor.place
    space = cursor.number("H", f"colour {number}")
    stored = cursor.take(8, f"colour {number}")
    name = ""
    if version == 2:
        units = cursor.number("I", f"the name of colour {number}")
        name = cursor.utf16(units, f"the name of colour {number}")
    if space in _BOOKS:
        remarks.add(f"is from the {_BOOKS[space]} book, for which there is no table; left aside", name)
        return None
    value = _value(space, stored)
    if value is None:
        remarks.add(f"is in colour space {space}, which is not known; left aside", name)
        return None
    try:
        return reading.colour(name, value)
    except PaletteError as error:
        raise PaletteError(f"byte {start}: colour {number}, {quote(name)}: {error}") from error


def _value(space: int, stored: bytes) -> Value | None:
    w, x, y, z = struct.unpack(">4H", stored)
    match space:
        case 0:
            return Value("srgb", (w / _TOP, x / _TOP, y / _TOP))
        case 1:
            return Value("hsb", (360 * w / _TOP, x / _TOP, y / _TOP))
        case 2:
            return Value("cmyk", tuple(1 - part / _TOP for part in (w, x, y, z)))
        case 7:
            lightness, a, b, _ = struct.unpack(">H3h", stored)
            return Value("lab", (lightness / 100, a / 100, b / 100))
        case 8:
            return Value("gray", (1 - w / _WIDE_TOP,))
        case 9:
            return Value("cmyk", tuple(1 - part / _WIDE_TOP for part in (w, x, y, z)))
    return None


def write(palette: Palette) -> Export:
    """Version 1, and version 2 with the names behind it, as Photoshop writes them.

    Raises:
        PaletteError: there are more colours than the format can count.
    """
    if len(palette.colours) > _MOST:
        raise PaletteError(f"holds {len(palette.colours)} colours, ACO at most {_MOST}; write it as ASE")
    remarks = Remarks()
    entries = [_stored(colour, remarks) for colour in palette.colours]
    if palette.extensions:
        remarks.add("what other tools keep with the palette is left out")
    first = struct.pack(">HH", 1, len(entries)) + b"".join(entries)
    second = struct.pack(">HH", 2, len(entries))
    for colour, entry in zip(palette.colours, entries, strict=True):
        if len(colour.name) > _LONGEST_NAME:
            remarks.add(f"the name is longer than {_LONGEST_NAME} characters; cut", colour.name)
        encoded = utf16(colour.name[:_LONGEST_NAME])
        second += entry + struct.pack(">I", len(encoded) // 2) + encoded
    return Export(first + second, remarks.lines())


def _stored(colour: Colour, remarks: Remarks) -> bytes:
    for lost, what in (
        (colour.group, "ACO has no groups; the group is left out"),
        (colour.kind, "ACO does not tell spot from process; left out"),
        (colour.value.alpha != 1, "ACO has no opacity; written opaque"),
        (colour.alias_of, "ACO has no references; written as a colour of its own"),
        (colour.description, "ACO has no descriptions; left out"),
        (colour.extensions, "what other tools keep with a colour is left out"),
    ):
        if lost:
            remarks.add(what, colour.name)
    parts = colour.value.components
    match colour.value.space:
        case "srgb" if all(0 <= part <= 1 for part in parts):
            return _packed(_RGB, *(_TOP * part for part in parts))
        case "hsb" if all(0 <= part <= 1 for part in parts[1:]):
            return _packed(_HSB, _TOP * (parts[0] % 360) / 360, _TOP * parts[1], _TOP * parts[2])
        case "cmyk":
            return _packed(_CMYK, *(_TOP * (1 - part) for part in parts))
        case "gray":
            return _packed(_GRAY, _WIDE_TOP * (1 - parts[0]))
        case "lab" if 0 <= parts[0] <= 100 and all(-128 <= part <= 127 for part in parts[1:]):
            return struct.pack(">HHhhH", _LAB, *(round(100 * part) for part in parts), 0)
    remarks.add(f"ACO cannot hold this {colour.value.space}; written as {colour.hex}", colour.name)
    return _packed(_RGB, *(_TOP * code / 255 for code in bytes.fromhex(colour.hex[1:])))


def _packed(space: int, *numbers: float) -> bytes:
    whole = [min(_TOP, max(0, round(number))) for number in numbers]
    return struct.pack(">5H", space, *whole, *[0] * (4 - len(whole)))
