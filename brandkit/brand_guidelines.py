"""The guidelines of a brand file that are about several colours, or about none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from brandkit.brand_colours import Colours
from brandkit.brand_fields import Fields, relative, say
from brandkit.guidelines import Delivery, Pair, Pairs, Part, Proportions, Style, parse_reviewed
from brandkit.swatch import Swatch, fold, parse_share, quote
from brandkit.yaml_file import Node

WHOLE_PALETTE = "*"
"""The key of ``origin`` under which stands what belongs to no single colour."""


def proportions(
    node: Node | None, swatches: Sequence[Swatch], colours: Colours, fields: Fields
) -> Proportions | None:
    """The shares of colours or roles, and the tolerance of all of them."""
    given = fields.keys(node)
    tolerance = given.pop("tolerance", None)
    shared = tuple(part for name, n in given.items() if (part := _part(name, n, swatches, colours, fields)))
    allowed = None if tolerance is None else _share(tolerance, fields)
    if node is None or not isinstance(node.content, dict):
        return None
    if not given:
        fields.problems.add(node, "holds no shares; give colours or roles theirs, such as primary: 60%")
    if not shared:
        return None
    try:
        return Proportions(parts=shared) if allowed is None else Proportions(parts=shared, tolerance=allowed)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            fields.problems.add(node, say(detail))
        return None


def _part(name: str, node: Node, swatches: Sequence[Swatch], colours: Colours, fields: Fields) -> Part | None:
    members = _members(name, swatches, colours)
    share = _share(node, fields)
    if members:
        return None if share is None else Part(name=name, swatches=members, share=share)
    if name not in colours.names:  # else its HEX is wrong, which has been noted
        roles = {swatch.role for swatch in swatches if swatch.role}
        hint = fields.hint(name, [*colours.names, *sorted(roles)])
        fields.problems.add(node, f"names no colour and no role of this brand{hint}")
    return None


def _members(name: str, swatches: Sequence[Swatch], colours: Colours) -> tuple[str, ...]:
    """The swatch of that name in the palette, else those of that role, else that of the theme colour."""
    owner = colours.owner(name)
    if owner is not None and name in colours.palette:
        return (owner,)
    of_role = tuple(s.name for s in swatches if s.role is not None and fold(s.role) == fold(name))
    return of_role or (() if owner is None else (owner,))


def _share(node: Node, fields: Fields) -> float | None:
    text = fields.text(node)
    if text is None:
        return None
    try:
        return parse_share(text)
    except ValueError as error:
        fields.problems.add(node, str(error))
        return None


def pairs(node: Node | None, colours: Colours, fields: Fields) -> Pairs:
    """The pairs of colours that must, and those that must not, touch."""
    kinds = fields.keys(node, tuple(Pairs.model_fields))
    required = _pairs(kinds.get("required"), colours, fields)
    forbidden = _pairs(kinds.get("forbidden"), colours, fields)
    sets = {frozenset(pair) for pair, _ in required}
    for pair, entry in forbidden:
        if frozenset(pair) in sets:
            one, other = map(quote, pair)
            fields.problems.add(entry, f"{one} and {other} are both required and forbidden; keep one")
    if fields.problems.found:
        return Pairs()
    return Pairs(required=tuple(pair for pair, _ in required), forbidden=tuple(pair for pair, _ in forbidden))


def _pairs(node: Node | None, colours: Colours, fields: Fields) -> list[tuple[Pair, Node]]:
    """Each pair once, by the names of its swatches."""
    found: dict[frozenset[str], tuple[Pair, Node]] = {}
    for entry in fields.entries(node, "pairs of colours, such as [[blue, white]]"):
        names = fields.texts(entry, "two colours, such as [blue, white]")
        if names is None:
            continue
        if len(names) != 2:
            fields.problems.add(entry, "must be two colours, such as [blue, white]")
            continue
        owners = [_owner(name, entry, colours, fields) for name in names]
        one, other = owners
        if one is None or other is None:
            continue
        if one == other:
            fields.problems.add(entry, f"{quote(names[0])} and {quote(names[1])} are one colour; give two")
        found.setdefault(frozenset(owners), ((one, other), entry))  # type: ignore[arg-type]
    return list(found.values())


def _owner(name: str, node: Node, colours: Colours, fields: Fields) -> str | None:
    owner = colours.owner(name)
    if owner is None and name not in colours.names:
        hint = fields.hint(name, colours.names)
        fields.problems.add(node, f"{quote(name)} names no colour of this brand{hint}")
    return owner


def delivery(node: Node | None, fields: Fields) -> Delivery | None:
    """What a finished file has to be."""
    return None if node is None else fields.model(node, Delivery)


_PLACES = ("references", "counter_references", "anchor", "encoder")
"""The keys of ``style`` that hold paths."""
_LOCAL_ENCODER = "open_clip:."


def style(node: Node | None, folders: Mapping[str, Path], home: Path, fields: Fields) -> Style:
    """What pictures should look like; paths of a file below are made relative to ``home``."""
    read = None if node is None else fields.model(node, Style)
    if read is None or node is None or not isinstance(node.content, dict):
        return Style()
    moved: dict[str, object] = {}
    for key in _PLACES:
        listed = node.content.get(key)
        folder = home if listed is None else folders.get(listed.file, home)
        if folder == home:
            continue
        held = getattr(read, key)
        if isinstance(held, tuple):
            moved[key] = tuple(relative(place, folder, home) for place in held)
        elif key == "anchor":
            moved[key] = relative(held, folder, home)
        elif held.startswith(_LOCAL_ENCODER):
            place = relative(held.partition(":")[2], folder, home)
            moved[key] = f"open_clip:{place if place.startswith(('.', '/')) else './' + place}"
    return read.model_copy(update=moved)


def review(node: Node | None, fields: Fields) -> tuple[str, ...]:
    """The checks, or single numbers of them, that send to a person rather than fail."""
    ids = []
    for entry in fields.entries(node, "checks or their numbers, such as [delivery, palette.coverage]"):
        text = fields.text(entry)
        if text is None:
            continue
        try:
            ids.append(parse_reviewed(text))
        except ValueError as error:
            fields.problems.add(entry, str(error))
    return tuple(ids)


def check_origin(node: Node | None, colours: Colours, fields: Fields) -> None:
    """What an import keeps for an export is only looked at for the names it is about."""
    for name, child in fields.keys(node).items():
        if name != WHOLE_PALETTE and name not in colours.names:
            fields.problems.add(child, f"names no colour of this brand{fields.hint(name, colours.names)}")
