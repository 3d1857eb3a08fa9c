"""A pipeline that is ready to be asked, and the one way in which it is."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch

from brandkit.generate.diffusers import failure, memory
from brandkit.generate.diffusers.device import Setting, settle
from brandkit.generate.diffusers.guidance import Guidance
from brandkit.generate.diffusers.quiet import quiet
from brandkit.generate.request import Step

_SMALLER = "ask for a smaller picture and enlarge it afterwards, or run a smaller model"


@dataclass(frozen=True, slots=True)
class Given:
    """What a pipeline gave.

    Attributes:
        frames: ``float32`` ``[T, 3, H, W]``, 0 to 1, on the CPU.
        withheld: whether the model's safety filter hid a frame.
        notes: what was said meanwhile.
    """

    frames: torch.Tensor
    withheld: bool
    notes: tuple[str, ...]


@dataclass(slots=True)
class Loaded:
    """A model in memory.

    Attributes:
        id: of the model and what was added to it; see ``place.Place.id``.
        pipe: as it was loaded.
        setting: how it runs.
        notes: what was said while it was loaded.
    """

    id: str
    pipe: Any
    setting: Setting
    notes: tuple[str, ...] = ()
    _settled: Any = field(default=None, repr=False)

    def run(
        self,
        pipe: Any,
        arguments: Mapping[str, Any],
        *,
        seed: int,
        step: Step,
        guidance: Guidance | None = None,
    ) -> Given:
        """Ask a pipeline of this model.

        Noise is drawn on the CPU whatever the device, so that a seed means the same everywhere.

        Args:
            pipe: ``self.pipe``, or one that shares its parts.
            arguments: of its call, without those that are the same for all.
            seed: of the noise.
            step: told of the progress.
            guidance: toward a palette.

        Raises:
            GenerationError: the memory ends, or the pipeline fails.
        """
        self._settle(pipe)
        given = {
            **arguments,
            "generator": torch.Generator("cpu").manual_seed(seed),
            "output_type": "pt",
            **_callback(pipe, step, guidance),
        }
        with (
            quiet() as notes,
            memory.told(f"a result of this size with {self.id} on {self.setting.device}", _SMALLER),
            failure.told(f"{self.id} cannot do what was asked", "check that its parts belong together"),
            _reproducible(self.setting.device),
            guidance.listening() if guidance else nullcontext(),
        ):
            result = pipe(**given)
        withheld = any(getattr(result, "nsfw_content_detected", None) or ())
        return Given(_frames(result), withheld, tuple(notes))

    def _settle(self, pipe: Any) -> None:
        """Pipelines that share parts cannot all watch over them: the one that is asked does."""
        if self._settled is not pipe:
            settle(pipe, self.setting)
            pipe.set_progress_bar_config(disable=True)
            self._settled = pipe


def steps_of(pipe: Any) -> int:
    """How many steps a pipeline makes, or made, of those that were asked for."""
    return int(getattr(pipe, "num_timesteps", None) or len(pipe.scheduler.timesteps))


def parameters(pipe: Any) -> frozenset[str]:
    """What a pipeline's call takes."""
    return frozenset(inspect.signature(pipe.__call__).parameters)


def _callback(pipe: Any, step: Step, guidance: Guidance | None) -> dict[str, Any]:
    """What tells of steps, as this pipeline takes it; older ones call it otherwise."""
    taken = parameters(pipe)
    if "callback_on_step_end" in taken:

        def ended(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            steps = steps_of(pipe)
            if guidance is not None:
                tensors["latents"] = guidance.moved(tensors["latents"], index, steps)
            step(index + 1, steps)
            return tensors

        return {"callback_on_step_end": ended}
    if {"callback", "callback_steps"} <= taken:
        return {"callback": lambda index, timestep, latents: step(index + 1, steps_of(pipe))}
    return {}


@contextmanager
def _reproducible(device: str) -> Iterator[None]:
    """On a GPU, choose the kernels that give the same bits each time."""
    if not device.startswith("cuda"):
        yield
        return
    before = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True):
            yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])


def _frames(result: Any) -> torch.Tensor:
    found = getattr(result, "frames", None)
    frames = torch.as_tensor(result.images if found is None else found)
    return (frames[0] if frames.dim() == 5 else frames).detach().float().cpu()
