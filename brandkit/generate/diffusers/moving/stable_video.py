"""Stable Video Diffusion: one picture to a clip, no words. Blattmann et al. (2023), arXiv 2311.15127."""

from __future__ import annotations

import math

from brandkit.generate.diffusers.moving.family import Family

_DECODED_AT_ONCE = 8
"""Frames; more take more memory and flicker less. Its pipeline's own number is all of them."""

FAMILY = Family(
    words=None,
    picture="StableVideoDiffusionPipeline",
    shared=False,
    # Its UNet halves latents between its blocks; its pipeline takes multiples of 8 alone.
    grid=lambda pipe: math.lcm(
        8, pipe.vae_scale_factor * 2 ** (len(pipe.unet.config.block_out_channels) - 1)
    ),
    beat=lambda pipe: 1,
    guidance="max_guidance_scale",
    rate="fps",
    extra={"decode_chunk_size": _DECODED_AT_ONCE},
)
