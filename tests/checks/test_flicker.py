from __future__ import annotations

import gc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from brandkit_checks.flicker import Flicker

from brandkit import media
from brandkit.brand import Brand, Limit, Swatch
from brandkit.check import Measurement, run
from brandkit.gate import judge
from brandkit.media.clip import Frames, Source

from ..scenes import Scene, de00, photograph

BUNNY = Path(__file__).parent.parent / "data" / "video" / "bigbuckbunny.mp4"
ACME = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#0050FF"), Swatch(name="red", hex="#E02020")))
SIZE = (320, 180)
BOX = (140, 70, 60, 40)
"""x, y, width and height of the part that pulses."""
SKY = (100, 10, 80, 50)

Pictures = list[np.ndarray]


def view(name: str) -> np.ndarray:
    return cv2.resize(photograph(name), SIZE, interpolation=cv2.INTER_AREA)


def pan(name: str = "astronaut", count: int = 24, step: float = 2.5) -> Pictures:
    """A photograph that moves by so many pixels a frame."""
    picture = cv2.resize(photograph(name), (480, 270), interpolation=cv2.INTER_AREA)
    moves = (np.array([[1, 0, -20 - step * n], [0, 1, -40]], np.float64) for n in range(count))
    return [cv2.warpAffine(picture, move, SIZE, flags=cv2.INTER_CUBIC) for move in moves]


def grey(*codes: int) -> Pictures:
    return [np.full((90, 160, 3), code, np.uint8) for code in codes]


def times(picture: np.ndarray, factor: float, box: tuple[int, int, int, int] | None = None) -> np.ndarray:
    result = picture.astype(np.float64)
    x, y, width, height = box or (0, 0, *SIZE)
    result[y : y + height, x : x + width] *= factor
    return np.clip(result, 0, 255).round().astype(np.uint8)


def pulsing(pictures: Pictures, part: float, box: tuple[int, int, int, int] | None = None) -> Pictures:
    """At 8 Hz of 25, by plus and minus ``part``."""
    gains = 1 + part * np.sin(2 * np.pi * 8 / 25 * np.arange(len(pictures)))
    return [times(picture, gain, box) for picture, gain in zip(pictures, gains, strict=True)]


def measured(clip: media.Clip | Pictures, batch: int = 8, guide: Brand = ACME) -> list[Measurement]:
    found, failures = run(Scene(clip) if isinstance(clip, list) else clip, guide, [Flicker], batch=batch)
    assert failures == []
    return found


def the(found: list[Measurement], metric: str, swatch: str | None = None) -> Measurement:
    (one,) = (m for m in found if (m.metric.name, m.swatch) == (metric, swatch))
    return one


def value(clip: media.Clip | Pictures, metric: str = "global_de00", swatch: str | None = None) -> float:
    found = the(measured(clip), metric, swatch).value
    assert found is not None
    return found


def test_what_alternates_scores_the_difference_of_its_colours() -> None:
    expected = float(de00(np.array([126] * 3), np.array([132] * 3)))
    assert value(grey(*[126, 132] * 10)) == pytest.approx(expected, rel=0.02)


def test_half_of_the_time_counts_by_the_root_mean_square() -> None:
    height = float(de00(np.array([126] * 3), np.array([132] * 3)))
    codes = [126] * 12 + [132, 126] * 6
    inner = len(codes) - 2
    pulses = (
        sum(a != b for a, b in zip(codes[1:], codes[:-1], strict=True)) - 1
    )  # the last frame has no return
    assert value(grey(*codes)) == pytest.approx(height * (pulses / inner) ** 0.5, rel=0.05)


def cut() -> Pictures:
    return pan("astronaut", 12) + pan("coffee", 12)


def fade() -> Pictures:
    return [times(picture, np.clip((n - 3) / 16, 0, 1)) for n, picture in enumerate(pan("coffee", 24, 1))]


def dissolve() -> Pictures:
    one, other = view("astronaut"), view("rocket")
    return [cv2.addWeighted(one, 1 - n / 23, other, n / 23, 0) for n in range(24)]


def passing() -> Pictures:
    ground, thing = view("coffee"), view("chelsea")[50:110, 100:160]
    pictures = [ground.copy() for _ in range(24)]
    for n, picture in enumerate(pictures):
        picture[60:120, 20 + 6 * n : 80 + 6 * n] = thing
    return pictures


@pytest.mark.parametrize(
    "make",
    [lambda: [view("astronaut")] * 24, pan, lambda: pan("coffee", step=8), cut, fade, dissolve, passing],
    ids=["still", "pan", "fast-pan", "cut", "fade", "dissolve", "something-passes"],
)
def test_what_moves_or_changes_for_good_is_silent(make: Callable[[], Pictures]) -> None:
    found = measured(make())
    assert 0 <= (the(found, "global_de00").value or 0) < 0.05
    assert 0 <= (the(found, "local_de00").value or 0) < 0.2


@pytest.mark.parametrize("make", [pan, cut, fade], ids=["pan", "cut", "fade"])
def test_one_percent_is_heard_in_what_moves(make: Callable[[], Pictures]) -> None:
    assert value(pulsing(make(), 0.01)) > 4 * value(make()) + 0.1


def test_a_flash_of_one_frame_is_told_by_its_frame() -> None:
    pictures = pan()
    pictures[9] = times(pictures[9], 1.5)
    found = the(measured(pictures), "global_de00")
    assert found.frames == ((9, 9),) and "frame 9" in found.message
    assert found.series[9] == max(v for v in found.series if v is not None) > 5


@pytest.mark.parametrize("fps", [50, 100])
def test_a_pulse_is_as_long_at_any_frame_rate(fps: int) -> None:
    seconds = np.arange(fps) / fps
    codes = (128 + 4 * np.sin(2 * np.pi * 5 * seconds)).round().astype(int)

    class Fast(Scene):
        @property
        def source(self) -> Source:
            return Source(Path("x.mp4"), "", "video", 160, 90, fps, Fraction(fps), None)

    height = float(de00(np.array([124] * 3), np.array([132] * 3)))
    assert max(v for v in the(measured(Fast(grey(*codes))), "global_de00").series if v) == pytest.approx(
        height, rel=0.05
    )


def overlap(found: Measurement) -> float:
    assert found.region is not None
    mine, wanted = np.zeros(SIZE[::-1], bool), np.zeros(SIZE[::-1], bool)
    box, (x, y, width, height) = found.region, BOX
    mine[box.y : box.y + box.height, box.x : box.x + box.width] = True
    wanted[y : y + height, x : x + width] = True
    return float((mine & wanted).sum() / (mine | wanted).sum())


def test_a_part_that_pulses_is_found_where_it_is() -> None:
    found = measured(pulsing(pan("coffee"), 0.02, BOX))
    local = the(found, "local_de00")
    assert local.value is not None and local.value > 0.3
    assert overlap(local) >= 0.5
    assert (the(found, "global_de00").value or 0) < 0.05


def test_a_part_without_texture_is_followed_though_its_light_leads_the_flow_astray() -> None:
    """A pulse of 4 % in an even, bright sky: steps of 16 codes."""
    sky = np.linspace(240, 210, SIZE[1])[:, None, None]
    above = np.clip((110 - np.arange(SIZE[1])) / 8, 0, 1)[:, None, None]
    pictures = [(sky * above + picture * (1 - above)).astype(np.uint8) for picture in pan(step=1)]
    assert value(pulsing(pictures, 0.04, SKY), "local_de00") > 1
    assert value(pictures, "local_de00") < 0.01


def test_the_strip_shows_three_frames_with_the_box_their_change_and_the_course() -> None:
    pictures = pulsing(pan("coffee"), 0.04, BOX)
    (strip,) = the(measured(pictures), "local_de00").evidence
    assert strip.kind == "strip" and strip.pixels.shape == (450, 960, 3)
    frames = np.split(strip.pixels[:180], 3, axis=1)
    at = next(n for n, picture in enumerate(pictures) if (picture[:20] == frames[1][:20]).all())
    assert (frames[0][:20] == pictures[at - 1][:20]).all() and (frames[2][:20] == pictures[at + 1][:20]).all()
    drawn = (frames[1] != pictures[at]).any(-1)
    assert 0 < drawn.sum() < 4000
    x, y, width, height = BOX
    changes = np.split(strip.pixels[180:360].astype(float), 3, axis=1)
    inside = [change[y + 6 : y + height - 6, x + 6 : x + width - 6].mean() - 128 for change in changes]
    assert max(np.abs(inside)) > 15
    assert len(np.unique(strip.pixels[360:].reshape(-1, 3), axis=0)) > 3


def branded(part: float, hex_colour: tuple[int, int, int] = (0x00, 0x50, 0xFF)) -> Pictures:
    pictures = pan("rocket")
    gains = 1 + part * np.array([1, -1] * (len(pictures) // 2))
    for picture, gain in zip(pictures, gains, strict=True):
        picture[40:100, 60:160] = np.clip(np.array(hex_colour) * gain, 0, 255).round()
    return pictures


def test_a_brand_colour_is_followed_by_itself() -> None:
    found = measured(branded(0.05))
    blue, red = the(found, "brand_de00", "blue"), the(found, "brand_de00", "red")
    up, down = (np.clip(np.array([0x00, 0x50, 0xFF]) * gain, 0, 255).round() for gain in (1.05, 0.95))
    assert 0.3 * de00(up, down) < (blue.value or 0) < de00(up, down)
    assert (blue.target, blue.evidence[0].name) == ("#0050FF", "flicker-1-blue")
    assert red.value is None and "red forms no region" in red.message
    assert value(branded(0), "brand_de00", "blue") < 0.05


@pytest.mark.parametrize("batch", [1, 5, 100])
def test_results_do_not_depend_on_the_batches(batch: int) -> None:
    pictures = pulsing(cut(), 0.01)
    assert measured(pictures, batch) == measured(pictures, 8)


def shard(pictures: Pictures, first: int, last: int) -> Flicker:
    clip, check = Scene(pictures), Flicker()
    check.start(ACME, clip.source)
    for frames in clip.batches(1):
        if first <= frames.first < last:
            check.update(frames)
    return check


def test_shards_come_to_what_the_whole_does() -> None:
    pictures = pulsing(pan(count=48, step=1.5), 0.02)
    whole, one, two = shard(pictures, 0, 48), shard(pictures, 0, 24), shard(pictures, 24, 48)
    one.merge(two)
    for apart, at_once in zip(one.finish(), whole.finish(), strict=True):
        if at_once.value is not None:
            assert apart.value == pytest.approx(at_once.value, rel=0.15)


def test_asking_twice_gives_the_same() -> None:
    check = shard(pulsing(pan(), 0.02), 0, 24)
    assert check.finish() == check.finish()


def live_tensors(count: int) -> int:
    check = shard(pan(count=count, step=1), 0, count)
    gc.collect()
    found = sum(isinstance(thing, torch.Tensor) for thing in gc.get_objects())
    check.finish()
    return found


def test_memory_does_not_grow_with_the_clip() -> None:
    assert live_tensors(80) <= live_tensors(40) + 5


def test_cuts_and_ends_have_no_figure_and_the_series_says_so() -> None:
    series = the(measured(cut()), "global_de00").series
    assert [n for n, figure in enumerate(series) if figure is None] == [0, 11, 12]
    assert len(series) == 23  # what the last of 24 frames returns to is not known


@pytest.mark.parametrize(
    ("pictures", "said"),
    [
        ([view("coffee")], "a single picture does not flicker"),
        ([view("coffee")] * 2, "no shot has three frames"),
    ],
    ids=["still", "two-frames"],
)
def test_where_nothing_can_flicker_it_is_said(pictures: Pictures, said: str) -> None:
    (found,) = measured(pictures, guide=ACME.model_copy(update={"required": ("flicker",)}))
    assert found.value is None and said in found.message
    assert judge(found, Limit(max=1)).outcome == "not_evaluated"


@pytest.mark.parametrize("shape", [(1, 1), (2, 300), (40, 33)], ids=str)
def test_frames_of_any_size_are_measured(shape: tuple[int, int]) -> None:
    pictures = [np.full((*shape, 3), 120 + 6 * (n % 2), np.uint8) for n in range(20)]
    expected = float(de00(np.array([120] * 3), np.array([126] * 3)))
    assert value(pictures) == pytest.approx(expected, rel=0.02)
    local = the(measured(pictures), "local_de00")
    assert local.value == 0 and local.region is not None  # no part does what the others do not
    assert local.region.x + local.region.width <= shape[1]
    assert local.region.y + local.region.height <= shape[0]


def test_black_is_silent() -> None:
    found = measured(grey(*[0] * 20))
    assert the(found, "global_de00").value == the(found, "local_de00").value == 0


def test_what_lies_below_a_code_is_heard_in_a_deep_source() -> None:
    class Deep(Scene):
        def batches(self, size: int = 8, device: torch.device | str = "cpu"):  # type: ignore[no-untyped-def]
            for frames in super().batches(size, device):
                waves = torch.tensor([0.3 * (-1) ** (frames.first + k) for k in range(len(frames))])
                deep = frames.pixels.float() + waves.view(-1, 1, 1, 1)
                yield Frames(frames.pixels, frames.first, frames.seconds, deep)

    assert value(Deep(grey(*[120] * 16))) > 0.15
    assert value(grey(*[120] * 16)) == 0


def test_footage_is_silent_and_its_flicker_heard_after_h264(tmp_path: Path) -> None:
    clip = media.open(BUNNY)
    pictures: Pictures = []
    for frames in clip.batches(8):
        for pixels in frames.pixels:
            pictures.append(cv2.resize(pixels.permute(1, 2, 0).numpy(), SIZE, interpolation=cv2.INTER_AREA))
        if len(pictures) >= 24:
            break
    clean, flickering = (
        encoded(p, tmp_path / f"{n}.mp4") for n, p in enumerate((pictures, pulsing(pictures, 0.02)))
    )
    assert value(clean) < 0.15 < value(flickering)


def encoded(pictures: Pictures, path: Path) -> media.Clip:
    scene = Scene(pictures)
    like = Source(path, "", "sequence", *SIZE, len(pictures), Fraction(25), None)
    return media.open(media.write(path, scene.batches(), like, crf=18).path)
