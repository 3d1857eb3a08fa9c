from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brandkit import handover

from .corrections import Correction, flat, shaded
from .programs import ffmpeg


@pytest.fixture(scope="module")
def readme(tmp_path_factory: pytest.TempPathFactory) -> str:
    return exported(flat("two swatches"), tmp_path_factory.mktemp("readme"))


def exported(correction: Correction, folder: Path) -> str:
    files = handover.export(correction.lut, folder, "acme", correction.shifts, formats=handover.formats())
    assert files[-1] == ("how to load them", folder / "acme-README.txt")
    assert all(path.exists() for _, path in files)
    return (folder / "acme-README.txt").read_text("utf-8")


def test_it_says_what_the_lut_does_and_what_each_file_is(readme: str) -> None:
    digest = flat("two swatches").lut.digest
    assert readme.startswith("Acme: hero.png\n==============\n")
    assert "swatch 1: #D9352E -> #E2231A, onto this HEX" in readme
    assert "display-referred sRGB (IEC 61966-2-1), full range" in readme
    assert f"acme.cube: Cube LUT, 33 x 33 x 33 nodes, sha256 of them {digest}" in readme
    assert "acme.hald.png: Hald CLUT, 64 x 64 x 64 nodes" in readme


@pytest.mark.parametrize(
    "program",
    ["DaVinci Resolve", "Premiere Pro", "After Effects", "Photoshop", "ffmpeg", "OpenColorIO", "ImageMagick"],
)
def test_it_says_how_to_load_the_lut(program: str, readme: str) -> None:
    assert re.search(rf"^{program}\b", readme, re.MULTILINE)


def test_it_leaves_no_place_for_a_name_open(readme: str) -> None:
    assert not re.search(r"\{file\}|\{\{|\}\}", readme)


def test_lines_fit_and_end_as_every_editor_takes_them(tmp_path: Path) -> None:
    handover.export(flat("blue").lut, tmp_path, "acme", flat("blue").shifts)
    data = (tmp_path / "acme-README.txt").read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n")
    prose = [line for line in data.decode().splitlines() if "ffmpeg -i" not in line and "sha256" not in line]
    assert max(map(len, prose)) <= 120


def test_the_residual_of_a_shaded_surface_is_in_it(tmp_path: Path) -> None:
    correction = shaded()
    text = exported(correction, tmp_path)
    held = handover.anchors(correction.lut, correction.shifts)
    (stated,) = (
        one
        for one in handover.residual(correction.lut, held)
        if (one.interpolation, one.rounding) == ("trilinear", "rounding")
    )
    assert f"trilinear, rounding: up to {stated.codes} codes, CIEDE2000 {stated.de00:.2f}" in text
    assert "with all its shadings" in text


def test_a_flat_colour_is_said_to_be_exact(tmp_path: Path) -> None:
    text = exported(flat("ink"), tmp_path)
    assert text.count("exact to the code: tetrahedral and trilinear, rounding and truncating") == 3


def test_a_matte_is_named(readme: str, tmp_path: Path) -> None:
    assert "matte" not in readme
    handover.export(flat("blue").lut, tmp_path, "acme", matte="acme.matte.png")
    assert "Through the matte acme.matte.png only" in (tmp_path / "acme-README.txt").read_text("utf-8")


def test_an_odd_name_gets_a_hint(tmp_path: Path) -> None:
    handover.export(flat("blue").lut, tmp_path, "it's: new")
    assert "plain letters and digits" in (tmp_path / "it's: new-README.txt").read_text("utf-8")
    handover.export(flat("blue").lut, tmp_path, "Film 1 (v2)")
    assert "plain letters and digits" not in (tmp_path / "Film 1 (v2)-README.txt").read_text("utf-8")


def test_its_ffmpeg_commands_land_on_the_hex(tmp_path: Path) -> None:
    """As they stand, on a picture whose width is no multiple of anything."""
    correction = flat("two swatches")
    text = exported(correction, tmp_path)
    noise = np.concatenate([codes for codes, _ in correction.noise])
    wanted = np.concatenate([np.broadcast_to(target, codes.shape) for codes, target in correction.noise])
    Image.fromarray(noise.reshape(-1, 49, 3)).save(tmp_path / "picture.png")
    commands = re.findall(r"^  ffmpeg (.*)$", text, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        ffmpeg(*shlex.split(command), folder=tmp_path)
        found = np.asarray(Image.open(tmp_path / "corrected.png").convert("RGB")).reshape(-1, 3)
        assert (found == wanted).all(), command
