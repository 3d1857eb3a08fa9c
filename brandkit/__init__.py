"""Brand-consistency QA and exact HEX correction for generated pictures and video.

>>> import brandkit
>>> brand = brandkit.Brand.load("palettes/orbital.brand.yml")
>>> report = brandkit.check("hero.png", brand)                # doctest: +SKIP
>>> fixed = brandkit.correct("hero.png", brand)               # doctest: +SKIP
>>> fixed.save("hero.corrected.png")                          # doctest: +SKIP

Importing this package is light: each name is loaded when it is first used.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brandkit import colour as colour
    from brandkit.brand import Brand
    from brandkit.errors import BrandkitError
    from brandkit.gate import Finding, Verdict
    from brandkit.loop import Correction, check, correct
    from brandkit.report.report import Report
    from brandkit.verify import generate as generate

__all__ = [
    "Brand",
    "BrandkitError",
    "Correction",
    "Finding",
    "Report",
    "Verdict",
    "check",
    "colour",
    "correct",
    "generate",
]

_HOMES = {
    "Brand": "brandkit.brand",
    "BrandkitError": "brandkit.errors",
    "Correction": "brandkit.loop",
    "Finding": "brandkit.gate",
    "Report": "brandkit.report.report",
    "Verdict": "brandkit.gate",
    "check": "brandkit.loop",
    "correct": "brandkit.loop",
    "generate": "brandkit.verify",
}


def __getattr__(name: str) -> object:
    if name == "colour":
        return importlib.import_module("brandkit.colour")
    if name not in _HOMES:
        raise AttributeError(f"module 'brandkit' has no attribute '{name}'")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """Keeps the verbs ``check``, ``correct`` and ``generate`` from being covered by modules of those names.

    Python binds a submodule's name in its package whenever it is first imported;
    ``from brandkit.check import Check`` works all the same.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
