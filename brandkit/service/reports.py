"""Reports of a tenant, as the store has them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import select

from brandkit.errors import StoreError
from brandkit.report.json import report_json
from brandkit.report.words import final
from brandkit.service.answers import FileAnswer, JobAnswer, Judged
from brandkit.service.problems import ProblemError
from brandkit.store import database, items
from brandkit.store.filed import Case, StoredFile
from brandkit.store.tables import ItemRow, RunRow

if TYPE_CHECKING:
    from brandkit.store import Store
    from brandkit.store.jobs import Job

_SENT = ("input", "evidence", "result")


def case_of(store: Store, number: int, tenant: str) -> Case:
    """A report, where it is this tenant's.

    Raises:
        ProblemError: there is none that this tenant may see; which of both it is is not told.
    """
    with database.reading(store.engine) as session:
        owner = session.scalars(
            select(RunRow.tenant).join(ItemRow, ItemRow.run_id == RunRow.id).where(ItemRow.id == number)
        ).first()
    if owner != tenant:
        raise ProblemError(404, "there is no such report")
    return _opened(store, number)


def _opened(store: Store, number: int) -> Case:
    try:
        return items.open_case(store, number)
    except StoreError as error:
        raise ProblemError(503, str(error)) from error


def judged(store: Store, job: Job) -> Judged:
    """What a job that is done came to; what it filed is its own tenant's."""
    assert job.item is not None
    case = _opened(store, job.item)
    report = final(case.entry)
    return Judged(
        job=JobAnswer.of(job),
        verdict=report.verdict.value,
        state=case.item.state,
        report=report_json(report),
        files=files(case),
    )


def files(case: Case) -> list[FileAnswer]:
    """The files of a report that can be fetched."""
    return [_file(case, file) for file in case.files if file.role in _SENT]


def file_of(case: Case, name: str) -> StoredFile:
    """A file of a report by its name. Raises ``ProblemError`` where there is none."""
    found = next((f for f in case.files if f.role in _SENT and _plain(f) == name), None)
    if found is None:
        raise ProblemError(404, "the report has no such file")
    return found


def _file(case: Case, file: StoredFile) -> FileAnswer:
    name = _plain(file)
    href = f"/v1/reports/{case.item.id}/files/{quote(name, safe='')}"
    return FileAnswer(role=file.role, name=name, title=file.title, sha256=file.sha256, href=href)


def _plain(file: StoredFile) -> str:
    """A file's name without the folder it lay in."""
    return file.name.rpartition("/")[2]
