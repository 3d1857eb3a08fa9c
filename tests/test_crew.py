"""Processes that do jobs: each is done once, whatever becomes of who does it."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

import pytest

from brandkit.crew import LostError, Processes
from brandkit.errors import MediaError

JOBS = '''
import os, signal, time
from dataclasses import dataclass
from pathlib import Path
from brandkit.errors import MediaError

@dataclass(frozen=True)
class Add:
    one: int
    other: int

    def run(self, progress):
        progress(1)
        return self.one + self.other

@dataclass(frozen=True)
class Die:
    """Ends its process, but for the second one where there is a file to tell by."""
    before: Path | None

    def run(self, progress):
        progress(5)
        if self.before is not None and self.before.exists():
            return "done"
        if self.before is not None:
            self.before.touch()
        os.kill(os.getpid(), signal.SIGKILL)

@dataclass(frozen=True)
class Fail:
    def run(self, progress):
        raise MediaError("film.mp4: is damaged")

@dataclass(frozen=True)
class Sleep:
    started: Path

    def run(self, progress):
        self.started.write_text(str(os.getpid()))
        progress(1)
        time.sleep(600)
'''


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module that other processes find too."""
    (tmp_path / "crewjobs.py").write_text(JOBS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("crewjobs")


def test_a_lost_process_loses_nothing_and_all_end_with_who_leaves_them(
    jobs: ModuleType, tmp_path: Path
) -> None:
    counted: list[int] = []
    asked = [jobs.Add(1, 2), jobs.Die(tmp_path / "tried"), jobs.Add(3, 4)]

    def interrupted(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Processes(1) as crew:
        assert dict(crew.results(asked, counted.append)) == {0: 3, 1: "done", 2: 7}
        assert sum(counted) == 1 + 5 + 1  # what is done once more is counted once
        assert dict(crew.results([jobs.Add(5, 6)], counted.append)) == {0: 11}  # the same process goes on
        with pytest.raises(MediaError, match=r"film\.mp4: is damaged"):
            list(crew.results([jobs.Fail()], counted.append))
        list(crew.results([jobs.Sleep(tmp_path / "started")], interrupted))
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "started").read_text()), 0)


def test_a_job_that_ends_every_process_is_given_up(jobs: ModuleType) -> None:
    with Processes(1) as crew, pytest.raises(LostError):
        list(crew.results([jobs.Die(None)], lambda done: None))
