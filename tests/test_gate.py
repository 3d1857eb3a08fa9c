from __future__ import annotations

import math

import pytest

from brandkit.brand import Brand, Coverage, Limit, Swatch
from brandkit.check import Broken, Failure, Measurement, Metric
from brandkit.errors import CheckError
from brandkit.gate import Finding, Outcome, Verdict, decide, describe, describe_limit, judge, judge_all

LOWER = Metric("drift_de00", "de00", "lower", "Correct it.", correctable=True)
HIGHER = Metric("similarity", "cosine", "higher", "Make it again.")
RANGE = Metric("coverage", "share", "range", "Change it.")


def measured(value: float | None, metric: Metric = LOWER) -> Measurement:
    return Measurement("palette", metric, value, "seen")


def finding(outcome: Outcome, check: str = "palette", value: float | None = 1.0) -> Finding:
    return Finding(check, "m", value, "de00", None, outcome, "said")


@pytest.mark.parametrize(
    ("value", "metric", "limit", "outcome"),
    [
        (2.0, LOWER, Limit(max=2), "passed"),
        (2.01, LOWER, Limit(max=2), "failed"),
        (1.8, LOWER, Limit(max=2, warn=1.5), "warned"),
        (1.5, LOWER, Limit(max=2, warn=1.5), "passed"),
        (0.7, HIGHER, Limit(min=0.6, warn=0.8), "warned"),
        (0.5, HIGHER, Limit(min=0.6, warn=0.8), "failed"),
        (0.9, HIGHER, Limit(min=0.6, warn=0.8), "passed"),
        (0.04, RANGE, Limit(min=0.05, max=0.4), "failed"),
        (0.41, RANGE, Limit(min=0.05, max=0.4), "failed"),
        (0.2, RANGE, Limit(min=0.05, max=0.4), "passed"),
        (9.0, LOWER, None, "not_evaluated"),
        (None, LOWER, Limit(max=2), "not_evaluated"),
        (math.nan, LOWER, Limit(max=2), "error"),
        (math.inf, LOWER, None, "error"),
    ],
)
def test_a_value_is_judged_by_its_limit(
    value: float | None, metric: Metric, limit: Limit | None, outcome: Outcome
) -> None:
    assert judge(measured(value, metric), limit).outcome == outcome


def test_only_what_is_wrong_has_a_remedy() -> None:
    assert judge(measured(3.0), Limit(max=2)).remedy == "Correct it."
    assert judge(measured(1.0), Limit(max=2)).remedy is None


def test_the_message_states_the_limit() -> None:
    assert judge(measured(3.0), Limit(max=2)).message == "seen, limit 2.00"
    assert judge(measured(3.0), None).message == "seen; the brand sets no limit"


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (["passed", "passed"], Verdict.PASSED),
        (["passed", "not_evaluated"], Verdict.PASSED),
        (["passed", "warned"], Verdict.NEEDS_REVIEW),
        (["passed", "error"], Verdict.NEEDS_REVIEW),
        (["not_evaluated"], Verdict.NEEDS_REVIEW),
        (["warned", "failed", "error"], Verdict.FAILED),
    ],
)
def test_the_worst_finding_decides(outcomes: list[Outcome], verdict: Verdict) -> None:
    assert decide([finding(outcome) for outcome in outcomes], ["palette"]) is verdict


def test_a_required_check_that_judged_nothing_needs_review() -> None:
    findings = [finding("passed"), finding("not_evaluated", "flicker", None)]
    assert decide(findings, ["palette"]) is Verdict.PASSED
    assert decide(findings, ["palette", "flicker"]) is Verdict.NEEDS_REVIEW
    assert decide(findings[:1], ["palette", "absent"]) is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize("findings", [[], [finding("not_evaluated", value=None)]])
def test_nothing_measured_is_an_error_and_no_pass(findings: list[Finding]) -> None:
    with pytest.raises(CheckError, match="nothing was measured"):
        decide(findings, [])


def test_a_check_that_broke_is_a_finding() -> None:
    brand = Brand(name="T", swatches=(Swatch(name="blue", hex="#0050FF"),))
    failed, broken = judge_all(
        [], [Failure("flicker", "ValueError: no")], [Broken("logo", "logo.py:3", "SyntaxError: bad")], brand
    )
    assert (failed.outcome, failed.check, failed.message) == (
        "error",
        "flicker",
        "the check stopped with ValueError: no",
    )
    assert broken.message == "logo.py:3: the check cannot be loaded: SyntaxError: bad"


def test_a_swatch_brings_its_own_limit() -> None:
    brand = Brand(name="T", swatches=(Swatch(name="blue", hex="#0050FF", tolerance=3),))
    near = Measurement("palette", LOWER, 2.5, "seen", swatch="blue")
    assert judge_all([near], [], [], brand)[0].outcome == "passed"


def test_what_the_guidelines_send_to_review_does_not_fail() -> None:
    beyond = judge(measured(3.0), Limit(max=2), review=True)
    assert (beyond.outcome, beyond.remedy) == ("warned", "Correct it.")
    assert beyond.message == "seen, limit 2.00; the guidelines send this to review"
    assert decide([finding("passed"), beyond], ["palette"]) is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("value", "limit", "outcome"),
    [
        (1.0, Limit(max=2), "passed"),
        (1.8, Limit(max=2, warn=1.5), "warned"),
        (3.0, None, "not_evaluated"),
        (None, Limit(max=2), "not_evaluated"),
        (math.nan, Limit(max=2), "error"),
    ],
)
def test_review_changes_nothing_but_a_failure(
    value: float | None, limit: Limit | None, outcome: Outcome
) -> None:
    assert judge(measured(value), limit, review=True) == judge(measured(value), limit)
    assert judge(measured(value), limit, review=True).outcome == outcome


@pytest.mark.parametrize(
    ("review", "outcomes"),
    [
        ((), ["failed", "failed"]),
        (("palette",), ["warned", "warned"]),
        (("palette.coverage",), ["failed", "warned"]),
        (("palette.drift_de00", "flicker"), ["warned", "failed"]),
    ],
)
def test_review_is_of_a_check_or_of_one_of_its_numbers(
    review: tuple[str, ...], outcomes: list[Outcome]
) -> None:
    blue = Swatch(name="blue", hex="#0050FF", coverage=Coverage(max=0.1))
    brand = Brand(name="T", swatches=(blue,), review=review)
    seen = [Measurement("palette", metric, 3.0, "seen", swatch="blue") for metric in (LOWER, RANGE)]
    assert [f.outcome for f in judge_all(seen, [], [], brand)] == outcomes


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.1234, "share", "12.3 %"), (1.0, "share", "100 %"), (4.2, "de00", "4.20"), (25.0, "hz", "25 hz")],
)
def test_numbers_read_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert describe(value, unit) == text


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Limit(min=0.05), "at least 5 %"),
        (Limit(max=0.4), "at most 40 %"),
        (Limit(min=0.05, max=0.4), "5 % to 40 %"),
    ],
)
def test_limits_read_as_people_write_them(limit: Limit, text: str) -> None:
    assert describe_limit(limit, "share") == text
