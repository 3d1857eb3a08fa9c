"""Pictures that are generated in the background and filed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import brandkit.store
from brandkit.attempt import Budget, Task
from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.generate.builtin import Builtin
from brandkit.generate.made import Made
from brandkit.generate.recipe import Recipe
from brandkit.generate.request import Request, Step, unwatched
from brandkit.store import Store, items, trends
from brandkit.store.filed import Wanted
from brandkit.store.generating import Job

VOLT = Path(__file__).parent.parent.parent / "palettes" / "volt.brand.yml"
SMALL = Request(prompt="an electric-blue can on an ice table", width=256, height=256)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = brandkit.store.open(str(tmp_path / "store"))
    yield opened
    opened.close()


class Broken(Builtin):
    """One that cannot make anything."""

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        raise GenerationError("too little memory for 256 x 256")


class Crashing(Builtin):
    """One that fails in a way that nobody foresaw."""

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        raise RuntimeError("CUDA error")


def _job(store: Store, tmp_path: Path, generator: Builtin, attempts: int = 2, pictures: int = 1) -> Job:
    task = Task(Brand.load(VOLT), generator, tmp_path / "job" / "made", Budget(attempts))
    job = Job(store, task, SMALL, pictures, "ana")
    job.start()
    job.wait(120)
    assert not job.running
    return job


def test_what_was_made_is_filed_with_its_recipe_and_attempts(store: Store, tmp_path: Path) -> None:
    job = _job(store, tmp_path, Builtin("many"))
    assert (job.said, len(job.items)) == ("", 1)
    case = items.open_case(store, job.items[0])
    assert (case.item.source, case.item.who, case.item.model) == ("generate", "ana", "builtin:1:many")
    assert case.item.name == "an-electric-blue-can-on-an.png"
    recipe = Recipe.model_validate_json(store.blobs.bytes_of(case.of("recipe")[0].sha256))
    assert [one.tried.number for one in job.shown] == [tried.number for tried in recipe.tries]
    assert {file.sha256 for file in case.of("attempt")} == {
        side[0] for one in job.shown for side in (one.before, one.after) if side is not None
    }
    assert not job.task.out.exists()


def test_what_cannot_be_made_is_said_in_a_line(store: Store, tmp_path: Path) -> None:
    assert _job(store, tmp_path, Broken()).said == "too little memory for 256 x 256"
    assert _job(store, tmp_path, Crashing()).said == "the generator stopped with RuntimeError: CUDA error"
    assert items.count(store, Wanted(state=())).all == 0


def test_after_a_stop_no_further_attempt_begins(store: Store, tmp_path: Path) -> None:
    task = Task(Brand.load(VOLT), Builtin("many"), tmp_path / "job" / "made", Budget(4))
    job = Job(store, task, SMALL, 2, "ana")
    job.stop()
    job.start()
    job.wait(60)
    assert (job.items, job.shown, job.said) == ([], [], "stopped before a picture was done")


def test_what_fails_most_is_counted_by_inputs(store: Store, tmp_path: Path) -> None:
    _job(store, tmp_path, Builtin("many"), attempts=1)
    found = trends.failing(store, brand="Volt")
    assert found
    assert {one.items for one in found} == {1}
    assert trends.failing(store, brand="Other") == ()
