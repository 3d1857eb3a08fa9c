from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from brandkit.brand import Brand
from brandkit.errors import GenerationError, SpoiltError
from brandkit.generate.diffusers import open_model, spoilt

from . import tiny
from .conftest import Models, ask


def paint(folder: Path, value: float) -> None:
    """Let a model's decoder give one value, -1 to 1, everywhere."""
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    weights["decoder.conv_out.weight"].zero_()
    weights["decoder.conv_out.bias"].fill_(value)
    save_file(weights, path, metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("value", "reason"),
    [(float("nan"), "nan"), (-1.0, "black"), (-3.0, "black"), (0.2, "flat"), (5.0, "flat")],
)
def test_a_result_that_is_no_picture_is_refused_and_says_why(
    copied: Models, brand: Brand, value: float, reason: str
) -> None:
    folder = copied("stable_diffusion")
    paint(folder, value)
    with pytest.raises(SpoiltError, match=r"seed 9.*; |dtype") as told:
        open_model(folder).generate(ask(seed=9), brand)
    assert told.value.reason == reason
    assert isinstance(told.value, GenerationError)


def test_a_picture_that_the_safety_filter_hides_is_told_from_a_black_one(
    models: Models, brand: Brand, tmp_path: Path
) -> None:
    folder = tiny.with_filter(models("stable_diffusion"), tmp_path / "filtered")
    with pytest.raises(SpoiltError, match="safety filter") as told:
        open_model(folder).generate(ask(), brand)
    assert told.value.reason == "withheld"


def test_not_a_number_in_a_clip_is_found(copied: Models, brand: Brand, anchor: Path) -> None:
    folder = copied("ltx")
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    weights["decoder.conv_out.conv.bias"].fill_(float("nan"))
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(SpoiltError) as told:
        open_model(folder).generate(ask(anchor=anchor, frames=3), brand)
    assert told.value.reason == "nan"


def test_a_black_first_frame_does_not_spoil_a_clip() -> None:
    frames = torch.rand((3, 3, 8, 8))
    frames[0] = 0
    spoilt.refuse(frames, 1)
    frames[1, 0, 3, 3] = torch.inf
    with pytest.raises(SpoiltError):
        spoilt.refuse(frames, 1)
