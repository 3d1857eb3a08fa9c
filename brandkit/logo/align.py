"""Lay a logo onto a frame by all its pixels: what edges leave open where its rim is of its ground's colour.

Evangelidis and Psarakis (2008), "Parametric Image Alignment Using Enhanced Correlation Coefficient
Maximization".
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.logo.colours import NONE
from brandkit.logo.fit import long_side
from brandkit.logo.match import Sheets, residual
from brandkit.logo.poses import stretch

F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

_TURNS = 40
_LEAST_CHANGE = 1e-4
_MARGIN = 0.1
_FARTHEST = 0.1
"""Of a logo's size, by how much it may be moved or changed: farther, it has been lost."""
_BETTER = 0.75
"""Of the difference that edges left, how much may be left to take this for the better pose. Where edges
have it right, what is gained within the logo is lost at its rim: a tenth to a sixth was seen, and a third
where edges had it wrong."""


def aligned(picture: U8, pose: F64, sheets: Sheets) -> F64:
    """The pose at which the logo's pixels lie best on the frame's, if that is better than ``pose``."""
    sheet = sheets.at(long_side(pose))
    logo = sheet.label != NONE
    if len(sheets.own) < 2:
        return pose  # it has an outline only, and that lies on edges already
    height, width = logo.shape
    size = max(height, width)
    margin = round(_MARGIN * size)
    unit = np.array([[1, 0, 0.5 - width / 2], [0, 1, 0.5 - height / 2], [0, 0, size]]) / size
    unit[2] = (0, 0, 1)
    there = pose @ unit  # from pixels of the sheet to pixels of the frame
    shifted = there.copy()
    shifted[:, 2] = there @ (-margin, -margin, 1)
    whole = width + 2 * margin, height + 2 * margin
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(picture, shifted, whole, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.copyMakeBorder(logo.astype(np.uint8), *(margin,) * 4, cv2.BORDER_CONSTANT, value=0)
    start = np.array([[1, 0, margin], [0, 1, margin]], np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, _TURNS, _LEAST_CHANGE)
    own, seen = (
        cv2.cvtColor(np.clip(part, 0, 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)
        for part in (sheet.rgb, patch)
    )
    try:
        _, moved = cv2.findTransformECC(own, seen, start, cv2.MOTION_AFFINE, criteria, mask, 3)
    except cv2.error:  # it does not converge
        return pose
    back = np.concatenate([np.asarray(moved, np.float64), [[0, 0, 1]]])
    finer = shifted @ back @ np.linalg.inv(unit)
    if np.abs(finer - pose).max() > _FARTHEST * long_side(pose) or stretch(finer) > 2 * stretch(pose):
        return pose
    better = residual(picture, finer, sheets) < _BETTER * residual(picture, pose, sheets)
    return np.asarray(finer) if better else pose
