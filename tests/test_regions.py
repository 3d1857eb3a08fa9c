from __future__ import annotations

import io

import colour
import numpy as np
import pytest
from PIL import Image

from brandkit.brand import Brand, Swatch
from brandkit.region import Region, region_mask
from brandkit.regions import find_regions
from brandkit.survey import Survey

from .scenes import BOX, Scene, de00, drifted, lab, paste, photograph, ramp, rgb8

BLUE, DRIFTED = "#0050FF", "#125CEC"


def regions(picture: np.ndarray, hex_colour: str = BLUE, **more: object) -> tuple[Survey, list[Region]]:
    swatch = Swatch(name="colour", hex=hex_colour, **more)  # type: ignore[arg-type]
    survey = Survey(Brand(name="Test", swatches=(swatch,)))
    for frames in Scene([picture]).batches():
        survey.update(frames)
    return survey, find_regions(survey)


def linear(hex_colour: str) -> np.ndarray:
    return np.asarray(colour.models.eotf_sRGB(np.array(rgb8(hex_colour)) / 255))


@pytest.mark.parametrize("hex_colour", [BLUE, "#E2231A", "#FFD200", "#00A651", "#6D28D9"])
@pytest.mark.parametrize("drift", [3, 6, 9])
def test_the_drift_of_a_flat_area_is_that_of_colour_science(hex_colour: str, drift: int) -> None:
    source = drifted(rgb8(hex_colour), drift, seed=drift)
    _, (region,) = regions(paste(photograph("rocket"), source), hex_colour)
    expected = float(de00(source, np.array(rgb8(hex_colour))))
    # Noise that would leave 0 to 255 is cut off, which shifts the mean of what is left by a code.
    assert np.abs(np.array(region.rgb8) - source).max() <= 1
    assert region.drift == pytest.approx(expected, abs=0.5)


def test_a_drift_is_read_to_a_tenth_through_jpeg() -> None:
    buffer = io.BytesIO()
    picture = paste(photograph("rocket"), np.array(rgb8(DRIFTED)), sigma=0)
    Image.fromarray(picture).save(buffer, "JPEG", quality=85)
    _, (region,) = regions(np.asarray(Image.open(buffer).convert("RGB")))
    assert region.drift == pytest.approx(float(de00(rgb8(DRIFTED), rgb8(BLUE))), abs=0.1)


def test_the_box_of_a_flat_colour_holds_its_noise() -> None:
    source = np.array([60, 92, 200])
    picture = paste(photograph("rocket"), source, sigma=1.5)
    _, (region,) = regions(picture)
    low, high = np.array(region.low), np.array(region.high)
    assert ((source - 8 <= low) & (low < source) & (source < high) & (high <= source + 8)).all()
    held = ((picture[BOX] >= low) & (picture[BOX] <= high)).all(-1)
    assert held.mean() > 0.998


def test_a_flat_colour_is_found_under_noise_of_three_codes() -> None:
    source = np.array([60, 92, 200])
    picture = paste(photograph("rocket"), source, sigma=3)
    _, (region,) = regions(picture)
    assert np.abs(np.array(region.rgb8) - source).max() <= 1
    held = ((picture[BOX] >= np.array(region.low)) & (picture[BOX] <= np.array(region.high))).all(-1)
    assert held.mean() > 0.998


def test_two_renderings_of_one_swatch_are_two_regions_the_larger_first() -> None:
    picture = paste(photograph("rocket"), np.array(rgb8(DRIFTED)), sigma=0)
    picture[100:220, 100:500] = rgb8(BLUE)
    _, found = regions(picture)
    assert [region.hex for region in found] == [DRIFTED, BLUE]
    assert [region.share for region in found] == sorted((r.share for r in found), reverse=True)


def test_a_flat_colour_is_reported_however_much_larger_another_is() -> None:
    picture = paste(photograph("rocket"), np.array(rgb8(DRIFTED)), sigma=0)
    picture[100:120, 100:500] = rgb8(BLUE)  # a fifteenth of the box, 1.5 % of the frame
    _, found = regions(picture)
    assert [region.hex for region in found] == [DRIFTED, BLUE]


def test_half_a_percent_of_the_frame_is_the_least_that_is_reported() -> None:
    picture = paste(photograph("rocket"), np.array(rgb8(DRIFTED)), sigma=0)
    picture[100:106, 100:500] = rgb8(BLUE)
    _, found = regions(picture)
    assert [region.hex for region in found] == [DRIFTED]


@pytest.mark.parametrize("hex_colour", ["#FF4F00", BLUE, "#00A651", "#E2231A"])
def test_a_shaded_target_in_its_own_shadow_has_no_drift(hex_colour: str) -> None:
    picture = paste(photograph("rocket"), ramp(linear(hex_colour)), sigma=1.0)
    _, (region,) = regions(picture, hex_colour, finish="shaded")
    assert region.drift < 0.3


def test_the_body_of_a_shaded_surface_has_the_chromaticity_of_its_paint() -> None:
    paint = linear("#E95F18")
    _, (region,) = regions(paste(photograph("rocket"), ramp(paint), sigma=1.0), "#FF4F00", finish="shaded")
    assert region.body is not None
    # At equal luminance, the measured body and the paint that was drawn are one colour.
    weight = np.array([0.2126, 0.7152, 0.0722])
    body = np.array(region.body) * (weight @ paint) / (weight @ np.array(region.body))
    codes = [colour.models.eotf_inverse_sRGB(np.clip(c, 0, 1)) * 255 for c in (body, paint)]
    assert float(colour.delta_E(lab(codes[0]), lab(codes[1]), method="CIE 2000")) < 1.0


def test_a_mask_covers_the_region_and_nothing_else() -> None:
    _, (region,) = regions(paste(photograph("rocket"), np.array(rgb8(DRIFTED))))
    mask = region_mask(region)
    truth = np.zeros_like(mask)
    truth[BOX] = True
    assert (mask & truth).sum() / (mask | truth).sum() > 0.98


@pytest.mark.parametrize("code", [(0, 0, 0), (255, 255, 255), (0, 80, 255)], ids=str)
@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (40, 40)], ids=str)
@pytest.mark.parametrize("finish", ["flat", "shaded"])
def test_a_frame_of_one_colour_is_one_region_or_none(
    code: tuple[int, int, int], shape: tuple[int, int], finish: str
) -> None:
    _, found = regions(np.full((*shape, 3), code, np.uint8), finish=finish)
    assert len(found) == (1 if code == rgb8(BLUE) else 0)
    assert all(region.drift < 0.05 for region in found)


@pytest.mark.parametrize("finish", ["flat", "shaded"])
@pytest.mark.parametrize("hex_colour", ["#000000", "#FFFFFF", "#808080"])
def test_black_white_and_grey_can_be_swatches(hex_colour: str, finish: str) -> None:
    picture = np.full((40, 60, 3), rgb8(hex_colour), np.uint8)
    _, (region,) = regions(picture, hex_colour, finish=finish)
    assert region.drift < 0.05
