"""Items with the same faults, judged by the same version, as one: a person decides on them at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from brandkit.gate import Verdict, describe
from brandkit.report.words import DRIFT
from brandkit.store import database, items
from brandkit.store.filed import BrandVersion, Order, Wanted
from brandkit.store.tables import BrandRow, FindingRow, ItemRow, VersionRow

if TYPE_CHECKING:
    from brandkit.store.store import Store


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one brand version and verdict whose faults are the same ones.

    Attributes:
        version: of the brand that judged them.
        final: their verdict.
        cause: what they have in common, as in ``Item.cause``.
        count: how many.
        least, most: the smallest and the greatest value of their worst finding; ``None`` where it has none.
        unit: of both.
    """

    version: BrandVersion
    final: Verdict
    cause: str
    count: int
    least: float | None = None
    most: float | None = None
    unit: str = ""

    def words(self) -> str:
        """What they have in common: ``blue drifts 2.10 to 2.40, and 1 more finding``."""
        first, *others = self.cause.split("\n")
        said = self._worst(first)
        if others:
            said += f", and {len(others)} more {'finding' if len(others) == 1 else 'findings'}"
        return said

    def _worst(self, first: str) -> str:
        named, _, subject = first.partition(" of ")
        metric = named.rpartition(".")[2]
        if self.least is None or self.most is None:
            return first or "nothing to mind"
        span = " to ".join(dict.fromkeys(describe(value, self.unit) for value in (self.least, self.most)))
        if metric == DRIFT and subject:
            return f"{subject} drifts {span}"
        what = metric.removesuffix("_de00").replace("_", " ")
        return f"{what} of {subject} {span}" if subject else f"{what} {span}"


def find(
    store: Store, wanted: Wanted, *, order: Order = "worst", limit: int = 50, skip: int = 0
) -> tuple[Group, ...]:
    """Groups of the items that are wanted; those with one item too, so that none is missing.

    Args:
        store: where.
        wanted: which items.
        order: by the worst item of each, or by the newest or the oldest.
        limit: how many groups at most.
        skip: so many before.
    """
    orders: dict[Order, ColumnElement[Any]] = {
        "worst": func.max(ItemRow.severity).desc(),
        "newest": func.max(ItemRow.created).desc(),
        "oldest": func.min(ItemRow.created).asc(),
    }
    keys = (ItemRow.version_id, ItemRow.final, ItemRow.cause)
    asked = (
        select(
            *keys,
            func.count(ItemRow.id),
            func.min(ItemRow.extent),
            func.max(ItemRow.extent),
            func.min(ItemRow.id),
        )
        .where(*items.conditions(wanted))
        .group_by(*keys)
        .order_by(orders[order], func.min(ItemRow.id))
        .offset(skip)
        .limit(limit)
    )
    with database.reading(store.engine) as session:
        rows = session.execute(asked).all()
        named = select(VersionRow, BrandRow.name).join(BrandRow, BrandRow.id == VersionRow.brand_id)
        known = {
            row.id: BrandVersion(row.id, brand, row.number, row.digest, row.created, row.who, row.note)
            for row, brand in session.execute(named.where(VersionRow.id.in_({row[0] for row in rows})))
        }
        units = {
            (item, f"{check}.{metric}"): unit
            for item, check, metric, unit in session.execute(
                select(FindingRow.item_id, FindingRow.check, FindingRow.metric, FindingRow.unit).where(
                    FindingRow.item_id.in_([row[-1] for row in rows])
                )
            )
        }
    return tuple(
        Group(
            known[version],
            Verdict(final),
            cause,
            count,
            least,
            most,
            units.get((one, cause.split("\n")[0].partition(" of ")[0]), ""),
        )
        for version, final, cause, count, least, most, one in rows
    )


def members(wanted: Wanted, group: Group) -> Wanted:
    """The items of a group, among those that are wanted."""
    return replace(wanted, version=group.version.id, final=(group.final,), cause=group.cause)
