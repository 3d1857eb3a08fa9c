"""diffusers' pipelines that enlarge: slow, and they take words."""

from __future__ import annotations

import torch

from brandkit.generate import tiles
from brandkit.generate.diffusers import call
from brandkit.generate.diffusers.loaded import Loaded
from brandkit.generate.diffusers.still import grid
from brandkit.generate.diffusers.upscaler import Enlarging, Upscaler, Work
from brandkit.generate.request import Request, Step

PIPELINES = {"StableDiffusionUpscalePipeline": 4}
"""How many times as long a pipeline makes the sides of a picture."""
TILE, OVERLAP = 128, 32
"""Pixels of a tile's side, and of what two tiles share: it was trained on results of 512."""


def of_pipeline(model: Loaded) -> Upscaler:
    """An upscaler that denoises. Its tiles share one field of noise and so agree."""
    pipe = model.pipe
    scale = PIPELINES[type(pipe).__name__]
    channels, multiple = pipe.vae.config.latent_channels, grid(pipe)

    def begin(request: Request, height: int, width: int) -> Work:
        generator = torch.Generator("cpu").manual_seed(request.seed)
        # Wide enough for a tile at the edge, which is drawn out to what the pipeline takes multiples of.
        noise = torch.randn((1, channels, height + multiple, width + multiple), generator=generator)
        arguments, _ = call.common(pipe, request)
        dtype = model.setting.dtype

        def work(part: torch.Tensor, tile: tiles.Tile, step: Step) -> torch.Tensor:
            right, below = -tile.width % multiple, -tile.height % multiple
            image = torch.nn.functional.pad(part[None], (0, right, 0, below), mode="replicate")
            high, wide = image.shape[-2:]
            latents = noise[:, :, tile.top : tile.top + high, tile.left : tile.left + wide]
            tensors = {"image": image.to(dtype), "latents": latents.to(dtype)}
            given = model.run(pipe, {**arguments, **tensors}, seed=request.seed, step=step)
            return given.frames[0, :, : scale * tile.height, : scale * tile.width]

        return work

    def unheeded(request: Request) -> list[str]:
        _, notes = call.common(pipe, request)
        return [*model.notes, *notes, *call.unfollowed(request, pull="the palette")]

    return Upscaler(
        Enlarging(
            model.id,
            scale,
            TILE,
            OVERLAP,
            model.setting,
            lambda request: call.steps(pipe, request),
            begin,
            unheeded,
        )
    )
