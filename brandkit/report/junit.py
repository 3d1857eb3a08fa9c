"""JUnit XML: each input a suite, each finding a case, as CI servers show test results.

It follows the schema of Ant's JUnit task (Windy Road, JUnit.xsd), which Jenkins, GitLab, Azure and GitHub
actions read. What a person has to look at and what was not evaluated is ``skipped``, with the reason: JUnit
has no word for either, and neither passed. A correction's suite is that of the corrected file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from brandkit.gate import Finding, Outcome
from brandkit.report import words
from brandkit.report.report import Report
from brandkit.report.run import Run, Unreadable

SUFFIX = ".xml"
MEDIA_TYPE = "application/xml"

_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""The schema demands a time; a report without one has to give the same bytes each time."""
_ELEMENTS: dict[Outcome, str] = {
    "failed": "failure",
    "error": "error",
    "warned": "skipped",
    "waived": "skipped",
    "not_evaluated": "skipped",
}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def render(run: Run) -> str:
    """The run as ``<testsuites>``."""
    root = ET.Element("testsuites")
    reports = [words.final(entry) for entry in run.entries]
    suites = [_suite(report) for report in reports] + [_unreadable(fault) for fault in run.unreadable]
    for number, suite in enumerate(suites):
        suite.set("id", str(number))
        root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(report: Report) -> ET.Element:
    outcomes = Counter(_ELEMENTS.get(finding.outcome) for finding in report.findings)
    suite = _empty_suite(
        str(report.source.path), report.created or _NO_MOMENT, len(report.findings), outcomes
    )
    _properties(
        suite,
        (
            ("brand", report.brand.name),
            ("brand.digest", report.brand.digest),
            ("verdict", report.verdict.value),
            ("sha256", report.source.sha256),
            *((f"version.{name}", version) for name, version in report.versions.items()),
        ),
    )
    suite.extend(_case(finding, report) for finding in report.findings)
    _end(suite, f"{words.VERDICTS[report.verdict]}: {words.printable(report.source.path)}", "")
    return suite


def _case(finding: Finding, report: Report) -> ET.Element:
    name = " ".join(filter(None, (finding.metric or "run", finding.swatch)))
    case = ET.Element("testcase", name=_text(name), classname=_text(f"brandkit.{finding.check}"), time="0")
    if (element := _ELEMENTS.get(finding.outcome)) is None:
        return case
    said = _text(words.sentence(words.said(finding)))
    if element == "skipped":
        ET.SubElement(case, element, message=f"{words.OUTCOMES[finding.outcome]}: {said}")
        return case
    kind = f"{finding.check}.{finding.metric}" if finding.metric else finding.check
    problem = ET.SubElement(case, element, message=said, type=_text(kind))
    problem.text = _text("\n".join(filter(None, (said, finding.remedy, words.printable(report.source.path)))))
    return case


def _unreadable(fault: Unreadable) -> ET.Element:
    """A suite of one case, for an input that could not be judged."""
    suite = _empty_suite(str(fault.path), _NO_MOMENT, 1, Counter({"error": 1}))
    _properties(suite, ())
    case = ET.SubElement(suite, "testcase", name="read", classname="brandkit", time="0")
    said = _text(words.printable(fault.message))
    ET.SubElement(case, "error", message=said, type="unreadable").text = said
    _end(suite, "", said)
    return suite


def _empty_suite(name: str, when: datetime, tests: int, outcomes: Counter[str | None]) -> ET.Element:
    return ET.Element(
        "testsuite",
        name=_text(words.printable(name)),
        package="brandkit",
        timestamp=when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        hostname="localhost",
        tests=str(tests),
        failures=str(outcomes["failure"]),
        errors=str(outcomes["error"]),
        skipped=str(outcomes["skipped"]),
        time="0",
    )


def _properties(suite: ET.Element, pairs: Iterable[tuple[str, str]]) -> None:
    properties = ET.SubElement(suite, "properties")
    for name, value in pairs:
        ET.SubElement(
            properties, "property", name=_text(words.printable(name)), value=_text(words.printable(value))
        )


def _end(suite: ET.Element, out: str, err: str) -> None:
    ET.SubElement(suite, "system-out").text = _text(out)
    ET.SubElement(suite, "system-err").text = _text(err)


def _text(text: str) -> str:
    return _UNPRINTABLE.sub("�", text)
