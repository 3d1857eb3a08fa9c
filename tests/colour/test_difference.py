from __future__ import annotations

from pathlib import Path

import colour
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brandkit.colour import ciede2000, srgb_to_lab

SHARMA = np.loadtxt(Path(__file__).parents[1] / "data/ciede2000_sharma.csv", delimiter=",", skiprows=1)
"""The 34 pairs of table 1 in Sharma, Wu and Dalal (2005)."""

lab = st.tuples(st.floats(1, 99), st.floats(-90, 90), st.floats(-90, 90))


@pytest.mark.parametrize("row", SHARMA, ids=[f"pair-{n}" for n in range(1, 35)])
def test_the_pairs_of_sharma_wu_and_dalal(row: np.ndarray, device: str) -> None:
    pair = torch.tensor(row, dtype=torch.float64, device=device)
    assert float(ciede2000(pair[:3], pair[3:6])) == pytest.approx(row[6], abs=1e-4)
    assert float(ciede2000(pair[3:6], pair[:3])) == pytest.approx(row[6], abs=1e-4)


@settings(max_examples=200, deadline=None)
@given(lab, lab)
def test_it_agrees_with_colour_science(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    hues = [np.arctan2(c[2], c[1]) for c in (one, other)]
    assume(abs(abs(hues[0] - hues[1]) - np.pi) > 0.05)  # at opposite hues the formula itself jumps
    expected = float(colour.delta_E(np.array(one), np.array(other), method="CIE 2000"))
    found = ciede2000(torch.tensor(one, dtype=torch.float64), torch.tensor(other, dtype=torch.float64))
    assert float(found) == pytest.approx(expected, abs=1e-6)


def test_a_colour_is_at_no_distance_from_itself() -> None:
    colours = srgb_to_lab(torch.randint(0, 256, (1000, 3), generator=torch.manual_seed(1), dtype=torch.uint8))
    assert float(ciede2000(colours, colours).max()) == 0.0


def test_leading_axes_broadcast() -> None:
    many, few = torch.rand(5, 1, 3) * 50, torch.rand(4, 3) * 50
    assert ciede2000(many, few).shape == (5, 4)
    assert torch.equal(ciede2000(many, few)[2, 3], ciede2000(many[2, 0], few[3]))


@pytest.mark.parametrize(
    "rgb", [(0.5, 0.5, 0.5), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.2, 0.4, 0.9), (1.0, 0.0, 0.0)]
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_are_finite(rgb: tuple[float, ...], dtype: torch.dtype) -> None:
    for target in ((0.5, 0.5, 0.5), rgb, (0.0, 0.0, 0.0), (0.9, 0.2, 0.1)):
        colour_ = torch.tensor(rgb, dtype=dtype, requires_grad=True)
        distance = ciede2000(srgb_to_lab(colour_), srgb_to_lab(torch.tensor(target, dtype=dtype)))
        distance.backward()  # type: ignore[no-untyped-call]
        assert colour_.grad is not None
        assert bool(colour_.grad.isfinite().all())


def test_the_gradient_is_the_slope() -> None:
    one = torch.tensor([[52.0, 30.0, -20.0], [40.0, -12.0, 33.0]], dtype=torch.float64, requires_grad=True)
    other = torch.tensor([[50.0, 22.0, -31.0], [48.0, -20.0, 21.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(ciede2000, (one, other))
