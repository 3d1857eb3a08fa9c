from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from brandkit_checks.drift import Drift
from PIL import Image

from brandkit.batch import Settings
from brandkit.brand import Brand
from brandkit.check import Check, Measurement, run
from brandkit.errors import BrandError
from brandkit.loop import check, open_clip
from brandkit.style import sampling
from brandkit.style.encoder import load
from brandkit.temporal import samples

from ..conftest import Command
from ..looks import look, styled
from ..scenes import Scene

ASKED = "required: [drift]"


def measured(clip: list[np.ndarray], guide: Brand) -> dict[str, Measurement]:
    found, failures = run(Scene(clip), guide, [Drift])
    assert failures == []
    return {measurement.metric.name: measurement for measurement in found}


def brand(folder: Path, guidelines: str = ASKED) -> Brand:
    Image.fromarray(look("dusk", 50)).save(folder / "still.png")
    return Brand.load(styled(folder, guidelines))


def blend(count: int) -> list[np.ndarray]:
    """A clip whose first half stays itself and whose second half turns into another look."""
    one, other = look("dusk", 50).astype(float), look("neon", 50).astype(float)
    shares = np.concatenate([np.zeros(count // 2), np.linspace(0, 1, count // 2)])
    return [(one * (1 - share) + other * share).astype(np.uint8) for share in shares]


def value(measurement: Measurement) -> float:
    assert measurement.value is not None
    return measurement.value


def test_what_stays_itself_does_not_drift(tmp_path: Path) -> None:
    found = measured([look("dusk", 50)] * 60, brand(tmp_path))
    assert set(found) == {"consistency", "first", "previous"}
    assert all(value(m) == pytest.approx(1, abs=1e-4) for m in found.values())


def test_what_turns_into_something_else_drifts_and_the_frames_are_named(tmp_path: Path) -> None:
    found = measured(blend(120), brand(tmp_path))
    assert value(found["first"]) < 0.6 and value(found["consistency"]) < 0.95
    ((first, last),) = found["first"].frames
    assert first > 60 and last == 108
    assert found["first"].evidence[0].kind == "board"


def test_a_jump_within_a_shot_is_where_the_previous_frame_is_unlike(tmp_path: Path) -> None:
    # Slow enough to be no cut: over 16 frames.
    one, other = look("dusk", 50).astype(float), look("neon", 50).astype(float)
    shares = np.clip((np.arange(100) - 49) / 16, 0, 1)
    clip = [(one * (1 - share) + other * share).astype(np.uint8) for share in shares]
    found = measured(clip, brand(tmp_path))["previous"]
    assert value(found) < 0.6 and found.frames == ((60, 60),)


def test_a_cut_is_no_drift_but_leaves_the_anchor(tmp_path: Path) -> None:
    guide = brand(tmp_path, "style: {anchor: still.png}")
    found = measured([look("dusk", 50)] * 40 + [look("neon", 50)] * 40, guide)
    assert value(found["first"]) > 0.99 and value(found["consistency"]) > 0.99
    assert value(found["anchor"]) < 0.5
    assert found["anchor"].frames[0][0] >= 40 and found["anchor"].series[0] == pytest.approx(1, abs=1e-4)


def test_consistency_is_that_of_vbench(tmp_path: Path) -> None:
    # Its definition, computed anew: the mean of the cosines to the first and the previous frame.
    clip = blend(96)
    encoder = load("builtin")
    vectors = np.concatenate([encoder.encode(f.pixels) for f in Scene(clip[::12]).batches()])
    pairs = [
        (max(0, vectors[0] @ vectors[k]) + max(0, vectors[k - 1] @ vectors[k])) / 2
        for k in range(1, len(vectors))
    ]
    assert value(measured(clip, brand(tmp_path))["consistency"]) == pytest.approx(np.mean(pairs), abs=1e-4)


def test_shards_come_to_the_whole(tmp_path: Path) -> None:
    guide = brand(tmp_path, "style: {anchor: still.png}")
    clip = blend(120)
    whole = measured(clip, guide)
    parts = [Drift(), Drift()]
    for frames in Scene(clip).batches():
        part = parts[frames.first >= 64]
        if frames.first in (0, 64):
            part.start(guide, Scene(clip).source)
        part.update(frames)
    parts[0].merge(parts[1])
    for measurement in parts[0].finish():
        expected = whole[measurement.metric.name]
        assert measurement.value == pytest.approx(expected.value, abs=1e-6)
        assert measurement.frames == expected.frames and len(measurement.series) == 120


def test_style_and_drift_encode_a_frame_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from brandkit_checks.style import Style

    guide = brand(tmp_path, "style: {references: [still.png], anchor: still.png}")
    encoder, counted = load("builtin"), []
    real = encoder.encode

    def counting(images: object) -> np.ndarray:
        counted.append(len(images))  # type: ignore[arg-type]
        return real(images)  # type: ignore[arg-type]

    monkeypatch.setattr(encoder, "encode", counting)
    checks: list[type[Check]] = [Style, Drift]
    _, failures = run(Scene(blend(60)), guide, checks)
    assert not failures
    assert sum(counted) == 5 + 2  # frames 0, 12, 24, 36 and 48; the reference; the anchor


@pytest.mark.parametrize("count", [1, 5])
def test_a_clip_too_short_to_drift_is_not_evaluated(count: int, tmp_path: Path) -> None:
    found = measured([look("dusk", 50)] * count, brand(tmp_path))["consistency"]
    assert found.value is None and "drift" in found.message


@pytest.mark.parametrize(
    "picture", [np.zeros((48, 64, 3), np.uint8), np.full((1, 1, 3), 9, np.uint8)], ids=["black", "1x1"]
)
def test_black_and_tiny_clips_are_measured(picture: np.ndarray, tmp_path: Path) -> None:
    found = measured([picture] * 40, brand(tmp_path, f"{ASKED}\nstyle: {{anchor: still.png}}"))
    assert value(found["first"]) == pytest.approx(1, abs=1e-4) and value(found["anchor"]) < 0.9


def test_a_still_is_compared_with_the_anchor(tmp_path: Path) -> None:
    guide = brand(tmp_path, "style: {anchor: still.png}")
    (good,) = measured([look("dusk", 50)], guide).values()
    (bad,) = measured([look("neon", 50)], guide).values()
    assert value(good) == pytest.approx(1, abs=1e-4) and value(bad) < 0.5


def test_nobody_asks_and_nothing_is_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "encoded", lambda *a: pytest.fail("a frame was encoded"))
    assert measured([look("dusk", 50)] * 30, brand(tmp_path, "required: [palette]")) == {}


def test_an_anchor_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = measured([look("dusk", 50)] * 30, brand(tmp_path, "style: {anchor: gone.png}"))["consistency"]
    assert found.value is None and "gone.png" in found.message
    with pytest.raises(BrandError, match=r"gone.png: the anchor is no file"):
        brand(tmp_path).anchored(tmp_path / "gone.png")


def test_the_caller_may_give_an_anchor(tmp_path: Path, run: Command) -> None:
    guide = brand(tmp_path, "limits: {drift: {anchor: {min: 0.8}}}\nrequired: [drift]")
    other = tmp_path / "neon.png"
    Image.fromarray(look("neon", 50)).save(other)
    good = check(tmp_path / "still.png", guide, checks=["drift"], anchor=tmp_path / "still.png")
    bad = check(other, guide, checks=["drift"], anchor=tmp_path / "still.png")
    assert (good.verdict, bad.verdict) == ("passed", "failed")
    assert good.brand.digest == guide.digest and str(good.settings["anchor"]).endswith("still.png")
    arguments = ("check", other, "-b", guide.path, "--only", "drift")
    assert run(*arguments, "--anchor", tmp_path / "still.png").status == 1
    done = run(*arguments, "--anchor", tmp_path / "gone.png")
    assert done.status == 2 and "gone.png: the anchor is no file" in done.err
    done = run("correct", other, "-b", guide.path, "-o", tmp_path / "out", "--anchor", tmp_path / "gone.png")
    assert done.status == 2 and "gone.png: the anchor is no file" in done.err
    assert not (tmp_path / "out").exists()


def test_a_correction_is_made_again_when_the_caller_s_anchor_changes(tmp_path: Path) -> None:
    guide, still = brand(tmp_path), tmp_path / "still.png"
    clip = open_clip(still, guide)
    key = Settings(anchor=still).key(clip, guide)
    assert key == Settings(anchor=still).key(clip, guide) != Settings().key(clip, guide)
    Image.fromarray(look("neon", 50)).save(still)
    assert key != Settings(anchor=still).key(clip, guide)


def test_after_a_thousand_seconds_fewer_frames_are_taken() -> None:
    step, most = 12, samples.MOST
    hours = [sum(samples.taken(n, step) for n in range(k * most * step)) for k in (1, 2, 4)]
    assert hours == [most, most + most // 2, 2 * most]
