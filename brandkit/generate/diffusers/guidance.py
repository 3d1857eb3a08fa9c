"""Palette guidance: while a picture is made, what it will become is moved toward the brand's colours.

At the end of step ``i`` of ``n`` the clean latent ``z`` that the model predicts is decoded, and the distance
``D`` of its colours to the palette is taken (``pull.distance``). The latent is moved against the gradient
``g = dD/dz`` by

    move = -pull * (1 - i / n) * 2 * D / |g|² * g

``2 D / |g|²`` is the step that would bring every distance to zero if colours followed latents in a straight
line (``D`` is half a mean square): with ``pull`` 1 the first step goes all of the way, and the last one
``1 / n`` of it, since late steps are for detail. The noise in the latent is left as it is, so the step's own
latent moves by ``keep * move``, ``keep`` being how much of the clean latent is in it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import torch

from brandkit.colour import srgb_to_lab
from brandkit.generate.diffusers import clean, pull
from brandkit.swatch import Swatch

LARGEST = 32
"""Latent pixels a side up to which the prediction is decoded as it is; a larger one is averaged down to it.
Colours are of areas, and the gradient through a decoder of eight times as many pixels needs gigabytes."""
FARTHEST = 0.5
"""A move's root mean square is at most this times that of the latent itself: where the decoder hardly answers
to the latent, the straight line would lead out of all pictures."""

Layout = Literal["planes", "packed"]
"""Of latents: ``[1, C, h, w]``, or ``[1, L, 4 C]`` of squares of four, as Flux has them."""


def layout(pipe: Any) -> Layout | None:
    """How a pipeline's latents lie; ``None`` where palette guidance cannot follow them.

    It can where the pipeline hands its latents to ``callback_on_step_end``, its scheduler is one of
    ``clean.KINDS``, and its autoencoder decodes single pictures.
    """
    vae: Any = getattr(pipe, "vae", None)
    model: Any = getattr(pipe, "unet", None) or getattr(pipe, "transformer", None)
    channels = getattr(getattr(vae, "config", None), "latent_channels", None)
    if (
        model is None
        or channels is None
        or "latents" not in getattr(pipe, "_callback_tensor_inputs", ())
        or type(pipe.scheduler).__name__ not in clean.KINDS
        or getattr(pipe.scheduler.config, "invert_sigmas", False)
    ):
        return None
    if "Temporal" in type(vae).__name__ or "3d" in type(vae.encoder).__name__.lower():
        return None
    if model.config.in_channels == channels:
        return "planes"
    unpack = getattr(pipe, "_unpack_latents", None)
    packed = unpack is not None and list(inspect.signature(unpack).parameters) == [
        "latents",
        "height",
        "width",
        "vae_scale_factor",
    ]
    return "packed" if packed and model.config.in_channels == 4 * channels else None


class Guidance:
    """Pulls one picture toward a palette.

    Args:
        pipe: a pipeline that ``layout`` knows.
        swatches: the palette, at least one.
        strength: ``Request.pull``, 0 to 1.
        height: of the model's picture, in pixels.
        width: likewise.
    """

    def __init__(
        self, pipe: Any, swatches: Sequence[Swatch], strength: float, height: int, width: int
    ) -> None:
        self._pipe = pipe
        self._swatches = swatches
        self._strength = strength
        self._size = height, width
        self._watched = clean.Watched(pipe.scheduler)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Around the pipeline's call."""
        with self._watched.listening():
            yield

    def moved(self, latents: torch.Tensor, step: int, steps: int) -> torch.Tensor:
        """A step's latents, pulled; ``step`` counts from 0."""
        share = self._strength * (1 - step / steps)
        move = share * self._whole_move(self._watched.clean())
        return (latents.float() + self._watched.keep_after() * move).to(latents.dtype)

    def _whole_move(self, predicted: torch.Tensor) -> torch.Tensor:
        """From a predicted clean latent to the palette, in a straight line."""
        with torch.enable_grad(), _exact(self._pipe.vae):
            latent = predicted.detach().requires_grad_()
            colours = srgb_to_lab(self._decoded(latent).movedim(1, -1).reshape(-1, 3))
            distance = pull.distance(colours, pull.targets(self._swatches, colours.device))
            (gradient,) = torch.autograd.grad(distance, latent)
        gradient = torch.nan_to_num(gradient)
        square = float((gradient**2).sum())
        if square <= 0:
            return torch.zeros_like(predicted)
        move = -2 * float(distance.detach()) / square * gradient
        longest = FARTHEST * float(predicted.square().mean().sqrt())
        length = float(move.square().mean().sqrt())
        return move * min(1.0, longest / length) if length > 0 else move

    def _decoded(self, latent: torch.Tensor) -> torch.Tensor:
        """sRGB ``[1, 3, H, W]``, about 0 to 1, of a clean latent."""
        pipe, vae = self._pipe, self._pipe.vae
        if layout(pipe) == "packed":
            latent = pipe._unpack_latents(latent, *self._size, pipe.vae_scale_factor)
        longest = max(latent.shape[-2:])
        if longest > LARGEST:
            height, width = (max(1, round(side * LARGEST / longest)) for side in latent.shape[-2:])
            latent = torch.nn.functional.adaptive_avg_pool2d(latent, (height, width))
        latent = latent / vae.config.scaling_factor + (getattr(vae.config, "shift_factor", None) or 0.0)
        decoded: torch.Tensor = vae.decode(latent.to(vae.dtype), return_dict=False)[0]
        return decoded.float() / 2 + 0.5


@contextmanager
def _exact(vae: Any) -> Iterator[None]:
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
