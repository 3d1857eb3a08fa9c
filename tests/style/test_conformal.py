from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brandkit.errors import StyleError
from brandkit.style.conformal import needed, outliers, promise
from brandkit.style.encoder import F32, unit
from brandkit.style.nearest import left_out, likeness, nearest


def cloud(count: int, seed: int) -> F32:
    random = np.random.default_rng(seed)
    return unit((random.normal(0, 1, (count, 16)) + np.eye(16)[0] * 3).astype(np.float32))


@pytest.mark.parametrize(("share", "count"), [(0.05, 19), (0.1, 9), (0.01, 99), (0.2, 4)])
def test_a_promise_takes_so_many_references(share: float, count: int) -> None:
    assert needed(share) == count
    assert promise(np.ones(count, np.float32), share).count == count
    with pytest.raises(StyleError, match=rf"{count - 1} references cannot promise .* takes {count}"):
        promise(np.ones(count - 1, np.float32), share)


def test_a_promise_is_made_in_words() -> None:
    made = promise(np.linspace(0, 1, 40, dtype=np.float32))
    assert str(made) == (
        "at most 5 % of pictures like your approved ones are flagged; 40 references allow that"
    )


def test_pictures_from_where_the_references_came_from_are_flagged_as_promised() -> None:
    # 300 brands of 39 references with 20 new pictures each: at most 5 % may be flagged.
    flagged = []
    for seed in range(300):
        drawn = cloud(59, seed)
        references, new = drawn[:39], drawn[39:]
        least = promise(left_out(references)).least
        flagged.append(np.mean(likeness(new, references) < least))
    error = np.std(flagged) / np.sqrt(len(flagged))
    assert 0.02 < np.mean(flagged) < 0.05 + 2 * error


@given(st.integers(2, 12), st.integers(1, 5), st.integers(0, 1000))
def test_one_more_reference_never_makes_a_picture_less_like_them(n: int, k: int, seed: int) -> None:
    # What the promise rests on; with fewer references than neighbours, all of them count.
    drawn = cloud(n + k + 2, seed)
    fewer, more, new = drawn[: n + k], drawn[: n + k + 1], drawn[-1:]
    assert likeness(new, more, k)[0] >= likeness(new, fewer, k)[0] - 1e-6


def test_left_out_is_likeness_to_the_others() -> None:
    references = cloud(8, 3)
    others = [np.delete(references, place, 0) for place in range(8)]
    expected = [likeness(r[None], o)[0] for r, o in zip(references, others, strict=True)]
    np.testing.assert_allclose(left_out(references), expected, atol=1e-6)


def test_a_brand_may_have_two_looks() -> None:
    looks = np.eye(4, dtype=np.float32)[[0, 0, 0, 1, 1, 1]]
    np.testing.assert_allclose(likeness(looks, looks), 1)
    assert nearest(looks[4], looks)[0] in (3, 4, 5)


def test_a_stranger_among_references_is_an_outlier() -> None:
    assert outliers(np.array([0.80, 0.82, 0.81, 0.79, 0.83, 0.10], np.float32)) == [5]
    assert outliers(np.array([0.8, 0.1], np.float32)) == []
