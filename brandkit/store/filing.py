"""Put runs on record, one input at a time, so that what was done stays when the rest is not."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from brandkit.brand_references import user
from brandkit.report.words import final
from brandkit.store import brands, database, jobs
from brandkit.store.filed import BrandVersion, Source
from brandkit.store.headline import headline
from brandkit.store.prepared import Kept, More, Prepared, judged, prepare
from brandkit.store.registered import register
from brandkit.store.severity import severity
from brandkit.store.tables import FindingRow, ItemFileRow, ItemRow, RunRow, UnreadableRow, VersionRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from brandkit.brand import Brand
    from brandkit.report.report import Report
    from brandkit.report.run import Entry, Run, Unreadable
    from brandkit.store.store import Store


def caller() -> str:
    """Who runs this process: user and machine."""
    return f"{user()}@{socket.gethostname()}"


@dataclass(slots=True)
class Filing:
    """A run that is being filed.

    Attributes:
        store: where to.
        version: of the brand that judges.
        run: id of the run.
        tenant: whose it is, where the gate serves several.
        items: ids of what was filed, in order.
    """

    store: Store
    version: BrandVersion
    run: int
    tenant: str | None = None
    items: list[int] = field(default_factory=list)

    def add(self, entry: Entry, more: More | None = None) -> int:
        """File an input that was judged, with its files. All of it is on record then, or nothing.

        The same file that was judged by the same brand, settings and versions before is not filed twice, so
        that what people decided of it holds.

        Returns:
            The id of the item.

        Raises:
            StoreError: the store cannot be written to.
        """
        if (known := self._known(entry)) is not None:
            return known
        return self._file(prepare(self.store.blobs, entry, more), more or More())

    def add_prepared(self, prepared: Prepared) -> int:
        """``add``, of an input whose files are among the blobs."""
        known = self._known(prepared.entry)
        return self._file(prepared, More()) if known is None else known

    def _file(self, prepared: Prepared, more: More) -> int:
        with database.writing(self.store.engine) as session:
            number = _put(session, self, prepared, more)
        self.items.append(number)
        return number

    def _known(self, entry: Entry) -> int | None:
        known = _filed(self.store, judged(entry, self.tenant))
        if known is not None:
            self.items.append(known)
        return known

    def verdicts(self) -> dict[str, str]:
        """What is on record by brands that judge as this one: ``prepared.judged`` to the last verdict."""
        with database.reading(self.store.engine) as session:
            found = session.execute(
                select(ItemRow.judged, ItemRow.final)
                .join(VersionRow, VersionRow.id == ItemRow.version_id)
                .where(VersionRow.digest == self.version.digest)
            )
            return {judged: final for judged, final in found if judged is not None}

    def add_unreadable(self, unreadable: Sequence[Unreadable]) -> None:
        """Note inputs that could not be judged."""
        with database.writing(self.store.engine) as session:
            session.add_all(
                UnreadableRow(run_id=self.run, path=u.path.as_posix(), message=u.message) for u in unreadable
            )

    def finish(self) -> None:
        """Note that the run has come to its end."""
        with database.writing(self.store.engine) as session:
            row = session.get_one(RunRow, self.run)
            row.finished = datetime.now(UTC)


def begin(
    store: Store, brand: Brand, *, source: Source, who: str | None = None, tenant: str | None = None
) -> Filing:
    """Begin to file a run; the brand is kept as a version where it is not yet.

    Args:
        store: where to.
        brand: that judges.
        source: the door that the inputs come through.
        who: whose call it is; the user of this process without.
        tenant: who may see it, where the gate serves several.

    Raises:
        StoreError: the store cannot be written to.
    """
    named = who or caller()
    version = brands.ensure(store, brand, named)
    with database.writing(store.engine) as session:
        return Filing(store, version, _run(session, version, source, named, tenant).id, tenant)


def file_run(
    store: Store, run: Run, brand: Brand, *, source: Source = "python", who: str | None = None
) -> Filing:
    """File a run that is done. Args and errors are those of ``begin`` and ``Filing.add``."""
    filing = begin(store, brand, source=source, who=who)
    for entry in run.entries:
        filing.add(entry)
    filing.add_unreadable(run.unreadable)
    filing.finish()
    return filing


def file_one(
    store: Store,
    version: BrandVersion,
    entry: Entry,
    *,
    source: Source,
    who: str,
    tenant: str | None = None,
    job: str | None = None,
) -> int:
    """File a run of one input that is done, in one piece: what begins, adds and finishes it is written once.

    Args:
        store: where to.
        version: of the brand that judged it, in this store.
        entry: the input.
        source, who, tenant: as in ``begin``.
        job: id of the job that is done with it.

    Returns:
        The id of the item, or of that which says the same already.

    Raises:
        StoreError: the store cannot be written to.
    """
    number = _filed(store, judged(entry, tenant))
    prepared = prepare(store.blobs, entry) if number is None else None
    with database.writing(store.engine) as session:
        row = _run(session, version, source, who, tenant)
        row.finished = row.created
        if prepared is not None:
            number = _put(session, Filing(store, version, row.id, tenant), prepared, More())
        assert number is not None
        if job is not None:
            jobs.done(session, job, number)
    return number


def _run(session: Session, version: BrandVersion, source: Source, who: str, tenant: str | None) -> RunRow:
    row = RunRow(created=datetime.now(UTC), source=source, who=who, tenant=tenant, version_id=version.id)
    session.add(row)
    session.flush()
    return row


def _filed(store: Store, digest: str) -> int | None:
    """The item that was judged as a digest tells."""
    with database.reading(store.engine) as session:
        return session.scalars(select(ItemRow.id).where(ItemRow.judged == digest).limit(1)).first()


def _put(session: Session, filing: Filing, prepared: Prepared, more: More) -> int:
    register(session, filing.store.blobs, [(f.sha256, f.size, f.content) for f in prepared.kept])
    row = _item(prepared.entry, filing, more)
    session.add(row)
    session.flush()
    add_files(session, row.id, prepared.kept)
    add_findings(session, row.id, prepared.entry)
    return row.id


def _item(entry: Entry, filing: Filing, more: More) -> ItemRow:
    report, last = entry.report, final(entry)
    source, worst = report.source, headline(last)
    return ItemRow(
        run_id=filing.run,
        version_id=filing.version.id,
        created=datetime.now(UTC),
        path=_text(source.path.as_posix()),
        name=_text(source.path.name),
        kind=source.kind,
        sha256=source.sha256,
        judged=judged(entry, filing.tenant),
        width=source.width,
        height=source.height,
        frames=source.frames,
        verdict=report.verdict.value,
        final=last.verdict.value,
        severity=severity(last.verdict, last.findings),
        model=more.model,
        state="open",
        decisions=0,
        headline=worst.text,
        cause=worst.cause,
        extent=worst.extent,
        parent_id=more.parent,
    )


def _text(name: str) -> str:
    """A name as a database holds it: bytes that are no UTF-8 as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def add_files(session: Session, item: int, kept: Sequence[Kept]) -> None:
    """Note the files of an item."""
    rows = [
        {
            "item_id": item,
            "role": file.role,
            "name": _text(file.name),
            "title": file.title,
            "sha256": file.sha256,
        }
        for file in kept
    ]
    database.add_rows(session, ItemFileRow, rows)


def add_findings(session: Session, item: int, entry: Entry) -> None:
    """Note the findings of both reports, to search and count by."""
    reports: Mapping[bool, Report | None] = {
        False: entry.report,
        True: entry.corrected.report if entry.corrected else None,
    }
    rows = [
        {
            "item_id": item,
            "corrected": corrected,
            "check": finding.check,
            "metric": finding.metric,
            "swatch": finding.swatch,
            "value": None if finding.value is None else float(finding.value),
            "unit": finding.unit,
            "outcome": finding.outcome,
        }
        for corrected, report in reports.items()
        if report is not None
        for finding in report.findings
    ]
    database.add_rows(session, FindingRow, rows)
