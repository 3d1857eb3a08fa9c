"""What is added to a model: a ControlNet that keeps outlines, an IP-Adapter that takes a look."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brandkit.errors import GenerationError
from brandkit.generate.diffusers import digest, weights
from brandkit.generate.diffusers.device import Setting

_ENCODER = "image_encoder"


@dataclass(frozen=True, slots=True)
class ControlNet:
    """A ControlNet on the disk.

    Attributes:
        folder: what it was saved to.
        kind: its class in diffusers.
        id: its name and digest.
        number: of its weights.
    """

    folder: Path
    kind: str
    id: str
    number: int

    def load(self, setting: Setting) -> Any:
        """The network, where the model runs."""
        import diffusers

        network = getattr(diffusers, self.kind).from_pretrained(
            self.folder, dtype=setting.dtype, use_safetensors=True, local_files_only=True
        )
        # Of an offloaded model it waits with the rest, and goes to the GPU when it is called.
        return network.to(setting.device) if setting.offload == "none" else network


def controlnet(folder: Path) -> ControlNet:
    """Find a ControlNet.

    Raises:
        GenerationError: there is none, or it is damaged or a pickle.
    """
    import diffusers

    try:
        kind = str(json.loads((folder / "config.json").read_bytes()).get("_class_name"))
    except (OSError, ValueError, AttributeError):
        raise GenerationError(f"{folder}: holds no ControlNet; give a folder with its config.json") from None
    if not kind.endswith("ControlNetModel") or getattr(diffusers, kind, None) is None:
        raise GenerationError(f"{folder}: is a {kind}, not a ControlNet; give one that fits the model")
    files = _safetensors(folder, "ControlNet")
    number = sum(weights.count(file) for file in files)
    return ControlNet(folder, kind, f"{folder.resolve().name}@{digest.of_folder(folder)}", number)


@dataclass(frozen=True, slots=True)
class IPAdapter:
    """An IP-Adapter on the disk.

    Attributes:
        file: its weights; the encoder of pictures lies in ``image_encoder`` beside it.
        id: its name and digest.
    """

    file: Path
    id: str

    def load(self, pipe: Any) -> None:
        """Put it into a pipeline."""
        load = getattr(pipe, "load_ip_adapter", None)
        if load is None or "image_encoder_folder" not in inspect.signature(load).parameters:
            raise GenerationError(f"{type(pipe).__name__} takes no IP-Adapter of this kind; leave it out")
        load(
            str(self.file.parent),
            subfolder="",
            weight_name=self.file.name,
            image_encoder_folder=_ENCODER,
            local_files_only=True,
        )


def ip_adapter(path: Path) -> IPAdapter:
    """Find an IP-Adapter: a file, or a folder that holds one, with ``image_encoder`` beside it.

    Raises:
        GenerationError: there is none, or it is damaged or a pickle.
    """
    if path.is_dir():
        files = _safetensors(path, "IP-Adapter")
        if len(files) > 1:
            raise GenerationError(f"{path}: holds several IP-Adapters; give the file of one")
        path = files[0]
    if not path.is_file():
        raise GenerationError(f"{path}: does not exist; give an IP-Adapter's file of safetensors")
    weights.refuse_pickle(path)
    weights.count(path)
    for file in _safetensors(path.parent / _ENCODER, "encoder of pictures for the IP-Adapter"):
        weights.count(file)
    return IPAdapter(path, f"{path.stem}@{digest.of_file(path)[: digest.SHOWN]}")


def _safetensors(folder: Path, what: str) -> list[Path]:
    listed = sorted(folder.iterdir()) if folder.is_dir() else []
    files = [path for path in listed if path.suffix == ".safetensors"]
    if not files:
        for path in listed:
            weights.refuse_pickle(path)
        raise GenerationError(f"{folder}: holds no {what} as safetensors; download it again")
    return files
