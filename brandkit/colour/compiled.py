"""Compile a hot loop for the CPU by numba, which carries its own compiler, once per machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


_parallel = threading.Lock()
"""numba's own threads, where it has neither OpenMP nor TBB, end the process if two loops ask for them."""


def compiled(**options: Any) -> Callable[[Loop], Loop]:
    """numba's ``njit`` that keeps its result on disk, or, where no folder can be written, in memory.

    Args:
        options: as numba's, such as ``parallel`` or ``fastmath``.
    """

    def decorate(loop: Loop) -> Loop:
        compile_: Any = njit
        try:
            kept: Loop = compile_(cache=True, **options)(loop)
        except RuntimeError:
            kept = compile_(**options)(loop)
        return _one_at_a_time(kept) if options.get("parallel") else kept

    return decorate


def _one_at_a_time(loop: Loop) -> Loop:
    """A loop that shares its work among threads, and waits for others that do."""

    @wraps(loop)
    def waiting(*args: Any) -> object:
        with _parallel:
            return loop(*args)

    return cast(Loop, waiting)
