"""Everything that is not a good picture or video ends in one line that says what to do."""

from __future__ import annotations

import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from brandkit import media
from brandkit.errors import MediaError

from .tools import pixels

STILLS = Path(__file__).parents[1] / "data" / "stills"


def message(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        media.open(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ") and "\n" not in text and ";" in text
    return text


def test_nothing_there(tmp_path: Path) -> None:
    assert "does not exist; check the path" in message(tmp_path / "a.png")


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in message(tmp_path)


def test_a_device() -> None:
    assert "is not a regular file" in message(Path("/dev/null"))


def test_zero_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert "is empty (0 bytes)" in message(tmp_path / "a.mp4")


@pytest.mark.parametrize("name", ["a.png", "a.mp4", "a.srt", "a.ans"])
def test_text_under_another_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    assert "is neither a picture nor a video" in message(tmp_path / name)


@pytest.mark.parametrize(
    "text", ["#EXTM3U\n#EXTINF:1,\nfilm.mp4\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile film.mp4\n"]
)
def test_a_playlist_opens_no_other_file(tmp_path: Path, film: Path, text: str) -> None:
    shutil.copy(film, tmp_path / "film.mp4")
    (tmp_path / "a.m3u8").write_text(text)
    assert "is neither a picture nor a video" in message(tmp_path / "a.m3u8")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:  # root may read anything, so the system's answer is played
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read by this user; check its permissions" in message(path)


@pytest.mark.parametrize("name", ["truncated_image.png", "truncated_jpeg.jpg"])
def test_pictures_cut_short(name: str) -> None:
    assert "is damaged or truncated" in message(STILLS / name)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tif", "gif", "bmp", "avif"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_every_format_cut_short(tmp_path: Path, ending: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    path = tmp_path / f"a.{ending}"
    Image.fromarray(noise).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert "damaged" in message(path) or "neither" in message(path)


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_a_16_bit_picture_cut_short(tmp_path: Path, ending: str) -> None:
    oiio = pytest.importorskip("OpenImageIO")
    path = tmp_path / f"a.{ending}"
    spec = oiio.ImageSpec(60, 60, 3, "uint16")
    file = oiio.ImageOutput.create(str(path))
    file.open(str(path), spec)
    file.write_image(np.random.default_rng(0).integers(0, 65536, (60, 60, 3), dtype=np.uint16))
    file.close()
    path.write_bytes(path.read_bytes()[:9000])
    assert "is damaged or truncated" in message(path)


def png_header(width: int, height: int, depth: int = 8) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">2I5B", width, height, depth, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(100_000, 100_000), (30_000, 6_000)])
@pytest.mark.parametrize("depth", [8, 16])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, size: tuple[int, int], depth: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_header(*size, depth))
    text = message(path)
    assert "more than the 178 megapixels that are read; scale it down first" in text
    assert f"{size[0] * size[1]:,}".replace(",", " ") in text or f"{size[0]} x {size[1]}" in text


def test_a_large_poster_below_the_limit_warns_nobody(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_header(15_000, 10_000))  # 150 megapixels, but the data stops early
    assert "is damaged or truncated" in message(path)
    assert not recwarn.list


def test_a_gif_bomb() -> None:
    assert "more than the 178 megapixels" in message(STILLS / "decompression_bomb.gif")


def test_an_animation_cut_short(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (5, 40, 40), dtype=np.uint8)
    frames = [Image.fromarray(frame) for frame in noise]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    data = (tmp_path / "a.gif").read_bytes()
    (tmp_path / "a.gif").write_bytes(data[: len(data) * 9 // 10])
    with pytest.raises(MediaError, match="damaged or truncated"):
        media.open(tmp_path / "a.gif")


def test_a_video_without_its_index(tmp_path: Path, ffmpeg: Any, film: Path) -> None:
    path = tmp_path / "a.mp4"
    ffmpeg("-i", film, "-c", "copy", path)  # the index comes last
    path.write_bytes(path.read_bytes()[:-20_000])
    assert "is a damaged or truncated video" in message(path)


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_video_cut_in_the_middle(tmp_path: Path, ffmpeg: Any, film: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    ffmpeg("-i", film, "-c", "copy", "-an", "-movflags", "+faststart", path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if ending == "mp4" else data[: len(data) * 2 // 5])
    clip = media.open(path)
    seen = 0
    with pytest.raises(MediaError) as caught:
        for batch in clip.batches(4):
            seen += len(batch)
    assert 3 < seen < 40  # what came before the damage was given
    text = str(caught.value)
    assert f"truncated: {seen} of 50 frames could be read" in text if ending == "mp4" else "truncated" in text
    assert "\n" not in text and "export or download it again" in text


def test_sound_alone(tmp_path: Path, ffmpeg: Any) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", "-c:a", "aac", tmp_path / "a.mp4")
    assert "only sound" in message(tmp_path / "a.mp4")


def test_a_huge_video_frame(tmp_path: Path, ffmpeg: Any, monkeypatch: pytest.MonkeyPatch, film: Path) -> None:
    monkeypatch.setattr("brandkit.media.guard.MAX_PIXELS", 320 * 180 - 1)
    assert "320 x 180 pixels are more than" in message(film)


def test_a_name_that_looks_like_an_address(
    tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(film, "concat:a|b.mp4")
    assert len(pixels(media.open("concat:a|b.mp4"))) == 50


def test_a_codec_that_nobody_knows(tmp_path: Path, film: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(film.read_bytes().replace(b"avc1", b"zzzz"))
    assert "its codec is not known; export it as" in message(tmp_path / "a.mp4")
