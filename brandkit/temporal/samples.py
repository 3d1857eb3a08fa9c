"""Which frames of a clip are looked at one by one: two each second, and the first of each shot."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.media.clip import Frames
from brandkit.temporal.reduction import reduced
from brandkit.temporal.shots import ShotFinder

U8 = npt.NDArray[np.uint8]

EVERY = 0.5
"""Seconds from one frame that is looked at to the next."""


class Samples:
    """Picks frames while they stream through, whatever the batches.

    Holds the few last ones, since it takes ``ShotFinder.DELAY`` frames to know that a shot began; one that
    begins later than that before the end is not looked at for its own sake.
    """

    def __init__(self) -> None:
        self._shots = ShotFinder()
        self._recent: deque[tuple[int, torch.Tensor]] = deque(maxlen=ShotFinder.DELAY + 1)
        self._first: int | None = None
        self._part: int | None = None
        self._cuts = 0
        self._taken = -1

    def of(self, frames: Frames) -> Iterator[tuple[int, U8]]:
        """Index and picture ``[H, W, 3]`` of each frame to look at, up to the end of a batch."""
        if self._first is None:
            self._first = frames.first
        for k, small in enumerate(reduced(frames)):
            index, pixels = frames.first + k, frames.pixels[k]
            self._recent.append((index, pixels))
            self._shots.add(small.picture)
            part = int(frames.seconds[k] // EVERY)
            begun = [self._first + cut for cut in self._shots.cuts[self._cuts :]]
            self._cuts += len(begun)
            for recent, held in self._recent:
                due = recent in begun or (recent == index and part != self._part)
                if due and recent != self._taken:
                    self._taken = recent
                    yield recent, picture(held)
            self._part = part
        # What is kept until the next batch are frames of their own, not the whole batch.
        self._recent = deque(((index, pixels.clone()) for index, pixels in self._recent), self._recent.maxlen)


def picture(pixels: torch.Tensor) -> U8:
    """``[3, H, W]`` as ``[H, W, 3]``."""
    return np.asarray(cv2.merge(list(pixels.cpu().numpy())), np.uint8)
