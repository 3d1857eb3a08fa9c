"""``brandkit demo``: the whole job on real photographs, a graphic and a video."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from brandkit import batch, cli, demo
from brandkit.errors import BrandkitError

from .conftest import hex_at

INPUTS = {name for name, _ in demo.CASES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``brandkit demo`` leaves behind."""
    path = tmp_path_factory.mktemp("demo")
    with pytest.raises(SystemExit) as ended:
        cli.main(["demo", "-o", str(path)])
    assert ended.value.code == 0
    return path


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "corrected" / "report.json").read_text("utf-8"))
    return content


def test_the_originals_are_there(folder: Path) -> None:
    assert {path.name for path in folder.iterdir() if path.is_file()} == INPUTS


def test_every_input_has_a_result(folder: Path) -> None:
    written = {path.name for path in (folder / "corrected").iterdir()}
    assert {"astronaut.corrected.png", "banner.corrected.png", "cat.corrected.png"} <= written
    assert {"coffee.corrected.png", "pan.corrected.mp4", "report.html", "report.json"} <= written


def test_every_verdict_after_correction_is_passed(summary: dict[str, Any]) -> None:
    verdicts = {Path(c["source"]).name: c["after"]["verdict"] for c in summary["corrections"]}
    assert verdicts == dict.fromkeys(INPUTS, "passed")
    assert summary["counts"] == {"passed": 5, "needs_review": 0, "failed": 0, "unreadable": 0}


def test_no_check_stops(summary: dict[str, Any]) -> None:
    reports = [*summary["reports"], *(c["after"] for c in summary["corrections"])]
    assert not [f["message"] for report in reports for f in report["findings"] if f["outcome"] == "error"]


def test_there_was_something_to_correct(summary: dict[str, Any]) -> None:
    assert sum(report["verdict"] == "failed" for report in summary["reports"]) >= 3


def test_the_banner_lands_on_the_exact_hex(folder: Path) -> None:
    with (
        Image.open(folder / "banner.jpg") as before,
        Image.open(folder / "corrected" / "banner.corrected.png") as after,
    ):
        assert hex_at(before, 20, 300) != "#0050FF"
        assert hex_at(after, 20, 300) == "#0050FF"
        ground = np.asarray(after.convert("RGB"))[230:480, 0:400].reshape(-1, 3)
    assert (ground == (0, 80, 255)).all()


def test_what_ships_is_found_by_name() -> None:
    assert {demo.shipped(brand).name for _, brand in demo.CASES} == {
        "orbital.brand.yml",
        "roastery.brand.yml",
        "volt.brand.yml",
    }


def test_a_brand_that_does_not_ship_is_said_so() -> None:
    with pytest.raises(BrandkitError, match="no brand called 'nobody' ships with brandkit"):
        demo.shipped("nobody")


def test_without_the_photographs_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(BrandkitError, match=r"pip install 'brandkit\[demo\]'"):
        demo.run(tmp_path, batch.unwatched)
