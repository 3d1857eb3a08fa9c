"""All of a store as files that other tools read: CSV, JSON, brand files, pictures."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import StoreError
from brandkit.media.atomic import output_error, replacing
from brandkit.report import spreadsheet
from brandkit.store import audit, brands, items
from brandkit.store.blobs import safe_name
from brandkit.store.filed import Item, Wanted

if TYPE_CHECKING:
    from brandkit.store.store import Store

_PAGE = 500
ITEMS = (
    *("id", "run", "brand", "version", "judged", "source", "who", "path", "sha256", "kind"),
    *("width", "height", "frames", "verdict", "corrected", "severity", "state", "model", "made from"),
)
FINDINGS = ("item", "side", "check", "metric", "swatch", "value", "unit", "outcome", "message")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, and how many items and decisions or events."""

    folder: Path
    items: int
    entries: int


def export(
    store: Store,
    folder: Path,
    *,
    wanted: Wanted | None = None,
    pictures: bool = False,
    progress: Callable[[int, int], None] = lambda done, all: None,
) -> Exported:
    """Write a store's content into a folder, all of it or nothing.

    ``items.csv``, ``findings.csv`` and ``audit.csv`` open in spreadsheets; ``reports/`` has the reports of
    each item as JSON; ``brands/`` every version's files; ``pictures/``, where wanted, what each item was and
    became.

    Args:
        store: which.
        folder: that is not there yet.
        wanted: which items; all without.
        pictures: whether to write pictures too.
        progress: called with the items done, and with how many there are.

    Raises:
        OutputError: it cannot be written.
        StoreError: the folder is there, or files of the store are gone.
    """
    chosen = wanted or Wanted(state=())
    if folder.exists():
        raise StoreError(f"{folder}: is there already; give a folder that is not")
    total = items.count(store, chosen).all
    with replacing(folder) as temporary:
        try:
            temporary.mkdir(parents=True)
            _write(temporary / "items.csv", spreadsheet.lines(ITEMS, map(_row, _all(store, chosen))))
            with (temporary / "findings.csv").open("w", encoding="utf-8", newline="") as findings:
                findings.writelines(spreadsheet.lines(FINDINGS, ()))
                for done, item in enumerate(_all(store, chosen), 1):
                    findings.writelines(_one(store, item, temporary, pictures))
                    progress(done, total)
            entries = _write(temporary / "audit.csv", audit.as_csv(audit.entries(store)))
            for name in brands.names(store):
                for version in brands.versions(store, name):
                    source, _ = brands.unpacked(store, version.id)
                    shutil.copytree(source, temporary / "brands" / f"{safe_name(name)}-v{version.number}")
        except OSError as error:
            raise output_error(folder, error) from error
    return Exported(folder, total, entries)


def _one(store: Store, item: Item, folder: Path, pictures: bool) -> Iterator[str]:
    """The reports of an item as files, and its findings as lines of CSV."""
    case = items.open_case(store, item.id)
    wanted = ("document", "recipe", *(("input", "result", "evidence", "attempt") if pictures else ()))
    for file in case.files:
        if file.role in wanted:
            kind = "pictures" if file.role not in ("document", "recipe") else "reports"
            target = folder / kind / str(item.id) / safe_name(file.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(store.blobs.path(file.sha256), target)
    entry = case.entry
    sides = [("before", entry.report)]
    if entry.corrected is not None and entry.corrected.report is not None:
        sides.append(("after", entry.corrected.report))
    rows = (
        (item.id, side, f.check, f.metric, f.swatch, f.value, f.unit, f.outcome, f.message)
        for side, report in sides
        for f in report.findings
    )
    lines = spreadsheet.lines(FINDINGS, rows)
    next(lines)
    yield from lines


def _all(store: Store, wanted: Wanted) -> Iterator[Item]:
    page = items.find(store, wanted, order="oldest", limit=_PAGE)
    yield from page.items
    while page.more:
        page = items.find(store, wanted, order="oldest", limit=_PAGE, after=page.items[-1])
        yield from page.items


def _row(item: Item) -> tuple[object, ...]:
    judged = (item.version.brand, item.version.number, item.created, item.source, item.who)
    what = (item.path, item.sha256, item.kind, item.width, item.height, item.frames)
    became = (item.verdict, item.final, item.severity, item.state, item.model, item.parent)
    return (item.id, item.run, *judged, *what, *became)


def _write(path: Path, lines: Iterable[str]) -> int:
    """Write a table; how many rows it has."""
    count = -1
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in lines:
            file.write(line)
            count += 1
    return count
