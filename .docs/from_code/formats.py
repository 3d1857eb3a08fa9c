"""The formats of palettes, LUTs and reports: each is a module, and says of itself what it is."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from brandkit import formats as palettes
from brandkit import handover, report
from from_code.markdown import code, table


def write_palettes() -> str:
    """Palette formats, their endings, and which of them are also written."""
    rows = []
    for name in palettes.formats():
        form = palettes.form(name)
        written = "yes" if isinstance(form, palettes.Writable) else ""
        rows.append([code(name), form.TITLE, " ".join(map(code, form.SUFFIXES)), "yes", written])
    return table(["format", "what it is", "ends in", "read", "written"], rows)


def write_luts() -> str:
    """LUT formats, their endings and numbers of nodes."""
    found = [(name, handover.form(name)) for name in handover.formats()]
    rows = [[code(name), form.TITLE, code(form.SUFFIX), _numbers(form.NODES)] for name, form in found]
    return table(["format", "what it is", "ends in", "nodes along an axis"], rows)


def _numbers(nodes: Sequence[int]) -> str:
    """Numbers in a row as their first and last, others one by one."""
    if list(nodes) == list(range(nodes[0], nodes[-1] + 1)):
        return f"{nodes[0]} to {nodes[-1]}"
    return ", ".join(map(str, nodes))


def write_reports() -> str:
    """Report formats and their endings; read from their source, since some need libraries to be loaded."""
    rows = []
    for name in report.formats():
        spec = find_spec(f"{report.__name__}.{name}")
        assert spec is not None and spec.origin is not None
        tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
        said = inspect.cleandoc(ast.get_docstring(tree) or "").partition("\n\n")[0]
        rows.append([code(name), re.sub(r"``", "`", said.partition("\n")[0]), code(_suffix(tree))])
    return table(["`--format`", "what it is", "ends in"], rows)


def _suffix(tree: ast.Module) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["SUFFIX"]:
            return str(ast.literal_eval(node.value))
    return ""
