"""Whatever is done to a video's bytes, reading it ends in frames or in one line that names the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brandkit import media
from brandkit.errors import MediaError

from .conftest import Ffmpeg

CODECS = {
    "mp4": ("-c:v", "libx264"),
    "mov": ("-c:v", "prores_ks"),
    "mkv": ("-c:v", "ffv1"),
    "webm": ("-c:v", "libvpx-vp9"),
    "avi": ("-c:v", "mjpeg"),
    "y4m": (),
    "ts": ("-c:v", "mpeg2video"),
}
FRAMES, WIDTH, HEIGHT = 5, 48, 32


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("seeds")
    for ending, codec in CODECS.items():
        source = f"testsrc2=size={WIDTH}x{HEIGHT}:rate=25:duration={FRAMES / 25}"
        ffmpeg("-f", "lavfi", "-i", source, *codec, folder / f"a.{ending}")
    return {ending: (folder / f"a.{ending}").read_bytes() for ending in CODECS}


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        near = draw(st.sampled_from([200, 1500, len(changed)]))
        place = draw(st.integers(0, max(0, min(near, len(changed)) - 1)))
        length = draw(st.integers(1, 12))
        match draw(st.sampled_from(["write", "drop", "double", "cut", "ones"])):
            case "write":
                changed[place : place + length] = draw(st.binary(min_size=length, max_size=length))
            case "drop":
                del changed[place : place + length]
            case "double":
                changed[place:place] = changed[place : place + length]
            case "cut":
                del changed[max(1, place) :]
            case _:
                changed[place : place + length] = b"\xff" * length
    return bytes(changed)


@pytest.mark.parametrize("ending", CODECS)
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_damaged_video_is_read_or_refused_in_one_line(
    seeds: dict[str, bytes], ending: str, draw: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{ending}"
        path.write_bytes(draw.draw(damaged(seeds[ending])))
        count = 0
        try:
            for frames in media.open(path).batches(2):
                count += len(frames)
                assert frames.pixels.shape[1] == 3
                assert count < 1000 * FRAMES
        except MediaError as error:
            assert str(path) in str(error)
            assert "\n" not in str(error)
