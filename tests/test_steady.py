"""Flicker that a check found is taken out: of the whole picture, or of a brand colour."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import colour
import cv2
import numpy as np
import pytest
from skimage import data

import brandkit
from brandkit import Brand
from brandkit.brand import Swatch
from brandkit.errors import CorrectionError

from .scenes import Scene, photograph

SURFACE = (slice(50, 150), slice(80, 260))


def brand() -> Brand:
    return Brand(name="Test", swatches=(Swatch(name="electric", hex="#0050FF", finish="shaded"),))


def film(part: str) -> Scene:
    """Three seconds of a pan behind a shaded surface; 4 % at 6 Hz pulse in ``part`` of it."""
    ground = colour.models.eotf_sRGB(cv2.resize(data.astronaut(), (320, 200)) / 255)
    body = colour.models.eotf_sRGB(np.array([0x24, 0x5C, 0xEC]) / 255)
    rng = np.random.default_rng(0)
    pictures = []
    for k in range(75):
        pulse = 1 + 0.04 * np.sin(2 * np.pi * 6 * k / 25)
        light = np.roll(ground, k, axis=1).copy()
        light[SURFACE] = np.linspace(0.4, 0.9, 180)[None, :, None] * body
        if part == "all":
            light *= pulse
        if part == "surface":
            light[SURFACE] *= pulse
        codes = colour.models.eotf_inverse_sRGB(light.clip(0, 1)) * 255 + rng.normal(0, 1, light.shape)
        pictures.append(codes.round().clip(0, 255).astype(np.uint8))
    return Scene(pictures)


@cache
def corrected(part: str) -> brandkit.Correction:
    """The film as it is corrected, once for all that is asked of it."""
    return brandkit.correct(film(part), brand(), checks=["flicker", "palette"])


def values(report: brandkit.Report, metric: str) -> list[float]:
    return [f.value for f in report.findings if f.metric == metric and f.value is not None]


@pytest.mark.parametrize(("part", "metric"), [("all", "global_de00"), ("surface", "brand_de00")])
def test_flicker_beyond_the_limit_is_taken_out(part: str, metric: str, tmp_path: Path) -> None:
    fixed = corrected(part)
    (before,), (after,) = values(fixed.before, metric), values(fixed.after, metric)
    assert after < 0.2 * before
    assert fixed.after.passed
    (remedy,) = fixed.light
    assert remedy.swatch == (None if part == "all" else "electric")
    assert remedy.sentence.startswith("Flicker of ")
    files = dict(fixed.save_parts(tmp_path, "film"))
    with files["gains of linear light"].open(newline="") as table:
        gains = np.array([[float(row[c]) for c in ("red", "green", "blue")] for row in csv.DictReader(table)])
    truth = np.sin(2 * np.pi * 6 * np.arange(75) / 25)
    assert np.corrcoef(np.log(gains[5:-5, 2]), truth[5:-5])[0, 1] < -0.95
    assert ("matte of the gains" in files) == (part == "surface")
    with pytest.raises(CorrectionError, match="use save_parts"):
        fixed.save_cube(tmp_path / "one.cube")


def test_what_lies_beside_a_surface_that_pulses_is_left_alone() -> None:
    scene, fixed = film("surface"), corrected("surface")
    for batch in fixed.steadied.batches():
        for k, pixels in enumerate(batch.pixels):
            moved = pixels.permute(1, 2, 0).numpy() != scene.pictures[batch.first + k]
            moved[40:160, 70:270] = False
            assert moved.mean() < 0.002


def test_a_clip_that_does_not_flicker_keeps_its_light() -> None:
    fixed = brandkit.correct(film("none"), brand(), deflicker=True, checks=["flicker", "palette"])
    assert fixed.light == ()
    assert fixed.steadied is fixed.clip


def test_flicker_stays_where_a_person_says_so() -> None:
    fixed = brandkit.correct(film("all"), brand(), deflicker=False, checks=["palette"])
    assert fixed.light == ()


def test_a_clip_without_brand_colours_is_still_steadied() -> None:
    scene = film("all")
    guide = Brand(name="Test", swatches=(Swatch(name="green", hex="#00FF60"),))
    fixed = brandkit.correct(scene, guide, checks=["flicker"])
    assert fixed.shots == ()
    assert fixed.changed
    assert values(fixed.after, "global_de00")[0] < 0.2 * values(fixed.before, "global_de00")[0]


def test_a_still_has_no_flicker_to_take_out() -> None:
    scene = Scene([photograph("rocket")])
    green = Brand(name="Test", swatches=(Swatch(name="green", hex="#00FF60"),))
    with pytest.raises(CorrectionError, match="no region of a brand colour"):
        brandkit.correct(scene, green, deflicker=True)
