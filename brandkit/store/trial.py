"""Try a correction of an item: it lies beside the store until somebody keeps it, and changes nothing."""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit import batch
from brandkit.errors import CorrectionError, StoreError
from brandkit.store import brands, corrections, items

if TYPE_CHECKING:
    from brandkit.batch import Settings, Watch
    from brandkit.report.run import Entry
    from brandkit.store.filed import Case
    from brandkit.store.store import Store

FOLDER = "trials"
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Trial:
    """A correction that was tried.

    Attributes:
        item: the id of the item.
        entry: the reports on its input and on the correction.
        folder: where the results lie, until they are kept or discarded.
    """

    item: int
    entry: Entry
    folder: Path

    @property
    def corrected(self) -> Path:
        """The corrected picture or clip, for ``media.open``."""
        assert self.entry.corrected is not None
        return self.entry.corrected.files[0][1]


def correct(store: Store, case: Case, how: Settings, watch: Watch = batch.unwatched) -> Trial:
    """Correct an item's input by the version of the brand that judged it.

    Args:
        store: where the input is.
        case: the item.
        how: what is asked of the correction.
        watch: for progress bars; what it raises ends the trial.

    Raises:
        CorrectionError: nothing was to be corrected, or the correction was refused; the message says why.
        StoreError: the input is gone.
        BrandkitError: it cannot be read or written.
    """
    place = store.blobs.cache / FOLDER
    _forget_old(place)
    folder = place / secrets.token_hex(16)
    try:
        path = items.clip_path(store, case)
        run = batch.correct_all(
            [str(path)], brands.load(store, case.item.version.id), folder, how, watch=watch
        )
        if run.unreadable:
            raise CorrectionError(run.unreadable[0].message.replace(str(path), case.item.name))
        entry = run.entries[0]
        if entry.corrected is None or entry.corrected.report is None or not entry.corrected.files:
            note = entry.corrected.note if entry.corrected is not None else "nothing was corrected"
            raise CorrectionError(note.replace(str(path), case.item.name))
        if entry.corrected.files[0][0] != "corrected":
            raise CorrectionError(f"{case.item.name}: is on brand already; there is nothing to correct")
        return Trial(case.item.id, _as_filed(entry, case), folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def keep(store: Store, case: Case, tried: Trial, *, who: str) -> Case:
    """Have an item's correction be the one that was tried; see ``corrections.replace``.

    Raises:
        DecidedMeanwhileError: somebody decided since ``case`` was opened; the trial stays.
        StoreError: the trial is of another item, is gone, or the store cannot be written to.
    """
    if tried.item != case.item.id:
        raise StoreError(f"{case.item.name}: the correction that was tried is of another item; try it anew")
    if not tried.folder.is_dir():
        raise StoreError(f"{case.item.name}: the correction that was tried is gone; try it anew")
    kept = corrections.replace(store, case, tried.entry, who=who)
    discard(tried)
    return kept


def discard(tried: Trial) -> None:
    """Forget a trial."""
    shutil.rmtree(tried.folder, ignore_errors=True)


def _as_filed(entry: Entry, case: Case) -> Entry:
    """The entry with the path that the item came by, not that of the store's copy."""
    source = replace(entry.report.source, path=case.entry.report.source.path)
    return replace(entry, report=replace(entry.report, source=source))


def _forget_old(place: Path) -> None:
    """Remove what sessions left behind that ended without a word."""
    for folder in place.glob("*/"):
        try:
            old = folder.stat().st_mtime < time.time() - _DAY_S
        except OSError:
            continue
        if old:
            shutil.rmtree(folder, ignore_errors=True)
