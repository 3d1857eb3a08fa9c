"""Our own brand file: the standard ``_brand.yml`` (https://posit-dev.github.io/brand-yml).

The standard's palette holds names and HEX colours. What else a designer's file said of a colour (its
groups, its value in another space, what kind of ink it is) stands under ``defaults.brandkit.origin``, so
that an export gives it back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import yaml

from brandkit import brand_extends, yaml_file
from brandkit.brand_colours import THEME
from brandkit.brand_guidelines import WHOLE_PALETTE
from brandkit.errors import BrandError, PaletteError
from brandkit.formats.palette import Colour, Export, Kind, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.swatch import MOST_SWATCHES, fold, parse_hex, quote
from brandkit.yaml_file import Node, at

TITLE = "brand file (_brand.yml)"
SUFFIXES = (".yml", ".yaml")

_ORIGIN = ("    # What the imported file says beyond name and HEX; an export gives it back.", "    origin:")
_LONGEST_NAME = 100


def recognises(data: bytes) -> bool:
    """Whether the bytes are text with a top-level ``color:`` or ``meta:``."""
    return any(line.startswith((b"color:", b"meta:", b"defaults:")) for line in data.splitlines())


def read(data: bytes, reading: Reading) -> Palette:
    """The palette of a brand file, aliases and theme colours of their own included.

    Guidelines (tolerances, limits …) are not part of a palette and are left aside. Of a file that
    ``extends`` another, the other's colours come first.
    """
    try:
        tree = _tree(data, reading)
    except BrandError as error:
        raise PaletteError(_placed(str(error), reading)) from error
    palette = _keys(at(tree, ("color", "palette")))
    origins = _keys(at(tree, ("defaults", "brandkit", "origin")))
    colours = []
    for name, node in palette.items():
        said = _Origin.of(origins.get(name))
        colours.append(_colour(name, node, palette, origins, said, reading))
    for role in THEME:
        own = at(tree, ("color", role))
        if own is not None and isinstance(own.content, str) and own.content not in palette:
            colours.append(_colour(role, own, palette, origins, _Origin(), reading))
    if not colours:
        raise PaletteError("holds no colours; give color.palette a name and a HEX colour")
    return Palette(
        _name(tree) or reading.name, tuple(colours), (), _Origin.of(origins.get(WHOLE_PALETTE)).extensions
    )


def write(palette: Palette) -> Export:
    """A brand file that ``Brand.load`` reads; names that it cannot hold are changed, and that is listed.

    Raises:
        PaletteError: there are more colours than a brand may have.
    """
    if len({colour.hex for colour in palette.colours}) > MOST_SWATCHES:
        raise PaletteError(
            f"holds {len(palette.colours)} colours, a brand at most {MOST_SWATCHES}; take some of them"
        )
    names = _unique_names(palette.colours)
    keys = dict(zip(((*c.group, c.name) for c in palette.colours), names, strict=True))
    lines = ["meta:", f"  name: {_scalar(_printable(palette.name) or 'brand')}", "", "color:", "  palette:"]
    origin: list[str] = []
    group: tuple[str, ...] = ()
    for colour, name in zip(palette.colours, names, strict=True):
        if colour.group != group:
            group = colour.group
            lines.append(f"    # {_printable(' / '.join(group)) or 'without a group'}")
        alias = keys.get(colour.alias_of) if colour.alias_of else None
        value = _scalar(alias) if alias is not None and alias != name else f'"{colour.hex}"'
        lines.append(f"    {_scalar(name)}: {value}{_remark(colour)}")
        origin += _origin_lines(colour, name)
    if palette.extensions:
        origin += [f'      "{WHOLE_PALETTE}":', f"        extensions: {_scalar(_json(palette.extensions))}"]
    lines += ["", "defaults:", "  brandkit:", *_GUIDELINES]
    if origin:
        lines += [*_ORIGIN, *origin]
    rule = "names are 1 to 100 printable characters, each once"
    renamed = [
        f"{quote(colour.name)} is called {quote(name)} here: {rule}"
        for colour, name in zip(palette.colours, names, strict=True)
        if colour.name != name
    ]
    return Export(("\n".join([*_header(palette), *lines]) + "\n").encode(), tuple(renamed))


_GUIDELINES = (
    "    # A colour that is not listed here has tolerance 2, capture 12, finish flat; for example:",
    "    # swatches:",
    '    #   "name of a colour": {role: product, finish: shaded, tolerance: 4, capture: 16}',
    "    required: [palette]     # checks without which nothing passes",
)


def _header(palette: Palette) -> list[str]:
    said = ["Colours without a remark stand here as the imported file states them."]
    return [f"# {_printable(line)}" for line in (*said, *palette.notes)]


def _tree(data: bytes, reading: Reading) -> Node:
    if reading.path is None:
        tree, problems = yaml_file.parse(data, "brand")
        problems.raise_any()
        return tree
    stack = brand_extends.parse(data, reading.path)
    stack.problems.raise_any()
    return stack.tree


def _placed(message: str, reading: Reading) -> str:
    """The message without the file's own name, which the caller puts before it."""
    own = "brand" if reading.path is None else yaml_file.shown(reading.path)
    rest = message.removeprefix(f"{own}:").strip()
    return f"line {rest}" if rest[:1].isdigit() else rest


def _colour(
    name: str,
    node: Node,
    palette: Mapping[str, Node],
    origins: Mapping[str, Node],
    said: _Origin,
    reading: Reading,
) -> Colour:
    target, trail = node, [name]
    while isinstance(target.content, str) and target.content in palette:
        if target.content in trail:
            raise PaletteError(f"line {target.line}: {quote(name)} goes in a circle; give it a HEX colour")
        trail.append(target.content)
        target = palette[target.content]
    if not isinstance(target.content, str):
        raise PaletteError(f"line {target.line}: {target.path} is not a HEX colour; write it in quotes")
    try:
        hex_colour = parse_hex(target.content)
        # A HEX that was changed by hand since the import is what the person wants.
        kept = said.value and said.hex == hex_colour
        value = Value.parse(said.value) if kept else _as_value(hex_colour)
    except ValueError as error:
        raise PaletteError(f"line {target.line}: {target.path}: {error}") from None
    alias_of = None
    if len(trail) > 1:
        owner = _Origin.of(origins.get(trail[1]))
        alias_of = (*owner.group, trail[1] if owner.name is None else owner.name)
    colour = reading.colour(
        name if said.name is None else said.name,
        value,
        group=said.group,
        kind=said.kind,
        alias_of=alias_of,
        description=said.description,
        extensions=said.extensions,
    )
    # The HEX stands as it was imported, whatever profile CMYK would go through today.
    return replace(colour, hex=hex_colour)


@dataclass(frozen=True, slots=True)
class _Origin:
    """What the imported file said of a colour; fields as in ``Colour``, ``hex`` as of the import."""

    name: str | None = None
    group: tuple[str, ...] = ()
    value: str = ""
    hex: str = ""
    kind: Kind | None = None
    description: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Node | None) -> _Origin:
        texts = {k: n.content for k, n in _keys(node).items() if isinstance(n.content, str)}
        groups = _keys(node).get("group")
        listed = groups.content if groups is not None and isinstance(groups.content, list) else ()
        kind = next((kind for kind in get_args(Kind) if kind == texts.get("kind")), None)
        return cls(
            texts.get("name"),
            tuple(n.content for n in listed if isinstance(n.content, str)),
            texts.get("value", ""),
            texts.get("hex", ""),
            kind,
            texts.get("description", ""),
            _parsed(texts.get("extensions", "{}"), node),
        )


def _parsed(text: str, node: Node | None) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        where = "" if node is None else f"line {node.line}: {node.path}.extensions: "
        raise PaletteError(f"{where}is not a JSON object; write one in quotes, or remove the key")
    return value


def _origin_lines(colour: Colour, name: str) -> list[str]:
    said: dict[str, str] = {}
    if colour.name != name:
        said["name"] = _scalar(colour.name)
    if colour.group:
        said["group"] = f"[{', '.join(_quoted(part) for part in colour.group)}]"
    if colour.alias_of is None and colour.value != _as_value(colour.hex):
        said |= {"value": _scalar(str(colour.value)), "hex": f'"{colour.hex}"'}
    if colour.kind is not None:
        said["kind"] = colour.kind
    if colour.description:
        said["description"] = _quoted(colour.description)
    if colour.extensions:
        said["extensions"] = _scalar(_json(colour.extensions))
    return (
        [f"      {_scalar(name)}:", *(f"        {key}: {text}" for key, text in said.items())] if said else []
    )


def _remark(colour: Colour) -> str:
    parts = [colour.how] if colour.how else []
    if colour.value.alpha != 1:
        parts.append(f"opacity {colour.value.alpha:.3g} left aside")
    if colour.distance_de00:
        parts.append(f"outside sRGB: the nearest look is {colour.distance_de00:.2f} CIEDE2000 away")
    if colour.where:
        parts.append(colour.where)
    return f"    # {_printable('; '.join(parts))}" if parts else ""


def _unique_names(colours: Sequence[Colour]) -> list[str]:
    """A name for each that a brand file can hold; where two are alike, the later gets a number."""
    taken: set[str] = set()
    names = []
    for number, colour in enumerate(colours, 1):
        plain = _printable(colour.name)[:_LONGEST_NAME].strip() or f"colour {number}"
        name, count = plain, 1
        while not fold(name) or fold(name) in taken:
            count += 1
            name = f"{plain[: _LONGEST_NAME - len(str(count)) - 1]} {count}"
        taken.add(fold(name))
        names.append(name)
    return names


def _name(tree: Node) -> str:
    node = at(tree, ("meta", "name"))
    if node is not None and isinstance(node.content, dict):
        node = node.content.get("full") or node.content.get("short")
    return node.content if node is not None and isinstance(node.content, str) else ""


def _keys(node: Node | None) -> Mapping[str, Node]:
    return node.content if node is not None and isinstance(node.content, dict) else {}


def _as_value(hex_colour: str) -> Value:
    return Value("srgb", tuple(code / 255 for code in bytes.fromhex(hex_colour[1:])))


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _scalar(text: str) -> str:
    """``text`` as one YAML scalar, in quotes only where it needs them."""
    if not text or text != text.strip() or not text.isprintable():
        return _quoted(text)
    return yaml.safe_dump(text, allow_unicode=True, width=1 << 30).removesuffix("...\n").strip()


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1 << 30).strip()


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
