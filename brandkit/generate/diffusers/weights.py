"""A model's weights on the disk: safetensors only, whole, and how many numbers they are."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from brandkit.errors import GenerationError
from brandkit.generate.diffusers.index import Index

PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl"})
_NAME = re.compile(
    r"(?:diffusion_pytorch_model|model|pytorch_model)(?:\.(\w+))?(?:-\d{5}-of-\d{5})?\.safetensors"
)
"""How diffusers and transformers name weights: the stem, a variant such as ``fp16``, which shard."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was found in a model's folder.

    Attributes:
        numbers: of each part, how many numbers its weights are.
        variant: such as ``fp16``, where there are no files without one; else ``None``.
    """

    numbers: Mapping[str, int]
    variant: str | None


def survey(folder: Path, index: Index) -> Weights:
    """Look at the weights of each part, reading headers alone.

    Raises:
        GenerationError: weights are missing, damaged, or pickles, which could run code.
    """
    found = {name: _files(folder / name, name, kind) for name, kind in index.parts.items()}
    modules = {name: files for name, files in found.items() if files}
    if not modules:
        raise GenerationError(f"{folder}: holds no weights; download the model again")
    variant = _variant(modules)
    numbers = {
        name: sum(count(file) for file in files.get(variant) or next(iter(files.values())))
        for name, files in modules.items()
    }
    return Weights(numbers, variant)


def count(file: Path) -> int:
    """How many numbers a safetensors file holds.

    Raises:
        GenerationError: it is damaged or cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as opened:
            return sum(math.prod(opened.get_slice(name).get_shape()) for name in opened.keys())  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        said = " ".join(str(error).split())[:120]
        raise GenerationError(f"{file}: is damaged ({said}); download it again") from None


def refuse_pickle(file: Path) -> None:
    """Raise ``GenerationError`` for a file of weights that could run code when it is read."""
    if file.suffix in PICKLES:
        raise GenerationError(
            f"{file}: is a pickle, which could run code when it is read, and is refused; convert it to "
            "safetensors (pipeline.save_pretrained(FOLDER, safe_serialization=True) where it is trusted)"
        )


def _files(folder: Path, name: str, kind: tuple[str, str]) -> dict[str | None, list[Path]]:
    """The files of one part by variant; empty for a part without weights, such as a tokenizer."""
    files: dict[str | None, list[Path]] = {}
    listed = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in listed:
        if match := _NAME.fullmatch(path.name):
            files.setdefault(match[1], []).append(path)
    if files:
        _refuse_incomplete(folder, listed)
        return files
    if pickles := [path for path in listed if path.suffix in PICKLES]:
        refuse_pickle(pickles[0])
    if _has_weights(*kind):
        raise GenerationError(f"{folder}: holds no weights of the model's {name}; download the model again")
    return {}


def _refuse_incomplete(folder: Path, listed: list[Path]) -> None:
    there = {path.name for path in listed}
    for path in listed:
        if path.name.endswith(".safetensors.index.json"):
            try:
                needed = set(json.loads(path.read_bytes())["weight_map"].values())
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                raise GenerationError(f"{path}: is damaged; download it again") from None
            if missing := sorted(needed - there):
                raise GenerationError(f"{folder}: lacks {missing[0]}; download the model again")


def _has_weights(library: str, kind: str) -> bool:
    import importlib

    import torch

    module = importlib.import_module(library if library in ("diffusers", "transformers") else "diffusers")
    found = getattr(module, kind, None)
    return isinstance(found, type) and issubclass(found, torch.nn.Module)


def _variant(modules: Mapping[str, Mapping[str | None, list[Path]]]) -> str | None:
    """The variant to ask for: none where each part has files without, else the one that most parts have."""
    lacking = [files for files in modules.values() if None not in files]
    names = [name for files in lacking for name in files if name is not None]
    return max(sorted(set(names)), key=names.count) if names else None
