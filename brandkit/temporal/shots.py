"""Shots: where the camera, or the edit, jumps to another picture."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import cv2
import numpy as np

from brandkit.temporal.reduction import reduced

if TYPE_CHECKING:
    import numpy.typing as npt
    from scenedetect import AdaptiveDetector

    from brandkit.media.clip import Clip, Frames

    Picture = npt.NDArray[np.uint8]

WINDOW = 2
"""Frames on each side with which a change is compared: a cut is a change that stands out from them."""
STANDS_OUT = 3.0
LEAST_CHANGE = 15.0
"""PySceneDetect's defaults: a cut changes the picture by at least 15 codes (the mean over hue, saturation and
value) and by at least three times what the frames around it change."""
FLASH = 2
"""Frames up to which a jump there and back is a flash, or frames that were damaged, and no cut."""

BLACK = 64
"""Code that black is lifted to. In trials, the least of all cuts then changed 53 codes, and a pan by 14
pixels of 960 a frame 18; without, a fade out of black changed 74."""
HALF = 2

_RATE = 25.0
"""PySceneDetect counts in time codes; frames are counted here, so that any rate will do."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A run of frames between two cuts: indices of its ``first`` and ``last`` frame, both included."""

    first: int
    last: int


class ShotFinder:
    """Finds cuts by PySceneDetect's ``AdaptiveDetector`` while frames stream through.

    Pans, zooms, fades and flicker are no cuts, and neither is a flash of one or two frames. Holds a few
    reduced frames.
    """

    DELAY = max(WINDOW, FLASH)
    """How many frames after a cut it is known to be one."""
    MEMORY = max(WINDOW, FLASH) + 1
    """How many frames before a frame decide whether it is a cut: what was before them is forgotten."""

    def __init__(self) -> None:
        self._detector: AdaptiveDetector | None = None
        self._recent: deque[Picture] = deque(maxlen=2 * FLASH + 2)
        self._cuts: list[int] = []
        self._count = 0
        self._ended = False

    @property
    def cuts(self) -> tuple[int, ...]:
        """Indices of the frames at which a new shot starts, as far as they are known; 0 is none of them."""
        return tuple(self._cuts)

    @property
    def settled(self) -> int:
        """Of the frames before this one, it is known whether a new shot starts at them."""
        return self._count if self._ended else max(self._count - self.DELAY, 0)

    def starts_shot(self, frame: int) -> bool:
        """Whether a frame before ``settled`` is the first after a cut."""
        place = bisect_left(self._cuts, frame)
        return place < len(self._cuts) and self._cuts[place] == frame

    def update(self, frames: Frames) -> None:
        """Take the next batch."""
        for frame in reduced(frames):
            self.add(frame.picture)

    def add(self, small: Picture) -> None:
        """Take the next frame alone, reduced: ``[h, w, 3]``."""
        picture = _seen(small)
        if not self._count:
            # The detector asks for a window on both sides: the first frame, and at the end the last one,
            # stand still, so that a cut at the very edge is found too.
            for early in range(WINDOW):
                self._detect(early, picture)
        self._count += 1
        self._take(picture)

    def finish(self) -> tuple[int, ...]:
        """The clip is over: all its ``cuts``."""
        if self._recent and not self._ended:
            self._ended = True
            for _ in range(self.DELAY):
                self._count += 1
                self._take(self._recent[-1])
            self._count -= self.DELAY
        return self.cuts

    def _take(self, picture: Picture) -> None:
        self._recent.append(picture)
        for jump in self._detect(self._count - 1 + WINDOW, picture):
            if not self._returns(jump - WINDOW):
                self._cuts.append(jump - WINDOW)

    def _detect(self, number: int, picture: Picture) -> list[int]:
        from scenedetect import AdaptiveDetector, FrameTimecode

        if self._detector is None:  # a still picture needs none
            self._detector = AdaptiveDetector(
                adaptive_threshold=STANDS_OUT,
                min_content_val=LEAST_CHANGE,
                window_width=WINDOW,
                min_scene_len=0,
            )
        found = self._detector.process_frame(FrameTimecode(number, _RATE), picture)
        return [jump.frame_num for jump in found]

    def _returns(self, jump: int) -> bool:
        """Whether frames on both sides of a jump, a flash apart, show the same picture."""
        numbered = dict(enumerate(self._recent, self._count - len(self._recent)))
        jumped = _apart(numbered[jump - 1], numbered[jump])
        return any(
            STANDS_OUT * _apart(numbered[earlier], numbered[later]) <= jumped
            for earlier, later in combinations(numbered, 2)
            if earlier < jump <= later and 2 <= later - earlier <= FLASH + 1
        )


def find_shots(clip: Clip) -> tuple[Shot, ...]:
    """The shots of a clip, in order; none of a clip without frames.

    Raises:
        MediaError: the file is damaged.
    """
    finder, count = ShotFinder(), 0
    for frames in clip.batches():
        finder.update(frames)
        count += len(frames)
    starts = (0, *finder.finish())
    ends = (*starts[1:], count)
    return tuple(Shot(first, end - 1) for first, end in zip(starts, ends, strict=True) if end > first)


def _apart(one: Picture, other: Picture) -> float:
    """The detector's own measure: mean difference in hue, saturation and value, in codes."""
    hsv = [cv2.cvtColor(picture, cv2.COLOR_BGR2HSV) for picture in (one, other)]
    return float(cv2.absdiff(*hsv).mean())


def _seen(small: Picture) -> Picture:
    """A frame as the detector gets it: half as large, as BGR, and without black.

    Its hue and saturation are noise in the dark, so that a fade out of black would read as a cut.
    """
    height, width = small.shape[:2]
    size = max(1, width // HALF), max(1, height // HALF)
    lifted = cv2.convertScaleAbs(small, alpha=(255 - BLACK) / 255, beta=BLACK)
    halved = cv2.resize(lifted, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(halved, cv2.COLOR_RGB2BGR), dtype=np.uint8)
