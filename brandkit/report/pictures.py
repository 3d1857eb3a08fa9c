"""Pictures inside a page: PNG data that needs no file beside it, and no more of it than a page can carry."""

from __future__ import annotations

import base64
import io
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

WIDEST = 1600
"""Columns of an embedded picture: more than a page shows, even on a screen of double density."""
LARGEST = 4_000_000
"""Pixels of one embedded picture: what ``WIDEST`` leaves open is a very tall one."""
PAGE = 32_000_000
"""Pixels of all embedded pictures together: a photograph takes about two bytes each as PNG."""
SMALLEST = 100_000
"""Pixels that a picture may have however many there are."""
THUMBNAIL = 128
"""Columns of a thumbnail, and its rows at most."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture as a data URI.

    Attributes:
        uri: ``data:image/png;base64,…``, tagged as sRGB.
        width: columns of the embedded picture.
        height: its rows.
        full: columns and rows of the original.
    """

    uri: str
    width: int
    height: int
    full: tuple[int, int]

    @property
    def note(self) -> str | None:
        """The statement that this is not the original size; ``None`` where it is."""
        if (self.width, self.height) == self.full:
            return None
        original = f"{self.full[0]} × {self.full[1]} pixels"
        return f"Scaled down for display: {self.width} × {self.height} of {original}."


def allowance(number: int) -> int:
    """Pixels that each of ``number`` pictures may have on one page."""
    return min(LARGEST, max(SMALLEST, PAGE // max(number, 1)))


def embed(pixels: Pixels, most: int = LARGEST, widest: int = WIDEST) -> Embedded:
    """Embed ``uint8`` ``[H, W, 3]`` (sRGB) or ``[H, W]`` (a mask), scaled down where it is too large.

    Scaling averages and never overshoots, so that a flat area keeps its exact colour.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, widest / width, math.sqrt(most / (width * height)))
    picture = Image.fromarray(pixels)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        picture = picture.resize(size, Image.Resampling.BILINEAR)
    return Embedded(_data_uri(picture), picture.width, picture.height, (width, height))


def thumbnail(pixels: Pixels) -> Embedded:
    """Embed a small version for a table."""
    height, width = pixels.shape[:2]
    return embed(pixels, widest=max(1, min(THUMBNAIL, THUMBNAIL * width // height)))


def _data_uri(picture: Image.Image) -> str:
    # Untagged, a wide-gamut screen may show the codes as its own, more saturated colours.
    tagged = PngInfo()
    tagged.add(b"sRGB", b"\0")
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", pnginfo=tagged)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
