from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from brandkit import media
from brandkit.errors import MediaError

from .tools import pixels


def render(folder: Path, numbers: list[int], size: tuple[int, int] = (4, 3)) -> Path:
    for number in numbers:
        Image.new("RGB", size, (number, 0, 0)).save(folder / f"shot_{number:04d}.png")
    return folder / "shot_%04d.png"


def test_numbered_stills_are_one_clip(tmp_path: Path) -> None:
    clip = media.open(render(tmp_path, [8, 9, 10, 11]))
    source = clip.source
    assert (source.kind, source.width, source.height, source.frames) == ("sequence", 4, 3, 4)
    assert source.fps == 24 and source.duration == pytest.approx(4 / 24)
    assert "24 a second assumed" in source.notes[0]
    assert pixels(clip, 3)[:, 0, 0, 0].tolist() == [8, 9, 10, 11]
    assert [b.first for b in clip.batches(3)] == [0, 3]
    data = b"".join(p.read_bytes() for p in sorted(tmp_path.iterdir()))
    assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_missing_numbers_are_mentioned(tmp_path: Path) -> None:
    clip = media.open(render(tmp_path, [1, 2, 5]))
    assert "2 numbers are missing between 1 and 5" in clip.source.notes


def test_all_stills_must_be_of_one_size(tmp_path: Path) -> None:
    pattern = render(tmp_path, [1, 2])
    render(tmp_path, [3], (5, 3))
    seen = 0
    with pytest.raises(MediaError, match=r"shot_0003.png: is 5 x 3, the sequence began with 4 x 3"):
        for batch in media.open(pattern).batches(2):
            seen += len(batch)
    assert seen == 2


def test_no_such_stills(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no file matches; check the folder and the number of digits"):
        media.open(tmp_path / "shot_%04d.png")
