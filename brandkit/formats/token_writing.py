"""Writing design tokens (https://www.designtokens.org/tr/2025.10/format): see ``tokens``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from brandkit.formats import aliases, token_colour, token_layout
from brandkit.formats.palette import Colour, Export, Palette
from brandkit.formats.remarks import Remarks

OURS = "org.brandkit"
"""Our key in ``$extensions``."""
GROUP_KEYS = ("$description", "$deprecated", "$extensions")
"""What groups say besides their tokens."""

_SCHEMA = "https://www.designtokens.org/schemas/2025.10/format.json"
_ALLOWED = str.maketrans(dict.fromkeys(".{}", "_"))
_DEEPEST = 32

Path = tuple[str, ...]


def write(palette: Palette) -> Export:
    """The palette as a token file; losses are what a reader other than brandkit does not see."""
    remarks = Remarks()
    paths = _paths(palette.colours)
    written = _rooted(paths)
    repeats = aliases.targets(palette.colours)
    root: dict[str, Any] = {"$schema": _SCHEMA}
    _describe_file(root, palette)
    for colour, path, plain, repeat in zip(palette.colours, written, paths, repeats, strict=True):
        token = _token(colour, plain, None if repeat is None else written[repeat], remarks)
        _group(root, path[:-1])[path[-1]] = token
    _describe_groups(root, palette.extensions, remarks)
    moved = token_layout.moved(palette.colours, written, root)
    if moved:
        remarks.add("stand in another order here, because groups are kept together", *moved)
    text = json.dumps(root, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return Export(text.encode(), remarks.lines())


def pointer(path: Sequence[str]) -> str:
    """The JSON pointer (RFC 6901) of a path; empty for the whole file."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def _paths(colours: Sequence[Colour]) -> list[Path]:
    """A path for each colour, of names that the standard allows, each once."""
    taken: set[Path] = set()
    paths = []
    for number, colour in enumerate(colours, 1):
        group = tuple(_allowed(part) or "group" for part in colour.group)
        if len(group) > _DEEPEST:
            group = (*group[:_DEEPEST], " / ".join(group[_DEEPEST:]))
        top = colour.name == "$root" and not group
        plain = "$root" if top else _allowed(colour.name) or f"colour {number}"
        name, count = plain, 1
        while (*group, name) in taken:
            count += 1
            name = f"{_allowed(plain)} {count}"
        taken.add((*group, name))
        paths.append((*group, name))
    return paths


def _allowed(name: str) -> str:
    plain = name.translate(_ALLOWED)
    return f"_{plain[1:]}" if plain.startswith("$") else plain


def _rooted(paths: Sequence[Path]) -> list[Path]:
    """A colour whose path is also a group's stands in that group, as its ``$root``."""
    groups = {path[:end] for path in paths for end in range(1, len(path))}
    return [(*path, "$root") if path in groups else path for path in paths]


def _token(colour: Colour, plain: Path, target: Path | None, remarks: Remarks) -> dict[str, Any]:
    token: dict[str, Any] = {"$type": "color"}
    own: dict[str, Any] = {}
    if plain[-1] != colour.name:
        own["name"] = colour.name
        remarks.add(f"{_OTHERS} another name: without . {{ }} $, and each once", colour.name)
    if plain[:-1] != colour.group:
        own["group"] = list(colour.group)
        remarks.add(f"{_OTHERS} other names of its groups", colour.name)
    token["$value"] = content = token_colour.render(colour.value, colour.hex)
    if token_colour.parse(content) != colour.value:
        own["value"] = str(colour.value)
    if content["colorSpace"] != colour.value.space or (colour.value.space == "srgb" and "value" in own):
        remarks.add(f"{_OTHERS} its HEX instead of its {colour.value.space} value", colour.name)
    if target is not None:
        token["$value"] = f"{{{'.'.join(target)}}}"
    elif colour.alias_of is not None:
        remarks.add("repeats a colour that is not here or not alike; is written as a value", colour.name)
    if colour.kind is not None:
        own["kind"] = colour.kind
        if colour.kind != "process":  # which is what a plain colour is
            remarks.add(f"{_OTHERS} no {colour.kind} colour, but a plain one", colour.name)
    if colour.where:
        own["where"] = colour.where
    extensions = dict(colour.extensions)
    deprecated = extensions.pop("$deprecated", None)
    if colour.description:
        token["$description"] = colour.description
    if deprecated is not None:
        token["$deprecated"] = deprecated
    if own:
        extensions[OURS] = own
    if extensions:
        token["$extensions"] = extensions
    return token


_OTHERS = "readers other than brandkit see"


def _describe_file(root: dict[str, Any], palette: Palette) -> None:
    extensions = dict(palette.extensions)
    own = extensions.pop(OURS, {})
    own = dict(own) if isinstance(own, Mapping) else {}
    groups = own.pop("groups", {})
    root.update(_said(groups.get("", {}) if isinstance(groups, Mapping) else {}))
    root["$extensions"] = {**extensions, OURS: {**own, "name": palette.name}}


def _describe_groups(root: dict[str, Any], extensions: Mapping[str, Any], remarks: Remarks) -> None:
    own = extensions.get(OURS)
    groups = own.get("groups") if isinstance(own, Mapping) else None
    if not isinstance(groups, Mapping):
        return
    for path, said in groups.items():
        keys = [key.replace("~1", "/").replace("~0", "~") for key in str(path).split("/")[1:]]
        node: Any = root
        for key in keys:
            node = node.get(key) if isinstance(node, dict) and not key.startswith("$") else None
        if not keys:
            continue
        if not isinstance(node, dict) or "$value" in node:
            remarks.add("what was said of the group is left out, because it holds no colour", str(path))
            continue
        tokens = dict(node)
        node.clear()
        node.update({**_said(said), **tokens})


def _said(said: object) -> dict[str, Any]:
    return {key: said[key] for key in GROUP_KEYS if key in said} if isinstance(said, Mapping) else {}


def _group(root: dict[str, Any], path: Path) -> dict[str, Any]:
    for key in path:
        root = root.setdefault(key, {})
    return root
