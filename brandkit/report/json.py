"""JSON: the report as other programs read it. Its schemas lie in ``schemas/``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from brandkit.gate import Finding
from brandkit.media.clip import Source
from brandkit.report.report import Report
from brandkit.report.run import Corrected, Entry, Run

REPORT_SCHEMA = "brandkit.report/1"
SUMMARY_SCHEMA = "brandkit.summary/1"

_DECIMALS = 6
"""Enough for any figure here, and few enough that the last bits of a sum do not change the bytes."""

Json = dict[str, Any]


def render(run: Run) -> str:
    """One report for one input that was only checked; else a summary that holds the reports.

    Keys stand in the order of the schema, and equal runs give equal bytes.
    """
    single = len(run.entries) == 1 and not run.unreadable and run.entries[0].corrected is None
    content = report_json(run.entries[0].report) if single else _summary(run)
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def report_json(report: Report) -> Json:
    """A report as the dictionary that ``schemas/report-1.schema.json`` describes."""
    created = {} if report.created is None else {"created": report.created.isoformat()}
    return {
        "schema": REPORT_SCHEMA,
        **created,
        "source": _source(report.source),
        "brand": {"name": report.brand.name, "digest": report.brand.digest},
        "verdict": report.verdict.value,
        "findings": [_finding(finding) for finding in report.findings],
        "settings": dict(report.settings),
        "versions": dict(report.versions),
    }


def _source(source: Source) -> Json:
    return {
        "path": source.path.as_posix(),
        "sha256": source.sha256,
        "kind": source.kind,
        "width": source.width,
        "height": source.height,
        "frames": source.frames,
        "fps": None if source.fps is None else round(float(source.fps), _DECIMALS),
        "duration": _number(source.duration),
        "notes": list(source.notes),
    }


def _finding(finding: Finding) -> Json:
    limit, region = finding.limit, finding.region
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
        "frames": [list(span) for span in finding.frames],
        "region": None
        if region is None
        else {"x": region.x, "y": region.y, "width": region.width, "height": region.height},
        "message": finding.message,
        "remedy": finding.remedy,
        "evidence": [{"kind": e.kind, "title": e.title, "file": e.file} for e in finding.evidence],
    }


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)


def _summary(run: Run) -> Json:
    counts: Mapping[str, int] = Counter(_final(entry).verdict.value for entry in run.entries)
    return {
        "schema": SUMMARY_SCHEMA,
        "verdict": None if run.verdict is None else run.verdict.value,
        "counts": {
            "passed": counts.get("passed", 0),
            "needs_review": counts.get("needs_review", 0),
            "failed": counts.get("failed", 0),
            "unreadable": len(run.unreadable),
        },
        "reports": [report_json(entry.report) for entry in run.entries],
        "corrections": [
            _correction(entry, entry.corrected) for entry in run.entries if entry.corrected is not None
        ],
        "unreadable": [{"path": u.path.as_posix(), "message": u.message} for u in run.unreadable],
    }


def _final(entry: Entry) -> Report:
    return entry.corrected.report if entry.corrected and entry.corrected.report else entry.report


def _correction(entry: Entry, corrected: Corrected) -> Json:
    return {
        "source": entry.report.source.path.as_posix(),
        "note": corrected.note,
        "files": [{"title": title, "path": path.as_posix()} for title, path in corrected.files],
        "before": entry.report.verdict.value,
        "after": None if corrected.report is None else report_json(corrected.report),
    }
