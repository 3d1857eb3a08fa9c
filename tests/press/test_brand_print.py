"""``brandkit brand print``: the table, its files, and soft proofs of pictures."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import colour as science
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from brandkit import formats
from brandkit.press.profile import PrintProfile
from brandkit.press.soft_proof import SIGNAL, soft_proof

from ..conftest import Command, saved
from .conftest import PROFILE

BRAND = """\
meta: {name: Acme}
color:
  palette: {blue: "#0050FF", grey: "#808080", paper: "#FFFFFF", plum: "#8C50A0", same: plum}
defaults:
  brandkit:
    origin:
      blue: {value: "cmyk 1 0.7 0 0", hex: "#0050FF"}
      grey: {value: "cmyk 0.22 0.18 0.18 0.5", hex: "#808080"}
"""


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    path = tmp_path / "acme.brand.yml"
    path.write_text(BRAND, encoding="utf-8")
    return path


def told(brand: Path, run: Command, *options: object) -> dict[str, Any]:
    ended = run("brand", "print", brand, "--profile", PROFILE, "--json", *options)
    content: dict[str, Any] = json.loads(ended.out)
    return content


def colour(sheet: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in sheet["colours"] if one["name"] == name)


def test_a_colour_that_no_ink_makes_is_said_with_the_nearest_one(brand: Path, run: Command) -> None:
    ended = run("brand", "print", brand, "--profile", PROFILE)
    assert ended.status == 3
    assert "blue: cannot be printed: the nearest printable colour, #" in ended.out
    assert "with black point compensation" in ended.out
    assert "At most 298 % of ink together: the most that the profile's own separations lay down" in ended.out


def test_a_palette_that_can_be_printed_passes(tmp_path: Path, run: Command) -> None:
    path = tmp_path / "calm.brand.yml"
    path.write_text('color:\n  palette: {grey: "#808080", paper: "#FFFFFF"}\n', encoding="utf-8")
    assert run("brand", "print", path, "--profile", PROFILE).status == 0


def test_the_distance_is_that_of_colour_science(brand: Path, run: Command) -> None:
    one = colour(told(brand, run), "blue")
    fogra = PrintProfile.read(PROFILE)
    seen = fogra.to_lab(np.array([one["printed"]["inks"]]) / 100)[0]
    expected = float(science.delta_E(np.array(one["lab"]), seen, method="CIE 2000"))
    assert one["printed"]["de00"] == pytest.approx(expected, abs=0.02)


def test_inks_are_whole_per_cents_and_their_exact_values_are_kept(brand: Path, run: Command) -> None:
    one = colour(told(brand, run), "plum")
    assert one["printed"]["inks"] == [55, 76, 0, 2]
    # By transicc, relative colorimetric with black point compensation.
    assert one["exact_inks"] == pytest.approx([55.375, 76.295, 0, 2.411], abs=0.01)


def test_a_stated_value_that_this_profile_prints_otherwise_is_said(brand: Path, run: Command) -> None:
    sheet = told(brand, run)
    blue, grey = colour(sheet, "blue"), colour(sheet, "grey")
    assert blue["stated"]["inks"] == [100, 70, 0, 0]
    assert any("the palette states C 100 M 70 Y 0 K 0" in said for said in blue["warnings"])
    assert grey["stated"]["de00"] < 3 and not grey["warnings"]


def test_a_name_for_another_colour_is_not_listed_twice(brand: Path, run: Command) -> None:
    assert [one["name"] for one in told(brand, run)["colours"]] == ["blue", "grey", "paper", "plum"]


def test_too_much_ink_is_said(brand: Path, run: Command) -> None:
    one = colour(told(brand, run, "--ink-limit", 100), "grey")
    assert one["warnings"] == [
        "it takes 109 % of ink together, more than 100 %",
        "the stated value takes 108 % of ink together, more than 100 %",
    ]


def test_absolute_prints_the_paper_and_compensates_no_black(brand: Path, run: Command) -> None:
    sheet = told(brand, run, "--intent", "absolute")
    assert sheet["black_point_compensation"] is False
    assert colour(sheet, "paper")["printed"]["inks"][2] > 0


def test_the_files_say_what_the_terminal_says(brand: Path, tmp_path: Path, run: Command) -> None:
    sheet = told(brand, run, "-o", tmp_path / "print")
    on_disk = json.loads((tmp_path / "print" / "acme.print.json").read_text("utf-8"))
    assert on_disk == {key: value for key, value in sheet.items() if key != "proofs"}
    rows = list(csv.DictReader((tmp_path / "print" / "acme.print.csv").open(encoding="utf-8")))
    assert [(row["name"], row["c"], row["m"]) for row in rows[:1]] == [("blue", "90.0", "60.0")]


def test_the_swatches_open_as_cmyk(brand: Path, tmp_path: Path, run: Command) -> None:
    run("brand", "print", brand, "--profile", PROFILE, "-o", tmp_path)
    palette = formats.read(tmp_path / "acme.print.ase", cmyk_profile=PROFILE)
    blue = palette.colours[0]
    assert (blue.name, blue.group, blue.value.space) == ("blue", ("FOGRA39L small",), "cmyk")
    assert blue.value.components == pytest.approx((0.9, 0.6, 0, 0))


def ramp() -> Image.Image:
    """Colours in and out of gamut: hue across, lightness down."""
    hue, light = np.meshgrid(np.arange(96), np.arange(64))
    hsv = np.stack([hue * 255 / 95, np.full_like(hue, 140), light * 4], axis=-1)
    return Image.fromarray(hsv.astype(np.uint8), "HSV").convert("RGB")


@pytest.mark.parametrize(("paper", "proofing"), [(False, 1), (True, 3)])
def test_a_soft_proof_looks_as_littlecms_makes_it(paper: bool, proofing: int, fogra: PrintProfile) -> None:
    srgb = ImageCms.createProfile("sRGB")
    flags = ImageCms.Flags.SOFTPROOFING | ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildProofTransform(
        srgb,
        srgb,
        str(PROFILE),
        "RGB",
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Intent(proofing),
        flags,
    )
    picture = ramp()
    expected = np.asarray(ImageCms.applyTransform(picture, transform)).astype(int)
    made = soft_proof(np.asarray(picture), fogra, "relative", 3.0, 300)
    found = (made.on_paper if paper else made.printed).astype(int)
    # Pillow's runs through tables of 8 bits.
    assert np.percentile(np.abs(found - expected), 99) <= 6
    assert np.abs(found - expected).mean() < 1


def test_white_stays_white_unless_the_paper_is_shown(fogra: PrintProfile) -> None:
    white: npt.NDArray[np.uint8] = np.full((2, 2, 3), 255, dtype=np.uint8)
    made = soft_proof(white, fogra, "relative", 3.0, 300)
    assert made.printed.min() >= 254
    assert made.on_paper[0, 0, 0] < 245 and made.share_out == 0


def test_the_overlay_marks_what_no_ink_makes(tmp_path: Path, brand: Path, run: Command) -> None:
    picture = Image.new("RGB", (8, 4), "#808080")
    picture.paste("#0050FF", (0, 0, 2, 4))
    hero = saved(picture, tmp_path / "hero.png")
    sheet = told(brand, run, "-o", tmp_path / "print", "--proof", hero)
    assert sheet["proofs"][0]["share_out"] == 0.25
    overlay = np.asarray(Image.open(tmp_path / "print" / "hero.gamut.png"))
    assert (overlay[:, :2] == SIGNAL).all() and not (overlay[:, 2:] == SIGNAL).all(-1).any()
    assert (tmp_path / "print" / "hero.proof.png").exists()
    assert (tmp_path / "print" / "hero.proof-paper.png").exists()


def test_a_large_picture_is_proofed_in_strips_alike(
    fogra: PrintProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.asarray(ramp())
    whole = soft_proof(pixels, fogra, "relative", 3.0, 300)
    monkeypatch.setattr("brandkit.press.soft_proof._PIXELS_AT_A_TIME", 1000)
    strips = soft_proof(pixels, fogra, "relative", 3.0, 300)
    for name in ("printed", "on_paper", "gamut"):
        assert np.array_equal(getattr(whole, name), getattr(strips, name))
    assert (strips.share_out, strips.worst_de00) == (whole.share_out, whole.worst_de00)


def test_inks_that_the_hex_was_made_from_do_not_contradict_it(tmp_path: Path, run: Command) -> None:
    colours = (formats.Colour("black", formats.Value("cmyk", (0.7, 0.6, 0.5, 1.0)), "#000000"),)
    path = tmp_path / "inks.ase"
    formats.write(formats.Palette("inks", colours), path, "ase")
    warnings = colour(told(path, run), "black")["warnings"]
    assert not [said for said in warnings if said.startswith("the palette states")]


def test_a_share_is_said_in_words(tmp_path: Path, brand: Path, run: Command) -> None:
    hero = saved(Image.new("RGB", (4, 4), "#0050FF"), tmp_path / "hero.png")
    ended = run("brand", "print", brand, "--profile", PROFILE, "-o", tmp_path / "print", "--proof", hero)
    assert "hero.png: 100.0% of the pixels are out of gamut" in ended.out


def test_the_page_shows_colours_and_proofs_and_lets_nothing_run(tmp_path: Path, run: Command) -> None:
    brand = tmp_path / "acme.brand.yml"
    brand.write_text(BRAND.replace("plum:", '"<script>": "#112233", plum:'), encoding="utf-8")
    hero = saved(Image.new("RGB", (4, 4), "#0050FF"), tmp_path / "my hero.png")
    run("brand", "print", brand, "--profile", PROFILE, "-o", tmp_path / "print", "--proof", hero)
    page = (tmp_path / "print" / "acme.print.html").read_text("utf-8")
    assert "&lt;script&gt;" in page and "<script" not in page
    assert "default-src 'none'" in page
    assert "cannot be printed" in page and 'src="my%20hero.gamut.png"' in page


def test_bad_input_writes_nothing(tmp_path: Path, brand: Path, run: Command) -> None:
    (tmp_path / "hero.png").write_bytes(b"no picture")
    clip = Path(__file__).parents[1] / "data" / "video" / "bt709_full_range.mp4"
    for picture in (tmp_path / "hero.png", tmp_path / "none.png", shutil.copy(clip, tmp_path / "a.mp4")):
        options = ("-o", tmp_path / "print", "--proof", picture)
        ended = run("brand", "print", brand, "--profile", PROFILE, *options)
        assert ended.status == 2 and ended.err.count("\n") == 1
    assert not (tmp_path / "print").exists()


def test_pictures_of_one_name_do_not_replace_each_other(tmp_path: Path, brand: Path, run: Command) -> None:
    first, second = (saved(Image.new("RGB", (4, 4)), tmp_path / name) for name in ("hero.png", "Hero.jpg"))
    options = ("-o", tmp_path / "print", "--proof", first, "--proof", second)
    ended = run("brand", "print", brand, "--profile", PROFILE, *options)
    assert ended.status == 2 and "would both become" in " ".join(ended.err.split())
    assert not (tmp_path / "print").exists()


def test_a_proof_without_a_folder_is_bad_usage(tmp_path: Path, brand: Path, run: Command) -> None:
    hero = saved(Image.new("RGB", (4, 4)), tmp_path / "hero.png")
    ended = run("brand", "print", brand, "--profile", PROFILE, "--proof", hero)
    assert ended.status == 2 and "name a folder" in ended.err
