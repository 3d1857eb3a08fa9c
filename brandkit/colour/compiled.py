"""Compile a hot loop for the CPU by numba, which carries its own compiler, once per machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


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
        return kept

    return decorate
