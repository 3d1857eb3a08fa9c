from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brandkit import media

from .tools import pixels

SHADES = [(200, 30, 60), (0, 80, 255), (0, 80, 255), (20, 160, 90)]


def animate(path: Path, durations: list[int] | int, **how: object) -> Path:
    frames = [Image.new("RGB", (5, 3), shade) for shade in SHADES]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, **how)
    return path


@pytest.mark.parametrize(("ending", "how"), [("gif", {}), ("png", {}), ("webp", {"lossless": True})])
def test_frames_and_times(tmp_path: Path, ending: str, how: dict[str, object]) -> None:
    # Pillow merges the equal neighbours: 120 + 40 ms
    clip = media.open(animate(tmp_path / f"a.{ending}", [100, 120, 40, 200], **how))
    (batch,) = clip.batches()
    assert batch.seconds == pytest.approx((0, 0.1, 0.26))
    colours = batch.pixels[:, :, 0, 0].numpy().astype(int)
    assert np.abs(colours - [SHADES[0], SHADES[1], SHADES[3]]).max() <= (1 if ending == "gif" else 0)
    source = clip.source
    assert (source.kind, source.frames, source.width, source.height) == ("animation", 3, 5, 3)
    assert source.duration == pytest.approx(0.46)
    assert float(source.fps or 0) == pytest.approx(3 / 0.46, abs=1e-2)


def test_delays_too_short_are_shown_as_browsers_do(tmp_path: Path) -> None:
    clip = media.open(animate(tmp_path / "a.gif", 0))
    assert next(iter(clip.batches())).seconds[1] == pytest.approx(0.1)
    assert any("taken as 100 ms, as browsers do" in note for note in clip.source.notes)


def test_batches_do_not_change_frames(tmp_path: Path) -> None:
    clip = media.open(animate(tmp_path / "a.png", 50))
    assert (pixels(clip, 1) == pixels(clip, 2)).all() and (pixels(clip, 2) == pixels(clip, 8)).all()
    assert [b.first for b in clip.batches(2)] == [0, 2]


def test_transparency_of_frames(tmp_path: Path) -> None:
    frames = [Image.new("RGBA", (2, 2), (200, 0, 0, alpha)) for alpha in (0, 51)]
    frames[0].save(
        tmp_path / "a.webp", save_all=True, append_images=frames[1:], duration=50, lossless=True, exact=True
    )
    clip = media.open(tmp_path / "a.webp", background=(0, 80, 255))
    assert pixels(clip)[:, :, 0, 0].tolist() == [[0, 80, 255], [40, 64, 204]]
    assert "transparency laid over #0050FF" in clip.source.notes


def test_the_stand_in_picture_of_an_apng_is_no_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (2, 2), shade) for shade in SHADES]
    frames[0].save(
        tmp_path / "a.png", save_all=True, append_images=frames[1:], default_image=True, duration=50
    )
    assert pixels(media.open(tmp_path / "a.png"))[:, :, 0, 0].tolist() == [list(SHADES[1]), list(SHADES[3])]
