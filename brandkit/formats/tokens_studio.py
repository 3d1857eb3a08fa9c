"""JSON of Tokens Studio for Figma (https://docs.tokens.studio), and of Style Dictionary before DTCG.

Its tokens have ``value`` and ``type``, or in its newer mode ``$value`` and ``$type``; several sets stand
in one file, and references do not name the set. A reference means the token of its own set, else of the
set that comes last in ``tokenSetOrder``, as the plugin resolves it where all sets are on. A file of one set
is a palette of its name. Colours are written as HEX or ``rgba()``, which every version of the plugin reads.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

from brandkit.errors import PaletteError
from brandkit.formats import token_layout, token_writing
from brandkit.formats.json_tree import MOST_COLOURS, load, place
from brandkit.formats.palette import Colour, Export, Palette
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.formats.studio_sets import FILE_KEYS, STUDIO, Sets, extensions_of, walk

TITLE = "Tokens Studio for Figma"
SUFFIXES = (".json",)

_TYPES = frozenset(
    {
        "borderRadius",
        "borderWidth",
        "boxShadow",
        "fontFamilies",
        "fontSizes",
        "fontWeights",
        "letterSpacing",
        "lineHeights",
        "paragraphSpacing",
    }
)
"""Types that the plugin has and DTCG lacks."""
_FORBIDDEN = re.compile(r"[.{}]")
"""In a name: references would end there."""


def recognises(data: bytes) -> bool:
    """Whether the bytes are JSON with marks of Tokens Studio, or colours with ``value`` and ``type``."""
    if b"value" not in data and b"$" not in data and b"\0" not in data:
        return False
    try:
        root = load(data)
    except PaletteError:
        return False
    if not isinstance(root, dict):
        return False
    if FILE_KEYS & root.keys():
        return True
    about = root.get("$extensions")
    if isinstance(about, dict) and token_writing.OURS in about:
        return False
    tokens = list(walk(root, (), 0, None))
    if any(token.type in _TYPES or STUDIO in extensions_of(token) for token in tokens):
        return True
    old = any(token.type == "color" and "value" in token.content for token in tokens)
    return old and not any("$value" in token.content for token in tokens)


def read(data: bytes, reading: Reading) -> Palette:
    """The colour tokens of all sets, each of several a group; modifiers applied where they are understood.

    Raises:
        PaletteError: it is no JSON, references go in a circle, or no colour token is left.
    """
    remarks = Remarks()
    root = load(data, remarks)
    if not isinstance(root, dict):
        raise PaletteError("is JSON without tokens; a token file is an object of sets, groups and tokens")
    if root.get("$themes"):
        remarks.add("themes are left aside: each set is a group, whatever theme turns it on")
    sets = Sets(root, remarks)
    colours: list[Colour] = []
    others: Counter[str] = Counter()
    for token in sets.tokens:
        if token.type != "color":
            others[token.type or "without a type"] += 1
            continue
        try:
            colours.append(sets.colour(token, reading))
        except ValueError as error:
            remarks.add(f"{error}; left out", place(token.path))
        if len(colours) > MOST_COLOURS:
            raise PaletteError(f"holds more than {MOST_COLOURS} colours; split the file")
    if others:
        counted = ", ".join(f"{count} {kind[:40]}" for kind, count in others.most_common(12))
        remarks.add(f"left aside {others.total()} tokens that are no colours: {counted}")
    if not colours:
        reasons = "; ".join(remarks.lines()[:2]) or "export colours, too"
        raise PaletteError(f"holds no colour tokens: {reasons}")
    extensions = {key: root[key] for key in sorted(FILE_KEYS) if key in root}
    named = [key for key in root if not key.startswith("$")]
    if not extensions or len(named) > 1:
        return Palette(reading.name, tuple(colours), remarks.lines(), extensions)
    return Palette(named[0], tuple(map(_without_set, colours)), remarks.lines(), extensions)


def _without_set(colour: Colour) -> Colour:
    alias_of = None if colour.alias_of is None else colour.alias_of[1:]
    return replace(colour, group=colour.group[1:], alias_of=alias_of)


def write(palette: Palette) -> Export:
    """One set called after the palette, in the plugin's W3C mode, and a theme that turns it on."""
    remarks = Remarks()
    tree = token_layout.laid_out(palette.colours, _FORBIDDEN, _token, remarks)
    if palette.extensions.keys() - FILE_KEYS:
        remarks.add("what other tools keep with the palette is left out")
    name = palette.name.removeprefix("$") or "brand"
    theme = {"id": name, "name": name, "selectedTokenSets": {name: "enabled"}}
    root = {name: tree, "$themes": [theme], "$metadata": {"tokenSetOrder": [name]}}
    text = json.dumps(root, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return Export(text.encode("utf-8", "replace"), remarks.lines())


def _token(
    colour: Colour, path: token_layout.Path, target: token_layout.Path | None, remarks: Remarks
) -> dict[str, Any]:
    if path != (*colour.group, colour.name):
        remarks.add("has another name there: without . { } $, and each once", colour.name)
    if target is None and colour.alias_of is not None:
        remarks.add("repeats a colour that is not here or not alike; is written as a value", colour.name)
    if colour.value.space != "srgb":
        remarks.add(f"its {colour.value.space} value is written as its HEX", colour.name)
    if colour.kind not in (None, "process"):
        remarks.add(f"Tokens Studio has no {colour.kind} colours; a plain one", colour.name)
    if colour.where:
        remarks.add("where it was found is left out", colour.name)
    value = _notation(colour) if target is None else f"{{{'.'.join(target)}}}"
    token: dict[str, Any] = {"$type": "color", "$value": value}
    if colour.description:
        token["$description"] = colour.description
    if colour.extensions:
        token["$extensions"] = dict(colour.extensions)
    return token


def _notation(colour: Colour) -> str:
    if colour.value.alpha == 1:
        return colour.hex
    red, green, blue = bytes.fromhex(colour.hex[1:])
    return f"rgba({red}, {green}, {blue}, {colour.value.alpha:g})"
