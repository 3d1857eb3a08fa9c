"""Give jobs to worker processes, one for each core, until the gate is told to stop."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from brandkit.errors import StoreError
from brandkit.service import work
from brandkit.store import jobs

if TYPE_CHECKING:
    from brandkit.service.settings import Settings
    from brandkit.store import Store
    from brandkit.store.jobs import Job

LOG = logging.getLogger("brandkit.service")
_IDLE_SECONDS = 1.0
"""Between two looks for jobs that other processes have put into the store."""
_ELSEWHERE_SECONDS = 0.2
"""Between two looks at whether other processes have done jobs that calls here wait for."""


class Dispatcher:
    """Runs jobs of a store.

    Args:
        store: whose.
        settings: how many at a time, and their limits.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._wake = asyncio.Event()
        self._over: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._running: set[str] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False
        self._pool = self._new_pool()
        self.ready = False
        """Whether the workers have loaded what judging needs: a first call would wait for that."""

    def start(self) -> None:
        """Begin to take jobs, those first that an earlier process left."""
        self._loops = [asyncio.create_task(self._work()) for _ in range(self.settings.workers)]
        self._loops += [asyncio.create_task(self._warm()), asyncio.create_task(self._look_elsewhere())]

    def wake(self) -> None:
        """Say that there is a new job."""
        self._wake.set()

    async def wait(self, number: str, seconds: float) -> None:
        """Wait until a job is over, or for so long; of one that another process does, the store tells it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over[number].wait(), seconds)
        self._over.pop(number, None)

    async def stop(self) -> None:
        """Take no more jobs, let those that run end for a while, and leave the rest to another process."""
        self._stopping = True
        self._wake.set()
        _, late = await asyncio.wait(self._loops, timeout=self.settings.grace_seconds)
        for loop in late:
            loop.cancel()
        if self._running:
            await run_in_threadpool(jobs.put_back, self.store, sorted(self._running))
        processes = list((self._pool._processes or {}).values()) if late else []
        self._pool.shutdown(wait=not late, cancel_futures=True)
        for process in processes:
            process.kill()

    def _new_pool(self) -> ProcessPoolExecutor:
        # Not forked: a fork of a process that has threads may never get on.
        return ProcessPoolExecutor(
            self.settings.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=work.prepare,
            initargs=(self.store.place,),
        )

    async def _warm(self) -> None:
        """Have every worker process start."""
        loop = asyncio.get_running_loop()
        started = [loop.run_in_executor(self._pool, os.getpid) for _ in range(self.settings.workers)]
        with suppress(BrokenProcessPool):
            await asyncio.gather(*started)
        self.ready = True

    async def _look_elsewhere(self) -> None:
        """See what became of jobs that calls wait for and that do not run here, all in one look."""
        while not self._stopping:
            await asyncio.sleep(_ELSEWHERE_SECONDS)
            asked = [number for number in self._over if number not in self._running]
            if not asked:
                continue
            try:
                over = await run_in_threadpool(jobs.over, self.store, asked)
            except StoreError as error:
                LOG.error("no job can be looked at", extra={"reason": str(error)})
                continue
            for number in over:
                if waiting := self._over.get(number):
                    waiting.set()

    async def _work(self) -> None:
        while not self._stopping:
            try:
                job = await run_in_threadpool(jobs.claim, self.store)
            except StoreError as error:
                LOG.error("no job can be taken", extra={"reason": str(error)})
                job = None
            if job is None:
                self._wake.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), _IDLE_SECONDS)
            elif not job.over:
                await self._run(job)

    async def _run(self, job: Job) -> None:
        pool = self._pool
        self._running.add(job.id)
        try:
            await asyncio.get_running_loop().run_in_executor(
                pool, work.run, self.store.place, job, self.settings
            )
        except BrokenProcessPool:
            LOG.error("a worker process ended", extra={"job": job.id})
            if self._pool is pool and not self._stopping:
                self._pool = self._new_pool()
            await run_in_threadpool(jobs.put_back, self.store, [job.id], count=True)
        except RuntimeError:
            LOG.exception("a job failed by a fault of the gate", extra={"job": job.id})
        self._running.discard(job.id)
        if waiting := self._over.get(job.id):
            waiting.set()
        self._wake.set()
