"""Runs on record: what is filed comes back as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brandkit import batch
from brandkit.brand import Brand
from brandkit.errors import StoreError
from brandkit.gate import Verdict
from brandkit.report.json import report_json
from brandkit.report.report import Report
from brandkit.report.run import Run, Unreadable
from brandkit.store import Store, corrections, filing, items
from brandkit.store.decisions import Decided, decide
from brandkit.store.filed import Wanted

Judge = Callable[..., Run]


def test_a_filed_report_comes_back_as_it_was(store: Store, brand: Brand, judged: Judge) -> None:
    run = judged("drifted")
    filed = filing.file_run(store, run, brand)
    case = items.open_case(store, filed.items[0])
    before, after = run.entries[0].report, case.entry.report
    assert report_json(_bare(after)) == report_json(_bare(before))
    assert case.item.version.label == "Acme v1"
    assert case.item.version.digest == brand.digest


def _bare(report: Report) -> Report:
    return replace(report, findings=tuple(replace(f, evidence=()) for f in report.findings))


def test_evidence_and_input_come_back_to_the_pixel(store: Store, brand: Brand, judged: Judge) -> None:
    run = judged("drifted")
    filed = filing.file_run(store, run, brand)
    case = items.open_case(store, filed.items[0])
    was = {e.name: e.pixels for f in run.entries[0].report.findings for e in f.evidence}
    now = {e.name: e.pixels for f in case.entry.report.findings for e in f.evidence}
    assert was.keys() == now.keys() and was
    assert all(np.array_equal(was[name], now[name]) for name in was)
    with Image.open(run.entries[0].report.source.path) as original:
        assert np.array_equal(np.asarray(original), case.entry.picture)


def test_the_input_may_go_once_it_is_filed(store: Store, brand: Brand, judged: Judge) -> None:
    run = judged("drifted")
    number = filing.file_run(store, run, brand).items[0]
    run.entries[0].report.source.path.unlink()
    assert items.open_case(store, number).entry.picture is not None


def test_what_was_judged_by_the_same_brand_before_keeps_its_decision(
    store: Store, brand: Brand, judged: Judge
) -> None:
    first = filing.file_run(store, judged("drifted"), brand).items[0]
    decide(store, items.open_case(store, first), Decided("approved", "ada"))
    again = filing.file_run(store, judged("drifted"), brand)
    assert again.items == [first]
    assert items.get(store, first).state == "approved"


def test_another_brand_version_judges_anew(store: Store, brand: Brand, judged: Judge, tmp_path: Path) -> None:
    first = filing.file_run(store, judged("drifted"), brand).items[0]
    assert brand.path is not None
    brand.path.write_text(brand.path.read_text().replace("tolerance: 2", "tolerance: 9"), encoding="utf-8")
    looser = Brand.load(brand.path)
    run = batch.check_all([str(tmp_path / "drifted.png")], looser, checks=["palette"])
    second = filing.file_run(store, run, looser).items[0]
    assert second != first
    labels = [items.get(store, number).version.label for number in (first, second)]
    assert labels == ["Acme v1", "Acme v2"]
    assert [items.get(store, number).final for number in (first, second)] == [Verdict.FAILED, Verdict.PASSED]


def test_an_unreadable_input_is_on_record(store: Store, brand: Brand, judged: Judge) -> None:
    run = replace(judged("right"), unreadable=(Unreadable(Path("gone.png"), "gone.png: is no file"),))
    filed = filing.file_run(store, run, brand)
    assert len(filed.items) == 1


def test_a_name_that_is_no_text_is_filed(store: Store, brand: Brand, tmp_path: Path, judged: Judge) -> None:
    judged("drifted")
    odd = tmp_path / "dr\udcffift.png"
    (tmp_path / "drifted.png").rename(odd)
    run = batch.check_all([str(odd)], brand, checks=["palette"])
    case = items.open_case(store, filing.file_run(store, run, brand).items[0])
    assert case.item.name == "dr\\udcffift.png"
    assert case.entry.picture is not None


def test_numbered_stills_come_back_as_one_clip(store: Store, brand: Brand, tmp_path: Path) -> None:
    from tests.store.conftest import BLUES, banner

    for number, name in enumerate(("right", "drifted", "worse")):
        banner(tmp_path / f"shot_{number:04d}.png", BLUES[name])
    run = batch.check_all([str(tmp_path / "shot_%04d.png")], brand, checks=["palette"])
    case = items.open_case(store, filing.file_run(store, run, brand).items[0])
    from brandkit import media

    clip = media.open(items.clip_path(store, case))
    assert (clip.source.kind, clip.source.frames) == ("sequence", 3)
    assert clip.source.sha256 == case.item.sha256


def test_a_correction_is_filed_with_its_lut_and_both_reports(
    store: Store, brand: Brand, judged: Judge, tmp_path: Path
) -> None:
    judged("drifted")
    run = batch.correct_all([str(tmp_path / "drifted.png")], brand, tmp_path / "out")
    case = items.open_case(store, filing.file_run(store, run, brand, source="correct").items[0])
    assert (case.item.verdict, case.item.final) == (Verdict.FAILED, Verdict.PASSED)
    assert case.corrected is not None and case.corrected.name == "drifted.corrected.png"
    assert any(file.name.endswith(".cube") for file in case.of("result"))
    assert case.entry.corrected is not None and case.entry.corrected.proof is not None
    corrected = items.corrected_path(store, case)
    assert corrected is not None
    with Image.open(corrected) as picture:
        assert picture.getpixel((30, 30)) == (0, 80, 255)


def test_a_correction_in_review_replaces_reports_and_opens_the_item_again(
    store: Store, brand: Brand, judged: Judge, tmp_path: Path
) -> None:
    number = filing.file_run(store, judged("drifted"), brand).items[0]
    decide(store, items.open_case(store, number), Decided("rejected", "ada"))
    case = items.open_case(store, number)
    run = batch.correct_all([str(items.clip_path(store, case))], brand, tmp_path / "out")
    after = corrections.replace(store, case, run.entries[0], who="bo")
    assert (after.item.state, after.item.final, after.item.decisions) == ("open", Verdict.PASSED, 1)
    assert [d.verdict for d in after.decisions] == ["rejected"]
    assert after.corrected is not None


def test_a_run_that_is_killed_keeps_what_was_done(store: Store, brand: Brand, judged: Judge) -> None:
    filed = filing.begin(store, brand, source="check")
    filed.add(judged("drifted").entries[0])
    assert items.count(store, Wanted()).all == 1


def test_an_item_that_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no item 7 in this store"):
        items.open_case(store, 7)
