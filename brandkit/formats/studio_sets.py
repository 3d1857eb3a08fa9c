"""The tokens of Tokens Studio in their sets, and what references between them mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from brandkit.errors import PaletteError
from brandkit.formats import arithmetic, css_colours, modifiers, token_colour
from brandkit.formats.json_tree import number, numbers, place
from brandkit.formats.palette import Colour, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.swatch import quote

MOST_HOPS = 64
"""How many references may follow each other: people use three."""
FILE_KEYS = frozenset({"$themes", "$metadata"})
"""What stands beside the sets of a file that has several."""
STUDIO = "studio.tokens"
"""The plugin's key in ``$extensions``."""

_CURLY = re.compile(r"\{([^{}]{1,200})\}")
_DOLLAR = re.compile(r"\$([\w.\-]+)")
_GRADIENT = re.compile(r"\s*(?:repeating-)?(?:linear|radial|conic)-gradient\(", re.IGNORECASE)
_WITH_ALPHA = re.compile(
    r"\s*rgba?\(\s*(#[0-9a-f]{3,8}|\w+\([^()]*\))\s*,\s*([\d.]+%?)\s*\)\s*", re.IGNORECASE
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A token where it stands.

    Attributes:
        path: names of its set, if there are sets, its groups, and its own.
        sets: how many of these names are the set: 0 or 1.
        content: its JSON object.
        type: its type, which its groups may give it.
    """

    path: Path
    sets: int
    content: Mapping[str, Any]
    type: str | None

    @property
    def value(self) -> object:
        """``value``, or ``$value``."""
        return self.content.get("value", self.content.get("$value"))


class Sets:
    """The tokens of all sets, and what references between them mean."""

    def __init__(self, root: Mapping[str, Any], remarks: Remarks) -> None:
        several = bool(FILE_KEYS & root.keys())
        self._remarks = remarks
        self.tokens = list(walk({k: v for k, v in root.items() if k not in FILE_KEYS}, (), several, None))
        self._whole = {token.path: token for token in self.tokens}
        self._within: dict[Path, list[Token]] = {}
        self._known: dict[Path, Value | ValueError] = {}
        self._ambiguous: set[Path] = set()
        ranks = _ranks(root)
        for token in sorted(self.tokens, key=lambda token: ranks.get(token.path[0], -1)):
            # Files of several sets need not say so; then the first group may be one.
            self._within.setdefault(token.path[1:], []).append(token)

    def colour(self, token: Token, reading: Reading) -> Colour:
        """Raises ``ValueError`` with the reason why the token is no valid colour."""
        value = self._value(token, [])
        target = self._target(token)
        kept, changed = self._modified(token, value, [token.path])
        description = token.content.get("description", token.content.get("$description", ""))
        alias_of = None
        if target is not None and changed == value:
            alias_of = target.path
        try:
            return reading.colour(
                token.path[-1],
                changed,
                group=token.path[:-1],
                alias_of=alias_of,
                description=description if isinstance(description, str) else "",
                extensions=kept,
            )
        except PaletteError as error:
            raise ValueError(str(error)) from None

    def _target(self, token: Token) -> Token | None:
        """The token that this one repeats, where its value is nothing but a reference."""
        name = _reference(token.value)
        return None if name is None else self._find(name, token)

    def _find(self, name: str, token: Token) -> Token:
        path = tuple(name.strip().removesuffix(".value").split("."))
        own = self._whole.get((*token.path[: token.sets], *path)) or self._whole.get((token.path[0], *path))
        if own is not None:
            return own
        others = self._within.get(path, [])
        found = others[-1] if others else self._whole.get(path)
        if found is None:
            raise ValueError(f"refers to {quote(name)}, which is no token of this file")
        if token.path not in self._ambiguous and any(other.value != found.value for other in others):
            self._ambiguous.add(token.path)
            self._remarks.add("refers to what several sets hold; the last set counts", place(token.path))
        return found

    def _value(self, token: Token, trail: list[Path]) -> Value:
        """The colour of a token before its own modifier."""
        if token.path in trail:
            steps = [*trail[trail.index(token.path) :], token.path]
            circle = " → ".join(place(step) for step in steps)
            raise PaletteError(f"aliases go in a circle: {circle}; give one of them a value")
        if len(trail) >= MOST_HOPS:
            raise ValueError(f"refers on and on, more than {MOST_HOPS} times")
        trail = [*trail, token.path]
        stated = token.value
        name = _reference(stated)
        if name is not None:
            return self._whole_colour(self._find(name, token), trail)
        if not isinstance(stated, str):
            return _object(stated)
        if _GRADIENT.match(stated):
            raise ValueError("is a gradient, which is no single colour")
        text = _CURLY.sub(lambda match: self._put_in(match[1], token, trail), stated[:1000])
        return _text(text)

    def _whole_colour(self, token: Token, trail: list[Path]) -> Value:
        """The colour of a token as others see it: with its modifier; worked out once."""
        if token.path not in self._known:
            try:
                value = self._value(token, trail)
                self._known[token.path] = self._modified(token, value, [*trail, token.path])[1]
            except ValueError as error:
                self._known[token.path] = error
        known = self._known[token.path]
        if isinstance(known, ValueError):
            raise known
        return known

    def _put_in(self, name: str, token: Token, trail: list[Path]) -> str:
        target = self._find(name, token)
        if (plain := number(target.value)) is not None:
            return f"{plain:.15g}"
        if target.type != "color":
            return str(target.value)[: css_colours.LONGEST]
        return css_colours.notation(self._whole_colour(target, trail)) or ""

    def _modified(self, token: Token, value: Value, trail: list[Path]) -> tuple[dict[str, Any], Value]:
        """The token's extensions without its modifier, and the value with it, where it is understood."""
        kept = extensions_of(token)
        studio = kept.get(STUDIO)
        if not isinstance(studio, dict) or "modify" not in studio:
            return kept, value
        rest = {key: part for key, part in studio.items() if key != "modify"}
        without = {**kept, STUDIO: rest} if rest else {k: v for k, v in kept.items() if k != STUDIO}
        try:
            changed = self._apply(studio["modify"], token, value, trail)
        except ValueError as error:
            self._remarks.add(f"colour modifier was not applied: {error}", place(token.path))
            return kept, value
        self._remarks.add("colour modifier applied", place(token.path))
        return without, changed

    def _apply(self, modify: object, token: Token, value: Value, trail: list[Path]) -> Value:
        if (name := _reference(modify)) is not None:
            modify = self._find(name, token).value
        if not isinstance(modify, dict):
            raise ValueError("it is no object")
        said = str(modify.get("value"))[: arithmetic.LONGEST]
        amount = arithmetic.evaluate(_CURLY.sub(lambda m: self._put_in(m[1], token, trail), said))
        if amount is None:
            raise ValueError(f"{quote(said)} is no number")
        other = modify.get("color")
        mixed = None
        if isinstance(other, str):
            mixed = _text(_CURLY.sub(lambda m: self._put_in(m[1], token, trail), other[:1000]))
        return modifiers.modified(value, modify.get("type"), amount, modify.get("space"), mixed)


def walk(node: Mapping[str, Any], path: Path, sets: int, group_type: str | None) -> Iterator[Token]:
    """Every token of a group; its depth is that of the tree, which is bounded."""
    own = node.get("$type", group_type)
    for key, child in node.items():
        if not isinstance(child, dict) or key.startswith("$"):
            continue
        here = (*path, key)
        if "$value" in child or ("value" in child and not _is_group(child["value"])):
            kind = child.get("type", child.get("$type", own))
            yield Token(here, int(sets), child, kind if isinstance(kind, str) else None)
        else:
            yield from walk(child, here, sets, own if isinstance(own, str) else None)


def _is_group(value: object) -> bool:
    """Whether ``value`` is the name of a group or token here, rather than what a token holds."""
    if not isinstance(value, dict) or "space" in value:  # the latter is a modifier
        return False
    return bool({"value", "$value"} & value.keys())


def extensions_of(token: Token) -> dict[str, Any]:
    """The token's ``$extensions``, as a dictionary of its own."""
    extensions = token.content.get("$extensions")
    return dict(extensions) if isinstance(extensions, dict) else {}


def _ranks(root: Mapping[str, Any]) -> dict[str, int]:
    metadata = root.get("$metadata")
    order = metadata.get("tokenSetOrder") if isinstance(metadata, dict) else None
    if not isinstance(order, list):
        return {}
    return {name: rank for rank, name in enumerate(order) if isinstance(name, str)}


def _reference(value: object) -> str | None:
    """The name in a value that is nothing but a reference: ``{a.b}``, or the older ``$a.b``."""
    if not isinstance(value, str):
        return None
    match = _CURLY.fullmatch(value.strip()) or _DOLLAR.fullmatch(value.strip())
    return match[1] if match else None


def _text(text: str) -> Value:
    if match := _WITH_ALPHA.fullmatch(text[:1000]):
        base, alpha = css_colours.parse(match[1]), match[2]
        share = _float(alpha[:-1]) / 100 if alpha.endswith("%") else _float(alpha)
        if base is not None and 0 <= share <= 1:
            return Value(base.space, base.components, css_colours.tidy(share))
    value = css_colours.parse(text)
    if value is None:
        raise ValueError(f"{quote(text)} is no colour")
    return value


def _object(value: object) -> Value:
    """``{"r": 146, "g": 153, "b": 162}`` of Style Dictionary, or the object of DTCG."""
    if isinstance(value, dict) and {"r", "g", "b"} <= value.keys():
        listed = numbers([value["r"], value["g"], value["b"]])
        alpha = number(value.get("a", 1))
        if listed is not None and alpha is not None and all(0 <= part <= 255 for part in listed):
            return Value("srgb", tuple(part / 255 for part in listed), alpha)
    return token_colour.parse(value)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0
