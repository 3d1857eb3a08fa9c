"""What changes from frame to frame beyond motion, pixel by pixel and cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.colour.families import lab_between
from brandkit.temporal.motion_kernel import EVEN, add_up, align, cell_means

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

LEAST_FLOW_SIDE = 32
"""Pixels below which DIS finds no room for its patches; frames so small are compared as they stand."""
CELL = 5
"""Pixels of a cell's side, of a reduced frame."""
CELL_SEEN = 0.6
"""The part of a cell's pixels that must have been seen before: beside an edge that moves, flow is a guess."""
OUTLIER = 3.0
"""How far from the median of its cell, or region, the change of a pixel counts, in codes."""
SLOPE = 3.0
"""Codes a pixel at which a pixel counts half as much as on even ground: where it is steep, a flow that is
slightly wrong is a change."""
DRIFT_LINES = 40
"""On some that many lines the motion of a picture as a whole is looked for."""
DRIFT_LEAST = 20
"""Places that must move alike at least, for a fit."""
DRIFT_NEAR = (8.0, 2.0)
"""Pixels from the motion found so far within which a place is of it, fit by fit."""
_BESIDE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Step:
    """How a frame differs from the one before it, which was moved onto it.

    Attributes:
        codes: of the frame, ``[h, w, 3]``, 0 to 255.
        moved: those of the frame before, along the motion, ``[h, w, 3]``.
        seen: ``[h, w]``: where the frame before shows the same; elsewhere ``moved`` says nothing.
        weight: ``[h, w]``: how much a pixel tells, 0 to 1; see ``SLOPE``.
    """

    codes: F32
    moved: F32
    seen: Mask
    weight: F32


@dataclass(frozen=True, slots=True)
class Cells:
    """A step by square cells, which fill the frame from its top left corner.

    Attributes:
        side: of a cell, in reduced pixels.
        lab: mean colour of each, ``[rows, columns, 3]``.
        change: mean change of each in CIELAB, 0 where it is not known, ``[rows, columns, 3]``.
        known: ``bool`` ``[rows, columns]``.
        weight: how much each tells, ``[rows, columns]``, 0 where it is not known.
    """

    side: int
    lab: F32
    change: F32
    known: Mask
    weight: F32


class Aligner:
    """Moves each frame onto the next one, as they stream through; holds one of them.

    The flow is OpenCV's DIS (Kroeger et al. 2016, "Fast Optical Flow using Dense Inverse Search"), whose
    patches are compared without their mean, so that a change of light is not taken for motion. It is found
    in both directions: where the way there and back does not end where it began, something was covered,
    unless there is nothing there to tell one place from the next. There a change of light, however small,
    leads DIS astray; such ground is taken to move as the picture does as a whole.
    """

    def __init__(self) -> None:
        # Without the smoothing of the slower presets, a wrong flow shows in the way back, and is left out.
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._last: tuple[F32, U8, F32] | None = None  # codes, luma, and how steep it is there and beside

    def update(self, codes: F32, picture: U8) -> Step | None:
        """Take the next frame, as codes and to look at, ``[h, w, 3]``; ``None`` for the first of all."""
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        slope = _slope(grey)
        steep = np.asarray(cv2.dilate(slope, _BESIDE), np.float32)
        last, self._last = self._last, (codes, grey, steep)
        if last is None:
            return None
        there, back = self._flows(grey, last[1])
        moved = np.empty_like(codes)
        seen = np.empty(grey.shape, np.bool_)
        align(codes, last[0], there, back, steep, last[2], _drift(there, slope), moved, seen)
        weight = np.asarray(1 / (1 + (slope / SLOPE) ** 2), np.float32)
        return Step(codes, moved, seen, weight)

    def _flows(self, grey: U8, before: U8) -> tuple[F32, F32]:
        """The flow from a frame to the one before it, and from there to the frame."""
        nothing = np.zeros((*grey.shape, 2), np.float32)
        if min(grey.shape) < LEAST_FLOW_SIDE:
            return nothing, nothing
        there = self._flow.calc(grey, before, nothing.copy())
        return np.asarray(there, np.float32), np.asarray(self._flow.calc(before, grey, nothing), np.float32)


def _drift(flow: F32, slope: F32) -> F32:
    """How a picture moves as a whole, ``[2, 3]``: an affine flow, by what is not even, without outliers."""
    height, width = slope.shape
    step = max(1, min(height, width) // DRIFT_LINES)
    found, telling = flow[::step, ::step].reshape(-1, 2), slope[::step, ::step].reshape(-1) > EVEN
    drift = np.zeros((2, 3), np.float32)
    drift[:, 2] = medians(found[telling]) if telling.any() else 0
    for near in DRIFT_NEAR:
        square, product = np.zeros((3, 3)), np.zeros((3, 2))
        if add_up(flow, slope, step, drift, near, square, product) < DRIFT_LEAST:
            break
        drift = np.ascontiguousarray(np.linalg.lstsq(square, product, rcond=None)[0].T, np.float32)
    return drift


def _slope(grey: U8) -> F32:
    """By how many codes a pixel its neighbours differ."""
    across, down = (cv2.Sobel(grey, cv2.CV_32F, dx, 1 - dx, scale=1 / 8) for dx in (1, 0))
    # The last bit of cv2.magnitude depends on where in memory a picture happens to lie.
    return np.asarray(np.sqrt(across * across + down * down), np.float32)


def cells(step: Step) -> Cells:
    """A step by cells: means of what lies near each cell's median, so that what was missed does not count.

    A mean rather than a median, since a change below one code shows only in how many pixels take the step.
    """
    height, width = step.seen.shape
    side = max(1, min(CELL, min(height, width) // 6))
    shape = height // side, width // side
    codes, change = np.empty((*shape, 3), np.float32), np.empty((*shape, 3), np.float32)
    share, weight = np.empty(shape, np.float32), np.empty(shape, np.float32)
    cell_means(step.codes, step.moved, step.seen, step.weight, side, OUTLIER, codes, change, share, weight)
    known = share >= CELL_SEEN
    change[~known], weight[~known] = 0, 0
    lab = lab_between(codes)
    return Cells(side, lab, lab - lab_between(codes - change), known, weight)


def region_change(step: Step, region: Mask) -> tuple[F32, F32]:
    """Change and colour in CIELAB, ``[3]`` each, of a region, ``[h, w]``, with a pixel that is seen."""
    inside = np.flatnonzero(region & step.seen)
    now, before = (codes.reshape(-1, 3).take(inside, 0) for codes in (step.codes, step.moved))
    change = now - before
    middle = medians(change)
    mean = np.clip(change, middle - OUTLIER, middle + OUTLIER).mean(0)
    codes = now.mean(0)
    lab = lab_between(codes)
    return lab - lab_between(codes - mean), lab


def medians(values: F32) -> F32:
    """The median of each column of ``[n, k]``, which NumPy finds faster where columns are lines."""
    return np.asarray(np.median(np.ascontiguousarray(values.T), 1), np.float32)
