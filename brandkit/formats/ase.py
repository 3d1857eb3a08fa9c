"""Adobe Swatch Exchange, as Illustrator, InDesign and Photoshop save it.

Adobe has published no description; the layout is Olivier Berten's and Carl Camera's
(http://carl.camera/default.aspx?id=109). A file is ``ASEF``, a version, a number of blocks and the blocks:
the start of a group, its end, or a colour in RGB, CMYK, LAB or Gray, whose numbers are 32-bit floats, L*
as 0 to 1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import count

from brandkit.errors import PaletteError
from brandkit.formats.binary import Cursor, utf16
from brandkit.formats.json_tree import MOST_COLOURS
from brandkit.formats.losses import Losses
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
_MOST_BLOCKS = 4 * MOST_COLOURS
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
    stated = cursor.number("I", "the number of blocks")
    colours: list[Colour] = []
    groups: list[str] = []
    remarks = Remarks()
    for number, kind, block in _stored(cursor, stated, remarks):
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
            if len(colours) > MOST_COLOURS:
                raise PaletteError(f"byte {block.place}: holds more than {MOST_COLOURS} colours; split it")
        else:
            remarks.add(f"is of kind {kind:#06x}, which is no colour; left aside", f"block {number}")
    if not colours:
        raise PaletteError("holds no colours; add swatches and export it again")
    return Palette(reading.name, tuple(colours), remarks.lines())


def _stored(cursor: Cursor, stated: int, remarks: Remarks) -> Iterator[tuple[int, int, Cursor]]:
    """Number, kind and content of each block, of those beyond the stated number too.

    Not every program counts its groups' ends, so the bytes tell how many blocks there are.
    """
    for number in count(1):
        past = number > stated
        if not cursor.left or (past and not _is_block(cursor)):
            break
        if number > _MOST_BLOCKS:
            raise PaletteError(f"byte {cursor.place}: holds more than {_MOST_BLOCKS} blocks; split it")
        what = f"block {number}"
        kind = cursor.number("H", what)
        if kind == _GROUP_END and cursor.left < 4:
            return  # some programs leave out the length of the last one
        yield number, kind, cursor.part(cursor.number("I", what), what)
    if number - 1 != stated:
        remarks.add(f"states {stated} blocks, but holds {number - 1}")
    if cursor.left:
        remarks.add(f"{cursor.left} bytes behind the last block are left aside")


def _is_block(cursor: Cursor) -> bool:
    """Whether a block of a known kind comes next, whole; the cursor stays where it is."""
    head = cursor.peek(6)
    if len(head) < 6:
        return False
    kind, length = struct.unpack(">HI", head)
    return kind in (_GROUP, _GROUP_END, _COLOUR) and length <= cursor.left - len(head)


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
    space, components = _MODELS[key]
    parts = block.floats(components, f"the numbers of {quote(name)}")
    if space == "lab":
        parts = (_lightness(parts[0]), *parts[1:])
    kind = block.number("H", f"the kind of {quote(name)}") if block.left >= 2 else _PLAIN
    try:
        return reading.colour(name, Value(space, parts), group=group, kind=_KINDS[kind] if kind < 3 else None)
    except PaletteError as error:
        raise PaletteError(f"byte {start}: {quote(name)}: {error}; export it again") from error


def _lightness(stored: float) -> float:
    """L* 0 to 100, as the shortest decimal that is stored as the same bits."""
    if not abs(stored) <= 100:  # no lightness, which the reading says; it may not fit into 32 bits here
        return stored * 100
    for digits in range(4, 12):
        lightness = float(f"{stored * 100:.{digits}g}")
        if struct.pack(">f", lightness / 100) == struct.pack(">f", stored):
            return lightness
    return stored * 100


def write(palette: Palette) -> Export:
    """RGB, CMYK, Lab and Gray as they are, all else as sRGB; groups within groups stay so."""
    losses = Losses("ASE")
    blocks = list(_blocks(palette, losses))
    if any(len(colour.group) > 1 for colour in palette.colours):
        losses.add("groups within groups are written, but Adobe's programs show one level only")
    head = _SIGNATURE + struct.pack(">HHI", 1, 0, len(blocks))
    return Export(head + b"".join(blocks), losses.lines(palette))


def _blocks(palette: Palette, losses: Losses) -> Iterator[bytes]:
    open_groups: tuple[str, ...] = ()
    for colour in palette.colours:
        if len(colour.group) > _DEEPEST:
            losses.add(f"is in groups more than {_DEEPEST} deep; the inner ones are left out", colour.name)
        group = colour.group[:_DEEPEST]
        shared = 0
        while group[: shared + 1] == open_groups[: shared + 1] and shared < len(group):
            shared += 1
        for _ in open_groups[shared:]:
            yield struct.pack(">HI", _GROUP_END, 0)
        for name in group[shared:]:
            yield _block(_GROUP, _text(name, losses))
        open_groups = group
        yield _block(_COLOUR, _text(colour.name, losses) + _body(colour, losses))
    for _ in open_groups:
        yield struct.pack(">HI", _GROUP_END, 0)


def _body(colour: Colour, losses: Losses) -> bytes:
    losses.plain(colour, groups=True, kinds=True)
    space, parts = colour.value.space, colour.value.components
    if space not in _WRITTEN:
        parts = losses.recode(colour, f"ASE has no {space};")
        space = "srgb"
    elif space == "lab":
        parts = (parts[0] / 100, *parts[1:])
    kind = _PLAIN if colour.kind is None else _KINDS.index(colour.kind)
    return _WRITTEN[space] + struct.pack(f">{len(parts)}fH", *parts, kind)


def _text(name: str, losses: Losses) -> bytes:
    encoded = utf16(losses.text(name, _LONGEST_NAME))
    return struct.pack(">H", len(encoded) // 2) + encoded


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content
