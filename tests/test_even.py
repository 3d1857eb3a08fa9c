from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from brandkit.even import edged, even

from .scenes import photograph

COLOUR = np.array([60.0, 110.0, 190.0])
REACH = 12


def is_even(picture: np.ndarray, colour: np.ndarray = COLOUR) -> bool:
    return even(torch.from_numpy(picture).permute(2, 0, 1), torch.from_numpy(colour), REACH)


def noisy(sigma: float) -> np.ndarray:
    field = np.random.default_rng(0).normal(COLOUR, sigma, (200, 300, 3))
    return np.clip(np.round(field), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [0, 1.5, 3, 4])
def test_a_flat_colour_is_even_under_noise(sigma: float) -> None:
    assert is_even(noisy(sigma))


def test_noise_that_was_enlarged_is_still_noise() -> None:
    assert is_even(cv2.resize(noisy(3), None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)[::2, ::2].copy())


@pytest.mark.parametrize("quality", [95, 80, 70])
def test_noise_through_jpeg_is_still_noise(quality: int) -> None:
    coded = cv2.imencode(".jpg", noisy(3), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    assert is_even(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)))


def test_a_gradient_whose_colours_fill_the_same_cube_is_not_even() -> None:
    ramp = np.linspace(-9, 9, 300)[None, :, None] + COLOUR
    picture = np.random.default_rng(0).normal(ramp, 1.0, (200, 300, 3))
    assert not is_even(np.round(picture).astype(np.uint8))


# The colours that are most common in fur, in skin, in a brown table and in an evening sky.
@pytest.mark.parametrize(
    ("photo", "colour"),
    [
        ("chelsea", (157, 119, 91)),
        ("astronaut", (230, 120, 81)),
        ("coffee", (168, 41, 15)),
        ("rocket", (34, 50, 81)),
    ],
)
def test_what_was_photographed_is_not_even(photo: str, colour: tuple[int, int, int]) -> None:
    assert not is_even(photograph(photo), np.array(colour, float))


def test_a_frame_that_has_not_the_colour_is_not_even() -> None:
    assert not is_even(np.zeros((20, 30, 3), np.uint8))
    assert not is_even(np.zeros((1, 1, 3), np.uint8))


def is_edged(picture: np.ndarray, colour: np.ndarray, reach: float) -> bool:
    return edged(torch.from_numpy(picture).permute(2, 0, 1), torch.from_numpy(colour), reach)


def test_letters_on_a_ground_of_their_own_hue_end_at_edges() -> None:
    ground = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 120, (300, 400)), (0, 0), 4)
    picture = np.array([220.0, 90, 60]) + ground[..., None] * [1, 1, 0.8]
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    cv2.putText(picture, "brand", (60, 180), cv2.FONT_HERSHEY_SIMPLEX, 3, (231, 99, 59), 12, cv2.LINE_AA)
    picture = np.random.default_rng(1).normal(picture, 1.0)
    assert is_edged(np.clip(np.round(picture), 0, 255).astype(np.uint8), np.array([231.0, 99, 59]), 3)


def test_a_band_of_an_evening_sky_does_not() -> None:
    assert not is_edged(photograph("rocket"), np.array([31.0, 46, 77]), 4)


def test_a_band_of_a_gradient_does_not() -> None:
    ramp = np.linspace(-40, 40, 600)[None, :, None] + COLOUR
    picture = np.random.default_rng(0).normal(ramp, 1.0, (200, 600, 3))
    assert not is_edged(np.round(picture).astype(np.uint8), COLOUR, 4)


def test_the_soft_edge_of_a_panel_is_no_area() -> None:
    picture = np.full((120, 200, 3), (190, 190, 180), np.uint8)
    picture[30:90, 40:160] = (0, 80, 255)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.8)
    mixture = soft[60, 40].astype(float)
    assert not is_edged(soft, mixture, 8)
    assert is_edged(soft, np.array([0.0, 80, 255]), 8)
