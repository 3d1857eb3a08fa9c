from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.family import NONE, Family
from brandkit.known import Known
from brandkit.media.clip import Frames
from brandkit.region import Region, region_mask
from brandkit.regions import find_regions
from brandkit.survey import Survey, coherent

from .scenes import BOX, Scene, drifted, paste, photograph, ramp, rgb8

BLUE = Swatch(name="blue", hex="#0050FF")
ORANGE = Swatch(name="orange", hex="#FF4F00", finish="shaded", tolerance=4, capture=20)
BRAND = Brand(name="Test", swatches=(BLUE, ORANGE), forbidden=(Forbidden(name="red", hex="#E4002B"),))


def in_turn(brand: Brand) -> Survey:
    """As of a clip."""
    known = Known(brand)
    known.find_far()
    return Survey(brand, known=known, in_turn=True)


def surveyed(pictures: list[np.ndarray], brand: Brand = BRAND, batch: int = 8) -> Survey:
    survey = Survey(brand)
    for frames in Scene(pictures).batches(batch):
        survey.update(frames)
    return survey


def only(picture: np.ndarray, swatch: Swatch) -> Region:
    (region,) = [r for r in find_regions(surveyed([picture])) if r.swatch.name == swatch.name]
    return region


def moving() -> list[np.ndarray]:
    still = photograph("astronaut")
    return [np.roll(paste(still, np.array(rgb8("#125CEC")), sigma=1), 9 * k, axis=1) for k in range(5)]


def facts(survey: Survey) -> tuple[object, ...]:
    rows, within = survey.within
    colours = survey.colours(rows).tolist()
    regions = [(r.hex, round(r.drift, 6), round(r.share, 9)) for r in find_regions(survey)]
    shares = survey.coverage(0), survey.coverage(1), survey.banned_share(0), survey.off_palette
    return colours, within.tolist(), shares, regions, [s.ranges for s in survey.off], survey.pixels


@pytest.fixture(scope="module")
def whole() -> tuple[object, ...]:
    return facts(surveyed(moving()))


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_the_size_of_a_batch_changes_nothing(batch: int, whole: tuple[object, ...]) -> None:
    assert facts(surveyed(moving(), batch=batch)) == whole


def test_two_shards_merge_to_the_whole(whole: tuple[object, ...]) -> None:
    pictures = moving()
    first, second = Survey(BRAND), Survey(BRAND)
    for frames in Scene(pictures).batches(1):
        (first if frames.first < 2 else second).update(frames)
    first.merge(second)
    assert facts(first) == whole


def deep(seed: int) -> Frames:
    """A frame of 16 bits, of shades of blue."""
    random = torch.rand((1, 3, 40, 60), generator=torch.manual_seed(seed))
    shades = 40 * random + torch.tensor([0.0, 60.0, 215.0])[:, None, None]
    return Frames(shades.round().to(torch.uint8), 0, (0.0,), shades)


def test_deep_surveys_that_share_what_they_know_say_what_each_says_alone() -> None:
    first = Survey(BRAND)
    second = Survey(BRAND, known=first.known)
    for seed, survey in enumerate((first, second)):
        survey.update(deep(seed))
    for seed, survey in enumerate((first, second)):
        alone = Survey(BRAND)
        alone.update(deep(seed))
        assert len(survey.table) > len(alone.table)
        assert facts(survey) == facts(alone)


def exact_shares(picture: np.ndarray) -> list[float]:
    """From what is said of each pixel by itself."""
    nearest, _, label, banned, away, *_ = Family(BRAND, "cpu")(torch.from_numpy(picture.reshape(-1, 3)))
    chosen = [~away & (nearest == 0), ~away & (nearest == 1), banned == 0, label == NONE]
    return [float(of.double().mean()) for of in chosen]


def shares(survey: Survey) -> list[float]:
    return [survey.coverage(0), survey.coverage(1), survey.banned_share(0), survey.off_palette]


def colourful() -> np.ndarray:
    """A photograph with some of every listed colour."""
    picture = paste(photograph("coffee"), np.array(rgb8("#125CEC")), sigma=2)
    for k, swatch in enumerate(("#0050FF", "#FF4F00", "#E4002B")):
        picture[40 * k : 40 * k + 30, :200] = rgb8(swatch)
    return picture


def test_every_pixel_is_counted_as_what_it_is() -> None:
    picture = colourful()
    survey = surveyed([picture])
    assert all(exact_shares(picture))
    assert shares(survey) == pytest.approx(exact_shares(picture), abs=1e-12)
    assert survey.pixels == picture.shape[0] * picture.shape[1]


def test_of_large_frames_all_pixels_have_their_turn() -> None:
    picture = cv2.resize(colourful(), (560, 1080), interpolation=cv2.INTER_CUBIC)
    survey = in_turn(BRAND)
    for frames in Scene([picture] * 8).batches(3):
        survey.update(frames)
    assert shares(survey) == pytest.approx(exact_shares(picture), abs=1e-12)
    assert survey.pixels == 2 * picture.shape[0] * picture.shape[1]


def test_regions_of_large_frames_are_those_that_all_pixels_show() -> None:
    small = paste(photograph("astronaut"), np.array(rgb8("#125CEC")), sigma=1)
    large = cv2.resize(small, None, fx=2.2, fy=2.2, interpolation=cv2.INTER_CUBIC)
    pictures = [np.roll(large, 7 * k, axis=1) for k in range(4)]
    found = []
    for turns in (False, True):
        survey = in_turn(BRAND) if turns else Survey(BRAND)
        for frames in Scene(pictures).batches(3):
            survey.update(frames)
        found.append([region for region in find_regions(survey) if region.swatch is BLUE])
        mask = region_mask(found[-1][0])
        assert mask.mean() == pytest.approx(found[-1][0].share, rel=0.05)
    (all_pixels,), (some_lines,) = found
    assert some_lines.hex == all_pixels.hex and some_lines.sighting.ranges == all_pixels.sighting.ranges
    assert some_lines.share == pytest.approx(all_pixels.share, rel=0.01)


def test_what_is_within_a_swatch_s_regions_belongs_to_it_exactly() -> None:
    gold = Swatch(name="gold", hex="#C9A227", finish="shaded", tolerance=6, capture=14)
    orange = Swatch(name="orange", hex="#FF4F00", finish="shaded", tolerance=6, capture=12)
    picture = photograph("astronaut")
    for brand in (Brand(name="Test", swatches=(orange, gold)), Brand(name="Test", swatches=(gold, orange))):
        survey, exact = in_turn(brand), Survey(brand)
        for frames in Scene([np.roll(picture, 5 * k, axis=1) for k in range(4)]).batches(2):
            survey.update(frames)
            exact.update(frames)
        for k, swatch in enumerate(brand.swatches):
            rows, times = survey.within
            counted = int(times[survey.label[rows] == k].sum())
            assert (counted > 0) == (survey.off[k].area + survey.on[k].area > 0), swatch.name
        found, expected = find_regions(survey), find_regions(exact)
        assert [region.swatch for region in found] == [region.swatch for region in expected]
        drifts = [region.drift for region in found]
        assert drifts == pytest.approx([region.drift for region in expected], abs=0.3)


def test_lines_and_specks_are_no_region() -> None:
    mask = np.zeros((200, 300), bool)
    mask[50] = mask[:, 40] = True
    mask[np.random.default_rng(0).random(mask.shape) < 0.05] = True
    assert not coherent(mask).any()
    mask[100:140, 100:180] = True
    found = coherent(mask)
    assert found[104:136, 104:176].all()
    assert not found[:90].any()


def test_a_flat_area_on_its_hex_has_no_drift() -> None:
    region = only(paste(photograph("rocket"), np.array(rgb8("#0050FF")), sigma=0), BLUE)
    assert (region.hex, region.drift) == ("#0050FF", 0.0)


@pytest.mark.parametrize("sigma", [0, 1.5])
def test_a_drift_is_read_under_noise(sigma: float) -> None:
    region = only(paste(photograph("rocket"), np.array(rgb8("#125CEC")), sigma), BLUE)
    assert region.drift == pytest.approx(4.2, abs=0.1)
    assert region.share == pytest.approx(300 * 400 / (960 * 540), rel=0.05)


@pytest.mark.parametrize("quality", [70, 85, 95])
def test_a_drift_is_read_through_jpeg(quality: int) -> None:
    buffer = io.BytesIO()
    picture = paste(photograph("rocket"), np.array(rgb8("#125CEC")), sigma=0)
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    region = only(np.asarray(Image.open(buffer).convert("RGB")), BLUE)
    assert region.drift == pytest.approx(4.2, abs=0.4)


def test_a_shadow_is_not_drift() -> None:
    body = np.array([1.0, 0.0782, 0.0])  # #FF4F00 in linear light
    region = only(paste(photograph("rocket"), ramp(body), sigma=1), ORANGE)
    assert region.drift < 0.4


def test_a_shift_of_hue_in_the_shade_is_drift() -> None:
    body = np.array([1.0, 0.02, 0.06])
    region = only(paste(photograph("rocket"), ramp(body), sigma=1), ORANGE)
    assert region.drift > ORANGE.tolerance


def test_the_mask_shows_where_the_colour_is() -> None:
    survey = surveyed([paste(photograph("rocket"), np.array(rgb8("#125CEC")))])
    (region,) = find_regions(survey)
    mask = region_mask(region)
    assert mask[BOX][4:-4, 4:-4].mean() > 0.99
    rest = mask.copy()
    rest[BOX] = False
    assert not rest.any()


def test_the_frames_that_drift_are_named() -> None:
    still = photograph("rocket")
    good, bad = (paste(still, np.array(rgb8(code))) for code in ("#0050FF", "#125CEC"))
    survey = surveyed([good, bad, bad, good, bad])
    assert survey.off[0].ranges == ((1, 2), (4, 4))
    assert survey.on[0].ranges == ((0, 0), (3, 3))


@pytest.mark.parametrize("height", [1, 2, 7])
def test_tiny_and_black_frames_are_surveyed(height: int) -> None:
    survey = surveyed([np.zeros((height, height, 3), np.uint8)] * 2)
    assert survey.pixels == 2 * height * height
    assert find_regions(survey) == []


def test_an_empty_survey_has_no_regions() -> None:
    assert find_regions(Survey(BRAND)) == []


def test_a_colour_farther_than_the_capture_radius_belongs_to_nobody() -> None:
    far = drifted(rgb8("#0050FF"), 16, seed=3)
    assert find_regions(surveyed([paste(photograph("rocket"), far)])) == []
