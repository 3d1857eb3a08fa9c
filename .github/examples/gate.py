"""A gate within a pipeline in Python, as a task of Airflow, Prefect or Dagster.

With Airflow:

    from airflow.sdk import dag, task
    from gate import gate

    @dag(schedule=None)
    def campaign():
        @task
        def render() -> list[str]: ...

        task(gate)(render(), "acme.brand.yml")
"""

from __future__ import annotations

import brandkit


class OffBrandError(RuntimeError):
    """Pictures that must not go on; the message says which, and what is wrong with each."""


def gate(pictures: list[str], brand_file: str) -> dict[str, list[str]]:
    """Judge pictures, and sort them.

    Args:
        pictures: paths of pictures and videos.
        brand_file: that judges.

    Returns:
        Paths by verdict: ``passed`` to go on with, ``needs_review`` for a person.

    Raises:
        OffBrandError: one failed.
        brandkit.BrandkitError: one cannot be read, or the brand cannot.
    """
    brand = brandkit.Brand.load(brand_file)
    reports = {path: brandkit.check(path, brand) for path in pictures}
    failed = {path: report for path, report in reports.items() if report.verdict is brandkit.Verdict.FAILED}
    if failed:
        worst = (
            next(f for f in report.findings if f.outcome == "failed").message for report in failed.values()
        )
        raise OffBrandError("; ".join(f"{path}: {said}" for path, said in zip(failed, worst, strict=True)))
    found: dict[str, list[str]] = {"passed": [], "needs_review": []}
    for path, report in reports.items():
        found[report.verdict.value].append(path)
    return found
