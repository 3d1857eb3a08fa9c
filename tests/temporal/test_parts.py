from __future__ import annotations

import numpy as np
import pytest

from brandkit.temporal.motion import Cells
from brandkit.temporal.parts import OFFSET, Parts

SHAPE = (54, 96)
LIGHT = 50.0
PLACE = slice(20, 30), slice(40, 56)
"""Rows and columns of the cells that pulse."""


def followed(levels: np.ndarray, shots: tuple[int, ...] = (0,), known: np.ndarray | None = None) -> Parts:
    """What is found of ``[T, rows, columns]`` of parts of the light."""
    parts = Parts(4, 1, 12)
    for index in range(len(levels)):
        step = levels[index] - levels[index - 1] if index else levels[0]
        change = np.zeros((*SHAPE, 3), np.float32)
        change[..., 0] = step * (LIGHT + OFFSET)
        lab = np.zeros_like(change)
        lab[..., 0] = LIGHT
        seen = np.ones(SHAPE, np.bool_) if known is None else known
        change[~seen] = 0
        cells = Cells(5, lab, change, seen, seen.astype(np.float32))
        parts.push(index, None if index in shots else cells, {})
    parts.end({})
    return parts


def grain(count: int = 48, sigma: float = 0.003) -> np.ndarray:
    return np.random.default_rng(0).normal(0, sigma, (count, *SHAPE))


def wave(count: int, rate: float) -> np.ndarray:
    return np.sin(2 * np.pi * rate * np.arange(count) / 25 + 0.7)


def pulsing(part: float, rate: float = 8, count: int = 48) -> np.ndarray:
    levels = grain(count)
    levels[:, *PLACE] += part * wave(count, rate)[:, None, None]
    return levels


def strength(levels: np.ndarray, shots: tuple[int, ...] = (0,)) -> float:
    worst = followed(levels, shots).worst
    return worst[0] if worst is not None else 0.0


def test_grain_is_silent() -> None:
    assert strength(grain()) < 0.02


@pytest.mark.parametrize("rate", [4, 8, 11])
def test_a_part_that_pulses_is_found_where_it_is(rate: float) -> None:
    found = followed(pulsing(0.004, rate)).worst
    assert found is not None and found[0] > 0.15
    x, y, width, height = found[1]
    assert abs(x - 40) <= 2 and abs(y - 20) <= 2 and abs(width - 16) <= 4 and abs(height - 10) <= 4


def test_a_part_is_as_strong_as_it_alternates() -> None:
    levels = np.zeros((48, *SHAPE))
    levels[:, *PLACE] += 0.01 * (np.arange(48) % 2)[:, None, None]
    assert strength(levels) == pytest.approx(0.01 * (LIGHT + OFFSET), rel=0.05)


def test_what_the_whole_picture_does_is_no_part_of_it() -> None:
    assert strength(grain() + 0.02 * wave(48, 8)[:, None, None]) < 0.02


def test_what_stands_still_while_the_rest_pulses_is_silent() -> None:
    levels = grain() + 0.02 * wave(48, 8)[:, None, None]
    levels[:, *PLACE] = 0
    assert strength(levels) < 0.02


def test_what_comes_and_goes_once_is_silent() -> None:
    levels = grain()
    levels[20:23, *PLACE] += 0.2
    levels[35:, *PLACE] -= 0.3
    assert strength(levels) < 0.02


def test_what_fades_or_drifts_is_silent() -> None:
    levels = grain()
    levels[:, *PLACE] += 0.02 * np.arange(48)[:, None, None]
    assert strength(levels) < 0.02


def test_cells_that_do_not_change_alike_are_silent() -> None:
    levels = grain()
    texture = np.random.default_rng(1).normal(0, 0.03, (10, 16))
    levels[:, *PLACE] += wave(48, 8)[:, None, None] * (0.004 + texture)
    assert strength(levels) < 0.1


def test_evidence_adds_up_over_short_shots() -> None:
    levels = pulsing(0.004)
    assert strength(levels, tuple(range(0, 48, 6))) > 0.15
    assert strength(grain(), tuple(range(0, 48, 6))) < 0.02


def test_what_is_not_known_does_not_count() -> None:
    known = np.ones(SHAPE, np.bool_)
    known[15:35, 35:61] = False
    worst = followed(pulsing(0.01), known=known).worst
    assert worst is not None and worst[0] < 0.02


def test_a_shot_too_short_to_tell_says_nothing() -> None:
    assert followed(grain(5)).worst is None
    assert followed(pulsing(0.01, count=10)).worst is not None
