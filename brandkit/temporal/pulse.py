"""Pulses: how far a value that is followed over time leaves and returns.

A second difference would do as well for what alternates frame by frame. But it answers a slow pulse by a
tenth of its height, and every corner of a fade, which returns nowhere, by all of its slope.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
Found = list[tuple[int, F32]]
"""Frames, by index, and what was found for each."""


def excursion(track: F32, at: int) -> F32:
    """How far a value stands out, at one moment, from both what was before and what comes after.

    On a crest, the height above the higher of the two lowest values, before and after; in a trough, the
    depth, as a negative number. Where a value goes on rising or falling, and at both ends of the track, 0.

    Args:
        track: ``[T, ...]``.
        at: 0 to ``T - 1``.

    Returns:
        ``[...]``.

    >>> light = np.array([50, 51, 54, 52, 56], np.float32)
    >>> [float(excursion(light, at)) for at in range(5)]
    [0.0, 0.0, 2.0, -2.0, 0.0]
    """
    now, before, after = track[at], track[:at], track[at + 1 :]
    if not len(before) or not len(after):
        return np.zeros_like(now)
    crest = np.maximum(now - np.maximum(before.min(0), after.min(0)), 0)
    trough = np.maximum(np.minimum(before.max(0), after.max(0)) - now, 0)
    return np.asarray(np.where(crest >= trough, crest, -trough), np.float32)


class Pulse:
    """Sums up steps and gives the excursion of each frame, ``reach`` frames later.

    Args:
        reach: how many frames before and after a frame it is compared with, at least 1.
    """

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._track: deque[tuple[int, F32]] = deque(maxlen=2 * reach + 1)
        self._first: int | None = None
        self._next = 0

    def push(self, index: int, step: F32 | None) -> Found:
        """Take the next frame, and by how much it differs from the one before.

        Without a step the frame starts a track of its own, and what is left of the last one is given.
        """
        if step is None or self._first is None:
            found = self.end()
            self._first, self._next = index, index + 1
            return found
        if not self._track:
            self._track.append((self._first, np.zeros_like(step)))
        self._track.append((index, self._track[-1][1] + step))
        return self._settle(index - self._reach)

    def end(self) -> Found:
        """The track is over: what is left of it. Its first and its last frame have no excursion."""
        found = self._settle(self._track[-1][0] - 1) if self._track else []
        self._track.clear()
        self._first = None
        return found

    def _settle(self, last: int) -> Found:
        if last < self._next:
            return []
        found: Found = []
        first = self._track[0][0]
        track = np.stack([value for _, value in self._track])
        for index in range(self._next, last + 1):
            low = max(index - self._reach - first, 0)
            window = track[low : index + self._reach + 1 - first]
            found.append((index, excursion(window, index - first - low)))
        self._next = last + 1
        return found
