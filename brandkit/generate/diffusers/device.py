"""Where a model runs, in how many bits, and what of it waits outside the GPU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

import torch

from brandkit.errors import GenerationError
from brandkit.generate.diffusers import memory
from brandkit.swatch import quote

Offload = Literal["none", "model", "sequential"]
"""``model``: one part at a time is on the GPU; ``sequential``: one layer at a time, far slower."""
OFFLOADS: tuple[Offload, ...] = ("none", "model", "sequential")
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
ROOM = 1.2
"""Weights times this is what a model needs at least: its activations come on top."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a model runs.

    Attributes:
        device: as torch calls it, such as ``cuda`` or ``cpu``.
        dtype: of weights and activations.
        offload: what waits in the CPU's memory.
    """

    device: str
    dtype: torch.dtype
    offload: Offload

    @property
    def bits(self) -> str:
        """The dtype's short name, such as ``bfloat16``."""
        return str(self.dtype).removeprefix("torch.")

    @property
    def facts(self) -> dict[str, str]:
        """What a recipe states beside the model's id: with all of these equal, a seed gives the same bits."""
        import diffusers

        return {
            "device": self.device,
            "dtype": self.bits,
            "offload": self.offload,
            "noise": "cpu",
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
        }


def choose(
    numbers: Mapping[str, int], device: str | None, dtype: str | None, offload: Offload | None
) -> Setting:
    """The setting for a model, chosen from what is there wherever it is left open.

    Args:
        numbers: of each part, how many numbers its weights are.
        device: ``None`` for the best that is there: CUDA, Apple's, the CPU.
        dtype: ``float32``, ``float16`` or ``bfloat16``; ``None`` for half the bits where the device is made
            for them: bfloat16 or else float16 on CUDA, float16 on Apple's, float32 on the CPU.
        offload: ``None`` for as little as lets the weights fit; ``none`` anywhere but on CUDA.

    Raises:
        GenerationError: there is no such device or dtype, it cannot offload, or its memory is too small.
    """
    where = _device(device)
    bits = _dtype(where, dtype)
    if offload not in (None, *OFFLOADS):
        raise GenerationError(f"{quote(str(offload))} is no offload; choose one of {', '.join(OFFLOADS)}")
    if offload not in (None, "none") and not _can_offload(where):
        raise GenerationError(
            f"offload '{offload}' needs a CUDA device and accelerate, and this is {where}; leave it out"
        )
    sizes = [number * bits.itemsize for number in numbers.values()]
    chosen = offload or _offload(where, sizes)
    on_device = {"none": sum(sizes), "model": max(sizes), "sequential": 0}[chosen] * ROOM
    remedy = (
        "close other programs, open it with dtype bfloat16, or choose a smaller model"
        if where == "cpu"
        else "choose a smaller model, offload it, or run it on another device"
    )
    memory.refuse_too_little("the model", on_device, where, remedy)
    if chosen != "none":
        memory.refuse_too_little("the offloaded model", sum(sizes), "cpu", "choose a smaller model")
    return Setting(where, bits, chosen)


def settle(pipe: Any, setting: Setting) -> None:
    """Put a pipeline where it runs."""
    if setting.offload == "model":
        pipe.enable_model_cpu_offload(device=setting.device)
    elif setting.offload == "sequential":
        pipe.enable_sequential_cpu_offload(device=setting.device)
    else:
        pipe.to(setting.device)


def _device(asked: str | None) -> str:
    if asked is None:
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        kind = torch.device(asked).type
    except RuntimeError:
        raise GenerationError(f"{quote(asked)} is no device; choose cuda, mps or cpu") from None
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(kind, False):
        raise GenerationError(f"there is no device {quote(asked)} on this machine; leave it out, or use cpu")
    return asked


def _dtype(device: str, asked: str | None) -> torch.dtype:
    if asked is not None:
        if asked not in DTYPES:
            raise GenerationError(f"{quote(asked)} is no dtype; choose one of {', '.join(DTYPES)}")
        return DTYPES[asked]
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float16 if device == "mps" else torch.float32


def _can_offload(device: str) -> bool:
    return device.startswith("cuda") and find_spec("accelerate") is not None


def _offload(device: str, sizes: list[int]) -> Offload:
    free = memory.free_bytes(device) if _can_offload(device) else None
    if free is None or sum(sizes) * ROOM <= free:
        return "none"
    return "model" if max(sizes) * ROOM <= free else "sequential"
