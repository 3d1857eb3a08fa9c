from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from brandkit.logo.find import Model, View, find
from brandkit.logo.measure import measure

from .scenes import F64, U8, artwork, corners, jpeg, pasted, photo, pose_of

CENTRE = (420.0, 260.0)


@cache
def model(name: str) -> Model:
    return Model.of(artwork(name))


def found(picture: U8, name: str) -> list[F64]:
    return [place.pose for place in find(View.of(picture), model(name))]


@pytest.mark.parametrize(
    ("name", "width", "degrees"),
    [("postgresql", 120, 0), ("gitlab", 200, 137), ("jupyter", 120, 0), ("python", 200, 137)],
)
def test_a_logo_is_found_to_the_pixel(name: str, width: int, degrees: int) -> None:
    art = artwork(name)
    pose = pose_of(art, width, CENTRE, degrees)
    (seen,) = found(jpeg(pasted(photo(), art, pose), 75), name)
    assert np.abs(corners(art, seen) - corners(art, pose)).max() < 2.5


def test_a_logo_that_is_covered_or_cut_off_in_part_is_found() -> None:
    art = artwork("postgresql")
    for centre, cover in (((420.0, 260.0), slice(460, 540)), ((70.0, 260.0), slice(0, 0))):
        pose = pose_of(art, 200, centre)
        picture = pasted(photo(), art, pose)
        picture[:, cover] = (40, 120, 60)
        (seen,) = found(jpeg(picture, 80), "postgresql")
        assert np.abs(corners(art, seen) - corners(art, pose)).max() < 2.5


def test_a_logo_on_a_plain_ground_keeps_its_width() -> None:
    art = artwork("gitlab")
    pose = pose_of(art, 268, CENTRE)
    picture = jpeg(pasted(np.full((540, 960, 3), 250, np.uint8), art, pose), 75)
    (seen,) = found(picture, "gitlab")
    reading = measure(picture, seen, model("gitlab"))
    assert reading.width_px == pytest.approx(268, abs=2)
    assert reading.contrast is not None
    assert reading.contrast > 2


def test_each_copy_is_found_once() -> None:
    art = artwork("python")
    picture = photo("astronaut")
    centres = [(200, 150), (600, 200), (420, 420)]
    for centre, degrees in zip(centres, (0, 20, 0), strict=True):
        picture = pasted(picture, art, pose_of(art, 150, centre, degrees))
    seen = sorted(tuple(np.round(pose[:, 2]).astype(int)) for pose in found(picture, "python"))
    assert np.abs(np.array(seen) - sorted(centres)).max() <= 2


@pytest.mark.parametrize("name", ["postgresql", "gitlab", "git-wordmark"])
def test_no_logo_is_found_in_a_photograph(name: str) -> None:
    assert found(photo("coffee"), name) == []


@pytest.mark.parametrize(
    ("name", "other"), [("gitlab", "postgresql"), ("python", "ubuntu"), ("docker", "gitlab")]
)
def test_a_logo_of_another_brand_is_none(name: str, other: str) -> None:
    art = artwork(other)
    ground = np.full((540, 960, 3), 240, np.uint8)
    assert found(pasted(ground, art, pose_of(art, 250, CENTRE)), name) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 400, 3), (32, 32, 3), (540, 960, 3)])
@pytest.mark.parametrize("code", [0, 255])
def test_a_frame_of_one_colour_shows_none(shape: tuple[int, ...], code: int) -> None:
    assert found(np.full(shape, code, np.uint8), "gitlab") == []


def test_noise_shows_none() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (270, 480, 3), dtype=np.uint8)
    assert found(noise, "gitlab") == []


@pytest.mark.parametrize("by", [0.93, 1.0, 1.12])
def test_stretch_is_measured_to_a_percent(by: float) -> None:
    art = artwork("gitlab")
    picture = jpeg(pasted(photo(), art, pose_of(art, 220, CENTRE, 10, by)), 80)
    (pose,) = found(picture, "gitlab")
    assert measure(picture, pose, model("gitlab")).stretch == pytest.approx(max(by, 1 / by) - 1, abs=0.01)


def test_a_logo_in_its_own_colours_is_so_and_another_hue_is_told() -> None:
    art = artwork("gitlab")
    pose = pose_of(art, 220, CENTRE)
    picture = jpeg(pasted(photo(), art, pose), 90)
    reading = measure(picture, pose, model("gitlab"))
    assert reading.worst is not None
    assert reading.worst.apart < 3
    assert {ink.target for ink in reading.inks} == {"#FC6D26", "#E24329", "#FCA326"}
    swapped = np.ascontiguousarray(art.rgb[..., ::-1])
    wrong = pasted(photo(), art, pose, swapped)
    (seen,) = found(wrong, "gitlab")
    worst = measure(wrong, seen, model("gitlab")).worst
    assert worst is not None
    assert worst.apart > 30


def test_what_covers_a_logo_is_measured() -> None:
    art = artwork("postgresql")
    pose = pose_of(art, 260, CENTRE)
    picture = pasted(photo(), art, pose)
    whole = measure(picture, pose, model("postgresql"))
    left = int(corners(art, pose)[0, 0])
    picture[:, left : left + 65] = (40, 120, 60)  # a quarter of the width, a sixth of the ink
    covered = measure(picture, pose, model("postgresql"))
    ink = art.alpha >= 128
    assert whole.seen > 0.97
    assert covered.seen == pytest.approx(1 - ink[:, : ink.shape[1] // 4].sum() / ink.sum(), abs=0.04)


def test_what_the_frame_cuts_off_is_not_seen() -> None:
    art = artwork("ubuntu")
    pose = pose_of(art, 160, (60.0, 300.0))
    picture = pasted(photo("astronaut"), art, pose)
    (seen,) = found(picture, "ubuntu")
    assert measure(picture, seen, model("ubuntu")).seen == pytest.approx(1 - 20 / 160, abs=0.03)


def test_contrast_is_that_of_wcag() -> None:
    art = artwork("ubuntu")
    ground = np.full((540, 960, 3), 255, np.uint8)
    pose = pose_of(art, 160, CENTRE)
    reading = measure(pasted(ground, art, pose), pose, model("ubuntu"))
    # E95420 on white: 3.61 by webaim.org/resources/contrastchecker.
    assert reading.contrast == pytest.approx(3.61, abs=0.05)


@pytest.mark.parametrize("heights", [0.1, 0.3, 0.6])
def test_free_space_reaches_to_the_next_thing(heights: float) -> None:
    art = artwork("ubuntu")
    pose = pose_of(art, 120, CENTRE)
    picture = pasted(np.full((540, 960, 3), 250, np.uint8), art, pose)
    box = corners(art, pose)
    tall = box[2, 1] - box[0, 1]
    start = round(box[1, 0] + heights * tall)
    picture[180:300, start : start + 50] = (20, 60, 160)
    assert measure(picture, pose, model("ubuntu")).free == pytest.approx(heights, abs=0.05)


def test_free_space_ends_at_the_edge_of_the_frame() -> None:
    art = artwork("ubuntu")
    pose = pose_of(art, 120, (90.0, 260.0))
    picture = pasted(np.full((540, 960, 3), 250, np.uint8), art, pose)
    tall = 120 * art.size[1] / art.size[0]
    assert measure(picture, pose, model("ubuntu")).free == pytest.approx(30 / tall, abs=0.05)


def test_space_that_is_free_is_free_as_far_as_is_looked() -> None:
    art = artwork("ubuntu")
    pose = pose_of(art, 120, CENTRE)
    picture = pasted(np.full((540, 960, 3), 250, np.uint8), art, pose)
    assert measure(picture, pose, model("ubuntu"), 0.5).free == 0.5
