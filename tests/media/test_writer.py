from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from brandkit import media
from brandkit.errors import OutputError
from brandkit.media import Frames

from .tools import COLOURS, bars, frames_of, like, picture, pixels

NOISE = np.random.default_rng(4).integers(0, 256, (3, 6, 8, 3), dtype=np.uint8)


@pytest.mark.parametrize("ending", ["png", "tif", "tiff", "webp"])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (6, 8)])
def test_stills_without_loss(tmp_path: Path, ending: str, size: tuple[int, int]) -> None:
    rgb = NOISE[0, : size[0], : size[1]]
    written = media.write(tmp_path / f"new/a.{ending}", frames_of(rgb), like("image"))
    assert written.notes == () and written.path == tmp_path / f"new/a.{ending}"
    clip = media.open(written.path)
    assert np.array_equal(picture(clip), rgb)
    assert "taken as they are" in clip.source.notes[0]


def test_png_states_srgb(tmp_path: Path) -> None:
    media.write(tmp_path / "a.png", frames_of(NOISE[0]), like("image"))
    assert Image.open(tmp_path / "a.png").info["srgb"] == 1


def test_jpeg_says_that_it_is_not_exact(tmp_path: Path) -> None:
    written = media.write(tmp_path / "a.jpg", frames_of(bars()), like("image"))
    assert "JPEG cannot hold a colour exactly" in written.notes[0]
    image = Image.open(tmp_path / "a.jpg")
    assert all(part[1:3] == (1, 1) for part in image.layer)  # 4:4:4
    assert np.abs(picture(media.open(tmp_path / "a.jpg")) - bars()).max() <= 12


@pytest.mark.parametrize("ending", ["png", "apng"])
def test_apng_keeps_every_frame_and_its_time(tmp_path: Path, ending: str) -> None:
    rgb = np.concatenate((NOISE, NOISE[2:], NOISE[:1]))  # equal neighbours too
    seconds = [0, 0.1, 0.15, 0.4, 0.41]
    written = media.write(tmp_path / f"a.{ending}", frames_of(rgb, seconds), like("animation", duration=0.5))
    clip = media.open(written.path)
    assert np.array_equal(pixels(clip).permute(0, 2, 3, 1).numpy(), rgb)
    assert next(iter(clip.batches())).seconds[:4] == pytest.approx(seconds[:4])
    assert "without loss" in written.notes[0]


def test_animated_webp_keeps_pixels_and_times(tmp_path: Path) -> None:
    written = media.write(
        tmp_path / "a.webp", frames_of(NOISE, [0, 0.1, 0.3]), like("animation", duration=0.5)
    )
    clip = media.open(written.path)
    assert np.array_equal(pixels(clip).permute(0, 2, 3, 1).numpy(), NOISE)
    assert next(iter(clip.batches())).seconds == pytest.approx((0, 0.1, 0.3))
    assert clip.source.duration == pytest.approx(0.5)


def test_a_sequence_goes_into_a_folder_or_under_a_pattern(tmp_path: Path) -> None:
    media.write(tmp_path / "shots", frames_of(NOISE), like("sequence"))
    assert sorted(p.name for p in (tmp_path / "shots").iterdir()) == [f"frame_{i:06d}.png" for i in range(3)]
    media.write(tmp_path / "more" / "s_%03d.png", frames_of(NOISE), like("sequence"))
    again = pixels(media.open(tmp_path / "more" / "s_%03d.png"))
    assert np.array_equal(again.permute(0, 2, 3, 1).numpy(), NOISE)


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_flat_colours_come_back_as_held(tmp_path: Path, ending: str) -> None:
    rgb = np.broadcast_to(bars(32), (3, *bars(32).shape)).copy()
    written = media.write(tmp_path / f"a.{ending}", frames_of(rgb), like("video"))
    seen = picture(media.open(written.path))[32, 16::32]
    held = [media.held_colour(colour) for colour in COLOURS]  # type: ignore[arg-type]
    assert np.abs(seen - held).max() <= 1
    assert "H.264 (x264, CRF 12), 8 bits, BT.709, limited range, 4:2:0" in written.notes[0]


def test_all_four_colour_tags_are_set_and_other_programs_read_them(tmp_path: Path, ffmpeg: Any) -> None:
    """Trap 1: samples and tags must agree; ffmpeg's own conversion by the tags is the witness."""
    media.write(tmp_path / "a.mp4", frames_of(bars(32)), like("video"))
    how = "scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
    out = ffmpeg("-i", tmp_path / "a.mp4", "-vf", how, "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    theirs = np.frombuffer(out, dtype=np.uint8).reshape(64, -1, 3)[32, 16::32].astype(int)
    assert np.abs(theirs - COLOURS).max() <= 2
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "a.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_range) == (1, 1)
        assert (context.color_primaries, context.color_trc) == (1, 1)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (5, 4)])
def test_odd_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    rgb = np.broadcast_to(np.array((200, 30, 60), dtype=np.uint8), (2, *size, 3)).copy()
    for ending, codec in (("mp4", "h264"), ("mkv", "ffv1")):
        written = media.write(tmp_path / f"a.{ending}", frames_of(rgb), like("video"), codec=codec)  # type: ignore[arg-type]
        again = pixels(media.open(written.path)).permute(0, 2, 3, 1).numpy().astype(int)
        assert again.shape == rgb.shape and np.abs(again - rgb).max() <= 1
    assert "4:4:4" in media.write(tmp_path / "b.mp4", frames_of(rgb), like("video")).notes[0]


def test_ffv1_is_exact(tmp_path: Path) -> None:
    written = media.write(tmp_path / "a.mkv", frames_of(NOISE), like("video"), codec="ffv1")
    assert np.array_equal(pixels(media.open(written.path)).permute(0, 2, 3, 1).numpy(), NOISE)
    assert "without loss" in written.notes[0]
    with pytest.raises(OutputError, match=r"FFV1 is written as \.mkv only"):
        media.write(tmp_path / "a.mp4", frames_of(NOISE), like("video"), codec="ffv1")


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_uneven_times_are_kept(tmp_path: Path, ffmpeg: Any, ending: str) -> None:
    seconds = [0, 0.1, 0.35, 0.4, 0.9]
    rgb = np.repeat(NOISE[:1], 5, axis=0)
    media.write(tmp_path / f"a.{ending}", frames_of(rgb, seconds), like("video", duration=1.0))
    clip = media.open(tmp_path / f"a.{ending}")
    assert next(iter(clip.batches())).seconds == pytest.approx(seconds, abs=1e-3)
    if ending == "mp4":
        assert clip.source.duration == pytest.approx(1.0)
    # ffmpeg as the witness
    listing = ffmpeg("-i", tmp_path / f"a.{ending}", "-c", "copy", "-f", "framemd5", "-").decode()
    base = Fraction(re.search(r"#tb 0: (\S+)", listing)[1])  # type: ignore[index]
    times = sorted(float(int(line.split(",")[2]) * base) for line in listing.splitlines() if line[0] != "#")
    assert times == pytest.approx(seconds, abs=1e-3)


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_sound_is_copied_bit_for_bit(tmp_path: Path, ffmpeg: Any, film: Path, ending: str) -> None:
    clip = media.open(film)
    written = media.write(tmp_path / f"a.{ending}", clip.batches(), clip.source)
    assert "sound copied as it was" in written.notes
    digest = [
        ffmpeg("-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-") for path in (film, written.path)
    ]
    assert digest[0] == digest[1]
    again = media.open(written.path)
    before, after = ([s for b in c.batches() for s in b.seconds] for c in (clip, again))
    # Matroska knows no time before zero, so the encoder's run-up of the sound moves all of it
    shift = after[0] - before[0]
    assert np.subtract(after, before) == pytest.approx(shift, abs=1e-3)
    assert shift == 0 if ending != "mkv" else 0 <= shift < 0.05
    difference = pixels(again).float() - pixels(clip).float()
    assert difference.abs().mean() < 2.5 and difference.mean().abs() < 0.3


def test_sound_that_the_container_cannot_hold_is_left_out_and_said(
    tmp_path: Path, ffmpeg: Any, film: Path
) -> None:
    ffmpeg("-i", film, "-t", "0.2", "-c:v", "copy", "-c:a", "wmav2", tmp_path / "in.mkv")
    clip = media.open(tmp_path / "in.mkv")
    written = media.write(tmp_path / "out.mp4", clip.batches(), clip.source)
    assert any("sound left out" in note and "wmav2" in note for note in written.notes)


def test_frames_may_replace_the_file_they_come_from(tmp_path: Path, ffmpeg: Any, film: Path) -> None:
    ffmpeg("-i", film, "-t", "0.4", "-c", "copy", tmp_path / "a.mp4")
    clip = media.open(tmp_path / "a.mp4")
    count = len(pixels(clip))
    media.write(tmp_path / "a.mp4", clip.batches(4), clip.source)
    assert len(pixels(media.open(tmp_path / "a.mp4"))) == count
    assert sorted(p.name for p in (tmp_path).iterdir()) == ["a.mp4"]


def failing(error: BaseException) -> Iterator[Frames]:
    yield from frames_of(NOISE[:1])
    raise error


@pytest.mark.parametrize(
    ("kind", "name"), [("video", "a.mp4"), ("animation", "a.png"), ("image", "a.png"), ("sequence", "a")]
)
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("x")])
def test_nothing_is_left_behind(tmp_path: Path, kind: str, name: str, error: BaseException) -> None:
    with pytest.raises(type(error)):
        media.write(tmp_path / name, failing(error), like(kind))
    assert [p for p in tmp_path.rglob("*") if p.is_file() or p.suffix == ".part"] == []


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        (
            "animation",
            "a.gif",
            "'.gif' is not written for a clip of kind 'animation'; use .png or .apng or .webp",
        ),
        ("image", "a.mp4", "use .png or .tif"),
        ("image", "a", "without an ending"),
        ("video", "a.avi", "use .mp4 or .mov or .mkv"),
        ("sequence", "a.png", "use a folder or .mp4"),
        ("sequence", "a_%s.png", "holds no number"),
    ],
)
def test_an_ending_that_does_not_fit(tmp_path: Path, kind: str, name: str, words: str) -> None:
    with pytest.raises(OutputError) as caught:
        media.write(tmp_path / name, frames_of(NOISE), like(kind))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "name"), [("video", "a.mp4"), ("animation", "a.png"), ("image", "a.png"), ("sequence", "a")]
)
def test_no_frame_at_all(tmp_path: Path, kind: str, name: str) -> None:
    empty = Frames(torch.empty((0, 3, 4, 4), dtype=torch.uint8), 0, ())
    with pytest.raises(OutputError, match="frame"):
        media.write(tmp_path / name, [empty], like(kind))


def test_two_frames_are_no_picture(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds one frame, 3 were given"):
        media.write(tmp_path / "a.png", frames_of(NOISE), like("image"))


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for kind, name in (("image", "a.png"), ("video", "a.mp4"), ("sequence", "shots")):
        with pytest.raises(OutputError, match="choose another path"):
            media.write(tmp_path / "file" / name, frames_of(NOISE[:1]), like(kind))


def test_a_full_disk_during_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda n: "full")
    (tmp_path / ".full.part.mkv").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="the disk is full; free some space"):
        media.write(tmp_path / "a.mkv", frames_of(np.repeat(NOISE, 40, axis=0)), like("video"), codec="ffv1")
    assert sorted(p.name for p in (tmp_path).iterdir()) == []
