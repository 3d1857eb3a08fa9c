"""An encoder that has seen a brand's pictures, and what it shows of those that depart from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import torch

from brandkit.check import Evidence
from brandkit.style.board import U8, board, departure, heatmap, small
from brandkit.style.encoder import F32, Encoder
from brandkit.style.gallery import Gallery, encoder_of, gallery, pixels
from brandkit.style.nearest import nearest
from brandkit.swatch import rgb8

if TYPE_CHECKING:
    from brandkit.brand import Brand


@dataclass(frozen=True, slots=True)
class Least:
    """The least alike picture of a shot.

    Attributes:
        likeness: mean cosine to its nearest references.
        frame: its index.
        vector: of unit length, ``[D]``.
        picture: ``uint8`` ``[h, w, 3]``, small.
    """

    likeness: float
    frame: int
    vector: F32
    picture: U8


@dataclass(frozen=True, slots=True)
class Seer:
    """An encoder and what it makes of the brand.

    Attributes:
        encoder: the one that the brand asks for.
        approved: the references.
        rejected: the counter-references.
        looks: vectors of the references without repetitions, ``[N, D]``.
        background: sRGB, 0 to 255, under transparent pixels.
    """

    encoder: Encoder
    approved: Gallery
    rejected: Gallery
    looks: F32
    background: tuple[int, int, int]

    @classmethod
    def of(cls, brand: Brand, device: str) -> Self:
        """Load the brand's encoder and encode its pictures.

        Raises:
            StyleError: the encoder or a picture is not there.
            MediaError: a picture cannot be read.
        """
        encoder = encoder_of(brand, device)
        approved, rejected = (gallery(brand, role, encoder) for role in ("reference", "counter"))
        return cls(encoder, approved, rejected, approved.looks, rgb8(brand.background))

    def evidence(self, least: Least) -> tuple[Evidence, ...]:
        """The picture beside the nearest references, and where it departs from them."""
        places = nearest(least.vector, self.approved.vectors)
        images = [pixels(self.approved.pictures[place].path, self.background) for place in places]
        own = torch.from_numpy(np.ascontiguousarray(least.picture.transpose(2, 0, 1)))
        parts = self.encoder.patches([own, *images])
        departs = departure(parts[0], parts[1:])
        shown = board([least.picture, *map(small, images)])
        glow = heatmap(least.picture, departs)
        beside = f"Frame {least.frame}, least alike, and its nearest references, the nearest first"
        where = "Where it departs: bright parts are like no part of those references (1 less the cosine)"
        return (
            Evidence("board", "style-references", beside, shown),
            Evidence("heatmap", "style-departure", where, glow),
        )
