"""Take out flicker: brightness and white balance that pulse over the whole picture, or over a part of it.

`measure` follows the light of each shot from frame to frame and splits it into a slow part, which is kept
(fades, exposure, what the scene does), and a fast part, which is flicker. `Deflickered` is the clip without
the fast part: one gain of linear light for each channel of a frame, through the matte of the part if it is
one. A local flicker of unknown place, such as one lamp of several, is not what this is for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import torch

from brandkit.media.clip import Clip, Frames, Source
from brandkit.temporal.light import F64, Meter, Step, slow_part
from brandkit.temporal.relight import by_curve, by_table
from brandkit.where import Masking, Where

BATCH = 8

EXPONENT = 2.2
"""Linear light is about the code to this power: tracks are split in codes, in which fades are straight."""

FLOOR = 0.004
"""Pulses below this are taken as noise of the estimate: logarithm of a gain, as ``_pulse`` measures it.

Measured at 25 frames a second, greatest of any moment: 0.0003 to 0.0026 on clips without flicker, 0.008 to
0.012 under a sine of 1 % at 4 Hz, 0.023 to 0.032 at 8 Hz.
"""
SURE = 1.5
"""A pulse below this many standard errors of the estimate is noise too; they run high, since tiles of a
picture in motion differ by more than chance."""
LAG = 0.04
"""Seconds between the moments whose second difference is a pulse: a frame at 25 frames a second."""
BEND = 3
"""Lags to either side whose mean tells how a fade bends."""
AROUND = 0.4
"""Seconds to either side in which half of the moments must pulse. An event, such as a lamp that is
switched on, a flash of lightning or the start of a fade, pulses at a few moments only."""
SHORTEST = 0.4
"""Seconds; in a shorter shot slow and fast cannot be told apart."""
WORTH = 0.9
"""What is left of a shot's flicker, as a part of it, must be less than this for it to be touched at all."""
MOST = 0.35
"""The largest logarithm of a gain that is applied: more is not flicker but what happens in the scene."""

_AXES = np.array([[1, 1, 1], [1, -1, 0], [1, 1, -2]]) / np.sqrt([[3], [2], [6]])
"""Brightness and the two of white balance, orthonormal: flicker of one is not to add noise of another."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What became of a shot.

    Attributes:
        first: index of its first frame.
        last: index of its last frame.
        before: flicker, as the root mean square of the fast part of the gains' logarithm.
        after: the same, measured on the deflickered shot; equal to ``before`` where nothing was done.
        corrected: whether something was done.
        why: why not, as a sentence without a final stop; empty where something was.
    """

    first: int
    last: int
    before: float
    after: float
    corrected: bool
    why: str = ""


@dataclass(frozen=True)
class Track:
    """The light of a clip in time.

    Attributes:
        gains: ``[T, 3]``, linear light of red, green and blue as a multiple of the shot's first frame.
        fast: ``[T, 3]``, the part of their natural logarithm that is flicker and is to be removed; zero
            where there is none beyond the floor, or where removing it did not lower what is measured.
        shots: what became of each shot.
        where: the part of the picture it is about, by the first frame of each shot that has one; ``None``
            for the whole picture.
    """

    gains: F64
    fast: F64
    shots: tuple[Shot, ...]
    where: Mapping[int, Where] | None = None

    @property
    def corrected(self) -> bool:
        """Whether there is anything to remove."""
        return any(shot.corrected for shot in self.shots)

    @cached_property
    def correction(self) -> F64:
        """``[T, 3]``: what linear light is multiplied by; exactly 1 where nothing is done."""
        return np.asarray(np.exp(-self.fast))

    def mattes(self) -> Mattes | None:
        """The part's matte for the frames of one pass; ``None`` for the whole picture."""
        return None if self.where is None else Mattes(self.where, {shot.first for shot in self.shots})


def measure(
    clip: Clip,
    cuts: Sequence[int] = (),
    *,
    where: Mapping[int, Where] | None = None,
    batch: int = BATCH,
) -> Track:
    """Follow the light of a clip and find what of it is flicker.

    Reads the clip once, and once more where there is flicker, to prove that it is less afterwards: a shot
    for which it is not is left alone. Memory is a few numbers a frame.

    Args:
        clip: what to look at.
        cuts: index of the first frame of each shot but the first, in any order; those outside are ignored.
        where: the part of the picture to look at, by the first frame of each shot that has one; the whole
            picture without.
        batch: frames to decode at once; the result does not depend on it.

    Raises:
        MediaError: the file cannot be read.
    """
    shots, seconds = _shots(clip, set(cuts), batch, where)
    splits = [_split(steps, seconds[first : first + len(steps)]) for first, steps in shots]
    gains = np.concatenate([np.exp(s.level) for s in splits]) if splits else np.zeros((0, 3))
    fast = np.concatenate([s.removed for s in splits]) if splits else np.zeros((0, 3))
    done = tuple(
        Shot(first, first + len(steps) - 1, split.figure, split.figure, not split.why, split.why)
        for (first, steps), split in zip(shots, splits, strict=True)
    )
    return _proven(clip, Track(gains, fast, done, where), seconds, cuts, batch)


def _proven(clip: Clip, track: Track, seconds: F64, cuts: Sequence[int], batch: int) -> Track:
    """The track without the shots that are no better for it."""
    if not track.corrected:
        return track
    again, _ = _shots(Deflickered(clip, track), set(cuts), batch, track.where)
    fast, shots = track.fast.copy(), []
    for shot, (first, steps) in zip(track.shots, again, strict=True):
        part = slice(first, first + len(steps))
        after = _split(steps, seconds[part]).figure
        if shot.corrected and after < WORTH * shot.before:
            shot = replace(shot, after=after)
        elif shot.corrected:
            fast[part] = 0
            shot = replace(shot, corrected=False, why="removing what was measured would hardly lower it")
        shots.append(shot)
    return replace(track, fast=fast, shots=tuple(shots))


def _shots(
    clip: Clip, cuts: set[int], batch: int, where: Mapping[int, Where] | None
) -> tuple[list[tuple[int, list[Step]]], F64]:
    """Index of the first frame and steps of light of each shot, and the time of every frame."""
    meter = Meter()
    mattes = None if where is None else Mattes(where, cuts)
    shots: list[tuple[int, list[Step]]] = []
    seconds: list[float] = []
    for frames in clip.batches(batch):
        seconds += frames.seconds
        for k, pixels in enumerate(frames.pixels):
            index = frames.first + k
            step = meter.step(pixels, None if mattes is None else mattes.of(index, pixels))
            if index in cuts or not shots:
                shots.append((index, []))
            shots[-1][1].append(step)
    return shots, np.array(seconds)


@dataclass(frozen=True, slots=True)
class _Split:
    """A shot's light. ``level`` and ``removed`` are logarithms ``[T, 3]``; ``why`` nothing is removed."""

    level: F64
    removed: F64
    figure: float
    why: str


def _split(steps: Sequence[Step], seconds: F64) -> _Split:
    """Split a shot's light; a stretch in which nothing can be compared, such as black, parts it in two."""
    logs = np.stack([step.log for step in steps])
    logs[0] = 0
    level = np.cumsum(logs, 0)
    error = np.stack([step.error for step in steps])
    removed, fast = np.zeros_like(level), np.zeros_like(level)
    starts = [0, *(t for t in range(1, len(steps)) if not steps[t].known), len(steps)]
    long_enough = False
    for first, end in pairwise(starts):
        if end - first < 4 or seconds[end - 1] - seconds[first] < SHORTEST:
            continue
        long_enough = True
        part = slice(first, end)
        codes = np.exp((level[part] - level[part].max()) / EXPONENT)
        fast[part] = _fast(codes, seconds[part])
        removed[part] = _beyond_floor(codes, fast[part], error[part], seconds[part])
    figure = float(np.sqrt((fast**2).mean()))
    if removed.any():
        return _Split(level, removed, figure, "")
    why = "there is no flicker beyond the floor" if long_enough else "it is too short or too dark to tell"
    return _Split(level, removed, figure, why)


def _fast(codes: F64, seconds: F64) -> F64:
    """The logarithm of the gain of light that is fast, ``[T, 3]``, of a level in codes."""
    # Where a fade ends in black, the fit may miss by more than there is light.
    slow = np.maximum(slow_part(codes, seconds), 1e-6)
    return np.asarray(EXPONENT * np.clip(np.log(codes / slow), -1, 1))


def _beyond_floor(codes: F64, fast: F64, error: F64, seconds: F64) -> F64:
    """What to remove of a fast part: nothing where it is noise, all where it is far beyond noise."""
    pulse = _sliding_median(np.abs(_pulse(codes, seconds) @ _AXES.T), seconds)
    noise = _sliding_median(np.sqrt(error**2 @ (_AXES**2).T), seconds)
    floor = np.maximum(FLOOR, SURE * noise)
    kept = np.clip(1 - (floor / np.maximum(pulse, 1e-12)) ** 4, 0, None)
    removed = (fast @ _AXES.T * kept) @ _AXES
    return np.where(np.abs(removed).max(1, keepdims=True) <= MOST, removed, 0.0)


def _pulse(codes: F64, seconds: F64) -> F64:
    """How far each moment stands off the mean of those ``LAG`` before and after it, as a gain's logarithm.

    Less what moments near by do in the mean, which is how a fade bends, where that makes it less. Taken of
    the level as it is, not of its fast part, in which a corner would be spread over many moments.
    """
    apart = float(np.median(np.diff(seconds)))
    lag = max(1, round(LAG / apart)) if apart > 0 else 1
    lag = min(lag, (len(codes) - 1) // 2)
    middle = codes[lag:-lag]
    inner = EXPONENT * (codes[2 * lag :] - 2 * middle + codes[: -2 * lag]) / middle
    near = np.cumsum(np.pad(inner, ((BEND * lag + 1, BEND * lag), (0, 0)), mode="edge"), 0)
    width = 2 * BEND * lag + 1
    bend = (near[width:] - near[:-width]) / width
    inner = np.where(np.abs(inner - bend) < np.abs(inner), inner - bend, inner)
    return np.pad(inner, ((lag, lag), (0, 0)), mode="edge")


def _sliding_median(values: F64, seconds: F64) -> F64:
    lows = np.searchsorted(seconds, seconds - AROUND)
    highs = np.searchsorted(seconds, seconds + AROUND, side="right")
    return np.stack([np.median(values[a:b], 0) for a, b in zip(lows, highs, strict=True)])


class Mattes:
    """The matte of each frame of a clip, in order; of a shot that shows nothing of the part, an empty one.

    Args:
        where: the part, by the first frame of each shot that has one.
        starts: the first frames of all shots.
    """

    def __init__(self, where: Mapping[int, Where], starts: Collection[int]) -> None:
        self._where, self._starts = where, starts
        self._finding: Masking | None = None

    def of(self, index: int, pixels: torch.Tensor) -> torch.Tensor:
        """The matte ``[H, W]`` of a frame ``uint8`` ``[3, H, W]``."""
        if index in self._starts or index in self._where:
            found = self._where.get(index)
            self._finding = None if found is None else found.start(pixels.device)
        if self._finding is None:
            return torch.zeros(pixels.shape[1:], device=pixels.device)
        return self._finding(pixels)


class Deflickered:
    """A clip seen without its flicker: the same frames, each with its light put right."""

    def __init__(self, clip: Clip, track: Track) -> None:
        self._clip = clip
        self._track = track

    @property
    def source(self) -> Source:
        """Facts about the clip that is deflickered."""
        return self._clip.source

    def batches(self, size: int = BATCH, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode and correct, as ``Clip.batches``; frames beyond the track pass as they are."""
        correction = self._track.correction
        mattes = self._track.mattes()
        for frames in self._clip.batches(size, device):
            gains = correction[frames.first : frames.first + len(frames)]
            if mattes is not None:
                yield _relit(frames, gains, mattes)
            elif (gains == 1).all():
                yield frames
            elif frames.deep is None:
                yield frames.with_pixels(by_table(frames.pixels, gains))
            else:
                deep = by_curve(frames.deep, gains)
                yield frames.with_pixels(deep.round().to(torch.uint8), deep)


def _relit(frames: Frames, gains: F64, mattes: Mattes) -> Frames:
    """A batch with a part of each frame corrected: mattes follow each other, so all are looked for."""
    found = [mattes.of(frames.first + k, pixels) for k, pixels in enumerate(frames.pixels)]
    if (gains == 1).all():
        return frames
    codes = frames.pixels.float() if frames.deep is None else frames.deep
    step = by_curve(codes, gains) - codes
    for k, matte in enumerate(found):
        step[k] *= matte
    deep = (codes + step).clamp_(0, 255)
    pixels = (deep + 0.5).floor_().clamp_(0, 255).to(torch.uint8)
    return frames.with_pixels(pixels, None if frames.deep is None else deep)
