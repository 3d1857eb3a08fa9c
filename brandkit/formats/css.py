"""Custom properties of CSS (https://www.w3.org/TR/css-variables-1): ``--name: colour``.

Rules other than ``:root`` become groups, named by their selector or at-rule. When a palette is written,
such groups become rules again, and other groups become the beginning of names: CSS has no groups.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import tinycss2

from brandkit.errors import PaletteError
from brandkit.formats import aliases, css_colours, css_variables
from brandkit.formats.css_variables import Key, Scope, Sheet
from brandkit.formats.json_tree import MOST_COLOURS
from brandkit.formats.palette import Colour, Export, Palette
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.formats.text import decode

TITLE = "CSS custom properties"
SUFFIXES = (".css",)

MOST_BYTES = 2 << 20
"""Parsed, CSS takes up to three hundred times its size; sheets of design systems are below 1 MiB."""

_DECLARED = re.compile(r"(?:[{;]|\*/)\s*--[^\s:;{}]+\s*:")
_VALID = re.compile(r"[\w\-]+")
_SCOPE_START = tuple(".#[:@*&>")
_SCOPES = ("@media", "@layer", "@supports", "@container", "@scope")
_DEEPEST = css_variables.MOST_LEVELS // 2


def recognises(data: bytes) -> bool:
    """Whether the bytes are text with a custom property in a rule."""
    try:
        text = decode(data)
    except PaletteError:
        return False
    return not text.lstrip().startswith(("{", "<")) and _DECLARED.search(text) is not None


def read(data: bytes, reading: Reading) -> Palette:
    """The custom properties that are colours, ``var()`` and sums put in place.

    A value that is nothing but ``var(--other)`` makes an alias. What has to be computed on the page
    (``color-mix()``, ``light-dark()``, relative colours) is left out and noted.

    Raises:
        PaletteError: it is no text, too large, or no custom property is a colour.
    """
    if len(data) > MOST_BYTES:
        raise PaletteError(f"is larger than {MOST_BYTES >> 20} MiB; give the file with the custom properties")
    remarks = Remarks()
    sheet = Sheet(decode(data), remarks)
    colours: list[Colour] = []
    skipped = 0
    for key in sheet.properties:
        resolved = sheet.resolve(key)
        value = None if resolved.text is None else css_colours.parse(resolved.text)
        if value is None:
            if resolved.text is not None and css_colours.is_function(resolved.text):
                remarks.add("has to be computed on the page, or is no valid colour; left out", key.name)
            skipped += 1
            continue
        target = resolved.target
        alias_of = None if target is None else (*target.scope, target.name[2:])
        try:
            colours.append(reading.colour(key.name[2:], value, group=key.scope, alias_of=alias_of))
        except PaletteError as error:
            remarks.add(f"{error}; left out", key.name)
        if len(colours) > MOST_COLOURS:
            raise PaletteError(f"holds more than {MOST_COLOURS} colours; split the file")
    if not colours:
        raise PaletteError("holds no custom property that is a colour, such as --brand: #1200FF")
    if skipped:
        remarks.add(f"custom properties that are no colours are left aside: {skipped}")
    if sheet.others:
        remarks.add(f"properties that are not custom ones are left aside: {sheet.others}")
    return Palette(reading.name, tuple(colours), remarks.lines())


def write(palette: Palette) -> Export:
    """A style sheet; what CSS has no place for stands in comments, which are not read back."""
    remarks = Remarks()
    keys = _keys(palette.colours, remarks)
    known = dict.fromkeys(keys)
    repeats = aliases.targets(palette.colours)
    lines = [f"/* {_comment(palette.name)} */"]
    scope: Scope | None = None
    for colour, key, repeat in zip(palette.colours, keys, repeats, strict=True):
        if key.scope != scope:
            lines += [*_closing(scope), *_opening(key.scope)]
            scope = key.scope
        target = None if repeat is None else keys[repeat]
        held = target is not None and css_variables.lookup(known, key.scope, target.name) == target
        text = f"var({target.name})" if target is not None and held else _value(colour, remarks)
        if colour.alias_of is not None and not held:
            remarks.add("repeats a colour that its rule cannot refer to; written as a value", colour.name)
        indent = "  " * len(_blocks(key.scope))
        lines.append(f"{indent}{key.name}: {text};{_remark(colour, key)}")
        _note_lost(colour, remarks)
    if palette.extensions:
        remarks.add("what other tools keep with the file is left out")
    return Export(("\n".join([*lines, *_closing(scope)]) + "\n").encode(), remarks.lines())


def _keys(colours: Sequence[Colour], remarks: Remarks) -> list[Key]:
    """A custom property for each colour, each once in its rule."""
    taken: set[Key] = set()
    keys = []
    for number, colour in enumerate(colours, 1):
        scoped = len(colour.group) <= _DEEPEST and all(_is_scope(part) for part in colour.group)
        scope = colour.group if scoped else ()
        kept = scoped and _VALID.fullmatch(colour.name)
        plain = colour.name if kept else _slug("-".join((*([] if scoped else colour.group), colour.name)))
        key, count = Key(scope, f"--{plain or f'colour-{number}'}"), 1
        while key in taken:
            count += 1
            key = Key(scope, f"--{plain or f'colour-{number}'}-{count}")
        taken.add(key)
        keys.append(key)
        if scope != colour.group:
            remarks.add("group has become the beginning of the name", colour.name)
        elif key.name[2:] != colour.name:
            remarks.add("name is changed to one that CSS allows, each once", colour.name)
    return keys


def _slug(name: str) -> str:
    """The name in lower case with hyphens."""
    return re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", name).lower()).strip("-")


def _is_scope(group: str) -> bool:
    """Whether a group's name is a selector or an at-rule, as ``read`` makes them."""
    if not group.startswith(_SCOPE_START) or len(group) > 1000:
        return False
    if group.startswith("@") and not group.startswith(_SCOPES):
        return False
    rules = tinycss2.parse_stylesheet(f"{group}{{--a:0}}")
    if len(rules) != 1 or rules[0].type not in ("qualified-rule", "at-rule") or rules[0].content is None:
        return False
    remarks = Remarks()
    return list(Sheet(f"{group}{{--a:0}}", remarks).properties) == [Key((group,), "--a")]


def _blocks(scope: Scope) -> Scope:
    """The rules around a declaration: one of selectors at least, since at-rules alone hold none."""
    return scope if any(not part.startswith("@") for part in scope) else (*scope, ":root")


def _opening(scope: Scope) -> list[str]:
    return [f"{'  ' * level}{rule} {{" for level, rule in enumerate(_blocks(scope))]


def _closing(scope: Scope | None) -> list[str]:
    return [] if scope is None else [f"{'  ' * level}}}" for level in reversed(range(len(_blocks(scope))))]


def _value(colour: Colour, remarks: Remarks) -> str:
    text = css_colours.notation(colour.value)
    if text is None:
        remarks.add(f"{colour.value.space} value is only a comment beside its HEX", colour.name)
        alpha = round(colour.value.alpha * 255)
        return colour.hex if alpha == 255 else f"{colour.hex}{alpha:02X}"
    return text


def _remark(colour: Colour, key: Key) -> str:
    parts = [] if css_colours.notation(colour.value) else [str(colour.value)]
    if key.name[2:] != colour.name or key.scope != colour.group:
        parts.append(" / ".join((*colour.group, colour.name)))
    if colour.description:
        parts.append(colour.description)
    return f" /* {_comment('; '.join(parts))} */" if parts else ""


def _note_lost(colour: Colour, remarks: Remarks) -> None:
    if colour.kind is not None:
        remarks.add(f"that it is a {colour.kind} colour is left out", colour.name)
    if colour.description:
        remarks.add("description is only a comment", colour.name)
    if colour.extensions:
        remarks.add("what other tools keep with it is left out", colour.name)
    if colour.where:
        remarks.add("where it was found is left out", colour.name)


def _comment(text: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.replace("*/", "* /").split())
