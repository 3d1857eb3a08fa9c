"""Open a model: which family it is, what is added to it, and where it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from brandkit.errors import GenerationError
from brandkit.generate.diffusers import (
    adapter,
    device,
    failure,
    memory,
    moving,
    place,
    upscaler_network,
    upscaler_pipeline,
)
from brandkit.generate.diffusers.loaded import Loaded
from brandkit.generate.diffusers.quiet import quiet
from brandkit.generate.diffusers.still import Still, task_class
from brandkit.generate.request import Generator


def open_model(
    model: str | Path,
    *,
    device_name: str | None,
    dtype: str | None,
    offload: device.Offload | None,
    ip_adapter: Path | None,
    controlnet: Path | None,
) -> Generator:
    """See ``brandkit.generate.diffusers.open_model``."""
    path = Path(model).expanduser()
    if path.is_file() and path.suffix == upscaler_network.SUFFIX:
        return upscaler_network.of_file(path, device_name, dtype)
    found = place.find(model)
    name = found.index.pipeline
    _refuse_unknown(found)
    outlines = adapter.controlnet(controlnet) if controlnet else None
    look = adapter.ip_adapter(ip_adapter) if ip_adapter else None
    if not _is_still(name) and (outlines or look):
        raise GenerationError(f"{model}: {name} takes no ControlNet and no IP-Adapter; leave them out")
    extra = {"controlnet": outlines.number} if outlines else {}
    setting = device.choose({**found.weights.numbers, **extra}, device_name, dtype, offload)
    with (
        quiet() as notes,
        memory.told(f"the model {model}", "choose a smaller model"),
        failure.told(
            f"{model} cannot be loaded", "check that its parts belong together, or download it again"
        ),
    ):
        pipe = _pipe(found, setting)
        network = outlines.load(setting) if outlines else None
        if look:
            look.load(pipe)
        frozen(pipe, network)
    added = "".join(f"+{part.id}" for part in (outlines, look) if part)
    loaded = Loaded(f"{found.id}{added}", pipe, setting, tuple(notes))
    if name in moving.FAMILIES:
        return moving.Moving(loaded, moving.FAMILIES[name])
    if name in upscaler_pipeline.PIPELINES:
        return upscaler_pipeline.of_pipeline(loaded)
    return Still(loaded, network, styled=look is not None)


def _is_still(name: str) -> bool:
    return bool(task_class("text", name) or task_class("image", name))


def _refuse_unknown(found: place.Place) -> None:
    import diffusers

    name = found.index.pipeline
    if getattr(diffusers, name, None) is None:
        raise GenerationError(
            f"{found.folder}: its pipeline {name} is not in diffusers {diffusers.__version__}; "
            "run: pip install -U diffusers"
        )
    if not (_is_still(name) or name in moving.FAMILIES or name in upscaler_pipeline.PIPELINES):
        raise GenerationError(
            f"{found.folder}: its pipeline {name} makes nothing that can be asked for; use a model for "
            f"text-to-image, image-to-image or upscaling, or one of {', '.join(sorted(moving.FAMILIES))}"
        )


def _pipe(found: place.Place, setting: device.Setting) -> Any:
    import diffusers

    return getattr(diffusers, found.index.pipeline).from_pretrained(
        found.folder,
        dtype=setting.dtype,
        variant=found.weights.variant,
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
    )


def frozen(pipe: Any, network: Any = None) -> None:
    """No part is trained: a gradient goes to latents alone."""
    for part in (*pipe.components.values(), network):
        if isinstance(part, torch.nn.Module):
            part.requires_grad_(False)
