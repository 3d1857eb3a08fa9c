from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import color, data
from skimage.transform import downscale_local_mean

from brandkit.style.grading import FLOOR, LEVELS, TINT, USUAL, grading
from brandkit.style.resize import resized


def test_the_tint_of_one_colour_is_its_a_and_b_at_its_own_lightness() -> None:
    lightness, a, b = color.rgb2lab(np.full((1, 1, 3), (200, 120, 60), np.uint8))[0, 0]
    found = grading(torch.tensor([200, 120, 60], dtype=torch.uint8).view(1, 3, 1, 1).expand(1, 3, 50, 50))[0]
    level = int(lightness * (LEVELS - 1) / 100)
    scale = TINT * (2 * LEVELS) ** 0.5
    for place in (level, level + 1):
        assert float(found[place]) * scale == pytest.approx(a, rel=0.03)
        assert float(found[LEVELS + place]) * scale == pytest.approx(b, rel=0.03)
    assert float(found[0]) == float(found[LEVELS - 1]) == 0


def test_what_is_of_one_hue_has_no_deviation_across_it() -> None:
    ramp = torch.arange(256, dtype=torch.uint8).repeat(64, 1)
    grey, several = ramp.expand(1, 3, 64, 256), torch.from_numpy(data.coffee()).permute(2, 0, 1)[None]
    one, many = (grading(picture)[0, 2 * LEVELS :] * LEVELS**0.5 for picture in (grey, several))
    np.testing.assert_allclose(one, np.log(FLOOR / USUAL), atol=0.01)
    assert float(many.max()) > np.log(1 / 2)


def test_a_picture_of_half_the_size_is_the_mean_of_blocks() -> None:
    picture = data.coffee()
    expected = downscale_local_mean(picture, (4, 4, 1))
    found = resized(torch.from_numpy(picture).permute(2, 0, 1), expected.shape[:2])
    np.testing.assert_allclose(found.permute(1, 2, 0), expected, atol=1.5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (4, 70000), (33, 65)])
def test_a_flat_picture_stays_flat_whatever_its_shape(shape: tuple[int, int]) -> None:
    found = resized(torch.full((3, *shape), 77, dtype=torch.uint8), (32, 48))
    assert found.shape == (3, 32, 48) and bool((found == 77).all())
