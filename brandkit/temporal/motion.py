"""What changes from frame to frame beyond motion, pixel by pixel and cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from brandkit.colour.spaces import srgb_to_lab

if TYPE_CHECKING:
    import numpy.typing as npt

    Flow = npt.NDArray[np.float32]

OCCLUSION_PART = 0.01
OCCLUSION_PIXELS = 0.5
"""Sundaram, Brox and Keutzer (2010), "Dense point trajectories by GPU-accelerated large displacement optical
flow", equation 5: the squared distance by which the ways there and back may miss, as a part of both squared
lengths, and in squared pixels."""
LEAST_FLOW_SIDE = 32
"""Pixels below which DIS finds no room for its patches; frames so small are compared as they stand."""
CELL = 10
"""Pixels of a cell's side, of a reduced frame."""
CELL_SEEN = 0.9
"""The part of a cell's pixels that must have been seen before: beside an edge that moves, flow is a guess."""
OUTLIER = 1.5
"""How far from its cell's median a pixel counts, in L*, a* and b*."""

_EVERY = 3
"""Of a cell's pixels, every third one is enough for a median that only says what an outlier is."""
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Step:
    """How a frame differs from the one before it, which was moved onto it.

    Attributes:
        lab: CIELAB of the frame, ``[3, h, w]``.
        change: ``lab`` minus that of the frame before, along the motion, ``[3, h, w]``.
        seen: ``bool`` ``[h, w]``: where the frame before shows the same; elsewhere ``change`` says nothing.
    """

    lab: torch.Tensor
    change: torch.Tensor
    seen: torch.Tensor


@dataclass(frozen=True, slots=True)
class Cells:
    """A step by square cells, which fill the frame from its top left corner.

    Attributes:
        side: of a cell, in reduced pixels.
        lab: mean colour of each, ``[3, rows, columns]``.
        change: mean change of each, 0 where it is not known, ``[3, rows, columns]``.
        known: ``bool`` ``[rows, columns]``.
    """

    side: int
    lab: torch.Tensor
    change: torch.Tensor
    known: torch.Tensor


class Aligner:
    """Moves each frame onto the next one, as they stream through; holds one of them.

    The flow is OpenCV's DIS (Kroeger et al. 2016, "Fast Optical Flow using Dense Inverse Search"), whose
    patches are compared without their mean, so that a change of light is not taken for motion. It is found
    in both directions: where the way there and back does not end where it began, something was covered.
    """

    def __init__(self) -> None:
        # Without the smoothing of the slower presets, a wrong flow shows in the way back, and is left out.
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._last: tuple[torch.Tensor, npt.NDArray[np.uint8]] | None = None

    def update(self, codes: torch.Tensor) -> Step | None:
        """Take the next reduced frame, ``[3, h, w]``, codes 0 to 255; ``None`` for the first of all."""
        lab = srgb_to_lab(codes.permute(1, 2, 0) / 255).permute(2, 0, 1)
        grey = _grey(codes)
        last, self._last = self._last, (lab, grey)
        if last is None:
            return None
        there, back = self._flows(grey, last[1])
        moved, seen = _moved(last[0], there, back)
        return Step(lab, lab - moved, seen)

    def _flows(self, grey: npt.NDArray[np.uint8], before: npt.NDArray[np.uint8]) -> tuple[Flow, Flow]:
        """The flow from a frame to the one before it, and from there to the frame."""
        nothing = np.zeros((*grey.shape, 2), np.float32)
        if min(grey.shape) < LEAST_FLOW_SIDE:
            return nothing, nothing
        return (
            np.asarray(self._flow.calc(grey, before, nothing.copy()), dtype=np.float32),
            np.asarray(self._flow.calc(before, grey, nothing), dtype=np.float32),
        )


def _grey(codes: torch.Tensor) -> npt.NDArray[np.uint8]:
    rgb = codes.round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _moved(lab: torch.Tensor, there: Flow, back: Flow) -> tuple[torch.Tensor, torch.Tensor]:
    """The frame before, moved onto a frame, and where it shows the same."""
    height, width = lab.shape[1:]
    to = torch.from_numpy(there).to(lab.device)
    fro = torch.from_numpy(back).to(lab.device).permute(2, 0, 1)
    # As grid_sample counts: -1 and 1 are the middles of the first and the last pixel.
    x = torch.linspace(-1, 1, width, device=lab.device) + to[..., 0] * (2 / max(width - 1, 1))
    y = torch.linspace(-1, 1, height, device=lab.device)[:, None] + to[..., 1] * (2 / max(height - 1, 1))
    grid = torch.stack((x, y), -1)[None]
    moved = torch.nn.functional.grid_sample(lab[None], grid, padding_mode="border", align_corners=True)[0]
    # The flow has no detail of single pixels, so that every second one tells whether it comes back.
    there_and_back = torch.nn.functional.grid_sample(
        fro[None], grid[:, ::2, ::2], padding_mode="border", align_corners=True
    )[0].permute(1, 2, 0)
    went = to[::2, ::2]
    missed = (went + there_and_back).square().sum(-1)
    lengths = went.square().sum(-1) + there_and_back.square().sum(-1)
    returns = missed <= OCCLUSION_PART * lengths + OCCLUSION_PIXELS
    returns = returns.repeat_interleave(2, 0).repeat_interleave(2, 1)[:height, :width]
    inside = (x.abs() <= 1 + _ROUNDING) & (y.abs() <= 1 + _ROUNDING)
    return moved, inside & returns


def cells(step: Step) -> Cells:
    """A step by cells: means of what lies near each cell's median, so that what was missed does not count.

    A mean rather than a median, since a change below one code shows only in how many pixels take the step.
    """
    side = max(1, min(CELL, min(step.seen.shape) // 6))
    seen = _blocks(step.seen[None].float(), side)[0].mean(-1)
    change = _blocks(torch.where(step.seen, step.change, torch.nan), side)
    middle = change[..., ::_EVERY].nanmedian(-1, keepdim=True).values
    mean = torch.maximum(torch.minimum(change, middle + OUTLIER), middle - OUTLIER).nanmean(-1)
    known = seen >= CELL_SEEN
    return Cells(side, _blocks(step.lab, side).mean(-1), torch.where(known, mean, 0.0), known)


def region_change(step: Step, region: torch.Tensor) -> torch.Tensor:
    """Likewise of a region, ``bool`` ``[h, w]``, of which at least one pixel is seen: ``[3]``."""
    change = step.change[:, region & step.seen]
    middle = change.median(-1, keepdim=True).values
    return torch.maximum(torch.minimum(change, middle + OUTLIER), middle - OUTLIER).mean(-1)


def _blocks(planes: torch.Tensor, side: int) -> torch.Tensor:
    """``[C, h, w]`` as ``[C, rows, columns, side * side]``; what fills no block is left out."""
    count, height, width = planes.shape
    rows, columns = height // side, width // side
    whole = planes[:, : rows * side, : columns * side]
    split = whole.reshape(count, rows, side, columns, side).transpose(2, 3)
    return split.reshape(count, rows, columns, side * side)
