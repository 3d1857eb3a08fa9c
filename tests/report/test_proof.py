"""The record of a correction in every output, and kept for a second run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from brandkit.check import Evidence
from brandkit.colour.banding import Ramp
from brandkit.proof import Area, Banding, Graded, LightSplit, Moved, Proof, Shifted, Shot
from brandkit.report import Run, proof_json, proof_words, record, renderer, write

from .conftest import HOSTILE
from .test_json import _validator

DIGEST = "5e" * 32
FLAT = Shifted("electric-blue", "#125CEC", "#0050FF", 4.2, 0.0, "#0050FF", 0.999)
SPLIT = LightSplit(4.2, 1.6, 3.1, "warm", "#FFE9C8", "highlight", 0.4)
SHADED = Shifted("sun", "#D6A020", "#FFC800", 4.2, 0.3, "#E8B400", None, SPLIT)
UNTOLD = Shifted("sea", "#1060A0", "#0064B4", 2.5, None, None, None, None, "too little else is in the frame")
RAMPS = (Ramp("grey", 255, 2, 0, 0.4, 1.2), Ramp("black to #125CEC to white", 473, 5, 0, 0.8, 1.9))
MOVED = (
    Moved("outside", 900, 0.02, 0.013, 0.31, 3.2),
    Moved("neutrals", 300, 0.0, 0.0, 0.0, 0.0),
    Moved("skin", 0),
    Moved("on target: spark", 40, 0.5, 0.1, 0.2, 0.25),
)


def picture() -> Evidence:
    pixels = np.full((40, 120, 3), 117, np.uint8)
    return Evidence("comparison", "correction-1", "Before, after and the difference", pixels)


def shot(first: int = 0, last: int | None = None, *shifts: Shifted) -> Shot:
    grades = (
        Graded(DIGEST, 33, Area("whole_frame", None, 1.0), shifts or (FLAT, SHADED), RAMPS, "banner"),
        Graded("7a" * 32, 33, Area("matte", (4, 5, 60, 30), 0.123), (UNTOLD,), ()),
    )
    return Shot(first, last, None, (first,), grades, MOVED, Banding(0.01, 0.012, 0.004), picture())


def proved(run: Run, *shots: Shot) -> Run:
    entry = run.entries[0]
    assert entry.corrected is not None
    proof = Proof(Path("shots/banner.png"), "ab" * 32, shots or (shot(),))
    return replace(run, entries=(replace(entry, corrected=replace(entry.corrected, proof=proof)),))


def test_the_json_is_what_the_schema_says(corrected: Run) -> None:
    faded = replace(shot(5, 9), fade=(6, 8), picture=None, banding=None)
    content = json.loads(renderer("json").render(proved(corrected, shot(0, 4), faded)))
    _validator(content).validate(content)
    found = content["corrections"][0]["proof"]
    assert found["sha256"] == "ab" * 32
    assert found["shots"][0]["grades"][0]["digest"] == DIGEST
    assert found["shots"][0]["grades"][0]["shifts"][1]["split"]["light"] == 3.1
    assert found["shots"][1]["fade"] == [6, 8]
    assert found["shots"][0]["moved"][2] == {
        "what": "skin",
        "pixels": 0,
        "changed": None,
        "mean": None,
        "p99": None,
        "most": None,
    }


def test_where_nothing_was_corrected_there_is_no_record(corrected: Run) -> None:
    content = json.loads(renderer("json").render(corrected))
    _validator(content).validate(content)
    assert content["corrections"][0]["proof"] is None


def test_json_comes_back_as_it_was(corrected: Run) -> None:
    entry = proved(corrected, replace(shot(0, 4), fade=(1, 2)), shot(5)).entries[0]
    assert entry.corrected is not None
    proof = entry.corrected.proof
    assert proof is not None
    content = json.loads(json.dumps(proof_json.as_json(proof)))
    back = proof_json.from_json(content, lambda found: replace(picture(), title=found["title"]))
    assert back == proof


def test_a_second_run_has_the_record_of_the_first(corrected: Run, tmp_path: Path) -> None:
    run = proved(corrected)
    entry = run.entries[0]
    assert entry.corrected is not None
    made = tmp_path / "banner.corrected.png"
    made.write_bytes(b"x")
    entry = replace(entry, corrected=replace(entry.corrected, files=(("corrected", made),)))
    saved = record.save(entry, {"sha256": "1"}, tmp_path / ".brandkit" / "banner.json")
    again = record.load({"sha256": "1"}, tmp_path / ".brandkit" / "banner.json")
    assert again is not None
    assert again.corrected is not None
    assert saved.corrected is not None
    assert again.corrected.proof is not None
    assert saved.corrected.proof is not None
    # Where it lies is for the report to say, as of all evidence.
    (kept,) = saved.corrected.proof.shots
    assert kept.picture is not None
    kept = replace(kept, picture=replace(kept.picture, file=None))
    assert again.corrected.proof == replace(saved.corrected.proof, shots=(kept,))
    shown = again.corrected.proof.shots[0].picture
    assert shown is not None
    assert shown.pixels.shape == (40, 120, 3)


def test_a_record_without_its_picture_counts_as_none(corrected: Run, tmp_path: Path) -> None:
    entry = proved(corrected).entries[0]
    assert entry.corrected is not None
    entry = replace(entry, corrected=replace(entry.corrected, files=()))
    record.save(entry, {}, tmp_path / "kept.json")
    assert record.load({}, tmp_path / "kept.json") is not None
    next((tmp_path / "kept.evidence").glob("*correction-1.png")).unlink()
    assert record.load({}, tmp_path / "kept.json") is None


def test_pictures_lie_beside_the_report(corrected: Run, tmp_path: Path) -> None:
    write(proved(corrected), renderer("json"), tmp_path / "report.json")
    content = json.loads((tmp_path / "report.json").read_text("utf-8"))
    file = content["corrections"][0]["proof"]["shots"][0]["picture"]["file"]
    assert file == "report.evidence/001-banner.correction-1.png"
    assert (tmp_path / file).is_file()


def test_the_text_says_what_was_done_and_how_to_undo_it(corrected: Run) -> None:
    said = renderer("text").render(proved(corrected))
    for part in (
        "electric-blue #125CEC to #0050FF: drift 4.20 to 0.00, 99.9 % of it on the exact HEX",
        "by a LUT for the whole frame (sha256 5e5e5e5e5e5e…)",
        "a matte of 12.3 % of the frame, within 60 × 30 pixels at 4, 5",
        "sun is 4.2 from #FFC800: 3.1 of it is the warm light on it, 1.6 the pigment",
        "outside of its regions 0.01 on average, 99 % within 0.31, 3.20 at most; 2 % of those pixels changed",
        "use the original, shots/banner.png (sha256 abababababab…), which was left as it was",
    ):
        assert part in said


def test_the_text_stays_short_for_a_long_video(corrected: Run) -> None:
    many = [shot(10 * k, 10 * k + 9) for k in range(200)]
    said = renderer("text").render(proved(corrected, *many))
    assert "and 197 more shots or parts of shots, in the report" in said
    assert len(said.splitlines()) < 60


def test_the_page_shows_the_comparison_and_the_figures(corrected: Run) -> None:
    page = renderer("html").render(proved(corrected))
    for part in (
        "What the correction did",
        "3.1 of it is the warm light on it, 1.6 the pigment",
        "Light and pigment of sea were not told apart",
        "Neutrals (C* up to 4)",
        "spark, where it was on target",
        "Not evaluated, since there are none outside of the regions: skin tones",
        f"<code>{DIGEST}</code>",
        "To undo it,",
        "1 % of the picture was banded and 1.2 % is, 0.4 % of it newly",
    ):
        assert part.lower() in page.lower()
    assert page.count('<figure class="proof">') == 1


def test_of_many_shots_the_page_opens_the_first(corrected: Run) -> None:
    page = renderer("html").render(proved(corrected, shot(0, 4), shot(5, 9), shot(10)))
    assert page.count('<details class="shot" open>') == 1
    assert page.count('<details class="shot">') == 2
    assert "Frames 10 to the last" in page


@pytest.mark.parametrize("form", ["html", "text", "json"])
def test_names_that_attack_do_no_harm(corrected: Run, form: str) -> None:
    evil = replace(FLAT, swatch=HOSTILE, became="red; background: url(x)")
    run = proved(corrected, shot(0, None, evil, replace(UNTOLD, swatch=HOSTILE)))
    said = renderer(form).render(run)
    if form == "html":
        assert "<script>alert" not in said
        assert "background: url(x)" not in said
    if form != "json":
        assert "\x1b" not in said
        assert "\u202e" not in said


def test_a_reversal_is_warned_of() -> None:
    turned = replace(RAMPS[1], reversals=2)
    bad = replace(shot(), grades=(replace(shot().grades[0], ramps=(RAMPS[0], turned)),))
    assert proof_words.warnings(Proof(Path("x"), "0", (shot(),))) == []
    assert proof_words.warnings(Proof(Path("x"), "0", (bad, bad))) == [
        "the ramp black to #125CEC to white turns back 2 times under the correction, so look for contours in "
        "gradients"
    ]


def test_new_banding_is_warned_of() -> None:
    bad = replace(shot(3, 9), banding=Banding(0.0, 0.05, 0.05))
    assert proof_words.warnings(Proof(Path("x"), "0", (bad,))) == [
        "5 % of the picture is newly banded in frames 3 to 9; try --dither"
    ]


def test_what_is_outside_is_summed_over_shots() -> None:
    one = replace(shot(), moved=(Moved("outside", 100, 0.1, 1.0, 2.0, 5.0),))
    other = replace(shot(), moved=(Moved("outside", 300, 0.0, 0.0, 0.0, 0.0),))
    assert proof_words.elsewhere([one, other]) == Moved("outside", 400, 0.025, 0.25, 2.0, 5.0)
    assert proof_words.elsewhere([replace(shot(), moved=())]) is None


def test_light_that_is_next_to_neutral_is_said_to_be() -> None:
    shift = replace(SHADED, split=replace(SPLIT, light=0.2, pigment=4.1))
    said = proof_words.light(shift)
    assert said is not None
    assert said.startswith(
        "sun is 4.2 from #FFC800: the light on it is next to neutral (0.2), 4.1 is the pigment"
    )
    assert proof_words.light(FLAT) is None
