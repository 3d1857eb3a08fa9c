"""The siting of chroma, as ffmpeg wrote it, and threads that ask for it at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest

from brandkit.media import siting

CODECS = {"mp4": "libx264", "ts": "libx264", "mkv": "ffv1", "avi": "libx264"}

MANY = """
import sys, threading
from brandkit import media
from brandkit.media.frame import nth

left = [40] * 6
def look(k):
    while left[k]:
        nth(media.open(sys.argv[1]), 17)
        left[k] -= 1
threads = [threading.Thread(target=look, args=(k,), daemon=True) for k in range(len(left))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sum(left))
"""


@pytest.mark.parametrize("ending", CODECS)
@pytest.mark.parametrize("name", ["left", "center", "topleft", "top"])
def test_what_a_file_states(tmp_path: Path, ffmpeg: Any, name: str, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=0.2", "-pix_fmt", "yuv420p",
           "-c:v", CODECS[ending], "-chroma_sample_location", name, path)  # fmt: skip
    with av.open(str(path)) as container:
        assert siting.stated(container.streams.video[0]) == name


def test_a_silent_file_and_a_codec_that_matroska_does_not_hold(tmp_path: Path, ffmpeg: Any) -> None:
    for name, codec in (("a.mkv", "ffv1"), ("a.avi", "cljr")):
        path = tmp_path / name
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=0.2", "-c:v", codec,
               "-strict", "-1", path)  # fmt: skip
        with av.open(str(path)) as container:
            assert siting.stated(container.streams.video[0]) is None


def test_threads_that_open_clips_at_once_do_not_wait_for_one_another(film: Path) -> None:
    """In a process of its own, since threads that wait for each other's interpreter cannot be ended."""
    done = subprocess.run([sys.executable, "-c", MANY, film], capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.stderr) == ("0", "")
