"""Read a standard brand file (https://posit-dev.github.io/brand-yml) with our guidelines in it.

Sections that we have no use for (``typography`` …) are let pass unjudged, and of ``logo`` what it names is
taken. ``color`` and
``defaults.brandkit`` are read strictly: a mistyped key would otherwise silently not be checked. How a
file goes over the one it ``extends`` is told in ``brandkit.brand_extends``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from brandkit import brand_extends, brand_guidelines, brand_logos
from brandkit.brand_colours import Colours
from brandkit.brand_extends import Stack
from brandkit.brand_fields import Fields, as_max, did_you_mean
from brandkit.guidelines import Delivery, Pairs, Proportions, Style
from brandkit.logo_guidelines import Logo
from brandkit.swatch import MOST_SWATCHES, Coverage, Forbidden, Limit, Swatch, fold, parse_name, quote
from brandkit.yaml_file import Node, Problems

WHITE = "#FFFFFF"
SECTIONS = ("meta", "logo", "color", "typography", "defaults")
GUIDELINES = (
    *("extends", "swatches", "forbidden", "off_palette", "background", "proportions", "pairs"),
    *("delivery", "style", "logos", "required", "review", "limits", "origin"),
)


@dataclass(frozen=True)
class Content:
    """What a brand file says, checked: the fields of ``Brand``."""

    name: str
    swatches: tuple[Swatch, ...]
    forbidden: tuple[Forbidden, ...]
    off_palette: float | None
    background: str
    proportions: Proportions | None
    pairs: Pairs
    delivery: Delivery | None
    style: Style
    logos: tuple[Logo, ...]
    required: tuple[str, ...]
    review: tuple[str, ...]
    limits: Mapping[str, Mapping[str, Limit]]
    bases: tuple[Path, ...]


def read(path: Path) -> Content:
    """Read and check a brand file and those it rests on; raises ``BrandError`` with the first problem."""
    return _content(brand_extends.read(path), path)


def parse(data: bytes, path: Path) -> Content:
    """As ``read``, of the bytes of a file that is to be at ``path``."""
    return _content(brand_extends.parse(data, path), path)


def _content(stack: Stack, path: Path) -> Content:
    tree, problems = stack.tree, stack.problems
    fields = Fields(problems, stack.removed)
    sections = fields.keys(tree, SECTIONS)
    colours = Colours(sections.get("color"), fields)
    guidelines = fields.keys(_guidelines(sections.get("defaults"), fields), GUIDELINES)
    swatches = _swatches(guidelines.get("swatches"), colours, fields)
    limits = _limits(guidelines.get("limits"), fields)
    content = Content(
        name=_name(sections.get("meta"), path, problems),
        swatches=swatches,
        forbidden=_forbidden(guidelines.get("forbidden"), swatches, fields),
        off_palette=_off_palette(guidelines.get("off_palette"), fields),
        background=_background(guidelines.get("background"), colours),
        proportions=brand_guidelines.proportions(guidelines.get("proportions"), swatches, colours, fields),
        pairs=brand_guidelines.pairs(guidelines.get("pairs"), colours, fields),
        delivery=brand_guidelines.delivery(guidelines.get("delivery"), fields),
        style=brand_guidelines.style(guidelines.get("style"), stack.folders, path.parent, fields),
        logos=_logos(sections.get("logo"), guidelines.get("logos"), stack, path.parent, fields),
        required=_required(guidelines.get("required"), fields),
        review=brand_guidelines.review(guidelines.get("review"), fields),
        limits=limits,
        bases=stack.bases,
    )
    brand_guidelines.check_origin(guidelines.get("origin"), colours, fields)
    _check_coverage(swatches, limits, guidelines.get("limits"), problems)
    _check_bounds(content, guidelines.get("limits"), problems)
    if not swatches and not problems.found:
        problems.add(tree, "holds no colours; give color.palette a name and a HEX colour")
    problems.raise_any()
    return content


def _guidelines(defaults: Node | None, fields: Fields) -> Node | None:
    tools = fields.keys(defaults)
    for key, node in tools.items():
        # Other tools keep their own keys here, so only what looks like ours can be called a mistake.
        if key != "brandkit" and did_you_mean(key, ["brandkit"]):
            fields.problems.add(node, "unknown key; did you mean 'brandkit'?")
    return tools.get("brandkit")


def _name(meta: Node | None, path: Path, problems: Problems) -> str:
    """The brand's short name, else its full one, else the file's."""
    node = meta.content.get("name") if meta and isinstance(meta.content, dict) else None
    if node and isinstance(node.content, dict):
        node = node.content.get("short") or node.content.get("full")
    if node is None or not isinstance(node.content, str):
        return quote(path.name.partition(".")[0].strip("_ ") or "brand")[1:-1]
    try:
        return parse_name(node.content.strip())
    except ValueError as error:
        problems.add(node, str(error))
        return "brand"


def _swatches(settings: Node | None, colours: Colours, fields: Fields) -> tuple[Swatch, ...]:
    given: dict[str, Node] = {}
    for name, node in fields.keys(settings).items():
        owner = colours.owner(name)
        if owner == name:
            given[name] = node
        elif owner is not None:
            fields.problems.add(node, f"is another name for {quote(owner)}; put the settings there")
        elif name not in colours.names:
            hint = fields.hint(name, colours.names)
            fields.problems.add(node, f"names no colour of this brand{hint}")
    if len(colours.swatches) > MOST_SWATCHES:
        last = colours.names[list(colours.swatches.values())[MOST_SWATCHES]]
        fields.problems.add(last, f"is one colour too many; at most {MOST_SWATCHES} can be told apart")
    built = []
    for hex_colour, name in colours.swatches.items():
        preset: dict[str, object] = {"name": name, "hex": hex_colour, "role": colours.role(hex_colour)}
        swatch = _swatch(given[name], preset, fields) if name in given else _plain(preset)
        if swatch is not None:
            built.append(swatch)
    return tuple(built)


def _plain(preset: dict[str, object]) -> Swatch | None:
    try:
        return Swatch.model_validate(preset)
    except ValidationError:  # the name, which has been noted
        return None


def _swatch(node: Node, preset: dict[str, object], fields: Fields) -> Swatch | None:
    coverage = node.content.get("coverage") if isinstance(node.content, dict) else None
    if coverage is not None:
        preset["coverage"] = fields.model(coverage, Coverage) or Coverage()
    return fields.model(node, Swatch, preset, fixed=("name", "hex"))


def _forbidden(node: Node | None, swatches: tuple[Swatch, ...], fields: Fields) -> tuple[Forbidden, ...]:
    taken = {swatch.hex: swatch.name for swatch in swatches}
    built: list[Forbidden] = []
    for entry in fields.entries(node, "colours, each with name and hex"):
        colour = fields.model(entry, Forbidden)
        if colour is None:
            continue
        if colour.hex in taken:
            own = f"is forbidden, yet is the brand's own {quote(taken[colour.hex])}"
            fields.problems.add(entry, f"{colour.hex} {own}")
        if any(fold(colour.name) == fold(earlier.name) for earlier in built):
            fields.problems.add(entry, f"{quote(colour.name)} is forbidden twice; give each its own name")
        built.append(colour)
    return tuple(built)


def _logos(
    section: Node | None, ours: Node | None, stack: Stack, home: Path, fields: Fields
) -> tuple[Logo, ...]:
    """Those of our guidelines; where there is no such list, those of the standard's section."""
    if ours is not None:
        return brand_logos.logos(ours, stack.folders, home, fields)
    return brand_logos.standard_logos(section, stack.folders, home)


def _background(node: Node | None, colours: Colours) -> str:
    if node is not None:
        return colours.resolve("background", node) or WHITE
    return colours.theme_hex("background") or WHITE


def _off_palette(node: Node | None, fields: Fields) -> float | None:
    if node is None or fields.text(node) is None:
        return None
    bounds = fields.model(as_max(node), Coverage)  # a share, as there
    return None if bounds is None else bounds.max


def _required(node: Node | None, fields: Fields) -> tuple[str, ...]:
    if node is None:
        return ("palette",)
    texts = [fields.text(entry) for entry in fields.entries(node, "checks, such as [palette]")]
    return tuple(text for text in texts if text is not None)


def _limits(node: Node | None, fields: Fields) -> dict[str, dict[str, Limit]]:
    limits: dict[str, dict[str, Limit]] = {}
    for check, metrics in fields.keys(node).items():
        for metric, bounds in fields.keys(metrics).items():
            if isinstance(bounds.content, str):
                bounds = as_max(bounds)
            if bounds.content == {}:
                fields.problems.add(bounds, "sets no limit; give min, max or warn")
            elif (limit := fields.model(bounds, Limit)) is not None:
                limits.setdefault(check, {})[metric] = limit
    return limits


def _check_coverage(
    swatches: tuple[Swatch, ...],
    limits: Mapping[str, Mapping[str, Limit]],
    node: Node | None,
    problems: Problems,
) -> None:
    """A limit of coverage for all swatches must leave room for each one's own."""
    explicit = limits.get("palette", {}).get("coverage")
    if explicit is None or node is None:
        return
    for swatch in swatches:
        merged = Limit(min=swatch.coverage.min, max=swatch.coverage.max).merged(explicit)
        if merged.min is not None and merged.max is not None and merged.min > merged.max:
            bounds = f"min ({merged.min:g}) above max ({merged.max:g})"
            problems.add(node, f"coverage gives {quote(swatch.name)} a {bounds}", "palette")


def _check_bounds(content: Content, node: Node | None, problems: Problems) -> None:
    """A written limit goes on top of that of a guideline, and both together must leave room."""
    sources = [
        *(("proportion", content.proportions), ("pairs", content.pairs), ("delivery", content.delivery)),
        *(("logo", logo) for logo in content.logos),
    ]
    for check, source in sources:
        for metric, explicit in content.limits.get(check, {}).items():
            own = None if source is None else source.limit(metric)
            merged = explicit if own is None else own.merged(explicit)
            if node and merged.min is not None and merged.max is not None and merged.min > merged.max:
                bounds = f"min ({merged.min:g}) is above max ({merged.max:g})"
                hint = "a bare number is a max; give min and max by name"
                problems.add(node, f"{bounds}; {hint}", f"{check}.{metric}")
