from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from brandkit_checks.proportion import Proportion
from PIL import Image

from brandkit.brand import Brand
from brandkit.check import run
from brandkit.loop import check
from brandkit.media import open as open_media

BRAND = """
color:
  palette: {blue: "#0050FF", ink: "#101820", paper: "#FFFFFF", spark: "#FFE600"}
defaults:
  brandkit:
    swatches:
      spark: {role: accent}
    proportions: {paper: 60%, blue: 30%, accent: 10%, tolerance: 5%}
    required: [proportion]
"""
COLOURS = {"paper": (255, 255, 255), "blue": (0, 80, 255), "spark": (255, 230, 0), "other": (120, 60, 60)}


def brand(tmp_path: Path, text: str = BRAND) -> Brand:
    (tmp_path / "b.yml").write_text(text)
    return Brand.load(tmp_path / "b.yml")


def picture(tmp_path: Path, name: str = "a.png", **columns: int) -> Path:
    """Columns of 100, by colour."""
    row = np.concatenate([np.tile(COLOURS[colour], (count, 1)) for colour, count in columns.items()])
    Image.fromarray(np.tile(row.astype(np.uint8), (20, 1, 1))).save(tmp_path / name)
    return tmp_path / name


def deviations(path: Path, guide: Brand) -> dict[str | None, float | None]:
    return {f.swatch: f.value for f in check(path, guide).findings if f.check == "proportion"}


def test_proportions_as_asked_deviate_by_nothing(tmp_path: Path) -> None:
    path = picture(tmp_path, paper=60, blue=30, spark=10)
    assert deviations(path, brand(tmp_path)) == pytest.approx({"paper": 0, "blue": 0, "accent": 0})
    assert check(path, brand(tmp_path), checks=["proportion"]).verdict == "passed"


def test_a_colour_too_many_is_measured_and_fails(tmp_path: Path) -> None:
    path = picture(tmp_path, paper=40, blue=50, spark=10)
    assert deviations(path, brand(tmp_path)) == pytest.approx({"paper": 0.2, "blue": 0.2, "accent": 0})
    report = check(path, brand(tmp_path), checks=["proportion"])
    assert report.verdict == "failed"
    assert any(
        "paper takes 40 % of the brand's colours, 60 % is asked for" in f.message for f in report.findings
    )


def test_what_is_no_brand_colour_does_not_count(tmp_path: Path) -> None:
    path = picture(tmp_path, paper=30, blue=15, spark=5, other=50)
    assert deviations(path, brand(tmp_path)) == pytest.approx({"paper": 0, "blue": 0, "accent": 0})


def test_a_shaded_colour_counts_in_the_shade_too(tmp_path: Path) -> None:
    # #002789 is #0050FF under a quarter of the light, to within what 8 bits hold.
    guide = brand(tmp_path, BRAND.replace("swatches:", "swatches:\n      blue: {finish: shaded}"))
    pixels = np.full((20, 100, 3), COLOURS["paper"], np.uint8)
    pixels[:, 60:75], pixels[:, 75:90], pixels[:, 90:] = (0, 80, 255), (0, 39, 137), COLOURS["spark"]
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert deviations(tmp_path / "a.png", guide) == pytest.approx({"paper": 0, "blue": 0, "accent": 0})
    flat = deviations(tmp_path / "a.png", brand(tmp_path))
    assert flat["blue"] == pytest.approx(0.3 - 15 / 85)


def test_shards_add_up(tmp_path: Path) -> None:
    guide = brand(tmp_path)
    clips = [open_media(picture(tmp_path, f"{k}.png", **{k: 50, "spark": 50})) for k in ("paper", "blue")]
    parts = []
    for clip in clips:
        part = Proportion()
        part.start(guide, clip.source)
        for frames in clip.batches():
            part.update(frames)
        parts.append(part)
    parts[0].merge(parts[1])
    found = {m.swatch: m.value for m in parts[0].finish()}
    assert found == pytest.approx({"paper": 0.35, "blue": 0.05, "accent": 0.4})


def test_nothing_of_the_brand_is_not_evaluated(tmp_path: Path) -> None:
    (found,), _ = run(open_media(picture(tmp_path, other=100)), brand(tmp_path), [Proportion])
    assert found.value is None and "no pixel is in one of the brand's colours" in found.message


def test_a_brand_without_proportions_sees_nothing_unless_it_requires_them(tmp_path: Path) -> None:
    plain = "color:\n  palette: {blue: '#0050FF'}\n"
    clip = open_media(picture(tmp_path, blue=100))
    assert run(clip, brand(tmp_path, plain), [Proportion]) == ([], [])
    asked = f"{plain}defaults:\n  brandkit:\n    required: [proportion, palette]\n"
    assert check(clip, brand(tmp_path, asked)).verdict == "needs_review"


@pytest.mark.parametrize("size", [(1, 1), (3, 200)])
def test_tiny_and_black_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size).save(tmp_path / "a.png")
    (found, *_), failures = run(open_media(tmp_path / "a.png"), brand(tmp_path), [Proportion])
    assert not failures and found.check == "proportion"
