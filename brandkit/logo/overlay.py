"""Show where a logo was found: its outline and its box drawn onto what is around it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.logo.fit import long_side
from brandkit.logo.outline import Outline

F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

LONG_SIDE = 720
"""Pixels of the longer side of what is drawn, at most: it is kept while a clip is measured."""
_AROUND = 0.9
"""Of the logo's long side, how much around its centre is shown."""
_LINE, _UNDER = (255, 0, 200), (255, 255, 255)


def overlay(picture: U8, pose: F64, corners: F64, outline: Outline) -> U8:
    """The part of a frame ``[h, w, 3]`` around a logo, with what was found drawn in: ``[h, w, 3]``."""
    reach = _AROUND * max(long_side(pose), float(np.ptp(corners, axis=0).max())) + 8
    height, width = picture.shape[:2]
    left, top = (int(np.clip(v - reach, 0, m - 1)) for v, m in zip(pose[:, 2], (width, height), strict=True))
    right, low = (int(np.clip(v + reach, 1, m)) for v, m in zip(pose[:, 2], (width, height), strict=True))
    part = picture[top : max(low, top + 1), left : max(right, left + 1)]
    scale = LONG_SIDE / max(part.shape[:2])
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    drawn = np.ascontiguousarray(cv2.resize(part, size, interpolation=how))

    def there(places: F64) -> npt.NDArray[np.int32]:
        return np.asarray(np.round((places - (left, top) + 0.5) * scale - 0.5), np.int32)

    box = there(corners)[:, None]
    for colour, thick in ((_UNDER, 3), (_LINE, 1)):
        cv2.polylines(drawn, [box], True, colour, thick, cv2.LINE_AA)
    for x, y in there(outline.points @ pose[:, :2].T + pose[:, 2]):
        cv2.circle(drawn, (int(x), int(y)), 1, _LINE, -1)
    return np.asarray(drawn, np.uint8)
