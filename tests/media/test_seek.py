"""A frame by its number, from a key frame: the same to the bit as from the start, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from brandkit import media
from brandkit.errors import MediaError
from brandkit.media import seek
from brandkit.media.clip import Clip
from brandkit.media.frame import nth
from brandkit.media.video import VideoClip, _opened

from .conftest import Ffmpeg

DATA = Path(__file__).parents[1] / "data" / "video"
FRAMES = 40


def _encode(path: Path, codec: str, options: dict[str, str], first_pts: int = 0) -> Path:
    """Noise that wanders, so that no two frames are alike."""
    noise = np.random.default_rng(0).integers(0, 255, (64, 96, 3), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        for k in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(np.roll(noise, 3 * k, 1), format="rgb24")
            frame.pts, frame.time_base = first_pts + k, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _sequential(clip: Clip) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    return [frame.numpy() for batch in clip.batches() for frame in batch.pixels]


X264 = {"g": "8", "bf": "3", "crf": "30", "threads": "1"}
CASES: dict[str, Callable[[Path], Path]] = {
    "b-frames": lambda to: _encode(to / "b.mp4", "libx264", X264),
    "open-groups": lambda to: _encode(to / "o.mp4", "libx264", {**X264, "x264-params": "open-gop=1"}),
    "a-later-start": lambda to: _encode(to / "l.mp4", "libx264", X264, first_pts=50),
    "matroska": lambda to: _encode(to / "m.mkv", "libx264", X264),
    "hevc": lambda to: _encode(
        to / "h.mp4", "libx265", {"x265-params": "keyint=8:bframes=3:open-gop=1:log-level=none:pools=1"}
    ),
    "vp9": lambda to: _encode(
        to / "v.webm", "libvpx-vp9", {"g": "8", "deadline": "realtime", "cpu-used": "8"}
    ),
    "one-key-frame": lambda to: _encode(to / "k.mp4", "libx264", {**X264, "g": "999"}),
    "all-key-frames": lambda to: _encode(to / "a.mp4", "libx264", {**X264, "g": "1"}),
    "mpeg4": lambda to: _encode(to / "4.mp4", "mpeg4", {"g": "8", "bf": "2"}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_frame_is_the_one_that_decoding_from_the_start_gives(name: str, tmp_path: Path) -> None:
    clip = media.open(CASES[name](tmp_path))
    assert isinstance(clip, VideoClip)
    expected = _sequential(clip)
    assert len(expected) == FRAMES
    for number in range(FRAMES):
        found = clip.sought(number)
        assert found is not None, number
        np.testing.assert_array_equal(found.numpy(), expected[number])


@pytest.mark.parametrize("name", ["bigbuckbunny.mp4", "bt709_full_range.mp4", "h264_10bits.mp4"])
def test_frames_of_real_files_are_those_of_decoding_from_the_start(name: str) -> None:
    clip = media.open(DATA / name)
    assert isinstance(clip, VideoClip)
    expected = _sequential(clip)
    for number in {0, 1, len(expected) // 2, len(expected) - 1}:
        found = clip.sought(number)
        if found is not None:
            np.testing.assert_array_equal(found.numpy(), expected[number])


def test_a_picture_that_is_refreshed_bit_by_bit_is_never_wrong(tmp_path: Path) -> None:
    path = _encode(tmp_path / "r.mp4", "libx264", {**X264, "bf": "0", "x264-params": "intra-refresh=1"})
    clip = media.open(path)
    assert isinstance(clip, VideoClip)
    for number, expected in enumerate(_sequential(clip)):
        found = clip.sought(number)
        if found is not None:
            np.testing.assert_array_equal(found.numpy(), expected)


def test_a_container_that_tells_nothing_is_decoded_from_the_start(tmp_path: Path) -> None:
    path = _encode(tmp_path / "t.ts", "libx264", X264)
    clip = media.open(path)
    assert isinstance(clip, VideoClip)
    assert clip.sought(9) is None
    np.testing.assert_array_equal(nth(clip, 9), _sequential(clip)[9].transpose(1, 2, 0))


def test_few_frames_are_decoded(tmp_path: Path) -> None:
    path = CASES["b-frames"](tmp_path)
    with _opened(path) as (container, stream):
        assert seek.frame(container, stream, 33) is not None
        at = container.demux(stream)
        assert len([packet for packet in at if packet.size]) <= FRAMES - 33


def test_a_frame_that_there_is_not_says_so(tmp_path: Path) -> None:
    clip = media.open(CASES["b-frames"](tmp_path))
    with pytest.raises(MediaError, match="has no frame 40"):
        nth(clip, FRAMES)


RUNS = ((0, 5), (7, 8), (8, 17), (13, 31), (31, FRAMES), (0, FRAMES))


def _same(clip: Clip, runs: tuple[tuple[int, int], ...]) -> None:
    """Whether runs of frames are those of one pass: pixels, numbers and times."""
    assert isinstance(clip, VideoClip)
    known = clip.index()
    assert known is not None
    whole = list(clip.batches(1))
    assert len(known) == len(whole)
    for first, stop in runs:
        numbers = []
        for batch in clip.run(known, first, stop, 4):
            for k in range(len(batch)):
                number = batch.first + k
                numbers.append(number)
                assert batch.seconds[k] == whole[number].seconds[0]
                np.testing.assert_array_equal(batch.picture(k).numpy(), whole[number].picture(0).numpy())
        assert numbers == list(range(first, stop))


@pytest.mark.parametrize("name", CASES)
def test_a_run_of_frames_is_that_of_one_pass(name: str, tmp_path: Path) -> None:
    _same(media.open(CASES[name](tmp_path)), RUNS)


MADE = {
    "10-bit": (
        "m.mp4",
        ["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "keyint=9:log-level=none"],
    ),
    "interlaced": ("m.mp4", ["-c:v", "libx264", "-flags", "+ilme+ildct", "-g", "9"]),
    "alpha": ("m.mov", ["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"]),
    "uneven": (
        "m.mkv",
        ["-c:v", "libx264", "-g", "9", "-vf", "setpts=PTS+gt(mod(N\\,5)\\,2)/30/TB", "-fps_mode", "vfr"],
    ),
    "live": ("m.mkv", ["-c:v", "libx264", "-g", "9", "-live", "1"]),
    "with-sound": ("m.mp4", ["-f", "lavfi", "-i", "sine=r=44100", "-c:v", "libx264", "-g", "9", "-shortest"]),
}


@pytest.mark.parametrize("name", MADE)
def test_runs_of_unusual_files_are_those_of_one_pass(name: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path, how = MADE[name]
    sources = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25:duration=1.6"]
    ffmpeg(*sources, *how, str(tmp_path / path))
    _same(media.open(tmp_path / path), ((9, 14), (13, 31), (30, 40)))


def test_runs_of_a_film_that_is_turned_are_those_of_one_pass(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    plain = _encode(tmp_path / "p.mp4", "libx264", X264)
    ffmpeg("-display_rotation", "90", "-i", str(plain), "-c", "copy", str(tmp_path / "t.mp4"))
    clip = media.open(tmp_path / "t.mp4")
    assert (clip.source.width, clip.source.height) == (64, 96)
    _same(clip, RUNS)


def test_what_an_edit_list_hides_makes_no_index(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    plain = _encode(tmp_path / "p.mp4", "libx264", X264)
    ffmpeg("-ss", "0.5", "-i", str(plain), "-c", "copy", str(tmp_path / "e.mp4"))
    clip = media.open(tmp_path / "e.mp4")
    assert isinstance(clip, VideoClip) and clip.index() is None


def test_a_truncated_film_makes_no_index(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    plain, path = _encode(tmp_path / "p.mp4", "libx264", X264), tmp_path / "t.mp4"
    ffmpeg("-i", plain, "-c", "copy", "-movflags", "+faststart", path)
    path.write_bytes(path.read_bytes()[:-2000])
    clip = media.open(path)
    assert isinstance(clip, VideoClip) and clip.index() is None


def test_a_run_of_what_is_refreshed_bit_by_bit_is_refused(tmp_path: Path) -> None:
    path = _encode(tmp_path / "r.mp4", "libx264", {**X264, "bf": "0", "x264-params": "intra-refresh=1"})
    clip = media.open(path)
    assert isinstance(clip, VideoClip)
    known = clip.index()
    assert known is not None
    expected = _sequential(clip)
    try:
        found = [frame.numpy() for batch in clip.run(known, 20, 25) for frame in batch.pixels]
    except seek.InexactError:
        return
    np.testing.assert_array_equal(found, expected[20:25])
