"""What users of other programs get: the very same HEX, or the difference that is stated."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import PyOpenColorIO as OCIO
import pytest

from brandkit import handover
from brandkit.brand import Brand, Swatch
from brandkit.correct import solve

from ..scenes import BOX, Scene, de00, paste, photograph, rgb8
from .corrections import FLAT, SHADED, flat, ours, shaded
from .programs import INTERPOLATIONS, ocio, ocio_group, pillow, rounding, truncating

NAMES = {".cube": "cube", ".clf": "clf", ".hald.png": "hald"}


Written = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The file of a correction by its name, written once for all tests."""

    @cache
    def file(name: str, suffix: str) -> Path:
        found = shaded() if name == "shaded" else flat(name)
        folder = tmp_path_factory.mktemp("handed-over")
        handover.export(found.lut, folder, "acme", found.shifts, formats=[NAMES[suffix]])
        return folder / f"acme{suffix}"

    return file


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("suffix", NAMES)
@pytest.mark.parametrize("name", FLAT)
def test_noise_lands_on_the_hex_in_every_program_that_rounds(
    name: str, suffix: str, interpolation: str, written: Written
) -> None:
    correction = flat(name)
    path = written(name, suffix)
    for codes, target in correction.noise:
        for program, apply in rounding(suffix, interpolation).items():
            assert (apply(codes, path) == target).all(), program


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("name", FLAT)
def test_a_cube_lands_it_on_the_hex_where_8_bits_are_truncated(
    name: str, interpolation: str, written: Written
) -> None:
    correction = flat(name)
    path = written(name, ".cube")
    for codes, target in correction.noise:
        (apply,) = truncating(".cube", interpolation).values()
        assert (apply(codes, path) == target).all()


@pytest.mark.parametrize("name", FLAT)
def test_a_picture_of_a_lut_does_too_but_for_codes_of_255(name: str, written: Written) -> None:
    correction = flat(name)
    path = written(name, ".hald.png")
    for codes, target in correction.noise:
        (apply,) = truncating(".hald.png", "tetrahedral").values()
        short = target.astype(int) - apply(codes, path)
        assert not short[:, target < 255].any()
        assert set(short[:, target == 255].flatten().tolist()) <= {0, 1}


@pytest.mark.parametrize("name", FLAT)
def test_pillow_lands_on_the_hex(name: str, written: Written) -> None:
    correction = flat(name)
    path = written(name, ".cube")
    for codes, target in correction.noise:
        assert (pillow(codes, path) == target).all()


@pytest.mark.parametrize("nodes", [17, 65])
def test_a_cube_is_exact_at_any_number_of_nodes_that_was_solved_for(nodes: int, tmp_path: Path) -> None:
    correction = flat("two swatches", nodes)
    path = tmp_path / "acme.cube"
    handover.write(correction.lut, path)
    for interpolation in INTERPOLATIONS:
        for codes, target in correction.noise:
            for program, apply in (
                rounding(".cube", interpolation) | truncating(".cube", interpolation)
            ).items():
                assert (apply(codes, path) == target).all(), program


@pytest.mark.parametrize("suffix", NAMES)
def test_the_residual_stated_is_the_one_that_programs_have(suffix: str, written: Written) -> None:
    correction = shaded()
    path = written("shaded", suffix)
    held = handover.anchors(correction.lut, correction.shifts)
    target = handover.form(NAMES[suffix])
    own = handover.resampled(correction.lut, 64 if suffix == ".hald.png" else 33, held)
    codes = held[0].colours.numpy()
    expected = ours(correction.lut, codes)
    compared = 0
    for stated in handover.residual(own, held, target.held(own)):
        programs = rounding if stated.rounding == "rounding" else truncating
        for program, apply in programs(suffix, stated.interpolation).items():
            found = apply(codes, path)
            assert np.abs(found.astype(int) - expected).max() == stated.codes, (program, stated)
            assert de00(found, expected).max() == pytest.approx(stated.de00, abs=1e-3)
            compared += 1
    assert compared == {".cube": 6, ".clf": 2, ".hald.png": 4}[suffix]


def test_a_shaded_surface_comes_out_of_opencolorio_as_of_brandkit(written: Written) -> None:
    correction = shaded()
    (anchor,) = handover.anchors(correction.lut, correction.shifts)
    codes = anchor.colours.numpy()
    for suffix in (".cube", ".clf"):
        path = written("shaded", suffix)
        assert (ocio(codes, path, "tetrahedral") == ours(correction.lut, codes)).all()
    body = ours(correction.lut, np.array([rgb8(SHADED[0])], np.uint8))
    assert de00(body[0], np.array(rgb8(SHADED[1]))) < 1.5


def test_a_clf_is_interpolated_as_it_is_marked_whatever_is_asked_for(written: Written) -> None:
    correction = shaded()
    path = written("shaded", ".clf")
    codes = handover.anchors(correction.lut, correction.shifts)[0].colours.numpy()
    asked = OCIO.FileTransform(str(path), interpolation=OCIO.INTERP_LINEAR)
    assert (ocio_group(codes, asked) == ours(correction.lut, codes)).all()


def test_a_flat_colour_has_no_residual_in_a_cube() -> None:
    correction = flat("two swatches")
    held = handover.anchors(correction.lut, correction.shifts)
    stated = handover.residual(correction.lut, held, handover.form("cube").held(correction.lut))
    assert len(stated) == 8
    assert all(one.exact and one.de00 == 0 for one in stated)


def test_a_correction_of_a_clip_is_handed_over_as_it_was_solved(tmp_path: Path) -> None:
    picture = paste(photograph("rocket"), np.array(rgb8("#125CEC")))
    brand = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#0050FF"),))
    ((grade,),) = (shot.grades for shot in solve(Scene([picture]), brand))
    handover.export(grade.lut, tmp_path, "hero", grade.shifts, formats=handover.formats())
    codes = np.unique(picture[BOX].reshape(-1, 3), axis=0)
    expected = ours(grade.lut, codes)
    assert (expected == rgb8("#0050FF")).all(1).mean() > 0.9
    for suffix in (".cube", ".clf"):
        assert (ocio(codes, tmp_path / f"hero{suffix}", "tetrahedral") == expected).all()
