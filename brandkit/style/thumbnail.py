"""Whether two files hold one picture, whatever their format, size or compression: by tiny versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from torch.nn.functional import interpolate

from brandkit.style.encoder import F32, as_list, unit

if TYPE_CHECKING:
    from brandkit.style.encoder import Images

SIDE = 16
ALIKE = 0.995
"""Correlation of two tiny versions from which on they are one picture: photographs saved as JPEG of quality
50, or at a quarter of their size, stay above; their mirror images, and crops to nine tenths, below."""


class Thumbnail:
    """An ``Encoder`` of what is where, not of how it looks: the colours of 16 x 16 parts, less their mean.

    A flat picture has a vector of zeros, and repeats nothing.
    """

    id = "thumbnail/1"
    size = 3 * SIDE * SIDE

    def encode(self, images: Images) -> F32:
        """As in ``Encoder.encode``."""
        tiny = [
            interpolate(image[None].float(), size=(SIDE, SIDE), mode="bilinear", antialias=True)
            for image in as_list(images)
        ]
        flat = np.array([part.flatten().cpu().numpy() for part in tiny], np.float32).reshape(-1, self.size)
        return unit((flat - flat.mean(1, keepdims=True)).round(2))

    def patches(self, images: Images) -> list[F32]:
        """As in ``Encoder.patches``: the picture as one part."""
        return [vector[None, None] for vector in self.encode(images)]


def duplicates(vectors: F32) -> list[tuple[int, int]]:
    """Pairs of places that hold one picture: each with the first one that it repeats."""
    found = []
    for place in range(1, len(vectors)):
        alike = vectors[:place] @ vectors[place] >= ALIKE
        if alike.any():
            found.append((int(np.argmax(alike)), place))
    return found
