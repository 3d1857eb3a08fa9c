"""What people hand over by mistake, and what a machine does at a bad moment: one line, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from brandkit import media
from brandkit.media import Frames, Source

from .conftest import BLUE, DRIFTED, INK, Command, lines, names, panel, saved

STILLS = Path(__file__).parent / "data" / "stills"
REPORTS = ["report.html", "report.json"]

Maker = Callable[[Path], Path]


def zero_bytes(folder: Path) -> Path:
    path = folder / "empty.png"
    path.touch()
    return path


def text_named_png(folder: Path) -> Path:
    path = folder / "letter.png"
    path.write_text("Dear designer,\n" * 40)
    return path


def cut(picture: Path) -> Path:
    content = picture.read_bytes()
    picture.write_bytes(content[: len(content) // 2])
    return picture


def noise(width: int = 160, height: int = 120) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8))


def truncated_jpeg(folder: Path) -> Path:
    return cut(saved(noise(), folder / "torn.jpg"))


def truncated_png(folder: Path) -> Path:
    return cut(saved(noise(), folder / "torn.png"))


def truncated_mp4(folder: Path) -> Path:
    pixels = torch.from_numpy(np.asarray(noise()).copy()).permute(2, 0, 1)
    stack = torch.stack([pixels.roll(8 * t, 2) for t in range(12)])
    frames = Frames(stack, 0, tuple(t / 12 for t in range(12)))
    source = Source(folder, "", "video", 160, 120, 12, Fraction(12), 1.0)
    return cut(media.write(folder / "torn.mp4", [frames], source).path)


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def huge_png(folder: Path) -> Path:
    """A header that claims 50,000 x 50,000 pixels in 8-bit RGB, and next to nothing behind it."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    content += chunk(b"IDAT", zlib.compress(bytes(150_001))) + chunk(b"IEND", b"")
    path = folder / "huge.png"
    path.write_bytes(content)
    return path


def gif_bomb(folder: Path) -> Path:
    return Path(shutil.copy(STILLS / "decompression_bomb.gif", folder / "bomb.gif"))


def folder_without_pictures(folder: Path) -> Path:
    path = folder / "papers"
    path.mkdir()
    (path / "letter.txt").write_text("no picture")
    return path


def missing(folder: Path) -> Path:
    return folder / "gone.png"


def glob_without_matches(folder: Path) -> Path:
    return folder / "nothing-*.png"


def numbered_stills_without_files(folder: Path) -> Path:
    return folder / "shot_%04d.png"


def link_to_itself(folder: Path) -> Path:
    path = folder / "loop.png"
    path.symlink_to(path)
    return path


def pipe(folder: Path) -> Path:
    path = folder / "pipe.png"
    os.mkfifo(path)
    return path


BAD: dict[Maker, str] = {
    zero_bytes: "is empty",
    text_named_png: "",
    truncated_jpeg: "",
    truncated_png: "",
    truncated_mp4: "",
    huge_png: "2 500 000 000 pixels",
    gif_bomb: "pixels",
    folder_without_pictures: "holds no picture or video",
    missing: "does not exist",
    glob_without_matches: "matches no picture or video",
    numbered_stills_without_files: "no file matches",
    link_to_itself: "",
    pipe: "is not a regular file",
}


@pytest.mark.parametrize(("make", "problem"), BAD.items(), ids=[make.__name__ for make in BAD])
def test_a_bad_input_is_one_line_with_what_is_wrong_and_what_to_do(
    run: Command, make: Maker, problem: str, acme: Path, tmp_path: Path
) -> None:
    path = make(tmp_path)
    done = run("check", path, "-b", acme, "-f", "json")
    assert done.status == 2
    assert json.loads(done.out)["verdict"] is None
    (line,) = lines(done.err)
    assert line.startswith(f"brandkit: {path}")
    assert problem in line
    what, _, remedy = line.removeprefix(f"brandkit: {path}").partition(";")
    assert what and len(remedy) > 10


@pytest.mark.parametrize("make", BAD, ids=[make.__name__ for make in BAD])
def test_a_bad_input_leaves_nothing_of_itself_among_the_results(
    run: Command, make: Maker, good: Path, acme: Path, tmp_path: Path
) -> None:
    done = run("correct", make(tmp_path), good, "-b", acme, "-o", tmp_path / "out")
    assert done.status == 2
    assert "Traceback" not in done.err
    written = [name for name in names(tmp_path / "out") if name != ".brandkit"]
    assert written == ["good.corrected.png", "report.evidence", *REPORTS]
    found = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert found["counts"] == {"passed": 1, "needs_review": 0, "failed": 0, "unreadable": 1}


@pytest.fixture
def nobody() -> Iterator[None]:
    """Give up root's right to read everything."""
    if os.name == "nt":
        pytest.skip("Windows has no user ids")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """``tmp_path``, once every user may enter it: pytest makes its folders for their owner alone."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    return tmp_path


def test_a_file_that_may_not_be_read(
    run: Command, open_folder: Path, bad: Path, good: Path, acme: Path, request: pytest.FixtureRequest
) -> None:
    run("check", good, "-b", acme)
    bad.chmod(0)
    request.getfixturevalue("nobody")
    done = run("check", bad, good, "-b", acme, "-f", "json")
    assert done.status == 2
    assert lines(done.err) == [f"brandkit: {bad}: may not be read by this user; check its permissions"]
    assert json.loads(done.out)["counts"]["passed"] == 1


# Where results cannot go ----------------------------------------------------------------------------


def test_a_folder_that_may_not_be_written_to(
    run: Command, open_folder: Path, bad: Path, acme: Path, request: pytest.FixtureRequest
) -> None:
    run("check", bad, "-b", acme)
    out = open_folder / "out"
    out.mkdir(mode=0o555)
    request.getfixturevalue("nobody")
    done = run("correct", bad, "-b", acme, "-o", out)
    assert done.status == 2
    assert "Traceback" not in done.err
    assert f"{out}" in done.err and "read-only" in done.err
    assert names(out) == []


@pytest.mark.parametrize("command", ["check", "correct"])
def test_a_file_in_the_way_of_the_folder(
    run: Command, bad: Path, good: Path, acme: Path, command: str
) -> None:
    before = good.read_bytes()
    done = run(command, bad, "-b", acme, "-o", good / "report.json")
    assert (done.status, done.out, len(lines(done.err))) == (2, "", 1)
    assert str(good) in done.err and "choose another path" in done.err
    assert good.read_bytes() == before


def test_a_folder_in_the_way_of_the_report(run: Command, bad: Path, acme: Path, tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    done = run("check", bad, "-b", acme, "-f", "json", "-o", tmp_path / "report.json")
    assert (done.status, done.out, len(lines(done.err))) == (2, "", 1)
    assert "is a folder; give the name of a file" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_under_a_report(run: Command, bad: Path, acme: Path) -> None:
    done = run("check", bad, "-b", acme, "-f", "json", "-o", "/dev/full")
    assert (done.status, done.out) == (2, "")
    assert lines(done.err) == ["brandkit: /dev/full: the disk is full; free some space and run again"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a file system can only be mounted by root on Linux; /dev/full is tested in any case")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_under_corrections(run: Command, bad: Path, acme: Path, small_disk: Path) -> None:
    done = run("correct", bad, "-b", acme, "-o", small_disk)
    assert done.status == 2
    assert "Traceback" not in done.err
    assert "the disk is full; free some space and run again" in done.err
    left = [path for path in small_disk.rglob("*") if path.is_file()]
    assert not [path for path in left if ".part" in path.name]
    for path in left:
        if path.suffix == ".png":
            with Image.open(path) as picture:
                picture.load()


# Unusual, and fine ----------------------------------------------------------------------------------


def animated_gif(folder: Path) -> Path:
    frames = [panel(BLUE), panel(BLUE, (96, 64)).rotate(180), panel(BLUE)]
    return saved(frames[0], folder / "clip.gif", save_all=True, append_images=frames[1:], duration=100)


def animated_webp(folder: Path) -> Path:
    frames = [panel(BLUE), panel(BLUE).rotate(180), panel(BLUE)]
    more = {"save_all": True, "append_images": frames[1:], "duration": 100, "lossless": True}
    return saved(frames[0], folder / "clip.webp", **more)


def cmyk_jpeg(folder: Path) -> Path:
    return saved(panel(BLUE).convert("CMYK"), folder / "print.jpg", quality=95)


def deep_png(folder: Path) -> Path:
    """16 bits a sample: filter byte 0 and big-endian RGB, row by row."""
    pixels = np.asarray(panel(BLUE)).astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", 96, 64, 16, 2, 0, 0, 0)
    path = folder / "deep.png"
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    return path


def transparent_palette_png(folder: Path) -> Path:
    picture = panel(BLUE).quantize(8)
    white = picture.getpixel((20, 12))
    return saved(picture, folder / "logo.png", transparency=white)


UNUSUAL: dict[Maker, tuple[str, int, str]] = {
    animated_gif: ("animation", 3, ""),
    animated_webp: ("animation", 3, ""),
    cmyk_jpeg: ("image", 1, "CMYK"),
    deep_png: ("image", 1, "16"),
    transparent_palette_png: ("image", 1, "transparen"),
}


@pytest.mark.parametrize(("make", "facts"), UNUSUAL.items(), ids=[make.__name__ for make in UNUSUAL])
def test_an_unusual_kind_is_judged_and_its_conversion_is_stated(
    run: Command, make: Maker, facts: tuple[str, int, str], acme: Path, tmp_path: Path
) -> None:
    kind, frames, note = facts
    done = run("check", make(tmp_path), "-b", acme, "-f", "json")
    report = json.loads(done.out)
    assert done.status in (0, 1) and done.err == ""
    assert (report["source"]["kind"], report["source"]["frames"]) == (kind, frames)
    assert note in " ".join(report["source"]["notes"])
    if make is not cmyk_jpeg:  # Pillow's own CMYK is no blue of ours
        blue = next(f for f in report["findings"] if f["metric"] == "drift_de00" and f["swatch"] == "blue")
        assert (blue["colour"], blue["outcome"]) == (BLUE, "passed")


def test_an_animation_is_seen_in_every_frame(run: Command, acme: Path, tmp_path: Path) -> None:
    frames = [panel(BLUE), panel(BLUE), panel(DRIFTED)]
    frames[1].putpixel((0, 0), (0, 0, 0))
    more = {"save_all": True, "append_images": frames[1:], "duration": 100, "lossless": True}
    done = run("check", saved(frames[0], tmp_path / "clip.webp", **more), "-b", acme, "-f", "json")
    blue = next(f for f in json.loads(done.out)["findings"] if f["outcome"] == "failed")
    assert (blue["colour"], blue["frames"]) == (DRIFTED, [[2, 2]])


def test_a_name_with_spaces_umlauts_and_brackets_is_a_name(run: Command, acme: Path, tmp_path: Path) -> None:
    shot = saved(panel(DRIFTED), tmp_path / "ä [bold] %s 蓝.png")
    done = run("correct", shot, "-b", acme, "-o", tmp_path / "out")
    assert done.status == 0
    assert str(shot) in done.out
    assert (tmp_path / "out" / "ä [bold] %s 蓝.corrected.png").is_file()


def test_a_picture_of_one_pixel(run: Command, acme: Path, tmp_path: Path) -> None:
    done = run("check", saved(Image.new("RGB", (1, 1), INK), tmp_path / "dot.png"), "-b", acme)
    assert done.status in (0, 3)
    assert "Traceback" not in done.err


def test_an_error_in_a_process_of_its_own_is_no_traceback_either(acme: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "brandkit.cli", "check", truncated_png(tmp_path), "-b", acme]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, len(lines(done.stderr))) == (2, 1)
