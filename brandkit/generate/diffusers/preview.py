"""What latents show: decoded as the pipeline would, or by a smaller decoder, small enough to look at while
a picture is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch

LARGEST = 32
"""Latent pixels a side up to which a latent is decoded as it is; a larger one is averaged down to it.
Colours are of areas, and a gradient through a decoder of eight times as many pixels needs gigabytes."""

Layout = Literal["planes", "packed"]
"""Of latents: ``[B, C, h, w]``, or ``[B, L, 4 C]`` of squares of four, as Flux has them."""


def decoded(
    pipe: Any,
    latents: torch.Tensor,
    layout: Layout,
    size: tuple[int, int],
    decoder: Any = None,
) -> torch.Tensor:
    """The pictures that clean latents decode to, ``float32`` ``[B, 3, h, w]``, about 0 to 1.

    Args:
        pipe: whose latents they are.
        latents: scaled, as the pipeline has them.
        layout: how they lie.
        size: height and width of the pipeline's picture; looked at where latents are packed.
        decoder: an autoencoder for latents of this kind, such as a tiny one; the pipeline's own without.
    """
    vae: Any = pipe.vae if decoder is None else decoder
    if layout == "packed":
        latents = pipe._unpack_latents(latents, *size, pipe.vae_scale_factor)
    longest = max(latents.shape[-2:])
    if longest > LARGEST:
        height, width = (max(1, round(side * LARGEST / longest)) for side in latents.shape[-2:])
        latents = torch.nn.functional.adaptive_avg_pool2d(latents, (height, width))
    latents = latents / vae.config.scaling_factor + (getattr(vae.config, "shift_factor", None) or 0.0)
    given: torch.Tensor = vae.decode(latents.to(vae.dtype), return_dict=False)[0]
    return given.float() / 2 + 0.5


@contextmanager
def exact(vae: Any) -> Iterator[None]:
    """Decode in 32 bits where 16 are known to overflow, as the pipelines do at their end."""
    before = vae.dtype
    if before != torch.float16 or not getattr(vae.config, "force_upcast", False):
        yield
        return
    vae.to(torch.float32)
    try:
        yield
    finally:
        vae.to(before)
