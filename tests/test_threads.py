from __future__ import annotations

import threading
from collections.abc import Iterator

import cv2
import numba
import pytest
import torch

from brandkit.colour import ColourTable
from brandkit.threads import side_by_side


@pytest.fixture(autouse=True)
def _two_threads() -> Iterator[None]:
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(2)
    cv2.setNumThreads(2)
    yield
    torch.set_num_threads(before[0])
    cv2.setNumThreads(before[1])


def threads() -> tuple[int, int]:
    return torch.get_num_threads(), cv2.getNumThreads()


@pytest.mark.parametrize("most", [0, 1, 2, 9])
def test_results_come_in_the_order_of_the_things(most: int) -> None:
    with side_by_side(most) as each:
        assert list(each(lambda n: n * n, range(20))) == [n * n for n in range(20)]


def test_libraries_keep_to_one_thread_inside_and_have_theirs_back_outside() -> None:
    with side_by_side(2) as each:
        assert set(each(lambda _: threads(), range(4))) == {(1, 1)}
    assert threads() == (2, 2)


@pytest.mark.parametrize("most", [1, 2])
def test_compiled_loops_keep_to_one_thread_inside_too(most: int) -> None:
    before = numba.get_num_threads()
    with side_by_side(most) as each:
        assert set(each(lambda _: numba.get_num_threads(), range(4))) == {1}
    assert numba.get_num_threads() == before


def test_the_last_one_to_leave_gives_threads_back() -> None:
    with side_by_side(2):
        with side_by_side(2):
            pass
        assert threads() == (1, 1)
    assert threads() == (2, 2)


def test_an_error_is_raised_and_threads_are_given_back() -> None:
    with pytest.raises(ZeroDivisionError), side_by_side(2) as each:
        list(each(lambda n: 1 // n, [1, 0]))
    assert threads() == (2, 2)


def test_loops_that_share_their_work_may_be_called_from_several_threads() -> None:
    pixels = torch.randint(0, 256, (1, 3, 64, 64), generator=torch.manual_seed(0), dtype=torch.uint8)
    found: list[torch.Tensor] = []

    def look_up() -> None:
        table = ColourTable(lambda rgb: (rgb.sum(1),))
        ids = table.index(pixels).long()
        found.append(table.columns[0][ids])

    some = [threading.Thread(target=look_up) for _ in range(4)]
    for thread in some:
        thread.start()
    for thread in some:
        thread.join()
    assert len(found) == 4
    assert all(torch.equal(sums, pixels.sum(1)) for sums in found)
