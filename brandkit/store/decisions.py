"""What people decide: append-only, tied to what they saw, and refused where somebody else was first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brandkit.check import Region
from brandkit.errors import DecidedMeanwhileError, StoreError
from brandkit.store import database
from brandkit.store.filed import Case, Decision, DecisionVerdict, State
from brandkit.store.tables import DecisionRow, ItemFileRow, ItemRow, VersionRow

if TYPE_CHECKING:
    from brandkit.store.store import Store

LONGEST_COMMENT = 4000
"""Characters."""
WORDS: Mapping[DecisionVerdict, str] = {
    "approved": "approved",
    "rejected": "rejected",
    "change": "asked for a change",
    "reopened": "reopened",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person wants to put on record.

    Attributes:
        verdict: what they decide.
        who: they are.
        comment: in their words, at most ``LONGEST_COMMENT`` characters.
        region: where in the frame, if somewhere in particular.
    """

    verdict: DecisionVerdict
    who: str
    comment: str = ""
    region: Region | None = None


def decide(store: Store, case: Case, decided: Decided) -> Decision:
    """Put a decision on an item on record.

    Args:
        store: where.
        case: the item as the person saw it.
        decided: what they decided.

    Raises:
        DecidedMeanwhileError: somebody decided, or corrected the item, since ``case`` was opened.
        StoreError: the comment is too long, or the store cannot be written to.
    """
    with database.writing(store.engine) as session:
        return _decide(session, case.item.id, case.item.decisions, decided, _document(case))


def decide_all(store: Store, seen: Sequence[tuple[int, int]], decided: Decided) -> tuple[Decision, ...]:
    """Put one decision on several items on record: on all of them, or on none.

    Args:
        store: where.
        seen: the id of each, and the number of decisions on it that the person saw.
        decided: what they decided.

    Raises:
        DecidedMeanwhileError, StoreError: as ``decide``, of the first for which it holds.
    """
    with database.writing(store.engine) as session:
        return tuple(_decide(session, item, number, decided, None) for item, number in seen)


def of(session: Session, item: int) -> tuple[Decision, ...]:
    """The decisions on an item, the oldest first."""
    rows = session.scalars(
        select(DecisionRow).where(DecisionRow.item_id == item).order_by(DecisionRow.number)
    )
    return tuple(_read(row) for row in rows)


def on_record(store: Store, item: int) -> tuple[Decision, ...]:
    """As ``of``, of a store."""
    with database.reading(store.engine) as session:
        return of(session, item)


def state_after(verdict: DecisionVerdict) -> State:
    """What an item is once that was decided of it."""
    return "open" if verdict == "reopened" else verdict


def digest(row: DecisionRow, before: str) -> str:
    """The sha256 that a decision has to have, given that of the decision before it (empty for the first)."""
    content = [
        before,
        row.item_id,
        row.number,
        row.created.astimezone(UTC).isoformat(),
        row.who,
        row.verdict,
        row.comment,
        row.region,
        row.seen,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _decide(session: Session, item: int, number: int, decided: Decided, document: str | None) -> Decision:
    if len(decided.comment) > LONGEST_COMMENT:
        raise StoreError(f"the comment is longer than {LONGEST_COMMENT} characters; shorten it")
    state = state_after(decided.verdict)
    changed = session.execute(
        update(ItemRow)
        .where(ItemRow.id == item, ItemRow.decisions == number)
        .values(decisions=ItemRow.decisions + 1, state=state)
        .returning(ItemRow.version_id)
    ).first()
    if changed is None:
        raise _meanwhile(session, item)
    seen = _seen(session, item, changed[0])
    if document is not None and seen["document"] != document:
        name = session.scalars(select(ItemRow.name).where(ItemRow.id == item)).one()
        raise DecidedMeanwhileError(
            f"{name}: was corrected anew since you opened it; look at it again, then decide"
        )
    before = session.scalars(
        select(DecisionRow.digest).where(DecisionRow.item_id == item, DecisionRow.number == number)
    ).first()
    row = DecisionRow(
        item_id=item,
        number=number + 1,
        created=datetime.now(UTC),
        who=decided.who,
        verdict=decided.verdict,
        comment=decided.comment,
        region=None if decided.region is None else asdict(decided.region),
        seen=seen,
    )
    row.digest = digest(row, before or "")
    session.add(row)
    session.flush()
    return _read(row)


def _meanwhile(session: Session, item: int) -> StoreError:
    row = session.get(ItemRow, item)
    if row is None:
        return StoreError(f"there is no item {item} in this store")
    last = session.scalars(
        select(DecisionRow).where(DecisionRow.item_id == item).order_by(DecisionRow.number.desc()).limit(1)
    ).first()
    if last is None:
        return StoreError(f"{row.name}: it has no decision yet, though more were seen; open it again")
    what = WORDS[last.verdict]  # type: ignore[index]
    said = f", saying: {last.comment}" if last.comment else ""
    return DecidedMeanwhileError(
        f"{row.name}: {last.who} {what} at {last.created:%Y-%m-%d %H:%M} UTC, since you opened it{said}; "
        "look at it again, then decide"
    )


def _document(case: Case) -> str | None:
    return next((file.sha256 for file in case.of("document")), None)


def _seen(session: Session, item: int, version: int) -> dict[str, str | int | None]:
    """What there was to see: digests of reports, input and result, and the brand's version."""
    seen: dict[str, str | int | None] = {"document": None, "input": None, "result": None}
    files = session.execute(
        select(ItemFileRow.role, ItemFileRow.sha256)
        .where(ItemFileRow.item_id == item, ItemFileRow.role.in_(list(seen)))
        .order_by(ItemFileRow.id)
    )
    for role, sha in files:
        seen[role] = seen[role] or sha
    number, judged_by = session.execute(
        select(VersionRow.number, VersionRow.digest).where(VersionRow.id == version)
    ).one()
    return seen | {"brand_version": number, "brand_digest": judged_by}


def _read(row: DecisionRow) -> Decision:
    region: dict[str, Any] | None = row.region
    return Decision(
        item=row.item_id,
        number=row.number,
        created=row.created,
        who=row.who,
        verdict=row.verdict,  # type: ignore[arg-type]
        comment=row.comment,
        region=None if region is None else Region(**region),
        seen=row.seen,
        digest=row.digest,
    )
