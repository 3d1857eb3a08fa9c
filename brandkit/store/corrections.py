"""Put a correction that was made in review on record: new reports and results in place of the item's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from brandkit.errors import DecidedMeanwhileError
from brandkit.report.words import final
from brandkit.store import audit, database, items
from brandkit.store.filed import Case
from brandkit.store.filing import add_files, add_findings
from brandkit.store.headline import headline
from brandkit.store.prepared import documents, keep, results
from brandkit.store.registered import register
from brandkit.store.severity import severity
from brandkit.store.tables import FindingRow, ItemFileRow, ItemRow

if TYPE_CHECKING:
    from brandkit.report.run import Entry
    from brandkit.store.store import Store

_REPLACED = ("document", "evidence", "result")


def replace(store: Store, case: Case, entry: Entry, *, who: str) -> Case:
    """Have an item's correction be another one; its input and the decisions on it stay.

    An item that somebody decided on is open again, since what they saw is no longer what there is; their
    decision stays on record, with the digests of what they saw.

    Args:
        store: where.
        case: the item as the person saw it.
        entry: the report on its input and the correction.
        who: corrected it.

    Returns:
        The item as it is now.

    Raises:
        DecidedMeanwhileError: somebody decided since ``case`` was opened.
        StoreError: the store cannot be written to.
    """
    assert entry.corrected is not None
    number, last = case.item.id, final(entry)
    worst = headline(last)
    kept = keep(store.blobs, [*documents(entry), *results(entry.corrected.files)])
    with database.writing(store.engine) as session:
        changed = session.execute(
            update(ItemRow)
            .where(ItemRow.id == number, ItemRow.decisions == case.item.decisions)
            .values(
                final=last.verdict.value,
                severity=severity(last.verdict, last.findings),
                state="open",
                headline=worst.text,
                cause=worst.cause,
                extent=worst.extent,
            )
            .returning(ItemRow.id)
        ).first()
        if changed is None:
            raise DecidedMeanwhileError(
                f"{case.item.name}: somebody decided since you opened it; look at it again, then correct"
            )
        register(session, store.blobs, [(f.sha256, f.size, f.content) for f in kept])
        session.execute(
            delete(ItemFileRow).where(ItemFileRow.item_id == number, ItemFileRow.role.in_(_REPLACED))
        )
        session.execute(delete(FindingRow).where(FindingRow.item_id == number))
        add_files(session, number, kept)
        add_findings(session, number, entry)
        audit.note(session, who, "corrected", f"item {number}: {case.item.name}", entry.corrected.note)
    return items.open_case(store, number)
