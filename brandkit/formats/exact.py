"""A colour that a file states twice: exactly, and as the HEX that people read and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brandkit.formats.css_colours import parse_hex
from brandkit.formats.palette import Colour, Kind, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks


def colour(
    reading: Reading,
    name: str,
    value: Value,
    hex_colour: str | None,
    remarks: Remarks,
    *,
    group: tuple[str, ...] = (),
    kind: Kind | None = None,
    alias_of: tuple[str, ...] | None = None,
    description: str = "",
    extensions: Mapping[str, Any] | None = None,
    where: str = "",
) -> Colour:
    """The colour of that value where its HEX agrees; else the HEX counts, as what a person changed last.

    The HEX of a CMYK value depends on its profile, so there it does not contradict: it stands as the
    file has it, unless the reader was given a profile. The other arguments are those of ``Reading.colour``.

    Raises:
        PaletteError: the value is not one of its space.
    """
    rest: dict[str, Any] = {
        "group": group,
        "kind": kind,
        "alias_of": alias_of,
        "description": description,
        "extensions": extensions,
        "where": where,
    }
    stated = reading.colour(name, value, **rest)
    said = None if hex_colour is None else parse_hex(hex_colour, bare=True)
    if said is None:
        return stated
    given = reading.colour(name, said, **rest)
    if given.hex == stated.hex:
        return stated
    if value.space == "cmyk":
        if reading.cmyk_profile is not None:
            return stated
        return replace(stated, hex=given.hex, how="CMYK with the HEX that the file gives", distance_de00=0.0)
    remarks.add("HEX is not that of the exact value beside it; the HEX counts", name)
    return given
