from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import colour
import cv2
import numpy as np
import pytest
import torch
from brandkit_checks.flash import Flash
from PIL import Image

from brandkit import media
from brandkit.brand import Brand, Swatch
from brandkit.check import Measurement, run
from brandkit.colour.spaces import RGB_TO_XYZ
from brandkit.media.clip import Frames, Source
from brandkit.temporal.transitions import Screen
from brandkit.temporal.transitions_kernel import chromaticity

from ..scenes import photograph

BRAND = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#0050FF"),))
BUNNY = Path(__file__).parent.parent / "data/video/bigbuckbunny.mp4"
SIZE = (300, 225)
"""Of a 4:3 screen: a pixel is a cell of 0.1 degrees, a field of 10 degrees is 100 x 75."""
FIELD = (100, 75)
SMALL = (60, 45)
"""Where only time counts."""
RATES = [24, 25, 30, 50, 60]

Light = tuple[float, float, float]
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
DARK = (0.2, 0.2, 0.2)


@dataclass
class Film:
    """Frames that are made as they are asked for: ``picture(k)`` is ``uint8`` ``[H, W, 3]``."""

    picture: Callable[[int], np.ndarray]
    seconds: Sequence[float]

    @property
    def source(self) -> Source:
        height, width = self.picture(0).shape[:2]
        return Source(Path("a.mp4"), "", "video", width, height, len(self.seconds), Fraction(25), None)

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        for first in range(0, len(self.seconds), size):
            times = tuple(self.seconds[first : first + size])
            some = np.stack([self.picture(first + k) for k in range(len(times))])
            yield Frames(torch.from_numpy(some).permute(0, 3, 1, 2).contiguous(), first, times)


def code(light: Light) -> np.ndarray:
    """Linear light as 8-bit sRGB, by colour-science."""
    return np.round(colour.models.eotf_inverse_sRGB(np.array(light)) * 255).astype(np.uint8)


def plain(light: Light, size: tuple[int, int] = SIZE) -> np.ndarray:
    return np.full((size[1], size[0], 3), code(light), np.uint8)


def even(count: int, fps: float) -> list[float]:
    return [k / fps for k in range(count)]


def is_on(second: float, hertz: float) -> bool:
    """Square wave that starts off."""
    return int(second * 2 * hertz + 1e-6) % 2 == 1


def flashing(
    off: Light = DARK,
    on: Light = WHITE,
    hertz: float = 4,
    seconds: Sequence[float] = tuple(even(50, 25)),
    where: tuple[slice, slice] = (slice(None), slice(None)),
    lasts: float = 1.0,
    size: tuple[int, int] = SIZE,
) -> Film:
    """``off``, then for a time a flash of ``where`` between ``off`` and ``on``, then ``off``."""

    def picture(k: int) -> np.ndarray:
        result = plain(off, size)
        if seconds[k] < lasts - 1e-6 and is_on(seconds[k], hertz):
            result[where] = code(on)
        return result

    return Film(picture, seconds)


def measured(clip: media.Clip, size: int = 8, guide: Brand = BRAND) -> dict[str, Measurement]:
    found, failures = run(clip, guide, [Flash], batch=size)
    assert not failures
    return {m.metric.name: m for m in found}


def values(clip: media.Clip, size: int = 8) -> dict[str, float | None]:
    return {name: m.value for name, m in measured(clip, size).items()}


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_flashes_within_a_second_are_counted(fps: int, count: int) -> None:
    found = values(flashing(hertz=count, seconds=even(2 * fps, fps), size=SMALL))
    assert found == {"general_hz": count, "red_hz": 0, "screen_hz": count, "extended_s": found["extended_s"]}


@pytest.mark.parametrize("fps", RATES)
def test_three_flashes_a_second_for_long_are_still_three(fps: int) -> None:
    assert values(flashing(hertz=3, seconds=even(4 * fps, fps), lasts=9, size=SMALL))["general_hz"] == 3


@pytest.mark.parametrize(("hertz", "count"), [(3, 3), (4, 4)])
def test_frames_of_unequal_length_are_counted_by_their_time(hertz: int, count: int) -> None:
    steps = np.random.default_rng(1).uniform(0.01, 0.045, 100)
    seconds = [0.0, *np.cumsum(steps).tolist()]
    assert values(flashing(hertz=hertz, seconds=seconds, lasts=9, size=SMALL))["general_hz"] == count


def test_the_same_flashes_in_twice_the_time_are_half_as_many() -> None:
    slow = flashing(hertz=2, seconds=even(100, 25), lasts=2, size=SMALL)
    assert values(slow)["general_hz"] == 2


@pytest.mark.parametrize(("change", "count"), [(0.09, 0), (0.11, 4)])
def test_a_flash_changes_luminance_by_a_tenth(change: float, count: int) -> None:
    on = 0.3 + change
    assert values(flashing((0.3, 0.3, 0.3), (on, on, on)))["general_hz"] == count


@pytest.mark.parametrize(("dark", "count"), [(0.79, 4), (0.81, 0)])
def test_the_darker_image_of_a_flash_is_below_80_percent(dark: float, count: int) -> None:
    assert values(flashing((dark, dark, dark), (0.96, 0.96, 0.96)))["general_hz"] == count


def share_of_a_field(share: float) -> tuple[slice, slice]:
    return slice(100, 130), slice(120, 120 + round(share * FIELD[0] * FIELD[1] / 30))


@pytest.mark.parametrize(("share", "count"), [(0.24, 0), (0.26, 4)])
def test_a_quarter_of_a_field_of_10_degrees_has_to_flash(share: float, count: int) -> None:
    found = values(flashing(where=share_of_a_field(share)))
    assert found["general_hz"] == count and found["screen_hz"] == 0


@pytest.mark.parametrize(("share", "count"), [(0.24, 0), (0.26, 4)])
def test_a_quarter_of_the_picture_has_to_flash_for_broadcasters(share: float, count: int) -> None:
    rows = slice(0, round(share * SIZE[1]))
    assert values(flashing(where=(rows, slice(None))))["screen_hz"] == count


def test_a_part_that_flashes_is_boxed_and_shown() -> None:
    where = (slice(60, 160), slice(150, 280))
    found = measured(flashing(where=where))["general_hz"]
    assert found.value == 4 and found.region is not None
    box = found.region
    assert (box.x, box.y, box.width, box.height) == (150, 60, 130, 100)
    assert found.frames == ((4, 28),)  # from the first change on, as long as a second holds them all
    (strip,) = found.evidence
    assert strip.kind == "strip" and strip.pixels.shape == (225, 6 * 302, 3)
    flash, ground = strip.pixels[100, 200], strip.pixels[10, 10]
    assert flash.tolist() == code(DARK).tolist() or flash.tolist() == [255, 255, 255]
    assert ground.tolist() == (code(DARK) * 0.3).astype(np.uint8).tolist()
    assert "4 flashes of brightness within one second" in found.message


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_halves_that_flash_in_turn_do_not_cancel(lag: int) -> None:
    seconds = even(50, 25)

    def picture(k: int) -> np.ndarray:
        result = plain(DARK)
        result[:, : SIZE[0] // 2] = code(WHITE if is_on(seconds[k], 4) else DARK)
        result[:, SIZE[0] // 2 :] = code(DARK if is_on(seconds[max(0, k - lag)], 4) else WHITE)
        return result

    assert values(Film(picture, seconds))["screen_hz"] == 4


RED_LIGHT = 0.6
CYAN = (0.0, 0.17, 0.17)
"""As bright as the reds below to within 5 % of white, so that nothing but red flashes."""


def red(share: float) -> Light:
    """A red of that R / (R + G + B)."""
    return RED_LIGHT, 0.0, RED_LIGHT * (1 / share - 1)


@pytest.mark.parametrize(("share", "count"), [(0.79, 0), (0.81, 4), (1.0, 4)])
def test_a_red_is_saturated_from_80_percent(share: float, count: int) -> None:
    found = values(flashing(CYAN, red(share)))
    assert found["red_hz"] == count and found["general_hz"] == 0


@pytest.mark.parametrize(("fps", "count"), [(fps, count) for fps in RATES for count in (3, 4)])
def test_flashes_of_red_are_counted(fps: int, count: int) -> None:
    film = flashing(CYAN, red(1.0), hertz=count, seconds=even(2 * fps, fps), size=SMALL)
    assert values(film)["red_hz"] == count


@pytest.mark.parametrize(("apart", "count"), [(0.19, 0), (0.21, 4)])
def test_a_flash_of_red_goes_further_than_a_fifth_in_chromaticity(apart: float, count: int) -> None:
    # Along the line from red to green: u'v' by colour-science says how far each mixture is.
    greens = np.linspace(0, 1, 2001)
    mixtures = np.stack([1 - greens, greens, 0 * greens], 1)
    xyz = colour.RGB_to_XYZ(mixtures, "sRGB", apply_cctf_decoding=False)
    uv = colour.xy_to_Luv_uv(colour.XYZ_to_xy(xyz))
    k = int(np.argmin(np.abs(np.hypot(*(uv - uv[0]).T) - apart)))
    other = (
        mixtures[k]
        * 0.2126
        * 0.6
        / (
            colour.RGB_luminance(
                mixtures[k],
                colour.RGB_COLOURSPACES["sRGB"].primaries,
                colour.RGB_COLOURSPACES["sRGB"].whitepoint,
            )
        )
    )
    found = values(flashing(tuple(other.tolist()), red(1.0)))
    assert found["red_hz"] == count and found["general_hz"] == 0


def test_chromaticity_is_that_of_the_standard() -> None:
    light = np.random.default_rng(0).uniform(0.05, 1, (50, 3))
    expected = colour.xy_to_Luv_uv(
        colour.XYZ_to_xy(colour.RGB_to_XYZ(light, "sRGB", apply_cctf_decoding=False))
    )
    matrix = np.array(RGB_TO_XYZ, np.float32)
    found = [chromaticity(pixel, matrix) for pixel in light.astype(np.float32)]
    assert np.array(found) == pytest.approx(expected, abs=2e-4)


def test_red_on_black_flashes_red() -> None:
    assert values(flashing(BLACK, (1, 0, 0)))["red_hz"] == 4


def test_noise_in_black_is_no_red() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 12, (225, 300, 3)).astype(np.uint8) for _ in range(50)]
    assert values(Film(lambda k: noise[k], even(50, 25))) == {
        "general_hz": 0, "red_hz": 0, "screen_hz": 0, "extended_s": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("lasts", "fails"), [(3.6, False), (5.6, True)])
def test_two_flashes_a_second_for_long_are_an_extended_sequence(lasts: float, fails: bool) -> None:
    # IRIS fails where 4 of 5 s have 2 to 3 flashes in the second that ends there.
    found = values(flashing(hertz=2.5, seconds=even(200, 25), lasts=lasts, size=SMALL))
    assert found["general_hz"] == 2
    assert (found["extended_s"] >= 4) is fails


def test_one_flash_a_second_may_go_on() -> None:
    assert values(flashing(hertz=1, seconds=even(200, 25), lasts=9, size=SMALL))["extended_s"] == 0


def test_a_slow_fade_does_not_flash() -> None:
    def picture(k: int) -> np.ndarray:
        level = 0.5 - 0.4 * np.cos(2 * np.pi * k / 50)
        return plain((level, level, level), SMALL)

    assert values(Film(picture, even(150, 25)))["general_hz"] == 0


@pytest.mark.parametrize("hertz", [3, 4])
def test_a_flash_that_takes_several_frames_counts_once(hertz: int) -> None:
    def picture(k: int) -> np.ndarray:
        level = 0.5 - 0.4 * np.cos(2 * np.pi * hertz * min(k / 60, 1))
        return plain((level, level, level), SMALL)

    assert values(Film(picture, even(120, 60)))["general_hz"] == hertz


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "rocket"])
@pytest.mark.parametrize("speed", [2, 8])
def test_a_pan_does_not_flash(name: str, speed: int) -> None:
    picture = cv2.resize(photograph(name), (640, 360), interpolation=cv2.INTER_AREA)
    found = values(Film(lambda k: picture[:, k * speed : k * speed + 320].copy(), even(40, 25)))
    assert all(found[name] is not None and found[name] <= 3 for name in ("general_hz", "red_hz", "screen_hz"))


def test_a_real_clip_does_not_flash() -> None:
    found = values(media.open(BUNNY))
    assert all(found[name] is not None and found[name] <= 3 for name in ("general_hz", "red_hz", "screen_hz"))


def test_a_fine_balanced_pattern_is_exempt() -> None:
    board = np.indices((225, 300)).sum(0) % 2 == 0
    both = [np.where(b[..., None], np.uint8(255), np.uint8(0)).repeat(3, 2) for b in (board, ~board)]
    assert values(Film(lambda k: both[k // 3 % 2], even(50, 25)))["general_hz"] == 0


def test_a_coarse_pattern_is_not() -> None:
    board = (np.indices((225, 300)) // 30).sum(0) % 2 == 0
    both = [np.where(b[..., None], np.uint8(255), np.uint8(0)).repeat(3, 2) for b in (board, ~board)]
    assert values(Film(lambda k: both[k // 3 % 2], even(50, 25)))["general_hz"] == 4


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 480), (300, 225)])
def test_the_size_of_the_file_does_not_matter(size: tuple[int, int]) -> None:
    def picture(k: int) -> np.ndarray:
        return cv2.resize(plain(WHITE if k // 3 % 2 else DARK, (30, 20)), size)

    assert values(Film(picture, even(26, 25)))["general_hz"] == 4


@pytest.mark.parametrize("shape", [(1920, 1080), (1080, 1920), (1024, 768), (400, 400), (3000, 9), (90, 2)])
def test_a_field_is_341_by_256_pixels_of_the_screen(shape: tuple[int, int]) -> None:
    screen = Screen.of(*shape)
    part = min(1024 / shape[0], 768 / shape[1])
    assert screen.width / screen.field_width == pytest.approx(shape[0] * part / (1024 / 3))
    assert screen.height / screen.field_height == pytest.approx(shape[1] * part / 256)
    assert screen.width <= min(300, shape[0]) and screen.height <= min(225, shape[1])


@pytest.mark.parametrize("size", [1, 3, 50])
def test_the_size_of_batches_does_not_matter(size: int) -> None:
    film = flashing(where=(slice(60, 160), slice(150, 280)), seconds=even(60, 25), lasts=2)
    assert measured(film, size) == measured(film, 8)


def in_shards(film: Film, seam: int) -> dict[str, Measurement]:
    shards = []
    for part in (range(seam), range(seam, len(film.seconds))):
        check = Flash()
        check.start(BRAND, film.source)
        for k in part:
            pixels = torch.from_numpy(film.picture(k)).permute(2, 0, 1)[None].contiguous()
            check.update(Frames(pixels, k, (film.seconds[k],)))
        shards.append(check)
    shards[0].merge(shards[1])
    return {m.metric.name: m for m in shards[0].finish()}


@pytest.mark.parametrize("seam", [4, 12, 20])
def test_shards_add_up(seam: int) -> None:
    value = in_shards(flashing(hertz=4, seconds=even(30, 25)), seam)["general_hz"].value
    assert value in (3, 4)  # a change right at the seam may be missed
    assert value == 4 or seam in (4, 12)


def test_the_series_says_of_each_frame_what_flashed_in_the_second_before() -> None:
    film = flashing(hertz=4, seconds=even(60, 25), lasts=1)
    found = measured(film)["general_hz"]
    lit = [bool(film.picture(k).mean() > 128) for k in range(60)]
    turns = [film.seconds[k] for k in range(1, 60) if lit[k] != lit[k - 1]]
    wanted = [sum(end - 1 + 1e-6 < at <= end for at in turns) // 2 for end in film.seconds]
    assert list(found.series) == wanted
    assert max(found.series) == found.value == 4


@pytest.mark.parametrize("seam", [5, 20, 40])  # where nothing changes
def test_the_series_of_shards_is_that_of_the_whole(seam: int) -> None:
    film = flashing(hertz=4, seconds=even(60, 25), lasts=1)
    whole, parts = measured(film)["general_hz"].series, in_shards(film, seam)["general_hz"].series
    assert len(parts) == len(whole) == 60
    assert parts == whole


def test_a_still_is_not_spoken_of_unless_the_brand_requires_it(tmp_path: Path) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "a.png")
    assert measured(media.open(tmp_path / "a.png")) == {}
    strict = BRAND.model_copy(update={"required": ("flash",)})
    found = measured(media.open(tmp_path / "a.png"), guide=strict)
    assert [m.value for m in found.values()] == [None]
    assert found["general_hz"].message == "a still picture cannot flash, so it was not evaluated"


@pytest.mark.parametrize("count", [1, 2])
def test_hardly_any_frames(count: int) -> None:
    found = values(flashing(seconds=even(count, 25)))
    assert found["general_hz"] == (None if count == 1 else 0)


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (1000, 1)])
def test_tiny_pictures_are_measured_without_complaint(size: tuple[int, int]) -> None:
    found = values(Film(lambda k: plain(WHITE if k // 3 % 2 else DARK, size), even(30, 25)))
    assert found["general_hz"] is not None
