"""Networks that enlarge at once, of the many kinds that spandrel knows by their weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from brandkit.errors import GenerationError
from brandkit.generate import tiles
from brandkit.generate.diffusers import call, device, digest, failure, memory, place, weights
from brandkit.generate.diffusers.quiet import quiet
from brandkit.generate.diffusers.upscaler import SMALLER, Enlarging, Upscaler, Work
from brandkit.generate.request import Request, Step

SUFFIX = ".safetensors"
TILE, OVERLAP = 256, 32
"""Pixels of a tile's side, and of what two tiles share: convolutions look about as far."""


def of_file(path: Path, device_name: str | None, dtype: str | None) -> Upscaler:
    """An upscaler that spandrel knows, from a file of safetensors."""
    number = weights.count(path)
    setting = device.choose({"network": number}, device_name, dtype, "none")
    network = _network(path)
    if dtype is None and not (
        network.supports_half if setting.bits == "float16" else network.supports_bfloat16
    ):
        setting = device.choose({"network": number}, device_name, "float32", "none")
    network.to(setting.device, setting.dtype)

    def begin(request: Request, height: int, width: int) -> Work:
        def work(part: torch.Tensor, tile: tiles.Tile, step: Step) -> torch.Tensor:
            with (
                memory.told("a tile", SMALLER),
                failure.told(f"{path} cannot enlarge", "use another upscaler"),
            ):
                result: torch.Tensor = network(part[None].to(setting.device, setting.dtype))[0]
            return result

        return work

    name = f"{path.stem}@{digest.of_file(path)[: digest.SHOWN]}"
    return Upscaler(
        Enlarging(
            name, int(network.scale), TILE, OVERLAP, setting, lambda request: 1, begin, _all_but_the_picture
        )
    )


def _all_but_the_picture(request: Request) -> list[str]:
    return call.unfollowed(
        request,
        prompt="the prompt",
        negative="the negative prompt",
        steps="the number of steps",
        guidance="the guidance",
        pull="the palette",
    )


def _network(path: Path) -> Any:
    try:
        import spandrel
    except ImportError:
        raise GenerationError(
            f"{path}: upscalers need spandrel; run: pip install 'brandkit[generate]'"
        ) from None
    from safetensors.torch import load_file

    with quiet(), failure.told(f"{path} cannot be loaded", "use another upscaler"):
        try:
            found = spandrel.ModelLoader("cpu").load_from_state_dict(load_file(path))
        except spandrel.UnsupportedModelError:
            raise GenerationError(place.single_file(path)) from None
    if not isinstance(found, spandrel.ImageModelDescriptor) or found.scale < 2 or found.input_channels != 3:
        raise GenerationError(f"{path}: is a network that does not enlarge colour pictures; use an upscaler")
    return found.eval()
