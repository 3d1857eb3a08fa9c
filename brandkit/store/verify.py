"""Whether a store is whole: every file there and unaltered, every decision as it was made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from brandkit.errors import BrandkitError
from brandkit.store import brands, database, decisions
from brandkit.store.tables import (
    Blob,
    BrandFileRow,
    DecisionRow,
    ItemFileRow,
    ItemRow,
    RunRow,
    VersionRow,
)

if TYPE_CHECKING:
    from brandkit.store.store import Store

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Attributes:
        items, decisions, files: how many were looked at.
        faults: what is lost, altered or half there, a sentence each; empty where the store is whole.
        notes: what a person may want to know.
    """

    items: int
    decisions: int
    files: int
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def verify(
    store: Store, *, contents: bool = True, progress: Callable[[int, int], None] = lambda done, all: None
) -> Verified:
    """Look at all of a store.

    Args:
        store: which.
        contents: whether to read every file and compare its sha256; without, only whether it is there.
        progress: called with the files done, and with how many there are.
    """
    faults: list[str] = []
    notes: list[str] = []
    with database.reading(store.engine) as session:
        faults += _database_faults(session)
        # Files first: what a run adds meanwhile has its files before its rows.
        rows = set(session.scalars(select(Blob.sha256)))
        faults += _missing_rows(session)
        faults += _item_faults(session, store)
        faults += _decision_faults(session)
        notes += _unfinished(session)
        versions = list(session.scalars(select(VersionRow.id)))
        items = session.scalar(select(func.count(ItemRow.id))) or 0
        decided = session.scalar(select(func.count(DecisionRow.id))) or 0
    faults += _file_faults(store, sorted(rows), contents, progress)
    for version in versions:
        notes += _brand_notes(store, version)
    stray = sum(sha not in rows for sha in store.blobs.all())
    if stray:
        notes.append(f"{stray} files belong to nothing, as a killed run leaves them; prune removes them")
    return Verified(items, decided, len(rows), tuple(faults), tuple(notes))


def _database_faults(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (said,) in session.execute(text("PRAGMA integrity_check")):
        if said != "ok":
            yield f"the database is damaged: {said}"
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield f"row {row} of {table} refers to what is not in {parent}"


def _missing_rows(session: Session) -> Iterator[str]:
    for table in (ItemFileRow, BrandFileRow):
        lost = select(table.sha256).where(table.sha256.not_in(select(Blob.sha256))).distinct()
        for sha in session.scalars(lost):
            yield f"the file {sha[:12]}… is named but not on record"


def _item_faults(session: Session, store: Store) -> Iterator[str]:
    """Items whose reports are not there or cannot be read."""
    documents = dict(
        session.execute(
            select(ItemFileRow.item_id, ItemFileRow.sha256).where(ItemFileRow.role == "document")
        ).all()
    )  # fmt: skip
    for number in session.scalars(select(ItemRow.id).execution_options(yield_per=_PAGE)):
        if number not in documents:
            yield f"item {number} has no reports"
            continue
        try:
            json.loads(store.blobs.bytes_of(documents[number]))["summary"]["reports"][0]["verdict"]
        except (BrandkitError, ValueError, LookupError, TypeError):
            yield f"the reports of item {number} cannot be read"


def _decision_faults(session: Session) -> Iterator[str]:
    """Decisions that were altered, taken out or put in between."""
    counts = dict(session.execute(select(ItemRow.id, ItemRow.decisions)).all())
    asked = select(DecisionRow).order_by(DecisionRow.item_id, DecisionRow.number)
    rows = session.scalars(asked.execution_options(yield_per=_PAGE))
    for item, group in groupby(rows, key=lambda row: row.item_id):
        before, expected = "", 1
        for row in group:
            if row.number != expected:
                yield f"item {item}: decision {expected} is missing"
            elif row.digest != decisions.digest(row, before):
                yield f"item {item}: decision {row.number} is not as it was made"
            before, expected = row.digest, row.number + 1
        if counts.pop(item, 0) != expected - 1:
            yield f"item {item}: its last decision on record is not the last that was made"
    for item, count in counts.items():
        if count:
            yield f"item {item}: its {count} decisions are gone"


def _unfinished(session: Session) -> Iterator[str]:
    asked = (
        select(RunRow.id, RunRow.created, func.count(ItemRow.id))
        .outerjoin(ItemRow, ItemRow.run_id == RunRow.id)
        .where(RunRow.finished.is_(None))
        .group_by(RunRow.id, RunRow.created)
    )
    for run, created, items in session.execute(asked):
        yield (
            f"run {run} of {created:%Y-%m-%d %H:%M} UTC goes on or was interrupted; {items} inputs are filed"
        )


def _file_faults(
    store: Store, shas: list[str], contents: bool, progress: Callable[[int, int], None]
) -> Iterator[str]:
    for done, sha in enumerate(shas, 1):
        if not store.blobs.has(sha):
            yield f"the file {sha[:12]}… is gone"
        elif contents and not store.blobs.whole(sha):
            yield f"the file {sha[:12]}… was altered"
        progress(done, len(shas))


def _brand_notes(store: Store, version: int) -> Iterator[str]:
    known = brands.version(store, version)
    try:
        if brands.load(store, version).digest != known.digest:
            yield f"{known.label}: rests on a shipped brand that has changed since; it judges otherwise now"
    except BrandkitError as error:
        yield f"{known.label}: can no longer be read: {error}"
