"""Work done side by side, one thread each: else libraries take all cores for every small step."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Each(Protocol):
    """What ``map`` does."""

    def __call__(self, do: Callable[[Thing], Result], things: Iterable[Thing], /) -> Iterable[Result]:
        """The results, in the order of the things."""
        ...


_limits = threading.Lock()
_inside = 0
_before = (1, 1)


@contextmanager
def side_by_side(most: int) -> Iterator[Each]:
    """Give what does as ``map`` does, for up to ``most`` things at once, or as many as there are cores.

    Meanwhile torch, OpenCV and numba use one thread for what they are asked within it: several threads for
    each of many small steps wait for each other most of the time, and keep a core busy while they do.
    """
    with _one_thread_each():
        if min(most, _cores()) < 2:
            with _one_thread_of_numba_here():
                yield map
            return
        with ThreadPoolExecutor(min(most, _cores()), "brandkit-check", _one_thread_of_numba) as pool:
            yield pool.map


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Hold torch and OpenCV to one thread, in the whole process, until the last of those inside leaves."""
    global _inside, _before
    import cv2
    import torch

    with _limits:
        if not _inside:
            _before = torch.get_num_threads(), cv2.getNumThreads()
            torch.set_num_threads(1)
            cv2.setNumThreads(1)
        _inside += 1
    try:
        yield
    finally:
        with _limits:
            _inside -= 1
            if not _inside:
                torch.set_num_threads(_before[0])
                cv2.setNumThreads(_before[1])


def _one_thread_of_numba() -> None:
    """For this thread alone: numba counts by thread."""
    import numba

    numba.set_num_threads(1)


@contextmanager
def _one_thread_of_numba_here() -> Iterator[None]:
    """For this thread, for a while."""
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)
