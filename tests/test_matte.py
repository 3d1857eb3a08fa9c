"""Corrections that are limited to a region: found, soft, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from brandkit.brand import Brand, Swatch
from brandkit.correct import solve
from brandkit.errors import MediaError
from brandkit.grade import GradedClip
from brandkit.mask import Mask, parse_box
from brandkit.matte import RegionMatte, filled, soft

from .scenes import Scene, de00, photograph, rgb8

BLUE = "#0050FF"
DRIFTED = np.array(rgb8("#125CEC"))
LOOKALIKE = np.array(rgb8("#2A62DC"))


def brand(hex_colour: str = BLUE, **more: object) -> Brand:
    return Brand(name="Test", swatches=(Swatch(name="blue", hex=hex_colour, **more),))  # type: ignore[arg-type]


def disc(picture: np.ndarray, colour: np.ndarray, centre: tuple[int, int], radius: int) -> np.ndarray:
    """The picture with an antialiased disc; ``float64``, not rounded."""
    mask = np.zeros((picture.shape[0] * 4, picture.shape[1] * 4), np.uint8)
    cv2.circle(mask, (centre[0] * 4, centre[1] * 4), radius * 4, 255, -1)
    share = cv2.resize(mask, picture.shape[1::-1], interpolation=cv2.INTER_AREA)[..., None] / 255.0
    return picture * (1 - share) + share * colour


def corrected(scene: Scene, guide: Brand, mask: Mask | None = None) -> list[np.ndarray]:
    clip = GradedClip(scene, solve(scene, guide, mask=mask))
    return [frame.permute(1, 2, 0).numpy() for batch in clip.batches() for frame in batch.pixels]


def gradient_sky() -> np.ndarray:
    """A sky that is near the drifted blue, so that a LUT for the whole frame would move it."""
    top, bottom = np.array([40.0, 60, 160]), np.array([90.0, 150, 235])
    part = np.linspace(0, 1, 540)[:, None, None]
    sky = top + part * (bottom - top) + np.zeros((1, 960, 1))
    return np.random.default_rng(0).normal(sky, 3.0)


def test_a_sky_of_nearly_the_blue_stays_while_the_disc_becomes_exact() -> None:
    sky = gradient_sky()
    truth = np.clip(np.round(disc(sky, np.array(rgb8(BLUE)), (480, 250), 160)), 0, 255).astype(np.uint8)
    given = np.clip(np.round(disc(sky, DRIFTED, (480, 250), 160)), 0, 255).astype(np.uint8)
    (shot,) = solve(Scene([given]), brand())
    assert all(grade.where is not None for grade in shot.grades)
    (result,) = corrected(Scene([given]), brand())
    y, x = np.mgrid[:540, :960]
    away = np.hypot(x - 480, y - 250)
    assert (result[away < 156] == np.array(rgb8(BLUE))).all(-1).mean() >= 0.999
    assert (result[away > 166] == given[away > 166]).all()
    rim = (away > 156) & (away < 166)
    before, after = de00(given[rim], truth[rim]).mean(), de00(result[rim], truth[rim]).mean()
    assert after < 0.35 * before


def test_a_soft_edge_is_the_share_of_the_region() -> None:
    ground = np.full((200, 300, 3), 230.0)
    picture = np.round(disc(ground, DRIFTED, (150, 100), 50)).astype(np.uint8)
    share = (230 - picture[..., 0].astype(float)) / (230 - DRIFTED[0])
    solid = share > 0.9
    matte = soft(picture, solid)
    assert np.abs(matte - share).max() < 0.05


def lit_cloth(hex_colour: str) -> np.ndarray:
    """A photograph of a night sky with a lit cloth, on which a highlight lies near its upper edge."""
    picture = photograph("rocket").astype(float)
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width] / height
    body = (np.array(rgb8(hex_colour)) / 255) ** 2.2
    light = 0.6 + 0.3 * np.sin(5 * x + 3 * y)[..., None]
    gloss = 0.5 * np.exp(-((x - 0.7) ** 2 + (y - 0.34) ** 2) / 0.004)[..., None]
    cloth = 255 * np.clip(light * body + gloss, 0, 1) ** (1 / 2.2)
    inside = (np.abs(x - 0.75) < 0.45) & (np.abs(y - 0.5) < 0.3)
    return np.round(np.where(inside[..., None], cloth, picture)).astype(np.uint8)


def test_a_highlight_near_the_edge_of_a_thing_goes_with_it() -> None:
    given, truth = lit_cloth("#D79D1B"), lit_cloth("#C9A227")  # of the same luminance
    (result,) = corrected(Scene([given]), brand("#C9A227", finish="shaded"))
    y, x = np.mgrid[: given.shape[0], : given.shape[1]] / given.shape[0]
    highlight = np.hypot(x - 0.7, y - 0.34) < 0.08
    before, after = (de00(side[highlight], truth[highlight]).mean() for side in (given, result))
    assert after < 0.4 * before


def test_fur_that_merely_has_the_hue_and_is_within_tolerance_stays() -> None:
    picture = photograph("chelsea")
    wide = solve(Scene([picture]), brand("#C08A5A", finish="shaded", tolerance=8, capture=14))
    assert wide == ()


def test_small_holes_are_filled_and_large_ones_stay() -> None:
    mask = np.zeros((100, 100), bool)
    mask[10:90, 10:90] = True
    mask[20:24, 20:24] = False
    mask[40:80, 40:80] = False
    result = filled(mask)
    assert result[22, 22] and not result[60, 60] and not result[5, 5]


def test_two_swatches_whose_renderings_are_one_colour_are_parted_by_their_mattes() -> None:
    picture = photograph("rocket").astype(np.float64)
    picture[:] = 235
    first = disc(picture, np.array([20.0, 90, 235]), (250, 270), 120)
    both = disc(first, np.array([22.0, 92, 233]), (700, 270), 120)
    frame = np.clip(np.round(both), 0, 255).astype(np.uint8)
    guide = brand()
    (result,) = corrected(Scene([frame]), guide)
    assert tuple(result[270, 250]) == tuple(result[270, 700]) == rgb8(BLUE)


def test_the_matte_does_not_depend_on_the_size_of_batches() -> None:
    frames = [
        np.clip(np.round(disc(gradient_sky(), DRIFTED, (300 + 10 * k, 250), 160)), 0, 255).astype(np.uint8)
        for k in range(5)
    ]
    scene = Scene(frames)
    clip = GradedClip(scene, solve(scene, brand()))
    whole = torch.cat([batch.pixels for batch in clip.batches(8)])
    single = torch.cat([batch.pixels for batch in clip.batches(2)])
    assert torch.equal(whole, single)


def test_a_painted_mask_is_taken_at_its_word(tmp_path: Path) -> None:
    frame = np.full((540, 960, 3), 235, np.uint8)
    frame[100:300, 100:300] = frame[100:300, 500:700] = DRIFTED
    mask = np.zeros((540, 960), np.uint8)
    mask[:, :400] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    (result,) = corrected(Scene([frame]), brand(), Mask(tmp_path / "mask.png"))
    assert (result[100:300, 100:300] == np.array(rgb8(BLUE))).all()
    assert (result[100:300, 500:700] == DRIFTED).all()


def test_a_box_says_where_to_look() -> None:
    frame = np.full((540, 960, 3), 235, np.uint8)
    frame[100:300, 100:300] = frame[100:300, 500:700] = DRIFTED
    (result,) = corrected(Scene([frame]), brand(), Mask(box=(450, 0, 500, 540)))
    assert (result[100:300, 100:300] == DRIFTED).all()
    assert (result[100:300, 500:700] == np.array(rgb8(BLUE))).all()


def test_a_mask_of_another_size_or_without_white_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.full((10, 20), 255, np.uint8)).save(tmp_path / "small.png")
    with pytest.raises(MediaError, match=r"small\.png: the mask is 20 x 10, the clip 960 x 540"):
        Mask(tmp_path / "small.png").of(960, 540)
    Image.fromarray(np.zeros((540, 960), np.uint8)).save(tmp_path / "black.png")
    with pytest.raises(MediaError, match=r"black\.png: the mask has no white"):
        Mask(tmp_path / "black.png").of(960, 540)
    with pytest.raises(MediaError, match="lies outside of the frame of 960 x 540"):
        Mask(box=(960, 0, 10, 10)).of(960, 540)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,0,4", "a,b,c,d", "-1,2,3,4", "1,2,3,4,5"])
def test_what_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no region; give x,y,width,height"):
        parse_box(text)


def test_a_grade_outlives_the_frames_that_it_was_solved_from() -> None:
    given = np.clip(np.round(disc(gradient_sky(), DRIFTED, (480, 250), 160)), 0, 255).astype(np.uint8)
    (shot,) = solve(Scene([given]), brand())
    for grade in shot.grades:
        assert isinstance(grade.where, RegionMatte)
        assert grade.where.region.sighting.pixels is None
        assert not len(grade.where.region.members)
