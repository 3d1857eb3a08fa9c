from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit.temporal.pulse import Pulse, excursion

VALUES = st.lists(st.integers(-50, 50), min_size=1, max_size=30)


def followed(values: list[int], reach: int) -> dict[int, float]:
    """The excursions of a track that streams through."""
    pulse, found = Pulse(reach), []
    for index, value in enumerate(values):
        found += pulse.push(index, np.float32(value - values[index - 1]) if index else None)
    found += pulse.end()
    return {index: value.item() for index, value in found}


@given(VALUES, st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_streaming_gives_what_each_window_gives(values: list[int], reach: int) -> None:
    track = np.array(values, np.float32)
    inner = range(1, len(values) - 1)
    lows = {index: max(index - reach, 0) for index in inner}
    expected = {k: excursion(track[lows[k] : k + reach + 1], k - lows[k]).item() for k in inner}
    assert followed(values, reach) == expected


@given(VALUES, st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_what_only_rises_or_only_falls_has_no_pulse(values: list[int], reach: int) -> None:
    assert not any(followed(sorted(values), reach).values())
    assert not any(followed(sorted(values, reverse=True), reach).values())


@given(VALUES, st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_upside_down_pulses_are_as_high(values: list[int], reach: int) -> None:
    below = followed([-value for value in values], reach)
    above = followed(values, reach)
    assert {k: abs(v) for k, v in below.items()} == {k: abs(v) for k, v in above.items()}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5, 5, 9, 5, 5], {1: 0, 2: 4, 3: 0}),
        ([5, 5, 1, 4, 5], {1: 0, 2: -4, 3: -1}),
        ([0, 9, 9, 1, 1], {1: 8, 2: 8, 3: 0}),
        ([0, 4, 0, 4, 0], {1: 4, 2: -4, 3: 4}),
    ],
    ids=["flash", "dip", "two-frames", "alternating"],
)
def test_a_pulse_is_as_high_as_it_leaves_and_returns(values: list[int], expected: dict[int, float]) -> None:
    assert followed(values, 2) == expected


def test_a_return_that_comes_too_late_is_none() -> None:
    assert followed([0, 4, 4, 4, 4, 0, 0], 2) == {1: 0, 2: 0, 3: 0, 4: 0, 5: 0}


def test_a_track_that_starts_anew_knows_nothing_of_the_last() -> None:
    pulse = Pulse(1)
    steps = [None, 1.0, -1.0, None, 5.0, -5.0]
    found = []
    for index, step in enumerate(steps):
        found += pulse.push(index, None if step is None else np.float32(step))
    found += pulse.end()
    assert {index: value.item() for index, value in found} == {1: 1.0, 4: 5.0}
