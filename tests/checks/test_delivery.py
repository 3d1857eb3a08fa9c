from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
from brandkit_checks.delivery import Delivery
from PIL import Image

from brandkit.brand import Brand
from brandkit.check import run
from brandkit.loop import check
from brandkit.media import open as open_media
from brandkit.media.container import container_of

PALETTE = 'color:\n  palette: {blue: "#0050FF"}\n'


def brand(tmp_path: Path, rules: str) -> Brand:
    (tmp_path / "b.yml").write_text(f"{PALETTE}defaults:\n  brandkit:\n    {rules}\n")
    return Brand.load(tmp_path / "b.yml")


def outcomes(path: Path, guide: Brand) -> dict[str, str]:
    return {f.metric: f.outcome for f in check(path, guide, checks=["delivery"]).findings if f.metric}


def blue(path: Path, size: tuple[int, int], **how: Any) -> Path:
    Image.new("RGB", size, (0, 80, 255)).save(path, **how)
    return path


def film(path: Path, seconds: int = 1, rate: int = 25) -> Path:
    source = f"color=0x0050FF:size=64x48:rate={rate}:duration={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, str(path)]
    subprocess.run(command, check=True)
    return path


def test_a_picture_as_ordered(tmp_path: Path) -> None:
    guide = brand(tmp_path, "delivery: {sizes: [64x64], aspects: ['1:1'], formats: [png], max_bytes: 10kB}")
    assert outcomes(blue(tmp_path / "a.png", (64, 64)), guide) == dict.fromkeys(
        ("size", "aspect", "format", "bytes"), "passed"
    )


def test_a_picture_that_is_not(tmp_path: Path) -> None:
    rules = "delivery: {sizes: [64x64], aspects: ['1:1'], formats: [jpeg], max_bytes: 10B, min_width: 100}"
    path = blue(tmp_path / "a.png", (80, 64))
    assert set(outcomes(path, brand(tmp_path, rules)).values()) == {"failed"}
    report = check(path, brand(tmp_path, rules), checks=["delivery"])
    said = " ".join(f.message for f in report.findings)
    assert "it is 80 x 64 pixels; the guidelines list 64x64" in said
    assert "25 % off the nearest shape, 1:1" in said
    assert "it is packed as png; the guidelines list jpeg" in said


def test_what_counts_is_the_content_not_the_name(tmp_path: Path) -> None:
    path = blue(tmp_path / "a.png", (64, 64), format="JPEG")
    assert outcomes(path, brand(tmp_path, "delivery: {formats: [png]}")) == {"format": "failed"}


def test_a_film(tmp_path: Path) -> None:
    guide = brand(tmp_path, "delivery: {fps: [24, 25], max_duration: 1.5s, formats: [mp4]}")
    assert set(outcomes(film(tmp_path / "a.mp4"), guide).values()) == {"passed"}
    assert outcomes(film(tmp_path / "b.mov", 2, 30), guide) == dict.fromkeys(
        ("fps_off", "duration_s", "format"), "failed"
    )


def test_pictures_have_no_frame_rate(tmp_path: Path) -> None:
    guide = brand(tmp_path, "delivery: {fps: [24], max_duration: 5s, min_width: 10}")
    assert outcomes(blue(tmp_path / "a.png", (64, 64)), guide) == {"width": "passed"}


def test_of_numbered_stills_the_largest_counts(tmp_path: Path) -> None:
    blue(tmp_path / "a_1.png", (64, 64))
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a_2.png")
    clip = open_media(tmp_path / "a_%d.png")
    (found,), _ = run(clip, brand(tmp_path, "delivery: {max_bytes: 1kB}"), [Delivery])
    assert found.value == (tmp_path / "a_2.png").stat().st_size


def test_every_one_of_numbered_stills_is_looked_at(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        blue(tmp_path / f"a_{number}.png", (64, 64), format="JPEG" if number == 2 else "PNG")
    clip = open_media(tmp_path / "a_%d.png")
    (mixed,), _ = run(clip, brand(tmp_path, "delivery: {formats: [png]}"), [Delivery])
    assert (mixed.value, mixed.message) == (
        1,
        "1 of 3 stills are packed otherwise than as png: the first, a_2.png, as jpeg",
    )
    (either,), _ = run(clip, brand(tmp_path, "delivery: {formats: [png, jpeg]}"), [Delivery])
    assert (either.value, either.message) == (0, "all 3 stills are packed as png or jpeg")


def test_numbered_stills_are_not_held_to_a_rate_that_they_do_not_state(tmp_path: Path) -> None:
    for number in (1, 2):
        blue(tmp_path / f"a_{number}.png", (64, 64))
    guide = brand(tmp_path, "delivery: {fps: [25], max_duration: 10ms, min_width: 10}")
    assert outcomes(tmp_path / "a_%d.png", guide) == {"width": "passed"}


def test_rules_about_films_alone_are_not_evaluated_of_a_picture(tmp_path: Path) -> None:
    path = blue(tmp_path / "a.png", (64, 64))
    rules = "delivery: {fps: [24]}"
    assert run(open_media(path), brand(tmp_path, rules), [Delivery]) == ([], [])
    report = check(path, brand(tmp_path, f"{rules}\n    required: [delivery, palette]"))
    (found,) = [f for f in report.findings if f.check == "delivery"]
    assert (found.outcome, report.verdict) == ("not_evaluated", "needs_review")
    assert "none of the brand's rules for delivery is about such a file" in found.message


def test_an_animation_has_a_rate_and_a_running_time(tmp_path: Path) -> None:
    stills = [Image.new("RGB", (64, 64), (0, 80, 255 - k)) for k in range(5)]
    stills[0].save(tmp_path / "a.gif", save_all=True, append_images=stills[1:], duration=100)
    guide = brand(tmp_path, "delivery: {fps: [10], max_duration: 400ms, formats: [gif]}")
    assert outcomes(tmp_path / "a.gif", guide) == {
        "fps_off": "passed",
        "duration_s": "failed",
        "format": "passed",
    }


@pytest.mark.parametrize("size", [(1, 1), (3, 200)])
def test_tiny_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    guide = brand(tmp_path, "delivery: {sizes: [64x64], aspects: ['1:1'], min_width: 10}")
    measured, failures = run(open_media(blue(tmp_path / "a.png", size)), guide, [Delivery])
    assert not failures
    aspect = {m.metric.name: m.value for m in measured}["aspect"]
    assert aspect == pytest.approx(1 - size[0] / size[1])


def test_a_brand_without_rules_sees_nothing_unless_it_requires_them(tmp_path: Path) -> None:
    path = blue(tmp_path / "a.png", (64, 64))
    assert run(open_media(path), brand(tmp_path, "off_palette: 50%"), [Delivery]) == ([], [])
    assert check(path, brand(tmp_path, "required: [delivery, palette]")).verdict == "needs_review"


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "webp", "gif", "bmp", "avif"])
def test_pictures_are_known_by_content(tmp_path: Path, ending: str) -> None:
    path = blue(tmp_path / f"a.{ending}", (8, 8))
    wanted = {"jpg": "jpeg", "tif": "tiff"}.get(ending, ending)
    assert container_of(path.rename(tmp_path / "a.bin")) == wanted


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "webm", "avi", "ts", "mxf", "y4m", "mpg"])
def test_films_are_known_by_content(tmp_path: Path, ending: str) -> None:
    path = film(tmp_path / f"a.{ending}")
    assert container_of(path.rename(tmp_path / "a.bin")) == {"mpg": "mpeg"}.get(ending, ending)


def test_text_is_no_container(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("hello")
    assert container_of(tmp_path / "a.mp4") is None
