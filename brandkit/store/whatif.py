"""What a changed brand would say of what was judged already: from the reports, without a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from brandkit.errors import BrandkitError
from brandkit.gate import Verdict
from brandkit.rejudge import known_metrics, rejudged, remeasured
from brandkit.report.words import final
from brandkit.store import brands, items
from brandkit.store.filed import Item, Wanted
from brandkit.store.headline import headline

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.store.store import Store

LAST = 100


@dataclass(frozen=True, slots=True)
class Change:
    """An item whose verdict would be another one: what it was, would be, and the worst finding then."""

    item: Item
    before: Verdict
    after: Verdict
    said: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a brand would say of the items that were judged last.

    Attributes:
        judged: how many were judged again.
        changes: those whose verdict would be another one, the newest first.
        again: what cannot be told without measuring anew, a phrase each.
        unread: how many have no report that can be read.
    """

    judged: int
    changes: tuple[Change, ...]
    again: tuple[str, ...]
    unread: int = 0

    def count(self, before: Verdict, after: Verdict) -> int:
        """How many would go from one verdict to another."""
        return sum(change.before is before and change.after is after for change in self.changes)


def whatif(store: Store, brand: Brand, *, name: str | None = None, last: int = LAST) -> WhatIf:
    """Judge the last items of a brand again by another state of it.

    Args:
        store: where they are.
        brand: the other state.
        name: of the brand as the store knows it; that of ``brand`` without.
        last: how many items, whatever was decided of them.
    """
    wanted = Wanted(brand=name or brand.name, state=())
    found = items.find(store, wanted, order="newest", limit=last).items
    metrics = known_metrics()
    again: dict[int, tuple[str, ...]] = {}
    changes, unread = [], 0
    for item in found:
        try:
            if item.version.id not in again:
                again[item.version.id] = remeasured(brands.load(store, item.version.id), brand)
            report = rejudged(final(items.open_case(store, item.id).entry), brand, metrics)
        except BrandkitError:
            unread += 1
            continue
        if report.verdict is not item.final:
            changes.append(Change(item, item.final, report.verdict, headline(report).text))
    said = tuple(dict.fromkeys(phrase for phrases in again.values() for phrase in phrases))
    return WhatIf(len(found) - unread, tuple(changes), said, unread)
