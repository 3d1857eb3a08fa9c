"""Variables of Figma, as its own import and export has them: a DTCG file for each mode of a collection.

Figma imports colours in sRGB and HSL only, takes no dots and braces in names, follows references within the
file, begins a group at a slash, and of names that come to the same keeps the first (Figma help, "Modes for
variables"). The mode is called after the palette: a brand and one that extends it, imported together, are two
modes of a collection, as far as they have the same names.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from brandkit.errors import PaletteError
from brandkit.formats import token_colour, token_layout, tokens
from brandkit.formats.json_tree import load
from brandkit.formats.palette import Colour, Export, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks

TITLE = "Figma variables"
SUFFIXES = (".tokens.json", ".json")

MODE = "com.figma.modeName"
"""The key under the file's ``$extensions`` that every export of Figma has."""
_OWN = "com.figma."
_SCOPES = f"{_OWN}scopes"
_EVERYWHERE = ["ALL_SCOPES"]
_FORBIDDEN = re.compile(r"[.{}/]")
"""In a name; a slash would begin a group."""


def recognises(data: bytes) -> bool:
    """Whether the bytes are a token file that names a mode of Figma."""
    if MODE.encode() not in data:
        return False
    try:
        root = load(data)
    except PaletteError:
        return False
    about = root.get("$extensions") if isinstance(root, dict) else None
    return isinstance(about, dict) and MODE in about


def read(data: bytes, reading: Reading) -> Palette:
    """The colour variables of a mode; the palette is called after it.

    Raises:
        PaletteError: as ``tokens.read``.
    """
    palette = tokens.read(data, reading)
    mode = palette.extensions.get(MODE)
    rest = {key: value for key, value in palette.extensions.items() if key != MODE}
    return replace(palette, name=mode if isinstance(mode, str) and mode else palette.name, extensions=rest)


def write(palette: Palette) -> Export:
    """One mode as Figma imports it; losses are what Figma has no place for."""
    remarks = Remarks()
    root = token_layout.laid_out(palette.colours, _FORBIDDEN, _token, remarks)
    if palette.extensions:
        remarks.add("what other tools keep with the palette is left out")
    root["$extensions"] = {MODE: palette.name or "Mode 1"}
    text = json.dumps(root, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return Export(text.encode("utf-8", "replace"), remarks.lines())


def _token(
    colour: Colour, path: token_layout.Path, target: token_layout.Path | None, remarks: Remarks
) -> dict[str, Any]:
    token: dict[str, Any] = {"$type": "color"}
    if path != (*colour.group, colour.name):
        remarks.add("has another name in Figma: without . { } / $, and each once", colour.name)
    if target is not None:
        token["$value"] = f"{{{'.'.join(target)}}}"
    else:
        token["$value"] = _value(colour, remarks)
        if colour.alias_of is not None:
            remarks.add("repeats a colour that is not here or not alike; is written as a value", colour.name)
    if colour.description:
        token["$description"] = colour.description
    kept = {key: value for key, value in colour.extensions.items() if key.startswith(_OWN)}
    if len(kept) < len(colour.extensions):
        remarks.add("what other tools keep with a colour is left out", colour.name)
    if colour.kind not in (None, "process"):
        remarks.add(f"Figma has no {colour.kind} colours; a plain one", colour.name)
    if colour.where:
        remarks.add("where it was found is left out", colour.name)
    token["$extensions"] = {_SCOPES: _EVERYWHERE, **kept}
    return token


def _value(colour: Colour, remarks: Remarks) -> dict[str, Any]:
    value = colour.value
    if value.space != "srgb" or not all(0 <= part <= 1 for part in value.components):
        remarks.add(f"Figma imports sRGB only; its {value.space} value is written as its HEX", colour.name)
        red, green, blue = bytes.fromhex(colour.hex[1:])
        value = Value("srgb", (red / 255, green / 255, blue / 255), value.alpha)
    return {"alpha": 1, **token_colour.render(value, colour.hex)}
