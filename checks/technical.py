"""Whether the picture is technically sound: clipping, banding, black, frozen and repeated frames, detail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from brandkit import defects
from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Measurement, Metric
from brandkit.gate import describe
from brandkit.media.clip import Frames, Source, interleaved
from brandkit.media.host import on_cpu
from brandkit.temporal.reduction import F32, Reduced, reduced

CLIPPED = Metric(
    "clipped", "share", "lower", "Expose or grade it so that highlights and shadows keep detail."
)
BANDING = Metric(
    "banding", "share", "lower", "Make it again in more bits, with less compression or with grain."
)
BLACK = Metric("black_s", "s", "lower", "Cut the black frames out.")
FROZEN = Metric("frozen_s", "s", "lower", "Replace the frames that stand still.")
REPEATED = Metric("repeated", "share", "lower", "Export it at the frame rate that it was made at.")
DETAIL = Metric("detail", "share", "higher", "Export it from the original size instead of enlarging it.")

EVERY = 0.5
"""Seconds from one frame that is looked at as a picture to the next."""
BLACK_CODE = 32
"""Luma up to which a pixel is black, and the share of a frame that must be: the defaults of ffmpeg's
blackdetect (0.10 of the scale of luma, 98 %)."""
BLACK_SHARE = 0.98
SAME = 1.5
"""Codes by which no tile may change for a frame to be a repetition of the one before."""
TILE = 8
"""Pixels along a side of a tile, at least: it holds whole blocks of the reduced frame."""
ROUNDING = 0.51
"""Codes by which rounded luma may be off that of the mean of its pixels."""
STILL = 0.5
"""Seconds from which repetitions in a row are a frozen picture."""

U8 = npt.NDArray[np.uint8]


@dataclass(slots=True)
class _Worst:
    """The sampled frame in which most is wrong."""

    share: float = 0.0
    frame: int = 0
    picture: U8 | None = None
    seen: int = 0

    def add(self, frame: int, mask: npt.NDArray[np.bool_]) -> None:
        self.seen += 1
        if self.picture is None or float(mask.mean()) > self.share:
            self.share, self.frame = float(mask.mean()), frame
            self.picture = mask.astype(np.uint8) * np.uint8(255)

    def merge(self, later: _Worst) -> None:
        self.seen += later.seen
        if later.share > self.share or self.picture is None:
            self.share, self.frame, self.picture = later.share, later.frame, later.picture


@dataclass(slots=True)
class _Run:
    """The longest stretch of frames that are alike in something."""

    start: tuple[int, float] | None = None
    longest: float = 0.0
    frames: tuple[int, int] = (0, 0)

    def extend(self, first: int, since: float, last: int, until: float) -> None:
        if self.start is None:
            self.start = first, since
        if until - self.start[1] > self.longest:
            self.longest, self.frames = until - self.start[1], (self.start[0], last)

    def merge(self, later: _Run) -> None:
        if later.longest > self.longest:
            self.longest, self.frames = later.longest, later.frames
        self.start = later.start


@dataclass(slots=True)
class _Moment:
    """A frame, of which luma is only made where what is seen of it reduced does not tell."""

    index: int
    second: float
    frames: Frames
    at: int
    small: F32
    full: U8 | None = None
    black: bool = False

    @classmethod
    def of(cls, index: int, second: float, frames: Frames, at: int, frame: Reduced) -> _Moment:
        small = np.asarray(cv2.cvtColor(frame.codes, cv2.COLOR_RGB2GRAY), np.float32)
        moment = cls(index, second, frames, at, small)
        moment.black = not moment._is_lit() and bool((moment.grey <= BLACK_CODE).mean() >= BLACK_SHARE)
        return moment

    @property
    def grey(self) -> U8:
        if self.full is None:
            self.full = defects.luma(interleaved(self.frames.picture(self.at)))
        return self.full

    def _is_lit(self) -> bool:
        """Whether, to reach the means of its blocks, too many pixels have to be above black."""
        height, width = self.frames.size
        least = np.maximum(self.small - BLACK_CODE - ROUNDING, 0) / (255 - BLACK_CODE)
        return bool(float(least.sum()) * self._step**2 > (1 - BLACK_SHARE) * height * width)

    def repeats(self, before: _Moment) -> bool:
        """Whether it shows the same as the frame before."""
        tile = self._step * -(-TILE // self._step)
        if _apart(before.small, self.small, tile // self._step) > SAME + 2 * ROUNDING:
            return False  # pixels differ by at least as much as the means of blocks do
        return _apart(before.grey, self.grey, tile) <= SAME

    @property
    def _step(self) -> int:
        """Pixels along a side of a block."""
        return self.frames.size[1] // int(self.small.shape[1])


@dataclass(slots=True)
class _State:
    clipped: _Worst = field(default_factory=_Worst)
    banded: _Worst = field(default_factory=_Worst)
    black: _Run = field(default_factory=_Run)
    frozen: _Run = field(default_factory=_Run)
    detail: float | None = None
    ways: list[defects.Way] = field(default_factory=lambda: list(defects.WAYS))
    frames: int = 0
    repeated: int = 0
    in_a_row: int = 0
    last: _Moment | None = None
    due: float = 0.0


class Technical(Check):
    """Look for what is technically wrong with a picture or video, whatever it shows.

    Each number is measured where the brand limits it; all are where `technical` is among its required
    checks.

    - `clipped`: share of the frame that is burnt out or crushed: areas of at least 0.05 % of it in which a
      channel is 255, or all are 0, and which slopes lead up to, unlike white paper, which ends in edges.
      Worst of two frames a second. Lower is better.
    - `banding`: share of the frame, in tiles of 32 pixels, where smooth luma goes in steps of 2 to 8
      codes between plateaus of 6 pixels or more. Worst of two frames a second. Lower is better.
    - `black_s`: the longest stretch of black frames in seconds; 98 % of a black frame is at luma 32 or
      below, as for ffmpeg's blackdetect. Lower is better.
    - `frozen_s`: the longest stretch in seconds of frames that repeat the one before. Lower is better.
    - `repeated`: share of the frames that repeat the one before, but for stretches of half a second or
      more, which are frozen: what conversions of the frame rate leave behind. Lower is better.
    - `detail`: the least linear scale that the picture could be restored from, as a share of its size: 0.5
      of a picture that was made at half the size and enlarged. Of video the frame with most detail
      counts. Higher is better.

    Reference: none; ffmpeg's blackdetect for black.

    When it misleads: drawn animation repeats frames on purpose, a title that stands is frozen, soft focus
    and strong compression leave as little detail as enlarging does. Banding of a single code, the least that
    8 bits can show, is not counted. A graphic that fades to white within a few codes reads as burnt.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (CLIPPED, BANDING, BLACK, FROZEN, REPEATED, DETAIL)

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        everything = "technical" in brand.required
        limited = brand.limits.get("technical", {})
        self._wanted = {m.name for m in self.metrics if everything or m.name in limited}
        self._moves = source.kind != "image"
        self._state = _State()

    def update(self, frames: Frames) -> None:
        """Compare each frame with the one before, and look at two of a second."""
        if not self._wanted:
            return
        frames = on_cpu(frames)
        compared = self._moves and bool(self._wanted & {"black_s", "frozen_s", "repeated"})
        small = reduced(frames) if compared else ()
        for k in range(len(frames)):
            index, second = frames.first + k, frames.seconds[k]
            if self._state.frames == 0 or second >= self._state.due:
                self._state.due = second + EVERY
                self._look(index, interleaved(frames.picture(k)))
            if compared:
                self._compare(_Moment.of(index, second, frames, k, small[k]))
            self._state.frames += 1
        if (last := self._state.last) is not None:
            # What is kept until the next batch is a frame of its own, not the whole batch.
            last.frames, last.at = frames.only(last.at), 0

    def _look(self, index: int, picture: U8) -> None:
        state = self._state
        if "clipped" in self._wanted:
            state.clipped.add(index, defects.clipped(picture))
        if "banding" in self._wanted:
            state.banded.add(index, defects.banded(picture))
        if "detail" in self._wanted and state.detail != 1:
            found = defects.detail(picture, state.detail, state.ways)
            state.detail = max((d for d in (state.detail, found) if d is not None), default=None)

    def _compare(self, now: _Moment) -> None:
        state = self._state
        if (last := state.last) is not None:
            if last.black:
                state.black.extend(last.index, last.second, last.index, now.second)
            if not now.black:
                state.black.start = None
            if now.repeats(last):
                state.frozen.extend(last.index, last.second, now.index, now.second)
                state.in_a_row += 1
            else:
                self._end_of_row(now.second)
        state.last = now

    def _end_of_row(self, second: float) -> None:
        state = self._state
        if state.frozen.start is not None and second - state.frozen.start[1] < STILL:
            state.repeated += state.in_a_row
        state.in_a_row, state.frozen.start = 0, None

    def merge(self, other: Technical) -> None:
        """Take in the later shard; a stretch across the seam counts as two."""
        if other._state.last is not None and self._state.last is not None:
            self._end_of_row(self._state.last.second)
        mine, later = self._state, other._state
        mine.clipped.merge(later.clipped)
        mine.banded.merge(later.banded)
        mine.black.merge(later.black)
        mine.frozen.merge(later.frozen)
        mine.detail = max((d for d in (mine.detail, later.detail) if d is not None), default=None)
        mine.frames += later.frames
        mine.repeated += later.repeated
        mine.in_a_row, mine.last, mine.due = later.in_a_row, later.last, later.due

    def finish(self) -> list[Measurement]:
        """One measurement for each number that the brand asks for; of stills, none about time."""
        state = self._state
        found = [
            _area(CLIPPED, state.clipped, "is burnt out or crushed"),
            _area(BANDING, state.banded, "is banded"),
            _fidelity(state.detail),
        ]
        if self._moves:
            found += [
                _stretch(BLACK, state.black, "black"),
                _stretch(FROZEN, state.frozen, "frozen"),
                self._repetition(),
            ]
        return [m for m in found if m.metric.name in self._wanted]

    def _repetition(self) -> Measurement:
        state = self._state
        repeated = state.repeated
        if state.frozen.start is not None and state.last is not None:
            lasts = state.last.second - state.frozen.start[1]
            repeated += state.in_a_row if lasts < STILL else 0
        if state.frames < 2:
            return Measurement("technical", REPEATED, None, "a single frame repeats nothing")
        share = repeated / (state.frames - 1)
        said = f"{describe(share, 'share')} of the frames repeat the one before"
        return Measurement("technical", REPEATED, share, said)


def _apart(before: npt.NDArray[Any], now: npt.NDArray[Any], tile: int) -> float:
    """The greatest mean difference of a tile of so many pixels a side, from the top left corner on."""
    height, width = now.shape
    tile = min(tile, height, width)
    rows, columns = height // tile, width // tile
    apart = cv2.absdiff(before, now)[: rows * tile, : columns * tile]
    return float(cv2.resize(apart, (columns, rows), interpolation=cv2.INTER_AREA).max())


def _area(metric: Metric, worst: _Worst, what: str) -> Measurement:
    if worst.picture is None:
        return Measurement("technical", metric, None, "there was no frame to look at")
    said = f"{describe(worst.share, 'share')} of frame {worst.frame} {what}"
    name = f"technical-{metric.name}"
    shown = (
        (Evidence("mask", name, f"Where frame {worst.frame} {what}", worst.picture),) if worst.share else ()
    )
    frames = ((worst.frame, worst.frame),)
    return Measurement("technical", metric, worst.share, said, frames=frames, evidence=shown)


def _stretch(metric: Metric, run: _Run, what: str) -> Measurement:
    said = f"it is {what} for {run.longest:.3g} s at most" if run.longest else f"it is never {what}"
    frames = (run.frames,) if run.longest else ()
    return Measurement("technical", metric, run.longest, said, frames=frames)


def _fidelity(scale: float | None) -> Measurement:
    if scale is None:
        return Measurement("technical", DETAIL, None, "it has too little detail to tell its resolution")
    said = f"it holds no more detail than a picture of {describe(scale, 'share')} of its width and height"
    return Measurement("technical", DETAIL, scale, "it holds detail in its full size" if scale == 1 else said)
