"""What ``brandkit correct`` leaves of the record, with real files."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from PIL import Image

from ..conftest import ACME, BLUE, DRIFTED, Command, panel, saved


def content(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "report.json").read_text("utf-8"))
    return found


def proof_in(folder: Path) -> dict[str, object]:
    (correction,) = content(folder)["corrections"]  # type: ignore[misc]
    found: dict[str, object] = correction["proof"]
    return found


def prepared(tmp_path: Path) -> tuple[Path, Path]:
    brand = tmp_path / "acme.brand.yml"
    brand.write_text(ACME, encoding="utf-8")
    return saved(panel(DRIFTED), tmp_path / "bad.png"), brand


def test_the_record_names_the_file_and_the_lut_that_lies_beside_it(run: Command, tmp_path: Path) -> None:
    bad, brand = prepared(tmp_path)
    digest = hashlib.sha256(bad.read_bytes()).hexdigest()
    run("correct", bad, "-b", brand, "-o", tmp_path / "out")
    proof = proof_in(tmp_path / "out")
    assert proof["original"] == bad.as_posix()
    assert proof["sha256"] == digest == hashlib.sha256(bad.read_bytes()).hexdigest()
    ((shot,), rows) = proof["shots"], (tmp_path / "out" / "bad.cube").read_text("ascii").splitlines()  # type: ignore[misc]
    (grade,) = shot["grades"]
    assert grade["file"] == "bad"
    values = "\n".join(row for row in rows if re.match(r"-?\d", row))
    assert hashlib.sha256(values.encode()).hexdigest() == grade["digest"]
    shift = next(s for s in grade["shifts"] if s["swatch"] == "blue")
    assert (shift["source"], shift["target"], shift["became"], shift["exact"]) == (DRIFTED, BLUE, BLUE, 1.0)


def test_the_comparison_lies_in_the_evidence_and_on_the_page(run: Command, tmp_path: Path) -> None:
    bad, brand = prepared(tmp_path)
    run("correct", bad, "-b", brand, "-o", tmp_path / "out")
    file = tmp_path / "out" / "report.evidence" / "001-bad.correction-1.png"
    with Image.open(file) as picture:
        assert picture.width > 1000
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert 'href="report.evidence/001-bad.correction-1.png"' in page


def test_a_second_call_reports_the_same(run: Command, tmp_path: Path) -> None:
    bad, brand = prepared(tmp_path)
    call = ("correct", bad, "-b", brand, "-o", tmp_path / "out", "--no-timestamp")
    run(*call)
    first, page = content(tmp_path / "out"), (tmp_path / "out" / "report.html").read_bytes()
    run(*call)
    assert content(tmp_path / "out") == first
    assert (tmp_path / "out" / "report.html").read_bytes() == page


def test_what_is_on_brand_has_no_record(run: Command, tmp_path: Path) -> None:
    _, brand = prepared(tmp_path)
    good = saved(panel(BLUE), tmp_path / "good.png")
    run("correct", good, "-b", brand, "-o", tmp_path / "out")
    assert proof_in(tmp_path / "out") is None
