"""The picture of before, after and the difference."""

from __future__ import annotations

import numpy as np
import pytest

from brandkit.proof import triptych
from brandkit.proof.record import Shifted

SHIFT = Shifted("blue", "#125CEC", "#0050FF", 4.2, 0.0, "#0050FF", 1.0)


def sides(height: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    before = np.full((height, width, 3), (18, 92, 236), np.uint8)
    after = np.full((height, width, 3), (0, 80, 255), np.uint8)
    return before, after, np.full((height, width), 4.2, np.float32)


def colours(picture: np.ndarray) -> set[tuple[int, ...]]:
    return set(map(tuple, picture.reshape(-1, 3).tolist()))


@pytest.mark.parametrize(("height", "width"), [(360, 640), (640, 360), (90, 900), (1, 1), (1080, 1920)])
def test_colours_come_through_unaltered(height: int, width: int) -> None:
    before, after, moved = sides(height, width)
    shown = triptych.draw(before, after, moved, [SHIFT], "nothing else")
    assert {(18, 92, 236), (0, 80, 255), tuple(triptych.heat(moved[:1, :1])[0, 0].tolist())} <= colours(shown)
    assert shown.shape[1] <= triptych.WIDE + 2 * triptych.PAD


def test_wide_pictures_stand_below_each_other() -> None:
    wide = triptych.draw(*sides(100, 400), [SHIFT], "")
    high = triptych.draw(*sides(400, 400), [SHIFT], "")
    assert wide.shape[0] > 3 * 400
    assert high.shape[0] < high.shape[1]


def test_the_difference_is_never_rescaled() -> None:
    small, large = np.full((1, 1), 1, np.float32), np.array([[1, 9]], np.float32)
    assert (triptych.heat(small)[0, 0] == triptych.heat(large)[0, 0]).all()


def test_what_has_not_moved_is_told_from_what_moved_least() -> None:
    still, least = (triptych.heat(np.full((1, 1), value, np.float32)) for value in (0, 0.001))
    assert (still != least).any()


def test_beyond_the_scale_all_is_brightest() -> None:
    ends = [triptych.heat(np.full((1, 1), value, np.float32)) for value in (10, 80)]
    assert (ends[0] == ends[1]).all()


def test_many_colours_and_long_names_find_room() -> None:
    shifts = [Shifted("a name without an end " * 9, "#125CEC", "#0050FF", 4.2, None, None, None)] * 30
    shown = triptych.draw(*sides(360, 640), shifts, "x" * 500)
    assert shown.shape[1] <= triptych.WIDE + 2 * triptych.PAD
