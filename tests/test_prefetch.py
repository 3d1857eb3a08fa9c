from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

from brandkit.errors import MediaError
from brandkit.media.clip import Frames
from brandkit.prefetch import ahead


def batches(count: int, error: BaseException | None = None) -> Iterator[Frames]:
    for first in range(count):
        yield Frames(torch.zeros((1, 3, 2, 2), dtype=torch.uint8), first, (float(first),))
    if error is not None:
        raise error


def readers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "brandkit-reader"]


def test_batches_come_in_order() -> None:
    assert [frames.first for frames in ahead(batches(20))] == list(range(20))
    assert list(ahead(batches(0))) == []


@pytest.mark.parametrize("error", [MediaError("torn"), KeyboardInterrupt()], ids=["media", "interrupt"])
def test_what_goes_wrong_is_raised_after_the_batches_before_it(error: BaseException) -> None:
    seen = []
    with pytest.raises(type(error)):
        for frames in ahead(batches(3, error)):
            seen.append(frames.first)
    assert seen == [0, 1, 2]
    assert not readers()


def test_leaving_early_stops_the_reader_and_closes_its_source() -> None:
    closed = threading.Event()

    def endless() -> Iterator[Frames]:
        try:
            yield from batches(10**9)
        finally:
            closed.set()

    def leave() -> None:
        for _ in ahead(endless()):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    assert closed.is_set() and not readers()


def test_only_one_batch_is_read_beyond_the_one_that_waits() -> None:
    read = []

    def counted() -> Iterator[Frames]:
        for frames in batches(50):
            read.append(frames.first)
            yield frames

    most = 0
    for seen, _ in enumerate(ahead(counted())):
        most = max(most, len(read) - seen - 1)
    assert most <= 3
