from __future__ import annotations

import numpy as np
import torch

from brandkit.colour.flat_modes import flat_modes
from brandkit.colour.modes import hue_modes


def cloud(pixels: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    codes, counts = np.unique(np.clip(np.round(pixels), 0, 255).astype(np.uint8), axis=0, return_counts=True)
    return torch.from_numpy(codes), torch.from_numpy(counts)


def noisy(colour: tuple[int, int, int], number: int, sigma: float = 1.5, seed: int = 0) -> np.ndarray:
    return np.array(colour) + np.random.default_rng(seed).normal(0, sigma, (number, 3))


def test_a_flat_colour_is_found_under_noise() -> None:
    rgb, weight = cloud(noisy((18, 92, 236), 50_000))
    (mode,) = flat_modes(rgb, weight, 1000)
    assert (mode.centre - torch.tensor([18.0, 92.0, 236.0])).abs().max() < 0.5
    assert mode.weight > 49_900


def test_without_noise_it_is_the_colour_itself() -> None:
    rgb, weight = cloud(np.tile([[18, 92, 236]], (100, 1)))
    assert flat_modes(rgb, weight, 10)[0].centre.tolist() == [18, 92, 236]


def test_two_flat_colours_are_two_modes_the_larger_first() -> None:
    rgb, weight = cloud(np.concatenate((noisy((200, 30, 40), 2000), noisy((170, 30, 60), 5000, seed=1))))
    centres = [mode.centre.round().int().tolist() for mode in flat_modes(rgb, weight, 500)]
    assert centres == [[170, 30, 60], [200, 30, 40]]


def test_an_even_gradient_is_no_flat_colour() -> None:
    ramp = np.linspace((60, 110, 200), (140, 170, 240), 40_000)
    rgb, weight = cloud(ramp + np.random.default_rng(0).normal(0, 1.5, ramp.shape))
    assert flat_modes(rgb, weight, 4000) == []


def test_a_blunt_peak_is_flat_where_the_picture_says_so() -> None:
    rgb, weight = cloud(noisy((18, 92, 200), 50_000, sigma=3))
    assert flat_modes(rgb, weight, 1000) == []
    (mode,) = flat_modes(rgb, weight, 1000, lambda centre, reach: True)
    assert (mode.centre - torch.tensor([18.0, 92.0, 200.0])).abs().max() < 0.5
    assert mode.weight > 49_900


def test_a_flat_colour_stands_out_of_a_ground_of_its_own_hue() -> None:
    ground = np.random.default_rng(1).normal((220, 90, 60), (12, 12, 9), (200_000, 3))
    rgb, weight = cloud(np.concatenate((noisy((231, 99, 59), 7000, sigma=1), ground)))
    assert flat_modes(rgb, weight, 20_000) == []
    (mode,) = flat_modes(rgb, weight, 20_000, least_spike=1200)
    assert (mode.centre - torch.tensor([231.0, 99.0, 59.0])).abs().max() < 0.5
    assert mode.reach <= 4
    assert 5500 < mode.weight < 9000


def test_a_texture_has_no_spike() -> None:
    rng = np.random.default_rng(2)
    lumps = rng.normal(0, 25, (40, 3))[rng.integers(0, 40, 100_000)]
    rgb, weight = cloud(np.array([150, 90, 70]) + lumps + rng.normal(0, 6, (100_000, 3)))
    assert flat_modes(rgb, weight, 20_000, least_spike=500) == []


def test_a_mode_below_the_least_weight_is_none() -> None:
    rgb, weight = cloud(noisy((18, 92, 236), 500))
    assert flat_modes(rgb, weight, 1000) == []


def test_a_hue_is_found_with_its_sheen() -> None:
    rng = np.random.default_rng(0)
    body = np.array([40.0, 60.0]) * rng.uniform(0.7, 1.0, (5000, 1)) + rng.normal(0, 1, (5000, 2))
    other = np.array([-30.0, 10.0]) + rng.normal(0, 1, (800, 2))
    points = torch.from_numpy(np.concatenate((body, other)))
    mode, *_ = hue_modes(points, torch.ones(len(points)), 800)
    assert abs(float(torch.atan2(mode.centre[1], mode.centre[0])) - np.arctan2(60, 40)) < 0.02
    assert bool(mode.members[:5000].double().mean() > 0.99)
    assert not bool(mode.members[5000:].any())


def test_beside_a_painted_surface_wood_of_nearly_its_hue_is_none() -> None:
    rng = np.random.default_rng(0)
    paint = np.array([60.0, 36.0]) + rng.normal(0, 0.3, (5000, 2))
    wood = np.array([54.0, 48.0]) + rng.normal(0, 1.4, (6000, 2))
    points = torch.from_numpy(np.concatenate((paint, wood)))
    (mode,) = hue_modes(points, torch.ones(len(points)), 800)
    assert bool(mode.members[:5000].double().mean() > 0.99)
    assert not bool(mode.members[5000:].double().mean() > 0.05)


def test_two_painted_surfaces_under_one_noise_are_both_found() -> None:
    rng = np.random.default_rng(0)
    one = np.array([60.0, 36.0]) + rng.normal(0, 0.8, (5000, 2))
    other = np.array([50.0, 52.0]) + rng.normal(0, 1.0, (4000, 2))
    points = torch.from_numpy(np.concatenate((one, other)))
    assert len(hue_modes(points, torch.ones(len(points)), 800)) == 2
