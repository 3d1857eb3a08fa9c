"""A printing condition's conversions, against LittleCMS's transicc and ArgyllCMS's icclu."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from brandkit.errors import PressError
from brandkit.press.nearest import distance_de00, nearest
from brandkit.press.profile import INTENTS, Intent, PrintProfile, srgb_to_lab

from .conftest import DATA, DISPLAY_ONLY, PROFILE

GOLDEN = list(csv.DictReader(io.StringIO((DATA / "print" / "fogra39l-small.csv").read_text())))
"""See SOURCES.md for the commands that made it."""
SAME_DIGITS = 0.01
"""Per cent of ink, and CIELAB: two builds of LittleCMS."""


def golden(*names: str) -> npt.NDArray[np.float64]:
    return np.array([[float(row[name]) for name in names] for row in GOLDEN])


RGB = golden("r", "g", "b") / 255


@pytest.mark.parametrize("intent", INTENTS)
def test_inks_are_those_of_transicc(intent: Intent, fogra: PrintProfile) -> None:
    expected = golden(*(f"{intent}_{ink}" for ink in "cmyk"))
    assert np.abs(fogra.separate(RGB, intent) * 100 - expected).max() < SAME_DIGITS


def test_lab_of_srgb_is_that_of_transicc() -> None:
    assert np.abs(srgb_to_lab(RGB) - golden("lab_l", "lab_a", "lab_b")).max() < SAME_DIGITS


@pytest.mark.parametrize(("column", "paper"), [("seen", False), ("measured", True)])
def test_what_comes_back_is_that_of_transicc_and_argyll(
    column: str, paper: bool, fogra: PrintProfile
) -> None:
    inks = golden(*(f"relative_{ink}" for ink in "cmyk")) / 100
    found = fogra.to_lab(inks, paper=paper)
    # transicc rounds Lab of this profile's 16-bit tables to their steps; Argyll interpolates otherwise.
    assert distance_de00(found, golden(*(f"{column}_{axis}" for axis in "lab"))).max() < 0.02
    assert distance_de00(found, golden(*(f"argyll_{column}_{axis}" for axis in "lab"))).max() < 0.7


def test_paper_is_measured_as_fogra_published_it(fogra: PrintProfile) -> None:
    # FOGRA39L, field 1: L* 95.00, a* 0.00, b* -2.00.
    assert fogra.to_lab(np.zeros((1, 4)), paper=True)[0] == pytest.approx((95, 0, -2), abs=0.1)


def test_solid_cyan_is_measured_as_fogra_published_it(fogra: PrintProfile) -> None:
    # ISO 12647-2:2004/Amd 1, paper type 1, as in FOGRA39L: L* 55, a* -37, b* -50.
    cyan = fogra.to_lab(np.array([[1.0, 0, 0, 0]]), paper=True)
    assert float(distance_de00(cyan, np.array([[55.0, -37, -50]]))[0]) < 1


def test_most_ink_is_what_the_profile_was_made_with(fogra: PrintProfile) -> None:
    # colprof -l300: separations stay within 300 %.
    assert 2.9 < fogra.most_ink <= 3.0


def test_eight_bits_alone_would_miss_by_more_than_a_per_cent(fogra: PrintProfile) -> None:
    """Why not Pillow's ImageCms: its table of 8 bits is off by whole per cents of ink."""
    rgb = np.random.default_rng(1).integers(0, 256, (4000, 3), dtype=np.uint8)
    plain = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"),
        str(PROFILE),
        "RGB",
        "CMYK",
        1,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    coarse = np.asarray(ImageCms.applyTransform(Image.fromarray(rgb[None]), plain))[0] / 255
    assert np.abs(coarse - fogra.separate(rgb / 255, "relative")).max() > 0.01


def test_the_nearest_colour_is_nearer_than_any_of_a_grid_of_inks(fogra: PrintProfile) -> None:
    steps = np.linspace(0, 1, 11)
    grid = np.stack(np.meshgrid(steps, steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 4)
    grid = grid[grid.sum(1) <= 3]
    printed = fogra.to_lab(grid)
    targets = srgb_to_lab(RGB)
    _, found = nearest(fogra, targets, 3.0)
    by_hand = np.array([distance_de00(printed, target[None]).min() for target in targets])
    assert (found <= by_hand + 1e-9).all()


def test_the_nearest_colour_keeps_to_the_ink_limit(fogra: PrintProfile) -> None:
    inks, _ = nearest(fogra, srgb_to_lab(np.zeros((1, 3))), 2.0)
    assert inks.sum() <= 2.0 + 1e-9


def test_a_colour_that_inks_make_is_found_again(fogra: PrintProfile) -> None:
    inks = np.array([[0.3, 0.2, 0.6, 0.1]])
    _, away = nearest(fogra, fogra.to_lab(inks), 4.0)
    assert away[0] < 0.1


def refused(path: Path) -> str:
    with pytest.raises(PressError) as caught:
        PrintProfile.read(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello", "is no ICC profile, or damaged"),
        (PROFILE.read_bytes()[:60_000], "does not lead from colours to inks"),
        (PROFILE.read_bytes()[:100], "is no ICC profile, or damaged"),
        ((DATA / "icc" / "DisplayP3-v4.icc").read_bytes(), "is for RGB; give the CMYK profile"),
        (DISPLAY_ONLY.read_bytes(), "printing condition"),
    ],
)
def test_a_profile_that_cannot_be_used_is_one_clear_line(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "some.icc"
    path.write_bytes(content)
    assert said in refused(path)


def test_a_profile_for_display_alone_is_refused(tmp_path: Path) -> None:
    data = bytearray(DISPLAY_ONLY.read_bytes())
    data[12:16] = b"prtr"
    path = tmp_path / "display.icc"
    path.write_bytes(data)
    assert "does not lead from colours to inks (B2A)" in refused(path)


def test_a_missing_profile_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.icc")
    assert "is a folder" in refused(tmp_path)
