"""Adobe Swatch Exchange, as Illustrator, InDesign and Photoshop save it.

Adobe has published no description; the layout is Olivier Berten's and Carl Camera's
(http://carl.camera/default.aspx?id=109). A file is ``ASEF``, a version, a number of blocks and the blocks:
the start of a group, its end, or a colour in RGB, CMYK, LAB or Gray, whose numbers are 32-bit floats, L*
as 0 to 1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from brandkit.errors import PaletteError
from brandkit.formats.binary import Cursor, utf16
from brandkit.formats.palette import Colour, Export, Kind, Palette, Space, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.swatch import quote

TITLE = "Adobe Swatch Exchange (ASE)"
SUFFIXES = (".ase",)

_SIGNATURE = b"ASEF"
_GROUP, _GROUP_END, _COLOUR = 0xC001, 0xC002, 0x0001
_MODELS: dict[str, tuple[Space, int]] = {
    "RGB": ("srgb", 3),
    "CMYK": ("cmyk", 4),
    "LAB": ("lab", 3),
    "GRAY": ("gray", 1),
}
_WRITTEN = {"srgb": b"RGB ", "cmyk": b"CMYK", "lab": b"LAB ", "gray": b"Gray"}
_KINDS: tuple[Kind, ...] = ("global", "spot", "process")
_PLAIN = _KINDS.index("process")
_DEEPEST = 64
_LONGEST_NAME = 32_000
"""Characters, at most two UTF-16 units each; the length of a name is stored in 16 bits."""


def recognises(data: bytes) -> bool:
    """Whether the bytes begin with ``ASEF``."""
    return data.startswith(_SIGNATURE)


def read(data: bytes, reading: Reading) -> Palette:
    """The colours with their groups; blocks of other kinds are noted and left aside."""
    cursor = Cursor(data)
    if cursor.take(min(4, cursor.left), "the signature") != _SIGNATURE:
        raise PaletteError("does not begin with ASEF; give a palette that was saved as Adobe Swatch Exchange")
    cursor.take(4, "the version")
    count = cursor.number("I", "the number of blocks")
    colours: list[Colour] = []
    groups: list[str] = []
    remarks = Remarks()
    for number in range(1, count + 1):
        if not cursor.left:
            remarks.add(f"states {count} blocks, but ends after {number - 1}")
            break
        kind = cursor.number("H", f"block {number}")
        if kind == _GROUP_END and cursor.left < 4:
            break  # some programs leave out the length of the last one
        block = cursor.part(cursor.number("I", f"block {number}"), f"block {number}")
        if kind == _GROUP:
            groups.append(_name(block, number))
            if len(groups) > _DEEPEST:
                raise PaletteError(
                    f"byte {block.place}: has groups more than {_DEEPEST} deep; export it again"
                )
        elif kind == _GROUP_END:
            groups = groups[:-1]
        elif kind == _COLOUR:
            colours.append(_colour(block, number, tuple(groups), reading))
        else:
            remarks.add(f"block {number} is of kind {kind:#06x}, which is no colour; left aside")
    if not colours:
        raise PaletteError("holds no colours; add swatches and export it again")
    return Palette(reading.name, tuple(colours), remarks.lines())


def _name(block: Cursor, number: int) -> str:
    what = f"the name in block {number}"
    return block.utf16(block.number("H", what), what)


def _colour(block: Cursor, number: int, group: tuple[str, ...], reading: Reading) -> Colour:
    name = _name(block, number)
    start = block.place
    model = block.take(4, f"the colour model of {quote(name)}")
    key = model.decode("latin-1").strip(" \0").upper()
    if key not in _MODELS:
        raise PaletteError(
            f"byte {start}: {quote(name)} is in {model!r}, which is no colour model; export it again"
        )
    space, count = _MODELS[key]
    parts = block.floats(count, f"the numbers of {quote(name)}")
    if space == "lab":
        parts = (_lightness(parts[0]), *parts[1:])
    kind = block.number("H", f"the kind of {quote(name)}") if block.left >= 2 else _PLAIN
    try:
        return reading.colour(name, Value(space, parts), group=group, kind=_KINDS[kind] if kind < 3 else None)
    except PaletteError as error:
        raise PaletteError(f"byte {start}: {quote(name)}: {error}") from error


def _lightness(stored: float) -> float:
    """L* 0 to 100, as the shortest decimal that is stored as the same bits."""
    for digits in range(4, 12):
        lightness = float(f"{stored * 100:.{digits}g}")
        if struct.pack(">f", lightness / 100) == struct.pack(">f", stored):
            return lightness
    return stored * 100


def write(palette: Palette) -> Export:
    """RGB, CMYK, Lab and Gray as they are, all else as sRGB; groups within groups stay so."""
    remarks = Remarks()
    blocks = list(_blocks(palette, remarks))
    if palette.extensions:
        remarks.add("what other tools keep with the palette is left out")
    if any(len(colour.group) > 1 for colour in palette.colours):
        remarks.add("groups within groups are written, but Adobe's programs show one level only")
    head = _SIGNATURE + struct.pack(">HHI", 1, 0, len(blocks))
    return Export(head + b"".join(blocks), remarks.lines())


def _blocks(palette: Palette, remarks: Remarks) -> Iterator[bytes]:
    open_groups: tuple[str, ...] = ()
    for colour in palette.colours:
        shared = 0
        while colour.group[: shared + 1] == open_groups[: shared + 1] and shared < len(colour.group):
            shared += 1
        for _ in open_groups[shared:]:
            yield struct.pack(">HI", _GROUP_END, 0)
        for name in colour.group[shared:]:
            yield _block(_GROUP, _text(name))
        open_groups = colour.group
        yield _block(_COLOUR, _text(_fitting(colour.name, remarks)) + _body(colour, remarks))
    for _ in open_groups:
        yield struct.pack(">HI", _GROUP_END, 0)


def _body(colour: Colour, remarks: Remarks) -> bytes:
    value = colour.value
    parts = value.components
    if value.space not in _WRITTEN:
        remarks.add(f"ASE has no {value.space}; written as {colour.hex}", colour.name)
        value = Value("srgb", tuple(code / 255 for code in bytes.fromhex(colour.hex[1:])))
        parts = value.components
    elif value.space == "lab":
        parts = (parts[0] / 100, *parts[1:])
    if colour.value.alpha != 1:
        remarks.add("ASE has no opacity; written opaque", colour.name)
    for lost, what in (
        (colour.alias_of, "ASE has no references; written as a colour of its own"),
        (colour.description, "ASE has no descriptions; left out"),
        (colour.extensions, "what other tools keep with a colour is left out"),
    ):
        if lost:
            remarks.add(what, colour.name)
    kind = _PLAIN if colour.kind is None else _KINDS.index(colour.kind)
    return _WRITTEN[value.space] + struct.pack(f">{len(parts)}fH", *parts, kind)


def _fitting(name: str, remarks: Remarks) -> str:
    if len(name) <= _LONGEST_NAME:
        return name
    remarks.add(f"the name is longer than {_LONGEST_NAME} characters; cut", name)
    return name[:_LONGEST_NAME]


def _text(name: str) -> bytes:
    encoded = utf16(name)
    return struct.pack(">H", len(encoded) // 2) + encoded


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content
