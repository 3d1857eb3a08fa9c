"""SARIF 2.1.0: findings as code scanners hand them over (OASIS, errata 01).

Every finding is a result with a rule ``check.metric``, so that GitHub, Azure and editors list what failed
beside the file it is in. An input that could not be read is a notification, and the invocation is not
successful.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from brandkit.gate import Finding, Outcome
from brandkit.report import words
from brandkit.report.json import Json, report_json
from brandkit.report.report import Report, installed_versions
from brandkit.report.run import Run, Unreadable

SUFFIX = ".sarif"
MEDIA_TYPE = "application/sarif+json"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_KINDS: dict[Outcome, tuple[str, str]] = {
    "failed": ("fail", "error"),
    "error": ("fail", "error"),
    "warned": ("review", "none"),
    "waived": ("fail", "error"),
    "passed": ("pass", "none"),
    "not_evaluated": ("open", "none"),
}
"""Kind and level (SARIF 3.27.9, 3.27.10): ``review`` wants a person, ``open`` lacked what it takes."""
_FINGERPRINT = "brandkitFinding/v1"


def render(run: Run) -> str:
    """The run as one SARIF log."""
    reports = [words.final(entry) for entry in run.entries]
    rules = {_rule_id(finding): finding for report in reports for finding in report.findings}
    numbers = {rule: number for number, rule in enumerate(rules)}
    artifacts = [_artifact(report) for report in reports]
    # No two may be the same, as they are where a file was given twice.
    distinct = [artifact for k, artifact in enumerate(artifacts) if artifact not in artifacts[:k]]
    log: Json = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(rules)},
                "invocations": [_invocation(run)],
                "artifacts": distinct,
                "results": [
                    _result(finding, report, distinct.index(artifact), numbers)
                    for report, artifact in zip(reports, artifacts, strict=True)
                    for finding in report.findings
                ],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _driver(rules: dict[str, Finding]) -> Json:
    return {
        "name": "brandkit",
        "version": installed_versions().get("brandkit", "0"),
        "informationUri": "https://github.com/brandkit/brandkit",
        "rules": [
            {
                "id": rule,
                "name": "".join(part.title() for part in rule.replace(".", "_").split("_")),
                "shortDescription": {"text": f"{finding.metric or 'run'} of the check '{finding.check}'"},
                "help": {"text": f"Run 'brandkit explain {finding.check}' to read what it measures."},
            }
            for rule, finding in rules.items()
        ],
    }


def _invocation(run: Run) -> Json:
    return {
        "executionSuccessful": not (run.unreadable or run.interrupted),
        "toolExecutionNotifications": [_notification(fault) for fault in run.unreadable],
    }


def _notification(fault: Unreadable) -> Json:
    return {
        "level": "error",
        "message": {"text": words.printable(fault.message)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(fault.path)}}}],
    }


def _artifact(report: Report) -> Json:
    return {
        "location": {"uri": _uri(report.source.path)},
        "hashes": {"sha-256": report.source.sha256},
        "properties": {"verdict": report.verdict.value, "brand": words.printable(report.brand.name)},
    }


def _result(finding: Finding, report: Report, place: int, numbers: dict[str, int]) -> Json:
    kind, level = _KINDS[finding.outcome]
    rule = _rule_id(finding)
    said = words.sentence(words.said(finding))
    remedy = f" {finding.remedy}" if finding.remedy else ""
    location: Json = {"uri": _uri(report.source.path), "index": place}
    return {
        "ruleId": rule,
        "ruleIndex": numbers[rule],
        "kind": kind,
        "level": level,
        "message": {"text": f"{said}{remedy}"},
        # A picture has no lines, but code scanning shows only what has one.
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": {"startLine": 1}}}],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(finding, report)},
        **_suppressed(finding),
        "properties": _measured(finding, report),
    }


def _suppressed(finding: Finding) -> Json:
    """Who let it pass, and why; its message ends with that."""
    if finding.outcome != "waived":
        return {}
    return {"suppressions": [{"kind": "external", "justification": words.printable(finding.message)}]}


def _measured(finding: Finding, report: Report) -> dict[str, Any]:
    """The numbers, as the JSON report has them."""
    whole = report_json(report)["findings"][report.findings.index(finding)]
    kept = ("value", "unit", "limit", "swatch", "colour", "target", "frames", "region")
    return {name: whole[name] for name in kept if whole[name] not in (None, [])}


def _fingerprint(finding: Finding, report: Report) -> str:
    """The same for the same matter of the same file, whatever its figure."""
    parts = (report.source.path.as_posix(), finding.check, finding.metric, finding.swatch or "")
    content = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(content).hexdigest()[:32]


def _rule_id(finding: Finding) -> str:
    return f"{finding.check}.{finding.metric}" if finding.metric else finding.check


def _uri(path: Path) -> str:
    """A path as a URI reference, relative where the path is."""
    text = path.as_posix().encode("utf-8", "surrogateescape")
    found = quote(text, safe="/")
    return f"file://{found}" if path.is_absolute() else found
