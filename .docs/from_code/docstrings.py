"""Docstrings as the pages show them, where Sphinx and napoleon read them otherwise than they are meant."""

from __future__ import annotations

import inspect

from pydantic import BaseModel
from sphinx.application import Sphinx

_BEFORE_NAPOLEON, _AFTER_NAPOLEON = 400, 600
_KEPT: dict[str, list[str]] = {}


def add_to(app: Sphinx) -> None:
    """Step in before and after napoleon, which has the usual priority of 500."""
    app.connect("autodoc-process-docstring", _keep, priority=_BEFORE_NAPOLEON)
    app.connect("autodoc-process-docstring", _put_back, priority=_AFTER_NAPOLEON)
    app.connect("autodoc-process-signature", _without_fields)


def _keep(app: Sphinx, what: str, name: str, held: object, options: object, lines: list[str]) -> None:
    """Remember what is said of a constant: napoleon would take what stands before a colon for its type."""
    if what in ("data", "attribute"):
        _KEPT[name] = list(lines)


def _put_back(app: Sphinx, what: str, name: str, held: object, options: object, lines: list[str]) -> None:
    if (kept := _KEPT.pop(name, None)) is not None:
        lines[:] = kept


def _without_fields(
    app: Sphinx, what: str, name: str, held: object, options: object, signature: str, returns: str
) -> tuple[str, str] | None:
    """No signature of a pydantic model: it is its fields again, with their validators in full."""
    if inspect.isclass(held) and issubclass(held, BaseModel):
        return "", ""
    return None
