"""What was seen of one logo over the frames of a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from brandkit.logo.family import Sighting
from brandkit.logo.measure import Reading
from brandkit.logo.overlay import overlay

U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Worst:
    """The copy and the frame in which one number of a logo was worst.

    Attributes:
        badness: by which it is compared: higher is worse.
        frame: index.
        reading: all that was measured there.
        shown: what it looks like, ``[h, w, 3]``.
    """

    badness: float
    frame: int
    reading: Reading
    shown: U8


@dataclass(slots=True)
class Tally:
    """One logo over the frames that were looked at; as large after an hour as after a second.

    Attributes:
        looked: frames that were looked at.
        showed: those that showed it.
        copies: most copies in one frame.
        ranges: runs of looked-at frames that showed it, as first and last index.
        worst: by the name of what is measured.
    """

    looked: int = 0
    showed: int = 0
    copies: int = 0
    ranges: list[tuple[int, int]] = field(default_factory=list)
    worst: dict[str, Worst] = field(default_factory=dict)
    _begins: bool = False
    _open: bool = False

    def add(self, frame: int, picture: U8, sightings: Sequence[Sighting]) -> None:
        """Take in what was found in a frame ``[h, w, 3]``."""
        self.looked += 1
        self.showed += bool(sightings)
        self.copies = max(self.copies, len(sightings))
        if sightings:
            self._extend((frame, frame), adjoins=self._open)
        if self.looked == 1:
            self._begins = bool(sightings)
        self._open = bool(sightings)
        for sighting in sightings:
            self._compare(frame, picture, sighting)

    def _compare(self, frame: int, picture: U8, sighting: Sighting) -> None:
        shown: U8 | None = None
        for name, badness in badnesses(sighting.reading).items():
            if name not in self.worst or badness > self.worst[name].badness:
                if shown is None:
                    pose, corners = sighting.place.pose, sighting.reading.corners
                    outline = sighting.variant.outline(sighting.reading.width_px)
                    shown = overlay(picture, pose, corners, outline)
                self.worst[name] = Worst(badness, frame, sighting.reading, shown)

    def _extend(self, frames: tuple[int, int], *, adjoins: bool) -> None:
        if adjoins or len(self.ranges) == _MOST_RANGES:
            self.ranges[-1] = (self.ranges[-1][0], frames[1])
        else:
            self.ranges.append(frames)

    def merge(self, later: Tally) -> None:
        """Take in the tally of the shard that follows."""
        for k, frames in enumerate(later.ranges):
            self._extend(frames, adjoins=not k and self._open and later._begins)
        if later.looked:
            self._begins = self._begins if self.looked else later._begins
            self._open = later._open
        self.looked += later.looked
        self.showed += later.showed
        self.copies = max(self.copies, later.copies)
        for name, worst in later.worst.items():
            if name not in self.worst or worst.badness > self.worst[name].badness:
                self.worst[name] = worst


_MOST_RANGES = 100
"""Runs of frames that are kept; beyond, gaps are closed: what is shown so often is there throughout."""


def badnesses(reading: Reading) -> dict[str, float]:
    """How bad each number of a reading is, by its name; without those that could not be measured."""
    worst = reading.worst
    found = {
        "clear_space": None if reading.free is None else -reading.free,
        "width_px": -reading.width_px,
        "width_share": -reading.width_share,
        "stretch": reading.stretch,
        "colour_de00": None if worst is None else worst.apart,
        "contrast": None if reading.contrast is None else -reading.contrast,
        "seen": -reading.seen,
        "turned_deg": abs(reading.turned_deg),
    }
    return {name: value for name, value in found.items() if value is not None}
