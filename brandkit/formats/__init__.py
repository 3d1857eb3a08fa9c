"""Palettes in the files that designers have: one module for each format.

A format is a module of this package with what ``Format`` lists; nothing else needs to know of it. Its own
libraries are loaded when it is used.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from brandkit.errors import PaletteError
from brandkit.formats.palette import Colour, Export, Kind, Palette, Space, Value
from brandkit.formats.reading import Reading
from brandkit.swatch import quote

__all__ = [
    "Colour",
    "Export",
    "Format",
    "Kind",
    "Palette",
    "Reading",
    "Space",
    "Value",
    "Writable",
    "detect",
    "form",
    "formats",
    "read",
    "select",
    "write",
]

MOST_BYTES = 64 << 20
"""A palette is kilobytes, a brand book as PDF some megabytes."""
_PARTS = frozenset(
    {
        "aliases",
        "arithmetic",
        "binary",
        "css_colours",
        "css_variables",
        "csv_columns",
        "exact",
        "json_entries",
        "json_tree",
        "losses",
        "modifiers",
        "palette",
        "pdf_codes",
        "pdf_content",
        "pdf_device",
        "pdf_drawings",
        "pdf_inks",
        "pdf_lines",
        "pdf_logos",
        "pdf_names",
        "pdf_process",
        "pdf_shapes",
        "pdf_statements",
        "pdf_swatches",
        "picture_names",
        "reading",
        "remarks",
        "show",
        "studio_sets",
        "text",
        "token_colour",
        "token_layout",
        "token_tree",
        "token_writing",
    }
)


class Format(Protocol):
    """A module that reads a palette format.

    Attributes:
        TITLE: what people call it, such as ``Adobe Swatch Exchange``.
        SUFFIXES: the usual endings of its files, lower case, such as ``(".ase",)``.
    """

    TITLE: str
    SUFFIXES: tuple[str, ...]

    def recognises(self, data: bytes) -> bool:
        """Whether the bytes are of this format: cheap, by signature or first keys; never raises."""
        ...

    def read(self, data: bytes, reading: Reading) -> Palette:
        """The palette in the bytes.

        Raises:
            PaletteError: they are damaged, hold no colour, or are of another format. The message says
                what is wrong, where, and what to do, and leaves the file's name to the caller.
        """
        ...


@runtime_checkable
class Writable(Format, Protocol):
    """A format that can also be written."""

    def write(self, palette: Palette) -> Export:
        """The palette in this format, and what the format cannot hold of it."""
        ...


def formats() -> tuple[str, ...]:
    """Names of the formats there are: the modules of this package that are none of its own parts."""
    return tuple(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg and m.name not in _PARTS)


def form(name: str) -> Format:
    """The format of that name. Raises ``PaletteError`` for one that does not exist."""
    known = formats()
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(known)}"
        raise PaletteError(f"'{name}' is not a palette format; {hint}")
    return cast(Format, importlib.import_module(f"{__name__}.{name}"))


def detect(path: Path, data: bytes) -> str:
    """Which format a file is of: by its content, among those of its ending first.

    Raises:
        PaletteError: none recognises it.
    """
    suffix = path.suffix.lower()
    named = sorted(formats(), key=lambda name: suffix not in form(name).SUFFIXES)
    for name in named:
        if form(name).recognises(data):
            return name
    known = ", ".join(form(name).TITLE for name in sorted(named))
    raise PaletteError(f"{path}: is no palette that can be read; give one of {known}")


def read(path: str | Path, *, format: str | None = None, cmyk_profile: str | Path | None = None) -> Palette:
    """Read a palette file.

    Args:
        path: a palette, a design-token file, a brand book as PDF, a picture …
        format: its format's name; ``None`` to tell by content and ending.
        cmyk_profile: an ICC profile for CMYK values; ``None`` for CGATS TR 001 (SWOP coated).

    Raises:
        PaletteError: the file cannot be read, is damaged, too large, or holds no colour.

    >>> read("palettes/volt.brand.yml").colours[0].hex
    '#0050FF'
    """
    path = Path(path)
    data = _bytes(path)
    profile = None if cmyk_profile is None else _bytes(Path(cmyk_profile))
    name = format or detect(path, data)
    try:
        palette = form(name).read(data, Reading(_stem(path), profile, path))
    except PaletteError as error:
        raise PaletteError(f"{path}: {error}") from error
    return palette


def select(palette: Palette, numbers: str) -> Palette:
    """Some of a palette's colours.

    Args:
        palette: where from.
        numbers: ``all``, or numbers from 1 and ranges of them: ``1,3-5``.

    Raises:
        PaletteError: ``numbers`` is neither, or names a colour that is not there.

    >>> [colour.name for colour in select(read("palettes/volt.brand.yml"), "1,3-4").colours]
    ['electric-blue', 'ice', 'spark']
    """
    if numbers.strip().lower() == "all":
        return palette
    chosen: set[int] = set()
    for part in numbers.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part, re.ASCII)
        if match is None:
            raise PaletteError(f"'{numbers}' does not say which colours; write all, or numbers such as 1,3-5")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= len(palette.colours):
            raise PaletteError(f"'{part}' is not there; the colours are 1 to {len(palette.colours)}")
        chosen |= set(range(first - 1, last))
    return replace(palette, colours=tuple(palette.colours[k] for k in sorted(chosen)))


def write(palette: Palette, path: str | Path, format: str) -> tuple[str, ...]:
    """Write a palette to a file, whole or not at all.

    Returns:
        What the format could not hold, one line each.

    Raises:
        PaletteError: the format cannot be written.
        OutputError: the place cannot be written to.
    """
    from brandkit.media.atomic import replacing

    writer = form(format)
    if not isinstance(writer, Writable):
        known = ", ".join(name for name in formats() if isinstance(form(name), Writable))
        raise PaletteError(f"'{format}' is only read, not written; use one of {known}")
    path = Path(path)
    export = writer.write(palette)
    with replacing(path) as temporary:
        temporary.write_bytes(export.data)
    return (*export.losses, *_name_lost(palette, writer, export.data, path))


def _name_lost(palette: Palette, writer: Format, written: bytes, path: Path) -> tuple[str, ...]:
    """A line where the palette will be called by its file's name, since the format has no place for one."""
    kept = _stem(path)
    if palette.name in ("", kept) or writer.read(written, Reading(kept, path=path)).name == palette.name:
        return ()
    return (f"the palette's name, {quote(palette.name)}; it will be called {quote(kept)} after its file",)


def _stem(path: Path) -> str:
    return path.name.partition(".")[0] or path.name


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise PaletteError(f"{path}: no such file; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PaletteError(f"{path}: cannot be read: {reason}") from error
    if not data:
        raise PaletteError(f"{path}: is empty; export the palette again")
    if len(data) > MOST_BYTES:
        raise PaletteError(f"{path}: is larger than {MOST_BYTES >> 20} MiB; a palette is far smaller")
    return data
