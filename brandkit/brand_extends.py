"""A brand file over the one it extends: sub-brands and campaigns that state only what differs.

The file below is read first, then what the file above says goes over it:

- mappings are merged key by key, all the way down: a colour is added or replaced, a swatch keeps the
  settings that are not given again, a limit the bounds;
- the lists ``forbidden``, ``logos``, ``pairs.required`` and ``pairs.forbidden`` grow at their end; a
  forbidden colour or a logo of a name that the file below has is merged with that one, key by key;
- every other list and single value is replaced;
- ``~`` takes away what the file below says: a colour, with its settings, its proportion and the pairs
  that it is in, or any other key. An empty value does not: it is a mistake more often than a wish.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path, PurePosixPath, PureWindowsPath

from brandkit import yaml_file
from brandkit.brand_fields import as_max, did_you_mean
from brandkit.swatch import fold, quote
from brandkit.yaml_file import Node, Problems, at, explain_nothing, shown

MOST_BASES = 8
"""Files that a brand may rest on, one below the other."""

Keys = tuple[str, ...]

_OURS: Keys = ("defaults", "brandkit")
_GROWING = {(*_OURS, key) for key in ("forbidden", "logos")} | {
    (*_OURS, "pairs", kind) for kind in ("required", "forbidden")
}
_BY_COLOUR = ("swatches", "proportions", "origin")
"""Guidelines whose keys are names of colours, and that go with the colour."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A brand file merged with all that it rests on.

    Attributes:
        tree: the whole; each node knows which file it is from.
        problems: of all files; to be added to.
        folders: the folder of each file, by what messages call the file.
        bases: the files below, the nearest first.
        removed: the colours that a file takes away from those below it, by name.
    """

    tree: Node
    problems: Problems
    folders: Mapping[str, Path]
    bases: tuple[Path, ...]
    removed: Mapping[str, Node]


def read(path: Path) -> Stack:
    """Read a brand file and all those below it.

    Raises:
        BrandError: one of them cannot be read, or there is none, or they go in a circle.
    """
    return _stacked(*yaml_file.read(path), path)


def parse(data: bytes, path: Path) -> Stack:
    """As ``read``, of the bytes of a file that is to be at ``path``."""
    return _stacked(*yaml_file.parse(data, shown(path)), path)


def _stacked(tree: Node, problems: Problems, path: Path) -> Stack:
    trees, paths = [tree], [path]
    while (base := _base(trees[-1], paths, problems)) is not None:
        tree, found = yaml_file.read(base)
        problems.bases.append(found.file)
        problems.found += found.found
        trees.append(tree)
        paths.append(base)
    merge = _Merge(problems)
    tree = trees.pop()
    while trees:
        tree = merge.trees(tree, trees.pop())
    return Stack(tree, problems, {shown(p): p.parent for p in paths}, tuple(paths[1:]), merge.removed)


def shipped() -> dict[str, Path]:
    """The brands that are installed with brandkit, by name."""
    spec = find_spec("brandkit_palettes")
    folders = (spec.submodule_search_locations if spec else None) or ()
    files = (path for folder in folders for path in sorted(Path(folder).glob("*.brand.yml")))
    return {path.name.removesuffix(".brand.yml"): path for path in files}


def _base(tree: Node, paths: list[Path], problems: Problems) -> Path | None:
    """The file below the last of ``paths``, whose content is ``tree``; ``None`` where there is none."""
    node = at(tree, (*_OURS, "extends"))
    if node is None:
        return None
    if not isinstance(node.content, str):
        empty = node.content is None
        problems.add(
            node, explain_nothing(node) if empty else "must be a path or the name of a shipped brand"
        )
        return None
    base, trouble = _find(node.content, paths[-1].parent)
    chain = " -> ".join(shown(Path(path.name)) for path in (*paths, base or Path(node.content)))
    if base is not None and any(base.resolve() == path.resolve() for path in paths):
        trouble = "goes in a circle; take one 'extends' out"
    elif base is not None and len(paths) > MOST_BASES:
        trouble = f"rests on more than {MOST_BASES} files; join some of them"
    if trouble:
        problems.add(node, f"{trouble} ({chain})")
        problems.raise_any()
    return base


def _find(text: str, folder: Path) -> tuple[Path | None, str]:
    """The file that ``extends`` means, or why there is none."""
    if text.endswith((".yml", ".yaml")) or "/" in text:
        if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute() or "://" in text:
            return None, f"{quote(text)} is no relative path; write the way from this file to the other"
        if _is_file(folder / text):
            return folder / text, ""
        return None, f"{quote(text)} is no file beside this one; check the path"
    brands = shipped()
    if text in brands:
        return brands[text], ""
    hint = did_you_mean(text, brands) or f"; shipped are {', '.join(brands)}"
    return None, f"{quote(text)} is neither a shipped brand nor a path that ends in .yml{hint}"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


@dataclass
class _Merge:
    """Lays one tree over another, and keeps what was taken away."""

    problems: Problems
    removed: dict[str, Node] = field(default_factory=dict)

    def trees(self, base: Node, own: Node) -> Node:
        """``own`` over ``base``: both whole files."""
        palette = at(own, ("color", "palette"))
        colours = palette.content if palette is not None and isinstance(palette.content, dict) else {}
        gone = {name: node for name, node in colours.items() if node.null}
        self.removed |= gone
        return self._nodes(_forget(base, gone), own, ())

    def _nodes(self, base: Node, own: Node, keys: Keys) -> Node:
        if len(keys) == 5 and keys[:3] == (*_OURS, "limits"):
            base, own = _as_bounds(base), _as_bounds(own)
        if isinstance(base.content, dict) and isinstance(own.content, dict):
            return replace(own, content=self._mappings(base, own, keys))
        if keys in _GROWING and isinstance(base.content, list) and isinstance(own.content, list):
            return replace(own, content=self._lists(base.content, own.content, keys))
        return own

    def _mappings(self, base: Node, own: Node, keys: Keys) -> dict[str, Node]:
        assert isinstance(base.content, dict)
        assert isinstance(own.content, dict)
        merged = dict(base.content)
        for key, node in own.content.items():
            below = base.content.get(key)
            if node.null:
                if merged.pop(key, None) is None:
                    hint = did_you_mean(key, base.content)
                    self.problems.add(node, f"takes away what {base.file} does not have{hint}")
            else:
                merged[key] = node if below is None else self._nodes(below, node, (*keys, key))
        return merged

    def _lists(self, base: list[Node], own: list[Node], keys: Keys) -> list[Node]:
        merged = list(base)
        places = {name: place for place, node in enumerate(base) if (name := _name(node))}
        for node in own:
            place = places.get(_name(node))
            if place is None:
                merged.append(node)
            else:
                merged[place] = self._nodes(merged[place], node, (*keys, "entry"))
        return merged


def _name(entry: Node) -> str:
    """What an entry of ``forbidden`` or ``logos`` is called, without what people overlook; empty for none."""
    node = at(entry, ("name",))
    return fold(node.content) if node is not None and isinstance(node.content, str) else ""


def _as_bounds(node: Node) -> Node:
    return as_max(node) if isinstance(node.content, str) else node


def _forget(tree: Node, colours: Collection[str]) -> Node:
    """The tree without the guidelines that are about some colours."""
    if not colours:
        return tree

    def drop(guidelines: Node) -> Node:
        for section in _BY_COLOUR:
            guidelines = _edited(guidelines, (section,), lambda node: _without_keys(node, colours))
        for kind in ("required", "forbidden"):
            guidelines = _edited(guidelines, ("pairs", kind), lambda node: _without_pairs(node, colours))
        return guidelines

    return _edited(tree, _OURS, drop)


def _edited(node: Node, keys: Keys, edit: Callable[[Node], Node]) -> Node:
    """``node`` with what lies under ``keys``, if anything does, as ``edit`` makes it."""
    if not keys:
        return edit(node)
    if not isinstance(node.content, dict) or keys[0] not in node.content:
        return node
    inner = _edited(node.content[keys[0]], keys[1:], edit)
    return replace(node, content={**node.content, keys[0]: inner})


def _without_keys(node: Node, colours: Collection[str]) -> Node:
    if not isinstance(node.content, dict):
        return node
    return replace(node, content={k: child for k, child in node.content.items() if k not in colours})


def _without_pairs(node: Node, colours: Collection[str]) -> Node:
    if not isinstance(node.content, list):
        return node
    return replace(node, content=[pair for pair in node.content if not _names_one(pair, colours)])


def _names_one(pair: Node, colours: Collection[str]) -> bool:
    members = pair.content if isinstance(pair.content, list) else []
    return any(isinstance(member.content, str) and member.content in colours for member in members)
