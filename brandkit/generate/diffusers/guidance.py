"""Palette guidance: while a picture is made, what it will become is moved toward the brand's colours.

At the end of step ``i`` of ``n`` the clean latent ``z`` that the model predicts is decoded, and the distance
``D`` of its colours to the palette is taken (``pull.Pulled``): half the mean square of CIEDE2000. The latent
is moved until each distance is ``1 - s`` of what it was, with ``s = pull * (1 - i / n)``: with ``pull`` 1 the
first step goes all of the way, and the last one ``1 / n`` of it, since late steps are for detail. It moves
against the gradient ``g = dD/dz``, in up to ``TRIES`` moves

    -m * 2 * D * (1 - (1 - s) * sqrt(D0 / D)) / |g|² * g

where ``D0`` is the first distance: what would be enough if colours followed latents in a straight line
(Polyak 1987, "Introduction to Optimization"). ``m`` is 1 at first; a move after which the distance is not
smaller is taken back, and a third of it tried. The noise in the latent is left as it is, so the step's own
latent moves by ``keep`` times as much, ``keep`` being how much of the clean latent is in it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from brandkit.colour import srgb_to_lab
from brandkit.generate.diffusers import clean, pull
from brandkit.generate.diffusers.preview import Layout, decoded, exact
from brandkit.swatch import Swatch

TRIES = 4
"""Moves that are tried in one step: each takes a decoding and its gradient, and so does the first look."""
BACK = 3.0
"""By how much the next move is shorter after one that led away."""
FARTHEST = 0.5
"""A move's root mean square is at most this times that of the latent itself: where the decoder hardly answers
to the latent, the straight line would lead out of all pictures."""

AUTOENCODERS = frozenset({"AutoencoderKL", "AutoencoderDC"})
"""Those of single pictures whose latents are scaled and shifted by one number each."""


def layout(pipe: Any) -> Layout | None:
    """How a pipeline's latents lie; ``None`` where palette guidance cannot follow them.

    It can where the pipeline hands its latents to ``callback_on_step_end``, its scheduler is one of
    ``clean.KINDS``, and its autoencoder one of ``AUTOENCODERS``.
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
        or type(vae).__name__ not in AUTOENCODERS
        or getattr(vae.config, "latents_mean", None) is not None
    ):
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
        move = self._move(self._watched.clean(), share)
        return (latents.float() + self._watched.keep_after() * move).to(latents.dtype)

    def _move(self, predicted: torch.Tensor, share: float) -> torch.Tensor:
        """From a predicted clean latent to one whose colours are a share of the way nearer to the palette."""
        longest = FARTHEST * float(predicted.square().mean().sqrt())
        with torch.enable_grad(), exact(self._pipe.vae):
            pulled = None
            best, nearest, slope, length = predicted, math.inf, torch.zeros_like(predicted), 1.0
            tried, goal = predicted, 0.0
            for _ in range(TRIES + 1):
                latent = tried.detach().requires_grad_()
                colours = self._colours(latent)
                if pulled is None:
                    pulled = pull.Pulled(colours, self._swatches)
                distance = pulled.distance(colours)
                now = float(distance.detach())
                if best is tried:
                    goal = (1 - share) ** 2 * now
                if now < nearest:
                    best, nearest = tried, now
                    slope = torch.nan_to_num(torch.autograd.grad(distance, latent)[0])
                else:
                    length /= BACK
                steep = float(slope.square().sum())
                if nearest <= goal or steep <= 0:
                    break
                along = length * 2 * nearest * (1 - math.sqrt(goal / nearest)) / steep
                tried = _within(predicted, best - along * slope, longest)
        return best - predicted

    def _colours(self, latent: torch.Tensor) -> torch.Tensor:
        """Lab ``[N, 3]`` of the pixels that a clean latent decodes to."""
        lies = layout(self._pipe)
        assert lies is not None
        shown = decoded(self._pipe, latent, lies, self._size)
        return srgb_to_lab(shown.movedim(1, -1).reshape(-1, 3))


def _within(centre: torch.Tensor, latent: torch.Tensor, longest: float) -> torch.Tensor:
    """A latent whose root mean square from another is at most ``longest``."""
    move = latent.detach() - centre
    length = float(move.square().mean().sqrt())
    return centre + move * min(1.0, longest / length) if length > 0 else centre
