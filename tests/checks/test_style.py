from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from brandkit_checks.style import Style
from PIL import Image

from brandkit import loop
from brandkit.brand import Brand
from brandkit.check import Measurement, run
from brandkit.loop import check
from brandkit.style import encoder, references
from brandkit.style.encoder import load

from ..looks import look, saved_looks, styled
from ..scenes import Scene

BOTH = "style: {references: ['dusk-*.png'], counter_references: ['neon-*.png']}"


def measured(clip: list[np.ndarray], guide: Brand, batch: int = 8) -> dict[str, Measurement]:
    found, failures = run(Scene(clip), guide, [Style], batch=batch)
    assert failures == []
    return {measurement.metric.name: measurement for measurement in found}


def brand(folder: Path, guidelines: str = BOTH, count: int = 6) -> Brand:
    saved_looks(folder, "dusk", count)
    saved_looks(folder, "neon", 3)
    return Brand.load(styled(folder, guidelines))


def value(measurement: Measurement) -> float:
    assert measurement.value is not None
    return measurement.value


def test_a_picture_like_the_references_is_alike_and_another_is_not(tmp_path: Path) -> None:
    guide = brand(tmp_path)
    good, bad = measured([look("dusk", 50)], guide), measured([look("neon", 50)], guide)
    assert value(good["similarity"]) > 0.9 > 0.5 > value(bad["similarity"])
    assert value(good["margin"]) > 0.2 and value(bad["margin"]) < -0.2


def test_the_calibrated_limit_judges(tmp_path: Path) -> None:
    path = styled(tmp_path)
    references.add(path, saved_looks(tmp_path, "dusk", 19))
    references.calibrate(path)
    for seed, (kind, verdict) in enumerate([("dusk", "passed"), ("neon", "failed")]):
        Image.fromarray(look(kind, 60 + seed)).save(tmp_path / "new.png")
        report = check(tmp_path / "new.png", Brand.load(path), checks=["style"])
        assert report.verdict == verdict
        (finding,) = report.findings
        assert "at most 5 % of pictures like your approved ones are flagged" in finding.message
        assert finding.basis is not None and finding.basis.startswith("builtin:efficientnet-lite0-")


def test_a_calibration_for_other_references_does_not_judge(tmp_path: Path) -> None:
    path = styled(tmp_path)
    references.add(path, saved_looks(tmp_path, "dusk", 19))
    references.calibrate(path)
    styled(tmp_path, "required: [style]\nstyle: {references: ['neon-*.png']}")
    saved_looks(tmp_path, "neon", 1)
    Image.fromarray(look("dusk", 60)).save(tmp_path / "new.png")
    report = check(tmp_path / "new.png", Brand.load(path), checks=["style"])
    assert report.verdict == "needs_review"
    assert "for other references or another encoder" in report.findings[0].message


def test_a_picture_beside_its_references_and_where_it_departs_is_shown(tmp_path: Path) -> None:
    guide = brand(tmp_path)
    picture = look("dusk", 50, (192, 256))
    picture[:96, :96] = look("neon", 1, (96, 96))
    board, glow = measured([picture], guide)["similarity"].evidence
    assert (board.kind, glow.kind) == ("board", "heatmap")
    assert board.pixels.ndim == 3 and glow.pixels.shape == (192, 256, 3)
    brightness = glow.pixels.astype(float).sum(2)
    assert brightness[16:80, 16:80].mean() > 1.5 * brightness[112:, 112:].mean()


def test_one_shot_of_another_look_is_found(tmp_path: Path) -> None:
    guide = brand(tmp_path)
    clip = [look("dusk", 50)] * 30 + [look("neon", 51)] * 30 + [look("dusk", 52)] * 30
    found = measured(clip, guide)["similarity"]
    assert found.frames == ((30, 59),) and value(found) < 0.5
    assert found.series[36] is not None and found.series[1] is None and len(found.series) == 90
    assert "frame" in found.evidence[0].title.lower()


def test_a_shot_too_short_for_the_usual_rate_is_seen(tmp_path: Path) -> None:
    clip = [look("dusk", 50)] * 38 + [look("neon", 51)] * 6 + [look("dusk", 52)] * 30
    assert measured(clip, brand(tmp_path))["similarity"].frames == ((38, 43),)


def test_a_fade_from_black_is_no_departure(tmp_path: Path) -> None:
    guide = brand(tmp_path)
    picture = look("dusk", 50)
    gains = np.clip(np.arange(100) / 24, 0, 1)
    faded = [(picture * gain).astype(np.uint8) for gain in gains]
    still = value(measured([picture], guide)["similarity"])
    assert value(measured(faded, guide)["similarity"]) == pytest.approx(still, abs=0.01)


def test_shards_come_to_the_whole(tmp_path: Path) -> None:
    guide = brand(tmp_path)
    clip = [look("dusk", 50)] * 40 + [look("neon", 51)] * 40
    whole = measured(clip, guide)["similarity"]
    parts = [Style(), Style()]
    for part, batches in zip(parts, ((0, 32), (32, 80)), strict=True):
        part.start(guide, Scene(clip).source)
        for frames in Scene(clip).batches():
            if batches[0] <= frames.first < batches[1]:
                part.update(frames)
    parts[0].merge(parts[1])
    joined = parts[0].finish()[0]
    assert (joined.value, joined.frames) == (whole.value, whole.frames)
    assert joined.series == whole.series


def test_the_size_of_batches_does_not_matter(tmp_path: Path) -> None:
    guide = brand(tmp_path)
    clip = [look("dusk", seed // 20) for seed in range(60)]
    one, other = (measured(clip, guide, batch)["similarity"] for batch in (3, 16))
    assert value(one) == pytest.approx(value(other), abs=1e-4) and one.frames == other.frames


def test_an_encoder_that_is_not_there_is_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = brand(tmp_path, "style: {references: ['dusk-*.png'], more_like: [calm]}\nrequired: [style]")
    monkeypatch.setattr(encoder, "find_spec", lambda name: None)
    monkeypatch.setattr(encoder, "_loaded", {})
    found = measured([look("dusk", 50)], guide)
    assert set(found) == {"similarity", "more_like"}
    assert all(m.value is None and "pip install 'brandkit[style]'" in m.message for m in found.values())


def test_a_missing_reference_is_not_evaluated(tmp_path: Path) -> None:
    guide = brand(tmp_path, "style: {references: [none/*.png]}")
    found = measured([look("dusk", 50)], guide)["similarity"]
    assert found.value is None and "'none/*.png' matches no picture" in found.message


def test_phrases_without_an_encoder_that_reads_are_not_evaluated(tmp_path: Path) -> None:
    found = measured([look("dusk", 1)], brand(tmp_path, "style: {more_like: [calm], less_like: [neon]}"))
    assert set(found) == {"more_like", "less_like"}
    assert all(m.value is None and "reads no text" in m.message for m in found.values())


def test_phrases_are_weighed_against_each_other(tmp_path: Path, tiny_clip: Path) -> None:
    shutil.copytree(tiny_clip, tmp_path / "clip")
    rules = "style: {encoder: 'open_clip:./clip', more_like: [calm, morning light], less_like: [neon]}"
    guide = brand(tmp_path, rules)
    found = measured([look("dusk", 1)], guide)
    reader = load(f"open_clip:{tmp_path / 'clip'}")
    image = Image.fromarray(look("dusk", 1))
    model, prepare = open_clip.create_model_from_pretrained(f"local-dir:{tiny_clip}")
    tokens = open_clip.get_tokenizer(f"local-dir:{tiny_clip}")(["calm", "morning light", "neon"])
    with torch.no_grad():
        seen = model.eval().encode_image(prepare(image)[None], normalize=True)
        logits = model.logit_scale.exp() * seen @ model.encode_text(tokens, normalize=True).T
    pairs = [float(torch.softmax(logits[0, [k, 2]], 0)[0]) for k in (0, 1)]
    assert value(found["more_like"]) == pytest.approx(min(pairs), abs=1e-4)
    assert value(found["less_like"]) == pytest.approx(1 - max(pairs), abs=1e-4)
    assert found["more_like"].basis == reader.id


def test_a_brand_that_says_nothing_of_style_loads_no_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "_load", lambda *name: pytest.fail("an encoder was loaded"))
    monkeypatch.setattr(encoder, "_loaded", {})
    assert measured([look("dusk", 1)], brand(tmp_path, "required: [palette]")) == {}
    required = measured([look("dusk", 1)], brand(tmp_path, "required: [style]"))["similarity"]
    assert required.value is None and "brandkit brand references add" in required.message


@pytest.mark.parametrize(
    "picture",
    [np.zeros((64, 64, 3), np.uint8), np.full((1, 1, 3), 200, np.uint8), np.zeros((2, 300, 3), np.uint8)],
    ids=["black", "1x1", "a line"],
)
def test_black_and_tiny_pictures_are_measured(picture: np.ndarray, tmp_path: Path) -> None:
    found = measured([picture], brand(tmp_path))
    assert -1 <= value(found["similarity"]) < 0.9
    assert len(found["similarity"].evidence) == 2


def test_a_clip_of_one_frame_is_measured(tmp_path: Path) -> None:
    scene = Scene([look("dusk", 50)] * 2)
    scene.pictures = scene.pictures[:1]
    found, failures = run(scene, brand(tmp_path), [Style])
    assert not failures and found[0].value is not None


def test_one_reference_is_enough_to_compare_with(tmp_path: Path) -> None:
    found = measured([look("dusk", 50)], brand(tmp_path, "style: {references: [dusk-0.png]}"))
    assert "the nearest 1 of 1 references" in found["similarity"].message


@pytest.mark.parametrize(("after", "worse"), [("dusk", False), ("neon", True)])
def test_a_picture_that_comes_nearer_to_the_references_is_not_made_worse(
    after: str, worse: bool, tmp_path: Path
) -> None:
    guide = brand(
        tmp_path, "style: {references: ['dusk-*.png']}\nlimits: {style: {similarity: {min: 0.999}}}"
    )
    half = (look("dusk", 50).astype(float) + look("neon", 50)) / 2
    reports = [
        check(Scene([picture.astype(np.uint8)]), guide, checks=["style"], timestamp=False)
        for picture in (half, look(after, 50))
    ]
    assert [report.verdict for report in reports] == ["failed", "failed"]
    assert bool(loop.worse(*reports)) is worse
