"""Tell the database of files that were put among the blobs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from brandkit.errors import StoreError
from brandkit.store import database
from brandkit.store.blobs import Blobs
from brandkit.store.tables import Blob


def register(session: Session, blobs: Blobs, files: Iterable[tuple[str, int, Path | bytes | None]]) -> None:
    """Note files, by sha256, size and content, so that rows may refer to them.

    It is called in the transaction that adds those rows. What was pruned since it was put, by a process that
    saw no row refer to it, is put again; pruning waits for this transaction, and this one for pruning.

    Raises:
        StoreError: one was pruned whose content is not here.
    """
    given = {sha: (size, source) for sha, size, source in files}
    known = set(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(given))))
    new = {sha: told for sha, told in given.items() if sha not in known}
    for sha, (_, source) in new.items():
        if not blobs.has(sha):
            if source is None:
                raise StoreError("a file was pruned before it was filed; judge the input again")
            blobs.put(source)
    if new:
        now = datetime.now(UTC)
        rows = [{"sha256": sha, "size": size, "created": now} for sha, (size, _) in new.items()]
        database.add_rows(session, Blob, rows)
