"""The record of corrections whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

import brandkit
from brandkit.brand import Brand, Swatch
from brandkit.loop import Correction
from brandkit.mask import Mask
from brandkit.media.clip import Source
from brandkit.proof import Proof
from brandkit.proof.record import Moved
from brandkit.proof.sample import A_CLIP, A_SHOT

from ..scenes import BOX, Scene, de00, outside, paste, photograph, ramp, rgb8

BLUE, FOUND = "#0050FF", "#125CEC"


def brand(**more: object) -> Brand:
    return Brand(name="Test", swatches=(Swatch(name="blue", hex=BLUE, **more),))  # type: ignore[arg-type]


def corrected(scene: Scene, guide: Brand, **how: object) -> Correction:
    return brandkit.correct(scene, guide, checks=["palette"], deflicker=False, **how)  # type: ignore[arg-type]


def frames(done: Correction) -> list[np.ndarray]:
    return [f.permute(1, 2, 0).numpy() for batch in done.corrected.batches() for f in batch.pixels]


def kind(proof: Proof, what: str, shot: int = 0) -> Moved:
    return next(moved for moved in proof.shots[shot].moved if moved.what == what)


@pytest.fixture(scope="module")
def flat() -> tuple[Correction, Proof]:
    done = corrected(Scene([paste(photograph("rocket"), np.array(rgb8(FOUND)))]), brand())
    return done, done.prove(brand())


def test_the_record_names_source_target_lut_and_drift(flat: tuple[Correction, Proof]) -> None:
    done, proof = flat
    (grade,) = proof.shots[0].grades
    (shift,) = grade.shifts
    assert (shift.swatch, shift.source, shift.target, shift.became) == ("blue", FOUND, BLUE, BLUE)
    assert (shift.before, shift.after) == (pytest.approx(4.2, abs=0.05), pytest.approx(0, abs=1e-4))
    assert shift.exact is not None
    assert shift.exact > 0.999
    assert [grade.digest] == [one.lut.digest for one in done.grades]
    assert grade.nodes == 33
    assert (shift.split, shift.why_not) == (None, None)


def test_the_record_names_the_original(flat: tuple[Correction, Proof]) -> None:
    done, proof = flat
    assert (proof.original, proof.sha256) == (done.clip.source.path, done.clip.source.sha256)


def test_what_else_moved_is_what_colour_science_measures(flat: tuple[Correction, Proof]) -> None:
    done, proof = flat
    before, after = done.clip.pictures[0], frames(done)[0]  # type: ignore[attr-defined]
    rest = outside()
    rest[96:404, 96:504] = False  # the region and its margin
    apart = de00(before[rest], after[rest])
    said = kind(proof, "outside")
    assert said.pixels == pytest.approx(rest.sum(), rel=0.02)
    assert said.mean == pytest.approx(apart.mean(), abs=0.01)
    assert said.changed == pytest.approx((before[rest] != after[rest]).any(-1).mean(), abs=0.002)
    assert said.most is not None
    assert said.most >= apart.max() - 0.05


def test_kinds_that_are_not_in_the_picture_are_not_evaluated() -> None:
    picture = np.full((540, 960, 3), (40, 90, 60), np.uint8)
    picture[BOX] = rgb8(FOUND)
    proof = corrected(Scene([picture]), brand()).prove(brand())
    assert kind(proof, "skin") == Moved("skin", 0)
    assert kind(proof, "outside").pixels > 0


def test_the_correction_itself_is_not_what_else_moved(flat: tuple[Correction, Proof]) -> None:
    assert kind(flat[1], "outside").pixels < 960 * 540 - 300 * 400


def test_a_swatch_that_was_on_target_is_watched() -> None:
    picture = paste(photograph("rocket"), np.array(rgb8(FOUND)))
    picture[420:520, 100:600] = rgb8("#E2231A")
    red = Swatch(name="red", hex="#E2231A")
    guide = Brand(name="Test", swatches=(*brand().swatches, red))
    proof = corrected(Scene([picture]), guide).prove(guide)
    found = kind(proof, "on target: red")
    assert found.pixels > 40_000
    assert found.most is not None
    assert found.most < 0.5


def test_ramps_through_the_colour_are_in_the_record(flat: tuple[Correction, Proof]) -> None:
    names = [ramp.name for ramp in flat[1].shots[0].grades[0].ramps]
    assert names == ["grey", f"black to {FOUND} to white", f"grey to {FOUND} at equal luminance"]
    assert all(ramp.reversals == 0 for ramp in flat[1].shots[0].grades[0].ramps)


def test_banding_is_measured_before_and_after(flat: tuple[Correction, Proof]) -> None:
    found = flat[1].shots[0].banding
    assert found is not None
    assert 0 <= found.added <= found.after <= 1


def test_a_box_of_the_persons_own_is_in_the_record() -> None:
    scene = Scene([paste(photograph("rocket"), np.array(rgb8(FOUND)))])
    proof = corrected(scene, brand(), mask=Mask(box=(80, 80, 500, 400))).prove(brand())
    (grade,) = proof.shots[0].grades
    assert grade.area.kind == "matte_within_mask"
    assert grade.area.box is not None
    x, y, width, height = grade.area.box
    assert (x, y) == (pytest.approx(100, abs=4), pytest.approx(100, abs=4))
    assert (width, height) == (pytest.approx(400, abs=8), pytest.approx(300, abs=8))
    assert grade.area.share == pytest.approx(300 * 400 / (960 * 540), rel=0.03)
    assert kind(proof, "outside").changed == 0


def test_few_frames_of_a_shot_are_compared_and_named() -> None:
    still = photograph("rocket")
    scene = Scene([paste(still, np.array(rgb8(FOUND)))] * 12)
    (shot,) = corrected(scene, brand()).prove(brand()).shots
    assert len(shot.sampled) == A_SHOT
    assert shot.sampled == (1, 4, 7, 10)


@dataclass
class Shortened(Scene):
    """A clip that states more frames than it has."""

    stated: int | None = 40

    @property
    def source(self) -> Source:
        return replace(super().source, frames=self.stated)


@pytest.mark.parametrize("stated", [40, None])
def test_a_clip_that_ends_early_is_proved_by_what_there_is(stated: int | None) -> None:
    scene = Shortened([paste(photograph("rocket"), np.array(rgb8(FOUND)))] * 6, stated)
    (shot,) = corrected(scene, brand()).prove(brand()).shots
    assert shot.sampled
    assert max(shot.sampled) < 6


def test_where_no_frame_was_seen_nothing_is_claimed() -> None:
    done = corrected(Scene([paste(photograph("rocket"), np.array(rgb8(FOUND)))] * 2), brand())
    empty = _Empty(done.clip.source)
    (shot,) = replace(done, clip=empty, steadied=empty).prove(brand()).shots
    assert (shot.sampled, shot.moved, shot.banding, shot.picture) == ((), (), None, None)
    (shift,) = shot.grades[0].shifts
    assert (shift.after, shift.became, shift.exact) == (None, None, None)


@dataclass
class _Empty:
    source: Source

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> object:
        return iter(())


def test_many_shots_share_the_frames_of_a_clip() -> None:
    from brandkit.grade import ShotGrades
    from brandkit.proof.sample import positions

    shots = [ShotGrades(10 * k, 10 * k + 9, ()) for k in range(300)]
    source = Source(Path("x"), "", "video", 8, 8, 3000, None, None)
    chosen = positions(shots, source)
    assert [len(one) for one in chosen] == [1] * 300
    assert all(one[0] in shot for one, shot in zip(chosen, shots, strict=True))
    assert sum(len(one) for one in positions(shots[:30], source)) <= A_CLIP


def test_a_shaded_surface_says_light_and_pigment_or_why_not() -> None:
    body = np.array([0.02, 0.12, 0.75])
    scene = Scene([paste(photograph("astronaut"), ramp(body), sigma=1.0)])
    guide = brand(finish="shaded")
    ((shift,),) = [g.shifts for g in corrected(scene, guide).prove(guide).shots[0].grades]
    assert (shift.split is None) == (shift.why_not is not None)
    assert shift.exact is None
    if shift.split is not None:
        assert shift.split.drift == pytest.approx(shift.before, abs=0.05)


def test_the_picture_shows_the_frame_with_most_of_it() -> None:
    still = photograph("rocket")
    small = still.copy()
    small[200:300, 200:320] = rgb8(FOUND)
    large = paste(still, np.array(rgb8(FOUND)))
    proof = corrected(Scene([small] * 4 + [large] * 4), brand()).prove(brand())
    shown = [shot.picture for shot in proof.shots if shot.picture is not None]
    assert shown
    assert "in frame" in shown[-1].title
    assert int(shown[-1].title.partition("in frame ")[2].partition(":")[0]) >= 4
