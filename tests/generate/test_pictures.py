from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from brandkit.generate.diffusers import pictures
from brandkit.generate.diffusers.pictures import Size

SIDES = st.integers(1, 300)


@given(width=SIDES, height=SIDES, grid=st.integers(1, 64))
def test_a_models_size_is_the_next_that_its_grid_allows(width: int, height: int, grid: int) -> None:
    size = Size.on_grid(width, height, grid)
    for asked, given_ in ((width, size.model_width), (height, size.model_height)):
        assert given_ % grid == 0
        assert asked <= given_ < asked + grid
    cropped = size.crop(torch.zeros((1, 3, size.model_height, size.model_width)))
    assert cropped.shape == (1, 3, height, width)


@pytest.mark.parametrize("grid", [8, 13, 16, 64])
def test_what_is_fitted_and_cropped_is_not_shifted(grid: int) -> None:
    picture = Image.effect_noise((60, 44), 80).convert("RGB")
    size = Size.on_grid(60, 44, grid)
    fitted = pictures.fitted(picture, size)
    assert fitted.size == (size.model_width, size.model_height)
    assert torch.equal(size.crop(pictures.pixels(fitted)), pictures.pixels(picture))


def test_a_picture_of_other_proportions_keeps_its_middle() -> None:
    picture = np.zeros((40, 120, 3), np.uint8)
    picture[:, 40:80] = 255
    fitted = pictures.fitted(Image.fromarray(picture), Size.on_grid(40, 40, 8))
    assert np.asarray(fitted).min() == 255


def test_frames_of_another_size_are_brought_to_the_one_asked_for_and_that_is_said() -> None:
    frames = torch.zeros((2, 3, 40, 120))
    frames[..., 40:80] = 1
    cut, notes = pictures.cut(frames, Size.on_grid(30, 30, 8))
    assert cut.shape == (2, 3, 30, 30)
    assert cut[..., 2:-2].min() > 0.95
    assert "120 x 40" in notes[0]
    cut, notes = pictures.cut(torch.zeros((1, 3, 32, 32)), Size.on_grid(30, 30, 8))
    assert (cut.shape, notes) == ((1, 3, 30, 30), ())


def test_outlines_are_white_on_black_along_an_edge() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, 32:] = 200
    lines = np.asarray(pictures.outlines(Image.fromarray(picture)))
    assert lines.shape == (64, 64, 3)
    assert set(np.unique(lines)) == {0, 255}
    assert set(np.nonzero(lines[32, :, 0])[0]) <= {30, 31, 32}


def test_the_first_frame_of_a_clip_is_an_anchor_and_that_is_said(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("#C83C28", "#2850C8")]
    frames[0].save(tmp_path / "two.png", save_all=True, append_images=frames[1:])
    picture, notes = pictures.read(tmp_path / "two.png")
    assert picture.getpixel((3, 3)) == (200, 60, 40)
    assert "first frame" in notes[0]
