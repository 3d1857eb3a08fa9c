"""What a model believes the clean picture to be, at any step: the relation of a scheduler's latents to it.

A noisy latent is ``keep * clean + spread * noise``. Three families of schedulers state it in three ways:

- *variance preserving* (Ho et al. 2020, "Denoising Diffusion Probabilistic Models"): ``keep² + spread² = 1``;
- *variance exploding* (Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based Generative
  Models"): ``keep = 1``, ``spread = sigma``;
- *flow matching* (Lipman et al. 2023, "Flow Matching for Generative Modeling"): ``keep = 1 - sigma``,
  ``spread = sigma``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch

Kind = Literal["preserving", "solver", "exploding", "flow"]
KINDS: dict[str, Kind] = {
    "DDIMScheduler": "preserving",
    "DDPMScheduler": "preserving",
    "PNDMScheduler": "preserving",
    "LCMScheduler": "preserving",
    "DPMSolverMultistepScheduler": "solver",
    "DEISMultistepScheduler": "solver",
    "UniPCMultistepScheduler": "solver",
    "EulerDiscreteScheduler": "exploding",
    "EulerAncestralDiscreteScheduler": "exploding",
    "LMSDiscreteScheduler": "exploding",
    "FlowMatchEulerDiscreteScheduler": "flow",
}
"""The schedulers whose relation is known. A ``solver`` preserves variance or matches flows, as it is set."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How much of a latent is the clean picture, and how much noise.

    Attributes:
        keep: factor of the clean latent.
        spread: factor of the noise.
    """

    keep: float
    spread: float


def predicted(kind: str, sample: torch.Tensor, output: torch.Tensor, noise: Noise) -> torch.Tensor:
    """The clean latent, from a noisy one and what the model says of it.

    Args:
        kind: what the model predicts, as ``scheduler.config.prediction_type`` names it: ``epsilon`` the
            noise, ``v_prediction`` (Salimans and Ho 2022, "Progressive Distillation for Fast Sampling of
            Diffusion Models"), ``sample`` the clean latent, ``flow_prediction`` noise minus clean.
        sample: the noisy latent.
        output: the model's prediction, after guidance.
        noise: of ``sample``.

    Raises:
        ValueError: ``kind`` is none of these.

    >>> clean, noise = torch.tensor([0.3]), torch.tensor([-1.2])
    >>> sample = 0.8 * clean + 0.6 * noise
    >>> v = 0.8 * noise - 0.6 * clean
    >>> round(predicted("v_prediction", sample, v, Noise(0.8, 0.6)).item(), 6)
    0.3
    """
    if kind == "epsilon":
        clean = (sample - noise.spread * output) / noise.keep
    elif kind == "v_prediction":
        # v = (keep * noise - spread * clean) / norm, of a latent divided by norm.
        norm: float = (noise.keep**2 + noise.spread**2) ** 0.5
        clean = noise.keep * sample / norm**2 - noise.spread * output / norm
    elif kind == "sample":
        clean = output
    elif kind == "flow_prediction":
        clean = (sample - noise.spread * output) / (noise.keep + noise.spread)
    else:
        raise ValueError(f"prediction type {kind}")
    return clean


@dataclass(slots=True)
class Seen:
    """What a scheduler was told at its last step.

    Attributes:
        sample: the noisy latent, before the step.
        output: the model's prediction.
        timestep: as the pipeline counts.
        index: which step it was, from 0, where the scheduler counts them.
    """

    sample: torch.Tensor
    output: torch.Tensor
    timestep: Any
    index: int | None


class Watched:
    """A scheduler whose steps are listened to.

    Args:
        scheduler: of one of ``KINDS``.
    """

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self._kind = KINDS[type(scheduler).__name__]
        self._seen: Seen | None = None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep what each step is told, until the end of the context."""
        step = self._scheduler.step

        @functools.wraps(step)  # pipelines look at the signature
        def listened(model_output: Any, timestep: Any, sample: Any, *args: Any, **kwargs: Any) -> Any:
            given = step(model_output, timestep, sample, *args, **kwargs)
            index = getattr(self._scheduler, "step_index", None)
            self._seen = Seen(sample, model_output, timestep, None if index is None else index - 1)
            return given

        self._scheduler.step = listened
        try:
            yield
        finally:
            del self._scheduler.step
            self._seen = None

    def clean(self) -> torch.Tensor:
        """The clean latent as the model believed it at the last step, ``float32``."""
        seen = self._seen
        assert seen is not None
        kind = "flow_prediction" if self._kind == "flow" else self._scheduler.config.prediction_type
        return predicted(kind, seen.sample.float(), seen.output.float(), self._noise(seen, 0))

    def keep_after(self) -> float:
        """How much of the clean latent is in the latent that the last step gave."""
        assert self._seen is not None
        return self._noise(self._seen, 1).keep

    def _noise(self, seen: Seen, later: int) -> Noise:
        """The noise at the last step (``later`` 0), or after it (1)."""
        scheduler = self._scheduler
        if self._kind == "preserving":
            times = scheduler.timesteps
            # The last of equal times: some schedulers begin with one twice.
            at = int((times == torch.as_tensor(seen.timestep, device=times.device)).nonzero()[-1]) + later
            if at >= len(times):
                return Noise(1.0, 0.0)
            product = float(scheduler.alphas_cumprod[int(times[at])])
            return Noise(product**0.5, (1 - product) ** 0.5)
        assert seen.index is not None
        sigma = scheduler.sigmas[seen.index + later]
        if self._kind == "solver":
            keep, spread = scheduler._sigma_to_alpha_sigma_t(sigma)
            return Noise(float(keep), float(spread))
        return Noise(1.0 if self._kind == "exploding" else 1 - float(sigma), float(sigma))
