"""A pipeline's rules: what fails a run, what is known, what is waived; never more than was said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from brandkit.brand import Limit
from brandkit.errors import BrandkitError
from brandkit.gate import Finding, Verdict
from brandkit.media.clip import Source
from brandkit.policy import Known, Policy, Waiver
from brandkit.policy_files import read_baseline, read_waivers
from brandkit.report.report import BrandRef, Report
from tests.conftest import Command

TODAY = date(2026, 11, 29)
WAIVER = Waiver("palette", "ada", "reshoot", date(2026, 12, 31), metric="drift_de00", swatch="blue")


def _finding(value: float = 3.0, swatch: str = "blue", metric: str = "drift_de00") -> Finding:
    limit = Limit(min=0.5) if metric == "coverage" else Limit(max=2)
    return Finding("palette", metric, value, "de00", limit, "failed", f"{swatch} is off", swatch=swatch)


def _report(*findings: Finding, path: str = "shots/hero.png") -> Report:
    source = Source(Path(path), "0" * 64, "image", 1, 1, 1, None, None)
    return Report(source, BrandRef("Acme", "d"), Verdict.FAILED, findings, {})


def _outcomes(policy: Policy, report: Report) -> tuple[Verdict, list[str]]:
    ruled = policy.applied(report, ["palette"])
    return ruled.verdict, [finding.outcome for finding in ruled.findings]


def test_without_rules_a_report_stays_the_same_object() -> None:
    report = _report(_finding())
    assert Policy(today=TODAY).applied(report, ["palette"]) is report


def test_a_waiver_covers_what_it_names_and_nothing_else() -> None:
    report = _report(_finding(), _finding(swatch="red"))
    assert _outcomes(Policy(waivers=(WAIVER,), today=TODAY), report) == (Verdict.FAILED, ["waived", "failed"])
    assert _outcomes(Policy(waivers=(WAIVER,), today=TODAY), _report(_finding())) == (
        Verdict.PASSED,
        ["waived"],
    )


def test_a_waived_finding_says_who_why_and_until_when() -> None:
    (finding,) = Policy(waivers=(WAIVER,), today=TODAY).applied(_report(_finding()), ()).findings
    assert finding.message == "blue is off; waived until 2026-12-31 by ada: reshoot"


@pytest.mark.parametrize(("today", "outcome"), [(date(2026, 12, 31), "waived"), (date(2027, 1, 1), "failed")])
def test_a_waiver_holds_through_its_last_day(today: date, outcome: str) -> None:
    policy = Policy(waivers=(WAIVER,), today=today)
    assert _outcomes(policy, _report(_finding()))[1] == [outcome]
    assert policy.expired == (() if outcome == "waived" else (WAIVER,))


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [("*", True), ("hero.png", True), ("*.jpg", False), ("shots/*.png", True), ("other/*.png", False)],
)
def test_a_waiver_is_for_files(pattern: str, covered: bool) -> None:
    policy = Policy(waivers=(replace(WAIVER, file=pattern),), today=TODAY)
    assert _outcomes(policy, _report(_finding()))[1] == ["waived" if covered else "failed"]


@pytest.mark.parametrize(
    ("now", "outcome"), [(2.5, "waived"), (3.0, "waived"), (3.05, "waived"), (3.2, "failed")]
)
def test_only_what_got_worse_fails_beside_a_baseline(now: float, outcome: str) -> None:
    known = Known({("shots/hero.png", "palette", "drift_de00", "blue"): 3.0})
    assert _outcomes(Policy(known=known, today=TODAY), _report(_finding(now)))[1] == [outcome]


@pytest.mark.parametrize(("now", "outcome"), [(0.3, "waived"), (0.2, "failed")])
def test_where_more_is_better_worse_is_less(now: float, outcome: str) -> None:
    known = Known({("shots/hero.png", "palette", "coverage", "blue"): 0.25})
    assert _outcomes(Policy(known=known, today=TODAY), _report(_finding(now, metric="coverage")))[1] == [
        outcome
    ]


def test_another_file_has_no_part_in_a_baseline() -> None:
    known = Known({("shots/hero.png", "palette", "drift_de00", "blue"): 3.0})
    assert _outcomes(Policy(known=known, today=TODAY), _report(_finding(), path="new.png"))[1] == ["failed"]


@pytest.mark.parametrize(
    ("fail_on", "verdict"),
    [
        (("palette",), Verdict.FAILED),
        (("palette.drift_de00",), Verdict.FAILED),
        (("palette.coverage",), Verdict.NEEDS_REVIEW),
        (("logo",), Verdict.NEEDS_REVIEW),
    ],
)
def test_what_may_not_fail_a_run_goes_to_a_person(fail_on: tuple[str, ...], verdict: Verdict) -> None:
    assert _outcomes(Policy(fail_on=fail_on, today=TODAY), _report(_finding()))[0] is verdict


def test_review_counts_as_what_was_said() -> None:
    counted = [Policy(review_as=as_).verdict(Verdict.NEEDS_REVIEW) for as_ in ("review", "passed", "failed")]
    assert counted == [Verdict.NEEDS_REVIEW, Verdict.PASSED, Verdict.FAILED]
    assert Policy(review_as="passed").verdict(Verdict.FAILED) is Verdict.FAILED


def test_waivers_are_read(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(
        "waivers:\n  - {check: palette, metric: drift_de00, swatch: blue, owner: ada, reason: reshoot,"
        " expires: 2026-12-31}\n",
        encoding="utf-8",
    )
    assert read_waivers(path) == (WAIVER,)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{check: palette, reason: x, expires: 2026-12-31}", "waivers.yml:2: waivers[0]: 'owner' is missing"),
        ("{check: palette, owner: a, reason: x}", "waivers.yml:2: waivers[0]: 'expires' is missing"),
        ("{check: p, owner: a, reason: x, expires: soon}", "'soon' is no date; write it as 2026-12-31"),
        ("{chekc: p, owner: a, reason: x, expires: 2026-12-31}", "unknown key; did you mean 'check'?"),
    ],
)
def test_a_waiver_without_owner_reason_or_end_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(f"waivers:\n  - {entry}\n", encoding="utf-8")
    with pytest.raises(BrandkitError) as caught:
        read_waivers(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"schema": "other/1"}', '{"schema": "brandkit.report/1"}']
)
def test_what_is_no_report_is_no_baseline(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrandkitError, match=r"report\.json: is no"):
        read_baseline(path)


def test_a_second_run_with_the_first_as_baseline_passes(
    tmp_path: Path, acme: Path, bad: Path, run: Command
) -> None:
    first = run("check", bad, "-b", acme, "-f", "json", "-o", tmp_path / "main.json", "--only", "palette")
    assert first.status == 1
    second = run(
        "check", bad, "-b", acme, "-f", "json", "--baseline", tmp_path / "main.json", "--only", "palette"
    )
    assert second.status == 0
    assert "waived" in {f["outcome"] for f in json.loads(second.out)["findings"]}


def test_a_misspelt_check_in_fail_on_is_bad_usage(acme: Path, bad: Path, run: Command) -> None:
    said = run("check", bad, "-b", acme, "--fail-on", "palete")
    assert said.status == 2
    assert "is measured by no check" in said.err


def test_an_expired_waiver_is_said(tmp_path: Path, acme: Path, bad: Path, run: Command) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(
        "waivers:\n  - {check: palette, owner: ada, reason: reshoot, expires: 2020-01-31}\n", encoding="utf-8"
    )
    said = run("check", bad, "-b", acme, "--waivers", path, "--only", "palette")
    assert said.status == 1
    assert "the waiver of ada for palette expired on 2020-01-31: reshoot" in said.err
