"""A process that judges for another one, which goes on where a file ends it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from brandkit.crew import TRIES
from brandkit.errors import BrandkitError
from brandkit.orphans import end_with_parent, one_core
from brandkit.scale.judge import Judge, Task
from brandkit.scale.row import Row


class Worker:
    """Has inputs judged by a process of its own.

    Args:
        task: what is asked for.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._pool: ProcessPoolExecutor | None = None

    def row(self, address: str) -> Row:
        """What became of an input.

        Raises:
            BrandkitError: nothing can be judged here, and why.
        """
        for _ in range(TRIES):
            self._pool = self._pool or ProcessPoolExecutor(
                1, mp_context=get_context("spawn"), initializer=_begin, initargs=(self._task,)
            )
            try:
                return self._pool.submit(_row, address).result()
            except BrokenProcessPool:
                self._pool = None
        return Row(address, error=f"{address}: ended the process that judged it, {TRIES} times; leave it out")


_judge: Judge | BrandkitError | None = None


def _begin(task: Task) -> None:
    global _judge
    end_with_parent()
    one_core()
    try:
        _judge = Judge(task)
    except BrandkitError as error:
        _judge = error


def _row(address: str) -> Row:
    if isinstance(_judge, BrandkitError):
        raise _judge
    assert _judge is not None
    return _judge.row(address)
