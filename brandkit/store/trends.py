"""How verdicts and drift go over time, by brand, by swatch and by model."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select

from brandkit.report.words import DRIFT
from brandkit.store import database
from brandkit.store.tables import BrandRow, FindingRow, ItemRow, VersionRow
from brandkit.swatch import fold

if TYPE_CHECKING:
    from brandkit.store.store import Store

By = Literal["brand", "model"]
_PAGE = 5000
UNKNOWN = "unknown"
"""Stands for the model of what was not generated here."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many inputs of a day passed: as they came (``passed``), and once corrected (``corrected``)."""

    day: date
    name: str
    judged: int
    passed: int
    corrected: int


@dataclass(frozen=True, slots=True)
class Drift:
    """Drift of a swatch in the inputs of a day as they came: CIEDE2000, mean and worst, of how many."""

    day: date
    name: str
    swatch: str
    mean_de00: float
    worst_de00: float
    count: int


@dataclass(frozen=True, slots=True)
class Failing:
    """What failed in how many inputs as they came: a metric of a check, of a swatch where it has one."""

    check: str
    metric: str
    swatch: str | None
    items: int


def failing(
    store: Store, *, brand: str | None = None, since: datetime | None = None, limit: int = 12
) -> tuple[Failing, ...]:
    """What fails most often, the commonest first."""
    keys = (FindingRow.check, FindingRow.metric, FindingRow.swatch)
    number = func.count(FindingRow.item_id.distinct())
    asked = (
        select(*keys, number)
        .join(ItemRow, ItemRow.id == FindingRow.item_id)
        .where(FindingRow.outcome.in_(("failed", "error")), FindingRow.corrected.is_(False))
        .group_by(*keys)
        .order_by(number.desc(), *keys)
        .limit(limit)
    )
    if brand is not None:
        asked = asked.join(VersionRow, VersionRow.id == ItemRow.version_id)
        asked = asked.join(BrandRow, BrandRow.id == VersionRow.brand_id).where(BrandRow.folded == fold(brand))
    if since is not None:
        asked = asked.where(ItemRow.created >= since)
    with database.reading(store.engine) as session:
        return tuple(Failing(*row) for row in session.execute(asked))


def pass_rates(
    store: Store, *, brand: str | None = None, since: datetime | None = None, by: By = "brand"
) -> tuple[Rate, ...]:
    """Pass rates a day, by brand or by model; the oldest first."""
    asked = (
        select(ItemRow.created, ItemRow.verdict, ItemRow.final, BrandRow.name, ItemRow.model)
        .join(VersionRow, VersionRow.id == ItemRow.version_id)
        .join(BrandRow, BrandRow.id == VersionRow.brand_id)
    )
    if brand is not None:
        asked = asked.where(BrandRow.folded == fold(brand))
    if since is not None:
        asked = asked.where(ItemRow.created >= since)
    counted: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    with database.reading(store.engine) as session:
        for created, verdict, final, name, model in session.execute(asked.execution_options(yield_per=_PAGE)):
            group = counted[created.date(), name if by == "brand" else model or UNKNOWN]
            group[0] += 1
            group[1] += verdict == "passed"
            group[2] += final == "passed"
    return tuple(Rate(day, name, *numbers) for (day, name), numbers in sorted(counted.items()))


def drifts(store: Store, *, brand: str, since: datetime | None = None, by: By = "brand") -> tuple[Drift, ...]:
    """Drift of each swatch a day, by brand or by model; the oldest first."""
    asked = (
        select(ItemRow.created, ItemRow.model, FindingRow.swatch, FindingRow.value)
        .join(FindingRow, FindingRow.item_id == ItemRow.id)
        .join(VersionRow, VersionRow.id == ItemRow.version_id)
        .join(BrandRow, BrandRow.id == VersionRow.brand_id)
        .where(
            BrandRow.folded == fold(brand),
            FindingRow.metric == DRIFT,
            FindingRow.corrected.is_(False),
            FindingRow.value.is_not(None),
            FindingRow.swatch.is_not(None),
        )
    )
    if since is not None:
        asked = asked.where(ItemRow.created >= since)
    found: dict[tuple[date, str, str], list[float]] = defaultdict(list)
    with database.reading(store.engine) as session:
        for created, model, swatch, value in session.execute(asked.execution_options(yield_per=_PAGE)):
            if swatch is None or value is None:
                continue
            found[created.date(), brand if by == "brand" else model or UNKNOWN, swatch].append(value)
    return tuple(
        Drift(day, name, swatch, sum(v) / len(v), max(v), len(v))
        for (day, name, swatch), v in sorted(found.items())
    )
