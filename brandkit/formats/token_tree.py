"""Groups, inheritance and references of design tokens (https://www.designtokens.org/tr/2025.10/format)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote

from brandkit.errors import PaletteError
from brandkit.formats.json_tree import MOST_LEVELS, place
from brandkit.swatch import quote

MOST_HOPS = 64
"""How many references or extensions may follow each other: people use three."""
MOST_INHERITED = 50_000
"""How many groups and tokens ``$extends`` may add to a file."""

Path = tuple[str, ...]
Object = Mapping[str, Any]

_CURLY = re.compile(r"\{([^{}]+)\}")


class TokenError(ValueError):
    """A token that is not valid; the message says why, as the end of a sentence."""


class Reference(NamedTuple):
    """A reference to a token, or to what its value holds at the keys ``rest``."""

    path: Path
    rest: Path = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A token where it stands.

    Attributes:
        path: names of its groups, then its own.
        content: its JSON object.
        group_type: the ``$type`` that its groups give it.
        deprecated: whether it, or else the closest group that says so, is marked as deprecated.
    """

    path: Path
    content: Object
    group_type: str | None
    deprecated: bool

    @property
    def value(self) -> object:
        """``$value``, or the reference that stands for it."""
        return self.content["$value"] if "$value" in self.content else {"$ref": self.content.get("$ref")}


def reference(value: object) -> Reference | None:
    """What a JSON value refers to: ``{group.token}``, or an object with nothing but ``$ref``.

    Raises:
        TokenError: it is a reference to elsewhere than this file.
    """
    if isinstance(value, str):
        match = _CURLY.fullmatch(value.strip())
        return Reference(tuple(match[1].split("."))) if match else None
    if not isinstance(value, Mapping) or value.keys() != {"$ref"}:
        return None
    pointer = value["$ref"]
    if not isinstance(pointer, str) or not pointer.startswith("#/"):
        raise TokenError(f"refers to {quote(str(pointer))}, which is not in this file")
    keys = [unquote(key).replace("~1", "/").replace("~0", "~") for key in pointer[2:].split("/")]
    if "$value" not in keys:
        return Reference(tuple(keys))
    end = keys.index("$value")
    return Reference(tuple(keys[:end]), tuple(keys[end + 1 :]))


class TokenTree:
    """A token file whose groups may extend one another."""

    def __init__(self, root: Object) -> None:
        self._root = root
        self._inherited = 0
        self._hops = 0
        self._opening: list[Path] = []
        self._found: dict[Path, Token | None] = {}
        self.groups: dict[Path, Object] = {}
        """What ``tokens`` has met of groups: their own objects by path."""
        self.outside: set[Path] = set()
        """Groups that extend a group of another file, which is not read."""

    def tokens(self) -> Iterator[Token]:
        """Every token in the order of the file, inherited ones where their group stands.

        Raises:
            PaletteError: groups extend each other in a circle, or add more than ``MOST_INHERITED``.
        """
        yield from self._walk(self._layers((self._root,), ()), (), None, False)

    def token(self, path: Path) -> Token | None:
        """The token of that path, or ``None``."""
        if path not in self._found:
            self._found[path] = self._find(path)
        return self._found[path]

    def _find(self, path: Path) -> Token | None:
        layers = self._layers((self._root,), ())
        group_type, deprecated = None, False
        for depth, key in enumerate(path, 1):
            group_type, deprecated = _inherited(layers, group_type, deprecated)
            found = [child for layer in layers if isinstance(child := layer.get(key), Mapping)]
            if found and self.is_token(found[0]):
                whole = depth == len(path)
                return _token(path, found[0], group_type, deprecated) if whole else None
            layers = self._layers([child for child in found if not self.is_token(child)], path[:depth])
        return None

    def type(self, token: Token) -> str | None:
        """Its own ``$type``, else that of the token it refers to, else that of its groups.

        Raises:
            TokenError: that token does not exist.
            PaletteError: the references go in a circle.
        """
        trail = [token.path]
        while True:
            own = token.content.get("$type")
            if isinstance(own, str):
                return own
            target = reference(token.value)
            if target is None or target.rest:
                return token.group_type
            token = self._target(target)
            _extend(trail, token.path)

    def resolve(self, value: object) -> object:
        """The value with its references followed, those of its parts included.

        Raises:
            TokenError: a reference leads nowhere.
            PaletteError: the references go in a circle.
        """
        self._hops = 0
        resolved = self._follow(value, [])
        if not isinstance(resolved, Mapping):
            return resolved
        parts = {key: self._follow(part, []) for key, part in list(resolved.items())[:MOST_HOPS]}
        listed = parts.get("components")
        if isinstance(listed, list):
            parts["components"] = [self._follow(part, []) for part in listed[:5]]
        return parts

    def is_token(self, content: Object) -> bool:
        """Whether an object is a token rather than a group; a ``$ref`` alone takes the kind of its target."""
        if "$value" in content or "$ref" not in content:
            return "$value" in content
        if any(not key.startswith("$") for key in content):
            return False
        try:
            target = reference({"$ref": content["$ref"]})
        except TokenError:
            return True
        node: object = self._root
        for key in target.path if target and not target.rest else ():
            node = node.get(key) if isinstance(node, Mapping) else None
        return not isinstance(node, Mapping) or bool({"$value", "$ref"} & node.keys())

    def _walk(
        self, layers: Sequence[Object], path: Path, group_type: str | None, deprecated: bool
    ) -> Iterator[Token]:
        self._count(path, len(layers) - 1)
        self.groups[path] = layers[0]
        group_type, deprecated = _inherited(layers, group_type, deprecated)
        for key in dict.fromkeys(key for layer in reversed(layers) for key in layer):
            found = [child for layer in layers if isinstance(child := layer.get(key), Mapping)]
            if not found or (key.startswith("$") and key != "$root"):
                continue
            here = (*path, key)
            if self.is_token(found[0]):
                if key not in layers[0]:
                    self._count(here)
                yield _token(here, found[0], group_type, deprecated)
                continue
            groups = self._layers([child for child in found if not self.is_token(child)], here)
            yield from self._walk(groups, here, group_type, deprecated)

    def _layers(self, groups: Sequence[Object], path: Path) -> list[Object]:
        """The groups with those that they extend, what counts most first."""
        layers: list[Object] = []
        for group in groups:
            layers.append(group)
            extended = group.get("$extends", group.get("$ref"))
            if extended is not None:
                layers += self._extended(extended, path)
        return layers

    def _extended(self, extended: object, path: Path) -> list[Object]:
        where = place(path)
        try:
            target = reference({"$ref": extended} if _is_pointer(extended) else extended)
        except TokenError:
            self.outside.add(path)
            return []
        if target is None or target.rest:
            raise PaletteError(f"{where}: $extends takes a group, such as '{{colors.base}}'")
        within = path[: len(target.path)] == target.path
        if within or path in self._opening or target.path in self._opening:
            circle = " → ".join(place(step) for step in [*self._opening, path, target.path])
            raise PaletteError(f"{where}: groups extend one another in a circle: {circle}; remove one")
        if len(self._opening) >= MOST_HOPS:
            raise PaletteError(f"{where}: more than {MOST_HOPS} groups extend one another")
        self._opening.append(path)
        try:
            return self._group(target.path, where)
        finally:
            self._opening.pop()

    def _group(self, path: Path, where: str) -> list[Object]:
        layers = self._layers((self._root,), ()) if "$extends" not in self._root else [self._root]
        for depth, key in enumerate(path, 1):
            found = [child for layer in layers if isinstance(child := layer.get(key), Mapping)]
            if not found:
                raise PaletteError(f"{where}: $extends '{place(path)}', which is not there; correct it")
            if self.is_token(found[0]):
                raise PaletteError(f"{where}: $extends '{place(path)}', which is a token; name a group")
            layers = self._layers([child for child in found if not self.is_token(child)], path[:depth])
        return layers

    def _follow(self, value: object, trail: list[Reference]) -> object:
        trail = list(trail)
        while (target := reference(value)) is not None:
            _extend(trail, target)
            self._hops += 1
            if self._hops > MOST_HOPS * MOST_HOPS:
                raise TokenError("needs too many references")
            value = self._target(target).value
            for key in target.rest:
                value = _at(self._follow(value, trail), key)
        return value

    def _target(self, target: Reference) -> Token:
        token = self.token(target.path)
        if token is None:
            raise TokenError(f"refers to {quote('.'.join(target.path))}, which is no token of this file")
        return token

    def _count(self, path: Path, nodes: int = 1) -> None:
        self._inherited += nodes
        if self._inherited > MOST_INHERITED or len(path) > MOST_LEVELS:
            raise PaletteError(
                f"{place(path[:3])}: $extends adds more than {MOST_INHERITED} groups and tokens, "
                f"or goes more than {MOST_LEVELS} levels deep; remove it"
            )


def _token(path: Path, content: Object, group_type: str | None, deprecated: bool) -> Token:
    own = content.get("$deprecated")
    return Token(path, content, group_type, deprecated if own is None else own is not False)


def _inherited(layers: Sequence[Object], group_type: str | None, deprecated: bool) -> tuple[str | None, bool]:
    for layer in reversed(layers):
        if isinstance(kind := layer.get("$type"), str):
            group_type = kind
        if (said := layer.get("$deprecated")) is not None:
            deprecated = said is not False
    return group_type, deprecated


def _is_pointer(value: object) -> bool:
    return isinstance(value, str) and not _CURLY.fullmatch(value.strip())


def _extend(trail: list[Any], step: Any) -> None:
    if step in trail:
        steps = [*trail[trail.index(step) :], step]
        circle = " → ".join(place(s.path + s.rest if isinstance(s, Reference) else s) for s in steps)
        raise PaletteError(f"aliases go in a circle: {circle}; give one of them a value")
    trail.append(step)
    if len(trail) > MOST_HOPS:
        raise TokenError(f"refers on and on, more than {MOST_HOPS} times")


def _at(value: object, key: str) -> object:
    if isinstance(value, Mapping) and key in value:
        return value[key]
    if isinstance(value, list) and key.isascii() and key.isdigit() and len(key) < 8 and int(key) < len(value):
        return value[int(key)]
    raise TokenError(f"refers to {quote(key)} of a value that has none")
