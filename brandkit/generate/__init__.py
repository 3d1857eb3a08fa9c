"""Generators behind one protocol: what is asked of them (``Request``), and what they give (``Made``).

``Builtin`` is the one that needs no weights. Importing this package is light: torch and diffusers are loaded
by the generator that needs them.
"""

from __future__ import annotations

from brandkit.generate.builtin import Builtin
from brandkit.generate.made import Made
from brandkit.generate.request import Ability, Generator, Request, Step, unwatched

__all__ = ["Ability", "Builtin", "Generator", "Made", "Request", "Step", "unwatched"]
