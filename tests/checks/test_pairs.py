from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from brandkit_checks.pairs import NONE, Pairs, border, closed, patches
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from brandkit.brand import Brand
from brandkit.check import Measurement, run
from brandkit.loop import check
from brandkit.media import open as open_media

PALETTE = 'color:\n  palette: {blue: "#0050FF", ink: "#101820", paper: "#FFFFFF", spark: "#FFE600"}\n'
Rgb = tuple[int, int, int]
BLUE, INK, PAPER, SPARK = (0, 80, 255), (16, 24, 32), (255, 255, 255), (255, 230, 0)


def brand(tmp_path: Path, pairs: str) -> Brand:
    (tmp_path / "b.yml").write_text(f"{PALETTE}defaults:\n  brandkit:\n    {pairs}\n")
    return Brand.load(tmp_path / "b.yml")


def halves(
    left: tuple[int, int, int], right: tuple[int, int, int], gap: int = 0, blur: float = 0
) -> Image.Image:
    """100 x 100, one colour beside the other, a gap of spark between them."""
    pixels = np.empty((100, 100, 3), np.uint8)
    pixels[:, :50], pixels[:, 50:] = left, right
    pixels[:, 50 - gap : 50 + gap] = SPARK
    picture = Image.fromarray(pixels)
    return picture.filter(ImageFilter.GaussianBlur(blur)) if blur else picture


def measured(tmp_path: Path, picture: Image.Image, pairs: str) -> Measurement:
    picture.save(tmp_path / "a.png")
    (found,), failures = run(open_media(tmp_path / "a.png"), brand(tmp_path, pairs), [Pairs])
    assert not failures
    return found


def test_a_border_from_top_to_bottom_is_one_height(tmp_path: Path) -> None:
    found = measured(tmp_path, halves(BLUE, INK), "pairs: {forbidden: [[ink, blue]]}")
    assert found.value == pytest.approx(1.0)
    assert found.message == "ink and blue touch along 1.00 heights of the frame"
    assert found.evidence[0].pixels[:, 48:52].any() and not found.evidence[0].pixels[:, :40].any()


def test_a_soft_edge_is_a_border_too(tmp_path: Path) -> None:
    assert measured(tmp_path, halves(BLUE, INK, blur=1.0), "pairs: {required: [[blue, ink]]}").value == (
        pytest.approx(1.0, abs=0.05)
    )


def test_a_third_colour_keeps_them_apart(tmp_path: Path) -> None:
    assert measured(tmp_path, halves(BLUE, INK, gap=6), "pairs: {forbidden: [[blue, ink]]}").value == 0


def test_a_narrow_stripe_of_a_swatch_keeps_them_apart_whether_listed_or_not(tmp_path: Path) -> None:
    picture = halves(BLUE, INK, gap=2)  # no wider than a soft edge, and of too little area for a region
    assert measured(tmp_path, picture, "pairs: {forbidden: [[blue, ink]]}").value == 0
    assert measured(tmp_path, picture, "pairs: {required: [[blue, spark]]}").value == pytest.approx(1.0)


def headline(size: int) -> Image.Image:
    picture = Image.new("RGB", (960, 540), BLUE)
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).text((60, 200), "Now on sale", fill=SPARK, font=font)
    return picture


def test_a_headline_touches_what_it_stands_on(tmp_path: Path) -> None:
    """No letter of it is large enough for a region."""
    found = measured(tmp_path, headline(60), "pairs: {forbidden: [[blue, spark]]}")
    assert found.value is not None and found.value > 1
    box = found.evidence[0].pixels.nonzero()
    assert box[0].min() >= 200 and box[0].max() <= 280
    assert box[1].min() >= 50 and box[1].max() <= 460


def test_small_type_is_not_seen_as_the_documentation_says(tmp_path: Path) -> None:
    assert measured(tmp_path, headline(12), "pairs: {forbidden: [[blue, spark]]}").value == 0


def test_the_mixture_along_a_soft_edge_is_no_colour_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(
        'color:\n  palette: {blue: "#0050FF", sky: "#80A8FF", paper: "#FFFFFF"}\n'
        "defaults:\n  brandkit:\n    pairs: {forbidden: [[sky, paper]], required: [[blue, paper]]}\n"
    )
    halves(BLUE, PAPER, blur=1.5).save(tmp_path / "a.png")
    measured, _ = run(open_media(tmp_path / "a.png"), Brand.load(tmp_path / "b.yml"), [Pairs])
    lengths = {m.metric.name: m.value for m in measured}
    assert lengths == {"forbidden_pair": 0, "required_pair": pytest.approx(1.0, abs=0.05)}


@pytest.mark.parametrize(("finish", "touches"), [("flat", True), ("shaded", False)])
def test_specks_count_of_a_flat_colour_and_not_of_a_surface(
    tmp_path: Path, finish: str, touches: bool
) -> None:
    picture = Image.new("RGB", (100, 100), INK)
    for corner in range(10, 90, 20):
        picture.paste(BLUE, (corner, corner, corner + 6, corner + 6))
    guidelines = f"swatches: {{blue: {{finish: {finish}}}}}\n    pairs: {{forbidden: [[blue, ink]]}}"
    found = measured(tmp_path, picture, guidelines)
    assert found.value == pytest.approx(4 * 24 / 100 if touches else 0)


def test_a_patch_is_as_wide_as_a_stroke() -> None:
    labels = np.full((5, 9), NONE, np.uint8)
    labels[1:4, 1:4], labels[1:3, 6:8] = 7, 7
    kept = np.full((5, 9), NONE, np.uint8)
    kept[1:4, 1:4] = 7
    assert patches(labels).tolist() == kept.tolist()


def test_the_gate_by_its_own_limits(tmp_path: Path) -> None:
    guide = brand(tmp_path, "pairs: {forbidden: [[blue, ink]], required: [[blue, paper]]}")
    halves(BLUE, INK).save(tmp_path / "bad.png")
    halves(BLUE, PAPER).save(tmp_path / "good.png")
    reports = [check(tmp_path / name, guide, checks=["pairs"]) for name in ("bad.png", "good.png")]
    bad, good = ({f.metric: f.outcome for f in report.findings if f.metric} for report in reports)
    assert bad == {"required_pair": "failed", "forbidden_pair": "failed"}
    assert good == {"required_pair": "passed", "forbidden_pair": "passed"}


def test_of_a_clip_the_longest_border_counts_and_its_frames_are_named(tmp_path: Path) -> None:
    for number, gap in enumerate((6, 0, 6)):
        halves(BLUE, INK, gap).save(tmp_path / f"a_{number}.png")
    clip = open_media(tmp_path / "a_%d.png")
    guide = brand(tmp_path, "pairs: {forbidden: [[blue, ink]]}")
    (found,), _ = run(clip, guide, [Pairs], batch=2)
    assert (found.value, found.frames) == (pytest.approx(1.0), ((1, 1),))
    shards = []
    for frames in clip.batches(2):
        shard = Pairs()
        shard.start(guide, clip.source)
        shard.update(frames)
        shards.append(shard)
    shards[0].merge(shards[1])
    (merged,) = shards[0].finish()
    assert (merged.value, merged.frames) == (found.value, found.frames)


def test_a_brand_without_pairs_sees_nothing_unless_it_requires_them(tmp_path: Path) -> None:
    halves(BLUE, INK).save(tmp_path / "a.png")
    assert run(open_media(tmp_path / "a.png"), brand(tmp_path, "off_palette: 50%"), [Pairs]) == ([], [])
    assert check(tmp_path / "a.png", brand(tmp_path, "required: [pairs, palette]")).verdict == "needs_review"


@pytest.mark.parametrize("size", [(1, 1), (2, 300)])
def test_tiny_and_black_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    found = measured(tmp_path, Image.new("RGB", size), "pairs: {forbidden: [[blue, ink]]}")
    assert found.value == 0


def test_sides_are_counted_along_rows_and_columns() -> None:
    labels = np.array([[0, 1, 1], [0, 0, 1], [2, 2, 1]], dtype=np.uint8)
    assert border(labels, 0, 1).sum() == 3
    assert border(labels, 1, 0).sum() == 3
    assert border(labels, 1, 2).sum() == 1


def test_gaps_close_to_the_nearest_and_no_further() -> None:
    row = np.array([[0, 255, 255, 1] + [255] * 6], dtype=np.uint8)
    assert closed(row).tolist() == [[0, 0, 1, 1, 1, 1, 255, 255, 255, 255]]
