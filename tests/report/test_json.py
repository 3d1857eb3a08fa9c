from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from brandkit.report import Entry, Run, Unreadable, renderer

SCHEMAS = resources.files("brandkit.report") / "schemas"
CASES = ["single", "corrected", "several", "hostile"]


def _schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return content


def _validator(content: dict[str, Any]) -> Draft202012Validator:
    report = "report-1.schema.json"
    registry = Registry().with_resource(report, Resource.from_contents(_schema(report)))
    name = report if content["schema"] == "brandkit.report/1" else "summary-1.schema.json"
    return Draft202012Validator(_schema(name), registry=registry, format_checker=FormatChecker())


def _rendered(run: Run) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(renderer("json").render(run))
    return content


def _with_series(run: Run) -> Run:
    report = run.entries[0].report
    first = replace(report.findings[0], series=(0.5, None, 1.25, np.float64(2)), basis="builtin:a/1 b")
    return Run((Entry(replace(report, findings=(first, *report.findings[1:]))),))


def _with_value(run: Run, value: float) -> Run:
    report = run.entries[0].report
    return Run((Entry(replace(report, findings=(replace(report.findings[0], value=value),))),))


@pytest.mark.parametrize("case", CASES)
def test_outputs_are_what_the_schemas_say(case: str, request: pytest.FixtureRequest) -> None:
    content = _rendered(request.getfixturevalue(case))
    _validator(content).validate(content)


def test_a_stamped_report_is_what_the_schema_says(single: Run, stamped: Callable[[Run], Run]) -> None:
    content = _rendered(stamped(single))
    assert content["created"] == "2026-03-01T12:30:00+00:00"
    _validator(content).validate(content)


@pytest.mark.parametrize("change", [{"verdict": "fine"}, {"more": 1}, {"findings": [{}]}, {"source": {}}])
def test_the_schema_refuses_what_a_report_is_not(change: dict[str, Any], single: Run) -> None:
    content = _rendered(single) | change
    assert not _validator(content).is_valid(content)


@pytest.mark.parametrize("name", ["report-1.schema.json", "summary-1.schema.json"])
def test_a_schema_is_closed_and_describes_every_key(name: str) -> None:
    schema = _schema(name)
    Draft202012Validator.check_schema(schema)
    for where, part in _objects(schema, name):
        assert "additionalProperties" in part, where
        for key, value in part.get("properties", {}).items():
            assert value.get("description"), f"{where}.{key}"


def _objects(part: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield where, part
        for key, value in part.items():
            yield from _objects(value, f"{where}.{key}")


def test_keys_stand_in_the_order_of_the_schema(single: Run, corrected: Run) -> None:
    report, summary = _schema("report-1.schema.json"), _schema("summary-1.schema.json")
    content = _rendered(single)
    expected = [key for key in report["properties"] if key != "created"]
    assert list(content) == expected
    assert list(content["source"]) == list(report["properties"]["source"]["properties"])
    of_a_finding = list(report["$defs"]["finding"]["properties"])
    assert list(content["findings"][0]) == [key for key in of_a_finding if key not in ("series", "basis")]
    assert list(_rendered(_with_series(single))["findings"][0]) == of_a_finding
    content = _rendered(corrected)
    assert list(content) == list(summary["properties"])
    assert list(content["corrections"][0]) == list(summary["$defs"]["correction"]["properties"])


def test_one_input_is_a_report_and_several_are_a_summary(single: Run, several: Run, corrected: Run) -> None:
    schemas = [_rendered(run)["schema"] for run in (single, several, corrected)]
    assert schemas == ["brandkit.report/1", "brandkit.summary/1", "brandkit.summary/1"]


def test_counts_and_verdict_are_those_after_correction(several: Run, corrected: Run) -> None:
    content = _rendered(several)
    assert content["verdict"] == "failed"
    assert content["counts"] == {"passed": 1, "needs_review": 1, "failed": 1, "unreadable": 1}
    content = _rendered(corrected)
    assert content["verdict"] == "passed"
    assert content["counts"]["passed"] == 1
    assert content["reports"][0]["verdict"] == content["corrections"][0]["before"] == "failed"
    assert content["corrections"][0]["after"]["verdict"] == "passed"


def test_numbers_are_rounded_so_that_the_last_bits_do_not_show(single: Run) -> None:
    assert _rendered(single)["settings"]["scale"] == 0.3
    assert renderer("json").render(_with_value(single, -0.0)).count("-0.0") == 0
    whole = [renderer("json").render(_with_value(single, value)) for value in (3, 3.0, 3 + 1e-9)]
    assert len(set(whole)) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_null(value: float, single: Run) -> None:
    assert _rendered(_with_value(single, value))["findings"][0]["value"] is None


@pytest.mark.parametrize("rate", [(24000, 1001), (30000, 1001), (60000, 1001), (120000, 1001), (25, 2)])
def test_a_frame_rate_can_be_told_exactly(rate: tuple[int, int], single: Run) -> None:
    report = single.entries[0].report
    report = replace(report, source=replace(report.source, fps=Fraction(*rate)))
    stated = _rendered(Run((Entry(report),)))["source"]["fps"]
    assert Fraction(str(stated)).limit_denominator(1001) == Fraction(*rate)


def test_a_series_is_as_the_schema_says_and_left_out_where_there_is_none(single: Run) -> None:
    content = _rendered(_with_series(single))
    _validator(content).validate(content)
    assert content["findings"][0]["series"] == [0.5, None, 1.25, 2]
    assert not any("series" in finding for finding in content["findings"][1:])


def test_hostile_text_arrives_as_it_was(hostile: Run) -> None:
    content = _rendered(hostile)
    assert content["reports"][0]["findings"][0]["message"] == hostile.unreadable[0].message
    assert content["unreadable"][0]["path"] == hostile.unreadable[0].path.as_posix()


def test_a_byte_that_is_no_utf_8_is_spelt_out() -> None:
    text = renderer("json").render(Run((), (Unreadable(Path("a\udcff.png"), "torn"),)))
    assert json.loads(text.encode("utf-8"))["unreadable"][0]["path"] == r"a\xff.png"


def test_text_is_utf_8_and_not_escapes(single: Run) -> None:
    report = replace(single.entries[0].report, findings=())
    run = Run((Entry(replace(report, source=replace(report.source, path=Path("Überblick/蓝.png")))),))
    assert '"path": "Überblick/蓝.png"' in renderer("json").render(run)
