"""The command line as a person or a pipeline meets it: statuses, formats, files, help."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from brandkit.check import discover

from .conftest import ACME, BLUE, DRIFTED, Command, lines, names, panel, saved

PROGRAM = (sys.executable, "-m", "brandkit.cli")
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def flicker_required(brand_of: Callable[[str], Path]) -> Path:
    """A brand that asks for a check that nobody has installed."""
    return brand_of("required: [palette, flicker]")


# Exit status ---------------------------------------------------------------------------------------


def test_status_0_for_a_picture_on_brand(run: Command, good: Path, acme: Path) -> None:
    done = run("check", good, "-b", acme)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("PASSED")


def test_status_1_for_a_picture_off_brand(run: Command, bad: Path, acme: Path) -> None:
    done = run("check", bad, "-b", acme)
    assert done.status == 1
    assert done.out.startswith("FAILED")
    assert "blue is rendered as #125CEC" in done.out
    assert "brandkit correct" in done.out


def test_status_3_where_a_required_check_is_not_installed(
    run: Command, good: Path, flicker_required: Path
) -> None:
    done = run("check", good, "-b", flicker_required)
    assert done.status == 3
    assert done.out.startswith("NEEDS REVIEW")
    assert "not all that the brand requires could be evaluated" in done.out


def test_status_3_where_a_value_is_beyond_its_warning(
    run: Command, bad: Path, brand_of: Callable[[str], Path]
) -> None:
    lenient = "swatches:\n  blue: {tolerance: 6, capture: 14}\nlimits:\n  palette:\n    drift_de00: {warn: 1}"
    done = run("check", bad, "-b", brand_of(lenient))
    assert done.status == 3
    assert "to be looked at beyond 1.00" in done.out


def test_a_failure_is_worse_than_a_missing_check(run: Command, bad: Path, flicker_required: Path) -> None:
    assert run("check", bad, "-b", flicker_required).status == 1


def test_of_several_inputs_the_worst_decides(run: Command, good: Path, bad: Path, acme: Path) -> None:
    done = run("check", good, bad, "-b", acme)
    assert done.status == 1
    assert lines(done.out)[-1] == "1 failed, 1 passed"


def test_an_unreadable_input_stops_no_other_and_gives_status_2(
    run: Command, good: Path, bad: Path, acme: Path, tmp_path: Path
) -> None:
    torn = tmp_path / "torn.png"
    torn.write_bytes(b"")
    done = run("check", good, torn, bad, "-b", acme)
    assert done.status == 2
    assert "PASSED" in done.out and "FAILED" in done.out
    assert lines(done.out)[-1] == "1 failed, 1 passed, 1 unreadable"
    assert f"UNREADABLE      {torn}: is empty" in done.out
    assert lines(done.err) == [f"brandkit: {torn}: is empty (0 bytes); export or download it again"]


# Bad usage -----------------------------------------------------------------------------------------


def test_an_unknown_option_is_named(run: Command, good: Path, acme: Path) -> None:
    done = run("check", good, "-b", acme, "--colour")
    assert (done.status, done.out) == (2, "")
    assert "No such option: --colour" in done.err


def test_a_missing_brand_option_is_named(run: Command, good: Path) -> None:
    done = run("check", good)
    assert (done.status, done.out) == (2, "")
    assert "--brand" in done.err


def test_no_input_is_bad_usage(run: Command, acme: Path) -> None:
    assert run("check", "-b", acme).status == 2


def test_a_brand_file_that_does_not_exist(run: Command, good: Path, tmp_path: Path) -> None:
    done = run("check", good, "-b", tmp_path / "nowhere.yml")
    assert (done.status, done.out) == (2, "")
    assert len(lines(done.err)) == 1
    assert "nowhere.yml: no such file" in done.err


def test_a_wrong_brand_file_is_one_line_with_its_key(run: Command, good: Path, acme: Path) -> None:
    acme.write_text(ACME.replace("#0050FF", "#0050FG"))
    done = run("check", good, "-b", acme)
    assert (done.status, done.out) == (2, "")
    assert len(lines(done.err)) == 1
    assert str(acme) in done.err and "'#0050FG' is not a HEX colour" in done.err


def test_a_picture_given_as_brand_is_one_line(run: Command, good: Path) -> None:
    done = run("check", good, "-b", good)
    assert (done.status, done.out, len(lines(done.err))) == (2, "", 1)


@pytest.mark.parametrize("command", ["check", "correct"])
def test_an_unknown_check_is_said_once_and_the_nearest_is_named(
    run: Command, command: str, good: Path, bad: Path, acme: Path, tmp_path: Path
) -> None:
    to = ["-o", tmp_path / "out"] if command == "correct" else []
    done = run(command, good, bad, "-b", acme, "--only", "palete", *to)
    assert (done.status, done.out) == (2, "")
    assert lines(done.err) == ["brandkit: no check is called 'palete'; did you mean 'palette'?"]
    assert not (tmp_path / "out").exists()


def test_a_limit_that_no_check_measures_is_said_once(
    run: Command, good: Path, bad: Path, brand_of: Callable[[str], Path]
) -> None:
    done = run("check", good, bad, "-b", brand_of("limits:\n  palette:\n    drift: {max: 1}"))
    assert (done.status, done.out, len(lines(done.err))) == (2, "", 1)
    assert "limits.palette.drift" in done.err and "drift_de00" in done.err


@pytest.mark.parametrize(
    ("ending", "begins"),
    [("json", "{"), ("otio", '{\n    "OTIO_SCHEMA"'), ("edl", "TITLE"), ("log", "FAILED")],
)
def test_the_ending_of_the_output_tells_the_format(
    run: Command, bad: Path, acme: Path, tmp_path: Path, ending: str, begins: str
) -> None:
    done = run("check", bad, "-b", acme, "-o", tmp_path / f"out.{ending}")
    assert done.status == 1
    assert (tmp_path / f"out.{ending}").read_text(encoding="utf-8").startswith(begins)


def test_an_unknown_format_names_the_nearest(run: Command, good: Path, acme: Path) -> None:
    done = run("check", good, "-b", acme, "--format", "jason")
    assert (done.status, done.out) == (2, "")
    assert lines(done.err) == ["brandkit: 'jason' is not a report format; did you mean 'json'?"]


def test_a_format_near_none_lists_them_all(run: Command, good: Path, acme: Path) -> None:
    done = run("check", good, "-b", acme, "--format", "xyz")
    assert done.status == 2
    assert all(name in done.err for name in ("text", "json", "html"))


def test_an_unknown_codec_lists_those_there_are(run: Command, good: Path, acme: Path, tmp_path: Path) -> None:
    done = run("correct", good, "-b", acme, "-o", tmp_path / "out", "--codec", "h266")
    assert done.status == 2
    assert "'h266' is not a codec" in done.err and "ffv1" in done.err
    assert not (tmp_path / "out").exists()


def test_a_rate_factor_that_the_codec_has_not(run: Command, good: Path, acme: Path, tmp_path: Path) -> None:
    for codec, crf, words in (("ffv1", "12", "is lossless and takes no CRF"), ("h264", "60", "CRF 60")):
        done = run("correct", good, "-b", acme, "-o", tmp_path / "out", "--codec", codec, "--crf", crf)
        assert done.status == 2 and words in " ".join(done.err.split())


# What is checked, and what comes out ----------------------------------------------------------------


def test_a_folder_is_searched(run: Command, acme: Path, tmp_path: Path) -> None:
    saved(panel(BLUE), tmp_path / "shots" / "a.png")
    saved(panel(DRIFTED), tmp_path / "shots" / "deeper" / "b.jpg", quality=95)
    (tmp_path / "shots" / "notes.txt").write_text("no picture")
    done = run("check", tmp_path / "shots", "-b", acme)
    assert done.status == 1
    assert lines(done.out)[-1] == "1 failed, 1 passed"


def test_a_quoted_glob_is_searched(run: Command, acme: Path, tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.webp"):
        saved(panel(BLUE), tmp_path / name, lossless=True)
    done = run("check", tmp_path / "*.png", "-b", acme)
    assert done.status == 0
    assert lines(done.out)[-1] == "2 passed"


def test_one_file_named_twice_is_judged_once(run: Command, good: Path, acme: Path) -> None:
    done = run("check", good, good.parent, good, "-b", acme, "-f", "json")
    assert json.loads(done.out)["schema"] == "brandkit.report/1"


def test_text_to_stdout_has_no_terminal_codes_where_it_is_no_terminal(
    run: Command, bad: Path, acme: Path
) -> None:
    assert "\x1b" not in run("check", bad, "-b", acme).out


def test_json_to_stdout_is_nothing_but_json(run: Command, bad: Path, acme: Path) -> None:
    done = run("check", bad, "-b", acme, "--format", "json")
    assert (done.status, done.err) == (1, "")
    assert json.loads(done.out)["verdict"] == "failed"


def test_json_of_a_run_with_an_unreadable_input_goes_to_stdout_and_the_complaint_to_stderr(
    run: Command, good: Path, acme: Path, tmp_path: Path
) -> None:
    done = run("check", good, tmp_path / "gone.png", "-b", acme, "--format", "json")
    assert done.status == 2
    assert [fault["path"] for fault in json.loads(done.out)["unreadable"]] == [str(tmp_path / "gone.png")]
    assert len(lines(done.err)) == 1 and "gone.png" in done.err


def test_a_report_is_written_with_its_evidence_beside_it(
    run: Command, bad: Path, acme: Path, tmp_path: Path
) -> None:
    done = run("check", bad, "-b", acme, "-f", "json", "-o", tmp_path / "new" / "report.json")
    assert (done.status, done.out) == (1, "")
    report = json.loads((tmp_path / "new" / "report.json").read_text("utf-8"))
    said = {picture["file"] for finding in report["findings"] for picture in finding["evidence"]}
    assert said and names(tmp_path / "new") == ["report.evidence", "report.json"]
    assert said == {f"report.evidence/{name}" for name in names(tmp_path / "new" / "report.evidence")}
    for file in said:
        with Image.open(tmp_path / "new" / file) as picture:
            picture.load()
            assert picture.size == (96, 64)


def test_evidence_shows_where_the_colour_is(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    run("check", bad, "-b", acme, "-f", "json", "-o", tmp_path / "report.json")
    with Image.open(tmp_path / "report.evidence" / "001-bad.mask-1-blue.png") as mask:
        assert (mask.getpixel((5, 5)), mask.getpixel((20, 12)), mask.getpixel((5, 60))) == (255, 0, 0)


def test_the_facts_of_the_drifted_blue(run: Command, bad: Path, acme: Path) -> None:
    report = json.loads(run("check", bad, "-b", acme, "-f", "json").out)
    drift = next(f for f in report["findings"] if f["metric"] == "drift_de00" and f["swatch"] == "blue")
    # 4.2248 is what colour-science's delta_E_CIE2000 says of #125CEC and #0050FF.
    assert drift["value"] == pytest.approx(4.2248, abs=1e-3)
    assert drift["unit"] == "de00"
    assert drift["limit"] == {"min": None, "max": 2.0, "warn": None}
    assert (drift["outcome"], drift["colour"], drift["target"]) == ("failed", DRIFTED, BLUE)
    assert drift["region"] == {"x": 0, "y": 0, "width": 96, "height": 48}
    assert drift["frames"] == [[0, 0]]
    assert "brandkit correct" in drift["remedy"]
    assert report["source"]["path"] == str(bad)
    assert report["settings"]["checks"] == sorted(discover().checks)


def test_a_share_is_counted_pixel_by_pixel(run: Command, good: Path, acme: Path) -> None:
    report = json.loads(run("check", good, "-b", acme, "-f", "json").out)
    ink = next(f for f in report["findings"] if f["metric"] == "coverage" and f["swatch"] == "ink")
    assert (ink["value"], ink["outcome"], ink["limit"]) == (0.25, "not_evaluated", None)


def test_without_timestamp_two_runs_give_the_same_bytes(
    run: Command, good: Path, bad: Path, acme: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        arguments = ("-b", acme, "-f", "json", "--no-timestamp", "-o", tmp_path / name / "report.json")
        run("check", good, bad, *arguments)
    assert _tree(tmp_path / "one") == _tree(tmp_path / "two") != {}


def test_with_timestamp_a_report_says_when(run: Command, good: Path, acme: Path) -> None:
    assert "created" in json.loads(run("check", good, "-b", acme, "-f", "json").out)
    assert "created" not in json.loads(run("check", good, "-b", acme, "-f", "json", "--no-timestamp").out)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# Brand, checks, version, help -----------------------------------------------------------------------


def test_brand_show_lists_hex_and_lab(run: Command, acme: Path) -> None:
    done = run("brand", "show", acme)
    assert (done.status, done.err) == (0, "")
    blue = next(line for line in done.out.splitlines() if "#0050FF" in line)
    # CIELAB (D65) of #0050FF by colour-science: 42.70, 48.87, -90.56.
    assert blue.split()[:5] == ["blue", "#0050FF", "42.7", "48.9", "-90.6"]
    assert "clash" not in done.out


def test_brand_show_says_where_two_colours_clash(run: Command, acme: Path) -> None:
    acme.write_text(ACME.replace('paper: "#FFFFFF"', 'paper: "#FFFFFF"\n    azure: "#0853FF"'))
    done = run("brand", "show", acme)
    clash = [line for line in lines(done.out) if line.startswith("clash:")]
    assert done.status == 0
    assert len(clash) == 1 and "blue" in clash[0] and "azure" in clash[0]


def test_brand_show_paints_blocks_in_a_terminal(
    run: Command, acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[48;2;0;80;255m" in run("brand", "show", acme).out


def test_explain_lists_every_check_with_a_line_each(run: Command) -> None:
    done = run("explain")
    assert done.status == 0
    assert any(line.startswith("palette: ") for line in lines(done.out))


def test_explain_prints_what_one_check_measures_and_when_it_misleads(run: Command) -> None:
    done = run("explain", "palette")
    assert done.status == 0
    for word in ("drift_de00", "coverage", "forbidden", "off_palette", "CIEDE2000", "misleads"):
        assert word in done.out


def test_explain_names_the_nearest_check(run: Command) -> None:
    done = run("explain", "pallete")
    assert (done.status, done.out) == (2, "")
    assert "did you mean 'palette'?" in done.err


def test_version(run: Command) -> None:
    done = run("--version")
    assert done.status == 0
    assert re.fullmatch(r"brandkit \d+\.\d+\.\d+\n", done.out)


@pytest.mark.parametrize("command", ["check", "correct", "demo", "explain", "brand show"])
def test_help_shows_an_example(run: Command, command: str) -> None:
    done = run(*command.split(), "--help")
    assert (done.status, done.err) == (0, "")
    assert f"brandkit {command} " in _plain(done.out)


@pytest.mark.parametrize("command", ["", "check", "correct"])
def test_help_lists_exit_statuses(run: Command, command: str) -> None:
    assert "Exit status" in _plain(run(*command.split(), "--help").out)


def _plain(text: str) -> str:
    return TERMINAL_CODES.sub("", text)


# The process ----------------------------------------------------------------------------------------


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, brandkit.cli\n"
        "try: brandkit.cli.main(['check', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'cv2', 'numpy', 'PIL', 'av', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_leaves_early_is_no_error(good: Path, acme: Path) -> None:
    command = f"{' '.join(PROGRAM)} check {good} -b {acme} -f json --no-timestamp | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("{", "")


def test_a_pipe_that_nobody_reads_is_no_error(good: Path, acme: Path) -> None:
    nobody, end = os.pipe()
    os.close(nobody)
    try:
        done = subprocess.run(
            [*PROGRAM, "check", good, "-b", acme], stdout=end, stderr=subprocess.PIPE, text=True
        )
    finally:
        os.close(end)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_behind_stdout_is_one_line(good: Path, acme: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "check", good, "-b", acme, "-f", "json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(lines(done.stderr)) == 1 and "full" in done.stderr


def test_no_progress_bar_where_stderr_is_no_terminal(acme: Path, tmp_path: Path) -> None:
    frames = [panel(BLUE) for _ in range(4)]
    frames[1].putpixel((0, 0), (0, 0, 0))
    saved(frames[0], tmp_path / "clip.webp", save_all=True, append_images=frames[1:], lossless=True)
    done = subprocess.run(
        [*PROGRAM, "check", tmp_path / "clip.webp", "-b", acme], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_program_is_there() -> None:
    program = shutil.which("brandkit", path=str(Path(sys.executable).parent))
    assert program is not None
    done = subprocess.run([program, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()[0]) == (0, "brandkit")


# Several reports of one run -------------------------------------------------------------------------


def test_one_run_is_written_in_several_formats(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    reports = [tmp_path / "out" / f"report.{ending}" for ending in ("html", "json", "sarif", "xml", "md")]
    done = run("check", bad, "-b", acme, *(word for path in reports for word in ("--also", path)))
    assert done.status == 1
    assert done.out.startswith("FAILED")
    assert all(path.read_text("utf-8") for path in reports)
    shown = json.loads(reports[1].read_text("utf-8"))
    pictures = {e["file"] for finding in shown["findings"] for e in finding["evidence"]}
    assert pictures and all((tmp_path / "out" / picture).is_file() for picture in pictures)
    assert names(tmp_path / "out") == sorted(["report.evidence", *(path.name for path in reports)])


def test_a_report_whose_ending_says_no_format_is_refused_before_anything_is_read(
    run: Command, acme: Path, tmp_path: Path
) -> None:
    done = run("check", tmp_path / "gone.png", "-b", acme, "--also", tmp_path / "report.doc")
    assert done.status == 2
    assert (
        "report.doc: no report ends so; use one of .csv, .edl, .fcp7.xml, .fcpxml, .html, .json" in done.err
    )
