"""What is drawn by lot: the same for the same seed, each thing by its own name.

A draw depends on the seed and its name alone. So a request that is changed in one way keeps all that has
nothing to do with the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Of = TypeVar("Of")


class Lot:
    """Draws of one seed.

    >>> Lot(7).share("light") == Lot(7).share("light") != Lot(8).share("light")
    True
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def share(self, name: str) -> float:
        """Evenly from 0 to 1."""
        return Random(f"{self._seed}/{name}").random()

    def between(self, name: str, low: float, high: float) -> float:
        """Evenly from low to high."""
        return low + (high - low) * self.share(name)

    def chance(self, name: str, probability: float) -> bool:
        """Whether a thing of that probability happens; one that does at a low one does at any higher one."""
        return self.share(name) < probability

    def one(self, name: str, choices: Sequence[Of], weights: Sequence[float] | None = None) -> Of:
        """One of several, each as likely as its weight says."""
        return Random(f"{self._seed}/{name}").choices(choices, weights)[0]
