"""Every key of a brand file, from the models that read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brandkit.brand_schema import Json, schema
from from_code.markdown import code, table

SECTIONS = (
    ("Guidelines", "defaults.brandkit", "What brandkit checks; every key is optional."),
    ("SwatchSettings", "swatches.NAME", ""),
    ("Coverage", "swatches.NAME.coverage", ""),
    ("Forbidden", "forbidden, each entry", ""),
    ("Pairs", "pairs", ""),
    ("Delivery", "delivery", ""),
    ("Style", "style", ""),
    ("LogoRules", "logos, each entry", ""),
    ("Limit", "limits.CHECK.METRIC", ""),
    ("Origin", "origin.NAME", ""),
)
"""Definitions of the schema, and where they stand in a file."""


def write() -> str:
    """A section with a table for each part of the guidelines."""
    definitions: Json = schema()["$defs"]
    parts = []
    for name, place, said in SECTIONS:
        definition = definitions[name]
        rows = [
            [code(key), _kind(held), _default(held), held.get("description", ""), _examples(held)]
            for key, held in definition["properties"].items()
        ]
        about = said or definition["description"]
        title = " ".join([f"`{place.partition(',')[0]}`", *place.partition(",")[2:]]).rstrip()
        grid = table(["key", "kind", "without it", "what it says", "example"], rows)
        parts.append(f"## {title}\n\n{about}\n\n{grid}\n")
    return "\n".join(parts)


def _kind(held: Json) -> str:
    return " or ".join(dict.fromkeys(_kinds(held))) or "anything"


def _kinds(held: Json) -> Iterator[str]:
    """The kinds of values that a key takes, ``null`` left out: it only takes away what a base says."""
    if "anyOf" in held:
        for choice in held["anyOf"]:
            yield from _kinds(choice)
    elif "$ref" in held:
        yield {"Colour": "colour", "Whole": "mapping"}.get(held["$ref"].rpartition("/")[2], "mapping")
    elif "enum" in held:
        yield " or ".join(code(str(value)) for value in held["enum"])
    elif held.get("type") == "array":
        yield f"list of {_kind(held['items'])}" if "items" in held else "list"
    elif held.get("type") not in (None, "null"):
        yield _KINDS[held["type"]] + _range(held)


_KINDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "`true` or `false`",
    "object": "mapping",
}


def _range(held: Json) -> str:
    low, high = held.get("minimum"), held.get("maximum")
    if low is None:
        return "" if high is None else f" up to {high:g}"
    return f" from {low:g}" if high is None else f" {low:g} to {high:g}"


def _default(held: Json) -> str:
    return "" if "default" not in held else code(_yaml(held["default"]))


def _examples(held: Json) -> str:
    return "; ".join(code(_yaml(value)) for value in held.get("examples", ()))


def _yaml(value: Any) -> str:
    """A value as it stands in a brand file, in one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(inner)}" for key, inner in value.items()) + "}"
    text = str(value)
    return f'"{text}"' if text.startswith("#") or ":" in text or "*" in text else text
