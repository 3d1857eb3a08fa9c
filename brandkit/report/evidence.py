"""Save the pictures that show what was measured, and say in the findings where they are."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from brandkit.check import Evidence
from brandkit.media.atomic import replacing
from brandkit.media.inputs import EVIDENCE
from brandkit.proof.record import Proof, Shot
from brandkit.report.report import Report
from brandkit.report.run import Entry, Run

_LONGEST = 60
"""Characters of a slug: with number, picture and ending a name stays below the 255 bytes of file systems."""


def save(run: Run, report_path: Path) -> Run:
    """Write every evidence picture of a run as PNG into ``NAME.evidence/`` beside the report.

    Names repeat from run to run: ``001-banner.heatmap.png``, after a correction
    ``001-banner.after.heatmap.png``. A picture that several findings share is written once.

    Returns:
        The run, with each ``Evidence.file`` relative to the report's folder, by forward slashes.

    Raises:
        OutputError: a picture cannot be written.
    """
    entries = [save_entry(entry, number, report_path) for number, entry in enumerate(run.entries, 1)]
    return replace(run, entries=tuple(entries))


def save_entry(entry: Entry, number: int, report_path: Path) -> Entry:
    """``save`` for one input, the ``number``-th of its run; its pictures are no longer held in memory."""
    folder = report_path.with_name(f"{report_path.stem}{EVIDENCE}")
    stem = f"{number:03d}-{_slug(entry.report.source.path.stem).replace('.', '-')}"
    report, corrected = _save_report(entry.report, folder, stem), entry.corrected
    if corrected is not None and corrected.report is not None:
        # Where nothing was corrected, both are one report, and so are their pictures.
        same = corrected.report == entry.report
        after = report if same else _save_report(corrected.report, folder, f"{stem}.after")
        corrected = replace(corrected, report=after, proof=_save_proof(corrected.proof, folder, stem))
    return replace(entry, report=report, corrected=corrected)


def without(entry: Entry) -> Entry:
    """The entry without evidence, for a report that has no place for pictures."""
    return replace(entry, report=without_pictures(entry.report))


def without_pictures(report: Report) -> Report:
    """The report without evidence."""
    return replace(report, findings=tuple(replace(finding, evidence=()) for finding in report.findings))


def _save_report(report: Report, folder: Path, stem: str) -> Report:
    files: dict[str, tuple[Evidence, Path]] = {}

    def saved(picture: Evidence) -> Evidence:
        name, number = _slug(picture.name), 2
        while name in files and not _same(files[name][0], picture):
            # Two checks that chose one name keep a picture each.
            name, number = f"{_slug(picture.name)}-{number}", number + 1
        if name not in files:
            path = folder / f"{stem}.{name}.png"
            _write(picture, path)
            files[name] = picture, path
        path = files[name][1]
        return replace(picture, source=path, file=f"{folder.name}/{path.name}")

    return replace(
        report,
        findings=tuple(replace(f, evidence=tuple(saved(e) for e in f.evidence)) for f in report.findings),
    )


def _save_proof(proof: Proof | None, folder: Path, stem: str) -> Proof | None:
    """The pictures of a correction: ``001-banner.correction-1.png``."""
    if proof is None:
        return None

    def saved(shot: Shot) -> Shot:
        if shot.picture is None:
            return shot
        path = folder / f"{stem}.{_slug(shot.picture.name)}.png"
        _write(shot.picture, path)
        return replace(shot, picture=replace(shot.picture, source=path, file=f"{folder.name}/{path.name}"))

    return replace(proof, shots=tuple(saved(shot) for shot in proof.shots))


def _same(one: Evidence, other: Evidence) -> bool:
    if isinstance(one.source, Path) and isinstance(other.source, Path):
        return one.source == other.source
    return one.source is other.source


def _write(picture: Evidence, path: Path) -> None:
    if isinstance(picture.source, Path) and picture.source == path:  # saved there while the run went on
        return
    with replacing(path) as temporary:
        if isinstance(picture.source, Path):
            shutil.copyfile(picture.source, temporary)
            return
        from brandkit.report import indexed

        indexed.save(picture.source, temporary)


def _slug(name: str) -> str:
    """A file name that every system takes, from a name that may hold anything."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:_LONGEST].strip("-.") or "input"
