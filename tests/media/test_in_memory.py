"""Pictures that lie in no file: judged and corrected as files are."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

import brandkit
from brandkit.errors import MediaError
from brandkit.media.in_memory import InMemory
from tests.conftest import panel, saved


def test_a_picture_in_memory_is_judged_as_its_file_is(acme: Path, tmp_path: Path) -> None:
    brand = brandkit.Brand.load(acme)
    in_file = brandkit.check(saved(panel(), tmp_path / "bad.png"), brand, checks=["palette"])
    for pixels in (panel(), np.asarray(panel()), torch.from_numpy(np.array(panel())).permute(2, 0, 1)):
        found = brandkit.check(InMemory(pixels, "bad"), brand, checks=["palette"])
        assert [(f.metric, f.value) for f in found.findings] == [
            (f.metric, f.value) for f in in_file.findings
        ]


def test_frames_with_a_rate_are_a_video_in_batches() -> None:
    frames = torch.arange(5, dtype=torch.uint8)[:, None, None, None].expand(5, 3, 4, 6)
    clip = InMemory(frames, fps=24000 / 1001)
    assert (clip.source.kind, clip.source.frames, clip.source.fps) == ("video", 5, Fraction(24000, 1001))
    parts = list(clip.batches(2))
    assert [(part.first, len(part)) for part in parts] == [(0, 2), (2, 2), (4, 1)]
    assert torch.equal(torch.cat([part.pixels for part in parts]), frames)
    assert parts[1].seconds == pytest.approx((2 * 1001 / 24000, 3 * 1001 / 24000))


def test_the_digest_is_that_of_the_pixels_and_their_shape() -> None:
    wide, high = np.zeros((2, 3, 3), np.uint8), np.zeros((3, 2, 3), np.uint8)
    digests = {InMemory(pixels).source.sha256 for pixels in (wide, high, wide + 1, wide.copy())}
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("pixels", "fps", "said"),
    [
        (np.zeros((2, 2, 3), np.float32), None, r"a: float32 \[3, 2, 2\] are no pixels; give uint8"),
        (np.zeros((2, 2, 4), np.uint8), None, r"uint8 \[4, 2, 2\] are no pixels"),
        (np.zeros((0, 2, 3), np.uint8), None, "are no pixels"),
        (np.zeros((2, 2, 2, 3), np.uint8), None, "2 frames are no still; give fps"),
        (np.zeros((2, 2, 2, 3), np.uint8), float("nan"), "nan is no number of frames a second"),
        (np.zeros((2, 2, 2, 3), np.uint8), -1, "-1 is no number of frames a second"),
    ],
)
def test_what_is_no_picture_is_refused(pixels: np.ndarray, fps: float | None, said: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(MediaError, match=said):
        InMemory(pixels, "a", fps)
