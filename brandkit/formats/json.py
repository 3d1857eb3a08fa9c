"""Colours in plain JSON, in the shapes that people make by hand and small tools export.

Read are: names with colours, nested in groups (``{"brand": {"red": "#F00"}}``); lists of entries with a
``name`` and a ``hex``, ``rgb``, ``cmyk``, ``lab`` or ``value``; either of them under ``colors``,
``swatches`` or ``palette`` beside the palette's ``name``; and what https://github.com/nsfmc/swatch makes of
ASE files. What is written holds everything::

    {
      "name": "Volt",
      "colors": [
        {"name": "Hero", "hex": "#0050FF", "group": ["Brand"], "kind": "spot",
         "space": "cmyk", "components": [1, 0.5, 0, 0], "alpha": 0.5,
         "alias_of": ["Brand", "Blue"], "description": "", "extensions": {}, "where": ""}
      ],
      "extensions": {}
    }

Keys are left out where they say nothing; ``space`` and ``components`` are those of ``Value`` and are left
out where the HEX is exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from brandkit.errors import PaletteError
from brandkit.formats import json_entries, tokens, tokens_studio
from brandkit.formats.css_colours import parse_hex
from brandkit.formats.json_entries import Entry
from brandkit.formats.json_tree import MOST_COLOURS, Path, load, place
from brandkit.formats.palette import Colour, Export, Palette
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks

TITLE = "plain JSON"
SUFFIXES = (".json",)

_LISTS = ("colors", "colours", "swatches", "palette", "entries")
_BEGINNING = re.compile(rb'(?:\xef\xbb\xbf)?\s*[\[{]\s*(?:["\[{\]}]|$)')


def recognises(data: bytes) -> bool:
    """Whether the bytes begin as JSON, and are no design tokens of either kind."""
    if not _BEGINNING.match(data[:1024]) and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return not tokens.recognises(data) and not tokens_studio.recognises(data)


def read(data: bytes, reading: Reading) -> Palette:
    """The colours, in the order of the file; what is no colour is counted in the notes.

    Raises:
        PaletteError: it is no JSON, or holds no colour.
    """
    remarks = Remarks()
    tree = load(data, remarks)
    collected = _Collected(reading, remarks)
    name: object = None
    extensions: object = None
    if isinstance(tree, dict):
        name, extensions = tree.get("name"), tree.get("extensions")
        key = next((key for key in _LISTS if isinstance(tree.get(key), list | dict)), None)
        # Beside a palette's name, a list of its colours is no group.
        if key is not None and not any(
            isinstance(v, dict | list) for k, v in tree.items() if k not in (key, "extensions")
        ):
            tree = tree[key]
    collected.take(tree, (), ())
    if collected.skipped:
        remarks.add(f"left aside {collected.skipped} values that are no colours")
    if not collected.colours:
        reasons = "; ".join(remarks.lines()[:2]) or 'write {"name of a colour": "#1200FF"}'
        raise PaletteError(f"holds no colours: {reasons}")
    return Palette(
        name if isinstance(name, str) else reading.name,
        tuple(collected.colours),
        remarks.lines(),
        extensions if isinstance(extensions, dict) else {},
    )


def write(palette: Palette) -> Export:
    """The whole palette; nothing is lost."""
    content: dict[str, Any] = {"name": palette.name, "colors": [_entry(c) for c in palette.colours]}
    if palette.extensions:
        content["extensions"] = palette.extensions
    return Export((json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


class _Collected:
    """The colours of a tree, as they are found."""

    def __init__(self, reading: Reading, remarks: Remarks) -> None:
        self.colours: list[Colour] = []
        self.skipped = 0
        self._reading = reading
        self._remarks = remarks

    def take(self, node: object, path: Path, group: tuple[str, ...]) -> None:
        """Takes what a node holds; its depth is that of the tree, which is bounded."""
        if isinstance(node, dict) and (entry := json_entries.entry(node)) is not None:
            name = path[-1] if path and isinstance(path[-1], str) and path[-1] not in _LISTS else ""
            self._add(entry, path, group, name)
        elif isinstance(node, dict):
            named = node.get("name")
            inner = next((key for key in _LISTS if isinstance(node.get(key), list | dict)), None)
            if inner is not None and isinstance(named, str):
                outer = group if path and isinstance(path[-1], int) else (*group, *path[-1:])
                self._each(node[inner], (*path, inner), (*(str(part) for part in outer), named))
            else:
                self._each(node, path, (*group, *(key for key in path[-1:] if isinstance(key, str))))
        elif isinstance(node, list):
            self._each(node, path, (*group, *(key for key in path[-1:] if isinstance(key, str))))

    def _each(self, node: Mapping[str, Any] | Sequence[Any], path: Path, group: tuple[str, ...]) -> None:
        items: list[tuple[str | int, Any]]
        items = list(node.items()) if isinstance(node, Mapping) else list(enumerate(node))
        texts = [child for key, child in items if isinstance(child, str) and key not in json_entries.ABOUT]
        bare = bool(texts) and all(parse_hex(text, bare=True) for text in texts)
        for key, child in items:
            here = (*path, key)
            if key in json_entries.ABOUT and not isinstance(child, dict | list):
                continue
            if (entry := json_entries.single(child, bare)) is not None:
                self._add(entry, here, group, str(key) if group or isinstance(key, str) else "")
            elif isinstance(child, dict | list):
                self.take(child, here, group)
            else:
                self.skipped += 1

    def _add(self, entry: Entry, path: Path, group: tuple[str, ...], name: str) -> None:
        try:
            colour = json_entries.colour(entry, group, name, self._reading, self._remarks)
        except (ValueError, PaletteError) as error:
            self._remarks.add(f"{error}; left out", place(path))
            return
        if len(self.colours) >= MOST_COLOURS:
            raise PaletteError(f"{place(path)}: is one of more than {MOST_COLOURS} colours; split the file")
        self.colours.append(colour)


def _entry(colour: Colour) -> dict[str, Any]:
    content: dict[str, Any] = {"name": colour.name, "hex": colour.hex}
    if colour.group:
        content["group"] = list(colour.group)
    if colour.kind is not None:
        content["kind"] = colour.kind
    if colour.value != parse_hex(colour.hex):
        content |= {"space": colour.value.space, "components": list(colour.value.components)}
        if colour.value.alpha != 1:
            content["alpha"] = colour.value.alpha
    if colour.alias_of is not None:
        content["alias_of"] = list(colour.alias_of)
    said = {"description": colour.description, "extensions": colour.extensions, "where": colour.where}
    return content | {key: value for key, value in said.items() if value}
