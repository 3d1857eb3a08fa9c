"""Tiny models, each built once, and what is asked of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from brandkit.brand import Brand, Swatch
from brandkit.generate import Generator, Request
from brandkit.generate.diffusers import open_model
from brandkit.media.clip import Clip

from . import tiny

Models = Callable[[str], Path]
Opened = Callable[..., Generator]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Models this small are faster without others, and give the same bits on any number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """The folder of a tiny model by its builder's name; to be read, not changed."""
    root = tmp_path_factory.mktemp("models")
    built: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in built:
            built[name] = getattr(tiny, name)(root / (f"{name}.safetensors" if name == "esrgan" else name))
        return built[name]

    return get


@pytest.fixture(scope="session")
def opened(models: Models) -> Opened:
    """A tiny model, opened once: it is the same after each request."""
    ready: dict[str, Generator] = {}

    def get(name: str, **added: str) -> Generator:
        key = f"{name} {sorted(added.items())}"
        if key not in ready:
            ready[key] = open_model(models(name), **{what: models(which) for what, which in added.items()})
        return ready[key]

    return get


@pytest.fixture
def copied(models: Models, tmp_path: Path) -> Models:
    """As ``models``, but a copy that may be spoilt."""

    def get(name: str) -> Path:
        return Path(shutil.copytree(models(name), tmp_path / name))

    return get


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    """A picture with edges: a bright box on a slope of colours."""
    y, x = np.mgrid[:80, :100]
    picture = np.stack([x * 2, y * 3, x + y], -1).astype(np.uint8)
    picture[20:50, 30:70] = (240, 60, 40)
    path = tmp_path / "anchor.png"
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another picture, with other edges."""
    y, x = np.mgrid[:80, :100]
    picture = np.stack([255 - x * 2, x + y, y * 3], -1).astype(np.uint8)
    picture[10:70, 5:40] = (20, 200, 90)
    path = tmp_path / "other.png"
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture
def brand() -> Brand:
    return Brand(name="Acme", swatches=(Swatch(name="clay", hex="#AB7A8E", capture=14),))


def ask(**fields: object) -> Request:
    """A small and quick request, with other fields as given."""
    return Request.model_validate({"prompt": "a ball", "width": 60, "height": 44, "steps": 3, **fields})


def pixels(clip: Clip) -> torch.Tensor:
    """All frames of a clip, ``uint8`` ``[T, 3, H, W]``."""
    return torch.cat([batch.pixels for batch in clip.batches()])
