"""Pictures that are generated in the background, each attempt told as it comes, and filed when done."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.attempt import Task
from brandkit.errors import BrandkitError
from brandkit.store import filing
from brandkit.store.prepared import More

if TYPE_CHECKING:
    from brandkit.generate.recipe import Try
    from brandkit.generate.request import Request, Step
    from brandkit.report.run import Entry
    from brandkit.store.store import Store
    from brandkit.verify import Kept

CORRECTED = ".corrected"
_JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class Shown:
    """An attempt that is done.

    Attributes:
        name: of the picture that it was at.
        tried: what was asked for, and what became of it.
        before, after: sha256 and name of the picture as generated, and as corrected; ``None`` for none.
    """

    name: str
    tried: Try
    before: tuple[str, str] | None
    after: tuple[str, str] | None


@dataclass
class Job:
    """Pictures that are being made; what others read of it only grows.

    Attributes:
        store: where they are filed.
        task: what makes and judges them; ``out`` is a folder of this job alone, and goes with it.
        request: what is asked for.
        pictures: how many.
        who: asked.
        parent: the item that they are made from, if from one.
        shown: the attempts that are done.
        now: what goes on: picture, attempt, steps done and of how many.
        items: what was filed.
        said: what went wrong, in a line; empty while nothing did.
    """

    store: Store
    task: Task
    request: Request
    pictures: int
    who: str
    parent: int | None = None
    shown: list[Shown] = field(default_factory=list)
    now: tuple[str, int, int, int] = ("", 0, 0, 1)
    items: list[int] = field(default_factory=list)
    said: str = ""
    _thread: threading.Thread | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="brandkit generate", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Begin no further attempt."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is done."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        from brandkit import verify

        try:
            task = replace(self.task, watch=self._watch, tell=self._tell)
            outcome = verify.run(task, self.request, self.pictures)
            made = [one for one in outcome.kept if one.entry is not None]
            if made:
                self._file(made)
            if not made and not self.said:
                self.said = (
                    "; ".join(s for one in outcome.kept for s in one.said)
                    or "stopped before a picture was done"
                )
        except BrandkitError as error:
            self.said = str(error)
        except Exception as error:  # what a model may raise, so that the page does not wait for ever
            self.said = f"the generator stopped with {type(error).__name__}: {error}"
        finally:
            shutil.rmtree(self.task.out, ignore_errors=True)

    def _watch(self, name: str, attempt: int, attempts: int) -> Step:
        if self._stop.is_set():
            raise KeyboardInterrupt  # as Ctrl-C ends it: what is done is kept

        def step(done: int, of: int) -> None:
            self.now = (name, attempt, done, of)

        self.now = (name, attempt, 0, 1)
        return step

    def _tell(self, name: str, tried: Try) -> None:
        before, after = files(self.task.out, tried)
        self.shown.append(Shown(name, tried, self._kept(before), self._kept(after)))

    def _kept(self, path: Path | None) -> tuple[str, str] | None:
        return None if path is None else (self.store.blobs.put(path)[0], path.name)

    def _named(self, one: Kept) -> Entry:
        """Its reports, with the picture that was judged under the name of the one that was kept."""
        assert one.entry is not None
        assert one.path is not None
        source = one.entry.report.source
        if source.path == one.path:
            return one.entry
        path = self.task.out / _JUDGED / f"{one.path.stem}{source.path.suffix}"
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(source.path, path)
        return replace(one.entry, report=replace(one.entry.report, source=replace(source, path=path)))

    def _file(self, made: Sequence[Kept]) -> None:
        from brandkit.generate.recipe import beside

        run = filing.begin(self.store, self.task.brand, source="generate", who=self.who)
        for one in made:
            assert one.entry is not None
            assert one.path is not None
            attempts = [
                (f"attempt {tried.number}, {what}", path)
                for tried in one.tries
                for what, path in zip(("as generated", "corrected"), files(self.task.out, tried), strict=True)
                if path is not None
            ]
            more = More(self.task.generator.id, beside(one.path), attempts, self.parent)
            self.items.append(run.add(self._named(one), more))
        run.finish()


def files(out: Path, tried: Try) -> tuple[Path | None, Path | None]:
    """What an attempt wrote: as it was generated, and as it was corrected."""
    if tried.file is None:
        return None, None
    path = out / tried.file
    stem = path.name.partition(CORRECTED)[0]
    if CORRECTED not in path.name:
        return path, None
    first = next((p for p in sorted(path.parent.glob(f"{stem}.*")) if CORRECTED not in p.name), None)
    return first, path
