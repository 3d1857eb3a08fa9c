from __future__ import annotations

import numpy as np
import pytest
import torch

from brandkit.colour.families import lab_between, lab_of, same_family, same_family_torch
from brandkit.colour.spaces import srgb_to_lab


def colours(count: int = 20_000, seed: int = 0) -> torch.Tensor:
    rgb = torch.randint(0, 256, (count, 3), generator=torch.manual_seed(seed), dtype=torch.uint8)
    rgb[:256] = torch.arange(256, dtype=torch.uint8)[:, None]
    return rgb


def test_the_compiled_lab_is_that_of_double_precision() -> None:
    rgb = colours()
    assert (lab_of(rgb) - srgb_to_lab(rgb.double() / 255)).abs().max() < 3e-4


def test_codes_with_fractions_have_the_lab_of_double_precision() -> None:
    codes = 255 * torch.rand((40, 500, 3), generator=torch.manual_seed(3))
    codes[0, :256] = torch.arange(256, dtype=torch.float32)[:, None]
    codes[1] /= 25  # where the curve begins as a line
    found = torch.from_numpy(lab_between(codes.numpy()))
    assert (found - srgb_to_lab(codes.double() / 255)).abs().max() < 5e-4


def test_codes_beyond_the_scale_are_held_at_its_ends() -> None:
    found = lab_between(np.array([[300, 256, 255.5], [-1, -20, 0]], np.float32))
    assert found.tolist() == [[100, 0, 0], [pytest.approx(0, abs=1e-5), 0, 0]]


def test_white_and_black_are_exact() -> None:
    found = lab_of(torch.tensor([[255, 255, 255], [0, 0, 0]], dtype=torch.uint8))
    assert found.tolist() == [[100, 0, 0], [pytest.approx(0, abs=1e-5), 0, 0]]


def test_the_compiled_family_is_that_of_torch() -> None:
    lab, targets = lab_of(colours()), lab_of(colours(seed=1))
    part = torch.rand(len(lab), generator=torch.manual_seed(2))
    found = same_family(lab, targets, part)
    assert 0.02 < found.float().mean() < 0.5
    assert (found != same_family_torch(lab, targets, part)).sum() <= 2  # on the border, rounding decides
