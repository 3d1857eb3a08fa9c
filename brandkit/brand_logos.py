"""The logos of a brand file: from our guidelines, or else from the standard's own section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from brandkit.brand_fields import Fields, relative
from brandkit.logo_guidelines import Logo, LogoRules
from brandkit.swatch import fold, quote
from brandkit.yaml_file import Node

SIZES = ("small", "medium", "large")
"""The standard's names for what a logo is used at; https://posit-dev.github.io/brand-yml/brand/logo.html."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def logos(node: Node | None, folders: Mapping[str, Path], home: Path, fields: Fields) -> tuple[Logo, ...]:
    """The logos of our guidelines; files that a file below names are made relative to ``home``."""
    built: list[Logo] = []
    for entry in fields.entries(node, "logos, each with name and files"):
        rules = fields.model(entry, LogoRules)
        if rules is None:
            continue
        if any(fold(rules.name) == fold(earlier.name) for earlier in built):
            fields.problems.add(entry, f"{quote(rules.name)} is listed twice; give each logo its own name")
        listed = entry.content.get("files") if isinstance(entry.content, dict) else None
        files = tuple(_moved(text, listed, folders, home) for text in rules.files)
        built.append(Logo(**{**dict(rules), "files": files}))
    return tuple(built)


def standard_logos(section: Node | None, folders: Mapping[str, Path], home: Path) -> tuple[Logo, ...]:
    """The logos of the standard's section, without addresses and what is not as the standard has it."""
    if section is None:
        return ()
    if not isinstance(section.content, dict):
        return _built({"logo": _files(section, {}, folders, home)})
    listed = section.content.get("images")
    images = dict(listed.content) if listed is not None and isinstance(listed.content, dict) else {}
    used = {
        size: _files(section.content[size], images, folders, home)
        for size in SIZES
        if size in section.content
    }
    return _built(used or {name: _files(node, {}, folders, home) for name, node in images.items()})


def _files(node: Node, images: Mapping[str, Node], folders: Mapping[str, Path], home: Path) -> list[str]:
    """The files that a value of the section means: a path, the name of an image, or light and dark ones."""
    content = node.content
    if isinstance(content, str):
        if content in images:
            return _files(images[content], {}, folders, home)
        return (
            [] if _ADDRESS.match(content) or not content.strip() else [_moved(content, node, folders, home)]
        )
    if not isinstance(content, dict):
        return []
    keys = ("path",) if "path" in content else ("light", "dark")
    return [name for key in keys if key in content for name in _files(content[key], images, folders, home)]


def _built(files: Mapping[str, list[str]]) -> tuple[Logo, ...]:
    """A logo for each list of files that is none before it."""
    built: dict[tuple[str, ...], Logo] = {}
    for name, listed in files.items():
        own = tuple(dict.fromkeys(listed))
        try:
            if own and own not in built:
                built[own] = Logo(name=name, files=own, standard=True)
        except ValidationError:  # a name or a path that we could not show
            continue
    return tuple(built.values())


def _moved(text: str, node: Node | None, folders: Mapping[str, Path], home: Path) -> str:
    folder = home if node is None else folders.get(node.file, home)
    return text if folder == home else relative(text, folder, home)
