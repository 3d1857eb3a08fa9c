"""Change values in the text of a brand file: comments, order and all else stay as they were written."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from brandkit import yaml_file
from brandkit.errors import BrandError
from brandkit.swatch import fold, quote
from brandkit.yaml_file import Node, shown

Keys = tuple[str, ...]
GUIDELINES: Keys = ("defaults", "brandkit")
_PLACES = (
    ("logo",),
    (*GUIDELINES, "extends"),
    *((*GUIDELINES, "style", key) for key in ("references", "counter_references", "anchor", "encoder")),
    (*GUIDELINES, "logos"),
)
"""Where a brand file names other files."""
_LOCAL_ENCODER = "open_clip:"


def edited(text: str, changes: Mapping[Keys, Any]) -> str:
    """The text with other values.

    Args:
        text: of a brand file.
        changes: key path to its new value, plain data as YAML has it; ``None`` takes the key away. Mappings
            on the way that there are not are made.

    Raises:
        BrandError: the text is no YAML, or there is something else on the way to a key.

    >>> print(edited("a:\\n  b: 1  # why\\n", {("a", "b"): 2}), end="")
    a:
      b: 2  # why
    """

    def change(tree: dict[str, Any]) -> None:
        for keys, value in changes.items():
            _set(tree, keys, value)

    return _changed(text, change)


def with_entry(text: str, keys: Keys, name: str, entry: Mapping[str, Any] | None) -> str:
    """The text with another entry of a list whose entries have names.

    Args:
        text: of a brand file.
        keys: key path to the list, which is made where there is none.
        name: whose entry; names that differ only in case, spaces or hyphens are one.
        entry: takes the place of what stands under that name, or is added; ``None`` takes that away.

    Raises:
        BrandError: the text is no YAML, or what stands there is no such list.

    >>> print(with_entry("logos:\\n  - {name: a}  # old\\n", ("logos",), "b", {"name": "b"}), end="")
    logos:
      - {name: a}  # old
      - name: b
    """

    def change(tree: dict[str, Any]) -> None:
        listed: Any = tree
        for key in keys:
            listed = listed.get(key) if isinstance(listed, dict) else None
        if listed is None:
            _set(tree, keys, None if entry is None else [dict(entry)])
            return
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise BrandError(f"{'.'.join(keys)}: is no list of entries with names; change it as text")
        places = [k for k, one in enumerate(listed) if fold(str(one.get("name"))) == fold(name)]
        for place in reversed(places):
            del listed[place]
        if entry is not None:
            listed.insert(places[0] if places else len(listed), dict(entry))
        if not listed:
            _set(tree, keys, None)

    return _changed(text, change)


def _changed(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """The text after a change to what it says."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        tree = yaml.load(text)
    except YAMLError as error:
        raise BrandError(f"is no YAML: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(tree, dict):
        raise BrandError("is no brand file: it holds no keys")
    change(tree)
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def value(text: str, keys: Keys) -> Any:
    """What stands under a key path: texts, lists and mappings of them; ``None`` where nothing does.

    Raises:
        BrandError: the text is no YAML.

    >>> value("a: {b: [1, 16:9]}", ("a", "b"))
    ['1', '16:9']
    """
    tree, _ = yaml_file.parse(text.encode(), "the brand file")
    return _plain(yaml_file.at(tree, keys))


def _plain(node: Node | None) -> Any:
    if node is None or isinstance(node.content, str) or node.content is None:
        return None if node is None else node.content
    if isinstance(node.content, list):
        return [_plain(child) for child in node.content]
    return {key: _plain(child) for key, child in node.content.items()}


def fence(data: bytes, path: Path, root: Path) -> None:
    """Refuse a brand file that names files outside of a folder, before anything reads them.

    Args:
        data: its content.
        path: where it is to be, in ``root``.
        root: the folder.

    Raises:
        BrandError: it is no YAML, or names such a file: with the line, and the key.
    """
    tree, problems = yaml_file.parse(data, shown(path))
    for place in _PLACES:
        for node in _texts(yaml_file.at(tree, place)):
            assert isinstance(node.content, str)
            named = node.content.removeprefix(_LOCAL_ENCODER)
            if _leaves(named, path.parent, root):
                problems.add(
                    node, f"{quote(named)} is a file outside of the brand's own folder; put it in there"
                )
    problems.raise_any()


def _leaves(text: str, folder: Path, root: Path) -> bool:
    if "://" in text and not text.startswith("file:"):
        return False  # an address, which no reader opens
    windows = PureWindowsPath(text)
    if PurePosixPath(text).is_absolute() or windows.drive or windows.root or text.startswith(("~", "file:")):
        return True
    parts = text.replace("\\", "/")
    try:
        return not (folder / parts).resolve().is_relative_to(root.resolve())
    except (OSError, ValueError):
        return True


def _texts(node: Node | None) -> Iterator[Node]:
    """All values that are texts, however deep."""
    if node is None:
        return
    if isinstance(node.content, str):
        yield node
        return
    inner = node.content.values() if isinstance(node.content, dict) else node.content or ()
    for child in inner:
        yield from _texts(child)


def _set(tree: Any, keys: Keys, value: Any) -> None:
    for k, key in enumerate(keys[:-1]):
        inner = tree.get(key)
        if inner is None:
            if value is None:
                return
            tree[key] = inner = {}
        if not isinstance(inner, dict):
            raise BrandError(f"{'.'.join(keys[: k + 1])}: holds no keys; change it as text")
        tree = inner
    if value is None:
        tree.pop(keys[-1], None)
    else:
        tree[keys[-1]] = value
