"""Flicker of a part of the picture: what pulses there for a while, all of it alike, and not elsewhere.

Motion and compression change parts of a picture too. What tells flicker from them is evidence that adds up:
both halves of a part, interleaved like a chessboard, pulse together; they do so again and again for half a
second; the cells within change alike, whereas a flow that was wrong lifts one and lowers the next; and the
part stands out both from what it was and from what the rest of the picture does.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.temporal.courses import Box, Pictures, Record, Triple, triple
from brandkit.temporal.motion import Cells
from brandkit.temporal.motion_kernel import sort_columns
from brandkit.temporal.pulse import excursion

F32 = npt.NDArray[np.float32]

PART = 10
"""Cells of a part's side: with cells of 5 pixels of about 400, an eighth of the picture."""
STRIDE = 2
"""Cells from one part to the next, which overlap."""
PART_KNOWN = 0.6
"""The share of a part's cells whose change must be known; else it counts as none."""
OFFSET = 16.0
"""What is added to L* so that a gain of light changes all of it by the same part: CIELAB's own constant."""
STRAY, STEADY = 0.25, 2.0
"""What passes, passes: the part of a window's frames, those where a part pulses most, that do not count, and
how many times the median the mean of the others may be."""
LEAST_SPREAD, LEAST_USUAL = 0.0005, 0.0003
"""Parts of the light by which cells differ, and by which parts of a picture pulse, at the least: the rounding
of 8 bits and the pulse of H.264 from one kind of frame to the next."""
UNALIKE = 3.0
"""How fast evidence falls where the cells of a part do not change alike: the power of their likeness."""
EVIDENT = 0.03
"""Evidence at which half of what was measured counts. In trials, clean clips had up to 0.01."""
EXTENT = 0.5
"""Cells that follow the part by at least this much, and are connected with it, belong to it."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A frame of a shot.

    Attributes:
        tracks: how light went so far, ``[4, rows, columns]`` of parts: both halves, then both as they differ
            from the whole picture.
        cells: how light went so far by cells, ``[rows, columns]``.
        spread: by how much the steps of a part's cells differ, ``[rows, columns]`` of parts.
        light: L* of the parts.
    """

    index: int
    tracks: F32
    cells: F32
    spread: F32
    light: F32


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is left of a frame once those around it are known.

    Attributes:
        pulses: the product of what both halves did, as fast and as slow pulses, ``[2, rows, columns]``.
        cells: how far cells stand out from their course, ``[rows, columns]``.
    """

    index: int
    pulses: F32
    cells: F32
    spread: F32
    light: F32


class Parts(Record):
    """Follows overlapping squares of ``PART`` by ``PART`` cells.

    Args:
        reach: frames before and after a frame that it is compared with.
        near: frames before and after it of the fastest pulses.
        length: frames that a pulse has to last.

    Attributes:
        picture: the frames about a pulse, where it is worst.
        at: the frame of that pulse.
        side: pixels of a cell's side, in the reduced frame.
    """

    def __init__(self, reach: int, near: int, length: int) -> None:
        super().__init__()
        self.picture: Triple | None = None
        self.at: int | None = None
        self.side = 1
        self._reach, self._near, self._length = reach, near, length
        self._shot: deque[_Moment] = deque(maxlen=2 * reach + 1)
        self._next = 0
        self._seen: deque[_Seen] = deque(maxlen=length)
        self._head: list[_Seen] = []
        self._greatest = -1.0
        self._box: Box | None = None
        self._first: int | None = None

    def push(self, index: int, by_cell: Cells | None, pictures: Pictures) -> None:
        """Take the next frame; ``None`` starts a shot."""
        if by_cell is None:
            self.end_shot(pictures)
            self._first = index
            return
        self.side = by_cell.side
        steps, cells, spread, light = _parts(by_cell)
        if not self._shot:
            self._next = index
            none = np.zeros_like(steps)
            self._shot.append(_Moment(index - 1, none, np.zeros_like(cells), spread, light))
        last = self._shot[-1]
        self._shot.append(_Moment(index, last.tracks + steps, last.cells + cells, spread, light))
        self._settle(index - self._reach, pictures)

    def end(self, pictures: Pictures) -> None:
        """The clip is over."""
        self.end_shot(pictures)
        if not self.count and len(self._seen) > self._reach:
            self._judge(pictures)

    @property
    def opening(self) -> int | None:
        """The last frame that windows from before the shard may show; ``None`` until it is known."""
        return self._head[-1].index + 1 if len(self._head) == self._length - 1 else None

    def end_shot(self, pictures: Pictures) -> None:
        """The shot is over."""
        if self._shot:
            self._settle(self._shot[-1].index - 1, pictures)
        self._shot.clear()

    def _settle(self, last: int, pictures: Pictures) -> None:
        first = self._shot[0].index
        for index in range(self._next, last + 1):
            around = [m for m in self._shot if abs(m.index - index) <= self._reach]
            self._add(self._look(around, index - around[0].index), pictures)
        self._next = max(self._next, last + 1, first)

    def _add(self, seen: _Seen, pictures: Pictures) -> None:
        if len(self._head) < self._length - 1:
            self._head.append(seen)
        self._seen.append(seen)
        if len(self._seen) == self._length:
            self._judge(pictures)

    def _look(self, around: list[_Moment], at: int) -> _Seen:
        tracks = np.stack([moment.tracks for moment in around])
        leaves = excursion(tracks, at)
        near = min(self._near, at, len(around) - 1 - at)
        sudden = tracks[at] - (tracks[at - near] + tracks[at + near]) / 2
        bend = _bend(len(around), at)
        slow = 2 * np.tensordot(bend, tracks, 1)
        pulses = np.stack([_both(_lesser(leaves, other)) for other in (sudden, slow)])
        moment = around[at]
        cells = np.tensordot(bend, np.stack([m.cells for m in around]), 1)
        return _Seen(moment.index, pulses, cells, moment.spread, moment.light)

    def _judge(self, pictures: Pictures) -> None:
        """Weigh the frames of the window, and note what the worst part did."""
        window = list(self._seen)
        pulses = np.stack([seen.pulses for seen in window])
        count = len(window) - int(np.ceil(STRAY * len(window)))
        ranked = _sorted(pulses)
        height = np.sqrt(np.minimum(ranked[:count].mean(0), STEADY * _middle(ranked)).clip(0))
        spread = _middle(_sorted(np.stack([seen.spread for seen in window])))  # [rows, columns]
        alike = height / (spread + LEAST_SPREAD)
        usual = _upper_quartile(height)[:, None, None] + LEAST_USUAL
        evidence = np.sqrt(height) * alike**UNALIKE * np.sqrt(height / usual)
        counts = height * evidence**2 / (evidence**2 + EVIDENT**2)
        light = np.mean([seen.light for seen in window], 0)
        strength = (counts * (light + OFFSET) / _sensitivity(light)).max(0)
        place = np.unravel_index(int(strength.argmax()), strength.shape)
        value = float(strength[place])
        self.note(window[-1].index, value, window[-1].index - window[0].index + 1)
        if value > self._greatest:
            self._greatest = value
            row, column = (int(k) * STRIDE for k in place)
            self._box = _box(np.stack([seen.cells for seen in window]), row, column)
            moments = pulses[:, :, place[0], place[1]].max(1)
            self.at = window[int(moments.argmax())].index
            recent = window[-1].index - self.at <= self._reach + self._length
            self.picture = triple(pictures, self.at) if recent else None

    @property
    def worst(self) -> tuple[float, Box] | None:
        """How strong the worst part pulsed while it was worst, and the box about it, in cells."""
        return None if self._box is None else (self._greatest, self._box)

    def join(self, later: Parts, pictures: Pictures) -> None:
        """Take in the course of a later part of the clip, which begins with a shot.

        Args:
            later: of that part.
            pictures: around its beginning, of both parts.
        """
        for seen in later._head:  # windows that began before
            self._add(seen, pictures)
        if len(later._seen) == self._length:
            self._seen = later._seen
        self.merge(later)
        if later._greatest > self._greatest:
            self._greatest, self._box, self.side = later._greatest, later._box, later.side
            self.picture, self.at = later.picture, later.at


def _parts(by_cell: Cells) -> tuple[F32, F32, F32, F32]:
    """The steps of parts, ``[4, rows, columns]``, those of cells, and the parts' spread and L*."""
    light = by_cell.lab[..., 0] + OFFSET
    step = by_cell.change[..., 0] / light
    size = min(PART, *step.shape)
    board = np.indices(step.shape).sum(0) % 2 == 0
    weight = by_cell.weight
    whole = float(np.median(step[by_cell.known])) if by_cell.known.any() else 0.0
    planes = np.empty((*step.shape, 7), np.float32)
    for k, half in enumerate((board, ~board)):
        planes[..., k] = weight * half
        planes[..., 2 + k] = planes[..., k] * step
    planes[..., 4] = weight * step**2
    planes[..., 5] = by_cell.known
    planes[..., 6] = by_cell.lab[..., 0]
    *sums, squares, seen, dark = np.moveaxis(_sums(planes, size), -1, 0)
    masses, totals = sums[:2], sums[2:]
    known = seen >= PART_KNOWN * size * size
    halves = [
        np.where(known, total / np.maximum(mass, 1e-6), 0) for total, mass in zip(totals, masses, strict=True)
    ]
    if size == 1:
        halves = [halves[0] + halves[1]] * 2
    other = [np.where(known, half - whole, 0) for half in halves]
    mass = np.maximum(masses[0] + masses[1], 1e-6)
    mean = (totals[0] + totals[1]) / mass
    spread = np.sqrt(np.maximum(squares / mass - mean**2, 0))
    return np.stack([*halves, *other]).astype(np.float32), step, spread, dark / (size * size)


def _sums(planes: F32, size: int) -> F32:
    """Sums over the cells of each part: of ``[rows, columns, n]``, plane by plane."""
    sums = cv2.boxFilter(
        np.ascontiguousarray(planes, np.float32),
        -1,
        (size, size),
        anchor=(0, 0),
        normalize=False,
        borderType=cv2.BORDER_CONSTANT,
    )
    rows, columns = planes.shape[:2]
    return np.asarray(sums[: rows - size + 1 : STRIDE, : columns - size + 1 : STRIDE], np.float32)


def _sorted(values: F32) -> F32:
    """Values in order along the first axis, of which there are few."""
    ranked = np.array(values, np.float32)
    sort_columns(ranked.reshape(len(ranked), -1))
    return ranked


def _middle(ranked: F32) -> F32:
    """The median of values in order."""
    last = len(ranked) - 1
    return np.asarray((ranked[last // 2] + ranked[(last + 1) // 2]) / 2, np.float32)


def _upper_quartile(planes: F32) -> F32:
    """What a quarter of the values of each plane are above, ``[n]`` of ``[n, rows, columns]``."""
    ranked = np.sort(planes.reshape(len(planes), -1), 1)
    at = 0.75 * (ranked.shape[1] - 1)
    low = int(at)
    high = min(low + 1, ranked.shape[1] - 1)
    return np.asarray(ranked[:, low] + (at - low) * (ranked[:, high] - ranked[:, low]), np.float32)


def _lesser(one: F32, other: F32) -> F32:
    """What is nearer to zero of two, 0 where they have not the same sign."""
    return np.asarray(
        np.where(one * other > 0, np.sign(one) * np.minimum(abs(one), abs(other)), 0), np.float32
    )


def _both(halves: F32) -> F32:
    """The product of the halves, of each the lesser of what it does and how that differs from the whole."""
    one, other = _lesser(halves[:2], halves[2:])
    return np.asarray(one * other, np.float32)


@cache
def _bend(count: int, at: int) -> F32:
    """What to multiply a track by for how far it stands out from the parabola that fits it best."""
    if count < 4:
        return np.zeros(count, np.float32)
    time = np.arange(count) - at
    basis, _ = np.linalg.qr(np.stack([time**0, time, time**2], 1).astype(np.float64))
    bend = np.asarray(-basis @ basis[at], np.float32)
    bend[at] += 1
    return bend


def _sensitivity(light: F32) -> F32:
    """What CIEDE2000 divides a difference of L* by."""
    square = (light - 50) ** 2
    return np.asarray(1 + 0.015 * square / np.sqrt(20 + square), np.float32)


def _box(courses: F32, row: int, column: int) -> Box:
    """The cells about a part that go as it goes: left, top, width and height.

    Args:
        courses: how far each cell stands out, ``[T, rows, columns]``.
        row: the first of the part.
        column: likewise.
    """
    size = min(PART, *courses.shape[1:])
    part = slice(row, row + size), slice(column, column + size)
    course = courses[:, *part].mean((1, 2))
    follows = np.tensordot(course, courses, 1) / max(float(course @ course), 1e-12)
    smooth = cv2.blur(follows.astype(np.float32), (3, 3))
    mask = (smooth >= EXTENT * np.quantile(smooth[part], 0.75)).astype(np.uint8)
    _, names, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    inside = names[part][mask[part] > 0]
    if not len(inside):
        return column, row, size, size
    x, y, width, height = (int(v) for v in boxes[np.bincount(inside).argmax()][:4])
    return x, y, width, height
