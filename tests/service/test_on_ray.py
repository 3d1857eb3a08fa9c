"""The gate on a local Ray Serve of two replicas: what one process may not know alone, all of them know."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import select

from brandkit.errors import StoreError
from brandkit.store import database, items, jobs, place
from brandkit.store.filed import Wanted
from brandkit.store.tables import JobRow
from tests.conftest import Command
from tests.service.conftest import Gate, make_gate

pytest.importorskip("grpc", reason="Ray Serve is not installed: pip install 'brandkit[scale,service]'")
pytest.importorskip("ray.serve", reason="Ray Serve is not installed: pip install 'brandkit[scale,service]'")

from brandkit.service import on_ray

Pictures = dict[str, Path]
REPLICA = "ray::ServeReplica:brandkit:gate"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """Two replicas over one store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        gate = make_gate(tmp_path_factory.mktemp("ray"), "--replicas", "2", "--rate", "1200")
        gate.start()
        yield gate
        gate.stop()
        gate.store.close()


def test_options_are_read_as_serve_run_gives_them() -> None:
    given = {"store": "reviews", "replicas": "4", "rate": "10", "allow_host": "a.example,b.example"}
    options = on_ray.Options.model_validate(given)
    settings = options.settings()
    assert (settings.workers, settings.fetch_hosts) == (1, ("a.example", "b.example"))
    assert settings.calls_a_minute == 3  # of each, so that four let no more than about ten through
    with pytest.raises(ValidationError, match="replica"):
        on_ray.Options.model_validate({"replica": 2})


def test_a_replica_without_the_folder_of_the_store_does_not_start_another(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not on this machine"):
        on_ray._replica(place.find(str(tmp_path / "store")), on_ray.Options())
    assert not (tmp_path / "store").exists()


def test_a_cluster_that_cannot_be_reached_is_said(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "nonsense")
    done = run("serve", "--replicas", "2", "--store", tmp_path / "store")
    assert done.status == 2 and "Ray cannot be reached at nonsense" in done.err


def _send(
    gate: Gate, picture: Path, key: str | None = None, verb: str = "check", **form: str
) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    with gate.client() as client, picture.open("rb") as file:
        files, data = {"file": (picture.name, file)}, {"brand": "Acme", **form}
        return client.post(f"/v1/{verb}", files=files, data=data, headers=headers)


def _replicas(gate: Gate) -> list[int]:
    """The processes of replicas, among all that the gate has begun."""
    assert gate.process is not None
    numbers = [gate.process.pid]
    for number in numbers:
        for task in Path(f"/proc/{number}/task").glob("*/children"):
            numbers += [int(child) for child in task.read_text().split()]
    return [n for n in numbers if Path(f"/proc/{n}/cmdline").read_text().startswith(REPLICA)]


def _called(gate: Gate) -> dict[str, float]:
    """Checks that were called for, by the replica that was; asked until both have told."""
    found: dict[str, float] = {}
    with gate.client() as client:
        for _ in range(60):
            for line in client.get("/metrics").text.splitlines():
                if line.startswith("brandkit_http_requests_total") and 'route="/v1/check"' in line:
                    found[line.partition('replica="')[2].partition('"')[0]] = float(line.rpartition(" ")[2])
    return found


def test_both_replicas_judge_and_say_which_of_them_counted(pair: Gate, pictures: Pictures) -> None:
    answers = [_send(pair, pictures[name]) for name in ("right", "worse") * 6]
    assert Counter(answer.status_code for answer in answers) == {200: 12}
    assert Counter(answer.json()["verdict"] for answer in answers) == {"passed": 6, "failed": 6}
    called = _called(pair)
    assert len(called) == 2 and sum(called.values()) == 12


def test_a_job_is_followed_and_an_idempotent_call_known_by_whichever_is_asked(
    pair: Gate, pictures: Pictures
) -> None:
    sent = [_send(pair, pictures["drifted"], key="once", wait="false") for _ in range(8)]
    assert len({answer.json().get("id") or answer.json()["job"]["id"] for answer in sent}) == 1
    assert sent[0].status_code == 202
    assert _send(pair, pictures["right"], key="once").status_code == 409
    with (
        pair.client() as client,
        client.stream("GET", f"{sent[0].headers['Location']}/events") as events,
    ):
        told = [line for line in events.iter_lines() if line.startswith("data:")]
    assert '"state":"done"' in told[-1]


def test_a_job_that_waits_is_cancelled_by_whichever_is_asked(pair: Gate, pictures: Pictures) -> None:
    sent = [_send(pair, pictures["worse"], verb="correct", wait="false") for _ in range(10)][::-1]
    with pair.client() as client:
        said = [client.delete(answer.headers["Location"]).json()["state"] for answer in sent]
        ends = [_ended(client, answer) for answer in sent]
    assert "cancelled" in said and set(ends) <= {"cancelled", "done"}
    assert all(end == "cancelled" for before, end in zip(said, ends, strict=True) if before == "cancelled")


def test_a_replica_that_is_killed_loses_nothing(pair: Gate, pictures: Pictures) -> None:
    before = items.count(pair.store, Wanted(state=())).all
    first, second = _replicas(pair)
    sent = [_send(pair, pictures[name], wait="false") for name in ("right", "drifted", "worse") * 4]
    os.kill(first, signal.SIGKILL)
    _forget(pair)
    with pair.client() as client:
        ends = [_ended(client, answer) for answer in sent]
    assert ends == ["done"] * 12
    assert items.count(pair.store, Wanted(state=())).all == before
    assert Path(f"/proc/{second}").exists()
    for _ in range(600):  # until another takes its place
        if len(_replicas(pair)) == 2:
            break
        time.sleep(0.1)
    assert len(_replicas(pair)) == 2


def _ended(client: httpx.Client, sent: httpx.Response) -> Any:
    for _ in range(600):
        answer = client.get(sent.headers["Location"])
        if answer.status_code == 200 and answer.json()["state"] in jobs.OVER:
            return answer.json()["state"]
        time.sleep(0.1)
    return "never"


def _forget(gate: Gate) -> None:
    """Put the sign of life of what the killed replica did as far back as half a minute would."""
    time.sleep(3)
    for _ in range(100):
        with database.writing(gate.store.engine) as session:
            left = session.scalars(select(JobRow).where(JobRow.state.in_(("queued", "running")))).all()
            silent = [row for row in left if row.beat and row.beat < datetime.now(UTC) - timedelta(seconds=3)]
            for row in silent:
                row.beat = datetime.now(UTC) - timedelta(seconds=jobs.LOST_SECONDS + 1)
        if not left or len(silent) == len(left):
            return
        time.sleep(0.1)
