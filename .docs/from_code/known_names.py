"""What a name in a docstring or annotation stands for, and whether there is such a thing.

Annotations name types by the short names that their module imports, often for mypy alone. Here each is looked
up as Python would, and gets its full name, which leads to its place in these pages. What has no place here,
such as a type of another project, whose pages would take a network to link to, stays plain text; a name that
stands for nothing is left for Sphinx to complain of.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import sys
from functools import lru_cache

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

REFERENCE = "reference/python/"
"""Only in the pages that are made from docstrings; what a person wrote has to lead somewhere."""
_NOTHING = object()


def add_to(app: Sphinx) -> None:
    """Look names up once a page is read, and again where one leads to no page."""
    app.connect("doctree-read", _qualify)
    app.connect("missing-reference", _resolve)


def _qualify(app: Sphinx, page: nodes.document) -> None:
    if not app.env.current_document.docname.startswith(REFERENCE):
        return
    for node in page.findall(pending_xref):
        if node.get("refdomain") == "py" and (full := full_name(node.get("py:module"), node["reftarget"])):
            node["reftarget"] = full
            node.attributes.pop("refspecific", None)


def _resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.TextElement | None:
    if node.get("refdomain") != "py" or not node["refdoc"].startswith(REFERENCE):
        return None
    return content if _exists(node["reftarget"]) else None


def full_name(module: str | None, name: str) -> str | None:
    """The full name of what a name stands for in a module; ``None`` where it stands for nothing there.

    >>> full_name("brandkit.loop", "Brand")
    'brandkit.brand.Brand'
    """
    if module is None:
        return None
    first, dot, rest = name.partition(".")
    scope = importlib.import_module(module)
    origin = _imports(module).get(first)
    if origin is None and not hasattr(scope, first) and first not in _for_types(module):
        return None
    full = f"{origin or f'{module}.{first}'}{dot}{rest}"
    held = _held(full)
    if inspect.isclass(held) and held.__module__ != builtins.__name__:
        return f"{held.__module__}.{held.__qualname__}"
    return full if _exists(full) else None


def _exists(full: str) -> bool:
    """Whether something has this full name, be it for type checkers only."""
    module, _, name = full.rpartition(".")
    return _held(full) is not _NOTHING or (module in sys.modules and name in _for_types(module))


@lru_cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@lru_cache
def _for_types(module: str) -> frozenset[str]:
    """Names that a module of this project defines where only type checkers look."""
    if not module.startswith("brandkit"):
        return frozenset()
    blocks = (node for node in _tree(module).body if isinstance(node, ast.If))
    names = (node for block in blocks for node in ast.walk(block) if isinstance(node, ast.Name))
    return frozenset(node.id for node in names if isinstance(node.ctx, ast.Store))


@lru_cache
def _imports(module: str) -> dict[str, str]:
    """What a module imports, under which names, also where only type checkers look."""
    found: dict[str, str] = {}
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update({name.asname or name.name: f"{node.module}.{name.name}" for name in node.names})
        elif isinstance(node, ast.Import):
            found.update({name.asname: name.name for name in node.names if name.asname})
    return found


@lru_cache(maxsize=4096)
def _held(full: str) -> object:
    """What has this full name; ``_NOTHING`` where nothing has."""
    parts = full.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            held: object = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for name in parts[cut:]:
            held = getattr(held, name, _NOTHING)
        return held
    return _NOTHING
