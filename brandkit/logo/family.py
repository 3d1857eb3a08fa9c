"""A logo with its variants: found as whichever it is shown as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from brandkit.logo.artwork import load
from brandkit.logo.find import Model, Place, View, find, overlap
from brandkit.logo.measure import Reading, measure

_SAME_SHAPE = 0.97
"""Overlap of two variants' silhouettes, by intersection over union, from which one search finds both."""
_SAME_EDGES = 0.1
"""Share of the outline that is inner edges by which such variants may differ."""
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
        for model in (Model.of(load(path)) for path in paths):
            group = next((group for group in groups if _alike(group[0], model)), None)
            if group is None:
                groups.append([model])
            else:
                group.append(model)
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


def _alike(one: Model, other: Model) -> bool:
    """Whether two variants have one silhouette and as much of inner edges."""
    size = one.artwork.size
    if max(abs(a - b) for a, b in zip(size, other.artwork.size, strict=True)) > 0.02 * max(size):
        return False
    inner = [1 - float(model.outlines[-1].outer.mean()) for model in (one, other)]
    first = one.artwork.alpha >= 128
    second = cv2.resize(other.artwork.alpha, size, interpolation=cv2.INTER_AREA) >= 128
    shared = (first & second).sum() >= _SAME_SHAPE * (first | second).sum()
    return bool(shared and abs(inner[0] - inner[1]) < _SAME_EDGES)
