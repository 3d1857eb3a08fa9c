"""Photoshop's colour swatches, versions 1 and 2.

Adobe Photoshop File Formats Specification, "Color Swatches"; Larry Tesler, "Adobe Photoshop 7 Color File
Format" (nomodes.com). A palette is a version, a number of colours and the colours, each a colour space and
four 16-bit numbers; in version 2 a name follows. Photoshop writes version 1 and version 2 behind it, and
other programs one of them. In CMYK, ink counts down: 0 is all of it. Grey counts ink in hundredths of a
percent: 10000 is black, as GIMP reads it and as Photoshop's swatch "75% Gray" has it.
"""

from __future__ import annotations

import struct

from brandkit.errors import PaletteError
from brandkit.formats.binary import Cursor, utf16
from brandkit.formats.losses import Losses
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
    if version not in (0, 1, 2):  # some programs write version 1 with the number 0
        raise PaletteError("does not begin with version 1 or 2; give swatches that Photoshop saved as ACO")
    count = cursor.number("H", "the number of colours")
    behind = cursor.place + _ENTRY * count
    if version < 2 and data[behind : behind + 2] == b"\0\2":
        cursor.place, version = behind + 2, 2
        count = cursor.number("H", "the number of colours")
    remarks = Remarks()
    colours = []
    for number in range(1, count + 1):
        colour = _colour(cursor, number, version, reading, remarks)
        if colour is not None:
            colours.append(colour)
    if not colours:
        raise PaletteError("; ".join(("holds no colour that can be read", *remarks.lines())))
    if cursor.left:
        remarks.add(f"{cursor.left} bytes behind the last colour are left aside")
    return Palette(reading.name, tuple(colours), remarks.lines())


def _colour(cursor: Cursor, number: int, version: int, reading: Reading, remarks: Remarks) -> Colour | None:
    start = cursor.place
    space = cursor.number("H", f"colour {number}")
    stored = cursor.take(8, f"colour {number}")
    name = ""
    if version == 2:
        units = cursor.number("I", f"the name of colour {number}")
        name = cursor.utf16(units, f"the name of colour {number}")
    called = name or f"colour {number}"
    if space in _BOOKS:
        remarks.add(f"is from the {_BOOKS[space]} book, for which there is no table; left aside", called)
        return None
    value = _value(space, stored)
    if value is None:
        remarks.add(f"is in colour space {space}, which is not known; left aside", called)
        return None
    if space == _WIDE_CMYK:
        remarks.add("is in wide CMYK, read as 10000 for all ink; GIMP reads 0 so: look at the colour", called)
    try:
        return reading.colour(name, value)
    except PaletteError as error:
        raise PaletteError(
            f"byte {start}: colour {number}, {quote(name)}: {error}; export it again"
        ) from error


def _value(space: int, stored: bytes) -> Value | None:
    w, x, y, z = struct.unpack(">4H", stored)
    match space:
        case 0:
            return Value("srgb", (w / _TOP, x / _TOP, y / _TOP))
        case 1:
            return Value("hsb", (_shortest(w, 360), _shortest(x), _shortest(y)))
        case 2:
            return Value("cmyk", tuple(_shortest(_TOP - part) for part in (w, x, y, z)))
        case 7:
            lightness, a, b, _ = struct.unpack(">H3h", stored)
            return Value("lab", (lightness / 100, a / 100, b / 100))
        case 8:
            return Value("gray", ((_WIDE_TOP - w) / _WIDE_TOP,))
        case 9:
            return Value("cmyk", tuple(part / _WIDE_TOP for part in (w, x, y, z)))
    return None


def _shortest(stored: int, whole: int = 1) -> float:
    """A share of ``whole`` as the shortest decimal that is stored as the same 16 bits: 71 % comes back."""
    exact = whole * stored / _TOP
    decimals = (round(exact, digits) for digits in range(6))
    return next((short for short in decimals if round(_TOP * short / whole) == stored), exact)


def write(palette: Palette) -> Export:
    """Version 1, and version 2 with the names behind it, as Photoshop writes them.

    Raises:
        PaletteError: there are more colours than the format can count.
    """
    if len(palette.colours) > _MOST:
        raise PaletteError(f"holds {len(palette.colours)} colours, ACO at most {_MOST}; write it as ASE")
    losses = Losses("ACO")
    entries = [_entry(colour, losses) for colour in palette.colours]
    first = struct.pack(">HH", 1, len(entries)) + b"".join(entries)
    second = [struct.pack(">HH", 2, len(entries))]
    for colour, entry in zip(palette.colours, entries, strict=True):
        encoded = utf16(losses.text(colour.name, _LONGEST_NAME))
        second += entry, struct.pack(">I", len(encoded) // 2), encoded
    return Export(first + b"".join(second), losses.lines(palette))


def _entry(colour: Colour, losses: Losses) -> bytes:
    losses.plain(colour)
    entry = _stored(colour.value)
    if entry is None:
        srgb = losses.recode(colour, f"ACO cannot hold this {colour.value.space};")
        return _packed(_RGB, *(_TOP * part for part in srgb))
    space = int.from_bytes(entry[:2], "big")
    rounded = _value(space, entry[2:])
    if rounded is not None and rounded.components != colour.value.components:
        plain = Reading(colour.name)
        if plain.colour("", rounded).hex != plain.colour("", colour.value).hex:
            losses.add("ACO holds 16 bits of a number, which changes the HEX here", colour.name)
    return entry


def _stored(value: Value) -> bytes | None:
    """Colour space and numbers as they are stored; ``None`` for what has no place there."""
    parts = value.components
    match value.space:
        case "srgb" if all(0 <= part <= 1 for part in parts):
            return _packed(_RGB, *(_TOP * part for part in parts))
        case "hsb" if all(0 <= part <= 1 for part in parts[1:]):
            hue = parts[0] if 0 <= parts[0] <= 360 else parts[0] % 360
            return _packed(_HSB, _TOP * hue / 360, _TOP * parts[1], _TOP * parts[2])
        case "cmyk":
            return _packed(_CMYK, *(_TOP - round(_TOP * part) for part in parts))
        case "gray":
            return _packed(_GRAY, _WIDE_TOP - round(_WIDE_TOP * parts[0]))
        case "lab" if 0 <= parts[0] <= 100 and all(-128 <= part <= 127 for part in parts[1:]):
            return struct.pack(">HHhhH", _LAB, *(round(100 * part) for part in parts), 0)
    return None


def _packed(space: int, *numbers: float) -> bytes:
    whole = [min(_TOP, max(0, round(number))) for number in numbers]
    return struct.pack(">5H", space, *whole, *[0] * (4 - len(whole)))
