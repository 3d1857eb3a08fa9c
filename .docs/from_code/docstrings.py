"""Docstrings as the pages show them, where Sphinx and napoleon read them otherwise than they are meant."""

from __future__ import annotations

import ast
import inspect

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from sphinx.application import Sphinx

_BEFORE_NAPOLEON, _AFTER_NAPOLEON = 400, 600
_KEPT: dict[str, list[str]] = {}


def add_to(app: Sphinx) -> None:
    """Step in before and after napoleon, which has the usual priority of 500."""
    app.connect("autodoc-process-docstring", _before, priority=_BEFORE_NAPOLEON)
    app.connect("autodoc-process-docstring", _after, priority=_AFTER_NAPOLEON)
    app.connect("autodoc-process-signature", _signature)


def _before(app: Sphinx, what: str, name: str, held: object, options: object, lines: list[str]) -> None:
    if what in ("data", "attribute", "property") and "Raises:" not in lines:
        # Napoleon would take what stands before a colon for the type of it.
        _KEPT[name] = list(lines)


def _after(app: Sphinx, what: str, name: str, held: object, options: object, lines: list[str]) -> None:
    if (kept := _KEPT.pop(name, None)) is not None:
        lines[:] = kept


def _signature(
    app: Sphinx, what: str, name: str, held: object, options: object, signature: str, returns: str
) -> tuple[str, str] | None:
    """The fields of a pydantic model as they are written, rather than with their validators in full."""
    if not (inspect.isclass(held) and issubclass(held, BaseModel)):
        # What dataclasses say of a default that they make anew is no Python; Sphinx would split it anyhow.
        return (signature.replace("<factory>", "..."), returns) if what == "class" and signature else None
    fields = [_field(held, field) for field in held.model_fields]
    return (f"(*, {', '.join(fields)})" if fields else ""), ""


def _field(model: type[BaseModel], name: str) -> str:
    home = next(one for one in model.__mro__ if name in inspect.get_annotations(one))
    said = f"{name}: {_plain(inspect.get_annotations(home)[name])}"
    default = model.model_fields[name].default
    if model.model_fields[name].is_required():
        return said
    return f"{said} = {'...' if default is PydanticUndefined else _shown(default)}"


def _plain(annotation: object) -> str:
    """An annotation without what only pydantic reads: ``Annotated[int, Field(ge=1)]`` is ``int``."""
    tree = ast.parse(str(annotation), mode="eval").body
    match tree:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *_])):
            return ast.unparse(first)
    return ast.unparse(tree)


def _shown(default: object) -> str:
    """A default as Python writes it; ``...`` for one that is an object of its own."""
    text = repr(default)
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return "..."
    return text
