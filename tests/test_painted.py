"""Paint is told from what merely has its hue by how steady the light's colour is over a few pixels."""

from __future__ import annotations

import io

import numpy as np
import pytest
import skimage.color
import torch
from PIL import Image

from brandkit.painted import Paint, paints, wanders

from .scenes import photograph, rgb8

BROWN = np.array(rgb8("#C08A5A"))


def linear_light(colour: np.ndarray) -> np.ndarray:
    part = colour / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def encoded(light: np.ndarray) -> np.ndarray:
    part = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)
    return part.clip(0, 1) * 255


def ball(picture: np.ndarray, colour: np.ndarray = BROWN, sigma: float = 0.0) -> np.ndarray:
    """A photograph with a ball of one paint, lit from the upper left; ``uint8``."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width]
    radius = height / 5
    across, down = (x - width / 2) / radius, (y - height / 2) / radius
    toward = np.sqrt(np.clip(1 - across**2 - down**2, 0, 1))
    light = np.clip(0.8 * toward - 0.4 * across - 0.4 * down, 0.15, 1)
    lit = encoded(linear_light(colour) * light[..., None])
    both = np.where((across**2 + down**2 <= 1)[..., None], lit, picture)
    noisy = np.random.default_rng(0).normal(both, sigma) if sigma else both
    return np.round(noisy).clip(0, 255).astype(np.uint8)


def seen(picture: np.ndarray) -> list[Paint]:
    whole = np.ones(picture.shape[:2], bool)
    frame = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)
    return paints(frame, whole, float(linear_light(BROWN) @ [0.2126, 0.7152, 0.0722]))


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer).convert("RGB"))


def expected() -> np.ndarray:
    """a* and b* of the paint by scikit-image, at its own luminance."""
    return np.asarray(skimage.color.rgb2lab(BROWN[None, None] / 255)[0, 0, 1:])


@pytest.mark.parametrize(("sigma", "quality", "within"), [(0.0, 0, 0.3), (2.0, 0, 0.5), (0.0, 90, 0.5)])
def test_a_ball_in_fur_of_its_own_hue_is_found_with_its_colour(
    sigma: float, quality: int, within: float
) -> None:
    picture = ball(photograph("chelsea"), sigma=sigma)
    found = seen(jpeg(picture, quality) if quality else picture)
    apart = [float(np.linalg.norm(paint.centre.numpy() - expected())) for paint in found]
    assert min(apart) < within


@pytest.mark.parametrize("name", ["chelsea", "coffee", "rocket"])
def test_nothing_of_the_hue_in_a_photograph_passes_for_paint(name: str) -> None:
    picture = photograph(name)
    lab = skimage.color.rgb2lab(picture / 255)
    chroma, own = np.hypot(lab[..., 1], lab[..., 2]), lab[..., 1:] @ expected()
    of_hue = (own > 0.87 * chroma * np.hypot(*expected())) & (chroma > 10)
    frame = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)
    assert paints(frame, of_hue, float(linear_light(BROWN) @ [0.2126, 0.7152, 0.0722])) == []


def test_means_over_squares_are_steady_on_the_ball_and_wander_on_the_fur() -> None:
    picture = ball(photograph("chelsea"), sigma=2.0)
    frame = torch.from_numpy(picture).permute(2, 0, 1)
    level = float(linear_light(BROWN) @ [0.2126, 0.7152, 0.0722])
    whole = np.ones(picture.shape[:2], bool)
    apart = wanders(frame, whole, torch.from_numpy(expected()), level)
    rows, columns = apart.shape
    middle = apart[rows * 2 // 5 : rows * 3 // 5, columns * 9 // 20 : columns * 11 // 20]
    assert np.quantile(middle, 0.95) < 1
    assert np.median(apart[:, : columns // 5]) > 3


def test_what_is_masked_out_is_infinitely_far() -> None:
    frame = torch.full((3, 30, 30), 90, dtype=torch.uint8)
    apart = wanders(frame, np.zeros((30, 30), bool), torch.zeros(2, dtype=torch.float64), 0.2)
    assert np.isinf(apart).all()


def test_a_mask_too_small_for_a_square_holds_no_paint() -> None:
    picture = ball(photograph("chelsea"))
    thin = np.zeros(picture.shape[:2], bool)
    thin[::6] = True
    frame = torch.from_numpy(picture).permute(2, 0, 1)
    assert paints(frame, thin, 0.3) == []
