"""Changes of luminance and of saturated red, place by place, as WCAG 2.2 and ITU-R BT.1702 count them.

A frame is taken as shown on a screen of 1024 x 768 pixels, as large as fits, and averaged in linear light
over cells of 0.1 degrees, the size below which WCAG exempts balanced patterns. Each cell follows peaks and
valleys of its own, so that a change in one place does not hide the opposite change in another.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.colour.spaces import RGB_TO_XYZ
from brandkit.temporal.transitions_kernel import brighten, leave_red, redden

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

SCREEN = (1024, 768)
"""WCAG 2.2, general flash and red flash thresholds, a note: pixels of the screen that shows a picture."""
FIELD_DEGREES = 10
FIELD = (SCREEN[0] / 3, SCREEN[1] / 3)
"""The same: 341 x 256 pixels are a field of 10 degrees."""
CELL = FIELD[0] / FIELD_DEGREES / 10
"""Pixels of the screen a side: 0.1 degrees, after the exception for fine patterns."""
AREA = 0.25
"""WCAG 2.2: share of a field that may flash; ITU-R BT.1702: share of the screen."""

CHANGE, DARKER = 0.1, 0.8
"""WCAG 2.2, general flash: the least change of relative luminance; what the darker image is below."""
RED, RED_CHANGE = 0.8, 0.2
"""WCAG 2.2, red flash: the least R / (R + G + B) of a saturated red; what a change in u'v' must exceed."""
RED_LIGHT = 20 / 320
"""Light below which a colour counts as neutral: ratios of what is all but black mean nothing. The older
definition, a change of (R - G - B) * 320 above 20, saw no red below it either."""
COHERENT = 0.35
"""Share of a cell's own change by which the degree of field around it has to change too. Detail that
moves changes its cells, but not what is around them."""
ROUNDING = 1e-6

_XYZ = np.array(RGB_TO_XYZ, np.float32)


@dataclass(frozen=True, slots=True)
class Screen:
    """How a picture lies on the screen.

    Attributes:
        width: cells across; never more than the picture has pixels.
        height: cells down.
        field_width: cells across a field of 10 degrees, with fractions.
        field_height: cells down one.
    """

    width: int
    height: int
    field_width: float
    field_height: float

    @classmethod
    def of(cls, width: int, height: int) -> Screen:
        """For a picture of ``width`` by ``height`` pixels.

        >>> Screen.of(1920, 1080)  # doctest: +ELLIPSIS
        Screen(width=300, height=169, field_width=100.0, field_height=75.1...)
        """
        part = min(SCREEN[0] / width, SCREEN[1] / height)
        shown = width * part, height * part
        cells = [round(side / CELL) for side in shown]
        across, down = max(1, min(width, cells[0])), max(1, min(height, cells[1]))
        return cls(across, down, across * FIELD[0] / shown[0], down * FIELD[1] / shown[1])

    def fullest_field(self, cells: Mask) -> float:
        """The greatest share of any field that ``cells``, ``[height, width]``, fill: 0 to 1."""
        across = min(self.width, max(1, round(self.field_width)))
        down = min(self.height, max(1, round(self.field_height)))
        sums = cv2.boxFilter(
            cells.astype(np.float32), -1, (across, down), normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        return min(1.0, float(sums.max()) / (self.field_width * self.field_height))

    def around(self, values: F32) -> F32:
        """The mean over a degree of field around each cell."""
        side = max(1, round(self.field_width / FIELD_DEGREES))
        return np.asarray(cv2.blur(values, (side, side)), np.float32)


class Brightness:
    """Transitions of relative luminance: peaks and valleys of each cell that are ``CHANGE`` or more apart."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._high: F32 | None = None

    def step(self, light: F32) -> Mask:
        """The cells in which a transition is reached in this frame, of linear light ``[h, w, 3]``."""
        now: F32 = light @ _XYZ[1]
        near = self._screen.around(now)
        turned = np.zeros(now.shape, np.bool_)
        if self._high is None:
            self._high, self._low = now.copy(), now.copy()
            self._near_high, self._near_low = near.copy(), near.copy()
            self._way = np.zeros(now.shape, np.int8)
            return turned
        brighten(
            now.ravel(),
            near.ravel(),
            self._high.ravel(),
            self._low.ravel(),
            self._near_high.ravel(),
            self._near_low.ravel(),
            self._way.ravel(),
            CHANGE - ROUNDING,
            DARKER,
            COHERENT,
            turned.ravel(),
        )
        return turned


class Redness:
    """Transitions to or from a saturated red that are more than ``RED_CHANGE`` apart in CIE 1976 u'v'."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._in: Mask | None = None

    def step(self, light: F32) -> Mask:
        """As ``Brightness.step``."""
        seen = np.empty_like(light)
        share, red = np.empty(light.shape[:2], np.float32), np.empty(light.shape[:2], np.bool_)
        flat, seen_flat = light.reshape(-1, 3), seen.reshape(-1, 3)
        redden(flat, RED_LIGHT, RED - ROUNDING, seen_flat, share.ravel(), red.ravel())
        near = self._screen.around(red.astype(np.float32))
        turned = np.zeros(red.shape, np.bool_)
        if self._in is None:
            self._in = red
            self._seen, self._share, self._near = seen, share, near
            return turned
        now = (seen_flat, share.ravel(), red.ravel(), near.ravel())
        was = (self._seen.reshape(-1, 3), self._share.ravel(), self._near.ravel(), self._in.ravel())
        leave_red(*now, *was, _XYZ, RED_CHANGE, COHERENT, turned.ravel())
        return turned
