"""Brand-consistency QA and exact HEX correction for generated pictures and video.

>>> import brandkit
>>> brand = brandkit.Brand.load("palettes/orbital.brand.yml")      # doctest: +SKIP
>>> report = brandkit.check("astronaut.png", brand)                 # doctest: +SKIP
>>> fixed = brandkit.correct("astronaut.png", brand)                # doctest: +SKIP

Importing this package loads neither torch nor a model; what needs them loads them when called.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from brandkit.brand import Brand
from brandkit.errors import BrandkitError
from brandkit.gate import Finding, Verdict

# `brandkit.check` is both a module and a verb. Python binds a submodule's name here when it is first
# imported, which importing the verbs does; binding the verbs afterwards makes them what a user gets.
from brandkit.loop import Correction, check, correct
from brandkit.report.report import Report

if TYPE_CHECKING:
    from brandkit import colour as colour

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
]


def __getattr__(name: str) -> ModuleType:
    if name == "colour":  # it loads torch
        return importlib.import_module("brandkit.colour")
    raise AttributeError(f"module 'brandkit' has no attribute '{name}'")
