"""Workers of a Ray cluster that measure one long video together."""

from __future__ import annotations

import pickle
import tempfile
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brandkit.crew import TRIES, LostError
from brandkit.scale import inputs

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.crew import Job, Progress
    from brandkit.scale.packed import Packed

CPUS = 0.9
"""Of a core for each worker: a cluster all of whose cores are taken has none left to go on (Ray 44687)."""


class RayCrew:
    """As many tasks at a time as a cluster has workers; Ray gives what a lost one had to another.

    Args:
        ray: connected.
        size: how many.
        address: of the video.
        brand: that judges it.
    """

    elsewhere = True

    def __init__(self, ray: Any, size: int, address: str, brand: Packed) -> None:
        self.size = size
        self._ray, self._address = ray, address
        self._brand = ray.put(brand)

    def results(self, jobs: Sequence[Job], progress: Progress) -> Generator[tuple[int, Any]]:
        """See ``Crew``; nothing is told of frames before a job is done."""
        ray = self._ray
        remote = ray.remote(num_cpus=CPUS, max_retries=TRIES - 1)(_do)
        waiting = deque(enumerate(jobs))
        running: dict[Any, int] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self.size:
                    number, job = waiting.popleft()
                    running[remote.remote(job, self._address, self._brand)] = number
                (done, *_), _ = ray.wait(list(running))
                number = running.pop(done)
                try:
                    result, frames = ray.get(done)
                except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError):
                    raise LostError from None
                progress(frames)
                yield number, pickle.loads(result)
        finally:
            for task in running:
                ray.cancel(task, force=True)


def _do(job: Job, address: str, brand: Packed) -> tuple[bytes, int]:
    """Do a job here: with the video, and the brand, as this machine has them.

    What comes of it goes back as a pickle: arrays that Ray passes on cannot be added to.
    """
    from brandkit.orphans import one_core

    one_core()
    here = _here(address, brand)
    total = 0

    def count(done: int) -> None:
        nonlocal total
        total += done

    result = here.job(job).run(count)
    return pickle.dumps(result, pickle.HIGHEST_PROTOCOL), total


@dataclass(frozen=True, slots=True)
class _Here:
    """A video and a brand on this machine, for as long as the process lives."""

    folder: tempfile.TemporaryDirectory[str]
    path: Path
    brand: Brand

    def job(self, job: Job) -> Job:
        """The same job on what is here."""
        given: Any = job
        has = {field.name for field in fields(given)}
        own: dict[str, Any] = {"brand": self._same(given.brand)} if "brand" in has else {}
        source = replace(given.clip.source, path=self.path)
        found: Job = replace(given, clip=replace(given.clip, source=source), **own)
        return found

    def _same(self, asked: Brand) -> Brand:
        return self.brand if self.brand.digest == asked.digest else asked


_known: dict[tuple[str, str], _Here] = {}


def _here(address: str, brand: Packed) -> _Here:
    key = address, brand.digest
    if key not in _known:
        _known.clear()  # a copy of the last video goes with it
        folder = tempfile.TemporaryDirectory(prefix="brandkit-shards-")
        path = inputs.fetch(address, Path(folder.name)) if inputs.is_remote(address) else Path(address)
        _known[key] = _Here(folder, path, brand.brand(Path(folder.name) / "brand"))
    return _known[key]
