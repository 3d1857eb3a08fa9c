from __future__ import annotations

import json
from pathlib import Path

import colour
import numpy as np
import pytest

from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.brand_review import SIMULATIONS, contrast, review
from brandkit.guidelines import Pairs
from brandkit.swatch import rgb8

from .conftest import Command


def swatch(name: str, hex_colour: str, **more: object) -> Swatch:
    return Swatch(name=name, hex=hex_colour, **more)  # type: ignore[arg-type]


def kinds(*swatches: Swatch, **more: object) -> list[tuple[str, tuple[str, str]]]:
    brand = Brand(name="b", swatches=swatches, **more)  # type: ignore[arg-type]
    return [(remark.kind, remark.colours) for remark in review(brand).remarks]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#FFFFFF", "#000000", 21.0), ("#FFFFFF", "#767676", 4.54), ("#FFFFFF", "#949494", 3.03)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """The greys that WCAG's own techniques name as the lightest that pass 4.5 and 3 on white."""
    assert contrast(rgb8(one), rgb8(other)) == pytest.approx(ratio, abs=0.005)
    assert contrast(rgb8(other), rgb8(one)) == contrast(rgb8(one), rgb8(other))


@pytest.mark.parametrize(
    ("called", "key"),
    [("protanopia", "Protanomaly"), ("deuteranopia", "Deuteranomaly"), ("tritanopia", "Tritanomaly")],
)
@pytest.mark.filterwarnings("ignore")
def test_the_matrices_are_those_of_colour_science(called: str, key: str) -> None:
    assert np.allclose(SIMULATIONS[called], colour.matrix_cvd_Machado2009(key, 1.0), atol=1e-9)


def test_swatches_within_their_tolerances_overlap() -> None:
    near = (swatch("blue", "#0050FF"), swatch("azure", "#0557FF"))
    assert kinds(*near) == [("overlap", ("blue", "azure"))]
    assert kinds(near[0], swatch("azure", "#0557FF", tolerance=0.1), swatch("far", "#FFE600")) == [
        ("overlap", ("blue", "azure"))
    ]
    assert kinds(swatch("blue", "#0050FF", tolerance=0.1), swatch("azure", "#0557FF", tolerance=0.1)) == []


def test_a_swatch_too_near_a_forbidden_colour() -> None:
    rival = Forbidden(name="rival", hex="#0557FF")
    assert kinds(swatch("blue", "#0050FF"), forbidden=(rival,)) == [("forbidden", ("blue", "rival"))]


def test_text_below_the_contrast_of_its_role() -> None:
    ground = swatch("paper", "#FFFFFF", role="background")
    assert kinds(swatch("grey", "#777777", role="foreground"), ground) == [("contrast", ("grey", "paper"))]
    assert kinds(swatch("grey", "#767676", role="foreground"), ground) == []


def test_marks_need_less_contrast_than_text() -> None:
    ground = swatch("paper", "#FFFFFF", role="background")
    assert kinds(ground, swatch("mark", "#949494", role="primary")) == []
    assert kinds(ground, swatch("mark", "#969696", role="primary")) == [("contrast", ("mark", "paper"))]


def test_colours_without_roles_are_asked_for_no_contrast_unless_they_are_a_pair() -> None:
    pale = (swatch("sand", "#FFF1D6"), swatch("snow", "#EAF2FF"))
    assert kinds(*pale) == []
    assert kinds(*pale, pairs=Pairs(required=(("snow", "sand"),))) == [("contrast", ("sand", "snow"))]


def test_red_and_green_of_one_lightness_are_confused_without_a_kind_of_cone() -> None:
    # The pair that the Okabe-Ito palette exists to avoid, at one luminance.
    found = review(Brand(name="b", swatches=(swatch("red", "#C0392B"), swatch("green", "#6B7A2A")))).remarks
    assert {remark.kind for remark in found} == {"vision"}
    assert any("deuteranopia" in remark.message for remark in found)


def test_blue_and_orange_are_told_apart_by_all() -> None:
    # Okabe and Ito (2008), "Color Universal Design": blue and vermilion.
    assert kinds(swatch("blue", "#0072B2"), swatch("vermilion", "#D55E00")) == []


def test_the_command_says_what_and_what_to_do(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "b.yml"
    path.write_text(
        'color:\n  palette: {grey: "#777777", paper: "#FFFFFF"}\n  foreground: grey\n  background: paper\n'
    )
    done = run("brand", "review", path)
    assert done.status == 3
    assert "grey on paper has a contrast of 4.48 : 1; WCAG 2.2 asks for 4.5 : 1 for text" in done.out
    found = json.loads(run("brand", "review", path, "--json").out)
    assert found["remarks"][0]["kind"] == "contrast" and found["pairs"] == 1


def test_a_brand_without_fault_passes(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "b.yml"
    path.write_text('color:\n  palette: {ink: "#000000", paper: "#FFFFFF"}\n')
    done = run("brand", "review", path)
    assert (done.status, done.out) == (0, "Nothing was found in 1 pairs of colours.\n")
