from __future__ import annotations

import json
from pathlib import Path

import colour
import numpy as np
import pytest
import torch
from coloraide import Color

from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.brand_review import SIMULATIONS, Remark, review, simulated
from brandkit.colour.spaces import linear_to_srgb, srgb_to_linear
from brandkit.guidelines import Pairs
from brandkit.legibility import contrast
from brandkit.swatch import rgb8

from .conftest import Command
from .scenes import de00


def swatch(name: str, hex_colour: str, **more: object) -> Swatch:
    return Swatch(name=name, hex=hex_colour, **more)  # type: ignore[arg-type]


def remarks(*swatches: Swatch, **more: object) -> tuple[Remark, ...]:
    return review(Brand(name="b", swatches=swatches, **more)).remarks  # type: ignore[arg-type]


def kinds(*swatches: Swatch, **more: object) -> list[tuple[str, tuple[str, ...]]]:
    return [(remark.kind, remark.colours) for remark in remarks(*swatches, **more)]


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


@pytest.mark.parametrize(
    ("called", "filter_name"),
    [("protanopia", "protan"), ("deuteranopia", "deutan"), ("tritanopia", "tritan")],
)
@pytest.mark.parametrize("hex_colour", ["#FF0000", "#00FF00", "#0050FF", "#C0392B", "#6B7A2A", "#F1C21B"])
def test_a_colour_is_seen_as_coloraide_simulates_it(called: str, filter_name: str, hex_colour: str) -> None:
    linear = srgb_to_linear(torch.tensor(rgb8(hex_colour), dtype=torch.float64) / 255)
    ours = (linear_to_srgb(simulated(linear, called)) * 255).tolist()
    theirs = Color(hex_colour).filter(filter_name, 1, method="machado", space="srgb-linear").convert("srgb")
    # Both clip what lies outside sRGB; their matrix of sRGB has more decimals than is exact to a tenth.
    assert ours == pytest.approx([255 * min(max(value, 0), 1) for value in theirs.coords()], abs=0.1)


def test_grey_stays_grey_to_every_viewer() -> None:
    grey = torch.full((3,), 0.4, dtype=torch.float64)
    for called in SIMULATIONS:
        assert torch.allclose(simulated(grey, called), grey, atol=1e-5)


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


def test_a_swatch_that_passes_as_the_other_is_worse_than_one_between_them() -> None:
    # 1.73 CIEDE2000 apart: within the tolerance of either, or only within the two together.
    within = remarks(swatch("blue", "#0050FF"), swatch("azure", "#0456FF"))
    between = remarks(swatch("blue", "#0050FF", tolerance=1), swatch("azure", "#0456FF", tolerance=1))
    assert [(r.severity, r.limit) for r in (*within, *between)] == [("major", 2), ("minor", 2)]
    by_colour_science = float(de00(np.array(rgb8("#0050FF")), np.array(rgb8("#0456FF"))))
    for found in (*within, *between):
        assert found.value == pytest.approx(by_colour_science, abs=0.01)


def test_a_shaded_swatch_overlaps_with_what_it_looks_like_in_the_shade() -> None:
    # #800000 is #FF0000 under a fifth of the light: 0x80 is 0.216 in linear light.
    dark = swatch("maroon", "#800000")
    assert kinds(swatch("red", "#FF0000"), dark) == []
    (found,) = remarks(swatch("red", "#FF0000", finish="shaded"), dark)
    assert (found.kind, found.severity, found.colours) == ("overlap", "major", ("red", "maroon"))
    assert "maroon is 0.00 CIEDE2000 from a shading of red" in found.message


def test_a_forbidden_colour_in_the_shade_of_a_swatch() -> None:
    rival = Forbidden(name="rival", hex="#800000")
    (found,) = remarks(swatch("red", "#FF0000", finish="shaded"), forbidden=(rival,))
    assert (found.kind, found.severity, found.colours) == ("forbidden", "major", ("red", "rival"))


def test_colours_without_any_tolerance_can_be_reviewed() -> None:
    twins = (swatch("one", "#0050FF", tolerance=0), swatch("two", "#0050FF", tolerance=0))
    assert kinds(*twins) == [("overlap", ("one", "two"))]


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


def test_colours_that_must_not_touch_need_no_contrast() -> None:
    colours = (swatch("yellow", "#FFE600", role="accent"), swatch("ice", "#EAF2FF", role="background"))
    assert kinds(*colours) == [("contrast", ("yellow", "ice"))]
    assert kinds(*colours, pairs=Pairs(forbidden=(("ice", "yellow"),))) == []


def test_what_wcag_asks_for_weighs_more_than_what_it_does_not() -> None:
    ground = swatch("paper", "#FFFFFF", role="background")
    (mark,) = remarks(ground, swatch("pale", "#C0C0C0", role="primary"))
    (logo,) = remarks(ground, swatch("pale", "#C0C0C0", role="logo"))
    assert (mark.severity, logo.severity) == ("major", "minor")
    assert "WCAG 2.2 exempts logos" in logo.message


def test_a_contrast_just_under_its_limit_does_not_read_as_enough() -> None:
    # 4.4971 to 4.4977 by WCAG's formula: rounded, it would read 4.50.
    brand = swatch("green", "#00885A", role="foreground"), swatch("paper", "#FFFFFF", role="background")
    (found,) = remarks(*brand)
    assert 4.495 <= found.value < 4.5
    assert "a contrast of 4.49 : 1" in found.message


def test_red_and_green_of_one_lightness_are_confused_without_a_kind_of_cone() -> None:
    # The pair that the Okabe-Ito palette exists to avoid, at one luminance.
    found = review(Brand(name="b", swatches=(swatch("red", "#C0392B"), swatch("green", "#6B7A2A")))).remarks
    assert {remark.kind for remark in found} == {"vision"}
    (one,) = [remark for remark in found if "deuteranopia" in remark.message]
    assert one.seen is not None and all(shown in one.message for shown in one.seen)
    by_coloraide = Color(one.seen[0]).delta_e(one.seen[1], method="2000")
    assert one.value == pytest.approx(by_coloraide, abs=0.3)  # theirs of colours rounded to 8 bits, in D65


def test_a_palette_as_large_as_there_may_be_is_reviewed() -> None:
    rng = np.random.default_rng(0)
    codes = rng.choice(1 << 24, 255, replace=False)
    found = review(
        Brand(
            name="b",
            swatches=tuple(swatch(f"s{k}", f"#{code:06X}") for k, code in enumerate(codes)),
        )
    )
    assert found.pairs == 255 * 254 // 2
    order = [remark.kind for remark in found.remarks]
    assert order == sorted(order, key=["overlap", "forbidden", "contrast", "vision"].index)


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
    (remark,) = found["remarks"]
    assert (remark["kind"], remark["severity"], remark["seen"]) == ("contrast", "major", None)
    assert found["pairs"] == 1


def test_a_brand_without_fault_passes(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "b.yml"
    path.write_text('color:\n  palette: {ink: "#000000", paper: "#FFFFFF"}\n')
    done = run("brand", "review", path)
    assert (done.status, done.out) == (0, "Nothing was found in 1 pairs of colours.\n")
