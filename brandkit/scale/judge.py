"""Judge by address: hold a brand and all that judging needs, and give a row for each input."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import BrandkitError
from brandkit.scale import inputs
from brandkit.scale.packed import Packed
from brandkit.scale.row import Row

if TYPE_CHECKING:
    from brandkit.crew import Crew
    from brandkit.policy import Policy
    from brandkit.report.run import Entry


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked for, the same for every input.

    Attributes:
        brand: that judges.
        checks: ids of the checks to run; all that are installed if ``None``.
        policy: the pipeline's own rules, if it has any.
        timestamp: whether reports say when they were made.
        blobs: where files of what was judged are to be put, as ``store.blobs.Blobs`` takes it; ``None``
            where nothing is filed.
        known: what was judged before, by ``store.prepared.digest``, with its verdict.
        apart: whether long videos are left for several workers together; see ``Row.long``.
    """

    brand: Packed
    checks: tuple[str, ...] | None = None
    policy: Policy | None = None
    timestamp: bool = True
    blobs: str | None = None
    known: Mapping[str, str] = field(default_factory=dict, repr=False)
    apart: bool = False


class Judge:
    """Judges inputs by their addresses, one after the other.

    Args:
        task: what is asked for.
        crew: who may measure a long video, by its address and where this process has it.

    Raises:
        BrandError, CheckError: nothing can be judged here, and why.
    """

    def __init__(self, task: Task, crew: Callable[[str], Crew] | None = None) -> None:
        from brandkit import loop
        from brandkit.store.blobs import Blobs

        self._task, self._crew = task, crew
        self._folder = tempfile.TemporaryDirectory(prefix="brandkit-judge-")
        root = Path(self._folder.name)
        self._brand = task.brand.brand(root / "brand")
        self._registry = loop.find_checks(self._brand, task.checks)
        self._blobs = None if task.blobs is None else Blobs(task.blobs, root / "cache")

    def row(self, address: str) -> Row:
        """What became of an input; whatever is wrong with it is said in the row.

        Raises:
            OnePassError: it is for one worker after all.
        """
        from brandkit.shards import OnePassError

        try:
            with tempfile.TemporaryDirectory(prefix="brandkit-input-") as folder:
                try:
                    return self._judged(address, Path(folder))
                except BrandkitError as error:
                    # Of a copy, the place is no business of whoever asked.
                    parent = address.rpartition("/")[0]
                    return Row(address, error=str(error).replace(folder, parent))
        except OnePassError:
            raise
        except MemoryError:
            return Row(address, error=f"{address}: too large for this machine's memory")
        except Exception as error:  # a fault of ours is a row too: a million others wait
            said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            return Row(address, error=f"{address}: could not be judged; this is a fault of brandkit ({said})")

    def _judged(self, address: str, folder: Path) -> Row:
        from brandkit import batch, loop
        from brandkit.report.report import installed_versions
        from brandkit.report.run import Entry
        from brandkit.shards import is_long
        from brandkit.store.prepared import digest, prepare

        task, brand = self._task, self._brand
        remote = inputs.is_remote(address)
        path = inputs.fetch(address, folder) if remote else Path(address)
        clip = loop.open_clip(path, brand)
        sha256 = clip.source.sha256
        known = digest(
            Path(address).as_posix(),
            sha256,
            brand.digest,
            loop.settings_of(self._registry, brand),
            installed_versions(),
        )
        if known in task.known:
            return Row(address, sha256, known, task.known[known])
        crew = None if self._crew is None else self._crew(address)
        if crew is None and task.apart and is_long(clip):
            return Row(address, sha256, known, long=True)
        report = loop.check(clip, brand, checks=task.checks, timestamp=task.timestamp, crew=crew)
        if task.policy is not None:
            report = task.policy.applied(report, brand.required)
        # The source has the address that was asked for, not that of a copy.
        named = replace(report, source=replace(report.source, path=Path(address)))
        entry = Entry(named, lambda: batch.first_frame(clip))
        prepared = None
        if self._blobs is not None:
            prepared = pickle.dumps(prepare(self._blobs, entry, path=path).light)
        return _row(address, known, entry, prepared)


def _row(address: str, judged: str, entry: Entry, prepared: bytes | None) -> Row:
    from brandkit.report import evidence, json
    from brandkit.report.run import Run
    from brandkit.store.headline import headline

    report = entry.report
    return Row(
        address,
        report.source.sha256,
        judged,
        report.verdict.value,
        headline(report).text,
        json.render(Run((evidence.without(entry),))),
        prepared=prepared,
    )
