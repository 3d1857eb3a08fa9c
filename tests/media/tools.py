"""What the tests of media share: colours, formulas, and small conversions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from brandkit.media import Clip, Frames, Source

Rgb = npt.NDArray[np.uint8]

# Kr, Kb as printed in ITU-R BT.601-7, BT.709-6 and BT.2020-2
WEIGHTS = {"601": (0.299, 0.114), "709": (0.2126, 0.0722), "2020": (0.2627, 0.0593)}

# White, black, grey, and colours far apart, a brand's among them.
COLOURS = [
    (255, 255, 255),
    (0, 0, 0),
    (128, 128, 128),
    (200, 30, 60),
    (0, 80, 255),
    (255, 200, 0),
    (20, 160, 90),
]


def bars(width: int = 16, height: int = 64) -> Rgb:
    row = np.repeat(np.array(COLOURS, dtype=np.uint8), width, axis=0)
    return np.broadcast_to(row, (height, *row.shape)).copy()


def ycbcr(rgb: Rgb, matrix: str, full: bool, bits: int) -> npt.NDArray[np.uint16]:
    """Digital Y'CbCr ``[3, H, W]`` in float64, straight from the formulas of the Recommendations."""
    kr, kb = WEIGHTS[matrix]
    r, g, b = np.moveaxis(rgb.astype(np.float64) / 255, -1, 0)
    y = kr * r + (1 - kr - kb) * g + kb * b
    cb = (b - y) / (2 - 2 * kb)
    cr = (r - y) / (2 - 2 * kr)
    if full:
        top = 2**bits - 1
        planes = [y * top, cb * top + 2 ** (bits - 1), cr * top + 2 ** (bits - 1)]
        return np.clip(np.rint(planes), 0, top).astype(np.uint16)
    scale = 2 ** (bits - 8)
    return np.rint([(219 * y + 16) * scale, (224 * cb + 128) * scale, (224 * cr + 128) * scale]).astype(
        np.uint16
    )


def raw(planes: npt.NDArray[np.uint16], bits: int) -> bytes:
    return planes.astype("<u2" if bits > 8 else np.uint8).tobytes()


def pixels(clip: Clip, size: int = 8) -> torch.Tensor:
    return torch.cat([batch.pixels for batch in clip.batches(size)])


def picture(clip: Clip) -> npt.NDArray[np.int64]:
    """The first frame as ``[H, W, 3]``."""
    return next(iter(clip.batches(1))).pixels[0].permute(1, 2, 0).numpy().astype(np.int64)


def frames_of(rgb: npt.NDArray[np.uint8], seconds: list[float] | None = None) -> list[Frames]:
    """``[T, H, W, 3]`` or ``[H, W, 3]`` as one batch."""
    stack = torch.from_numpy(rgb if rgb.ndim == 4 else rgb[None]).permute(0, 3, 1, 2).contiguous()
    return [Frames(stack, 0, tuple(seconds or (i / 25 for i in range(len(stack)))))]


def like(
    kind: str, path: Path = Path("nowhere"), fps: Fraction | None = Fraction(25), **more: object
) -> Source:
    facts = {"width": 1, "height": 1, "frames": None, "duration": None} | more
    return Source(path, "", kind, fps=fps, **facts)  # type: ignore[arg-type]
