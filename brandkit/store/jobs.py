"""Work that the gate was asked for, on record until it is done: it outlives the process that does it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, or_, select, update

from brandkit.errors import StoreError
from brandkit.store import database
from brandkit.store.registered import register
from brandkit.store.tables import JobRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from brandkit.store.store import Store

Kind = Literal["check", "correct"]
State = Literal["queued", "running", "done", "failed", "cancelling", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")
_LEFT: tuple[State, ...] = ("queued", "running", "cancelling")
LOST_SECONDS = 30
"""Without a sign of life for so long, the process that does a job is taken for dead; another one begins."""
HELD_SECONDS = 300
"""So long a webhook is one process's to send; another may then take it, where that one was lost."""
MOST_ATTEMPTS = 3
"""A job that has ended so many processes is not begun again: what it reads may be what ends them."""


class ReusedKeyError(StoreError):
    """An idempotency key that came with another request before."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that was asked for.

    Attributes:
        id: a random number, as hexadecimal.
        tenant: who may see it.
        kind: what is to be done.
        version: id of the brand version to judge by.
        sha256, name: of the input.
        checks: ids of the checks to run; all without.
        webhook: address to tell when it is over.
        state: ``cancelling`` is running, and will stop at its next frame.
        done, total: frames, where the input has several.
        item: where its report is, once it is done.
        error: why it failed, in one line.
        created, finished: when.
    """

    id: str
    tenant: str
    kind: Kind
    version: int
    sha256: str
    name: str
    checks: tuple[str, ...] | None
    webhook: str | None
    state: State
    done: int
    total: int | None
    item: int | None
    error: str | None
    created: datetime
    finished: datetime | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for work.

    Attributes:
        tenant: who asks.
        kind: for what.
        version: id of the brand version.
        source: the input's file.
        name: the input's name.
        checks: ids of checks; all without.
        webhook: address to tell when it is over.
        idempotency: a key by which the same request, sent again, is known.
        digest: of all of the request, to tell another one that has the same key.
    """

    tenant: str
    kind: Kind
    version: int
    source: Path
    name: str
    checks: Sequence[str] | None = None
    webhook: str | None = None
    idempotency: str | None = None
    digest: str = ""


def submit(store: Store, asked: Asked) -> Job:
    """Put a job on record; the one there is where its idempotency key was used for the same request.

    Raises:
        ReusedKeyError: the key was used for another request.
        StoreError: the store cannot be written to.
    """
    sha, size = store.blobs.put(asked.source)
    with database.writing(store.engine) as session:
        if asked.idempotency is not None:
            known = session.scalars(
                select(JobRow).where(JobRow.tenant == asked.tenant, JobRow.idempotency == asked.idempotency)
            ).first()
            if known is not None and known.asked != asked.digest:
                raise ReusedKeyError("this idempotency key was used for another request; use a new one")
            if known is not None:
                return _job(known)
        register(session, store.blobs, [(sha, size, asked.source)])
        row = JobRow(
            id=secrets.token_hex(16),
            tenant=asked.tenant,
            kind=asked.kind,
            version_id=asked.version,
            sha256=sha,
            name=asked.name,
            checks=None if asked.checks is None else list(asked.checks),
            webhook=asked.webhook,
            idempotency=asked.idempotency,
            asked=asked.digest,
            state="queued",
            attempts=0,
            done=0,
            created=datetime.now(UTC),
            notified=False,
        )
        session.add(row)
        session.flush()
        return _job(row)


def get(store: Store, number: str, tenant: str) -> Job | None:
    """The job of an id, where it is this tenant's; ``None`` else."""
    with database.reading(store.engine) as session:
        row = session.get(JobRow, number)
        return None if row is None or row.tenant != tenant else _job(row)


def over(store: Store, numbers: Sequence[str]) -> set[str]:
    """Those of some jobs to which nothing more will happen."""
    asked = select(JobRow.id).where(JobRow.id.in_(numbers), JobRow.state.in_(_LEFT))
    with database.reading(store.engine) as session:
        return set(numbers).difference(session.scalars(asked))


def claim(store: Store) -> Job | None:
    """Take the oldest job that waits, or whose process was lost, to do it; ``None`` where there is none."""
    now = datetime.now(UTC)
    lost = now - timedelta(seconds=LOST_SECONDS)
    with database.writing(store.engine) as session:
        row = session.scalars(
            select(JobRow)
            .where(
                or_(
                    JobRow.state == "queued",
                    (JobRow.state.in_(("running", "cancelling"))) & (JobRow.beat < lost),
                )
            )
            .order_by(JobRow.created)
            .limit(1)
        ).first()
        if row is None:
            return None
        if row.state == "cancelling":
            row.state, row.finished, row.beat = "cancelled", now, None
        elif row.attempts >= MOST_ATTEMPTS:
            said = f"the process that did this ended {row.attempts} times; it is not tried again"
            row.state, row.finished, row.error, row.beat = "failed", now, said, None
        else:
            row.state, row.beat, row.attempts, row.done = "running", now, row.attempts + 1, 0
        session.flush()
        return _job(row)


def beat(store: Store, number: str, done: int, total: int | None) -> bool:
    """Say that a job goes on, and how far it is; whether it is to go on."""
    with database.writing(store.engine) as session:
        row = session.get_one(JobRow, number)
        row.beat, row.done, row.total = datetime.now(UTC), done, total
        return row.state == "running"


def end(store: Store, number: str, state: State, error: str | None = None) -> None:
    """Note what became of a job that runs; one that is over already stays as it is."""
    with database.writing(store.engine) as session:
        _end(session, number, state=state, error=error)


def done(session: Session, number: str, item: int) -> None:
    """Note, in the transaction that files its item, that a job is done: both are on record then, or neither.

    Likewise, one that is over already stays as it is.
    """
    _end(session, number, state="done", item_id=item)


def _end(session: Session, number: str, **values: object) -> None:
    session.execute(
        update(JobRow)
        .where(JobRow.id == number, JobRow.state.in_(_LEFT))
        .values(finished=datetime.now(UTC), beat=None, **values)
    )


def cancel(store: Store, number: str, tenant: str) -> Job | None:
    """Have a job stop: at once where it waits, at its next frame where it runs; one that is over stays so."""
    with database.writing(store.engine) as session:
        row = session.get(JobRow, number)
        if row is None or row.tenant != tenant:
            return None
        if row.state == "queued":
            row.state, row.finished = "cancelled", datetime.now(UTC)
        elif row.state == "running":
            row.state = "cancelling"
        session.flush()
        return _job(row)


def put_back(store: Store, numbers: Sequence[str], *, count: bool = False) -> None:
    """Have jobs wait for another process; ``count`` says that this one was an attempt, which ended it."""
    attempts = JobRow.attempts if count else JobRow.attempts - 1
    with database.writing(store.engine) as session:
        session.execute(
            update(JobRow)
            .where(JobRow.id.in_(numbers), JobRow.state == "running")
            .values(state="queued", attempts=attempts)
        )


def left(store: Store, tenant: str) -> int:
    """How many jobs of a tenant are not over. However many are, it takes no longer."""
    asked = select(func.count(JobRow.id)).where(JobRow.state.in_(_LEFT), JobRow.tenant == tenant)
    with database.reading(store.engine) as session:
        return session.scalar(asked) or 0


def counts(store: Store) -> dict[str, int]:
    """How many jobs are in each state."""
    asked = select(JobRow.state, func.count(JobRow.id)).group_by(JobRow.state)
    with database.reading(store.engine) as session:
        return dict(session.execute(asked).all())


def to_notify(store: Store, limit: int = 20) -> tuple[Job, ...]:
    """Take jobs that are over and whose webhook has not been told, to tell it; no other process gets them.

    Once a job is over, ``beat`` is until when its webhook is somebody's.
    """
    now = datetime.now(UTC)
    asked = (
        select(JobRow)
        .where(JobRow.state.in_(OVER), JobRow.webhook.is_not(None), JobRow.notified.is_(False))
        .where(or_(JobRow.beat.is_(None), JobRow.beat < now))
        .order_by(JobRow.finished)
        .limit(limit)
    )
    with database.reading(store.engine) as session:
        if session.scalars(asked).first() is None:
            return ()  # which is nearly always so: nobody is kept from writing for it
    with database.writing(store.engine) as session:
        rows = session.scalars(asked).all()
        for row in rows:
            row.beat = now + timedelta(seconds=HELD_SECONDS)
        return tuple(_job(row) for row in rows)


def notify_later(store: Store, number: str, seconds: float) -> None:
    """Give a webhook back, to be told after a while by whichever process then takes it."""
    with database.writing(store.engine) as session:
        session.get_one(JobRow, number).beat = datetime.now(UTC) + timedelta(seconds=seconds)


def notified(store: Store, number: str) -> None:
    """Note that a job's webhook was told, or that this was given up."""
    with database.writing(store.engine) as session:
        session.get_one(JobRow, number).notified = True


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        tenant=row.tenant,
        kind=row.kind,  # type: ignore[arg-type]
        version=row.version_id,
        sha256=row.sha256,
        name=row.name,
        checks=None if row.checks is None else tuple(row.checks),
        webhook=row.webhook,
        state=row.state,  # type: ignore[arg-type]
        done=row.done,
        total=row.total,
        item=row.item_id,
        error=row.error,
        created=row.created,
        finished=row.finished,
    )
