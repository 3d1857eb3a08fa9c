"""A picture of a pulse that is understood at a glance: the frames, what changes in them, and the course."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.temporal.courses import Box, Triple

U8 = npt.NDArray[np.uint8]

SEEN = 40.0
"""Codes of grey that the greatest change is drawn as, above or below the middle."""
MOST = 40.0
"""How many times a change is amplified at most."""
MIDDLE = 128
CURVE_PART = 0.5
"""Height of the curve, in heights of the frames."""
_GROUND, _LINE, _MARK = (24, 24, 24), (235, 235, 235), (255, 170, 0)


def strip(pictures: Triple, box: Box | None, series: tuple[float | None, ...], at: int | None) -> U8:
    """Frames before, at and after a pulse; below, how each differs from the mean of all, amplified; below
    that, the figure frame by frame, with the frame of the pulse marked.

    Args:
        pictures: ``[h, w, 3]`` each.
        box: in their pixels: left, top, width and height.
        series: of frame 0 and on.
        at: the frame of the pulse.

    Returns:
        ``[2.5 h, 3 w, 3]``.
    """
    frames = np.stack(pictures).astype(np.float32)
    apart = cv2.GaussianBlur(np.hstack(list(frames - frames.mean(0))), (0, 0), 1.5)
    part = (
        apart
        if box is None
        else np.hstack([_cut(np.asarray(third, np.float32), box) for third in np.split(apart, 3, 1)])
    )
    least = SEEN / MOST
    gain = SEEN / max(float(np.percentile(np.abs(part), 95)), least)
    changes = np.clip(MIDDLE + gain * apart, 0, 255).astype(np.uint8)
    shown = [_boxed(picture, box) for picture in (*pictures, *np.split(changes, 3, 1))]
    height, width = pictures[0].shape[:2]
    curve = _curve(series, at, max(8, round(CURVE_PART * height)), 3 * width)
    return np.vstack([np.hstack(shown[:3]), np.hstack(shown[3:]), curve])


def _cut(picture: npt.NDArray[np.float32], box: Box) -> npt.NDArray[np.float32]:
    x, y, width, height = box
    return picture[y : y + height, x : x + width]


def _boxed(picture: U8, box: Box | None) -> U8:
    pixels = np.ascontiguousarray(picture).copy()
    if box is not None:
        x, y, width, height = box
        for colour, line in (((0, 0, 0), 3), ((255, 255, 255), 1)):  # to be seen on any ground
            cv2.rectangle(pixels, (x, y), (x + width - 1, y + height - 1), colour, line)
    return pixels


def _curve(series: tuple[float | None, ...], at: int | None, height: int, width: int) -> U8:
    """The series as a line from zero up, and a line where the pulse is."""
    picture = np.full((height, width, 3), _GROUND, np.uint8)
    known = [(frame, value) for frame, value in enumerate(series) if value is not None]
    if not known:
        return picture
    across = (width - 1) / max(len(series) - 1, 1)
    up = (height - 5) / (max(value for _, value in known) or 1.0)
    if at is not None:
        x = round(at * across)
        cv2.line(picture, (x, 0), (x, height - 1), _MARK, 2)
    points = [(frame, (round(frame * across), round(height - 3 - value * up))) for frame, value in known]
    for (one, left), (other, right) in pairwise(points):
        if other == one + 1:
            cv2.line(picture, left, right, _LINE, 1, cv2.LINE_AA)
    return picture
