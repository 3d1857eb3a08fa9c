from __future__ import annotations

import pytest
import torch

from brandkit.colour.families import lab_of, same_family, same_family_torch
from brandkit.colour.spaces import srgb_to_lab


def colours(count: int = 20_000, seed: int = 0) -> torch.Tensor:
    rgb = torch.randint(0, 256, (count, 3), generator=torch.manual_seed(seed), dtype=torch.uint8)
    rgb[:256] = torch.arange(256, dtype=torch.uint8)[:, None]
    return rgb


def test_the_compiled_lab_is_that_of_double_precision() -> None:
    rgb = colours()
    assert (lab_of(rgb) - srgb_to_lab(rgb.double() / 255)).abs().max() < 3e-4


def test_white_and_black_are_exact() -> None:
    found = lab_of(torch.tensor([[255, 255, 255], [0, 0, 0]], dtype=torch.uint8))
    assert found.tolist() == [[100, 0, 0], [pytest.approx(0, abs=1e-5), 0, 0]]


def test_the_compiled_family_is_that_of_torch() -> None:
    lab, targets = lab_of(colours()), lab_of(colours(seed=1))
    part = torch.rand(len(lab), generator=torch.manual_seed(2))
    found = same_family(lab, targets, part)
    assert 0.02 < found.float().mean() < 0.5
    assert (found != same_family_torch(lab, targets, part)).sum() <= 2  # on the border, rounding decides
