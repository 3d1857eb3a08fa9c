"""JUnit, SARIF, Markdown and CSV: held to their schemas, and to what other programs read in them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from jsonschema import Draft4Validator

from brandkit.report import Run, renderer
from brandkit.report.words import final

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
CASES = ["single", "corrected", "several", "hostile"]


@pytest.fixture(scope="module")
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / "junit.xsd")


@pytest.fixture(scope="module")
def sarif_schema() -> Draft4Validator:
    return Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("case", CASES)
def test_junit_is_what_its_schema_says(
    case: str, request: pytest.FixtureRequest, junit_schema: xmlschema.XMLSchema
) -> None:
    junit_schema.validate(renderer("junit").render(request.getfixturevalue(case)))


@pytest.mark.parametrize("case", CASES)
def test_sarif_is_what_its_schema_says(
    case: str, request: pytest.FixtureRequest, sarif_schema: Draft4Validator
) -> None:
    sarif_schema.validate(json.loads(renderer("sarif").render(request.getfixturevalue(case))))


def test_junit_counts_what_failed_and_passes_nothing_that_was_not_judged(several: Run) -> None:
    root = ET.fromstring(renderer("junit").render(several))
    suites = root.findall("testsuite")
    assert len(suites) == len(several.entries) + len(several.unreadable)
    for suite, entry in zip(suites, several.entries, strict=False):
        outcomes = [finding.outcome for finding in final(entry).findings]
        plain = [case for case in suite.findall("testcase") if len(case) == 0]
        assert int(suite.get("failures", "")) == outcomes.count("failed")
        assert len(plain) == outcomes.count("passed")
    assert suites[-1].get("errors") == "1"


def test_sarif_marks_what_failed_and_what_a_person_decides(single: Run) -> None:
    log = json.loads(renderer("sarif").render(single))["runs"][0]
    kinds = {"failed": "fail", "passed": "pass", "warned": "review", "not_evaluated": "open"}
    found = [result["kind"] for result in log["results"]]
    assert found == [kinds[f.outcome] for f in single.entries[0].report.findings]
    rules = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in log["results"])
    prints = [result["partialFingerprints"]["brandkitFinding/v1"] for result in log["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_says_that_an_input_could_not_be_read(several: Run) -> None:
    (invocation,) = json.loads(renderer("sarif").render(several))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "the file ends early" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_markdown_lets_no_name_become_markup(hostile: Run) -> None:
    text = renderer("markdown").render(hostile)
    assert "<script" not in text.replace("\\<script", "")
    assert "\x1b" not in text and "\u202e" not in text


def test_markdown_lists_the_worst_first(several: Run) -> None:
    text = renderer("markdown").render(several)
    assert text.startswith("## brandkit: ✗ ")
    rows = [line for line in text.splitlines() if line.startswith(("| ✗", "| ?", "| ✓", "| failed"))]
    assert len(rows) == len(several.entries)
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), key="✗?✓".index)


def test_csv_has_a_row_for_each_finding_on_each_side(corrected: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(renderer("csv").render(corrected))))
    entry = corrected.entries[0]
    before, after = entry.report.findings, final(entry).findings
    assert [row["side"] for row in rows] == ["before"] * len(before) + ["after"] * len(after)
    assert [float(row["value"]) if row["value"] else None for row in rows[: len(before)]] == [
        None if f.value is None else pytest.approx(f.value, abs=1e-6) for f in before
    ]


def test_csv_runs_no_formula(hostile: Run) -> None:
    rows = csv.reader(io.StringIO(renderer("csv").render(hostile)))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
