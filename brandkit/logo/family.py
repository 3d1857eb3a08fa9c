"""A logo with its variants: found as whichever it is shown as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.logo.artwork import Artwork, load
from brandkit.logo.find import Model, Place, View, find, overlap
from brandkit.logo.measure import Reading, measure

U8 = npt.NDArray[np.uint8]

_SAME_SHAPE = 0.97
"""Overlap of two variants' silhouettes, by intersection over union, from which one search finds both."""
_UNKNOWN = 100.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """A logo in a frame.

    Attributes:
        place: where.
        variant: which of the logo's pictures it is nearest to in colour.
        reading: how it is used there.
    """

    place: Place
    variant: Model
    reading: Reading


@dataclass(frozen=True, slots=True)
class Family:
    """A logo's variants, those of one shape together; the first of each group is looked for."""

    groups: tuple[tuple[Model, ...], ...]

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Family:
        """Read a logo's files.

        Raises:
            MediaError: one of them cannot be used, see ``artwork.load``.
        """
        groups: list[list[Model]] = []
        for artwork in map(load, paths):
            known = (group for group in groups if _alike(group[0].artwork, artwork))
            group = next(known, None)
            if group is None:
                groups.append([Model.of(artwork)])
            else:
                group.append(Model.of(artwork))
        return cls(tuple(tuple(group) for group in groups))

    def sightings(self, view: View, reach: float) -> list[Sighting]:
        """Each copy of the logo in a frame once, the best first.

        ``reach`` is how far around it, in heights of the logo, is looked for what is in its way.
        """
        found = []
        for group in self.groups:
            for place in find(view, group[0]):
                read = [(variant, measure(view.picture, place.pose, variant, reach)) for variant in group]
                variant, reading = min(read, key=lambda pair: _off(pair[1]))
                found.append(Sighting(place, variant, reading))
        kept: list[Sighting] = []
        for sighting in sorted(found, key=lambda sighting: -sighting.place.match.score):
            if not any(overlap(sighting.place.pose, other.place.pose) for other in kept):
                kept.append(sighting)
        return kept


def _off(reading: Reading) -> float:
    worst = reading.worst
    return _UNKNOWN if worst is None else worst.apart


def _alike(one: Artwork, other: Artwork) -> bool:
    """Whether two pictures have one silhouette."""
    size = one.size
    if max(abs(a - b) for a, b in zip(size, other.size, strict=True)) > 0.02 * max(size):
        return False
    first = one.alpha >= 128
    second = cv2.resize(other.alpha, size, interpolation=cv2.INTER_AREA) >= 128
    return bool((first & second).sum() >= _SAME_SHAPE * (first | second).sum())
