"""The keys of a report as JSON, from its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from from_code.markdown import code, table

Json = dict[str, Any]
SCHEMAS = ("report-1", "summary-1")


def write(name: str) -> str:
    """A table of every key of a report, those within others by their path."""
    if name not in SCHEMAS:
        raise ValueError(f"'{name}' is no schema of a report; there are {', '.join(SCHEMAS)}")
    found = files("brandkit.report.schemas") / f"{name}.schema.json"
    schema: Json = json.loads(found.read_text(encoding="utf-8"))
    parts = [schema["description"], table(_HEADS, _rows(schema, ""))]
    for key, held in schema.get("$defs", {}).items():
        parts += [f"### {key}", held.get("description", ""), table(_HEADS, _rows(held, ""))]
    return "\n\n".join(part for part in parts if part)


_HEADS = ("key", "kind", "what it says")


def _rows(schema: Json, path: str) -> Iterator[tuple[str, str, str]]:
    for key, held in schema.get("properties", {}).items():
        yield code(path + key), _kind(held), held.get("description", "")
        yield from _rows(held, f"{path}{key}.")
        if isinstance(held.get("items"), dict):
            yield from _rows(held["items"], f"{path}{key}[].")


def _kind(held: Json) -> str:
    if "$ref" in held:
        return str(held["$ref"]).rpartition("/")[2]
    if "const" in held:
        return code(str(held["const"]))
    if "enum" in held:
        return " or ".join(code("null" if value is None else str(value)) for value in held["enum"])
    if choices := held.get("anyOf", held.get("oneOf")):
        return " or ".join(dict.fromkeys(_kind(choice) for choice in choices))
    kinds = held.get("type", "")
    said = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    return f"{said} of {_kind(held['items'])}" if isinstance(held.get("items"), dict) else said
