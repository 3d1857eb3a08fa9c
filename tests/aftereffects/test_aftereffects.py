"""The folder for After Effects: a JavaScript engine runs its script against a stand-in for the program."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import dukpy
import numpy as np
import PyOpenColorIO
import pytest
import torch

from brandkit import aftereffects, media
from brandkit.brand import Limit
from brandkit.colour.lut import Lut, grid
from brandkit.errors import CorrectionError, OutputError
from brandkit.gate import Finding, Verdict
from brandkit.grade import Fade, Grade, Shift, ShotGrades
from brandkit.media import Frames, Source
from brandkit.report import BrandRef, Report

from ..conftest import BLUE, DRIFTED, Command, names, panel

HOSTILE = '"+alert(1)+"\\u2028</script>\n#include "evil.jsx"\n//@include "evil.jsx"\u2028'
PROGRAM = """
var log = [], alerts = [];
function TextFile(path) { this.fsName = decodeURIComponent(path); this.absoluteURI = path;
  this.exists = dukpy.files.indexOf(this.fsName) >= 0;
  Object.defineProperty(this, "parent", {get: function () {
    return new TextFile(path.substring(0, path.lastIndexOf("/"))); }}); }
var File = TextFile;
var $ = {fileName: dukpy.script};
var TrackMatteType = {LUMA: "luma"};
function ImportOptions(file) { this.file = file; this.sequence = false; }
function MarkerValue(text) { this.text = text; this.duration = 0; this.label = 0; }
function alert(text) { alerts.push(text); }
function Property(owner, name) { this.values = []; owner[name] = this.values;
  this.setValueAtTime = function (time, value) { this.values.push([time, value]); };
  this.property = function () { return this; }; }
function Layer(comp, footage) {
  this.source = footage.name; this.trackMatte = null;
  var opacity = new Property(this, "opacity");
  this.property = function () { return opacity; };
  this.moveBefore = function (layer) { comp.stack.splice(comp.stack.indexOf(this), 1);
    comp.stack.splice(comp.stack.indexOf(layer), 0, this); };
  if (dukpy.modern) {
    this.setTrackMatte = function (layer, type) { this.trackMatte = [layer.source, type]; }; } }
function Comp(name, width, height, aspect, duration, rate) {
  var comp = this; this.made = [name, width, height, aspect, duration, rate]; this.stack = [];
  this.markerProperty = new Property(this, "markers"); this.openInViewer = function () {};
  this.layers = {add: function (footage) { var layer = new Layer(comp, footage);
    comp.stack.unshift(layer); return layer; }}; }
var comps = [];
var app = {beginUndoGroup: function () { log.push("begin"); }, endUndoGroup: function () { log.push("end"); },
  project: {importFile: function (options) { log.push([options.file.fsName, options.sequence]);
      return {name: options.file.fsName, mainSource: {}}; },
    items: {addComp: function (a, b, c, d, e, f) { var comp = new Comp(a, b, c, d, e, f);
      comps.push(comp); return comp; }}}};
"""
"""As much of After Effects as the script asks of it (After Effects Scripting Guide)."""
OUTCOME = """
JSON.stringify({log: log, alerts: alerts, comps: comps})
"""


def run_script(folder: Path, stem: str, files: Sequence[Path], *, modern: bool = True) -> dict[str, Any]:
    """What the script does in a program that finds these files."""
    code = (folder / f"{stem}.jsx").read_text(encoding="ascii")
    where = {"script": f"{folder}/{stem}.jsx".replace("%", "%25").replace(" ", "%20")}
    found = dukpy.evaljs([PROGRAM, code, OUTCOME], files=[str(f) for f in files], modern=modern, **where)
    result: dict[str, Any] = json.loads(found)
    return result


def lut(nodes: int = 17) -> Lut:
    moved = grid(nodes).clone()
    moved[..., 2] *= 0.9
    return Lut(moved)


def shot(first: int, last: int | None, fade: Fade | None = None, *, masked: bool = False) -> ShotGrades:
    where: Any = object() if masked else None
    shift = Shift("blue", "#125CEC", "#0050FF", 4.2, 0.5)
    return ShotGrades(first, last, (Grade(lut(), (shift,), where),), fade)


def source(path: Path, fps: Fraction = Fraction(30_000, 1001)) -> Source:
    return Source(path, "ab" * 32, "video", 96, 64, 60, fps, 2.0)


def judged(of: Source, *findings: Finding) -> Report:
    return Report(of, BrandRef("Acme", "cd" * 32), Verdict.FAILED, findings, {})


def finding(*frames: tuple[int, int], message: str = "blue is 4.2 from its HEX") -> Finding:
    return Finding(
        "palette", "drift_de00", 4.2, "de00", Limit(max=2), "failed", message, "Correct it.", frames=frames
    )


def graded(clip: Path, original: Path, shots: tuple[ShotGrades, ...], labels: list[tuple[str]]) -> Path:
    before, after = source(original), judged(source(clip))
    return aftereffects.write(clip.parent / "ae", "a", before, after, shots, labels)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "out put" / "été 50%.corrected.mp4"
    path.parent.mkdir()
    path.write_bytes(b"film")
    return path


def test_the_script_builds_a_composition_of_the_clips_size_and_rate(clip: Path) -> None:
    folder = aftereffects.write(clip.parent / "ae", "été 50%", source(clip), judged(source(clip)))
    done = run_script(folder, "été 50%", [folder / clip.name])
    (comp,) = done["comps"]
    assert comp["made"][:4] == ["été 50%", 96, 64, 1]
    assert comp["made"][4:] == pytest.approx([60 * 1001 / 30_000, 30_000 / 1001])
    assert [layer["source"] for layer in comp["stack"]] == [str(folder / clip.name)]
    assert (done["log"][0], done["log"][-1], done["alerts"]) == ("begin", "end", [])


def test_markers_are_where_something_is_left(clip: Path) -> None:
    report = judged(source(clip), finding((3, 5), (30, 30)))
    folder = aftereffects.write(clip.parent / "ae", "a", source(clip), report)
    (comp,) = run_script(folder, "a", [folder / clip.name])["comps"]
    frame = 1001 / 30_000
    assert [time for time, _ in comp["markers"]] == pytest.approx([3 * frame, 30 * frame])
    first = comp["markers"][0][1]
    assert (first["duration"], first["label"]) == (pytest.approx(3 * frame), 1)
    assert first["text"].splitlines() == [
        "palette.drift_de00",
        "Failed: Blue is 4.2 from its HEX. Correct it.",
    ]
    rows = list(csv.DictReader(io.StringIO((folder / "markers.csv").read_text(encoding="utf-8"))))
    assert [(r["frame"], r["last_frame"], r["timecode"]) for r in rows] == [
        ("3", "5", "00:00:00;03"),
        ("30", "30", "00:00:01;00"),
    ]


def test_each_shot_of_the_original_is_a_layer_named_after_its_lut(clip: Path, tmp_path: Path) -> None:
    original = tmp_path / "été 50%.mp4"
    shots = (shot(0, 24), shot(25, None))
    labels = [("a.shot-1",), ("a.shot-2",)]
    folder = graded(clip, original, shots, labels)
    done = run_script(folder, "a", [folder / clip.name, original])
    by_lut = done["comps"][1]
    assert by_lut["made"][0] == "a by LUT"
    frame = 1001 / 30_000
    layers = [(x.get("name"), x["inPoint"] / frame, x["outPoint"] / frame) for x in by_lut["stack"]]
    assert layers == [
        ("a.shot-2.cube", pytest.approx(25), pytest.approx(60)),
        ("a.shot-1.cube", pytest.approx(0), pytest.approx(25)),
        (None, pytest.approx(0), pytest.approx(60)),
    ]
    assert "Apply Color LUT: a.shot-1.cube" in by_lut["stack"][1]["comment"]
    assert {path.name for path in folder.iterdir()} >= {"a.shot-1.cube", "a.shot-2.cube"}


def test_a_key_fades_in_over_the_one_before(clip: Path, tmp_path: Path) -> None:
    original = tmp_path / "a.mp4"
    shots = (shot(0, 29, Fade(0, 20)), shot(21, None, Fade(30, 59)))
    labels = [("a.shot-1.key-1",), ("a.shot-1.key-2",)]
    folder = graded(clip, original, shots, labels)
    stack = run_script(folder, "a", [folder / clip.name, original])["comps"][1]["stack"]
    frame = 1001 / 30_000
    assert [layer["opacity"] for layer in stack[1:]] == [[], []]
    (begin, low), (full, high) = stack[0]["opacity"]
    assert (begin / frame, full / frame) == pytest.approx((21, 30))
    assert (low, high) == (pytest.approx(10), 100)
    # A line between the two is the weight that brandkit itself gives each frame.
    for number in range(21, 31):
        shown = low + (high - low) * (number - 21) / 9
        assert shown == pytest.approx(100 * shots[1].weight(number))


@pytest.mark.parametrize("modern", [True, False], ids=["23 and later", "before"])
def test_a_matte_lies_over_its_layer(clip: Path, tmp_path: Path, modern: bool) -> None:
    original, matte = tmp_path / "a.mp4", tmp_path / "a.1-blue.matte.mov"
    matte.write_bytes(b"matte")
    folder = aftereffects.write(
        clip.parent / "ae",
        "a",
        source(original),
        judged(source(clip)),
        (shot(0, None, masked=True),),
        [("a.1-blue",)],
        [matte],
    )
    files = [folder / clip.name, original, folder / matte.name]
    stack = run_script(folder, "a", files, modern=modern)["comps"][1]["stack"]
    assert [layer["source"] for layer in stack] == [str(files[2]), str(original), str(original)]
    if modern:
        assert stack[1]["trackMatte"] == [str(files[2]), "luma"]
    else:
        assert stack[1]["trackMatteType"] == "luma"
    assert "luma matte" in (folder / "README.txt").read_text(encoding="utf-8")


def test_numbered_stills_are_imported_as_a_sequence_of_their_rate(tmp_path: Path) -> None:
    for folder in (tmp_path / "take", tmp_path / "take-corrected"):
        folder.mkdir()
        for number in range(4):
            (folder / f"frame_{number:06}.png").write_bytes(b"png")
    stills = replace(source(tmp_path / "take" / "frame_%06d.png", Fraction(24)), kind="sequence", frames=4)
    corrected = judged(replace(stills, path=tmp_path / "take-corrected"))
    made = aftereffects.write(tmp_path / "ae", "take", stills, corrected, (shot(0, None),), [("take",)])
    first, original = made / "take-corrected" / "frame_000000.png", tmp_path / "take" / "frame_000000.png"
    done = run_script(made, "take", [first, original])
    assert done["log"][1:3] == [[str(first), True], [str(original), True]]
    assert [comp["made"][4:] for comp in done["comps"]] == [[pytest.approx(4 / 24), 24]] * 2
    assert len(names(made / "take-corrected")) == 4


def test_what_is_gone_is_named_and_the_rest_is_built(clip: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.mp4"
    folder = graded(clip, gone, (shot(0, None),), [("a",)])
    done = run_script(folder, "a", [folder / clip.name])
    assert len(done["comps"]) == 1
    assert done["alerts"] == [f"Not found, and left out:\n{gone}"]


def test_nothing_that_strangers_wrote_becomes_code(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(b"film")
    report = judged(source(path), finding((0, 0), message=HOSTILE))
    folder = aftereffects.write(tmp_path / "ae", "a", source(tmp_path / HOSTILE), report)
    code = (folder / "a.jsx").read_text(encoding="ascii")
    data = code.partition("\n\n(function")[0]
    assert not re.search(r"[#@]|//|</", data)
    done = run_script(folder, "a", [folder / path.name])
    assert done["alerts"] == []
    assert "alert(1)" in done["comps"][0]["markers"][0][1]["text"]


def test_the_script_asks_nothing_of_newer_javascript(clip: Path) -> None:
    folder = aftereffects.write(clip.parent / "ae", "a", source(clip), judged(source(clip)))
    code = (folder / "a.jsx").read_text(encoding="ascii")
    without_text = re.sub(r'"(\\.|[^"\\])*"|//[^\n]*', '""', code)
    # ES3, which ExtendScript is: none of what ES5 and later brought.
    assert not re.search(r"\b(let|const|class|import|export|async|await|of)\b|=>|`|,\s*[}\]]", without_text)
    assert not re.search(r"\.(forEach|map|filter|indexOf|keys|trim|bind)\(|JSON\.", without_text)


def test_a_lut_has_at_most_64_nodes_and_does_the_same(clip: Path, tmp_path: Path) -> None:
    folder = graded(clip, clip, (shot(0, None),), [("a",)])
    config = PyOpenColorIO.Config.CreateRaw()
    transform = PyOpenColorIO.FileTransform(str(folder / "a.cube"), "", PyOpenColorIO.INTERP_TETRAHEDRAL)
    processor = config.getProcessor(transform).getDefaultCPUProcessor()
    colours = np.random.default_rng(0).random((64, 3), dtype=np.float32)
    asked = colours.copy()
    processor.applyRGB(colours)
    asked[:, 2] *= 0.9
    assert np.abs(colours - asked).max() < 0.5 / 255
    size = re.search(r"LUT_3D_SIZE (\d+)", (folder / "a.cube").read_text(encoding="ascii"))
    assert size is not None and int(size[1]) <= aftereffects.MOST_NODES


def test_a_lut_of_more_nodes_is_refused_before_anything_is_written(clip: Path) -> None:
    wide = replace(shot(0, None), grades=(replace(shot(0, None).grades[0], lut=lut(65)),))
    with pytest.raises(CorrectionError, match="65 nodes"):
        graded(clip, clip, (wide,), [("a",)])
    assert names(clip.parent) == [clip.name]


def test_a_folder_that_cannot_be_made_is_an_output_error(clip: Path) -> None:
    with pytest.raises(OutputError):
        aftereffects.write(clip / "ae", "a", source(clip), judged(source(clip)))


def test_the_readme_says_what_no_script_can_do(clip: Path) -> None:
    folder = aftereffects.write(
        clip.parent / "ae", "a", source(clip), judged(source(clip)), (shot(0, None),), [("a",)], light=True
    )
    text = (folder / "README.txt").read_text(encoding="utf-8")
    for said in ("Run Script File > a.jsx", "Apply Color LUT", "corrected twice", "still flickers"):
        assert said in text
    assert "a.cube: blue: #125CEC to #0050FF (all frames)" in text


def test_correct_makes_the_folder_and_makes_it_anew(run: Command, acme: Path, tmp_path: Path) -> None:
    stack = torch.stack(
        [torch.from_numpy(np.asarray(panel(colour)).copy()).permute(2, 0, 1) for colour in (DRIFTED,) * 4]
    )
    still = Source(tmp_path, "", "video", 96, 64, 4, Fraction(24), 4 / 24)
    frames = Frames(stack.contiguous(), 0, tuple(t / 24 for t in range(4)))
    film = media.write(tmp_path / "my film.mp4", [frames], still).path
    out = tmp_path / "out"
    for _ in range(2):
        done = run("correct", film, "-b", acme, "-o", out, "--after-effects", "--only", "palette")
        assert done.status == 0, done.err
    folder = out / "my film-after-effects"
    assert names(folder) == [
        "README.txt", "markers.csv", "my film.corrected.mp4", "my film.cube", "my film.jsx",
    ]  # fmt: skip
    assert not [name for name in names(out) if name.startswith(".brandkit-")]
    code = (folder / "my film.jsx").read_text()
    stored = json.loads(code.partition("var DATA = ")[2].partition(";\n\n")[0])
    assert (stored["rate"], stored["frames"], stored["width"]) == (24, 4, 96)
    assert unquote(stored["clip"]) == "my film.corrected.mp4"
    before = (folder / "my film.cube").stat().st_mtime_ns
    run("correct", film, "-b", acme, "-o", out, "--after-effects", "--only", "palette")
    assert (folder / "my film.cube").stat().st_mtime_ns == before


def test_a_clip_on_brand_gets_a_folder_too(run: Command, acme: Path, tmp_path: Path) -> None:
    panel(BLUE).save(tmp_path / "good.png")
    done = run("correct", tmp_path / "good.png", "-b", acme, "-o", tmp_path / "out", "--after-effects")
    assert done.status == 0, done.err
    folder = tmp_path / "out" / "good-after-effects"
    assert names(folder) == ["README.txt", "good.corrected.png", "good.jsx", "markers.csv"]


def test_the_folder_needs_luts(run: Command, acme: Path, good: Path, tmp_path: Path) -> None:
    done = run("correct", good, "-b", acme, "-o", tmp_path, "--after-effects", "--lut", "none")
    assert done.status == 2
    assert "needs LUTs" in done.err
