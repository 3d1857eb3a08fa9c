from __future__ import annotations

import colour
import numpy as np
import pytest

from brandkit.temporal.courses import CHROMA, Record, signed_difference


def recorded(*figures: float | None, first: int = 0, length: int = 1) -> Record:
    record = Record()
    for index, figure in enumerate(figures, first):
        if figure is not None:
            record.note(index, figure, length)
    return record


def test_the_value_is_the_root_mean_square_of_what_was_measured() -> None:
    assert recorded(None, 3.0, 4.0, None, 0.0).value == pytest.approx((25 / 3) ** 0.5)


def test_a_series_starts_at_frame_0_and_says_what_is_missing() -> None:
    assert recorded(1.0, None, 2.5, first=2).series == (None, None, 1.0, None, 2.5)
    assert recorded().series == ()


def test_peaks_are_the_greatest_frames_in_order() -> None:
    record = recorded(*[0.0, 3.0, 1.0, 8.0, 5.0, 2.0, 6.0])
    assert record.peaks == ((3, 3), (4, 4), (6, 6))
    assert record.peak_frame == 3


def test_at_most_eight_peaks_are_kept() -> None:
    assert recorded(*[float(n) for n in range(100, 140)]).peaks == tuple((n, n) for n in range(32, 40))


def test_of_windows_that_overlap_the_greatest_is_a_peak() -> None:
    assert recorded(None, None, 1.0, 3.0, 2.0, None, None, 2.9, length=3).peaks == ((1, 3), (5, 7))


def test_records_of_neighbouring_parts_come_to_the_whole() -> None:
    figures = [None, 1.0, 4.0, None, 2.0, 7.0, 3.0]
    whole, one, two = recorded(*figures), recorded(*figures[:4]), recorded(*figures[4:], first=4)
    one.merge(two)
    assert (one.value, one.series, one.peaks) == (pytest.approx(whole.value), whole.series, whole.peaks)


@pytest.mark.parametrize("excursion", [(3.0, 0.0, 0.0), (-2.0, 1.0, 0.5), (0.5, -6.0, 2.0)], ids=str)
def test_a_pulse_is_ciede2000_with_less_weight_for_colour(excursion: tuple[float, float, float]) -> None:
    lab = np.array([55.0, 20.0, -40.0], np.float32)
    moved = np.array(excursion, np.float32)
    other = lab - moved * np.array([1.0, CHROMA, CHROMA], np.float32)
    expected = float(colour.delta_E(lab, other, method="CIE 2000"))
    found = signed_difference(lab, moved)
    assert abs(found) == pytest.approx(expected, rel=1e-3)
    assert (found < 0) == (min(excursion) < -max(excursion))
