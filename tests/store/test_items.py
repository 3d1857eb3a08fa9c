"""Finding items: filters, order, pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from brandkit.brand import Brand
from brandkit.gate import Verdict
from brandkit.report.run import Run
from brandkit.store import Store, filing, items, trends
from brandkit.store.decisions import Decided, decide
from brandkit.store.filed import Order, Wanted


@pytest.fixture
def three(store: Store, brand: Brand, all_judged: Run) -> dict[str, int]:
    filed = filing.file_run(store, all_judged, brand)
    return dict(zip(("right", "drifted", "worse"), filed.items, strict=True))


def _names(page: items.Page) -> list[str]:
    return [item.name.removesuffix(".png") for item in page.items]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("worst", ["worse", "drifted", "right"]),
        ("newest", ["worse", "drifted", "right"]),
        ("oldest", ["right", "drifted", "worse"]),
    ],
)
def test_items_come_in_order_page_by_page(
    store: Store, three: dict[str, int], order: Order, names: list[str]
) -> None:
    assert _names(items.find(store, Wanted(), order=order)) == names
    first = items.find(store, Wanted(), order=order, limit=2)
    rest = items.find(store, Wanted(), order=order, limit=2, after=first.items[-1])
    assert (_names(first) + _names(rest), first.more, rest.more) == (names, True, False)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(brand="acme"), ["worse", "drifted", "right"]),
        (Wanted(brand="other"), []),
        (Wanted(final=(Verdict.FAILED,)), ["worse", "drifted"]),
        (Wanted(check="palette"), ["worse", "drifted"]),
        (Wanted(check="palette", outcome=("error",)), []),
        (Wanted(check="flicker"), []),
        (Wanted(least=2.0), ["worse", "drifted"]),
        (Wanted(text="WORSE"), ["worse"]),
        (Wanted(text="100%_"), []),
        (Wanted(source=("check",)), []),
        (Wanted(source=("python",)), ["worse", "drifted", "right"]),
        (Wanted(state=("approved",)), []),
        (Wanted(until=datetime.now(UTC) - timedelta(days=1)), []),
        (Wanted(since=datetime.now(UTC) - timedelta(days=1)), ["worse", "drifted", "right"]),
    ],
)
def test_only_what_is_wanted_is_found(
    store: Store, three: dict[str, int], wanted: Wanted, names: list[str]
) -> None:
    assert _names(items.find(store, wanted)) == names
    assert items.count(store, wanted).all == len(names)


def test_the_next_in_the_queue_is_found_after_a_decision(store: Store, three: dict[str, int]) -> None:
    case = items.open_case(store, three["worse"])
    decide(store, case, Decided("approved", "ada"))
    following = items.following(store, case.item, Wanted())
    assert following is not None and following.id == three["drifted"]
    back = items.preceding(store, items.get(store, three["right"]), Wanted())
    assert back is not None and back.id == three["drifted"]
    assert items.following(store, items.get(store, three["right"]), Wanted()) is None


def test_counts_are_by_verdict(store: Store, three: dict[str, int]) -> None:
    assert items.count(store, Wanted()) == items.Counts(3, failed=2, needs_review=0, passed=1)


def test_trends_count_what_was_judged(store: Store, three: dict[str, int]) -> None:
    (rate,) = trends.pass_rates(store)
    assert (rate.name, rate.judged, rate.passed, rate.corrected) == ("Acme", 3, 1, 1)
    drift = next(d for d in trends.drifts(store, brand="Acme") if d.swatch == "blue")
    values = [f.value for n in three.values() for f in items.open_case(store, n).entry.report.findings
              if f.metric == "drift_de00" and f.swatch == "blue" and f.value is not None]  # fmt: skip
    assert drift.count == 3
    assert drift.mean_de00 == pytest.approx(sum(values) / 3, abs=1e-5)
    assert drift.worst_de00 == pytest.approx(max(values), abs=1e-5)
