"""Timelines for editors: read back by OpenTimelineIO and held to what each format is made of."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import av
import numpy as np
import opentimelineio as otio
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from brandkit import media
from brandkit.gate import Finding, Outcome, Verdict
from brandkit.media.moments import uneven
from brandkit.report import Entry, Report, Run, by_ending, rates, renderer
from brandkit.report.timeline import lay_out, placed

from .conftest import drift, failed, passed, report, video

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
CASES = ["single", "corrected", "several", "hostile"]
TIMELINES = ["otio", "edl", "fcp7", "fcpxml"]
NTSC = Fraction(30_000, 1001)

EVENT = re.compile(r"(\d{3})  001      V     C        (\S+) (\S+) \2 \3  ")
NOTE = re.compile(r"(?P<note>[^|]*) \|C:ResolveColor(?P<colour>\w+) \|M:(?P<name>[^|]*) \|D:(?P<length>\d+)")


def seen(outcome: Outcome, *frames: tuple[int, int], swatch: str = "ink") -> Finding:
    finding = replace(drift(4.2, "#125CEC", swatch=swatch), outcome=outcome, frames=frames, evidence=())
    return finding if outcome in ("failed", "warned") else replace(finding, remedy=None)


def clip(*findings: Finding, fps: Fraction, frames: int | None = 5000, path: str = "pan.mp4") -> Report:
    verdict = Verdict.FAILED if findings else Verdict.PASSED
    return report(verdict, *findings, of=replace(video(path), fps=fps, frames=frames, duration=None))


def run_of(*reports: Report) -> Run:
    return Run(tuple(Entry(one) for one in reports))


def read(text: str, form: str = "otio_json") -> Any:
    return otio.adapters.read_from_string(text, form)


def clips(run: Run) -> list[otio.schema.Clip]:
    return list(read(renderer("otio").render(run)).find_clips())


def events(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """First and last timecode of each marker of an EDL, and its fields."""
    found = []
    lines = text.splitlines()
    for line, following in pairwise(lines):
        if (event := EVENT.fullmatch(line)) is not None:
            assert int(event[1]) == len(found) + 1
            note = NOTE.fullmatch(following)
            assert note is not None, following
            found.append((event[2], event[3], note.groupdict()))
    return found


# What is laid out -------------------------------------------------------------------------------------


def test_each_run_of_frames_gets_a_mark_named_by_check_and_swatch() -> None:
    (strip,) = lay_out(run_of(clip(seen("failed", (3, 5), (20, 20)), fps=Fraction(25)))).strips
    assert [(mark.start, mark.length) for mark in strip.marks] == [(3, 3), (20, 1)]
    assert {mark.name for mark in strip.marks} == {"palette.drift_de00 ink"}
    said = strip.marks[0].lines[0]
    assert said.startswith("Failed: Ink is rendered as #125CEC") and said.endswith("onto its HEX.")


def test_what_begins_on_one_frame_is_one_mark_of_the_worst() -> None:
    found = (seen("warned", (7, 30), swatch="b"), seen("failed", (7, 8), swatch="a"))
    (strip,) = lay_out(run_of(clip(*found, fps=Fraction(25)))).strips
    (mark,) = strip.marks
    assert (mark.name, mark.outcome, mark.length) == ("palette.drift_de00 a (+1)", "failed", 24)
    assert [line.split(":")[0] for line in mark.lines] == ["Failed", "To review"]


def test_a_clip_without_findings_has_no_mark() -> None:
    timeline = lay_out(run_of(clip(fps=Fraction(25)), passed()))
    assert [strip.marks for strip in timeline.strips] == [(), ()]


def test_a_clip_that_could_not_be_judged_says_so_on_its_first_frame(several: Run) -> None:
    doubtful = lay_out(several).strips[2]
    (mark,) = doubtful.marks
    assert (mark.start, mark.outcome) == (0, "warned")
    assert "could be evaluated" in mark.lines[0]


def test_a_corrected_input_is_shown_as_it_was_written(corrected: Run) -> None:
    (strip,) = lay_out(corrected).strips
    assert (strip.path.name, strip.marks) == ("banner.corrected.png", ())


def test_a_still_stands_for_one_second() -> None:
    timeline = lay_out(run_of(failed(), clip(fps=Fraction(24_000, 1001))))
    assert timeline.rate == Fraction(24_000, 1001)
    assert timeline.lengths == [24, 5000]


def test_frames_past_the_end_are_marked_on_the_last_one() -> None:
    (strip,) = lay_out(run_of(clip(seen("failed", (90, 120), (98, 10**9)), fps=NTSC, frames=100))).strips
    assert [(mark.start, mark.length) for mark in strip.marks] == [(90, 10), (98, 2)]
    (strip,) = lay_out(run_of(clip(seen("failed", (200, 300)), fps=NTSC, frames=100))).strips
    assert [(mark.start, mark.length) for mark in strip.marks] == [(99, 1)]


def test_a_clip_that_states_no_length_is_as_long_as_what_was_found() -> None:
    (strip,) = lay_out(run_of(clip(seen("failed", (3, 41)), fps=NTSC, frames=None))).strips
    assert strip.frames == 42


@pytest.mark.parametrize(
    ("stated", "own", "timeline"),
    [
        ("2997/100", "30000/1001", "30000/1001"),
        ("23.98", "24000/1001", "24000/1001"),
        ("24", "24", "24"),
        ("12", "12", "24"),
        ("15", "15", "30"),
        ("12.5", "12.5", "25"),
        ("120", "120", "60"),
    ],
)
def test_a_timeline_has_a_rate_that_editors_have(stated: str, own: str, timeline: str) -> None:
    laid = lay_out(run_of(clip(fps=Fraction(stated))))
    assert (laid.strips[0].rate, laid.rate) == (Fraction(own), Fraction(timeline))


def test_a_clip_of_another_rate_keeps_its_seconds() -> None:
    slow = clip(seen("failed", (25, 49)), fps=Fraction(25), frames=100)
    laid = lay_out(run_of(clip(fps=Fraction(50), frames=50), slow))
    assert laid.lengths == [50, 200]
    assert laid.strips[1].marks[0].at(Fraction(25), laid.rate, 200) == (50, 50)


def test_marks_that_fall_on_one_frame_of_the_timeline_are_one_that_says_all() -> None:
    quick = clip(seen("warned", (4, 4)), seen("failed", (5, 9)), fps=Fraction(50), frames=50, path="b.mp4")
    laid = lay_out(run_of(clip(fps=Fraction(25), frames=10), quick))
    (mark,) = placed(laid)
    assert (mark.start, mark.length, mark.mark.outcome) == (12, 3, "failed")
    assert [line.split(":")[0] for line in mark.mark.lines] == ["Failed", "To review"]
    assert mark.name == "b.mp4: palette.drift_de00 ink"


# Timecode ---------------------------------------------------------------------------------------------


@given(st.integers(0, 24 * 3600 * 60 - 1), st.sampled_from(rates.STANDARD))
def test_timecode_is_that_of_opentimelineio(frame: int, rate: Fraction) -> None:
    time = otio.opentime.RationalTime(frame, float(rate))
    if frame < rates.hour(rate) * 24:
        assert rates.timecode(frame, rate) == otio.opentime.to_timecode(
            time, float(rate), drop_frame=rate in rates.DROP
        )


@pytest.mark.parametrize("rate", rates.STANDARD)
def test_a_timeline_begins_at_one_hour(rate: Fraction) -> None:
    assert re.split("[:;]", rates.timecode(rates.hour(rate), rate)) == ["01", "00", "00", "00"]


# OpenTimelineIO ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "60000/1001", "12"])
def test_otio_reads_back_what_was_found(rate: str) -> None:
    found = (
        seen("failed", (3, 5)),
        seen("warned", (9, 9)),
        seen("waived", (11, 12)),
        seen("error", (14, 14)),
    )
    (one,) = clips(run_of(clip(*found, fps=Fraction(rate), frames=36)))
    assert one.source_range.duration == otio.opentime.RationalTime(36, float(Fraction(rate)))
    assert one.source_range.duration.rate == pytest.approx(float(Fraction(rate)), abs=1e-9)
    marked = [(m.marked_range.start_time.value, m.marked_range.duration.value, m.color) for m in one.markers]
    assert marked == [(3, 3, "RED"), (9, 1, "YELLOW"), (11, 2, "CYAN"), (14, 1, "PURPLE")]
    assert one.markers[0].comment.startswith("Failed: Ink is rendered")
    assert one.markers[0].metadata["Resolve_OTIO"]["Note"] == one.markers[0].comment


def test_otio_finds_files_with_spaces_and_any_letters(tmp_path: Path) -> None:
    path = tmp_path / "plan d'été #2 – 100%.mp4"
    (one,) = clips(run_of(clip(fps=NTSC, path=str(path))))
    assert otio.url_utils.filepath_from_url(one.media_reference.target_url) == str(path)
    assert one.name == path.name


def test_numbered_stills_are_an_image_sequence(tmp_path: Path) -> None:
    for number in range(8, 12):
        (tmp_path / f"take2_{number:04}.png").touch()
    shot = replace(video(str(tmp_path / "take2_%04d.png")), kind="sequence", frames=4, fps=Fraction(24))
    (one,) = clips(run_of(report(Verdict.PASSED, of=shot)))
    reference = one.media_reference
    assert isinstance(reference, otio.schema.ImageSequenceReference)
    names = [unquote(urlsplit(reference.target_url_for_image_number(k)).path) for k in range(4)]
    assert names == [str(tmp_path / f"take2_{number:04}.png") for number in range(8, 12)]


# Resolve's EDL ----------------------------------------------------------------------------------------


def test_an_edl_has_each_marker_with_note_colour_name_and_length() -> None:
    found = (seen("failed", (3, 5)), seen("warned", (9, 9)))
    text = renderer("edl").render(run_of(clip(*found, fps=Fraction(25))))
    first, second = events(text)
    assert first[:2] == ("01:00:00:03", "01:00:00:04")
    assert (first[2]["colour"], first[2]["name"], first[2]["length"]) == (
        "Red",
        "palette.drift_de00 ink",
        "3",
    )
    assert first[2]["note"].startswith("Failed: Ink is rendered as #125CEC")
    assert (second[0], second[2]["colour"], second[2]["length"]) == ("01:00:00:09", "Yellow", "1")


@pytest.mark.parametrize(
    ("rate", "code"),
    [(NTSC, "DROP FRAME"), (Fraction(60_000, 1001), "DROP FRAME"), (Fraction(30), "NON-DROP FRAME")],
)
def test_an_edl_says_whether_it_drops_frames_and_means_it(rate: Fraction, code: str) -> None:
    places = (0, 1799, 1800, 4000)
    found = seen("failed", *((place, place) for place in places))
    text = renderer("edl").render(run_of(clip(found, fps=rate)))
    assert f"FCM: {code}" in text.splitlines()
    start = rates.hour(rate)
    back = [otio.opentime.from_timecode(first, float(rate)).value - start for first, _, _ in events(text)]
    assert back == list(places)


def test_an_edl_keeps_the_worst_where_it_cannot_hold_all() -> None:
    many = seen("warned", *((2 * k, 2 * k) for k in range(1200)))
    text = renderer("edl").render(run_of(clip(many, seen("failed", (4001, 4001)), fps=Fraction(25))))
    found = events(text)
    assert len(found) == 999
    assert found[-1][2]["colour"] == "Red"
    assert "* 202 more markers are left out" in text


def test_no_text_ends_a_field_of_an_edl(hostile: Run) -> None:
    report_ = hostile.entries[1].report
    evil = replace(report_.findings[0], swatch="a|C:ResolveColorBlue", message="1 |D:99\n002  001")
    text = renderer("edl").render(run_of(replace(report_, findings=(evil,))))
    ((_, _, fields),) = events(text)
    assert fields["colour"] == "Red" and fields["length"] == "1"
    assert fields["note"].startswith("Failed:")


# Final Cut Pro and Premiere ---------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "60000/1001"])
def test_fcp7_xml_reads_back_with_its_markers(rate: str) -> None:
    exact = Fraction(rate)
    found = (seen("failed", (3, 5)), seen("warned", (9, 9)))
    text = renderer("fcp7").render(run_of(clip(fps=exact, frames=36), clip(*found, fps=exact, frames=48)))
    back = read(text, "fcp_xml")
    assert back.duration().rescaled_to(float(exact)).value == pytest.approx(84)
    ranges = [(m.marked_range.start_time.value, m.marked_range.duration.value) for m in back.tracks.markers]
    assert ranges == [(39, 3), (45, 1)]
    assert [m.metadata["fcp_xml"]["comment"].split(":")[0] for m in back.tracks.markers] == [
        "Failed",
        "To review",
    ]
    assert len({m.metadata["fcp_xml"]["pproColor"] for m in back.tracks.markers}) == 2
    assert back.global_start_time.rescaled_to(float(exact)).value == pytest.approx(rates.hour(exact))


def test_fcp7_xml_tells_drop_frame_and_finds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "plan été.mp4"
    sequence = ET.fromstring(renderer("fcp7").render(run_of(clip(fps=NTSC, path=str(path))))).find(
        ".//sequence"
    )
    assert sequence is not None
    assert sequence.findtext("timecode/displayformat") == "DF"
    assert sequence.findtext("timecode/string") == "01:00:00;00"
    assert (sequence.findtext("rate/timebase"), sequence.findtext("rate/ntsc")) == ("30", "TRUE")
    assert sequence.findtext("media/video/format/samplecharacteristics/width") == "24"
    url = urlsplit(sequence.findtext(".//pathurl") or "")
    assert (url.scheme, url.netloc, unquote(url.path)) == ("file", "localhost", str(path))


@pytest.fixture(scope="module")
def fcpxml_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / "fcpxml-1.10-used.xsd")


@pytest.mark.parametrize("case", CASES)
def test_fcpxml_is_what_apple_says(
    case: str, request: pytest.FixtureRequest, fcpxml_schema: xmlschema.XMLSchema
) -> None:
    fcpxml_schema.validate(renderer("fcpxml").render(request.getfixturevalue(case)))


def test_fcpxml_reads_back_with_its_markers() -> None:
    found = (seen("failed", (3, 5)), seen("waived", (9, 9)))
    rate = Fraction(25)
    text = renderer("fcpxml").render(run_of(clip(fps=rate, frames=36), clip(*found, fps=rate, frames=48)))
    first, second = read(text, "fcpx_xml")[0].find_clips()
    assert (first.source_range.duration.value, second.source_range.duration.value) == (36, 48)
    ranges = [
        (m.marked_range.start_time.value, m.marked_range.duration.value, m.color) for m in second.markers
    ]
    assert ranges == [(3, 3, "RED"), (9, 1, "GREEN")]  # to do, and done


def test_fcpxml_counts_in_whole_frames() -> None:
    text = renderer("fcpxml").render(run_of(failed(), clip(seen("failed", (7, 11)), fps=NTSC)))
    root = ET.fromstring(text)
    times = [
        Fraction(value.removesuffix("s"))
        for element in root.iterfind(".//spine//*")
        for key, value in element.items()
        if key in ("offset", "start", "duration")
    ]
    assert all((time * NTSC).denominator == 1 for time in times)
    marker = root.find(".//asset-clip/marker")
    assert marker is not None
    assert (marker.get("start"), marker.get("duration")) == ("7007/30000s", "1001/6000s")
    assert (marker.get("note") or "").startswith("Failed: Ink is rendered")


def test_fcpxml_says_where_a_clip_has_another_rate() -> None:
    text = renderer("fcpxml").render(run_of(clip(fps=Fraction(24)), clip(fps=Fraction(25), path="b.mp4")))
    conformed = [e.get("srcFrameRate") for e in ET.fromstring(text).iterfind(".//asset-clip/conform-rate")]
    assert conformed == ["25"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["fcp7", "fcpxml"])
def test_what_strangers_wrote_stays_text_in_xml(form: str, case: str, request: pytest.FixtureRequest) -> None:
    root = ET.fromstring(renderer(form).render(request.getfixturevalue(case)))
    assert not list(root.iter("script"))


def test_two_dashes_do_not_end_a_comment_of_xml(several: Run) -> None:
    torn = replace(several.unreadable[0], message="a---b.png: the file ends early --")
    ET.fromstring(renderer("fcp7").render(replace(several, unreadable=(torn,))))


# Variable frame rate ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def halting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten frames at 25 a second, a second's halt, ten more."""
    path = tmp_path_factory.mktemp("vfr") / "halt.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 9 * number, np.uint8), "rgb24")
            frame.pts = number if number < 10 else number + 25
            frame.time_base = Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_frames_at_an_even_pace_need_no_moments() -> None:
    path = SCHEMAS.parent / "video" / "bigbuckbunny.mp4"
    source = media.open(path).source
    assert source.fps is not None
    assert uneven(path, source.fps) is None


def test_a_file_that_is_gone_or_no_video_has_no_moments(tmp_path: Path) -> None:
    (tmp_path / "torn.mp4").write_bytes(b"no video")
    assert uneven(tmp_path / "gone.mp4", Fraction(25)) is None
    assert uneven(tmp_path / "torn.mp4", Fraction(25)) is None


def test_a_mark_of_uneven_frames_is_where_they_are_seen(halting: Path) -> None:
    source = media.open(halting).source
    assert source.fps is not None and source.fps < 25
    judged = report(Verdict.FAILED, seen("failed", (10, 12), (3, 3)), of=source)
    laid = lay_out(run_of(judged))
    (strip,) = laid.strips
    placed = [mark.at(strip.rate, laid.rate, laid.lengths[0]) for mark in strip.marks]
    seconds = [(float(start / laid.rate), float(length / laid.rate)) for start, length in placed]
    slack = float(1 / strip.rate)
    assert seconds[0] == pytest.approx((3 / 25, 1 / 25), abs=slack)
    assert seconds[1] == pytest.approx((35 / 25, 3 / 25), abs=2 * slack)
    assert float(laid.lengths[0] / laid.rate) == pytest.approx(source.duration, abs=slack)


# The file's own timecode ------------------------------------------------------------------------------


def coded(path: Path, code: str, rate: Fraction = NTSC) -> Report:
    """A film whose file says which timecode its first frame has."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        container.metadata["timecode"] = code
        for number in range(12):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 9 * number, np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return report(Verdict.FAILED, seen("failed", (3, 4)), of=media.open(path).source)


@pytest.mark.parametrize(
    ("code", "rate"), [("01:02:03;04", NTSC), ("10:00:00:00", NTSC), ("09:59:59:24", Fraction(25))]
)
def test_frames_are_counted_by_the_timecode_of_the_file(tmp_path: Path, code: str, rate: Fraction) -> None:
    run = run_of(coded(tmp_path / "a.mov", code, rate))
    start = int(otio.opentime.from_timecode(code, float(rate)).value)
    (one,) = clips(run)
    assert one.source_range.start_time.value == one.available_range().start_time.value == start
    assert one.markers[0].marked_range.start_time.value == start + 3

    sequence = ET.fromstring(renderer("fcp7").render(run)).find(".//sequence")
    assert sequence is not None
    assert sequence.findtext(".//file/timecode/string") == code
    assert (sequence.findtext(".//clipitem/in"), sequence.findtext(".//clipitem/out")) == ("0", "12")
    assert sequence.findtext("marker/in") == "3"

    root = ET.fromstring(renderer("fcpxml").render(run))
    asset, marker = root.find(".//asset"), root.find(".//asset-clip/marker")
    assert asset is not None and marker is not None
    assert Fraction((asset.get("start") or "").removesuffix("s")) == start / rate
    assert Fraction((marker.get("start") or "").removesuffix("s")) == (start + 3) / rate

    ((first, _, _),) = events(renderer("edl").render(run))
    assert first == rates.timecode(rates.hour(rate) + 3, rate)


@pytest.mark.parametrize("code", ["01:00:00:31", "noon", "00:61:00:00", "25"])
def test_what_is_no_timecode_is_no_frame(code: str) -> None:
    assert rates.frame_at(code, NTSC) is None


# The door ---------------------------------------------------------------------------------------------


def test_the_ending_tells_the_format() -> None:
    found = [by_ending(Path(f"a b.{ending}")) for ending in ("otio", "EDL", "fcpxml", "md", "txt", "log")]
    assert found == ["otio", "edl", "fcpxml", "markdown", "text", None]


def test_xml_alone_is_junit() -> None:
    found = [by_ending(Path(f"{name}.xml")) for name in ("report", "cut.fcp7", "cut.FCP7", "fcp7")]
    assert found == ["junit", "fcp7", "fcp7", "junit"]


@pytest.mark.parametrize("form", ["otio", "fcp7"])
def test_a_missing_library_is_one_line(form: str) -> None:
    code = (
        "import sys; sys.modules['opentimelineio'] = None\n"
        "from brandkit import report\n"
        "from brandkit.errors import BrandkitError\n"
        f"try: report.renderer({form!r})\n"
        "except BrandkitError as error: print(error)\n"
        "print(report.by_ending(__import__('pathlib').Path('a.fcp7.xml')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "OpenTimelineIO" in done.stdout and "pip install 'brandkit[handover]'" in done.stdout
    assert done.stdout.splitlines()[-1] == "fcp7"


@pytest.mark.parametrize("form", ["edl", "fcpxml"])
def test_what_needs_no_library_loads_none(form: str, single: Run) -> None:
    code = (
        f"import sys; from pathlib import Path; from brandkit import report; report.renderer({form!r})\n"
        "assert report.by_ending(Path('a.md')) == 'markdown' and report.by_ending(Path('a.log')) is None\n"
        "print('opentimelineio' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("form", TIMELINES)
def test_a_run_of_nothing_is_an_empty_timeline(form: str) -> None:
    assert renderer(form).render(Run(()))
