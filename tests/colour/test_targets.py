from __future__ import annotations

import colour
import numpy as np
import pytest
import torch

from brandkit.colour import Target, Targets, linear_to_lab, srgb_to_lab, srgb_to_linear
from brandkit.colour.targets import (
    nearest_on_curve,
    nearest_on_curve_torch,
    nearest_point,
    nearest_point_torch,
    shading_curve,
    shadings,
)

SURFACES = [
    (255, 79, 0),
    (0, 80, 255),
    (0, 31, 91),
    (200, 200, 200),
    (0, 166, 81),
    (3, 0, 2),
    (255, 255, 255),
]


def colours(number: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(0, 256, (number, 3), generator=torch.manual_seed(seed), dtype=torch.uint8)


def test_the_compiled_search_agrees_with_colour_science() -> None:
    lab, points = srgb_to_lab(colours(3000)), srgb_to_lab(colours(8, 1))
    distance, index = nearest_point(lab, points)
    expected = np.stack(
        [colour.delta_E(lab.double().numpy(), p, method="CIE 2000") for p in points.double().numpy()]
    )
    assert distance.numpy() == pytest.approx(expected.min(0), abs=2e-3)
    assert (index.numpy() == expected.argmin(0)).mean() > 0.999


def test_the_compiled_search_agrees_with_torch() -> None:
    lab, points = srgb_to_lab(colours(200_000)), srgb_to_lab(colours(8, 1))
    for found, expected in zip(nearest_point(lab, points), nearest_point_torch(lab, points), strict=True):
        assert float((found - expected).abs().double().quantile(0.9999)) < 2e-3


@pytest.mark.parametrize("surface", SURFACES, ids=str)
def test_the_compiled_curve_agrees_with_torch(surface: tuple[int, int, int]) -> None:
    lab, curve = srgb_to_lab(colours(20_000)), shading_curve(surface)
    found, expected = nearest_on_curve(lab, curve)[0], nearest_on_curve_torch(lab, curve)[0]
    near = expected < 20  # farther off, hues may be opposite, where the formula jumps
    assert float((found - expected)[near].abs().max() if near.any() else 0) < 5e-3


@pytest.mark.parametrize("surface", SURFACES, ids=str)
def test_a_curve_is_searched_as_well_as_by_trying_all_of_it(surface: tuple[int, int, int]) -> None:
    lab = srgb_to_lab(colours(300_000)[: 1 << 14])
    distance, _ = nearest_on_curve(lab, shading_curve(surface))
    some = torch.nonzero(distance < 15).flatten()[:150]
    dense = shading_curve(surface, 4096).double().numpy()
    for row in some.tolist():
        expected = colour.delta_E(lab[row].double().numpy()[None], dense, method="CIE 2000").min()
        assert float(distance[row]) == pytest.approx(expected, abs=0.02)


def test_of_several_surfaces_the_nearest_is_that_of_a_search_of_each() -> None:
    rgb = colours(300_000)
    lab = srgb_to_lab(rgb)
    flat = [(0, 80, 255), (250, 250, 250)]
    found = Targets([Target(c) for c in flat] + [Target(s, shaded=True) for s in SURFACES]).nearest_lab(lab)
    points = srgb_to_lab(torch.tensor(flat, dtype=torch.uint8))
    each = torch.stack(
        [nearest_point(lab, point[None])[0] for point in points]
        + [nearest_on_curve(lab, shading_curve(surface))[0] for surface in SURFACES]
    )
    assert torch.equal(found.distance, each.amin(0))
    assert torch.equal(each.gather(0, found.index[None])[0], found.distance)


@pytest.mark.parametrize("surface", SURFACES[:5], ids=str)
def test_a_surface_under_any_light_is_on_its_curve(surface: tuple[int, int, int]) -> None:
    body = srgb_to_linear(torch.tensor(surface, dtype=torch.float64) / 255)
    shaded = linear_to_lab(torch.linspace(0.2, 1.0, 50, dtype=torch.float64)[:, None] * body).float()
    lit = shaded[shaded[:, 0] > 10]
    assert float(Targets([Target(surface, shaded=True)]).nearest_lab(lit).distance.max()) < 0.05


def test_shadings_keep_the_chromaticity() -> None:
    body = torch.tensor([0.4, 0.1, 0.05], dtype=torch.float64)
    ratios = shadings(body, 20) / body
    assert float((ratios - ratios[:, :1]).abs().max()) < 1e-9


def test_the_nearest_of_several_targets_is_named() -> None:
    palette = Targets([Target((255, 79, 0), shaded=True), Target((0, 80, 255)), Target((16, 24, 32))])
    found = palette.nearest(torch.tensor([[128, 36, 0], [0, 80, 254], [18, 24, 30]], dtype=torch.uint8))
    assert found.index.tolist() == [0, 1, 2]
