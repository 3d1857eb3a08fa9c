"""Where a drift moves: which frames are solved for, and that the way there is smooth."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

import brandkit
from brandkit import Brand
from brandkit.brand import Swatch
from brandkit.correct import solve
from brandkit.grade import Fade, GradedClip, ShotGrades
from brandkit.moving import Look, Segment, knots, spans

from .scenes import Scene, de00, lab, rgb8

HEIGHT, WIDTH, FRAMES = 180, 320, 50
INNER = (slice(34, 126), slice(64, 216))


def brand(finish: str = "flat") -> Brand:
    return Brand(name="Test", swatches=(Swatch(name="electric", hex="#0050FF", finish=finish),))  # type: ignore[arg-type]


def walk(start: str, end: str, shading: bool = False) -> Scene:
    """A panel whose colour goes from one HEX to another over a photograph that pans."""
    ground = cv2.resize(data.coffee(), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    rng = np.random.default_rng(0)
    ramp = np.linspace(0.6, 1, 160)[None, :, None] if shading else np.ones((1, 160, 1))
    pictures = []
    for part in np.linspace(0, 1, FRAMES):
        codes = (1 - part) * np.array(rgb8(start)) + part * np.array(rgb8(end))
        picture = np.roll(ground, round(part * FRAMES), axis=1).copy()
        values = codes * ramp ** (1 / 2.2) + rng.normal(0, 1, (100, 160, 3))
        picture[30:130, 60:220] = np.clip(np.round(values), 0, 255).astype(np.uint8)
        pictures.append(picture)
    return Scene(pictures)


def frames_of(clip: brandkit.Clip) -> list[np.ndarray]:
    return [frame.permute(1, 2, 0).numpy() for batch in clip.batches(7) for frame in batch.pixels]


def test_a_flat_colour_that_walks_away_is_on_its_hex_in_every_frame() -> None:
    scene = walk("#0450F8", "#2468D8")
    shots = solve(scene, brand())
    assert len(shots) > 2
    for frame in frames_of(GradedClip(scene, shots)):
        assert (frame[INNER] == np.array(rgb8("#0050FF"))).all(-1).mean() >= 0.999


def test_a_shaded_colour_that_walks_away_is_held_and_pulses_no_more() -> None:
    scene, guide = walk("#0450F8", "#1A5CE6", shading=True), brand("shaded")
    fixed = brandkit.correct(scene, guide, checks=["flicker", "palette"])
    assert len(fixed.shots) > 2
    corrected = frames_of(fixed.corrected)
    places = np.array([lab(frame[INNER]).mean((0, 1)) for frame in corrected])
    was = np.array([lab(frame[INNER]).mean((0, 1)) for frame in scene.pictures])
    assert np.ptp(was[:, 1:], axis=0).max() > 8
    assert np.ptp(places[:, 1:], axis=0).max() < 0.25 * np.ptp(was[:, 1:], axis=0).max()
    pulses = [f.value for f in fixed.after.findings if f.metric == "brand_de00"]
    assert all(value is not None and value < 0.05 for value in pulses)


def test_the_result_does_not_depend_on_the_batches() -> None:
    scene = walk("#0450F8", "#2468D8")
    corrected = GradedClip(scene, solve(scene, brand(), batch=5))
    again = GradedClip(scene, solve(scene, brand(), batch=8))
    for size in (3, 50):
        for one, other in zip(
            frames_of(corrected), [f for b in again.batches(size) for f in b.pixels], strict=True
        ):
            assert (one == other.permute(1, 2, 0).numpy()).all()


def test_a_colour_that_stays_is_corrected_by_one_lut() -> None:
    (shot,) = solve(walk("#125CEC", "#125CEC"), brand())
    assert shot.whole


def segments(colours: list[tuple[float, float, float] | None]) -> list[Segment]:
    """Segments of ten frames, with one region each."""
    return [
        Segment(
            10 * k,
            10 * k + 9,
            () if place is None else (Look("electric", place, (0, 0, 0), (9, 9, 9), 0.2),),
        )
        for k, place in enumerate(colours)
    ]


def test_noise_around_a_place_makes_no_knots() -> None:
    rng = np.random.default_rng(1)
    noisy = [(50.0, 20.0, *rng.normal(-60, 1.5, 1).tolist()) for _ in range(12)]
    assert knots(segments(noisy)) == []  # type: ignore[arg-type]


def test_knots_lie_where_the_colour_has_travelled_and_share_every_frame() -> None:
    path = [(50.0, 20.0, -60.0 + 1.5 * k) for k in range(9)]
    placed = knots(segments(path))
    covered = spans(placed, 0, 89)
    assert covered[0].fade.rise == 0
    assert covered[-1].fade.fall == 89
    shots = [ShotGrades(span.first, span.last, (), span.fade) for span in covered]
    for frame in range(90):
        assert sum(shot.weight(frame) for shot in shots) == pytest.approx(1)


def test_a_segment_without_the_colour_is_no_step() -> None:
    path = [(50.0, 20.0, -60.0 + 1.5 * k) for k in range(9)]
    assert knots(segments([*path[:4], None, *path[5:]]))


def test_no_shot_has_more_knots_than_memory_allows() -> None:
    path = [(50.0, 20.0, -100.0 + 1.2 * k) for k in range(160)]
    assert 16 <= len(knots(segments(path))) <= 32  # type: ignore[arg-type]


def test_grades_come_and_go_in_straight_lines() -> None:
    shot = ShotGrades(4, 13, (), Fade(8, 9))
    assert [shot.weight(frame) for frame in (3, 4, 6, 8, 9, 11, 13, 14)] == [0, 0.2, 0.6, 1, 1, 0.6, 0.2, 0]


def test_de00_of_the_walk_is_what_the_tests_take_it_for() -> None:
    assert float(de00(np.array(rgb8("#0450F8")), np.array(rgb8("#2468D8")))) > 4
