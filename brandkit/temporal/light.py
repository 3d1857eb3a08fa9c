"""How much brighter a frame is than the one before, whatever moves in them; and what of that is slow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.spaces import RGB_TO_XYZ, srgb_to_linear

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]

LONG_SIDE = 192
"""Pixels of the longer side that frames are compared at: averages, in which grain and rounding vanish."""
DARKEST, BRIGHTEST = 0.004, 0.9
"""Linear light between which a pixel tells of a gain: below, codes are too coarse; above, they may clip."""
TILES = 6
"""The picture is cut into this many tiles a side, whose agreement tells how sure an estimate is."""
LEAST_TELLING = 0.05
"""The least share of the picture, or of the part of it that is looked at, that must tell of a gain."""
LEAST_PART = 0.002
"""The least share of the picture that a part of it must have to be looked at alone."""
WITHIN = 0.9
"""How much of a reduced pixel must lie within the part that is looked at."""
NEAR = 0.03
"""Logarithms of a gain: how far from the median counts in full, beside three deviations."""

REACH = 0.5
"""Seconds to either side of a moment over which ``slow_part`` fits: its time constant."""
CLEARLY = 5.0
"""A fit to one side of a moment is taken where its mean square miss is so many times less than of both: at 3,
some sines of 1.5 to 2 Hz come out larger than they are."""
END_STIFFNESS = 0.02
"""How much a parabola is held straight at an end of a track, where nothing holds it from beyond."""


@dataclass(frozen=True, slots=True)
class Step:
    """The change of light from one frame to the next.

    Attributes:
        log: natural logarithm of the gain of linear light, of red, green and blue; zeros if ``not sure``.
        error: standard error of each.
        known: whether enough of the picture could be compared.
    """

    log: F64
    error: F64
    known: bool


class Meter:
    """Compares each frame with the one before it, aligned by optical flow at reduced size."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._last: tuple[F32, npt.NDArray[np.uint8]] | None = None

    def step(self, pixels: torch.Tensor, matte: torch.Tensor | None = None) -> Step:
        """Take the next frame; the first of all is compared with nothing.

        Args:
            pixels: ``uint8`` ``[3, H, W]``.
            matte: ``float32`` ``[H, W]``, 0 to 1, the part of the frame to look at; all of it without.
        """
        light = small_light(pixels)
        luma = np.sqrt(light @ np.array(RGB_TO_XYZ[1], np.float32))
        grey = np.clip(luma * 255 + 0.5, 0, 255).astype(np.uint8)
        last, self._last = self._last, (light, grey)
        if last is None:
            return _UNKNOWN
        part = None
        if matte is not None:
            size = grey.shape[::-1]
            part = cv2.resize(matte.cpu().numpy(), size, interpolation=cv2.INTER_AREA) >= WITHIN
            if part.mean() < LEAST_PART:
                return _UNKNOWN
        return self._compare(light, grey, *last, part)

    def _compare(
        self,
        light: F32,
        grey: npt.NDArray[np.uint8],
        before: F32,
        grey_before: npt.NDArray[np.uint8],
        part: npt.NDArray[np.bool_] | None,
    ) -> Step:
        height, width = grey.shape
        at_y, at_x = np.mgrid[0:height, 0:width].astype(np.float32)
        if min(height, width) >= 16:  # the least that the flow takes
            flow = self._flow.calc(grey, grey_before, np.zeros((height, width, 2), np.float32))
            at_x, at_y = at_x + flow[..., 0], at_y + flow[..., 1]
        moved = np.asarray(cv2.remap(before, at_x, at_y, cv2.INTER_LINEAR), np.float32)
        inside = (at_x >= 0) & (at_x <= width - 1) & (at_y >= 0) & (at_y <= height - 1)
        telling = (inside if part is None else inside & part)[..., None]
        for seen in (light, moved):
            telling = telling & (seen > DARKEST) & (seen < BRIGHTEST)
        ratio = np.log(np.where(telling, light, 1)) - np.log(np.where(telling, moved, 1))
        least = LEAST_TELLING * (1.0 if part is None else float(part.mean()))
        return _agreed(ratio, telling, moved, least)


_UNKNOWN = Step(np.zeros(3), np.zeros(3), False)


def _agreed(ratio: F32, telling: npt.NDArray[np.bool_], light: F32, least: float) -> Step:
    """The mean over the picture of what lies near the median, and how far the tiles disagree about it.

    Bright pixels weigh more, for a code is a smaller part of them; and it is a mean rather than a median
    since a gain below one code shows only in how many pixels take the step.
    """
    log, error = np.zeros(3), np.zeros(3)
    for c in range(3):
        seen, shown = ratio[..., c], telling[..., c]
        if shown.mean() < least:
            return _UNKNOWN
        middle = float(np.median(seen[shown]))
        reach = NEAR + 3 * 1.4826 * float(np.median(np.abs(seen[shown] - middle)))
        weight = np.where(shown, light[..., c], 0)
        bounded = np.clip(seen, middle - reach, middle + reach)
        log[c] = np.average(bounded, weights=weight)
        mass, total = _by_tile(weight), _by_tile(weight * (bounded - log[c]))
        heard = mass >= LEAST_TELLING * mass.max()
        error[c] = np.sqrt((total[heard] ** 2).sum()) / mass.sum()
    return Step(log, error, True)


def _by_tile(values: F32) -> F32:
    """Sums over ``TILES`` by ``TILES`` tiles."""
    rows = np.add.reduceat(values, np.unique(np.linspace(0, len(values), TILES, endpoint=False).astype(int)))
    columns = np.unique(np.linspace(0, values.shape[1], TILES, endpoint=False).astype(int))
    return np.asarray(np.add.reduceat(rows, columns, axis=1))


@cache
def _decoded() -> F32:
    codes = torch.arange(256, dtype=torch.uint8)
    return np.asarray(srgb_to_linear(codes).numpy(), dtype=np.float32)


def small_light(pixels: torch.Tensor) -> F32:
    """``averaged_light`` with a longer side of ``LONG_SIDE``, or the frame's own where that is less."""
    height, width = pixels.shape[1:]
    part = min(1.0, LONG_SIDE / max(height, width))
    return averaged_light(pixels, max(1, round(width * part)), max(1, round(height * part)))


def averaged_light(pixels: torch.Tensor, width: int, height: int) -> F32:
    """Linear light, averaged over areas: ``[height, width, 3]``, 0 to 1, from ``uint8`` ``[3, H, W]``."""
    planes, table = pixels.cpu().numpy(), _decoded()
    size = width, height
    small = [cv2.resize(cv2.LUT(plane, table), size, interpolation=cv2.INTER_AREA) for plane in planes]
    return np.stack(small, -1)


def slow_part(track: F64, seconds: F64) -> F64:
    """The slow part of a track: a parabola fitted around each moment, near values counting most.

    Weights fall by the tricube of the distance in time, to zero at ``REACH``. At an end of the track the
    reach grows on the side that is left, so that as much is seen as elsewhere. Where a parabola fits one
    side clearly better than both, that side is taken: so steps and corners, such as a lamp that is switched
    on and the start of a fade, are slow. Away from the ends, 95 % of a sine at 1 Hz is left, 66 % at 1.5,
    29 % at 2, 12 % at 3, and 1 % at 4 Hz or more.

    Args:
        track: ``[T, N]``, ``T`` at least 1.
        seconds: ``[T]``, ascending.

    Returns:
        ``[T, N]``.
    """
    result = np.empty_like(track)
    for t, now in enumerate(seconds):
        before, beyond = now - seconds[0], seconds[-1] - now
        lacking = min(max(0.0, REACH - before, REACH - beyond), REACH)
        reach = REACH + lacking
        low, high = np.searchsorted(seconds, (now - reach, now + reach))
        near = slice(low, high + 1)
        result[t], missed = _fit(track[near], (seconds[near] - now) / reach, lacking / REACH)
        for side, room in ((slice(low, t + 1), before), (slice(t, high + 1), beyond)):
            if room >= REACH:
                value, miss = _fit(track[side], (seconds[side] - now) / REACH, 1.0)
                if miss * CLEARLY < missed:
                    result[t], missed = value, miss * CLEARLY
    return result


def _fit(values: F64, apart: F64, bare: float) -> tuple[F64, float]:
    """A parabola's value at 0, and the mean square by which it misses; ``bare``: how much one end lacks."""
    weight = np.clip(1 - np.abs(apart) ** 3, 0, None) ** 3
    basis = np.stack((np.ones_like(apart), apart, apart**2), 1)
    # A ridge that is nothing beside real data keeps three frames or fewer solvable.
    ridge = np.array((0, 1e-9, 1e-9 + END_STIFFNESS * weight.sum() * bare))
    weighted = basis.T * weight
    found = np.linalg.solve(weighted @ basis + np.diag(ridge), weighted @ values)
    missed = weight @ (values - basis @ found) ** 2
    return found[0], float(missed.mean() / weight.sum())
