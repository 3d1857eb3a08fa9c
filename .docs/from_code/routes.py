"""The routes of the HTTP gate, from its OpenAPI document."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from typing import Any

from brandkit import store
from brandkit.service.app import build
from from_code.markdown import code, table

Json = dict[str, Any]


def document() -> Json:
    """The OpenAPI document of a gate, over an empty store that is thrown away."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # tells of every migration else
    with tempfile.TemporaryDirectory() as folder:
        kept = store.open(folder)
        try:
            found: Json = build(kept).openapi()
        finally:
            kept.close()
    return found


def write() -> str:
    """A table of all routes, a section for each, and the objects that they answer with."""
    found = document()
    operations = list(_operations(found))
    rows = [
        [f"[`{method} {path}`](#{_anchor(operation)})", _first(operation["description"])]
        for method, path, operation in operations
    ]
    parts = [table(["route", "what it does"], rows)]
    parts += [_section(*operation) for operation in operations]
    parts.append("## Objects\n")
    parts += [_object(name, schema) for name, schema in found["components"]["schemas"].items() if _ours(name)]
    return "\n\n".join(parts)


def _operations(found: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _section(method: str, path: str, operation: Json) -> str:
    parts = [f"({_anchor(operation)})=", f"## {method} {path}", operation["description"]]
    rows = [
        [code(one["name"]), one["in"], "required" if one["required"] else "", one.get("description", "")]
        for one in operation.get("parameters", ())
    ]
    rows += [
        [code(name), "form", "required" if needed else "", _said(schema)]
        for name, schema, needed in _form(operation)
    ]
    if rows:
        parts.append(table(["parameter", "in", "", "what it says"], rows))
    if "application/yaml" in operation.get("requestBody", {}).get("content", {}):
        parts.append("The body is the brand file (`application/yaml`).")
    answers = [[status, _answer(answer)] for status, answer in sorted(operation["responses"].items())]
    parts.append(table(["status", "answer"], answers))
    return "\n\n".join(parts)


def _form(operation: Json) -> Iterator[tuple[str, Json, bool]]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("multipart/form-data", {}).get("schema", {})
    for name, held in schema.get("properties", {}).items():
        yield name, held, name in schema.get("required", ())


def _answer(answer: Json) -> str:
    held = answer.get("content", {}).get("application/json", {}).get("schema", {})
    names = [part["$ref"].rpartition("/")[2] for part in (held, held.get("items", {})) if "$ref" in part]
    linked = ", ".join(f"[{name}](#{_object_anchor(name)})" for name in names if _ours(name))
    return f"{answer['description'].rstrip('.')}: {linked}" if linked else answer["description"]


def _object(name: str, schema: Json) -> str:
    rows = [
        [code(key), _said(held), "; ".join(code(str(example)) for example in held.get("examples", ()))]
        for key, held in schema["properties"].items()
    ]
    grid = table(["key", "what it says", "example"], rows)
    return f"({_object_anchor(name)})=\n\n### {name}\n\n{schema['description']}\n\n{grid}"


def _said(held: Json) -> str:
    choices = " or ".join(code(choice) for choice in held.get("enum", ()))
    return " ".join(part for part in (held.get("description", ""), choices) if part)


def _ours(name: str) -> bool:
    """Whether an object is of the gate; two others are the framework's and never sent."""
    return name not in ("HTTPValidationError", "ValidationError")


def _anchor(operation: Json) -> str:
    return "route-" + str(operation["operationId"]).replace("_", "-")


def _object_anchor(name: str) -> str:
    return f"object-{name.lower()}"


def _first(text: str) -> str:
    return text.partition("\n")[0]
