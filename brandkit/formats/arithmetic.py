"""Sums as design files write them: numbers, the four operations and brackets."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable

LONGEST = 200
"""Keeps the nesting of brackets within what any parser takes."""

_SUM = re.compile(r"[\d.eE+\-*/()\s]+", re.ASCII)
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(text: str) -> float | None:
    """The value of a sum, or ``None`` for any other text.

    >>> evaluate("0.5 + 6 * 0.04")
    0.74
    """
    if len(text) > LONGEST or not _SUM.fullmatch(text):
        return None
    try:
        value = _value(ast.parse(f"({text})", mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return value if math.isfinite(value) else None


def fold(text: str) -> str:
    """The text with every ``calc()`` of plain numbers replaced by its value.

    >>> fold("oklch(98% calc(0.5 * 0.25) 250)")
    'oklch(98% 0.125 250)'
    """
    parts = []
    while (start := text.lower().find("calc(")) >= 0:
        end = _closing(text, start + 4)
        value = None if end is None else evaluate(text[start + 5 : end].lower().replace("calc(", "("))
        if end is None or value is None:
            break
        parts.append(f"{text[:start]}{value:.15g}")
        text = text[end + 1 :]
    return "".join([*parts, text])


def _closing(text: str, start: int) -> int | None:
    level = 0
    for place in range(start, len(text)):
        level += {"(": 1, ")": -1}.get(text[place], 0)
        if level == 0:
            return place
    return None


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    raise ValueError("is no sum")
