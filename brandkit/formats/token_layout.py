"""Where tokens stand in the files of tools that forbid more in names than the standard does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from brandkit.formats import aliases
from brandkit.formats.palette import Colour
from brandkit.formats.remarks import Remarks

Path = tuple[str, ...]


def paths(colours: Sequence[Colour], forbidden: re.Pattern[str]) -> list[Path]:
    """A path for each colour, of names that differ in more than capitals and spaces, none of them a group's.

    Args:
        colours: of a palette.
        forbidden: characters that become dashes.
    """
    groups = [tuple(_allowed(part, forbidden) or "group" for part in colour.group) for colour in colours]
    taken = {_same(group[:end]) for group in groups for end in range(1, len(group) + 1)}
    found = []
    for number, (colour, group) in enumerate(zip(colours, groups, strict=True), 1):
        plain = _allowed(colour.name, forbidden) or f"colour {number}"
        path, count = (*group, plain), 1
        while _same(path) in taken:
            count += 1
            path = (*group, f"{plain} {count}")
        taken.add(_same(path))
        found.append(path)
    return found


def _allowed(name: str, forbidden: re.Pattern[str]) -> str:
    plain = " ".join(forbidden.sub("-", name).split())
    return f"-{plain[1:]}" if plain.startswith("$") else plain


def _same(path: Path) -> Path:
    return tuple(part.casefold() for part in path)


def nested(places: Sequence[Path], tokens: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Tokens in their groups."""
    root: dict[str, Any] = {}
    for path, token in zip(places, tokens, strict=True):
        group = root
        for key in path[:-1]:
            group = group.setdefault(key, {})
        group[path[-1]] = dict(token)
    return root


def laid_out(
    colours: Sequence[Colour],
    forbidden: re.Pattern[str],
    token: Callable[[Colour, Path, Path | None, Remarks], Mapping[str, Any]],
    remarks: Remarks,
) -> dict[str, Any]:
    """A tree of tokens in which a colour that another one names is an alias of it.

    Args:
        colours: in order.
        forbidden: what a name must not hold.
        token: of a colour, by its path and that of the colour it repeats, if it does.
        remarks: are told what the tree cannot keep of the order.
    """
    places = paths(colours, forbidden)
    repeats = aliases.targets(colours)
    written = [
        token(colour, path, None if repeat is None else places[repeat], remarks)
        for colour, path, repeat in zip(colours, places, repeats, strict=True)
    ]
    root = nested(places, written)
    if late := moved(colours, places, root):
        remarks.add("stand in another order, because groups are kept together", *late)
    return root


def order(root: Mapping[str, Any], path: Path = ()) -> list[Path]:
    """The paths of all tokens, as a reader meets them."""
    listed: list[Path] = []
    for key, node in root.items():
        if key.startswith("$") and key != "$root":
            continue
        here = (*path, key)
        listed += [here] if "$value" in node else order(node, here)
    return listed


def moved(colours: Sequence[Colour], places: Sequence[Path], root: Mapping[str, Any]) -> list[str]:
    """Names of the colours that stand in another order, because groups are kept together."""
    return [
        colour.name for colour, path, other in zip(colours, places, order(root), strict=True) if path != other
    ]
