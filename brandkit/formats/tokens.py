"""Design tokens of the W3C community group, DTCG 2025.10 (https://www.designtokens.org/tr/2025.10/format).

Group names and token names become groups and names of colours; a ``$root`` token takes its group's name.
What the standard has no place for stands under ``$extensions`` as ``org.brandkit``: the exact value of a
colour in CMYK, grey or HSB, its kind, and names that the standard does not allow. So a file that was
written here comes back as it was, and other readers see a plain file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from brandkit.errors import PaletteError
from brandkit.formats import exact, token_colour, token_writing, tokens_studio
from brandkit.formats.json_tree import MOST_COLOURS, load, place
from brandkit.formats.palette import Colour, Export, Kind, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.formats.token_tree import Token, TokenError, TokenTree, reference

TITLE = "W3C design tokens (DTCG)"
SUFFIXES = (".tokens", ".json")

OURS = token_writing.OURS


def recognises(data: bytes) -> bool:
    """Whether the bytes are JSON with a ``$value`` or ``$type``, and not an export of Tokens Studio."""
    if b"$" not in data:
        return False
    try:
        root = load(data)
    except PaletteError:
        return False
    return isinstance(root, dict) and _has_tokens(root) and not tokens_studio.recognises(data)


def read(data: bytes, reading: Reading) -> Palette:
    """The colour tokens, aliases included; tokens of other types are counted in the notes.

    A token that is not valid (no type, no such alias, a value that is no colour) is left out and noted.

    Raises:
        PaletteError: it is no JSON, aliases or ``$extends`` go in a circle, or no colour token is left.
    """
    remarks = Remarks()
    root = load(data, remarks)
    if not isinstance(root, dict):
        raise PaletteError("is JSON without tokens; a token file is an object of groups and tokens")
    tree = TokenTree(root)
    colours: list[Colour] = []
    others: Counter[str] = Counter()
    for token in tree.tokens():
        _note_form(token, remarks)
        try:
            kind = tree.type(token)
            if kind == "color":
                colours.append(_colour(token, tree, reading, remarks))
            elif kind is not None:
                others[kind] += 1
            else:
                raise TokenError('has no type; write "$type": "color" if it is a colour')
        except TokenError as error:
            remarks.add(f"{error}; left out", place(token.path))
        if len(colours) > MOST_COLOURS:
            raise PaletteError(f"holds more than {MOST_COLOURS} colours; split the file")
    for path in sorted(tree.outside):
        remarks.add("extends a group of another file, which is not read", place(path))
    if others:
        counted = ", ".join(f"{count} {kind[:40]}" for kind, count in others.most_common(12))
        remarks.add(f"left aside {others.total()} tokens that are no colours: {counted}")
    if not colours:
        reasons = "; ".join(remarks.lines()[:2]) or "export colours, too"
        raise PaletteError(f"holds no colour tokens: {reasons}")
    extensions = _of_file(tree)
    own = extensions.get(OURS, {})
    name = own.pop("name", None) if isinstance(own, dict) else None
    if own == {}:
        extensions.pop(OURS, None)
    return Palette(
        name if isinstance(name, str) else reading.name, tuple(colours), remarks.lines(), extensions
    )


def write(palette: Palette) -> Export:
    """A file of the 2025.10 standard: colours as objects with their HEX, groups nested, aliases kept."""
    return token_writing.write(palette)


def _has_tokens(root: Mapping[str, Any]) -> bool:
    nodes: list[Any] = [root]
    while nodes:
        node = nodes.pop()
        if {"$value", "$type"} & node.keys():
            return True
        nodes += [child for child in node.values() if isinstance(child, dict)]
    return False


def _note_form(token: Token, remarks: Remarks) -> None:
    where = place(token.path)
    if any(set(key) & set(".{}") or (key.startswith("$") and key != "$root") for key in token.path):
        remarks.add("name with '.', '{', '}' or a leading '$', which the standard forbids", where)
    if any(isinstance(part, dict) and not key.startswith("$") for key, part in token.content.items()):
        remarks.add("token and group at once; what it holds as a group is left out", where)
    if token.deprecated:
        remarks.add("deprecated", where)


def _colour(token: Token, tree: TokenTree, reading: Reading, remarks: Remarks) -> Colour:
    target = reference(token.value)
    alias_of = _alias(target.path, tree) if target is not None and not target.rest else None
    resolved = tree.resolve(token.value)
    try:
        colour = _valued(token, resolved, alias_of, reading, remarks)
    except (ValueError, PaletteError) as error:
        raise TokenError(str(error)) from None
    where = place(token.path)
    if token_colour.has_none(resolved):
        remarks.add("component 'none' taken as 0", where)
    fallback = resolved.get("hex") if isinstance(resolved, Mapping) else None
    if isinstance(fallback, str) and _contradicts(fallback, colour.hex):
        remarks.add("fallback 'hex' is not what the components give; the components count", where)
    return colour


def _valued(
    token: Token, resolved: object, alias_of: tuple[str, ...] | None, reading: Reading, remarks: Remarks
) -> Colour:
    """Raises ``ValueError`` or ``PaletteError`` where the resolved value is no colour."""
    extensions = token.content.get("$extensions")
    kept = dict(extensions) if isinstance(extensions, dict) else {}
    own = kept.pop(OURS, {})
    own = own if isinstance(own, dict) else {}
    if (deprecated := token.content.get("$deprecated")) is not None:
        kept["$deprecated"] = deprecated
    group, name = _named(token.path)
    description = token.content.get("$description", "")
    return _exact(
        reading,
        _text(own.get("name"), name),
        token_colour.parse(resolved),
        own,
        remarks,
        group=_texts(own.get("group"), group),
        kind=_kind(own.get("kind")),
        alias_of=alias_of,
        description=description if isinstance(description, str) else "",
        extensions=kept,
        where=_text(own.get("where"), ""),
    )


def _exact(
    reading: Reading, name: str, value: Value, own: Mapping[str, Any], remarks: Remarks, **rest: Any
) -> Colour:
    """The colour of the exact value that we wrote beside ``$value``, unless ``$value`` was changed since."""
    plain = reading.colour(name, value, **rest)
    try:
        stated = Value.parse(own["value"]) if isinstance(own.get("value"), str) else None
        if stated is not None and stated.alpha == value.alpha:
            return exact.colour(reading, name, stated, plain.hex, remarks, **rest)
    except (ValueError, PaletteError):
        remarks.add(f"value under '{OURS}' cannot be read; $value counts", name)
    return plain


def _alias(path: tuple[str, ...], tree: TokenTree) -> tuple[str, ...] | None:
    token = tree.token(path)
    if token is None:
        return None
    group, name = _named(token.path)
    extensions = token.content.get("$extensions")
    own = extensions.get(OURS) if isinstance(extensions, dict) else None
    own = own if isinstance(own, dict) else {}
    return (*_texts(own.get("group"), group), _text(own.get("name"), name))


def _of_file(tree: TokenTree) -> dict[str, Any]:
    """The file's ``$extensions``, and under ``org.brandkit`` what else groups say, by JSON pointer."""
    extensions = tree.groups.get((), {}).get("$extensions")
    kept = dict(extensions) if isinstance(extensions, dict) else {}
    groups: dict[str, Any] = {}
    for path, group in tree.groups.items():
        said = {key: group[key] for key in token_writing.GROUP_KEYS if key in group}
        if not path:
            said.pop("$extensions", None)
        if said:
            groups[token_writing.pointer(path)] = said
    own = kept.get(OURS)
    own = dict(own) if isinstance(own, dict) else {}
    if groups:
        own["groups"] = groups
    return {**kept, OURS: own} if own else kept


def _named(path: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    if len(path) > 1 and path[-1] == "$root":
        path = path[:-1]
    return path[:-1], path[-1]


def _contradicts(fallback: str, hex_colour: str) -> bool:
    if len(fallback) != 7:
        return False
    try:
        said = bytes.fromhex(fallback[1:])
    except ValueError:
        return False
    return any(abs(a - b) > 1 for a, b in zip(said, bytes.fromhex(hex_colour[1:]), strict=True))


def _kind(value: object) -> Kind | None:
    return next((kind for kind in get_args(Kind) if kind == value), None)


def _text(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) else otherwise


def _texts(value: object, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    return otherwise
