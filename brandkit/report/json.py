"""JSON: the report as other programs read it. Its schemas lie in ``schemas/``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from brandkit.gate import Finding
from brandkit.media.clip import Source
from brandkit.report import proof_json
from brandkit.report.report import Report
from brandkit.report.run import Corrected, Entry, Run
from brandkit.report.words import count

SUFFIX = ".json"
MEDIA_TYPE = "application/json"
REPORT_SCHEMA = "brandkit.report/1"
SUMMARY_SCHEMA = "brandkit.summary/1"

_DECIMALS = 6
"""Enough for any figure here, and few enough that the last bits of a sum do not change the bytes."""

_SURROGATE = re.compile("[\ud800-\udfff]")

Json = dict[str, Any]


def render(run: Run) -> str:
    """One report for one input that was only checked; else a summary that holds the reports.

    Keys stand in the order of the schema, and equal runs give equal bytes.
    """
    single = len(run.entries) == 1 and not run.unreadable and run.entries[0].corrected is None
    content = report_json(run.entries[0].report) if single else summary_json(run)
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def report_json(report: Report) -> Json:
    """A report as the dictionary that ``schemas/report-1.schema.json`` describes."""
    content: Json = _plain(_report(report))
    return content


def summary_json(run: Run) -> Json:
    """A run as the dictionary that ``schemas/summary-1.schema.json`` describes."""
    content: Json = _plain(
        {
            "schema": SUMMARY_SCHEMA,
            "verdict": None if run.verdict is None else run.verdict.value,
            "counts": asdict(count(run)),
            "reports": [_report(entry.report) for entry in run.entries],
            "corrections": [
                _correction(entry, entry.corrected) for entry in run.entries if entry.corrected is not None
            ],
            "unreadable": [{"path": u.path.as_posix(), "message": u.message} for u in run.unreadable],
        }
    )
    return content


def _report(report: Report) -> Json:
    created = {} if report.created is None else {"created": report.created.isoformat()}
    return {
        "schema": REPORT_SCHEMA,
        **created,
        "source": _source(report.source),
        "brand": {"name": report.brand.name, "digest": report.brand.digest},
        "verdict": report.verdict.value,
        "findings": [_finding(finding) for finding in report.findings],
        "settings": report.settings,
        "versions": report.versions,
    }


def _source(source: Source) -> Json:
    return {
        "path": source.path.as_posix(),
        "sha256": source.sha256,
        "kind": source.kind,
        "width": source.width,
        "height": source.height,
        "frames": source.frames,
        "fps": None if source.fps is None else float(source.fps),
        "duration": _number(source.duration),
        "notes": source.notes,
    }


def _finding(finding: Finding) -> Json:
    limit, region = finding.limit, finding.region
    series = {"series": [_number(value) for value in finding.series]} if finding.series else {}
    basis = {"basis": finding.basis} if finding.basis is not None else {}
    return {
        "check": finding.check,
        "metric": finding.metric,
        "value": _number(finding.value),
        "unit": finding.unit,
        "limit": None
        if limit is None
        else {"min": _number(limit.min), "max": _number(limit.max), "warn": _number(limit.warn)},
        "outcome": finding.outcome,
        "swatch": finding.swatch,
        "colour": finding.colour,
        "target": finding.target,
        "frames": finding.frames,
        "region": None if region is None else asdict(region),
        "message": finding.message,
        "remedy": finding.remedy,
        "evidence": [{"kind": e.kind, "title": e.title, "file": e.file} for e in finding.evidence],
        **series,
        **basis,
    }


def _correction(entry: Entry, corrected: Corrected) -> Json:
    return {
        "source": entry.report.source.path.as_posix(),
        "note": corrected.note,
        "files": [{"title": title, "path": path.as_posix()} for title, path in corrected.files],
        "before": entry.report.verdict.value,
        "after": None if corrected.report is None else _report(corrected.report),
        "proof": None if corrected.proof is None else proof_json.as_json(corrected.proof),
    }


def _number(value: float | None) -> float | None:
    # A check may hand over 3 or 3.0 or numpy's own; the bytes must not tell which.
    return None if value is None else float(value)


def _plain(value: Any) -> Any:
    """``value`` as JSON can hold it in every program: finite, rounded, and without half characters."""
    if isinstance(value, str):
        return _SURROGATE.sub(_escaped, value)
    if isinstance(value, float):
        # + 0.0 turns -0.0 into 0.0.
        return round(value, _DECIMALS) + 0.0 if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _escaped(found: re.Match[str]) -> str:
    """A byte of a file name that is not UTF-8, as ``\\xff``: it cannot stand in JSON as it is."""
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
