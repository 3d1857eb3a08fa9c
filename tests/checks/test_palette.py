from __future__ import annotations

from pathlib import Path

import colour
import numpy as np
import pytest
from brandkit_checks.palette import Palette
from PIL import Image

from brandkit import loop, media
from brandkit.brand import Brand, Coverage, Forbidden, Swatch
from brandkit.gate import Finding, Verdict
from brandkit.report.report import Report

BLUE, INK, PAPER = (0x00, 0x50, 0xFF), (0x0B, 0x0F, 0x14), (0xFF, 0xFF, 0xFF)
DRIFTED = (0x12, 0x5C, 0xEC)
"""4.2 CIEDE2000 from the blue."""
RIVAL = (0xFF, 0x66, 0x00)
SHAPE = (60, 100)
BOX = (slice(10, 50), slice(20, 70))
BOX_SHARE = 40 * 50 / (60 * 100)

ACME = Brand(
    name="Acme",
    swatches=(
        Swatch(name="blue", hex="#0050FF", coverage=Coverage(min=0.1, max=0.5)),
        Swatch(name="ink", hex="#0B0F14", capture=5),
        Swatch(name="paper", hex="#FFFFFF", capture=4),
    ),
    forbidden=(Forbidden(name="rival", hex="#FF6600", tolerance=5),),
    off_palette=0.1,
)


def picture(box: tuple[int, int, int], ground: tuple[int, int, int] = PAPER) -> np.ndarray:
    pixels = np.full((*SHAPE, 3), ground, np.uint8)
    pixels[BOX] = box
    return pixels


def check(pixels: np.ndarray, folder: Path, brand: Brand = ACME, name: str = "a.png") -> Report:
    Image.fromarray(pixels).save(folder / name)
    return loop.check(folder / name, brand, checks=["palette"])


def the(report: Report, metric: str, swatch: str | None = None) -> Finding:
    (found,) = (f for f in report.findings if (f.metric, f.swatch) == (metric, swatch))
    return found


def lab(rgb: tuple[int, int, int]) -> np.ndarray:
    white = colour.XYZ_to_xy(np.array([0.9505, 1.0, 1.0890]))
    return np.asarray(colour.XYZ_to_Lab(colour.sRGB_to_XYZ(np.array(rgb) / 255), white))


def test_a_picture_in_brand_colours_passes(tmp_path: Path) -> None:
    report = check(picture(BLUE), tmp_path)
    assert report.verdict == Verdict.PASSED
    assert the(report, "drift_de00", "blue").value == pytest.approx(0, abs=1e-3)
    assert the(report, "coverage", "blue").value == pytest.approx(BOX_SHARE)
    assert the(report, "coverage", "paper").value == pytest.approx(1 - BOX_SHARE)
    assert the(report, "forbidden", "rival").value == 0
    assert the(report, "off_palette").value == 0


def test_a_colour_that_drifted_fails_and_the_message_says_by_how_much(tmp_path: Path) -> None:
    report = check(picture(DRIFTED), tmp_path)
    drift = the(report, "drift_de00", "blue")
    expected = float(colour.delta_E(lab(DRIFTED), lab(BLUE), method="CIE 2000"))
    assert (report.verdict, drift.outcome) == (Verdict.FAILED, "failed")
    assert drift.value == pytest.approx(expected, abs=0.01)
    assert (drift.colour, drift.target) == ("#125CEC", "#0050FF")
    for said in ("blue", "#125CEC", f"{expected:.2f} from #0050FF", "limit 2.00"):
        assert said in drift.message
    assert drift.correctable and "brandkit correct" in (drift.remedy or "")
    assert the(report, "coverage", "blue").value == 0
    assert the(report, "off_palette").value == 0  # near the blue, so it belongs to it


def test_the_evidence_of_a_drift_shows_where_it_is(tmp_path: Path) -> None:
    drift = the(check(picture(DRIFTED), tmp_path), "drift_de00", "blue")
    assert drift.region is not None
    box = drift.region
    assert (box.x, box.y, box.width, box.height) == (20, 10, 50, 40)
    assert drift.frames == ((0, 0),)
    (mask,) = drift.evidence
    wanted = np.zeros(SHAPE, bool)
    wanted[BOX] = True
    assert mask.kind == "mask" and set(np.unique(mask.pixels)) == {0, 255}
    corners = 4  # a window's corner is less than half full, so that a region's own corners fall out
    assert (mask.pixels.astype(bool) != wanted).sum() <= 3 * corners


def test_a_swatch_that_is_not_there_has_no_drift_and_no_coverage(tmp_path: Path) -> None:
    report = check(picture(BLUE), tmp_path)
    ink = the(report, "drift_de00", "ink")
    assert (ink.value, ink.outcome) == (None, "not_evaluated")
    assert "ink forms no region" in ink.message
    assert the(report, "coverage", "ink").value == 0


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [(3, "failed"), (12, "passed"), (50, "failed")],
    ids=["too-little", "right", "too-much"],
)
def test_coverage_is_judged_at_both_ends(rows: int, outcome: str, tmp_path: Path) -> None:
    pixels = np.full((*SHAPE, 3), PAPER, np.uint8)
    pixels[:rows] = BLUE
    coverage = the(check(pixels, tmp_path), "coverage", "blue")
    assert coverage.value == pytest.approx(rows / SHAPE[0])
    assert coverage.outcome == outcome
    assert "limit 10 % to 50 %" in coverage.message


def test_a_forbidden_colour_fails_with_its_share_and_place(tmp_path: Path) -> None:
    report = check(picture(RIVAL), tmp_path)
    banned = the(report, "forbidden", "rival")
    assert banned.outcome == "failed" and banned.value == pytest.approx(BOX_SHARE)
    assert "the forbidden rival (#FF6600) fills 33.3 %" in banned.message
    (mask,) = banned.evidence
    wanted = np.zeros(SHAPE, np.uint8)
    wanted[BOX] = 255
    assert np.array_equal(mask.pixels, wanted)
    assert banned.region is not None and banned.region.width == 50


def test_a_single_forbidden_pixel_is_counted(tmp_path: Path) -> None:
    pixels = picture(BLUE)
    pixels[0, 0] = RIVAL
    banned = the(check(pixels, tmp_path), "forbidden", "rival")
    assert banned.value == pytest.approx(1 / 6000)
    assert banned.outcome == "passed"  # up to 0.1 % is let pass


def test_what_is_nearer_to_a_swatch_is_not_forbidden(tmp_path: Path) -> None:
    similar = Swatch(name="signal", hex="#FF5A00", coverage=Coverage())
    brand = ACME.model_copy(update={"swatches": (*ACME.swatches, similar)})
    between = (0xFF, 0x5D, 0x00)  # nearer to #FF5A00 than to #FF6600, and within 5 of both
    assert colour.delta_E(lab(between), lab(RIVAL), method="CIE 2000") < 5
    report = check(picture(between), tmp_path, brand)
    assert the(report, "forbidden", "rival").value == 0
    assert the(check(picture(between), tmp_path), "forbidden", "rival").value == pytest.approx(BOX_SHARE)


def test_colours_of_no_swatch_are_off_the_palette(tmp_path: Path) -> None:
    report = check(picture((0x20, 0xA0, 0x40)), tmp_path)
    off = the(report, "off_palette")
    assert off.outcome == "failed" and off.value == pytest.approx(BOX_SHARE)
    (heat,) = off.evidence
    assert heat.kind == "heatmap" and heat.pixels.shape == (*SHAPE, 3)
    on, beyond = heat.pixels[0, 0].astype(int).sum(), heat.pixels[30, 40].astype(int).sum()
    assert on < 50 < beyond  # black on the palette, bright away from it


def test_a_large_heat_map_shows_of_each_square_the_farthest_pixel(tmp_path: Path) -> None:
    pixels = np.full((7, 1283, 3), BLUE, np.uint8)
    pixels[5, 801] = (0x20, 0xA0, 0x40)
    (heat,) = the(check(pixels, tmp_path), "off_palette").evidence
    assert heat.pixels.shape == (4, 642, 3)
    bright = heat.pixels.astype(int).sum(axis=2) > 50
    assert [tuple(place) for place in np.argwhere(bright)] == [(2, 400)]


def test_without_a_limit_what_is_off_the_palette_is_told_and_not_judged(tmp_path: Path) -> None:
    brand = ACME.model_copy(update={"off_palette": None})
    off = the(check(picture((0x20, 0xA0, 0x40)), tmp_path, brand), "off_palette")
    assert off.value == pytest.approx(BOX_SHARE)
    assert off.outcome == "not_evaluated"


def test_of_several_renderings_the_worst_is_reported(tmp_path: Path) -> None:
    pixels = picture(BLUE)
    pixels[10:50, 55:70] = DRIFTED
    drift = the(check(pixels, tmp_path), "drift_de00", "blue")
    assert drift.colour == "#125CEC" and drift.outcome == "failed"


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (1, 40), (3, 3)], ids=str)
@pytest.mark.parametrize("colour_", [(0, 0, 0), PAPER, BLUE, RIVAL], ids=str)
def test_the_smallest_pictures_have_all_numbers(
    shape: tuple[int, int], colour_: tuple[int, int, int], tmp_path: Path
) -> None:
    report = check(np.full((*shape, 3), colour_, np.uint8), tmp_path)
    assert len(report.findings) == 2 * len(ACME.swatches) + len(ACME.forbidden) + 1
    assert all(f.outcome != "error" for f in report.findings)
    assert the(report, "forbidden", "rival").value == (1 if colour_ == RIVAL else 0)
    assert the(report, "coverage", "blue").value == (1 if colour_ == BLUE else 0)


def test_a_black_frame_is_ink_or_nothing_and_never_blue(tmp_path: Path) -> None:
    report = check(np.zeros((*SHAPE, 3), np.uint8), tmp_path)
    assert the(report, "drift_de00", "blue").value is None
    assert the(report, "drift_de00", "ink").value == pytest.approx(
        float(colour.delta_E(lab((0, 0, 0)), lab(INK), method="CIE 2000")), abs=0.01
    )


def test_a_shadow_on_a_shaded_swatch_is_not_drift(tmp_path: Path) -> None:
    brand = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#0050FF", finish="shaded"),))
    light = np.linspace(0.1, 1, SHAPE[1])[None, :, None]
    linear = light * colour.models.eotf_sRGB(np.array(BLUE) / 255) + np.zeros((SHAPE[0], 1, 1))
    pixels = np.round(colour.models.eotf_inverse_sRGB(linear) * 255).astype(np.uint8)
    drift = the(check(pixels, tmp_path, brand), "drift_de00", "blue")
    assert drift.value is not None and drift.value < 0.3
    assert "any shading of #0050FF" in drift.message


def test_shards_of_an_animation_give_what_one_pass_gives(tmp_path: Path) -> None:
    frames = [Image.fromarray(picture(c)) for c in (BLUE, DRIFTED, (0x12, 0x5C, 0xEB), RIVAL, PAPER)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:], duration=100)
    clip = media.open(tmp_path / "a.png")
    whole, shards = Palette(), []
    whole.start(ACME, clip.source)
    for batch in clip.batches(2):
        whole.update(batch)
        shard = Palette()
        shard.start(ACME, clip.source)
        shard.update(batch)
        shards.append(shard)
    merged = shards[0]
    for shard in shards[1:]:
        merged.merge(shard)
    assert merged.finish() == whole.finish()
    drift = next(m for m in merged.finish() if (m.metric.name, m.swatch) == ("drift_de00", "blue"))
    # Of two that are as frequent, the lesser code, whichever part showed it first.
    assert drift.colour == "#125CEB" and drift.frames == ((1, 2),)


def test_a_shard_without_frames_changes_nothing(tmp_path: Path) -> None:
    check(picture(BLUE), tmp_path)
    clip = media.open(tmp_path / "a.png")
    seen, empty = Palette(), Palette()
    for shard in (seen, empty):
        shard.start(ACME, clip.source)
    for batch in clip.batches():
        seen.update(batch)
    assert empty.finish() == []
    empty.merge(seen)
    assert empty.finish() == seen.finish()
