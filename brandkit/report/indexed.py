"""Write a picture of evidence as PNG, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from brandkit.check import Indexed

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

LEVEL = 2
"""zlib's. Of a photograph it is a third of the time of the usual 6, and 4 % more bytes."""
_RUNS = 3
"""zlib's strategy of runs: of what has a table of its colours two thirds of the time, and 12 % more bytes."""


def save(picture: npt.NDArray[np.uint8] | Indexed, path: Path) -> None:
    """Write ``uint8`` ``[H, W]`` or ``[H, W, 3]`` sRGB, or a picture with a table, as PNG."""
    if isinstance(picture, Indexed):
        made = Image.fromarray(picture.entries, "P")
        made.putpalette(picture.table.tobytes())
        made.save(path, format="PNG", compress_level=LEVEL, compress_type=_RUNS)
    else:
        Image.fromarray(picture).save(path, format="PNG", compress_level=LEVEL)
