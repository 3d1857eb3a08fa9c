"""Generators from diffusion models: any folder that diffusers saved, or a model of the hub.

Importing this package is light; torch and diffusers are loaded when a model is opened. Weights are
safetensors: pickles are refused, and code that comes with a model is never run.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import GenerationError
from brandkit.generate.request import Generator

if TYPE_CHECKING:
    from brandkit.generate.diffusers.device import Offload

INSTALL = "pip install 'brandkit[generate]'"
_NEEDED = ("diffusers", "transformers", "safetensors")

__all__ = ["INSTALL", "open_model"]


def open_model(
    model: str | Path,
    *,
    device: str | None = None,
    dtype: str | None = None,
    offload: Offload | None = None,
    ip_adapter: str | Path | None = None,
    controlnet: str | Path | None = None,
) -> Generator:
    """Open a model.

    Args:
        model: a folder with a ``model_index.json``, ``ORG/NAME`` or ``ORG/NAME@REVISION`` on the hub (fetched
            where it is not on this machine), or an upscaler's file of safetensors that spandrel knows. Its
            pipeline tells what it makes: stills, clips, or larger pictures.
        device: ``cuda``, ``mps`` or ``cpu``; the best that is there without.
        dtype: ``float32``, ``float16`` or ``bfloat16``; see ``device.choose``.
        offload: what waits outside the GPU: ``none``, ``model`` or ``sequential``; as little as possible
            without.
        ip_adapter: a file of safetensors with ``image_encoder`` beside it; gives the ability ``style``.
        controlnet: a folder with a ControlNet for Canny's edges; gives the ability ``structure``.

    Raises:
        GenerationError: it cannot be opened, and why, in one line.
    """
    for library in _NEEDED:
        if find_spec(library) is None:
            raise GenerationError(f"models need {library}; run: {INSTALL}")
    _name_stand_ins()
    from brandkit.generate.diffusers import open as opening

    return opening.open_model(
        model,
        device_name=device,
        dtype=dtype,
        offload=offload,
        ip_adapter=None if ip_adapter is None else Path(ip_adapter),
        controlnet=None if controlnet is None else Path(controlnet),
    )


def _name_stand_ins() -> None:
    """Name what colour-science puts in place of a matplotlib that is not installed: diffusers asks for it."""
    found = sys.modules.get("matplotlib")
    if found is not None and getattr(found, "__spec__", None) is None:
        found.__spec__ = ModuleSpec("matplotlib", None)
