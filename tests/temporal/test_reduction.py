from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
import torch

from brandkit import media
from brandkit.colour.spaces import srgb_to_linear
from brandkit.media.clip import Frames
from brandkit.temporal.reduction import Reduced, reduced

from ..scenes import photograph

VIDEOS = Path(__file__).parents[1] / "data" / "video"


def noise(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)


def batch(pixels: torch.Tensor, deep: torch.Tensor | None = None) -> Frames:
    return Frames(pixels, 0, tuple(float(k) for k in range(len(pixels))), deep)


def only(pixels: torch.Tensor) -> Reduced:
    (found,) = reduced(batch(pixels[None]))
    return found


def test_codes_are_the_mean_of_each_block() -> None:
    frames = noise(2, 3, 541, 962)
    found = reduced(batch(frames))[1].codes
    assert found.shape == (270, 481, 3)
    block = frames[1, 2, 100:102, 200:202].double()
    assert found[50, 100, 2] == pytest.approx(block.mean().item())
    assert only(frames[0, :, :100, :100]).codes.shape == (100, 100, 3)


def light_of(pixels: torch.Tensor, side: int) -> np.ndarray:
    exact = torch.nn.functional.avg_pool2d(srgb_to_linear(pixels)[None].double(), side)[0]
    return exact.permute(1, 2, 0).numpy()


def stripes(low: int, high: int) -> torch.Tensor:
    frame = torch.full((3, 540, 960), low, dtype=torch.uint8)
    frame[:, ::2] = high
    return frame


@pytest.mark.parametrize(
    ("frame", "within"),
    [
        (noise(3, 540, 960), 0.03),
        (stripes(0, 255), 0.03),
        (stripes(90, 110), 0.0005),
        (torch.from_numpy(photograph("astronaut")).permute(2, 0, 1).repeat(1, 2, 2).contiguous(), 0.03),
        (noise(3, 90, 160), 1e-6),
    ],
    ids=["noise", "black-and-white", "grey-stripes", "photograph", "small"],
)
def test_light_is_the_mean_of_the_pixels_light(frame: torch.Tensor, within: float) -> None:
    found = only(frame).light
    expected = light_of(frame, frame.shape[1] // found.shape[0])
    assert np.abs(found - expected).max() < within
    assert np.abs(found - expected).mean() < within / 5


@pytest.mark.parametrize("name", ["bigbuckbunny.mp4", "h264_10bits.mp4"])
def test_a_video_is_reduced_as_its_pixels_are(name: str) -> None:
    frames = next(iter(media.open(VIDEOS / name).batches(2)))
    for by_planes, by_pixels in zip(
        reduced(frames), reduced(batch(frames.pixels)), strict=True
    ):  # a code apart by rounding, and more where pixels are out of the gamut one by one
        apart = np.abs(by_planes.codes - by_pixels.codes)
        assert apart.mean() < 0.2 and np.quantile(apart, 0.99) < 0.6
        apart = np.abs(by_planes.light - by_pixels.light)
        assert apart.mean() < 0.001 and np.quantile(apart, 0.99) < 0.005


def test_a_deep_source_keeps_what_lies_below_a_code() -> None:
    pixels = torch.full((1, 3, 96, 96), 100, dtype=torch.uint8)
    (found,) = reduced(batch(pixels, pixels.float() + 0.25))
    assert found.codes.min() == found.codes.max() == 100.25


def test_a_batch_is_reduced_once_and_forgotten_with_its_pixels() -> None:
    frames = batch(noise(2, 3, 90, 160))
    first = reduced(frames)
    assert reduced(frames) is first
    kept = [id(part) for part in first]
    del frames, first
    gc.collect()
    assert not any(isinstance(thing, Reduced) and id(thing) in kept for thing in gc.get_objects())
