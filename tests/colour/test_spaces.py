from __future__ import annotations

import colour
import numpy as np
import pytest
import torch

from brandkit.colour import lab_to_linear, linear_to_lab, linear_to_srgb, srgb_to_lab, srgb_to_linear

WHITE = colour.XYZ_to_xy(np.array([0.9505, 1.0, 1.0890]))
"""The row sum of the standard's matrix, as a chromaticity."""


def by_colour_science(rgb8: np.ndarray) -> np.ndarray:
    return np.asarray(colour.XYZ_to_Lab(colour.sRGB_to_XYZ(rgb8 / 255), WHITE))


def sample() -> np.ndarray:
    levels = np.arange(256)
    greys = np.stack([levels] * 3, 1)
    corners = np.stack(np.meshgrid(*[[0, 1, 254, 255]] * 3), -1).reshape(-1, 3)
    return np.concatenate((greys, corners, np.random.default_rng(0).integers(0, 256, (200_000, 3))))


def test_lab_agrees_with_colour_science() -> None:
    codes = sample()
    found = srgb_to_lab(torch.from_numpy(codes.astype(np.uint8))).numpy()
    assert np.abs(found - by_colour_science(codes)).max() < 1e-3


@pytest.mark.parametrize("white", [torch.tensor([255, 255, 255], dtype=torch.uint8), torch.ones(3).double()])
def test_white_is_lab_100_0_0(white: torch.Tensor) -> None:
    assert srgb_to_lab(white).tolist() == pytest.approx([100, 0, 0], abs=1e-6)


def test_integers_and_floats_give_the_same() -> None:
    codes = torch.from_numpy(sample().astype(np.uint8))
    assert float((srgb_to_lab(codes) - srgb_to_lab(codes.double() / 255)).abs().max()) < 1e-4


def test_decoding_and_encoding_undo_each_other() -> None:
    values = torch.linspace(0, 1, 4001, dtype=torch.float64)
    assert float((linear_to_srgb(srgb_to_linear(values)) - values).abs().max()) < 1e-6
    assert srgb_to_linear(values).numpy() == pytest.approx(colour.models.eotf_sRGB(values.numpy()), abs=1e-6)


def test_lab_and_back_is_the_same_light() -> None:
    linear = torch.rand(5000, 3, generator=torch.manual_seed(0), dtype=torch.float64)
    assert float((lab_to_linear(linear_to_lab(linear)) - linear).abs().max()) < 1e-12
