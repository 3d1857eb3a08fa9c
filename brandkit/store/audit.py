"""Who did what, and when: decisions, and what else was done to the store. Nothing is ever taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from brandkit.report import spreadsheet
from brandkit.store import database
from brandkit.store.tables import BrandRow, DecisionRow, EventRow, ItemRow, VersionRow

if TYPE_CHECKING:
    from brandkit.store.store import Store

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done.

    Attributes:
        created, who: when, and who.
        kind: what: ``approved``, ``rejected``, ``change``, ``reopened``, ``brand saved``, ``role given`` …
        subject: to what: an item's name, a brand's version, a member.
        detail: in words: a comment, a note.
        item: the item, where it is about one.
        brand: the version that judged it, as ``Acme v3``.
        digest: of a decision, by which a change to it would be found.
    """

    created: datetime
    who: str
    kind: str
    subject: str
    detail: str
    item: int | None = None
    brand: str | None = None
    digest: str | None = None


def note(session: Session, who: str, kind: str, subject: str, detail: str = "") -> None:
    """Put something on record, in the transaction that does it."""
    session.add(EventRow(created=datetime.now(UTC), who=who, kind=kind, subject=subject, detail=detail))


def entries(
    store: Store,
    *,
    who: str | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Entry]:
    """All that was done, the newest first, read bit by bit.

    Args:
        store: whose.
        who: only by this person.
        kind: only of this kind.
        since, until: only between these; the second is excluded.
    """
    sources = [_decisions(store, since, until), _events(store, since, until)]
    heads = [next(source, None) for source in sources]
    while any(heads):
        newest = max((head.created, -k) for k, head in enumerate(heads) if head is not None)
        k = -newest[1]
        entry, heads[k] = heads[k], next(sources[k], None)
        if entry is not None and who in (None, entry.who) and kind in (None, entry.kind):
            yield entry


def people(store: Store) -> tuple[str, ...]:
    """Everybody who did something, by name."""
    return _distinct(store, DecisionRow.who, EventRow.who)


def kinds(store: Store) -> tuple[str, ...]:
    """All kinds of things that were done, by name."""
    return _distinct(store, DecisionRow.verdict, EventRow.kind)


def _distinct(store: Store, *columns: InstrumentedAttribute[str]) -> tuple[str, ...]:
    with database.reading(store.engine) as session:
        return tuple(
            sorted({one for column in columns for one in session.scalars(select(column).distinct())})
        )


def _decisions(store: Store, since: datetime | None, until: datetime | None) -> Iterator[Entry]:
    asked = (
        select(DecisionRow, ItemRow.name, BrandRow.name, VersionRow.number)
        .join(ItemRow, ItemRow.id == DecisionRow.item_id)
        .join(VersionRow, VersionRow.id == ItemRow.version_id)
        .join(BrandRow, BrandRow.id == VersionRow.brand_id)
        .order_by(DecisionRow.created.desc(), DecisionRow.id.desc())
    )
    if since is not None:
        asked = asked.where(DecisionRow.created >= since)
    if until is not None:
        asked = asked.where(DecisionRow.created < until)
    with database.reading(store.engine) as session:
        for row, name, brand, number in session.execute(asked.execution_options(yield_per=_PAGE)):
            yield Entry(
                row.created,
                row.who,
                row.verdict,
                name,
                row.comment,
                row.item_id,
                f"{brand} v{number}",
                row.digest,
            )


def _events(store: Store, since: datetime | None, until: datetime | None) -> Iterator[Entry]:
    asked = select(EventRow).order_by(EventRow.created.desc(), EventRow.id.desc())
    if since is not None:
        asked = asked.where(EventRow.created >= since)
    if until is not None:
        asked = asked.where(EventRow.created < until)
    with database.reading(store.engine) as session:
        for row in session.scalars(asked.execution_options(yield_per=_PAGE)):
            yield Entry(row.created, row.who, row.kind, row.subject, row.detail)


COLUMNS = ("when", "who", "what", "subject", "detail", "item", "brand", "digest")


def as_csv(found: Iterable[Entry]) -> Iterator[str]:
    """Entries as lines of CSV, with a heading."""
    return spreadsheet.lines(
        COLUMNS,
        ((e.created, e.who, e.kind, e.subject, e.detail, e.item, e.brand, e.digest) for e in found),
    )
