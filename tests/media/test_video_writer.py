"""What a corrected video keeps of its source: colour tags, depth, timing and sound, by every codec."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from brandkit import media
from brandkit.media import Codec, Frames, Written
from brandkit.media.codecs import CODECS

from ..conftest import ACME, Command
from .test_video import at_bar_centres, encode
from .tools import COLOURS, bars, frames_of, like, picture, pixels

DATA = Path(__file__).parents[1] / "data" / "video"
WIDE = 40  # seven bars: 280 pixels, which DNxHR takes
HEIGHT = 128


def tags_in(path: Path) -> tuple[int, int, int, int]:
    """Matrix, range (1 limited, 2 full), primaries and transfer that a decoder is told of."""
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    stated = (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc)
    return tuple(int(code) for code in stated)  # type: ignore[return-value]


def again(path: Path, codec: Codec, folder: Path) -> Written:
    clip = media.open(path)
    written = media.write(folder / f"out{CODECS[codec].endings[0]}", clip.batches(), clip.source, codec=codec)
    assert np.abs(at_bar_centres(media.open(written.path), WIDE) - at_bar_centres(clip, WIDE)).max() <= 2
    return written


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize(("matrix", "code"), [("601", 5), ("601", 6), ("709", 1), ("2020", 9)])
def test_matrix_and_range_stay(
    tmp_path: Path, ffmpeg: Any, codec: Codec, full: bool, matrix: str, code: int
) -> None:
    tags = f"matrix_coefficients={code}:video_full_range_flag={int(full)}"
    path = encode(ffmpeg, tmp_path / "a.mp4", bars(WIDE, HEIGHT), matrix, full, 8, tags)
    written = again(path, codec, tmp_path)
    assert tags_in(written.path) == (code, 1 + full, 1, 1)
    assert f"BT.{matrix}, {'full' if full else 'limited'} range" in written.notes[0]
    assert not any("not kept" in note for note in written.notes)


@pytest.mark.parametrize("codec", ["prores", "prores-4444", "dnxhr", "dnxhr-444"])
@pytest.mark.parametrize(("matrix", "code"), [("601", 6), ("2020", 9)])
def test_what_an_editing_codec_cannot_say_is_not_kept_and_said(
    tmp_path: Path, ffmpeg: Any, codec: Codec, matrix: str, code: int
) -> None:
    tags = f"matrix_coefficients={code}:video_full_range_flag=1"
    path = encode(ffmpeg, tmp_path / "a.mp4", bars(WIDE, HEIGHT), matrix, True, 8, tags)
    written = again(path, codec, tmp_path)
    kept = codec.startswith("prores")
    assert tags_in(written.path) == (code if kept else 1, 1, 1, 1)
    assert any("full range is not kept" in note for note in written.notes)
    assert any(f"matrix BT.{matrix} is not kept" in note for note in written.notes) != kept


@pytest.mark.parametrize("codec", ["h264", "prores"])
def test_primaries_and_transfer_stay_where_the_pixels_were_taken_as_they_are(
    tmp_path: Path, ffmpeg: Any, codec: Codec
) -> None:
    tags = "matrix_coefficients=6:colour_primaries=6:transfer_characteristics=6"
    path = encode(ffmpeg, tmp_path / "a.mp4", bars(WIDE, HEIGHT), "601", False, 8, tags)
    written = again(path, codec, tmp_path)
    assert tags_in(written.path) == (6, 1, 6, 6)
    assert "primaries 6 and transfer 6 of ITU-T H.273 as before" in written.notes[0]


def test_wide_primaries_that_were_converted_are_bt709_now(tmp_path: Path, ffmpeg: Any) -> None:
    tags = "matrix_coefficients=9:colour_primaries=9:transfer_characteristics=14"
    path = encode(ffmpeg, tmp_path / "a.mp4", bars(WIDE, HEIGHT), "2020", False, 10, tags)
    written = again(path, "h264", tmp_path)
    assert tags_in(written.path) == (9, 1, 1, 1)
    assert "primaries and transfer are BT.709 now: its pixels were converted to sRGB" in written.notes


@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_is_bt709_now(tmp_path: Path, ffmpeg: Any, transfer: int) -> None:
    tags = f"matrix_coefficients=9:colour_primaries=9:transfer_characteristics={transfer}"
    path = encode(ffmpeg, tmp_path / "a.mp4", bars(WIDE, HEIGHT), "2020", False, 10, tags)
    written = again(path, "h265", tmp_path)
    assert tags_in(written.path) == (1, 1, 1, 1)
    assert "all of its colour is BT.709 now: it was HDR and is shown as sRGB" in written.notes


def test_an_untagged_video_is_tagged_as_it_was_read(tmp_path: Path, ffmpeg: Any) -> None:
    path = encode(ffmpeg, tmp_path / "a.mp4", bars(WIDE, HEIGHT), "601", False, 8, "")
    assert tags_in(again(path, "h264", tmp_path).path) == (6, 1, 1, 1)


def test_rgb_goes_to_bt709_limited(tmp_path: Path, ffmpeg: Any) -> None:
    media.write(tmp_path / "a.mkv", frames_of(bars(WIDE, HEIGHT)), like("video"), codec="ffv1")
    assert tags_in(tmp_path / "a.mkv")[0] == 0
    assert tags_in(again(tmp_path / "a.mkv", "h264", tmp_path).path) == (1, 1, 1, 1)


@pytest.mark.parametrize("codec", CODECS)
def test_a_source_of_10_bits_becomes_10_bits_where_the_codec_has_them(
    tmp_path: Path, ffmpeg: Any, codec: Codec
) -> None:
    path = encode(ffmpeg, tmp_path / "a.mp4", bars(WIDE, HEIGHT), "601", False, 10, "")
    clip = media.open(path)
    assert clip.source.bits == 10
    written = again(path, codec, tmp_path)
    bits = 8 if codec == "h264-rgb" else 10
    assert media.open(written.path).source.bits in (bits, 12 if codec == "prores-4444" else bits)
    assert f"{bits} bits" in written.notes[0]
    assert any("the source's 10 bits a channel became 8" in note for note in written.notes) == (bits == 8)
    assert any("corrected in 8" in note for note in written.notes) == (bits == 10)


@pytest.mark.parametrize("codec", CODECS)
def test_uneven_times_are_kept_exactly(tmp_path: Path, ffmpeg: Any, codec: Codec) -> None:
    """The clock is the source's, so no time stamp is rounded; Matroska only counts milliseconds."""
    path = tmp_path / "in.mp4"
    times = "if(lt(N,4),N*1001,4004+(N-4)*2507)"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=256x128:rate=25:duration=0.4", "-vf",
           f"settb=1/24000,setpts='{times}'", "-fps_mode", "vfr", "-enc_time_base", "1:24000",
           "-video_track_timescale", "24000", "-c:v", "libx264", path)  # fmt: skip
    clip = media.open(path)
    seconds = [s for batch in clip.batches(3) for s in batch.seconds]
    ticks = [n * 1001 if n < 4 else 4004 + (n - 4) * 2507 for n in range(10)]
    assert seconds == [float(Fraction(tick, 24000)) for tick in ticks]
    out = tmp_path / f"out{CODECS[codec].endings[0]}"
    media.write(out, clip.batches(4), clip.source, codec=codec)
    written = media.open(out)
    found = [s for batch in written.batches(3) for s in batch.seconds]
    assert found == (pytest.approx(seconds, abs=5.1e-4) if codec == "ffv1" else seconds)
    if codec != "ffv1":
        # The last frame is shown as long as the one before it.
        assert written.source.duration == pytest.approx(2 * seconds[-1] - seconds[-2], abs=1e-3)
        assert written.source.frames == 10


@pytest.mark.parametrize("codec", CODECS)
def test_a_real_film_keeps_size_rate_length_and_sound(tmp_path: Path, ffmpeg: Any, codec: Codec) -> None:
    source = tmp_path / "bunny.mp4"
    ffmpeg("-i", DATA / "bigbuckbunny.mp4", "-t", "0.3", "-c", "copy", source)
    clip = media.open(source)
    out = tmp_path / f"out{CODECS[codec].ending('.mp4')}"
    written = media.write(out, clip.batches(4), clip.source, codec=codec)
    found = media.open(out)
    assert (found.source.width, found.source.height) == (clip.source.width, clip.source.height)
    assert found.source.fps is not None and clip.source.fps is not None
    assert float(found.source.fps) == pytest.approx(float(clip.source.fps), rel=0.01)
    assert len(pixels(found)) == len(pixels(clip))
    away = (pixels(found).float() - pixels(clip).float()).abs()
    assert away.mean() < (0.01 if CODECS[codec].lossless else 2)
    assert "sound copied as it was" in written.notes
    sound = [ffmpeg("-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-") for path in (source, out)]
    assert sound[0] == sound[1]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("codec", CODECS)
def test_a_clip_of_few_frames_is_written(tmp_path: Path, codec: Codec, count: int) -> None:
    rgb = np.repeat(bars(WIDE, HEIGHT)[None], count, axis=0)
    # A minute apart, as slides may be.
    frames = frames_of(rgb, [60.0 * n for n in range(count)])
    path = tmp_path / f"a{CODECS[codec].endings[0]}"
    media.write(path, frames, like("video", duration=60.0 * count), codec=codec)
    clip = media.open(path)
    assert [s for batch in clip.batches() for s in batch.seconds] == [60.0 * n for n in range(count)]


def test_frames_of_the_same_colours_by_two_matrices_do_not_mix(tmp_path: Path, ffmpeg: Any) -> None:
    """The table of triples belongs to one matrix and range; a batch of files may have several."""
    for name, matrix, code in (("a", "601", 6), ("b", "709", 1), ("c", "2020", 9), ("a", "601", 6)):
        tags = f"matrix_coefficients={code}:video_full_range_flag=0"
        path = encode(ffmpeg, tmp_path / f"{name}.mp4", bars(WIDE, HEIGHT), matrix, False, 8, tags)
        written = again(path, "h264", tmp_path)
        assert np.abs(at_bar_centres(media.open(written.path), WIDE) - COLOURS).max() <= 2


def drifted(folder: Path) -> Path:
    """A flat blue beside the brand's, which every frame of a film shows."""
    rgb = np.full((4, 128, 256, 3), 255, dtype=np.uint8)
    rgb[:, 32:, :] = (10, 85, 245)
    return media.write(folder / "film.mkv", frames_of(rgb), like("video"), codec="ffv1").path


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("h264", "blue: this codec holds #0A58FA as "),
        ("prores", "blue: #0A58FA is held exactly"),
        ("ffv1", "blue: #0A58FA is held exactly"),
    ],
)
def test_the_report_says_what_the_codec_holds_of_each_brand_colour(
    run: Command, acme: Path, tmp_path: Path, codec: Codec, said: str
) -> None:
    acme.write_text(ACME.replace("#0050FF", "#0A58FA"))
    film = drifted(tmp_path)
    assert run("correct", film, "-b", acme, "-o", tmp_path / "out", "--codec", codec).status == 0
    (correction,) = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["corrections"]
    note = correction["note"]
    assert said in note
    out = tmp_path / "out" / f"film.corrected{CODECS[codec].ending('.mkv')}"
    shown = "#{:02X}{:02X}{:02X}".format(*picture(media.open(out))[100, 128])
    if codec == "h264":
        held = note[note.index(said) + len(said) :]
        assert held.startswith(shown) and "CIEDE2000 away; h264-rgb, ffv1, h265" in held
    else:
        assert shown == "#0A58FA"
    assert note.count("picture encoded again as") == 1


def test_deep_frames_without_a_source_of_many_bits_stay_in_8(tmp_path: Path) -> None:
    deep = torch.full((1, 3, 16, 16), 100.4)
    frames = Frames(deep.round().to(torch.uint8), 0, (0.0,), deep=deep)
    media.write(tmp_path / "a.mp4", [frames], like("video"))
    assert media.open(tmp_path / "a.mp4").source.bits == 8
