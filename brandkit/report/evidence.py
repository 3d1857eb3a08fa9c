"""Save the pictures that show what was measured, and say in the findings where they are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from brandkit.check import Evidence
from brandkit.media.atomic import replacing
from brandkit.media.inputs import EVIDENCE
from brandkit.report.report import Report
from brandkit.report.run import Run

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
    folder = report_path.with_name(f"{report_path.stem}{EVIDENCE}")
    entries = []
    for number, entry in enumerate(run.entries, 1):
        stem = f"{number:03d}-{_slug(entry.report.source.path.stem).replace('.', '-')}"
        report, corrected = _save_report(entry.report, folder, stem), entry.corrected
        if corrected is not None and corrected.report is not None:
            # Where nothing was corrected, both are one report, and so are their pictures.
            same = corrected.report == entry.report
            after = report if same else _save_report(corrected.report, folder, f"{stem}.after")
            corrected = replace(corrected, report=after)
        entries.append(replace(entry, report=report, corrected=corrected))
    return replace(run, entries=tuple(entries))


def _save_report(report: Report, folder: Path, stem: str) -> Report:
    files: dict[str, tuple[Evidence, str]] = {}

    def saved(picture: Evidence) -> Evidence:
        name, number = _slug(picture.name), 2
        while name in files and files[name][0].pixels is not picture.pixels:
            # Two checks that chose one name keep a picture each.
            name, number = f"{_slug(picture.name)}-{number}", number + 1
        if name not in files:
            path = folder / f"{stem}.{name}.png"
            _write(picture, path)
            files[name] = picture, f"{folder.name}/{path.name}"
        return replace(picture, file=files[name][1])

    return replace(
        report,
        findings=tuple(replace(f, evidence=tuple(saved(e) for e in f.evidence)) for f in report.findings),
    )


def _write(picture: Evidence, path: Path) -> None:
    from PIL import Image

    with replacing(path) as temporary:
        Image.fromarray(picture.pixels).save(temporary, format="PNG")


def _slug(name: str) -> str:
    """A file name that every system takes, from a name that may hold anything."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:_LONGEST].strip("-.") or "input"
