"""Wan: words, or a picture and words, to a clip; each has weights of its own. Wan Team (2025), arXiv
2503.20314."""

from __future__ import annotations

import math
from typing import Any

from brandkit.generate.diffusers.moving.family import Family

_GRID = 16
"""What its pipelines take multiples of."""


def _grid(pipe: Any) -> int:
    model = pipe.transformer or pipe.transformer_2
    return math.lcm(_GRID, pipe.vae_scale_factor_spatial * model.config.patch_size[1])


FAMILY = Family(
    words="WanPipeline",
    picture="WanImageToVideoPipeline",
    shared=False,
    grid=_grid,
    beat=lambda pipe: pipe.vae_scale_factor_temporal,
)
