"""JSON from strangers: decoded, of bounded depth and size, with what is doubtful about it noted."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from brandkit.errors import PaletteError
from brandkit.formats.remarks import Remarks
from brandkit.formats.text import decode
from brandkit.swatch import quote

MOST_BYTES = 8 << 20
"""Parsed, JSON takes up to sixty times its size; the largest token files known are below 2 MiB."""
MOST_LEVELS = 64
MOST_COLOURS = 100_000
"""The longest colour lists known (names from all over the web) hold some 30 000."""

Path = tuple[str | int, ...]


class _Repeated(dict[str, Any]):
    """An object in whose text a key stood more than once."""


def load(data: bytes, remarks: Remarks | None = None) -> Any:
    """The JSON value in the bytes: finite numbers, whole characters, at most ``MOST_LEVELS`` deep.

    Args:
        data: UTF-8, or UTF-16 with its mark.
        remarks: where keys that are given twice are noted.

    Raises:
        PaletteError: it is none of that; the message says at which line or key.
    """
    if len(data) > MOST_BYTES:
        raise PaletteError(f"is larger than {MOST_BYTES >> 20} MiB; a palette is far smaller")
    text = decode(data)
    try:
        tree = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise PaletteError(f"{where}: is not JSON: {error.msg}; export the file again") from None
    except RecursionError:
        raise PaletteError(_TOO_DEEP) from None
    except ValueError as error:
        raise PaletteError(f"is not JSON: {str(error).partition(';')[0]}; write a finite number") from None
    _check(tree, remarks or Remarks())
    return tree


def place(path: Sequence[str | int]) -> str:
    """Where a value is, for a message: ``color.brand[0]``."""
    parts = [f"[{key}]" if isinstance(key, int) else f".{quote(key)[1:-1]}" for key in path]
    return "".join(parts).removeprefix(".") or "the file"


def number(value: object) -> float | None:
    """The finite number that a JSON value is, or ``None``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def numbers(values: object) -> tuple[float, ...] | None:
    """The finite numbers that a JSON value lists, or ``None``; no colour has more than five."""
    if not isinstance(values, list) or not 1 <= len(values) <= 5:
        return None
    listed = [number(value) for value in values]
    return None if None in listed else tuple(part for part in listed if part is not None)


_TOO_DEEP = f"is nested more than {MOST_LEVELS} levels deep; a palette has a few levels of groups"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    return content if len(content) == len(pairs) else _Repeated(content)


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{quote(text)} is no finite number")


def _check(tree: object, remarks: Remarks) -> None:
    """Walks without recursion: what is deeper than the limit has to be refused, not to overflow a stack."""
    levels: list[Iterator[tuple[str | int, object]]] = [iter([("", tree)])]
    path: list[str | int] = []
    while levels:
        key, value = next(levels[-1], (None, None))
        if key is None:
            levels.pop()
            del path[-1:]
            continue
        here = [*path[1:], key] if path else []
        if isinstance(key, str):
            _check_text(key, here)
        if isinstance(value, str):
            _check_text(value, here)
        elif isinstance(value, dict | list):
            if len(levels) > MOST_LEVELS:
                raise PaletteError(f"{place(here[:3])} …: {_TOO_DEEP}")
            if isinstance(value, _Repeated):
                remarks.add("gives a key more than once; the last one counts", place(here))
            path.append(key)
            levels.append(iter(value.items() if isinstance(value, dict) else enumerate(value)))


def _check_text(text: str, path: Sequence[str | int]) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half a character can be written neither to a terminal nor to another file.
        raise PaletteError(f"{place(path)}: holds half a character (\\ud800 to \\udfff); remove it") from None
