"""Let go of pictures that nobody needs any more. Reports and decisions are never taken out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from brandkit.store import audit, database
from brandkit.store.filed import Role
from brandkit.store.jobs import OVER
from brandkit.store.tables import Blob, BrandFileRow, ItemFileRow, ItemRow, JobRow

if TYPE_CHECKING:
    from brandkit.store.store import Store

PICTURES: tuple[Role, ...] = ("input", "result", "evidence", "attempt")
"""What goes; reports, recipes and small pictures stay."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was let go of, or would be.

    Attributes:
        items: whose pictures.
        files: that nothing refers to any more.
        size: of those, in bytes.
        parts: that a killed process had left half-written.
    """

    items: int
    files: int
    size: int
    parts: int = 0


def prune(
    store: Store, *, before: datetime | None, who: str, undecided: bool = False, dry_run: bool = False
) -> Pruned:
    """Let go of the pictures of old items, and of files that belong to nothing.

    What is killed in the middle has let go of some files less; nothing that is on record lacks one.

    Args:
        store: of which.
        before: of items that were filed before this moment; ``None`` to take only what belongs to nothing.
        who: does it, for the record.
        undecided: also of items that nobody has decided on.
        dry_run: only say what would go.

    Raises:
        StoreError: the store cannot be written to.
    """
    with database.writing(store.engine) as session:
        items = _items(session, before, undecided)
        if not dry_run:
            for number in items:
                session.execute(
                    delete(ItemFileRow).where(ItemFileRow.item_id == number, ItemFileRow.role.in_(PICTURES))
                )
        free = _free(session, set(items) if dry_run else set())
        size = sum(free.values())
        if not dry_run:
            for sha in free:
                session.execute(delete(Blob).where(Blob.sha256 == sha))
            if items:
                said = f"pictures of {len(items)} items, {len(free)} files, {size / 1e6:.1f} MB"
                audit.note(session, who, "pruned", f"before {before:%Y-%m-%d}" if before else "", said)
    if dry_run:
        return Pruned(len(items), len(free), size)
    # Files go when no row names them any more. Writers are kept out, so that none counts on a file that goes.
    with database.writing(store.engine) as session:
        kept = set(session.scalars(select(Blob.sha256)))
        stray = [sha for sha in store.blobs.all() if sha not in kept]
        for sha in stray:
            store.blobs.remove(sha)
    shutil.rmtree(store.blobs.cache / "frames", ignore_errors=True)
    shutil.rmtree(store.blobs.cache / "proxies", ignore_errors=True)
    return Pruned(len(items), len(stray), size, store.blobs.remove_parts())


def _items(session: Session, before: datetime | None, undecided: bool) -> list[int]:
    if before is None:
        return []
    asked = (
        select(ItemRow.id)
        .join(ItemFileRow, ItemFileRow.item_id == ItemRow.id)
        .where(ItemRow.created < before, ItemFileRow.role.in_(PICTURES))
        .distinct()
    )
    if not undecided:
        asked = asked.where(ItemRow.state.in_(("approved", "rejected")))
    return list(session.scalars(asked))


def _free(session: Session, going: set[int]) -> dict[str, int]:
    """The files that nothing refers to, with their sizes; ``going`` are items whose pictures do not count."""
    sizes = dict(session.execute(select(Blob.sha256, Blob.size)).all())
    used = set(session.scalars(select(BrandFileRow.sha256)))
    used |= set(session.scalars(select(JobRow.sha256).where(JobRow.state.not_in(OVER))))
    for item, role, sha in session.execute(select(ItemFileRow.item_id, ItemFileRow.role, ItemFileRow.sha256)):
        if item not in going or role not in PICTURES:
            used.add(sha)
    return {sha: size for sha, size in sizes.items() if sha not in used}
