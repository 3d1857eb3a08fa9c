"""Processes that do jobs for this one, and go on where a job ends the process that does it."""

from __future__ import annotations

import pickle
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Protocol

from brandkit.orphans import end_with_parent, one_core

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess
    from types import TracebackType
    from typing import Self

TRIES = 2
"""Processes that may end over a job: the first may have been ended by something else."""
_LEAVE_S = 5.0
"""Seconds that a process is given to end before it is killed."""

Progress = Callable[[int], None]


class Job(Protocol):
    """Something that another process can do."""

    def run(self, progress: Progress) -> Any:
        """Do it; ``progress`` takes the number of frames done since it was called last."""
        ...


class Crew(Protocol):
    """Those who do jobs."""

    @property
    def size(self) -> int:
        """How many jobs are done at a time."""
        ...

    @property
    def elsewhere(self) -> bool:
        """Whether the process that asks is not to do the work itself where it cannot be shared."""
        ...

    def results(self, jobs: Sequence[Job], progress: Progress) -> Generator[tuple[int, Any]]:
        """Do jobs, begun in their order; gives the number of each, from 0, and what came of it.

        Raises:
            LostError: a job ended each process that tried it.
            Exception: what a job raised.
        """
        ...


class LostError(Exception):
    """A job ended each process that tried it."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    line: Connection
    job: int | None = None
    done: int = 0


class Processes:
    """A crew of processes on this machine; ends them when it is left.

    Args:
        size: how many.
    """

    elsewhere = False

    def __init__(self, size: int) -> None:
        self.size = size
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        """Processes begin when there is something to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._end([*self._workers])

    def results(self, jobs: Sequence[Job], progress: Progress) -> Generator[tuple[int, Any]]:
        """See ``Crew``; where it is left early, processes that are at work still are ended."""
        waiting, tries = deque(range(len(jobs))), [TRIES] * len(jobs)
        left = len(jobs)
        try:
            while left:
                self._give(jobs, waiting)
                busy = {worker.line: worker for worker in self._workers if worker.job is not None}
                for line in wait(list(busy)):
                    worker = busy[line]  # type: ignore[index]
                    assert worker.job is not None
                    number = worker.job
                    try:
                        kind, value = pickle.loads(worker.line.recv_bytes())
                    except (EOFError, OSError):  # the process is gone
                        self._end([worker])
                        progress(-worker.done)
                        tries[number] -= 1
                        if not tries[number]:
                            raise LostError from None
                        waiting.appendleft(number)
                        continue
                    if kind == _PROGRESS:
                        worker.done += value
                        progress(value)
                        continue
                    worker.job = None
                    if kind == _ERROR:
                        raise value
                    left -= 1
                    yield number, value
        finally:
            self._end([worker for worker in self._workers if worker.job is not None])

    def _give(self, jobs: Sequence[Job], waiting: deque[int]) -> None:
        """Give jobs to processes that have none."""
        idle = [worker for worker in self._workers if worker.job is None]
        while waiting and (idle or len(self._workers) < self.size):
            worker = idle.pop() if idle else self._begun()
            worker.job, worker.done = waiting.popleft(), 0
            with suppress(OSError):  # of a process that is gone its line tells
                worker.line.send_bytes(pickle.dumps(jobs[worker.job], pickle.HIGHEST_PROTOCOL))

    def _end(self, workers: Sequence[_Worker]) -> None:
        """End processes, whatever they are doing."""
        for worker in workers:
            self._workers.remove(worker)
            worker.process.terminate()
        for worker in workers:
            worker.line.close()
            worker.process.join(_LEAVE_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def _begun(self) -> _Worker:
        context = get_context("spawn")
        line, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="brandkit-worker", daemon=True)
        process.start()
        theirs.close()  # so that its end is seen here
        worker = _Worker(process, line)
        self._workers.append(worker)
        return worker


_PROGRESS, _ERROR, _RESULT = range(3)


def _serve(line: Connection) -> None:
    """Do one job after the other, in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who began this process, who ends it
    end_with_parent()
    one_core()

    def say(kind: int, value: object) -> None:
        # Pickled here: torch would have multiprocessing pass memory that goes with this process.
        line.send_bytes(pickle.dumps((kind, value), pickle.HIGHEST_PROTOCOL))

    while True:
        try:
            sent = line.recv_bytes()
        except EOFError:
            return
        try:
            job: Job = pickle.loads(sent)
            result = job.run(lambda done: say(_PROGRESS, done))
        except Exception as error:  # whatever it is, it is for who asked
            say(_ERROR, _sendable(error))
        else:
            say(_RESULT, result)


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # many third parties' errors cannot be pickled
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
