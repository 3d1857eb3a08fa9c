"""``brandkit correct`` over real files: what is written, what is left alone, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter

from brandkit import media
from brandkit.media import Frames, Source

from .conftest import ACME, BLUE, DRIFTED, INK, Command, hex_at, names, panel, saved

RESULTS = ["bad-README.txt", "bad.corrected.png", "bad.cube", "report.evidence", "report.html", "report.json"]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Twelve frames of a panel whose white box moves over a drifted blue."""
    stack = []
    for t in range(12):
        frame = panel(DRIFTED)
        ImageDraw.Draw(frame).rectangle((4 * t, 20, 4 * t + 16, 32), fill="white")
        stack.append(torch.from_numpy(np.asarray(frame).copy()).permute(2, 0, 1))
    source = Source(tmp_path, "", "video", 96, 64, 12, Fraction(12), 1.0)
    frames = Frames(torch.stack(stack).contiguous(), 0, tuple(t / 12 for t in range(12)))
    return media.write(tmp_path / "film.mp4", [frames], source).path


def report_in(folder: Path) -> dict[str, list[dict[str, object]]]:
    content: dict[str, list[dict[str, object]]] = json.loads((folder / "report.json").read_text("utf-8"))
    return content


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(folder: Path) -> list[str]:
    """What a person sees in a folder: everything whose name does not begin with a dot."""
    return [name for name in names(folder) if not name.startswith(".")]


def drift_of(report: object, swatch: str = "blue") -> tuple[float, str]:
    assert isinstance(report, dict)
    found = next(f for f in report["findings"] if f["metric"] == "drift_de00" and f["swatch"] == swatch)
    return found["value"], found["colour"]


def decoded(path: Path) -> npt.NDArray[np.uint8]:
    """Every frame, ``[T, H, W, 3]``, by ffmpeg."""
    reader = imageio_ffmpeg.read_frames(str(path), output_params=["-fps_mode", "passthrough"])
    width, height = next(reader)["size"]
    return np.stack([np.frombuffer(frame, np.uint8).reshape(height, width, 3) for frame in reader])


# What a correction writes ---------------------------------------------------------------------------


def test_the_flat_region_lands_on_the_exact_hex(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    done = run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    assert done.status == 0
    assert done.out.startswith("FAILED → PASSED")
    with Image.open(tmp_path / "out" / "bad.corrected.png") as picture:
        pixels = np.asarray(picture.convert("RGB"))
    assert {tuple(p) for p in pixels.reshape(-1, 3)} == {(0, 80, 255), (11, 15, 20), (255, 255, 255)}


def test_results_lie_side_by_side(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    assert shown(tmp_path / "out") == RESULTS


def test_noise_of_a_jpeg_lands_on_the_exact_hex_too(run: Command, acme: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(7).integers(-2, 3, (64, 96, 3))
    pixels = np.clip(np.asarray(panel(DRIFTED), dtype=np.int64) + noise, 0, 255).astype(np.uint8)
    shot = saved(Image.fromarray(pixels), tmp_path / "shot.jpg", quality=92, subsampling=0)
    assert run("correct", shot, "-b", acme, "-o", tmp_path / "out", "--still", "png").status == 0
    with Image.open(tmp_path / "out" / "shot.corrected.png") as picture:
        ground = np.asarray(picture.convert("RGB"))[26:46].reshape(-1, 3)
    assert (ground == (0, 80, 255)).all(axis=1).mean() > 0.99


def test_a_jpeg_stays_one_and_says_what_it_cannot_hold(run: Command, acme: Path, tmp_path: Path) -> None:
    shot = saved(panel(DRIFTED), tmp_path / "shot.jpg", quality=92, subsampling=0)
    assert run("correct", shot, "-b", acme, "-o", tmp_path / "out").status == 0
    with Image.open(tmp_path / "out" / "shot.corrected.jpg") as picture:
        assert picture.format == "JPEG"
        ground = np.asarray(picture.convert("RGB"))[30:42].reshape(-1, 3).astype(int)
    assert np.abs(np.median(ground, axis=0) - (0, 80, 255)).max() <= 1
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "JPEG cannot hold a colour exactly" in page


def test_the_cube_gives_the_same_hex_in_pillow(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    rows = (tmp_path / "out" / "bad.cube").read_text("ascii").splitlines()
    size = next(int(row.split()[1]) for row in rows if row.startswith("LUT_3D_SIZE"))
    table = [float(v) for row in rows if row[:1].isdigit() for v in row.split()]
    with Image.open(bad) as picture:
        graded = picture.filter(ImageFilter.Color3DLUT(size, table))
    assert (hex_at(graded, 5, 5), hex_at(graded, 5, 60)) == (BLUE, INK)


def test_the_cube_gives_the_same_hex_in_ffmpeg(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    graded = tmp_path / "graded.png"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", bad]
    command += ["-vf", "lut3d=out/bad.cube:interp=tetrahedral", graded]
    subprocess.run(command, check=True, cwd=tmp_path)
    with Image.open(graded) as picture:
        assert (hex_at(picture, 5, 5), hex_at(picture, 5, 60)) == (BLUE, INK)


def test_without_cube_there_is_none(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    run("correct", bad, "-b", acme, "-o", tmp_path / "out", "--lut", "none")
    assert not list((tmp_path / "out").rglob("*.cube"))


def test_the_report_holds_before_and_after(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    summary = report_in(tmp_path / "out")
    (correction,) = summary["corrections"]
    assert drift_of(summary["reports"][0]) == (pytest.approx(4.22, abs=0.01), DRIFTED)
    assert drift_of(correction["after"]) == (0, BLUE)
    assert (correction["before"], correction["note"]) == ("failed", "blue: #125CEC -> #0050FF")
    assert correction["files"] == [
        {"title": "corrected", "path": "bad.corrected.png"},
        {"title": "Cube LUT", "path": "bad.cube"},
        {"title": "how to load them", "path": "bad-README.txt"},
    ]


def test_a_transparent_picture_keeps_its_transparency(run: Command, acme: Path, tmp_path: Path) -> None:
    picture = panel(DRIFTED).convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 20, 48))
    run("correct", saved(picture, tmp_path / "logo.png"), "-b", acme, "-o", tmp_path / "out")
    with Image.open(tmp_path / "out" / "logo.corrected.png") as corrected:
        if corrected.mode == "RGBA":
            assert corrected.getpixel((5, 5))[3] == 0
        assert hex_at(corrected, 60, 40) == BLUE


# Video ----------------------------------------------------------------------------------------------


def test_a_video_is_corrected_and_what_was_written_passes(
    run: Command, film: Path, acme: Path, tmp_path: Path
) -> None:
    done = run("correct", film, "-b", acme, "-o", tmp_path / "out")
    assert done.status == 0
    written = tmp_path / "out" / "film.corrected.mp4"
    assert len(decoded(written)) == 12
    assert run("check", film, "-b", acme).status == 1
    assert run("check", written, "-b", acme).status == 0


def test_numbered_stills_are_corrected_into_a_folder(
    run: Command, bad: Path, acme: Path, tmp_path: Path
) -> None:
    (tmp_path / "shots").mkdir()
    for number in range(3):
        (tmp_path / "shots" / f"shot_{number:04d}.png").write_bytes(bad.read_bytes())
    arguments = ("correct", tmp_path / "shots" / "shot_%04d.png", "-b", acme, "-o", tmp_path / "out")
    for _ in range(2):  # the second time from the record
        assert run(*arguments).status == 0
        written = sorted((tmp_path / "out" / "shot-corrected").iterdir())
        assert len(written) == 3
        for path in written:
            with Image.open(path) as picture:
                assert hex_at(picture, 5, 5) == BLUE


def test_a_hex_that_the_codec_cannot_hold_is_named(
    run: Command, film: Path, acme: Path, tmp_path: Path
) -> None:
    acme.write_text(ACME.replace("#0050FF", "#0A58FA"))
    said = run("correct", film, "-b", acme, "-o", tmp_path / "h264").out
    # Read by our decoder: ffmpeg's default conversion to RGB is itself up to two codes low.
    frames = next(media.open(tmp_path / "h264" / "film.corrected.mp4").batches(1))
    values, counts = frames.pixels[0, :, 36:46, 4:92].flatten(1).unique(dim=1, return_counts=True)
    commonest = "#{:02X}{:02X}{:02X}".format(*values[:, counts.argmax()].tolist())
    assert f"this codec holds #0A58FA as {commonest}" in said
    said = run("correct", film, "-b", acme, "-o", tmp_path / "ffv1", "--codec", "ffv1").out
    assert "this codec holds" not in said


def test_ffv1_holds_the_exact_hex_in_every_frame(
    run: Command, film: Path, acme: Path, tmp_path: Path
) -> None:
    assert run("correct", film, "-b", acme, "-o", tmp_path / "out", "--codec", "ffv1").status == 0
    frames = decoded(tmp_path / "out" / "film.corrected.mkv")
    ground = frames[:, 36:46, 4:92]
    assert len(frames) == 12
    assert (ground == (0, 80, 255)).all()


# What is left alone ---------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [".", "out"])
def test_the_original_is_left_alone(run: Command, bad: Path, acme: Path, tmp_path: Path, folder: str) -> None:
    before = sha256(bad)
    assert run("correct", bad, "-b", acme, "-o", tmp_path / folder).status == 0
    assert sha256(bad) == before
    assert (tmp_path / folder / "bad.corrected.png").is_file()


def test_an_original_that_has_the_name_of_a_result_is_left_alone(
    run: Command, bad: Path, acme: Path, tmp_path: Path
) -> None:
    other = saved(panel("#0A55F5"), tmp_path / "bad.corrected.png")
    before = sha256(other)
    assert run("correct", bad, other, "-b", acme, "-o", tmp_path).status == 0
    assert sha256(other) == before
    assert (tmp_path / "bad-2.corrected.png").is_file()


def test_a_folder_corrected_into_itself_twice_does_not_correct_its_own_results(
    run: Command, acme: Path, tmp_path: Path
) -> None:
    shots = tmp_path / "shots"
    saved(panel(DRIFTED), shots / "a.png")
    run("correct", shots, "-b", acme, "-o", shots)
    first = shown(shots)
    run("correct", shots, "-b", acme, "-o", shots)
    assert shown(shots) == first
    assert len(report_in(shots)["reports"]) == 1


def test_a_picture_on_brand_is_copied_byte_for_byte(
    run: Command, good: Path, acme: Path, tmp_path: Path
) -> None:
    done = run("correct", good, "-b", acme, "-o", tmp_path / "out")
    assert done.status == 0
    assert "on brand already" in done.out
    assert sha256(tmp_path / "out" / "good.corrected.png") == sha256(good)
    assert not (tmp_path / "out" / "good.cube").exists()


def test_two_inputs_of_one_name_get_a_result_each(run: Command, acme: Path, tmp_path: Path) -> None:
    one = saved(panel(DRIFTED), tmp_path / "one" / "shot.png")
    two = saved(panel("#1E63E6", (64, 64)), tmp_path / "two" / "shot.png")
    assert run("correct", one, two, "-b", acme, "-o", tmp_path / "out").status == 0
    sizes = {}
    for name in ("shot.corrected.png", "shot-2.corrected.png"):
        with Image.open(tmp_path / "out" / name) as picture:
            sizes[name] = picture.size
            assert hex_at(picture, 2, 40) == BLUE
    assert sizes == {"shot.corrected.png": (96, 64), "shot-2.corrected.png": (64, 64)}
    assert {"shot.cube", "shot-2.cube"} <= set(names(tmp_path / "out"))


def test_inputs_that_differ_only_in_their_ending_get_a_result_each(
    run: Command, acme: Path, tmp_path: Path
) -> None:
    one = saved(panel(DRIFTED), tmp_path / "shot.png")
    two = saved(panel(DRIFTED, (64, 64)), tmp_path / "shot.webp", lossless=True)
    assert run("correct", one, two, "-b", acme, "-o", tmp_path / "out").status == 0
    assert {"shot.corrected.png", "shot-2.corrected.webp"} <= set(names(tmp_path / "out"))


# What is refused ------------------------------------------------------------------------------------


@pytest.fixture
def contradiction(acme: Path, tmp_path: Path) -> Path:
    """A picture in which two brand colours have become almost one: no LUT can part them again."""
    acme.write_text(ACME.replace('"#0050FF"', '"#0050FF"\n    azure: "#0070FF"'))
    picture = panel("#005FFF")
    ImageDraw.Draw(picture).rectangle((48, 0, 96, 48), fill="#0061FF")
    return saved(picture, tmp_path / "shot.png")


def test_demands_that_contradict_each_other_write_nothing_and_say_why(
    run: Command, contradiction: Path, acme: Path, tmp_path: Path
) -> None:
    done = run("correct", contradiction, "-b", acme, "-o", tmp_path / "out")
    assert done.status == 1
    assert shown(tmp_path / "out") == ["report.evidence", "report.html", "report.json"]
    (correction,) = report_in(tmp_path / "out")["corrections"]
    assert (correction["files"], correction["after"]) == ([], None)
    assert "'blue' (found as #005FFF) and 'azure' (found as #0061FF)" in str(correction["note"])
    assert str(correction["note"]) in done.out


def test_a_correction_that_makes_something_worse_writes_nothing_and_says_what(
    run: Command, brand_of: Callable[[str], Path], tmp_path: Path
) -> None:
    picture = panel(DRIFTED)
    ImageDraw.Draw(picture).rectangle((60, 0, 96, 48), fill="#1C60D8")
    shot = saved(picture, tmp_path / "shot.png")
    swatches = "swatches:\n  blue: {capture: 6}\n"
    # A mask that is taken at its word: without it, the neighbour would not move at all.
    mask = saved(Image.new("RGB", picture.size, "white"), tmp_path / "mask.png")
    run("correct", shot, "-b", brand_of(swatches), "-o", tmp_path / "first", "--mask", mask)
    with Image.open(tmp_path / "first" / "shot.corrected.png") as corrected:
        moved = hex_at(corrected, 80, 20)
    assert moved != "#1C60D8"
    # What the neighbour of the blue is carried to is now a colour that the guidelines rule out.
    forbidden = f'forbidden:\n  - {{name: rival, hex: "{moved}", tolerance: 0.5}}'
    done = run("correct", shot, "-b", brand_of(swatches + forbidden), "-o", tmp_path / "out", "--mask", mask)
    assert done.status == 1
    assert "the correction was refused, since it makes something worse" in done.out
    assert "the forbidden rival" in done.out
    assert not list((tmp_path / "out").glob("shot*"))


def test_a_picture_without_a_brand_colour_is_not_corrected(run: Command, acme: Path, tmp_path: Path) -> None:
    shot = saved(Image.new("RGB", (64, 64), "#C08040"), tmp_path / "shot.png")
    done = run("correct", shot, "-b", acme, "-o", tmp_path / "out")
    assert "no region of a brand colour was found, so there is nothing to correct" in done.out
    assert not list((tmp_path / "out").glob("shot*"))


# Again, and interrupted -----------------------------------------------------------------------------


def test_a_second_run_gives_the_same_report(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    reports = []
    for _ in range(2):
        done = run("correct", bad, "-b", acme, "-o", tmp_path / "out", "--no-timestamp")
        files = {
            str(path.relative_to(tmp_path)): path.read_bytes()
            for path in sorted((tmp_path / "out").rglob("*"))
            if path.is_file()
        }
        reports.append((done, files))
    assert reports[0] == reports[1]


def test_a_refusal_reads_the_same_a_second_time(
    run: Command, contradiction: Path, acme: Path, tmp_path: Path
) -> None:
    acme.write_text(
        f'{acme.read_text()}    forbidden:\n      - {{name: black, hex: "#0B0F14", tolerance: 1}}\n'
    )
    first, second = (run("correct", contradiction, "-b", acme, "-o", tmp_path / "out") for _ in range(2))
    assert first == second


def test_a_result_that_was_changed_since_is_made_again(
    run: Command, bad: Path, acme: Path, tmp_path: Path
) -> None:
    result = tmp_path / "out" / "bad.corrected.png"
    run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    saved(panel("#FF0000"), result)
    assert run("correct", bad, "-b", acme, "-o", tmp_path / "out").status == 0
    with Image.open(result) as picture:
        assert hex_at(picture, 5, 5) == BLUE


def test_another_brand_is_not_answered_by_the_last_run(
    run: Command, bad: Path, acme: Path, tmp_path: Path
) -> None:
    run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    acme.write_text(ACME.replace("#0050FF", "#0A58FA"))
    run("correct", bad, "-b", acme, "-o", tmp_path / "out")
    with Image.open(tmp_path / "out" / "bad.corrected.png") as picture:
        assert hex_at(picture, 5, 5) == "#0A58FA"


@pytest.fixture
def interrupted(acme: Path, tmp_path: Path) -> Callable[[], tuple[int, str]]:
    """Correct a folder of large pictures in a process of its own, and press Ctrl-C after the first."""
    for number in range(4):
        saved(panel(DRIFTED, (1200, 800)), tmp_path / "shots" / f"{number}.png")

    def press() -> tuple[int, str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "brandkit.cli", "correct", "shots", "-b", acme, "-o", "out"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A shell starts background jobs, and so perhaps these tests, with Ctrl-C ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        try:
            given_up = time.monotonic() + 60
            while process.poll() is None and not (tmp_path / "out" / "0.cube").exists():
                assert time.monotonic() < given_up
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
        return process.returncode, said

    return press


@pytest.mark.skipif(os.name == "nt", reason="a process of its own is interrupted otherwise on Windows")
def test_ctrl_c_keeps_what_is_done_and_a_second_run_completes(
    run: Command, interrupted: Callable[[], tuple[int, str]], acme: Path, tmp_path: Path
) -> None:
    status, said = interrupted()
    out = tmp_path / "out"
    assert status == 130, said
    assert "Traceback" not in said
    assert "interrupted before its turn" in said
    done = sorted(out.glob("*.corrected.png"))
    assert 1 <= len(done) < 4
    for path in done:
        with Image.open(path) as picture:
            assert hex_at(picture, 40, 500) == BLUE
    assert [name for name in names(out) if ".part" in name or name.startswith(".brandkit-")] == []
    assert run("correct", tmp_path / "shots", "-b", acme, "-o", out).status == 0
    assert len(list(out.glob("*.corrected.png"))) == 4
