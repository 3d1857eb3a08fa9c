"""A store that is looked after: verified, pruned, exported, moved, killed in the middle."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.errors import StoreError
from brandkit.report import record
from brandkit.report.run import Run
from brandkit.store import Store, filing, items
from brandkit.store.decisions import Decided, decide
from brandkit.store.export import export
from brandkit.store.filed import Wanted
from brandkit.store.prune import prune
from brandkit.store.verify import verify

Judge = Callable[..., Run]
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def two(store: Store, brand: Brand, all_judged: Run) -> list[int]:
    right, drifted, _ = all_judged.entries
    return filing.file_run(store, Run((drifted, right)), brand).items


def _blob(store: Store, number: int, role: str) -> Path:
    return store.blobs.path(items.open_case(store, number).of(role)[0].sha256)  # type: ignore[arg-type]


def test_a_whole_store_is_said_to_be_whole(store: Store, two: list[int]) -> None:
    found = verify(store)
    assert (found.items, found.faults, found.notes) == (2, (), ())


def test_a_lost_file_and_an_altered_one_are_found(store: Store, two: list[int]) -> None:
    lost, altered = _blob(store, two[0], "input"), _blob(store, two[1], "input")
    lost.unlink()
    altered.write_bytes(b"something else")
    assert sorted(verify(store).faults) == sorted(
        [f"the file {lost.name[:12]}… is gone", f"the file {altered.name[:12]}… was altered"]
    )
    assert verify(store, contents=False).faults == (f"the file {lost.name[:12]}… is gone",)


def test_pruning_lets_go_of_pictures_and_keeps_the_record(store: Store, two: list[int]) -> None:
    decide(store, items.open_case(store, two[0]), Decided("approved", "ada"))
    would = prune(store, before=TOMORROW, who="ada", dry_run=True)
    gone = prune(store, before=TOMORROW, who="ada")
    assert (gone.items, gone.files) == (would.items, would.files) == (1, would.files)
    case = items.open_case(store, two[0])
    assert (case.of("input"), case.of("evidence"), case.entry.picture) == ((), (), None)
    assert case.of("thumbnail") and case.decisions and case.entry.report.findings
    assert items.open_case(store, two[1]).entry.picture is not None
    assert verify(store).faults == ()


def test_pruning_takes_what_a_killed_run_left(store: Store, two: list[int]) -> None:
    sha, _ = store.blobs.put(b"put, but never filed")
    assert verify(store).notes == (
        "1 files belong to nothing, as a killed run leaves them; prune removes them",
    )
    prune(store, before=None, who="ada")
    assert not store.blobs.has(sha)
    assert verify(store).notes == ()


def test_what_was_pruned_between_put_and_filed_is_put_again(
    store: Store, brand: Brand, judged: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = judged("drifted")
    filed = filing.begin(store, brand, source="check")
    put = store.blobs.put
    pruned = []

    def put_and_prune(source: Path | bytes) -> tuple[str, int]:
        kept = put(source)
        if not pruned:
            pruned.append(prune(store, before=None, who="bo").files)
        return kept

    monkeypatch.setattr(type(store.blobs), "put", lambda self, source: put_and_prune(source))
    filed.add(run.entries[0])
    assert pruned == [1]
    assert verify(store).faults == ()


def test_an_export_opens_in_a_spreadsheet_and_runs_no_formula(
    store: Store, two: list[int], tmp_path: Path
) -> None:
    decide(store, items.open_case(store, two[0]), Decided("rejected", "ada", '=HYPERLINK("http://evil")'))
    done = export(store, tmp_path / "out", pictures=True)
    assert (done.items, done.entries) == (2, 2)
    with (tmp_path / "out" / "audit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["detail"] == '\'=HYPERLINK("http://evil")'
    with (tmp_path / "out" / "items.csv").open(encoding="utf-8", newline="") as file:
        assert [row["state"] for row in csv.DictReader(file)] == ["rejected", "open"]
    assert (tmp_path / "out" / "pictures" / str(two[0]) / "drifted.png").is_file()
    assert Brand.load(tmp_path / "out" / "brands" / "Acme-v1" / "acme.brand.yml").name == "Acme"
    with pytest.raises(StoreError, match="is there already"):
        export(store, tmp_path / "out")


def test_a_folder_that_was_moved_is_the_same_store(brand: Brand, judged: Judge, tmp_path: Path) -> None:
    first = brandkit.store.open(str(tmp_path / "here"))
    filing.file_run(first, judged("drifted"), brand)
    first.close()
    (tmp_path / "here").rename(tmp_path / "there")
    again = brandkit.store.open(str(tmp_path / "there"))
    assert verify(again).faults == ()
    again.close()


KILLED = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.report import record
from brandkit.store import filing, items
from brandkit.store.decisions import Decided, decide
from brandkit.store.prune import prune

what, place, blobs, brand_file, *records = sys.argv[1:]
store = brandkit.store.open(place, blobs or None)
brand = Brand.load(brand_file)
entries = [record.load({}, Path(path)) for path in records]
print("ready", flush=True)
if what == "filing":
    filed = filing.begin(store, brand, source="check")
    for entry in entries:
        filed.add(entry)
elif what == "deciding":
    for item in items.find(store, items.Wanted(state=()), limit=100).items:
        for verdict in ("rejected", "reopened") * 20:
            decide(store, items.open_case(store, item.id), Decided(verdict, "ada", "x" * 1000))
else:
    prune(store, before=datetime.now(UTC) + timedelta(days=1), who="ada", undecided=True)
print("done", flush=True)
"""


@pytest.mark.parametrize("what", ["filing", "deciding", "pruning"])
def test_kill_9_loses_nothing_and_leaves_nothing_half(
    place: tuple[str, str | None], brand: Brand, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.store.conftest import banner

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    pictures = [str(banner(tmp_path / f"{k:02d}.png", (30 + k, 92, 240))) for k in range(16)]
    run = batch.check_all(pictures, brand, checks=["palette"])
    store = brandkit.store.open(*place)
    if what == "filing":
        for number, entry in enumerate(run.entries):
            record.save(entry, {}, tmp_path / "records" / f"{number}.json")
    else:
        filing.file_run(store, run, brand)
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    records = [str(path) for path in sorted(tmp_path.glob("records/*.json"))]
    for moment in (0.02, 0.1):
        arguments = [what, place[0], place[1] or "", str(brand.path), *records]
        process = subprocess.Popen([sys.executable, str(script), *arguments], stdout=subprocess.PIPE)
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(moment)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert verify(store).faults == ()
        for item in items.find(store, Wanted(state=()), limit=100).items:
            assert items.open_case(store, item.id).entry.report.verdict
    prune(store, before=None, who="bo")
    interrupted = re.compile(r"run \d+ of .* goes on or was interrupted")
    assert [note for note in verify(store).notes if not interrupted.match(note)] == []
    store.close()
