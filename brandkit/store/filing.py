"""Put runs on record, one input at a time, so that what was done stays when the rest is not."""

from __future__ import annotations

import hashlib
import json
import socket
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from brandkit.brand_references import user
from brandkit.errors import BrandkitError
from brandkit.media.inputs import is_pattern, numbered
from brandkit.report import record
from brandkit.report.words import final
from brandkit.store import brands, database
from brandkit.store.filed import BrandVersion, Role, Source
from brandkit.store.headline import headline
from brandkit.store.registered import register
from brandkit.store.severity import severity
from brandkit.store.tables import FindingRow, ItemFileRow, ItemRow, RunRow, UnreadableRow
from brandkit.store.thumbnail import thumbnail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from brandkit.brand import Brand
    from brandkit.report.report import Report
    from brandkit.report.run import Entry, Run, Unreadable
    from brandkit.store.store import Store

DOCUMENT = "item.json"
"""Name of an item's reports; their evidence lies in ``item.evidence/``."""


def caller() -> str:
    """Who runs this process: user and machine."""
    return f"{user()}@{socket.gethostname()}"


def judged(entry: Entry, tenant: str | None = None) -> str:
    """A digest of all that the reports depend on: input, brand, settings, versions, and corrected file."""
    report = entry.report
    after = entry.corrected.report if entry.corrected else None
    corrected = None if after is None else after.source.sha256
    source = report.source
    content = [
        source.path.as_posix(),
        source.sha256,
        report.brand.digest,
        dict(report.settings),
        dict(report.versions),
        corrected,
        tenant,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class More:
    """What else is known of an input.

    Attributes:
        model: that generated it.
        recipe: the file that says how.
        attempts: caption to file of what was tried before.
        parent: id of the item that it was made from.
    """

    model: str | None = None
    recipe: Path | bytes | None = None
    attempts: Sequence[tuple[str, Path]] = ()
    parent: int | None = None


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
        more = more or More()
        if (known := self._known(judged(entry, self.tenant))) is not None:
            self.items.append(known)
            return known
        contents = _contents(entry, more)
        kept = [(file, *self.store.blobs.put(file.content)) for file in contents]
        with database.writing(self.store.engine) as session:
            register(session, self.store.blobs, [(sha, size, file.content) for file, sha, size in kept])
            row = _item(entry, self, more)
            session.add(row)
            session.flush()
            add_files(session, row.id, kept)
            add_findings(session, row.id, entry)
            self.items.append(row.id)
        return self.items[-1]

    def _known(self, digest: str) -> int | None:
        with database.reading(self.store.engine) as session:
            return session.scalars(select(ItemRow.id).where(ItemRow.judged == digest).limit(1)).first()

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
        row = RunRow(
            created=datetime.now(UTC), source=source, who=named, tenant=tenant, version_id=version.id
        )
        session.add(row)
        session.flush()
        return Filing(store, version, row.id, tenant)


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


@dataclass(frozen=True, slots=True)
class Content:
    """A file that is to be kept, and what it is."""

    role: Role
    name: str
    title: str
    content: Path | bytes


def _contents(entry: Entry, more: More) -> list[Content]:
    """All files of an input; pictures of evidence are read, since the folder they lie in may go."""
    source = entry.report.source
    files = [*documents(entry), *inputs(source.path)]
    picture = entry.picture
    if picture is not None:
        files.append(Content("thumbnail", "thumbnail.webp", "", thumbnail(picture)))
    if entry.corrected is not None:
        files += results(entry.corrected.files)
    if more.recipe is not None:
        files.append(Content("recipe", "recipe.json", "how it was made", more.recipe))
    files += [Content("attempt", path.name, title, path) for title, path in more.attempts if path.is_file()]
    return files


def documents(entry: Entry) -> list[Content]:
    """The reports as a file, and the evidence that they name."""
    with tempfile.TemporaryDirectory(prefix="brandkit-") as folder:
        record.save(entry, {}, Path(folder) / DOCUMENT)
        pictures = sorted(Path(folder).glob("*/*.png"))
        names = [path.relative_to(folder).as_posix() for path in pictures]
        return [
            Content("document", DOCUMENT, "reports", (Path(folder) / DOCUMENT).read_bytes()),
            *(Content("evidence", n, "", p.read_bytes()) for n, p in zip(names, pictures, strict=True)),
        ]


def inputs(path: Path) -> list[Content]:
    """The files of an input: one, or many numbered stills."""
    with suppress(BrandkitError):
        paths = list(numbered(path).values()) if is_pattern(path) else [path]
        return [Content("input", p.name, "", p) for p in paths if p.is_file()]
    return []


def results(files: Sequence[tuple[str, Path]]) -> list[Content]:
    """What a correction wrote; a folder of stills goes in as its files."""
    found = []
    for title, path in files:
        inner = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        found += [Content("result", p.name, title, p) for p in inner if p.is_file()]
    return found


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


def add_files(session: Session, item: int, kept: Sequence[tuple[Content, str, int]]) -> None:
    """Note the files of an item, each with its sha256 and size."""
    session.add_all(
        ItemFileRow(
            item_id=item,
            role=file.role,
            name=_text(file.name),
            title=file.title,
            sha256=sha,
        )
        for file, sha, _ in kept
    )


def add_findings(session: Session, item: int, entry: Entry) -> None:
    """Note the findings of both reports, to search and count by."""
    reports: Mapping[bool, Report | None] = {
        False: entry.report,
        True: entry.corrected.report if entry.corrected else None,
    }
    session.add_all(
        FindingRow(
            item_id=item,
            corrected=corrected,
            check=finding.check,
            metric=finding.metric,
            swatch=finding.swatch,
            value=None if finding.value is None else float(finding.value),
            unit=finding.unit,
            outcome=finding.outcome,
        )
        for corrected, report in reports.items()
        if report is not None
        for finding in report.findings
    )
