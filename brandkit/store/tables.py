"""The tables: what was judged, by which version of a brand, and what people decided of it.

Pictures and documents are blobs, named by their sha256; rows only say what they are. ``decision`` and
``event`` are append-only: the database itself refuses to change or delete their rows (triggers in the
migrations).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

Key = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is an INTEGER."""


class Moment(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps none of the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """As UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """Base of all tables."""


class Setting(Table):
    """What holds for the whole store, such as where its blobs are."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Blob(Table):
    """A file in the blob store, named by its sha256."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(Moment)


class BrandRow(Table):
    """A brand, by its name."""

    __tablename__ = "brand"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, unique=True)


class VersionRow(Table):
    """A brand as it was at one time: the file itself and those it rests on are ``brand_file``."""

    __tablename__ = "brand_version"
    __table_args__ = (UniqueConstraint("brand_id", "number"), Index("brand_version_digest", "digest"))
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    main: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")


class BrandFileRow(Table):
    """A file of a brand version, under its path relative to the others."""

    __tablename__ = "brand_file"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("brand_version.id"), index=True)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)


class RunRow(Table):
    """One call that judged inputs; ``finished`` is empty while it goes on, or where it was killed."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    created: Mapped[datetime] = mapped_column(Moment)
    finished: Mapped[datetime | None] = mapped_column(Moment)
    source: Mapped[str] = mapped_column(String(32))
    who: Mapped[str] = mapped_column(Text)
    tenant: Mapped[str | None] = mapped_column(String(64))
    version_id: Mapped[int] = mapped_column(ForeignKey("brand_version.id"))


class UnreadableRow(Table):
    """An input of a run that could not be judged, and why."""

    __tablename__ = "unreadable"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    path: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)


class ItemRow(Table):
    """One input of a run as it was judged, and what became of it."""

    __tablename__ = "item"
    __table_args__ = (
        Index("item_worst", "state", "severity", "id"),
        Index("item_newest", "state", "created", "id"),
        Index("item_worst_of_all", "severity", "id"),
        Index("item_newest_of_all", "created", "id"),
        Index("item_final", "state", "final"),
        Index("item_version", "version_id", "created"),
        Index("item_judged", "judged"),
    )
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("brand_version.id"))
    created: Mapped[datetime] = mapped_column(Moment)
    path: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    judged: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    frames: Mapped[int | None]
    verdict: Mapped[str] = mapped_column(String(16))
    final: Mapped[str] = mapped_column(String(16))
    severity: Mapped[float]
    model: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    decisions: Mapped[int]
    headline: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    extent: Mapped[float | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))


class ItemFileRow(Table):
    """A file of an item: ``role`` says which (``brandkit.store.filed.Role``)."""

    __tablename__ = "item_file"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)


class FindingRow(Table):
    """A finding in short, to search and count by; the whole of it is in the item's document."""

    __tablename__ = "finding"
    __table_args__ = (Index("finding_check", "check", "outcome", "item_id"),)
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    corrected: Mapped[bool]
    check: Mapped[str] = mapped_column(String(64))
    metric: Mapped[str] = mapped_column(String(64))
    swatch: Mapped[str | None] = mapped_column(Text)
    value: Mapped[float | None]
    unit: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))


class DecisionRow(Table):
    """What a person decided of an item. Append-only; ``digest`` covers the row and the one before it."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("item_id", "number"), Index("decision_when", "created"))
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    created: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(16))
    comment: Mapped[str] = mapped_column(Text)
    region: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    seen: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))


class EventRow(Table):
    """What else was done to the store: brands saved, roles given, pictures pruned. Append-only."""

    __tablename__ = "event"
    __table_args__ = (Index("event_when", "created"),)
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    created: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)


class MemberRow(Table):
    """A person and what they may do, by the address they sign in with."""

    __tablename__ = "member"
    email: Mapped[str] = mapped_column(String(320), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(Text)


class ApiKeyRow(Table):
    """A key that a pipeline calls the gate with: only the hash of its secret is kept."""

    __tablename__ = "api_key"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    tenant: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(Text)
    revoked: Mapped[datetime | None] = mapped_column(Moment)


class JobRow(Table):
    """Work that the gate was asked for.

    ``beat`` is when the process that does it was last heard of; once it is over, until when its webhook is
    one process's to send.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("tenant", "idempotency"),
        Index("job_waiting", "state", "created"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    version_id: Mapped[int] = mapped_column(ForeignKey("brand_version.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    checks: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    webhook: Mapped[str | None] = mapped_column(Text)
    idempotency: Mapped[str | None] = mapped_column(String(255))
    asked: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    done: Mapped[int]
    total: Mapped[int | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    error: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment)
    finished: Mapped[datetime | None] = mapped_column(Moment)
    beat: Mapped[datetime | None] = mapped_column(Moment)
    notified: Mapped[bool]
