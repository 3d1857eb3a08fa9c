from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from brandkit_checks.technical import Technical
from PIL import Image

from brandkit import media
from brandkit.brand import Brand, Limit, Swatch
from brandkit.check import Measurement, run
from brandkit.media.clip import Frames, Source

from ..scenes import photograph

BLUE = Swatch(name="blue", hex="#0050FF")
BRAND = Brand(name="Acme", swatches=(BLUE,), required=("technical",))
TIME = {"black_s", "frozen_s", "repeated"}


@dataclass
class Film:
    """Frames ``uint8`` ``[H, W, 3]`` as a video, of 25 a second where no times are given, or a still."""

    frames: list[np.ndarray]
    seconds: tuple[float, ...] = ()

    @property
    def source(self) -> Source:
        height, width = self.frames[0].shape[:2]
        kind = "image" if len(self.frames) == 1 else "video"
        return Source(Path("a.mp4"), "", kind, width, height, len(self.frames), Fraction(25), None)

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        for first in range(0, len(self.frames), size):
            some = torch.from_numpy(np.stack(self.frames[first : first + size])).permute(0, 3, 1, 2)
            even = tuple((first + k) / 25 for k in range(len(some)))
            times = self.seconds[first : first + size] or even
            yield Frames(some.contiguous(), first, times)


def measured(clip: media.Clip, brand: Brand = BRAND, size: int = 8) -> dict[str, Measurement]:
    found, failures = run(clip, brand, [Technical], batch=size)
    assert not failures
    return {m.metric.name: m for m in found}


def value(metric: str, *frames: np.ndarray) -> float | None:
    return measured(Film(list(frames)))[metric].value


def noise(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(40, 200, (30, 40, 3)).astype(np.uint8)
    return cv2.resize(small, (160, 120), interpolation=cv2.INTER_CUBIC)


BLACK = np.zeros((120, 160, 3), np.uint8)


def slope(gain: float) -> np.ndarray:
    """Grey from left to right, times a gain."""
    row = np.clip(np.linspace(0, 255, 256) * gain, 0, 255).round()
    return np.tile(row.astype(np.uint8)[None, :, None], (64, 1, 3))


def test_a_slope_that_runs_into_white_is_clipped() -> None:
    assert value("clipped", slope(1.5)) == pytest.approx(86 / 256, abs=2 / 256)
    assert value("clipped", 255 - slope(1.5)) == pytest.approx(86 / 256, abs=2 / 256)


def test_white_paper_and_black_ink_are_not() -> None:
    page = np.full((120, 160, 3), 255, np.uint8)
    page[30:90, 40:120] = 0
    page[50:60, 50:60] = (0, 80, 255)
    assert value("clipped", page) == 0


def test_a_photograph_that_is_overexposed_clips_more() -> None:
    picture = photograph("chelsea")
    bright = np.clip(picture.astype(np.float32) * 1.6, 0, 255).astype(np.uint8)
    before, after = value("clipped", picture), value("clipped", bright)
    assert before is not None and after is not None and before < 0.01 and after > 0.1


@pytest.mark.parametrize(("step", "banded"), [(1, False), (4, True), (30, False)])
def test_steps_in_a_smooth_ramp_are_banding(step: int, banded: bool) -> None:
    row = (np.arange(320) // 20 * step + 20).clip(0, 255).astype(np.uint8)
    ramp = np.tile(row[None, :, None], (160, 1, 3))
    for picture in (ramp, ramp.transpose(1, 0, 2).copy()):
        found = value("banding", picture)
        assert found is not None and (found > 0.5 if banded else found == 0)


def test_grain_hides_banding() -> None:
    row = np.linspace(20, 84, 320)
    grain = np.random.default_rng(0).normal(0, 2, (160, 320))
    picture = np.round(row[None] + grain).clip(0, 255).astype(np.uint8)[..., None].repeat(3, 2)
    assert value("banding", picture) == 0
    assert value("banding", photograph("astronaut")) == pytest.approx(0, abs=0.01)


def test_black_at_the_end_is_measured_in_seconds() -> None:
    film = [noise(k) for k in range(20)] + [BLACK] * 15 + [noise(99)]
    found = measured(Film(film))["black_s"]
    assert found.value == pytest.approx(15 / 25) and found.frames == ((20, 34),)


@pytest.mark.parametrize("size", [1, 8, 50])
def test_frames_of_unequal_length_count_by_their_time(size: int) -> None:
    steps = np.random.default_rng(1).uniform(0.01, 0.09, 59)
    seconds = (0.0, *np.cumsum(steps).tolist())
    black, frozen = slice(10, 20), slice(30, 50)
    film = [noise(k) for k in range(60)]
    film[black] = [BLACK] * 10
    film[frozen] = [noise(30)] * 20
    found = measured(Film(film, seconds), size=size)
    assert found["black_s"].value == pytest.approx(seconds[20] - seconds[10])
    assert found["black_s"].frames == ((10, 19),)
    assert found["frozen_s"].value == pytest.approx(seconds[49] - seconds[30])
    assert found["frozen_s"].frames == ((30, 49),)


def test_a_dark_picture_with_a_light_in_it_is_not_black() -> None:
    lit = BLACK.copy()
    lit[:30, :30] = 200
    assert value("black_s", *[lit] * 10) == 0


def test_a_frozen_picture_is_measured_in_seconds() -> None:
    found = measured(
        Film([noise(k) for k in range(10)] + [noise(10)] * 25 + [noise(k) for k in range(11, 20)])
    )
    assert found["frozen_s"].value == pytest.approx(24 / 25) and found["frozen_s"].frames == ((10, 34),)
    assert found["repeated"].value == 0


def test_every_fifth_frame_twice_is_repetition() -> None:
    film = [noise(k - k // 5) for k in range(50)]
    found = measured(Film(film))
    assert found["repeated"].value == pytest.approx(9 / 49)
    assert found["frozen_s"].value == pytest.approx(1 / 25)


def test_a_small_thing_that_moves_is_no_repetition() -> None:
    film = []
    for k in range(20):
        frame = noise(0)
        frame[60:66, 4 * k : 4 * k + 6] = 255
        film.append(frame)
    assert value("repeated", *film) == 0 and value("frozen_s", *film) == 0


@pytest.mark.parametrize("name", ["astronaut", "coffee", "rocket"])
@pytest.mark.parametrize("how", [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
def test_a_picture_that_was_enlarged_holds_the_detail_it_had(name: str, how: int) -> None:
    picture = photograph(name)[100:440, 200:760]
    assert value("detail", picture) == 1
    assert value("detail", cv2.resize(picture, None, fx=2, fy=2, interpolation=how)) == 0.5
    assert value("detail", cv2.resize(picture, None, fx=3, fy=3, interpolation=how)) == pytest.approx(1 / 3)


def test_what_is_plain_has_no_detail_to_tell_by() -> None:
    found = measured(Film([np.full((64, 64, 3), 90, np.uint8)]))["detail"]
    assert found.value is None and found.message == "it has too little detail to tell its resolution"


def test_stills_are_not_judged_by_time(tmp_path: Path) -> None:
    Image.fromarray(noise(0)).save(tmp_path / "a.png")
    assert set(measured(media.open(tmp_path / "a.png"))) == {"clipped", "banding", "detail"}


def test_only_what_is_limited_is_measured() -> None:
    film = Film([noise(0), noise(1)])
    assert measured(film, Brand(name="Acme", swatches=(BLUE,))) == {}
    limited = Brand(name="Acme", swatches=(BLUE,), limits={"technical": {"black_s": Limit(max=1)}})
    assert set(measured(film, limited)) == {"black_s"}


@pytest.mark.parametrize("size", [1, 3, 50])
def test_the_size_of_batches_does_not_matter(size: int) -> None:
    film = Film([noise(k // 2) for k in range(30)] + [BLACK] * 20)
    assert measured(film, size=size) == measured(film)


def test_shards_add_up() -> None:
    film = Film([noise(k - k // 5) for k in range(40)] + [BLACK] * 20)
    shards = []
    for part in (range(27), range(27, 60)):
        check = Technical()
        check.start(BRAND, film.source)
        for k in part:
            pixels = torch.from_numpy(film.frames[k]).permute(2, 0, 1)[None].contiguous()
            check.update(Frames(pixels, k, (k / 25,)))
        shards.append(check)
    shards[0].merge(shards[1])
    whole = measured(film)
    for found in shards[0].finish():
        wanted = whole[found.metric.name].value
        assert found.value == pytest.approx(wanted, abs=0.001), found.metric.name


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (300, 1)])
@pytest.mark.parametrize("count", [1, 3])
def test_tiny_pictures_are_measured_without_complaint(size: tuple[int, int], count: int) -> None:
    found = measured(Film([np.full((*size, 3), 255, np.uint8)] * count))
    assert found["clipped"].value == 0
