"""YAML as a tree whose every value knows its key path and line, for messages that point at the spot.

Built from PyYAML's events rather than by its loaders: the C composer overflows the stack on deep
nesting (a crash, not an exception), duplicate keys overwrite each other in silence, and ``on``,
``012`` or ``12:30`` change into things that nobody wrote. Here every scalar stays the text it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from brandkit.errors import BrandError
from brandkit.swatch import quote

MOST_BYTES = 1 << 20
MOST_VALUES = 20_000
"""Values in a file with every anchor written out where it is used; a YAML bomb has billions."""
MOST_LEVELS = 24
MOST_PROBLEMS = 100
_TOO_DEEP = f"is nested more than {MOST_LEVELS} levels deep"

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NULLS = ("", "~", "null", "Null", "NULL")
_FAR = 80  # how far after a key a HEX colour is looked for that became a comment
_HEX_COMMENT = re.compile(r"(?:^|\s)(#[0-9A-Fa-f]{3,8})\b")


@dataclass(frozen=True, slots=True)
class Node:
    """A value in the file.

    Attributes:
        path: its keys from the top, such as ``color.palette.ink``.
        line: of its key, or of the value itself in a list; from 1.
        content: text, ``None`` for nothing, a list, or a mapping.
        comment: a HEX colour that stands where the value should be and that YAML reads as a comment.
        file: the file it stands in, as messages call it.
        null: whether nothing was written out, as ``~`` or ``null``, rather than left empty.
    """

    path: str
    line: int
    content: str | list[Node] | dict[str, Node] | None
    comment: str | None = None
    file: str = ""
    null: bool = False


@dataclass
class Problems:
    """What is wrong in a file, collected so that the first line can say how many more there are.

    Attributes:
        file: as messages call it.
        bases: the files that it rests on, the nearest first; what is wrong in one of them comes first.
        found: file, line and message of each problem.
    """

    file: str
    bases: list[str] = field(default_factory=list)
    found: list[tuple[str, int, str]] = field(default_factory=list)

    def add(self, node: Node, message: str, key: str = "") -> None:
        """Note a problem of ``node``, or of its key ``key``."""
        path = join(node.path, key) if key else node.path
        problem = (node.file or self.file, node.line, f"{path}: {message}" if path else message)
        if problem not in self.found:
            self.found.append(problem)
        if len(self.found) >= MOST_PROBLEMS:
            self.raise_any()

    def raise_any(self) -> None:
        """Raise the problem that stands first in the files, if there is one, as a ``BrandError``."""
        if self.found:
            files = [*self.bases[::-1], self.file]
            file, line, message = min(self.found, key=lambda problem: (files.index(problem[0]), problem[1]))
            others = len(self.found) - 1
            more = f" (and {others} more)" if others else ""
            raise BrandError(f"{file}:{line}: {message}{more}")


def join(path: str, key: str) -> str:
    """The key path one level down."""
    shown = quote(key)[1:-1]
    return f"{path}.{shown}" if path else shown


def at(node: Node | None, keys: Iterable[str]) -> Node | None:
    """What stands under a key path; ``None`` where nothing does."""
    for key in keys:
        if node is None or not isinstance(node.content, dict):
            return None
        node = node.content.get(key)
    return node


def read(path: Path) -> tuple[Node, Problems]:
    """Parse a file of at most 1 MiB that holds one YAML mapping; duplicate keys are noted as problems.

    Raises:
        BrandError: it cannot be read, is not UTF-8 text, not YAML, or empty.
    """
    file = shown(path)
    return parse(_bytes(path, file), file)


def shown(path: Path) -> str:
    """A path as part of a one-line message."""
    return "".join(quote(character)[1:-1] for character in str(path))


def where(node: Node, beside: Node) -> str:
    """``line 3``, or ``base.brand.yml:3`` where ``beside`` stands in another file."""
    return f"line {node.line}" if node.file == beside.file else f"{node.file}:{node.line}"


def parse(raw: bytes, file: str) -> tuple[Node, Problems]:
    """As ``read``, of bytes; ``file`` is what messages call them."""
    text = _text(raw, file)
    problems = Problems(file)
    lines = text.splitlines()
    try:
        tree = _Composer(file, lines, problems).compose(text)
    except yaml.MarkedYAMLError as error:
        raise BrandError(_not_yaml(file, lines, error)) from None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", None) or str(error)
        raise BrandError(f"{file}: not YAML: {' '.join(str(reason).split())}") from None
    if tree is None or tree.content is None:
        raise BrandError(f"{file}: is empty; give it at least color.palette with a name and a HEX colour")
    if not isinstance(tree.content, dict):
        raise BrandError(f"{file}:{tree.line}: is not a brand file; expected keys, such as 'color:'")
    return tree, problems


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.is_dir():
            raise BrandError(f"{file}: is a folder; name the brand file in it, such as _brand.yml")
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise BrandError(f"{file}: no such file; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BrandError(f"{file}: cannot be read: {reason}") from None


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MOST_BYTES:
        raise BrandError(f"{file}: is larger than 1 MiB; a brand file is text of a few KiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BrandError(f"{file}:{line}: is not UTF-8 text; save it as UTF-8") from None
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise BrandError(f"{file}:{line}: holds control characters; a brand file is plain text")
    return text


def _not_yaml(file: str, lines: list[str], error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return f"{file}: not YAML: {error.problem}"
    if "nesting depth" in str(error.problem):  # PyYAML's own limit, which it meets while it looks ahead
        return f"{file}:{mark.line + 1}: {_TOO_DEEP}"
    # The parser often stumbles on the line after the one to mend.
    first = max(0, min(error.context_mark.line if error.context_mark else mark.line, mark.line) - 1)
    for number, line in enumerate(lines[first : mark.line + 1], first + 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return f"{file}:{number}: not YAML: a tab in the indentation; use spaces"
        if match := re.search(r":\s+(#[0-9A-Fa-f]{3,8})\b", line):
            return f"{file}:{number}: {_in_quotes(match[1])}"
    where = f"{file}:{mark.line + 1}:{mark.column + 1}"
    return f"{where}: not YAML: {' '.join(str(error.problem or error.context).split())}"


def _in_quotes(hex_colour: str) -> str:
    return f'YAML reads {hex_colour} as a comment; put quotes around it: "{hex_colour}"'


def explain_nothing(node: Node) -> str:
    """Why a value that should be there is not."""
    if node.comment is None:
        return "has no value; write one or remove the key"
    return _in_quotes(node.comment)


class _Composer:
    """Turns events into nodes, and refuses what is too deep, too large or refers to itself."""

    def __init__(self, file: str, lines: list[str], problems: Problems) -> None:
        self.file = file
        self.lines = lines
        self.problems = problems
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.values = 0

    def compose(self, text: str) -> Node | None:
        events = iter(yaml.parse(text, Loader=_Loader))
        next(events)  # the start of the stream
        if isinstance(next(events), StreamEndEvent):
            return None
        tree = self._node(next(events), events, "", 1, 0)
        next(events)  # the end of the document
        if not isinstance(second := next(events), StreamEndEvent):
            self._refuse(_line(second), "a second document starts here; keep one")
        return tree

    def _node(self, event: Event, events: Iterator[Event], path: str, line: int, level: int) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event, path, line)
        if level > MOST_LEVELS:
            self._refuse(_line(event), _TOO_DEEP)
        before = self.values
        self._count(1, event)
        if isinstance(event, MappingStartEvent):
            node = Node(path, line, self._mapping(events, path, level), file=self.file)
        elif isinstance(event, SequenceStartEvent):
            node = Node(path, line, self._sequence(events, path, level), file=self.file)
        elif isinstance(event, ScalarEvent):
            node = self._scalar(event, path, line)
        else:
            self._refuse(_line(event), "cannot be understood")
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.values - before)
        return node

    def _scalar(self, event: ScalarEvent, path: str, line: int) -> Node:
        # implicit[0]: written without quotes and without a tag
        if not (event.implicit[0] and event.value in _NULLS):
            return Node(path, line, event.value, file=self.file)
        mark: Any = event.start_mark  # typed as optional, yet parsers always set it
        rest = self.lines[mark.line][mark.column : mark.column + _FAR] if mark.line < len(self.lines) else ""
        comment = _HEX_COMMENT.search(rest)
        return Node(path, line, None, comment[1] if comment else None, self.file, bool(event.value))

    def _sequence(self, events: Iterator[Event], path: str, level: int) -> list[Node]:
        nodes: list[Node] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            nodes.append(self._node(event, events, f"{path}[{len(nodes)}]", _line(event), level + 1))
        return nodes

    def _mapping(self, events: Iterator[Event], path: str, level: int) -> dict[str, Node]:
        nodes: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        while not isinstance(key := next(events), MappingEndEvent):
            if not isinstance(key, ScalarEvent):
                self._refuse(_line(key), "a key must be a word")
            line = _line(key)
            self._count(1, key)
            node = self._node(next(events), events, join(path, key.value), line, level + 1)
            if key.value == "<<" and key.implicit[0]:
                merged = self._merge(node)
            elif key.value in nodes:
                earlier = nodes[key.value].line
                self.problems.add(node, f"is given twice, on lines {earlier} and {line}; keep one")
            else:
                nodes[key.value] = node
        self.values += len(merged)
        return merged | nodes

    def _merge(self, node: Node) -> dict[str, Node]:
        merged: dict[str, Node] = {}
        for source in node.content if isinstance(node.content, list) else [node]:
            if not isinstance(source.content, dict):
                self._refuse(node.line, "'<<' takes the keys of a mapping, such as *anchor")
            merged = source.content | merged
        return merged

    def _alias(self, event: AliasEvent, path: str, line: int) -> Node:
        if event.anchor is None or event.anchor not in self.anchors:
            self._refuse(_line(event), f"no anchor &{quote(str(event.anchor))[1:-1]} ends before this line")
        node, size = self.anchors[event.anchor]
        self._count(size, event)
        return replace(node, path=path, line=line)

    def _count(self, values: int, event: Event) -> None:
        self.values += values
        if self.values > MOST_VALUES:
            self._refuse(_line(event), f"holds more than {MOST_VALUES} values, counting anchors where used")

    def _refuse(self, line: int, message: str) -> NoReturn:
        raise BrandError(f"{self.file}:{line}: {message}")


def _line(event: Event) -> int:
    mark: Any = event.start_mark
    return int(mark.line) + 1
