"""Device code on each device there is, and on one that is not: the same answers, and no transfer for a frame.

``far`` is the device that is not there (``tests/far.py``): a clip that lies on it is judged as one on the CPU
is, and what has to come back comes a batch at a time, so that a batch of more frames makes the CPU wait no
more often. Those checks whose work is OpenCV's (flow, areas, features, detail) run on the CPU by design: to
them the frames come, all of a batch at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from brandkit.brand import Brand
from brandkit.check import Check, Measurement, discover
from brandkit.colour import ciede2000, linear_to_srgb, srgb_to_lab, srgb_to_linear
from brandkit.colour.dither import dithered
from brandkit.colour.lut import Lut, grid, tetrahedral
from brandkit.grade import Grade, Grading
from brandkit.matte import FixedMatte
from brandkit.media.clip import Frames, Source

from . import far

BRAND = """
meta: {name: Device}
color:
  palette: {blue: "#0050FF", ink: "#0B0F14", paper: "#FFFFFF", red: "#D01020"}
defaults:
  brandkit:
    swatches:
      blue: {capture: 14}
    forbidden: [{name: lime, hex: "#80FF00"}]
    proportions: {blue: 60%, paper: 30%, ink: 10%}
    pairs:
      required: [[blue, paper]]
      forbidden: [[blue, ink]]
    required: [palette, pairs, proportion, flicker, flash, technical]
"""
BY_OPENCV = ("flash", "flicker", "technical")
"""Checks whose work is the CPU's: the frames come to it."""
IN_TORCH = ("palette", "pairs", "proportion")
"""Checks that count on the device: classes and counts come back."""
MOST = {"down": 2, "up": 4, "waits": 2}
"""Copies and waits of a batch, whatever the frames in it: constants of new colours go up."""
CASES = [(name, False) for name in (*IN_TORCH, *BY_OPENCV)] + [("palette", True), ("flicker", True)]
"""Checks, and whether they are given a clip of more than 8 bits."""


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Brand:
    path = tmp_path_factory.mktemp("device") / "device.brand.yml"
    path.write_text(BRAND, encoding="utf-8")
    return Brand.load(path)


def clip(count: int, *, deep: bool = False, size: tuple[int, int] = (48, 64)) -> list[Frames]:
    """Batches of so many frames: a panel that flickers on paper, under grain."""
    random = np.random.default_rng(3)
    height, width = size
    batches = []
    for first in range(0, 2 * count, count):
        codes = np.full((count, 3, height, width), 255.0, np.float32)
        for k in range(count):
            level = 1 - 0.04 * ((first + k) % 2)
            codes[k, :, 10:35, 10 + k % 4 : 45] = np.array([2, 82, 250], np.float32)[:, None, None] * level
            codes[k, :, 36:45, 10:45] = np.array([208, 16, 32], np.float32)[:, None, None]
            codes[k, :, 2:8, 2:8] = np.array([128, 255, 0], np.float32)[:, None, None]
        codes = (codes + random.normal(0, 1, (count, 1, height, width)).astype(np.float32)).clip(0, 255)
        shades = torch.from_numpy(codes)
        pixels = (shades + 0.5).to(torch.uint8)
        seconds = tuple((first + k) / 25 for k in range(count))
        batches.append(Frames(pixels, first, seconds, shades if deep else None))
    return batches


def moved(batches: list[Frames], device: str) -> list[Frames]:
    return [
        replace(b, pixels=b.pixels.to(device), deep=None if b.deep is None else b.deep.to(device))
        for b in batches
    ]


def source(batches: list[Frames]) -> Source:
    height, width = batches[0].size
    return Source(Path("x.mp4"), "0" * 64, "video", width, height, 2 * len(batches[0]), 25, 3.0)  # type: ignore[arg-type]


def begun(check: str, brand: Brand, of: Source) -> Check:
    made = discover().checks[check]()
    made.start(brand, of)
    return made


def said(measured: list[Measurement]) -> list[tuple[object, ...]]:
    return [(m.metric.name, m.swatch, m.value, m.frames, m.colour, m.region, m.series) for m in measured]


def pictures(measured: list[Measurement]) -> list[np.ndarray]:
    return [evidence.pixels for m in measured for evidence in m.evidence]


@pytest.mark.parametrize(("name", "deep"), CASES)
def test_a_check_says_the_same_of_frames_on_another_device(
    name: str, deep: bool, brand: Brand, device: str
) -> None:
    batches = clip(6, deep=deep)
    near, there = begun(name, brand, source(batches)), begun(name, brand, source(batches))
    for here, away in zip(batches, moved(batches, device), strict=True):
        near.update(here)
        there.update(away)
    expected, found = near.finish(), there.finish()
    assert said(found) == said(expected) and expected
    for one, other in zip(pictures(found), pictures(expected), strict=True):
        assert np.array_equal(one, other)


def transfers(name: str, brand: Brand, count: int, deep: bool) -> Counter[str]:
    """Those of one check over its last batch, when it knows the colours."""
    with far.Far() as there:
        batches = moved(clip(count, deep=deep), far.NAME)
        check = begun(name, brand, source(batches))
        for frames in batches[:-1]:
            check.update(frames)
        return +there.counted(lambda: check.update(batches[-1]))


@pytest.mark.parametrize(("name", "deep"), CASES)
def test_a_batch_of_more_frames_is_not_waited_for_more_often(name: str, deep: bool, brand: Brand) -> None:
    few, many = (transfers(name, brand, count, deep) for count in (3, 9))
    assert many <= Counter(MOST)
    assert few == many


def test_all_checks_that_need_frames_on_the_cpu_share_one_copy(brand: Brand) -> None:
    with far.Far() as there:
        batches = moved(clip(6), far.NAME)
        checks = [begun(name, brand, source(batches)) for name in BY_OPENCV]

        def look() -> None:
            for check in checks:
                check.update(batches[0])

        assert +there.counted(look) == Counter(down=1)


def graded(batches: list[Frames], device: str) -> list[torch.Tensor]:
    """Through a LUT within a mask that a region is looked for in, over a LUT for all of the frame."""
    lut, other = Lut(grid(9) ** 1.1), Lut(grid(9) ** 0.95)
    height, width = batches[0].size
    mask = torch.linspace(0, 1, width).expand(height, width).contiguous()
    grading = Grading((Grade(lut, (), FixedMatte(mask)), Grade(other, ())), device)
    return [grading(frames).pixels for frames in batches]


@pytest.mark.parametrize("deep", [False, True], ids=["8-bit", "deep"])
def test_a_correction_is_the_same_on_another_device(deep: bool, device: str) -> None:
    batches = clip(3, deep=deep)
    expected = graded(batches, "cpu")
    for found, wanted in zip(graded(moved(batches, device), device), expected, strict=True):
        # A mean of two roundings may fall on either side of a half in another order of adding.
        assert (found.cpu().int() - wanted.int()).abs().max() <= (0 if device in ("cpu", far.NAME) else 1)


def test_a_correction_goes_up_once_for_a_batch() -> None:
    def work(count: int) -> Counter[str]:
        with far.Far() as there:
            batches = moved(clip(count), far.NAME)
            graded(batches, far.NAME)
            return +there.counted(lambda: graded(batches, far.NAME))

    assert work(3) == work(9)


def test_the_same_numbers_come_of_colour_on_every_device(device: str) -> None:
    rgb = torch.randint(0, 256, (500, 3), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    near, there = srgb_to_lab(rgb), srgb_to_lab(rgb.to(device))
    assert torch.allclose(there.cpu(), near, atol=1e-4)
    apart = ciede2000(there[:250], there[250:]).cpu()
    assert torch.allclose(apart, ciede2000(near[:250], near[250:]), atol=1e-3)


def _lab() -> torch.Tensor:
    return srgb_to_lab(torch.empty((40, 3), dtype=torch.uint8, device="meta"))


PURE = {
    "decode and encode": lambda: linear_to_srgb(srgb_to_linear(torch.empty((4, 3), device="meta"))),
    "to Lab": _lab,
    "CIEDE2000": lambda: ciede2000(_lab(), _lab()),
    "a LUT": lambda: tetrahedral(
        torch.empty((9, 9, 9, 3), device="meta"), torch.empty((5, 3), device="meta")
    ),
    "dither": lambda: dithered(torch.empty((3, 8, 8), device="meta")),
}


@pytest.mark.parametrize("work", PURE.values(), ids=PURE)
def test_pure_colour_needs_no_value(work: Callable[[], torch.Tensor]) -> None:
    """torch's ``meta`` device has none: whatever asked for one, or went to the CPU, would fail."""
    assert work().device.type == "meta"


def test_the_style_network_needs_no_value() -> None:
    pytest.importorskip("timm", reason="the style encoder is not installed: pip install 'brandkit[style]'")
    from brandkit.style import builtin

    encoder = builtin.Builtin("meta")
    stages = encoder._stages(torch.empty((2, 3, 160, 224), dtype=torch.uint8, device="meta"))
    assert all(stage.device.type == "meta" and len(stage) == 2 for stage in stages)
