"""What people decide is on record as it was made, and nobody overrules somebody unseen."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy
from sqlalchemy.exc import DatabaseError

from brandkit.brand import Brand
from brandkit.check import Region
from brandkit.errors import DecidedMeanwhileError, StoreError
from brandkit.report.run import Run
from brandkit.store import Store, audit, decisions, filing, items
from brandkit.store.decisions import Decided, decide, decide_all
from brandkit.store.verify import verify


@pytest.fixture
def three(store: Store, brand: Brand, all_judged: Run) -> list[int]:
    return filing.file_run(store, all_judged, brand).items


def test_a_decision_names_what_was_seen(store: Store, brand: Brand, three: list[int]) -> None:
    case = items.open_case(store, three[1])
    made = decide(store, case, Decided("change", "ada", "the blue is too light", Region(12, 10, 48, 34)))
    again = items.open_case(store, three[1])
    assert again.decisions == (made,)
    assert (again.item.state, again.item.decisions) == ("change", 1)
    assert made.seen == {
        "document": case.of("document")[0].sha256,
        "input": case.item.sha256,
        "result": None,
        "brand_version": 1,
        "brand_digest": brand.digest,
    }
    assert made.region == Region(12, 10, 48, 34)


def test_a_second_reviewer_is_told_what_happened(store: Store, three: list[int]) -> None:
    mine, theirs = items.open_case(store, three[1]), items.open_case(store, three[1])
    decide(store, theirs, Decided("rejected", "bo", "wrong blue"))
    with pytest.raises(DecidedMeanwhileError, match=r"drifted\.png: bo rejected at .* saying: wrong blue"):
        decide(store, mine, Decided("approved", "ada"))
    assert items.get(store, three[1]).state == "rejected"


def test_of_reviewers_at_the_very_same_time_one_decides(store: Store, three: list[int]) -> None:
    case = items.open_case(store, three[1])
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def click(name: str) -> None:
        start.wait()
        try:
            decide(store, case, Decided("approved", name))
            outcomes.append("decided")
        except DecidedMeanwhileError:
            outcomes.append("refused")

    threads = [threading.Thread(target=click, args=(f"p{k}",)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided"] + ["refused"] * 5
    assert len(decisions.on_record(store, three[1])) == 1


def test_many_are_decided_together_or_not_at_all(store: Store, three: list[int]) -> None:
    seen = [(number, 0) for number in three]
    decide(store, items.open_case(store, three[2]), Decided("rejected", "bo"))
    with pytest.raises(DecidedMeanwhileError, match=r"worse\.png"):
        decide_all(store, seen, Decided("approved", "ada"))
    assert [items.get(store, number).state for number in three] == ["open", "open", "rejected"]
    assert len(decide_all(store, seen[:2], Decided("approved", "ada"))) == 2


def test_a_decision_can_be_reopened_but_stays_on_record(store: Store, three: list[int]) -> None:
    for verdict in ("approved", "reopened", "rejected"):
        decide(store, items.open_case(store, three[0]), Decided(verdict, "ada"))
    case = items.open_case(store, three[0])
    assert [d.verdict for d in case.decisions] == ["approved", "reopened", "rejected"]
    assert case.item.state == "rejected"
    assert verify(store).faults == ()


@pytest.mark.parametrize("statement", ["UPDATE {} SET who = 'eve'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["decision", "event"])
def test_the_database_itself_refuses_to_change_the_record(
    store: Store, three: list[int], table: str, statement: str
) -> None:
    decide(store, items.open_case(store, three[0]), Decided("approved", "ada"))
    with store.engine.begin() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(sqlalchemy.text(statement.format(table)))


def test_a_forged_decision_is_found(store: Store, three: list[int]) -> None:
    decide(store, items.open_case(store, three[0]), Decided("rejected", "ada", "no"))
    decide(store, items.open_case(store, three[0]), Decided("approved", "ada"))
    _without_triggers(store, "UPDATE decision SET comment = 'yes' WHERE number = 1")
    assert verify(store).faults == ("item 1: decision 1 is not as it was made",)


def test_a_decision_that_was_taken_out_is_found(store: Store, three: list[int]) -> None:
    for verdict in ("rejected", "approved"):
        decide(store, items.open_case(store, three[0]), Decided(verdict, "ada"))
    _without_triggers(store, "DELETE FROM decision WHERE number = 2")
    assert verify(store).faults == ("item 1: its last decision on record is not the last that was made",)


def _without_triggers(store: Store, statement: str) -> None:
    """As somebody would do who owns the database."""
    off = {
        "sqlite": ["DROP TRIGGER decision_no_update", "DROP TRIGGER decision_no_delete"],
        "postgresql": ["DROP TRIGGER decision_append_only ON decision"],
    }
    with store.engine.begin() as connection:
        for line in [*off[connection.dialect.name], statement]:
            connection.execute(sqlalchemy.text(line))


def test_a_novel_as_comment_is_refused(store: Store, three: list[int]) -> None:
    with pytest.raises(StoreError, match="longer than 4000 characters"):
        decide(store, items.open_case(store, three[0]), Decided("approved", "ada", "x" * 4001))


def test_the_record_tells_who_did_what_the_newest_first(store: Store, three: list[int]) -> None:
    decide(store, items.open_case(store, three[0]), Decided("approved", "ada"))
    decide(store, items.open_case(store, three[1]), Decided("rejected", "bo", "too light"))
    told = [(e.who, e.kind, e.subject, e.detail) for e in audit.entries(store)]
    assert told[:2] == [("bo", "rejected", "drifted.png", "too light"), ("ada", "approved", "right.png", "")]
    assert told[2][1:3] == ("brand saved", "Acme v1")
    assert [e.who for e in audit.entries(store, kind="approved")] == ["ada"]
