"""Flashes within any one second, counted from the transitions of each cell of a picture."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.spaces import linear_to_srgb
from brandkit.temporal.transitions import AREA, F32, Mask, Screen

SECOND = 1.0
"""WCAG 2.2 and ITU-R BT.1702 count flashes within any one second."""
WINDOW = 5.0
"""Seconds; ITU-R BT.1702: a longer sequence may be a risk even where each second of it is allowed."""
SEQUENCE = 2
"""Flashes a second from which a sequence counts, as in EA's IRIS."""
TICK = 1 / 240
"""Seconds within which transitions are kept as one, so that no frame rate fills the memory."""
EPSILON = 1e-6
STRIP = 6
"""Pictures that are kept to show a second."""
MOST_RANGES = 64

Image = npt.NDArray[np.uint8]
Span = tuple[float, float]


@dataclass(slots=True)
class Peak:
    """The second with most flashes over more than a quarter of an area.

    Attributes:
        flashes: how many.
        share: of the area that flashes as often, 0 to 1.
        second: when that second ends.
        ranges: inclusive ranges of the frames of all seconds as bad; beyond 64, gaps are closed.
        cells: which flash as often, ``[h, w]``.
        pictures: linear light ``[h, w, 3]`` of frames in which much changed in that second.
    """

    flashes: int = 0
    share: float = 0.0
    second: float = 0.0
    ranges: list[tuple[int, int]] = field(default_factory=list)
    cells: Mask | None = None
    pictures: list[F32] = field(default_factory=list)

    def extend(self, first: int, last: int) -> None:
        """Note the frames of one more second as bad as this one."""
        if self.ranges and (first <= self.ranges[-1][1] + 1 or len(self.ranges) == MOST_RANGES):
            first, _ = self.ranges.pop()
        self.ranges.append((first, last))

    def strip(self) -> Image:
        """The pictures beside each other, dimmed where it does not flash: ``[h, n * (w + 2), 3]``."""
        assert self.cells is not None
        light = np.where(self.cells, 1.0, 0.3)[..., None]
        shown = [(_coded(picture) * light).astype(np.uint8) for picture in self.pictures]
        return np.hstack([np.pad(p, ((0, 0), (0, 2), (0, 0)), constant_values=255) for p in shown])


@dataclass(slots=True)
class _Moment:
    """Cells that make a transition at one time, as flat indices."""

    frame: int
    second: float
    cells: npt.NDArray[np.intp]


class Train:
    """Transitions of one kind within the last second, cell by cell, and the worst second so far.

    Attributes:
        field: the worst second by fields of 10 degrees, as WCAG has it.
        screen: the worst second by the whole picture, as ITU-R BT.1702 has it.
        by_field: flashes by fields within the second that ends with each frame, from the first one on.
        by_screen: likewise by the whole picture.
    """

    def __init__(self, screen: Screen) -> None:
        self.field, self.screen = Peak(), Peak()
        self.by_field: list[int] = []
        self.by_screen: list[int] = []
        self._screen = screen
        self._moments: deque[_Moment] = deque()
        self._pictures: deque[tuple[float, F32]] = deque(maxlen=STRIP)
        self._counts = np.zeros(screen.width * screen.height, np.int16)
        self._head: list[_Moment] = []
        self._begin: float | None = None
        self._busy: list[Span] = []
        self._last: tuple[float, bool] | None = None
        self._light: F32 | None = None

    def add(self, frame: int, second: float, turned: Mask, light: F32) -> None:
        """Take the next frame.

        Args:
            frame: its index.
            second: its time; never before that of the frame before.
            turned: ``[h, w]``, cells that make a transition in it.
            light: linear light of the cells, ``[h, w, 3]``, to show.
        """
        cells = np.flatnonzero(turned)
        if len(cells) > AREA / 2 * self._screen.field_width * self._screen.field_height:
            self._pictures.append((second, light))
        self._light = light
        by_field, by_screen = self._take(_Moment(frame, second, cells))
        self.by_field.append(by_field)
        self.by_screen.append(by_screen)

    def merge(self, later: Train) -> None:
        """Take in the train of the neighbouring, later shard."""
        for series, found in zip((self.by_field, self.by_screen), self._after(later), strict=True):
            series += found
        self.field, self.screen = _worse(self.field, later.field), _worse(self.screen, later.screen)
        self._busy = _united([*self._busy, *later._busy])
        self._moments, self._counts, self._last = later._moments, later._counts, later._last

    def _after(self, later: Train) -> tuple[list[int], list[int]]:
        """Both series of the later shard, whose first second may hold flashes of this one too."""
        series = [*later.by_field], [*later.by_screen]
        starts = [moment.frame - later._head[0].frame for moment in later._head]
        ends = [*starts[1:], *(last + 1 for last in starts[-1:])]
        for moment, start, end in zip(later._head, starts, ends, strict=True):
            for own, flashes in zip(series, self._take(moment), strict=True):
                own[start:end] = [max(flashes, known) for known in own[start:end]]
        return series

    def sequence(self) -> float:
        """How much of any ``WINDOW`` flashed ``SEQUENCE`` times a second or more, at most, in seconds."""
        starts, ends = [start for start, _ in self._busy], [end for _, end in self._busy]
        total = np.concatenate(([0.0], np.cumsum(np.subtract(ends, starts))))

        def before(second: float) -> float:
            k = bisect_right(starts, second)
            return float(total[k]) - (max(0.0, ends[k - 1] - second) if k else 0.0)

        edges = [*starts, *(end - WINDOW for end in ends)]
        return max((before(edge + WINDOW) - before(edge) for edge in edges), default=0.0)

    def _take(self, moment: _Moment) -> tuple[int, int]:
        """Count what turns; gives the flashes within the second that ends there, by fields and by screen."""
        while self._moments and moment.second - self._moments[0].second >= SECOND - EPSILON:
            self._counts[self._moments.popleft().cells] -= 1
        if self._begin is None:
            self._begin = moment.second
        if moment.second - self._begin < SECOND:
            self._remember(moment)
        if len(moment.cells):
            self._keep(moment)
        flashes, on_screen = self._judge(moment) if self._moments else (0, 0)
        if self._last is not None and self._last[1] and moment.second > self._last[0]:
            self._busy[-1:] = _united([*self._busy[-1:], (self._last[0], moment.second)])
        self._last = moment.second, flashes >= SEQUENCE
        return flashes, on_screen

    def _remember(self, moment: _Moment) -> None:
        """Keep a moment of the first second, for a shard that goes before."""
        if self._head and moment.second - self._head[-1].second < TICK - EPSILON:
            self._head[-1].cells = np.union1d(self._head[-1].cells, moment.cells)
        else:
            self._head.append(_Moment(moment.frame, moment.second, moment.cells))

    def _keep(self, moment: _Moment) -> None:
        last = self._moments[-1] if self._moments else None
        if last is not None and moment.second - last.second < TICK - EPSILON:
            moment.cells = np.setdiff1d(moment.cells, last.cells)
            last.cells = np.concatenate((last.cells, moment.cells))
        else:
            self._moments.append(moment)
        self._counts[moment.cells] += 1

    def _judge(self, moment: _Moment) -> tuple[int, int]:
        """Note the second that ends with this moment where none was worse; gives its flashes."""
        on_screen = self._most(self.screen, lambda cells: float(cells.mean()), moment)
        return self._most(self.field, self._screen.fullest_field, moment), on_screen

    def _most(self, peak: Peak, share_of: Callable[[Mask], float], moment: _Moment) -> int:
        counts = self._counts.reshape(self._screen.height, self._screen.width)
        flashes, share, cells = 0, 0.0, None
        for more in range(1, int(counts.max()) // 2 + 1):
            flashing = counts >= 2 * more
            covered = share_of(flashing)
            if covered <= AREA:
                break
            flashes, share, cells = more, covered, flashing
        if cells is not None and flashes >= peak.flashes:
            if flashes > peak.flashes:
                peak.ranges.clear()
            if flashes > peak.flashes or share > peak.share:
                peak.flashes, peak.share, peak.second, peak.cells = flashes, share, moment.second, cells
                first = self._moments[0].second
                peak.pictures = [picture for second, picture in self._pictures if second >= first]
                if not peak.pictures and self._light is not None:
                    peak.pictures = [self._light]
            peak.extend(self._moments[0].frame, moment.frame)
        return flashes


def _coded(light: F32) -> Image:
    codes = linear_to_srgb(torch.from_numpy(light)).clamp(0, 1) * 255
    return np.asarray(codes.round().to(torch.uint8).numpy())


def _worse(one: Peak, later: Peak) -> Peak:
    """The peak with more flashes; of two as bad, the earlier, with the frames of both."""
    if one.flashes != later.flashes:
        return max(one, later, key=lambda peak: peak.flashes)
    for first, last in later.ranges:
        one.extend(first, last)
    return one


def _united(spans: list[Span]) -> list[Span]:
    """Spans in order, those that touch as one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1] + EPSILON:
            result[-1] = result[-1][0], max(end, result[-1][1])
        else:
            result.append((start, end))
    return result
