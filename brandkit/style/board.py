"""Show why a frame does not look like the brand: beside its references, and where it departs from them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.style.encoder import F32

U8 = npt.NDArray[np.uint8]

HEIGHT = 256
"""Of each picture on a board, in pixels."""
WIDEST = 2
"""How many times wider than high a picture on a board may be; the middle of a wider one is shown."""
FULL = 1.0
"""Departure that is drawn brightest: a part with nothing in common with any part of the references."""
GAP = 6


def departure(patches: F32, references: Sequence[F32]) -> F32:
    """How unlike each part of a picture is to the part of the references that is most like it.

    Args:
        patches: unit vectors ``[h, w, C]`` of the picture's parts, by ``Encoder.patches``.
        references: those of the references, ``[., ., C]`` each; at least one.

    Returns:
        1 less the greatest cosine to any part of any reference: ``float32`` ``[h, w]``, 0 (there is a part
        just like it) to 2.
    """
    height, width, channels = patches.shape
    known = np.concatenate([reference.reshape(-1, channels) for reference in references])
    most = (patches.reshape(-1, channels) @ known.T).max(1)
    return np.asarray((1 - most).reshape(height, width), np.float32)


def heatmap(picture: U8, departs: F32) -> U8:
    """The picture with what departs glowing in it: ``[h, w, 3]`` in, the same size out."""
    height, width = picture.shape[:2]
    level = np.clip(departs / FULL, 0, 1).astype(np.float32)
    spread = cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR)
    glow = cv2.applyColorMap((spread * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None]
    return np.asarray(0.35 * grey + 0.65 * glow, np.uint8)


def board(pictures: Sequence[U8]) -> U8:
    """Pictures ``[h, w, 3]`` side by side at one height, the first one set apart by a wider gap."""
    shown: list[U8] = []
    for place, picture in enumerate(pictures):
        if place:
            shown.append(np.full((HEIGHT, GAP * (3 if place == 1 else 1), 3), 255, np.uint8))
        shown.append(_fitted(picture))
    return np.hstack(shown)


def small(image: torch.Tensor) -> U8:
    """A frame ``uint8`` ``[3, H, W]`` as a board shows it: ``[h, w, 3]``, of one pixel at least."""
    height, width = image.shape[1:]
    scale = min(1.0, HEIGHT / height)
    size = [max(1, round(height * scale)), max(1, min(round(width * scale), 4 * HEIGHT))]
    shrunk = torch.nn.functional.interpolate(image[None], size=size, mode="bilinear", antialias=True)[0]
    return np.ascontiguousarray(shrunk.permute(1, 2, 0).cpu().numpy())


def _fitted(picture: U8) -> U8:
    height, width = picture.shape[:2]
    wide = min(max(1, round(width * HEIGHT / height)), WIDEST * HEIGHT)
    inner = max(1, min(width, round(wide * height / HEIGHT)))
    left = (width - inner) // 2
    resized = cv2.resize(picture[:, left : left + inner], (wide, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)
