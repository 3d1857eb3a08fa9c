from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from brandkit.check import Evidence, Indexed
from brandkit.report import Entry, Run, evidence, indexed


def _files(run: Run) -> list[str | None]:
    return [e.file for entry in run.entries for f in entry.report.findings for e in f.evidence]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_pictures_lie_beside_the_report_and_findings_say_where(tmp_path: Path, single: Run) -> None:
    saved = evidence.save(single, tmp_path / "report.json")
    assert _files(saved) == [
        "report.evidence/001-banner.mask-electric-blue.png",
        "report.evidence/001-banner.heatmap.png",
    ]
    assert all((tmp_path / str(file)).is_file() for file in _files(saved))


def test_the_run_itself_stays_as_it_was(tmp_path: Path, single: Run) -> None:
    evidence.save(single, tmp_path / "report.json")
    assert _files(single) == [None, None]


def test_a_mask_is_8_bit_grey_and_holds_its_pixels(tmp_path: Path, single: Run) -> None:
    evidence.save(single, tmp_path / "report.json")
    with Image.open(tmp_path / "report.evidence/001-banner.mask-electric-blue.png") as picture:
        assert picture.mode == "L"
        expected = single.entries[0].report.findings[0].evidence[0].pixels
        assert np.array_equal(np.asarray(picture), expected)


def test_a_picture_that_findings_share_is_written_once(tmp_path: Path, single: Run) -> None:
    first = single.entries[0].report.findings[0]
    shared = replace(single.entries[0].report, findings=(first, replace(first, metric="other")))
    saved = evidence.save(Run((Entry(shared),)), tmp_path / "report.json")
    assert len(set(_files(saved))) == 1
    assert _names(tmp_path / "report.evidence") == ["001-banner.mask-electric-blue.png"]


def test_two_pictures_of_one_name_are_both_kept(tmp_path: Path, single: Run) -> None:
    first = single.entries[0].report.findings[0]
    other = Evidence("mask", first.evidence[0].name, "another", np.zeros((2, 2), np.uint8))
    both = replace(single.entries[0].report, findings=(first, replace(first, evidence=(other,))))
    saved = evidence.save(Run((Entry(both),)), tmp_path / "report.json")
    assert len(set(_files(saved))) == 2


def test_before_and_after_do_not_overwrite_each_other(tmp_path: Path, corrected: Run) -> None:
    evidence.save(corrected, tmp_path / "report.json")
    assert _names(tmp_path / "report.evidence") == [
        "001-banner.after.heatmap.png",
        "001-banner.after.mask-electric-blue.png",
        "001-banner.heatmap.png",
        "001-banner.mask-electric-blue.png",
    ]


def test_inputs_of_one_name_do_not_overwrite_each_other(tmp_path: Path, single: Run) -> None:
    saved = evidence.save(Run(single.entries * 2), tmp_path / "report.json")
    assert len(set(_files(saved))) == 4


def test_a_hostile_name_stays_in_the_folder(tmp_path: Path, hostile: Run) -> None:
    bad = hostile.entries[1].report
    escaping = replace(bad.findings[0].evidence[0], name="../../" + "x" * 300)
    run = Run((Entry(replace(bad, findings=(replace(bad.findings[0], evidence=(escaping,)),))),))
    evidence.save(run, tmp_path / "deep" / "report.json")
    assert _names(tmp_path) == ["deep"]
    assert all(len(name) < 200 for name in _names(tmp_path / "deep" / "report.evidence"))


def test_a_picture_of_few_colours_comes_back_to_the_pixel(tmp_path: Path) -> None:
    ramp = np.stack([np.arange(256), np.arange(256)[::-1], np.full(256, 7)], axis=1).astype(np.uint8)
    made = Indexed(np.random.default_rng(1).integers(0, 256, (40, 60), dtype=np.uint8), ramp)
    indexed.save(made, tmp_path / "few.png")
    with Image.open(tmp_path / "few.png") as picture:
        assert picture.mode == "P"
    for source in (made, tmp_path / "few.png"):
        pixels = Evidence("heatmap", "few", "", source).pixels
        assert np.array_equal(pixels, ramp[made.entries])


def test_a_picture_of_many_colours_comes_back_to_the_pixel(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    indexed.save(pixels, tmp_path / "many.png")
    assert np.array_equal(Evidence("heatmap", "many", "", tmp_path / "many.png").pixels, pixels)


def test_a_mask_comes_back_to_the_pixel(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 2, (40, 60), dtype=np.uint8) * np.uint8(255)
    indexed.save(pixels, tmp_path / "mask.png")
    assert np.array_equal(Evidence("mask", "mask", "", tmp_path / "mask.png").pixels, pixels)
