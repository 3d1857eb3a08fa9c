"""Small pictures, to tell items apart in a list; never to judge colour by."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LONGEST = 320
"""Pixels of the longer side."""
_QUALITY = 80
_MEANS = 2
"""Pixels a side, at least, that each pixel of a thumbnail is the mean of."""
_EFFORT = 2
"""WebP's method: 3 ms instead of 7 at the usual 4, and 4 % more bytes."""


def thumbnail(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A WebP of at most ``LONGEST`` pixels a side, of ``uint8`` ``[H, W, 3]`` sRGB."""
    import cv2
    from PIL import Image

    height, width = pixels.shape[:2]
    share = min(1.0, LONGEST / max(height, width))
    size = max(1, round(width * share)), max(1, round(height * share))
    # Means of areas, of so many rows and columns: of all of them it takes several times as long.
    step = max(1, int(1 / (share * _MEANS)))
    few = cv2.resize(pixels, (-(-width // step), -(-height // step)), interpolation=cv2.INTER_NEAREST)
    small = cv2.resize(few, size, interpolation=cv2.INTER_AREA)
    out = io.BytesIO()
    Image.fromarray(small).save(out, "WEBP", quality=_QUALITY, method=_EFFORT)
    return out.getvalue()
