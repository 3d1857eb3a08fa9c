from __future__ import annotations

import cv2
import numpy as np
import pytest

from brandkit.temporal.motion import Aligner, Step, cells, region_change

from ..scenes import lab, photograph


def codes(picture: np.ndarray) -> np.ndarray:
    return picture.astype(np.float32)


def small(name: str) -> np.ndarray:
    return cv2.resize(photograph(name), (320, 180), interpolation=cv2.INTER_AREA)


def moved(picture: np.ndarray, x: float, y: float = 0) -> np.ndarray:
    move = np.array([[1, 0, x], [0, 1, y]], np.float64)
    return cv2.warpAffine(
        picture, move, picture.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )


def step(before: np.ndarray, after: np.ndarray) -> Step:
    aligner = Aligner()
    assert aligner.update(codes(before), cv2.convertScaleAbs(codes(before))) is None
    found = aligner.update(codes(after), cv2.convertScaleAbs(codes(after)))
    assert found is not None
    return found


@pytest.mark.parametrize("by", [(1, 0), (5, 3), (-9, 2)], ids=str)
def test_a_shift_leaves_no_change(by: tuple[int, int]) -> None:
    picture = small("astronaut")
    whole = cells(step(picture, moved(picture, *by)))
    assert whole.known.mean() > 0.6
    assert np.median(np.abs(whole.change[whole.known])) < 0.1
    unmoved = (lab(moved(picture, *by)) - lab(picture))[..., 0]
    assert np.abs(unmoved).mean() > 20 * np.abs(whole.change[whole.known][:, 0]).mean()


def test_a_change_of_light_is_no_motion_and_has_its_size() -> None:
    picture = small("coffee")
    brighter = np.clip(picture * 1.03, 0, 255).round().astype(np.uint8)
    expected = (lab(brighter) - lab(picture)).mean((0, 1))
    whole = cells(step(picture, brighter))
    assert whole.known.all()
    assert whole.change.mean((0, 1)) == pytest.approx(expected, abs=0.06)


def test_the_colour_of_a_cell_is_the_mean_of_its_pixels() -> None:
    picture = small("rocket")
    whole = cells(step(picture, picture))
    assert whole.side == 5 and whole.known.shape == (36, 64)
    expected = lab(picture[None, 20:25, 40:45].mean((1, 2)))[0]
    assert whole.lab[4, 8] == pytest.approx(expected, abs=0.02)
    assert np.abs(whole.change).max() < 1e-3


def test_what_was_covered_is_not_compared() -> None:
    ground, thing = small("coffee"), small("chelsea")[40:120, 100:180]
    before, after = ground.copy(), ground.copy()
    before[50:130, 60:140] = thing
    after[50:130, 80:160] = thing
    whole = cells(step(before, after))
    assert not whole.known[12:24, 12:16].all()  # the ground that came into sight
    assert whole.known[:, 40:].mean() > 0.9


def test_even_ground_is_compared_though_its_flow_is_any() -> None:
    rng = np.random.default_rng(0)
    ground, other = (
        np.full((180, 320, 3), code) + rng.normal(0, 0.4, (180, 320, 1)) for code in (92.0, 94.0)
    )
    whole = cells(step(ground, other))
    assert whole.known.mean() > 0.95
    assert whole.change[whole.known][:, 0].mean() == pytest.approx(0.8, abs=0.1)


def test_a_region_changes_by_the_mean_of_its_pixels() -> None:
    picture = np.full((60, 80, 3), 100, np.uint8)
    other = picture.copy()
    other[10:30, 10:40] = 104
    region = np.zeros((60, 80), np.bool_)
    region[12:28, 12:38] = True
    found, colour = region_change(step(picture, other), region)
    expected = lab(np.array([[104, 104, 104]])) - lab(np.array([[100, 100, 100]]))
    assert found == pytest.approx(expected[0], abs=0.05)
    assert colour == pytest.approx(lab(np.array([[104, 104, 104]]))[0], abs=0.05)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (31, 31), (32, 33)], ids=str)
def test_small_frames_are_compared_as_they_stand(shape: tuple[int, int]) -> None:
    whole = cells(step(np.full((*shape, 3), 90, np.uint8), np.full((*shape, 3), 92, np.uint8)))
    assert whole.known.any()
    assert whole.change[whole.known][:, 0].mean() == pytest.approx(0.8, abs=0.1)
