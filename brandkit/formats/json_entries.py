"""One colour in plain JSON: an object that says more of it, a text, or a list of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from brandkit.formats import css_colours, exact, token_colour
from brandkit.formats.json_tree import number, numbers
from brandkit.formats.palette import Colour, Kind, Space, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.swatch import quote

ABOUT = frozenset(
    {"name", "title", "description", "comment", "version", "author", "license", "url", "type", "extensions"}
)
"""Keys that say something of a palette or a group, and are no names of colours."""

_SPACES: dict[str, Space] = {space: space for space in get_args(Space)}
_STATES = ("hex", "rgb", "cmyk", "lab", "value", "color", "colour", "components", "data")
_MODES: dict[str, Space] = {"RGB": "srgb", "CMYK": "cmyk", "LAB": "lab", "GRAY": "gray"}
_FULL: dict[str, float] = {"rgb": 255.0, "cmyk": 100.0}
_ORDER = {"rgb": "rgb", "cmyk": "cmyk", "lab": "lab"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A colour as found.

    Attributes:
        value: what it is; ``None`` where it could not be understood.
        said: the object that says more of it.
        problem: why it could not be understood.
    """

    value: Value | None
    said: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def entry(node: Mapping[str, Any]) -> Entry | None:
    """The colour that an object states, or ``None`` for an object that is a group."""
    stated = [key for key in _STATES if key in node and not _is_group(key, node[key])]
    if not stated:
        return None
    try:
        return Entry(_value(node), node)
    except ValueError as error:
        return Entry(None, node, str(error))


def single(value: object, bare: bool) -> Entry | None:
    """The colour that a text or a list of numbers is; ``bare`` HEX only where all texts beside it are."""
    if isinstance(value, str):
        colour = css_colours.parse_hex(value, bare=bare)
        if colour is None and css_colours.is_function(value):
            colour = css_colours.parse(value)
        return None if colour is None else Entry(colour)
    if isinstance(value, list) and len(value) == 3 and (listed := numbers(value)) is not None:
        return Entry(_scaled("rgb", listed)) if all(0 <= part <= 255 for part in listed) else None
    return None


def colour(found: Entry, group: tuple[str, ...], name: str, reading: Reading, remarks: Remarks) -> Colour:
    """The colour of an entry that stands in ``group`` under the key ``name``.

    Raises:
        ValueError, PaletteError: it is no colour; the message says why.
    """
    said = found.said
    if found.value is None:
        raise ValueError(found.problem)
    title = said.get("name", said.get("title"))
    own = _texts(said.get("group"))
    kind = said.get("kind", said.get("type"))
    description = said.get("description", said.get("comment"))
    extensions, where, text = said.get("extensions"), said.get("where"), said.get("hex")
    return exact.colour(
        reading,
        title if isinstance(title, str) else name,
        found.value,
        text if "components" in said and isinstance(text, str) else None,
        remarks,
        group=group if own is None else (*group, *own),
        kind=_kind(kind),
        alias_of=_texts(said.get("alias_of")),
        description=description if isinstance(description, str) else "",
        extensions=extensions if isinstance(extensions, dict) else None,
        where=where if isinstance(where, str) else "",
    )


def _is_group(key: str, value: object) -> bool:
    """Whether what stands under a key that can state a colour is a group of colours: ``{"value": {…}}``."""
    if key == "data":
        return not (isinstance(value, dict) and {"mode", "values"} <= value.keys())
    if key == "components":
        return not isinstance(value, list)
    if isinstance(value, dict):
        return not ({"r", "g", "b"} <= value.keys() or {"c", "m", "y", "k"} <= value.keys() or "l" in value)
    if isinstance(value, list):
        return key not in _ORDER or numbers(value) is None
    return not isinstance(value, str | int | float) or isinstance(value, bool)


def _value(node: Mapping[str, Any]) -> Value:
    if "components" in node and "space" in node:
        return _exact(node)
    if "components" in node and "colorSpace" in node:
        return token_colour.parse(node)
    if isinstance(data := node.get("data"), dict):
        return _swatch(data)
    for key in ("hex", "value", "color", "colour"):
        if isinstance(text := node.get(key), str):
            value = css_colours.parse_hex(text, bare=True) or css_colours.parse(text)
            if value is None:
                raise ValueError(f"{quote(text)} is no colour")
            return value
    for key, letters in _ORDER.items():
        found = node.get(key)
        if key == "rgb" and found is None:
            found = next(
                (node[k] for k in ("value", "color", "colour") if isinstance(node.get(k), dict)), None
            )
        if isinstance(found, dict):
            found = [found.get(letter) for letter in letters]
        if (listed := numbers(found)) is not None:
            return _scaled(key, listed)
        if isinstance(found, str) and (value := css_colours.parse(found)) is not None:
            return value
    raise ValueError("states no colour that is understood; give a 'hex'")


def _exact(node: Mapping[str, Any]) -> Value:
    space = _SPACES.get(node["space"]) if isinstance(node["space"], str) else None
    listed, alpha = numbers(node["components"]), number(node.get("alpha", 1))
    if space is None or listed is None or alpha is None or not 0 <= alpha <= 1:
        raise ValueError("has a space, components or an alpha that are none")
    return Value(space, listed, alpha)


def _swatch(data: Mapping[str, Any]) -> Value:
    """As in an ASE file, where L* is stored 0 to 1."""
    mode = data.get("mode")
    space = _MODES.get(mode.strip().upper()) if isinstance(mode, str) else None
    listed = numbers(data.get("values"))
    if space is None or listed is None:
        raise ValueError("has a mode that is none of RGB, CMYK, LAB, Gray, or no values")
    if space == "lab":
        listed = (listed[0] * 100, *listed[1:])
    return Value(space, listed)


def _scaled(key: str, listed: tuple[float, ...]) -> Value:
    """Components counted to 255 or 100, or to 1 where one is a fraction and none is larger."""
    space = _MODES[key.upper()]
    if space == "lab":
        return Value(space, listed)
    count, full = len(key), _FULL[key]
    if all(0 <= part <= 1 for part in listed) and any(part != int(part) for part in listed):
        full = 1.0
    if len(listed) != count or not all(0 <= part <= full for part in listed):
        raise ValueError(f"'{key}' takes {count} numbers from 0 to {full:g}")
    return Value(space, tuple(css_colours.tidy(part / full) for part in listed))


def _kind(value: object) -> Kind | None:
    plain = value.lower() if isinstance(value, str) else None
    return next((kind for kind in get_args(Kind) if kind == plain), None)


def _texts(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return tuple(value)
    return None
