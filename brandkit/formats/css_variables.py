"""Custom properties of a style sheet, by the rule they stand in, with ``var()`` put in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import tinycss2

from brandkit.formats import arithmetic, css_colours
from brandkit.formats.remarks import Remarks

MOST_LEVELS = 32
"""How deep rules may be nested, and how far ``var()`` may refer on."""
ROOTS = frozenset({":root", ":host", "html", ":where(html)", ":where(:root)"})
"""Selectors of what applies to the whole page: they make no group."""

Scope = tuple[str, ...]
"""Selectors and at-rules around a declaration, outermost first."""

_SPACES = re.compile(r"\s+")


class Key(NamedTuple):
    """A custom property: where it stands and its name, with ``--``."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a custom property comes to.

    Attributes:
        text: its value with each ``var()`` and ``calc()`` put in place; ``None`` where that cannot be done.
        target: the property that it repeats, where its value is nothing but a ``var()``.
    """

    text: str | None
    target: Key | None = None


class _CircleError(Exception):
    pass


def lookup(known: Mapping[Key, object], scope: Scope, name: str) -> Key | None:
    """The property that a ``var()`` in that scope means: of the closest rule around it that has one."""
    for end in range(len(scope), -1, -1):
        if (key := Key(scope[:end], name)) in known:
            return key
    return None


class Sheet:
    """The custom properties of a style sheet, in order; the last declaration of one counts."""

    def __init__(self, text: str, remarks: Remarks) -> None:
        self.properties: dict[Key, Sequence[Any]] = {}
        self.others = 0
        """How many declarations are of ordinary properties."""
        self._remarks = remarks
        self._important: set[Key] = set()
        self._resolved: dict[Key, Resolved] = {}
        self._elsewhere: dict[str, list[Key]] = {}
        self._collect(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), ())
        for key in self.properties:
            self._elsewhere.setdefault(key.name, []).append(key)

    def resolve(self, key: Key) -> Resolved:
        """What the property comes to; circles are noted, and come to nothing."""
        try:
            return self._resolve(key, [])
        except _CircleError:
            return Resolved(None)

    def _collect(self, nodes: Iterable[Any], scope: Scope, level: int = 0) -> None:
        for node in nodes:
            if node.type == "declaration":
                self._declare(node, scope)
            elif node.type == "qualified-rule":
                # Variables of Sass, which are no CSS, end in a semicolon before the selector.
                selector = plain(node.prelude).rpartition(";")[2].strip()
                parts = {part.strip().lower() for part in selector.split(",")}
                self._enter(node, scope if parts & ROOTS else (*scope, selector), level)
            elif node.type == "at-rule" and node.content is not None:
                if node.lower_at_keyword == "property":
                    continue
                rule = f"@{node.at_keyword} {plain(node.prelude)}".strip()
                self._enter(node, scope if node.lower_at_keyword == "theme" else (*scope, rule), level)
            elif node.type == "error":
                self._remarks.add(f"line {node.source_line}: is no CSS; left aside")

    def _enter(self, node: Any, scope: Scope, level: int) -> None:
        if level >= MOST_LEVELS:
            self._remarks.add(f"line {node.source_line}: is nested too deep; left aside")
            return
        content = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        self._collect(content, scope, level + 1)

    def _declare(self, node: Any, scope: Scope) -> None:
        if not node.name.startswith("--"):
            self.others += 1
            return
        key = Key(scope, node.name)
        if key in self._important and not node.important:
            return
        if key in self.properties:
            self._remarks.add("declared more than once in one rule; the last counts", node.name)
        if node.important:
            self._important.add(key)
        self.properties[key] = node.value

    def _resolve(self, key: Key, trail: list[Key]) -> Resolved:
        if key in self._resolved:
            return self._resolved[key]
        if key in trail:
            circle = " → ".join(step.name for step in [*trail[trail.index(key) :], key][:8])
            self._remarks.add(f"goes in a circle ({circle}); left out", key.name)
            raise _CircleError
        self._resolved[key] = result = self._compute(key, [*trail, key])
        return result

    def _compute(self, key: Key, trail: list[Key]) -> Resolved:
        tokens = [t for t in self.properties[key] if t.type not in ("whitespace", "comment")]
        if len(tokens) == 1 and _is_var(tokens[0]):
            name, _ = _var(tokens[0])
            target = self._lookup(key.scope, name)
            text = self._put_in(tokens, key.scope, trail)
            return Resolved(text, target if text is not None else None)
        text = self._put_in(self.properties[key], key.scope, trail)
        return Resolved(None if text is None else arithmetic.fold(text.strip()))

    def _lookup(self, scope: Scope, name: str) -> Key | None:
        """Beyond CSS: a property that only one other rule declares is meant where none around has it."""
        others = self._elsewhere.get(name, [])
        return lookup(self.properties, scope, name) or (others[0] if len(others) == 1 else None)

    def _put_in(self, tokens: Iterable[Any], scope: Scope, trail: list[Key], level: int = 0) -> str | None:
        parts: list[str] = []
        length = 0
        for token in tokens:
            part = self._text(token, scope, trail, level)
            length += len(part or "")
            if part is None or length > css_colours.LONGEST:
                return None
            parts.append(part)
        return "".join(parts)

    def _text(self, token: Any, scope: Scope, trail: list[Key], level: int) -> str | None:
        if level > MOST_LEVELS or len(trail) > MOST_LEVELS:
            return None
        if token.type == "comment":
            return " "
        if _is_var(token):
            name, fallback = _var(token)
            target = self._lookup(scope, name)
            if target is not None:
                return self._resolve(target, trail).text
            return self._put_in(fallback, scope, trail, level + 1) if fallback else None
        if token.type == "function":
            inner = self._put_in(token.arguments, scope, trail, level + 1)
            return None if inner is None else f"{token.name}({inner})"
        if token.type == "() block":
            inner = self._put_in(token.content, scope, trail, level + 1)
            return None if inner is None else f"({inner})"
        if token.type in ("{} block", "[] block", "error"):
            return None
        return str(token.serialize())


def plain(tokens: Iterable[Any]) -> str:
    """A selector or an at-rule's condition as one line."""
    kept = [token for token in tokens if token.type != "comment"]
    try:
        return _SPACES.sub(" ", tinycss2.serialize(kept)).strip()
    except RecursionError:
        return "…"


def _is_var(token: Any) -> bool:
    return bool(token.type == "function" and token.lower_name == "var")


def _var(token: Any) -> tuple[str, list[Any]]:
    """The name in a ``var()`` and the tokens of its fallback."""
    arguments = [t for t in token.arguments if t.type != "comment"]
    named = [t for t in arguments if t.type != "whitespace"]
    name = named[0].value if named and named[0].type == "ident" else ""
    commas = [place for place, t in enumerate(arguments) if t == ","]
    return name, arguments[commas[0] + 1 :] if commas else []
