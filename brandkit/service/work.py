"""What a worker process does: judge or correct one input, file it, and say how far it is."""

from __future__ import annotations

import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import BrandkitError, MediaError
from brandkit.orphans import end_with_parent, one_core
from brandkit.store import brands, filing, jobs

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.credentials.identity import Identity
    from brandkit.media.clip import Clip
    from brandkit.report.run import Entry
    from brandkit.service.settings import Settings
    from brandkit.store import Store
    from brandkit.store.filed import BrandVersion
    from brandkit.store.jobs import Job
    from brandkit.store.place import Place

BEAT_SECONDS = 1.0
"""Between two signs of life: well below ``jobs.LOST_SECONDS``, and few enough to cost nothing."""


class _CancelledError(Exception):
    """The job was cancelled while it ran."""


@dataclass(slots=True)
class _Beat:
    """Tells the store that a job goes on, at most once a second."""

    store: Store
    job: Job
    total: int | None
    done: int = 0
    last: float = field(default_factory=time.monotonic)

    def __call__(self, frames: int) -> None:
        self.done += frames
        now = time.monotonic()
        if now - self.last >= BEAT_SECONDS:
            self.last = now
            if not jobs.beat(self.store, self.job.id, self.done, self.total):
                raise _CancelledError


def prepare(place: Place) -> None:
    """Load what judging needs, before the first job; a worker process runs it when it starts."""
    end_with_parent()
    one_core()
    from brandkit import loop
    from brandkit.check import discover

    discover()
    loop.best_device()
    _store(place)


def run(place: Place, job: Job, settings: Settings) -> None:
    """Do a job, and note in the store what became of it. Nothing is raised: all ends are on record."""
    store = _store(place)
    try:
        _do(store, job, settings)
    except _CancelledError:
        jobs.end(store, job.id, "cancelled")
    except BrandkitError as error:
        jobs.end(store, job.id, "failed", error=_without_paths(str(error), store, job))
    except MemoryError:
        jobs.end(store, job.id, "failed", error=f"{job.name}: too large for this machine's memory")
    except Exception as error:  # a defect of ours: the caller learns that it failed, the log learns why
        jobs.end(
            store, job.id, "failed", error=f"{job.name}: could not be judged; this is a fault of the gate"
        )
        raise RuntimeError(f"job {job.id}") from error


def _do(store: Store, job: Job, settings: Settings) -> None:
    from brandkit import loop

    brand = _brand(store, job.version)
    clip = loop.open_clip(store.blobs.named(job.sha256, job.name), brand)
    _require_allowed(clip, job, settings)
    beat = _Beat(store, job, clip.source.frames)
    with tempfile.TemporaryDirectory(prefix="brandkit-job-") as folder:
        entry = _entry(clip, brand, job, beat, Path(folder), settings.identity)
        version, who = _version(store, job.version), f"http:{job.tenant}"
        filing.file_one(store, version, entry, source="http", who=who, tenant=job.tenant, job=job.id)


def _entry(clip: Clip, brand: Brand, job: Job, beat: _Beat, folder: Path, identity: Identity | None) -> Entry:
    from brandkit import batch, loop, signing
    from brandkit.report.run import Entry

    path = clip.source.path
    if job.kind == "check":
        report = loop.check(clip, brand, checks=job.checks, progress=beat)
        return Entry(report, lambda: batch.first_frame(clip))
    how = batch.Settings(checks=job.checks, identity=identity)
    made = batch.correct_all([str(path)], brand, folder, how, watch=lambda path, frames: nullcontext(beat))
    if made.unreadable:
        # Nothing stays of it: neither the folder nor a file without credentials.
        said = made.unreadable[0].message.replace(f"{folder}/", "")
        raise MediaError(said.removesuffix(f"; {signing.WITHOUT}"))
    return made.entries[0]


def _require_allowed(clip: Clip, job: Job, settings: Settings) -> None:
    source = clip.source
    if source.width * source.height > settings.most_pixels:
        most = f"{settings.most_pixels / 1e6:.0f} million"
        raise MediaError(f"{job.name}: {source.width} x {source.height} pixels; frames may have {most}")
    if source.duration is not None and source.duration > settings.most_seconds:
        raise MediaError(
            f"{job.name}: lasts {source.duration:.0f} s; clips may last {settings.most_seconds:.0f} s"
        )


def _without_paths(said: str, store: Store, job: Job) -> str:
    """A message that names the caller's file, and not where it lies on this machine."""
    path = str(store.blobs.cache / "named" / job.sha256)
    return said.replace(f"{path}/", "").replace(path, job.name)


@lru_cache(maxsize=1)
def _store(place: Place) -> Store:
    import brandkit.store

    return brandkit.store.open(place)


@lru_cache(maxsize=32)
def _version(store: Store, version: int) -> BrandVersion:
    return brands.version(store, version)


@lru_cache(maxsize=32)
def _brand(store: Store, version: int) -> Brand:
    return brands.load(store, version)
