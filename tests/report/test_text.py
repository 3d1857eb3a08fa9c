from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import pytest
from rich.console import Console

from brandkit.report import Corrected, Entry, Run, renderer
from brandkit.report.text import print_run


def _lines(run: Run) -> list[str]:
    return renderer("text").render(run).splitlines()


def _terminal(run: Run) -> str:
    file = io.StringIO()
    print_run(
        run, Console(file=file, force_terminal=True, color_system="truecolor", width=80, highlight=False)
    )
    return file.getvalue()


def test_the_first_line_is_the_verdict_in_words(single: Run, corrected: Run, several: Run) -> None:
    assert _lines(single)[0] == "FAILED  shots/banner.png  (Volt)"
    assert _lines(corrected)[0] == "FAILED → PASSED  shots/banner.png  (Volt)"
    assert "NEEDS REVIEW  shots/pan.mp4  (Volt)" in _lines(several)


def test_what_failed_comes_before_what_passed_and_what_was_not_evaluated(single: Run) -> None:
    text = renderer("text").render(single)
    places = [text.index(word) for word in ("✗ failed", "is rendered as", "covers 0 %", "not measured")]
    assert places == sorted(places)


def test_a_remedy_is_said_once_for_findings_that_share_it(single: Run) -> None:
    report = single.entries[0].report
    first = report.findings[0]
    both = replace(report, findings=(first, replace(first, swatch="ink", message="ink is off")))
    text = renderer("text").render(Run((Entry(both),)))
    assert text.count("✗ failed") == 2
    assert text.count("Run 'brandkit correct'") == 1


def test_who_has_just_corrected_is_not_told_to_correct(corrected: Run) -> None:
    entry = corrected.entries[0]
    assert "brandkit correct" in renderer("text").render(Run((Entry(entry.report),)))
    better = replace(entry.report, findings=entry.report.findings[:1])
    left = Run((replace(entry, corrected=Corrected(better, "a little better")),))
    assert "brandkit correct" not in renderer("text").render(left)


def test_a_review_without_a_finding_says_why(several: Run) -> None:
    assert "not all that the brand requires could be evaluated" in renderer("text").render(several)


def test_a_correction_lists_its_files_and_both_drifts(corrected: Run) -> None:
    lines = _lines(corrected)
    assert any(line.split() == ["written", "out/banner.cube"] for line in lines)
    table = lines[-1].split()
    assert table[:5] == ["banner.png", "FAILED", "→", "PASSED", "electric-blue"]
    assert table[5:] == ["4.20", "#125CEC", "0.00", "#0050FF"]


def test_several_inputs_end_in_a_table_and_counts(several: Run) -> None:
    lines = _lines(several)
    assert any(line.split()[:3] == ["banner.png", "FAILED", "2"] for line in lines)
    assert any(line.split() == ["torn.png", "UNREADABLE"] for line in lines)
    assert "UNREADABLE      shots/torn.png: the file ends early; export it again" in lines
    assert lines[-1] == "1 failed, 1 needs review, 1 passed, 1 unreadable"


def test_inputs_of_one_name_are_told_apart_in_the_table(single: Run) -> None:
    entry = single.entries[0]
    other = replace(entry.report, source=replace(entry.report.source, path=entry.report.source.path / "../x"))
    same = replace(other, source=replace(other.source, path=other.source.path.parent / "a" / "banner.png"))
    text = renderer("text").render(Run((entry, Entry(same))))
    assert "shots/banner.png" in text.split("worst finding")[1]


def test_a_file_gets_no_codes_and_no_broken_sentences(single: Run) -> None:
    text = renderer("text").render(single)
    assert "\x1b" not in text
    assert any(line.endswith("4.20 from #0050FF, limit 2.00") for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_terminal_shows_both_colours_beside_the_sentence(single: Run) -> None:
    text = _terminal(single)
    assert "48;2;18;92;236" in text
    assert "48;2;0;80;255" in text


def test_without_colour_the_words_remain(single: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = _terminal(single)
    assert "48;2" not in text
    assert "FAILED" in text
    assert "✗ failed" in text


@pytest.mark.parametrize("width", [30, 60, 200])
def test_lines_fit_the_terminal(width: int, several: Run) -> None:
    readable = Run(several.entries)
    file = io.StringIO()
    print_run(
        readable, Console(file=file, force_terminal=True, color_system=None, width=width, highlight=False)
    )
    headless = [line for line in file.getvalue().splitlines() if not line.rstrip().endswith("(Volt)")]
    assert max(map(len, headless)) <= width


@pytest.mark.parametrize("terminal", [False, True])
def test_a_hostile_name_cannot_steer_the_terminal(terminal: bool, hostile: Run) -> None:
    file = io.StringIO()
    print_run(hostile, Console(file=file, force_terminal=terminal, color_system=None, width=100))
    odd = {c for c in file.getvalue() if unicodedata.category(c) in ("Cc", "Cf")} - {"\n"}
    assert not odd
    assert r"x\n\x1b[31m\u202egnp." in file.getvalue().replace("\n", "")


def test_markup_in_a_name_is_only_text(single: Run) -> None:
    report = single.entries[0].report
    shown = replace(report, findings=(replace(report.findings[0], message="[bold]x[/bold] [/]"),))
    assert "[bold]x[/bold] [/]" in renderer("text").render(Run((Entry(shown),)))


def test_an_old_code_page_gets_question_marks_and_not_a_crash(single: Run) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    print_run(single, Console(file=stream, highlight=False))
    stream.flush()
    assert b"? failed" in raw.getvalue()
