"""The options by which a pipeline states its own rules."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit.terminal import Exit

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.gate import Verdict
    from brandkit.policy import Policy
    from brandkit.report.run import Entry, Run


class ReviewAs(StrEnum):
    """What a verdict of ``needs_review`` counts as."""

    REVIEW = "review"
    PASSED = "passed"
    FAILED = "failed"


FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="CHECK[.METRIC]",
        help="Only this may fail the run; what else fails goes to a person. May be given several times.",
    ),
]
ReviewAsOption = Annotated[
    ReviewAs,
    typer.Option("--review-as", help="What a verdict of 'needs review' counts as in the exit status."),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        metavar="REPORT",
        help="An earlier JSON report: what failed there and is no worse does not fail again.",
        show_default=False,
    ),
]
Waivers = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="YAML of what may be beyond its limit: check, owner, reason and expires of each.",
        show_default=False,
    ),
]


def read(fail_on: Sequence[str], review_as: ReviewAs, baseline: Path | None, waivers: Path | None) -> Policy:
    """The pipeline's rules, where they name checks that there are; otherwise bad usage.

    Raises:
        BrandkitError: a file cannot be read.
    """
    from datetime import UTC, datetime

    from brandkit.policy import Policy
    from brandkit.policy_files import read_baseline, read_waivers

    _require_known(fail_on)
    return Policy(
        fail_on=tuple(fail_on),
        waivers=() if waivers is None else read_waivers(waivers),
        known=None if baseline is None else read_baseline(baseline),
        today=datetime.now(UTC).date(),
        review_as=review_as.value,
    )


def _require_known(fail_on: Sequence[str]) -> None:
    if not fail_on:
        return
    from brandkit.check import discover

    known = {name: {m.name for m in check.metrics} for name, check in discover().checks.items()}
    for given in fail_on:
        check, _, metric = given.partition(".")
        if check not in known or (metric and metric not in known[check]):
            there = ", ".join(sorted(known.get(check, known)))
            said = f"'{given}' is measured by no check; there are: {there}"
            raise typer.BadParameter(said, param_hint="--fail-on")


def ruled(entry: Entry, policy: Policy, brand: Brand) -> Entry:
    """An input that was judged, by the pipeline's rules."""
    from dataclasses import replace

    return replace(entry, report=policy.applied(entry.report, brand.required))


def say_expired(policy: Policy) -> None:
    """One line on stderr for each waiver that holds no longer."""
    for waiver in policy.expired:
        said = f"the waiver of {waiver.owner} for {waiver.check} expired on {waiver.expires}: {waiver.reason}"
        typer.echo(f"brandkit: {said}", err=True)


def status(run: Run, policy: Policy | None = None) -> Exit:
    """The exit status of a run, by the pipeline's rules where there are some."""
    if run.interrupted:
        return Exit.INTERRUPTED
    if run.unreadable or run.verdict is None:
        return Exit.BAD_INPUT
    return status_of(run.verdict, policy)


def status_of(verdict: Verdict, policy: Policy | None = None) -> Exit:
    """The exit status of a verdict, by the pipeline's rules where there are some."""
    from brandkit.gate import Verdict

    return {
        Verdict.PASSED: Exit.PASSED,
        Verdict.FAILED: Exit.FAILED,
        Verdict.NEEDS_REVIEW: Exit.NEEDS_REVIEW,
    }[verdict if policy is None else policy.verdict(verdict)]
