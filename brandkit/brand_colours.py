"""The section ``color`` of a brand file: which names there are, and which of them are one colour."""

from __future__ import annotations

from collections.abc import Mapping

from brandkit.brand_fields import Fields
from brandkit.swatch import fold, is_bare_hex, parse_hex, parse_name, quote
from brandkit.yaml_file import Node, where

THEME = (
    "primary",
    "secondary",
    "tertiary",
    "foreground",
    "background",
    "success",
    "info",
    "warning",
    "danger",
    "light",
    "dark",
)
"""The standard's theme colours; a swatch that serves as several has the role that comes first here."""


class Colours:
    """Names and HEX colours of the palette and the theme, with aliases resolved.

    A colour that is given twice, under another name or as a theme colour, is one swatch under the
    name that comes first.

    Attributes:
        swatches: HEX to name, in the order of the file.
        names: every name that stands for a colour, with its value.
    """

    def __init__(self, section: Node | None, fields: Fields) -> None:
        self._fields = fields
        self._resolved: dict[int, str | None] = {}  # by the id of the node
        self.theme = fields.keys(section, ("palette", *THEME))
        self.palette = fields.keys(self.theme.pop("palette", None))
        self.names: Mapping[str, Node] = self.theme | self.palette
        self.swatches: dict[str, str] = {}
        self._check_names()
        for name, node in self.palette.items():
            hex_colour = self.resolve(name, node, self.palette)
            if hex_colour is not None and not self._is_alias(node):
                self.swatches.setdefault(hex_colour, name)
        for key, node in self.theme.items():
            hex_colour = self.resolve(key, node)
            if hex_colour is not None and hex_colour not in self.swatches:
                self._check_free(key, node)
                self.swatches[hex_colour] = key

    def owner(self, name: str) -> str | None:
        """The swatch that a name of the palette or the theme stands for."""
        node = self.names.get(name)
        hex_colour = None if node is None else self._resolved[id(node)]
        return None if hex_colour is None else self.swatches.get(hex_colour)

    def role(self, hex_colour: str) -> str | None:
        """The foremost theme colour that has this HEX."""
        return next((key for key in THEME if self.theme_hex(key) == hex_colour), None)

    def theme_hex(self, key: str) -> str | None:
        """The HEX of a theme colour, ``None`` where it is not given."""
        node = self.theme.get(key)
        return None if node is None else self._resolved[id(node)]

    def resolve(self, name: str, node: Node, names: Mapping[str, Node] | None = None) -> str | None:
        """The HEX that a value stands for, through aliases; ``None`` where a problem was noted."""
        names = self.names if names is None else names
        trail: dict[int, str] = {}
        found: str | None = None
        while id(node) not in self._resolved:
            if id(node) in trail:
                self._note_cycle(node, trail)
                break
            trail[id(node)] = name
            text = self._fields.text(node)
            if text is None:
                break
            if text not in names:
                found = self._parse(text, node, names)
                break
            name, node = text, names[text]
        else:
            found = self._resolved[id(node)]
        self._resolved |= dict.fromkeys(trail, found)
        return found

    def _is_alias(self, node: Node) -> bool:
        return isinstance(node.content, str) and node.content in self.palette

    def _parse(self, text: str, node: Node, names: Mapping[str, Node]) -> str | None:
        if text.startswith("#") or is_bare_hex(text):
            try:
                return parse_hex(text)
            except ValueError as error:
                self._fields.problems.add(node, str(error))
        else:
            hint = self._fields.hint(text, names)
            missing = f"{quote(text)} is neither a HEX colour nor a name in color.palette{hint}"
            self._fields.problems.add(node, missing)
        return None

    def _note_cycle(self, node: Node, trail: Mapping[int, str]) -> None:
        names = list(trail.values())[list(trail).index(id(node)) :]
        cycle = " -> ".join(quote(name)[1:-1] for name in (*names[:6], names[0]))
        self._fields.problems.add(node, f"goes in a circle ({cycle}); give one of them a HEX colour")

    def _check_names(self) -> None:
        seen: dict[str, tuple[str, Node]] = {}
        for name, node in self.palette.items():
            try:
                parse_name(name)
            except ValueError as error:
                self._fields.problems.add(node, str(error))
            earlier, other = seen.setdefault(fold(name), (name, node))
            if other is not node:
                place = where(other, node)
                alike = f"differs from {quote(earlier)} ({place}) only in case, spaces or hyphens"
                self._fields.problems.add(node, f"{alike}; rename one")

    def _check_free(self, key: str, node: Node) -> None:
        for name, other in self.palette.items():
            if fold(name) == fold(key):
                place = where(other, node)
                clash = f"is another colour than color.palette.{quote(name)[1:-1]} ({place})"
                self._fields.problems.add(node, f"{clash}; rename one")
