from __future__ import annotations

from pathlib import Path

import colour
import numpy as np
import pytest
import torch

import brandkit
from brandkit.brand import Brand, Swatch
from brandkit.colour.demand import Demand
from brandkit.colour.field import solve as solve_field
from brandkit.colour.lut import Lut
from brandkit.correct import Task, solve, whole_frame
from brandkit.errors import CorrectionError
from brandkit.grade import GradedClip
from brandkit.regions import find_regions
from brandkit.survey import Survey

from .appliers import through_ffmpeg, through_ocio
from .scenes import BOX, Scene, de00, drifted, outside, paste, photograph, ramp, rgb8

FLAT = ["#0050FF", "#E2231A", "#FFD200", "#00A651", "#6D28D9", "#8A8D8F", "#FFFFFF", "#101820"]
EXACT = 0.999


def brand(hex_colour: str, **more: object) -> Brand:
    return Brand(name="Test", swatches=(Swatch(name="colour", hex=hex_colour, **more),))  # type: ignore[arg-type]


def one_lut(scene: Scene, guide: Brand) -> Lut:
    """What one LUT for the whole frame makes of it, even where a matte would spare more."""
    survey = Survey(guide)
    for frames in scene.batches():
        survey.update(frames)
    return whole_frame(Task(guide, "test", 33, "cpu"), find_regions(survey))


def graded(scene: Scene, guide: Brand) -> list[np.ndarray]:
    """The frames as they are corrected by default."""
    clip = GradedClip(scene, solve(scene, guide))
    return [frame.permute(1, 2, 0).numpy() for batch in clip.batches() for frame in batch.pixels]


def corrected(lut: Lut, picture: np.ndarray) -> np.ndarray:
    frames = torch.from_numpy(picture).permute(2, 0, 1)[None].contiguous()
    return lut.table()(frames)[0].permute(1, 2, 0).numpy()


def on_hex(picture: np.ndarray, hex_colour: str) -> float:
    return float((picture[BOX] == np.array(rgb8(hex_colour))).all(-1).mean())


@pytest.mark.parametrize("hex_colour", FLAT)
@pytest.mark.parametrize("drift", [2, 5, 10])
def test_a_flat_region_lands_on_the_hex_in_every_tool(hex_colour: str, drift: int, tmp_path: Path) -> None:
    # The rocket's evening sky is flat and dark, and itself a near miss of the darkest colour.
    photo = "chelsea" if hex_colour == "#101820" else "rocket"
    picture = paste(photograph(photo), drifted(rgb8(hex_colour), drift, seed=drift))
    lut = one_lut(Scene([picture]), brand(hex_colour))
    cube = tmp_path / "brand.cube"
    cube.write_text(lut.cube())
    ours = corrected(lut, picture)
    assert on_hex(ours, hex_colour) >= EXACT
    for interpolation in ("tetrahedral", "trilinear"):
        assert on_hex(through_ffmpeg(picture, cube, interpolation), hex_colour) >= EXACT
        assert on_hex(through_ocio(picture, cube, interpolation), hex_colour) >= EXACT
    assert moved_outside(picture, ours) < 0.5
    (chosen,) = graded(Scene([picture]), brand(hex_colour))
    inner = chosen[BOX][2:-2, 2:-2]  # a matte is soft along the edge
    assert (inner == np.array(rgb8(hex_colour))).all(-1).mean() >= EXACT
    assert moved_outside(picture, chosen) < 0.1


def moved_outside(before: np.ndarray, after: np.ndarray) -> float:
    """Mean CIEDE2000 by which a ninth of the pixels outside the region moved."""
    rest = outside()[::3, ::3]
    return float(de00(before[::3, ::3][rest], after[::3, ::3][rest]).mean())


SHADED = [("#FF4F00", "rocket"), ("#0050FF", "chelsea"), ("#00A651", "rocket"), ("#E2231A", "rocket")]


@pytest.mark.parametrize(("hex_colour", "photo"), SHADED)
@pytest.mark.parametrize("drift", [3, 6, 9])
def test_a_drifted_shading_ramp_becomes_the_ideal_one(hex_colour: str, photo: str, drift: int) -> None:
    target = colour.models.eotf_sRGB(np.array(rgb8(hex_colour)) / 255)
    body = drifted_body(hex_colour, drift)
    source = ramp(body)
    picture = paste(photograph(photo), source, sigma=1.0)
    lut = one_lut(Scene([picture]), brand(hex_colour, finish="shaded"))
    row = source[0]
    result = corrected(lut, np.round(row)[None].astype(np.uint8))[0]
    assert de00(row, ramp(target)[0]).mean() > 1.0
    # How strong the light was is not to be known: the ideal ramp is as light as the drifted one was.
    lit = target * colour.RGB_to_XYZ(body, "sRGB")[1] / colour.RGB_to_XYZ(target, "sRGB")[1]
    # Rounding the ramp to codes alone costs some tenths in its shadows.
    assert de00(result, ramp(lit)[0]).mean() < 0.5
    assert moved_outside(picture, corrected(lut, picture)) < 0.5
    (chosen,) = graded(Scene([picture]), brand(hex_colour, finish="shaded"))
    assert moved_outside(picture, chosen) < 0.1


def drifted_body(hex_colour: str, drift: float) -> np.ndarray:
    """A linear-light colour that far in hue and chroma from a target, and hardly in lightness."""
    rng, target = np.random.default_rng(int(drift)), np.array(rgb8(hex_colour))
    codes = np.unique(np.clip(target + rng.integers(-80, 81, (40_000, 3)), 0, 255), axis=0)
    light = colour.sRGB_to_XYZ(codes / 255)[:, 1] / colour.sRGB_to_XYZ(target / 255)[1]
    fitting = codes[(np.abs(de00(codes, target) - drift) < 0.2) & (np.abs(light - 1) < 0.04)]
    return np.asarray(colour.models.eotf_sRGB(fitting[rng.integers(len(fitting))] / 255))


@pytest.mark.parametrize(
    ("hex_colour", "found"),
    [("#0050FF", "#125CEC"), ("#E2231A", "#C9452E"), ("#8A8D8F", "#9A958C"), ("#FFD200", "#EBBE28")],
)
def test_no_ramp_turns_back(hex_colour: str, found: str) -> None:
    lut = one_lut(Scene([paste(photograph("rocket"), np.array(rgb8(found)))]), brand(hex_colour))
    # The determinant of the nodes' steps is negative where the space is turned inside out.
    nodes = lut.nodes.numpy()
    last = len(nodes) - 1
    steps = [np.diff(nodes, axis=axis)[:last, :last, :last] * last for axis in range(3)]
    assert np.linalg.det(np.stack(steps, -1)).min() > -0.05
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
    lightness = lut(torch.from_numpy(grey)).numpy().astype(int).sum(1)
    assert np.diff(lightness).min() >= -1


def test_what_is_on_target_asks_for_nothing() -> None:
    picture = paste(photograph("rocket"), np.array(rgb8("#FF4F00")), sigma=0)
    assert solve(Scene([picture]), brand("#FF4F00")) == ()


def test_a_region_on_target_holds_while_another_of_its_colour_moves() -> None:
    picture = paste(photograph("rocket"), np.array(rgb8("#125CEC")))
    picture[420:520, 100:600] = rgb8("#0050FF")
    (result,) = graded(Scene([picture]), brand("#0050FF"))
    assert on_hex(result, "#0050FF") >= EXACT
    assert (result[420:520, 100:600] == np.array(rgb8("#0050FF"))).all()


def test_a_clip_without_a_brand_colour_cannot_be_corrected() -> None:
    with pytest.raises(CorrectionError, match=r"scene\.png: no region of a brand colour"):
        solve(Scene([photograph("chelsea")]), brand("#00FF90"))


def test_one_lut_serves_all_frames_of_a_shot() -> None:
    still = photograph("rocket")
    frames = [paste(still, np.array(rgb8("#125CEC")) + k) for k in (-1, 0, 1)]
    (shot,) = solve(Scene(frames), brand("#0050FF"))
    assert len(shot.grades) == 1
    assert all(on_hex(frame, "#0050FF") >= EXACT for frame in graded(Scene(frames), brand("#0050FF")))


def test_each_shot_gets_a_lut_of_its_own() -> None:
    first = [paste(photograph("rocket"), np.array(rgb8("#125CEC")))] * 8
    second = [paste(photograph("coffee"), np.array(rgb8("#0A48DC")))] * 8
    scene = Scene([*first, *second])
    fixed = brandkit.correct(scene, brand("#0050FF"), checks=["palette"])
    assert [(shot.first, shot.last) for shot in fixed.shots] == [(0, 7), (8, 15)]
    assert [shot.grades[0].shifts[0].source for shot in fixed.shots] == ["#125CEC", "#0A48DC"]
    frames = [
        frame.permute(1, 2, 0).numpy() for batch in fixed.corrected.batches(5) for frame in batch.pixels
    ]
    inner = np.stack([frame[BOX][2:-2, 2:-2] for frame in frames])
    assert (inner == np.array(rgb8("#0050FF"))).all(-1).mean() >= EXACT


def test_contradictory_demands_are_named() -> None:
    def demand(name: str, source: str, target: str) -> Demand:
        found = rgb8(source)
        return Demand(name, rgb8(target), found, found, found, None, 0.0)

    with pytest.raises(CorrectionError) as refused:
        solve_field([demand("sky", "#3060C0", "#0050FF"), demand("sea", "#3262BE", "#007A87")], 33)
    assert "'sky' (found as #3060C0) and 'sea' (found as #3262BE)" in str(refused.value)
    assert "\n" not in str(refused.value)
