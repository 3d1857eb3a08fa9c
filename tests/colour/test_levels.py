from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.measure import block_reduce

from brandkit.brand import Brand, Swatch
from brandkit.colour.levels import Levels, farthest
from brandkit.family import DISTANCE
from brandkit.known import Known
from brandkit.survey import Survey

from ..scenes import Scene, photograph

SWATCHES = {"blue": "#0050FF", "orange": "#FF4F00", "grey": "#808080"}
BRAND = Brand(name="Test", swatches=tuple(Swatch(name=name, hex=code) for name, code in SWATCHES.items()))
LEVELS = Levels(DISTANCE, 20.0, 254)


def expected(picture: np.ndarray, step: int) -> np.ndarray:
    """By scikit-image."""
    lab = rgb2lab(picture)
    codes = [tuple(int(code[i : i + 2], 16) for i in (1, 3, 5)) for code in SWATCHES.values()]
    swatches = [rgb2lab(np.array([[code]], np.uint8)) for code in codes]
    distance = np.min([deltaE_ciede2000(lab, swatch) for swatch in swatches], 0)
    return 1 + block_reduce(np.clip(distance / 20, 0, 1) * 253, (step, step), np.max)


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("with_far", [False, True])
def test_each_square_shows_its_farthest_pixel(step: int, with_far: bool) -> None:
    picture = photograph("coffee")[:301, :407]
    known = Known(BRAND)
    if with_far:
        known.find_far()
    survey = Survey(BRAND, known=known)
    (frames,) = Scene([picture]).batches(1)
    survey.update(frames)
    found = farthest(survey.table, LEVELS, frames.pixels[0], step, known.far)
    off = np.abs(found - expected(picture, step)) * 20 / 253
    assert found.min() >= 1
    if not with_far:
        assert off.max() <= 0.1  # a step is 0.08
        return
    assert known.far is not None
    assert len(known.table) < len(np.unique(picture.reshape(-1, 3), axis=0)), "some colours are told by cubes"
    assert off.max() <= 2.5 and off.mean() <= 0.2


def test_a_picture_on_the_brand_s_colour_is_dark() -> None:
    survey = Survey(BRAND)
    (frames,) = Scene([np.full((8, 8, 3), (0, 0x50, 0xFF), np.uint8)]).batches(1)
    survey.update(frames)
    assert farthest(survey.table, LEVELS, frames.pixels[0], 4).tolist() == [[1, 1], [1, 1]]


def test_a_frame_that_was_not_surveyed_is_shown_too() -> None:
    picture = photograph("coffee")[:60, :80]
    pixels = torch.from_numpy(picture).permute(2, 0, 1).contiguous()
    off = np.abs(farthest(Known(BRAND).table, LEVELS, pixels, 2) - expected(picture, 2)) * 20 / 253
    assert off.max() <= 0.1


def test_any_device_says_the_same() -> None:
    picture = torch.from_numpy(photograph("coffee")[:50, :71]).permute(2, 0, 1).contiguous()
    survey = Survey(BRAND)
    survey.table.index(picture[None])
    exact = survey.table
    found = farthest(exact, LEVELS, picture, 3)
    rows = exact.index(picture[None])[0].long()
    levels = LEVELS(exact.columns)[rows].float()
    pooled = torch.nn.functional.max_pool2d(levels[None], 3, ceil_mode=True)[0]
    assert np.array_equal(found, pooled.numpy())
