from __future__ import annotations

import cv2
import numpy as np
import pytest

from brandkit.areas import large, on_slopes


def by_opencv(mask: np.ndarray, least: float) -> np.ndarray:
    _, names, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    kept = stats[:, cv2.CC_STAT_AREA] >= least
    kept[0] = False
    return kept[names]


@pytest.mark.parametrize("seed", range(20))
def test_the_same_areas_are_kept_as_opencv_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 90, 2)
    rough = cv2.GaussianBlur(rng.normal(size=(height, width)).astype(np.float32), (0, 0), 1 + seed / 4)
    mask = (rough > 0) ^ (rng.random((height, width)) < 0.1)
    for least in (1, 3, 20, 200):
        assert np.array_equal(large(mask, least), by_opencv(mask, least))


def test_arms_that_meet_late_are_one_area() -> None:
    mask = np.array([[1, 0, 1, 0, 1], [1, 0, 1, 1, 1], [1, 1, 1, 0, 0]], bool)
    assert np.array_equal(large(mask, mask.sum()), mask)
    assert not large(mask, mask.sum() + 1).any()


def test_nothing_is_found_in_an_empty_mask() -> None:
    assert large(np.zeros((0, 5), bool), 1).shape == (0, 5)
    assert not large(np.zeros((3, 5), bool), 1).any()


def test_a_burnt_slope_is_found_and_white_paper_is_not() -> None:
    y, x = np.mgrid[:80, :200]
    sun = np.clip(np.hypot(y - 40, x - 50) - 20, 0, 255)
    room = sun.astype(np.uint8)
    room[20:60, 130:180] = 0
    room[19:61, 129] = room[19:61, 180] = 200
    room[19, 129:181] = room[60, 129:181] = 200
    found = on_slopes(room, 100, 10, 0.5)
    assert found[40, 50] and not found[:, 120:].any()
    assert np.array_equal(found[:, :120], room[:, :120] == 0)


def test_areas_that_touch_by_a_corner_are_one() -> None:
    room = np.full((4, 4), 3, np.uint8)
    room[1, 1] = room[2, 2] = 0
    assert on_slopes(room, 2, 3, 1.0).sum() == 2
    assert not on_slopes(room, 3, 3, 1.0).any()
    assert not on_slopes(room, 2, 2, 0.1).any()
