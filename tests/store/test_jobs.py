"""Jobs that several processes share over one store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import brandkit.store
from brandkit.brand import Brand
from brandkit.store import Store, brands, jobs
from brandkit.store.jobs import Asked, Job
from tests.store.conftest import BLUES, banner


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One store, opened by two."""
    place = str(tmp_path / "store")
    one, other = brandkit.store.open(place), brandkit.store.open(place)
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def told(pair: tuple[Store, Store], tmp_path: Path, brand: Brand) -> Job:
    """A job that is to be told of when it is over."""
    version = brands.save(pair[0], brand, who="tests")
    picture = banner(tmp_path / "right.png", BLUES["right"])
    hook = "https://example.com/hook"
    return jobs.submit(pair[0], Asked("default", "check", version.id, picture, "right.png", webhook=hook))


def test_a_job_is_taken_once(pair: tuple[Store, Store], told: Job) -> None:
    one, other = pair
    taken = jobs.claim(one)
    assert taken is not None and taken.id == told.id
    assert jobs.claim(other) is None


def test_what_another_process_ended_is_over(pair: tuple[Store, Store], told: Job) -> None:
    one, other = pair
    jobs.claim(one)
    assert jobs.over(other, [told.id]) == set()
    jobs.end(one, told.id, "failed", error="no")
    assert jobs.over(other, [told.id, "none"]) == {told.id, "none"}


def test_a_webhook_is_one_process_s_to_send(pair: tuple[Store, Store], told: Job) -> None:
    one, other = pair
    jobs.claim(one)
    assert jobs.to_notify(one) == ()
    jobs.end(one, told.id, "failed", error="no")
    assert [job.id for job in jobs.to_notify(one)] == [told.id]
    assert jobs.to_notify(other) == ()
    jobs.notify_later(one, told.id, seconds=60)
    assert jobs.to_notify(other) == ()
    jobs.notify_later(one, told.id, seconds=0)
    assert [job.id for job in jobs.to_notify(other)] == [told.id]
    jobs.notified(other, told.id)
    jobs.notify_later(other, told.id, seconds=0)
    assert jobs.to_notify(one) == ()


def test_a_webhook_whose_sender_was_lost_is_sent_by_another(
    pair: tuple[Store, Store], told: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    jobs.claim(one)
    jobs.end(one, told.id, "failed", error="no")
    monkeypatch.setattr(jobs, "HELD_SECONDS", 0)
    assert jobs.to_notify(one)
    assert [job.id for job in jobs.to_notify(other)] == [told.id]
