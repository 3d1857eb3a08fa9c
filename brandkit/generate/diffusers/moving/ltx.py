"""LTX-Video: words, or a picture and words, to a clip, with one set of weights. HaCohen et al. (2024),
arXiv 2501.00103."""

from __future__ import annotations

import math

from brandkit.generate.diffusers.moving.family import Family

_GRID = 32
"""What its pipelines take multiples of."""

FAMILY = Family(
    words="LTXPipeline",
    picture="LTXImageToVideoPipeline",
    shared=True,
    grid=lambda pipe: math.lcm(_GRID, pipe.vae_spatial_compression_ratio),
    beat=lambda pipe: pipe.vae_temporal_compression_ratio,
    rate="frame_rate",
)
