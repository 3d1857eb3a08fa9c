"""Save the pictures that show what was measured, and say in the findings where they are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from brandkit.check import Evidence
from brandkit.gate import Finding
from brandkit.media.atomic import replacing
from brandkit.report.report import Report
from brandkit.report.run import Entry, Run


def save(run: Run, report_path: Path) -> Run:
    """Write every evidence picture of a run as PNG into ``NAME.evidence/`` beside the report.

    Returns:
        The run, with each ``Evidence.file`` relative to the report's folder, by forward slashes.

    Raises:
        OutputError: a picture cannot be written.
    """
    folder = report_path.with_name(f"{report_path.stem}.evidence")
    entries = []
    for number, entry in enumerate(run.entries, 1):
        stem = f"{number:03d}-{_slug(entry.report.source.path.stem)}"
        corrected = entry.corrected
        if corrected is not None and corrected.report is not None and corrected.report is not entry.report:
            corrected = replace(corrected, report=_save_report(corrected.report, folder, f"{stem}.after"))
        entries.append(replace(entry, report=_save_report(entry.report, folder, stem), corrected=corrected))
    return replace(run, entries=tuple(entries))


def heatmap(entry: Entry) -> Evidence | None:
    """The first heat-map among an entry's findings, if there is one."""
    pictures = (e for finding in entry.report.findings for e in finding.evidence)
    return next((e for e in pictures if e.kind == "heatmap"), None)


def _save_report(report: Report, folder: Path, stem: str) -> Report:
    return replace(report, findings=tuple(_save_finding(f, folder, stem) for f in report.findings))


def _save_finding(finding: Finding, folder: Path, stem: str) -> Finding:
    return replace(finding, evidence=tuple(_save_picture(e, folder, stem) for e in finding.evidence))


def _save_picture(picture: Evidence, folder: Path, stem: str) -> Evidence:
    from PIL import Image

    path = folder / f"{stem}.{picture.name}.png"
    with replacing(path) as temporary:
        Image.fromarray(picture.pixels).save(temporary, format="PNG")
    return replace(picture, file=f"{folder.name}/{path.name}")


def _slug(name: str) -> str:
    """A file name that every system takes, from a name that may hold anything."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:80] or "input"
