"""Light and pigment of shaded surfaces, in scenes that were lit by a known light."""

from __future__ import annotations

from dataclasses import dataclass

import colour
import cv2
import numpy as np
import pytest
import torch

from brandkit.brand import Swatch
from brandkit.colour.illuminant import adapt
from brandkit.colour.spaces import RGB_TO_XYZ, lab_to_linear, linear_to_lab, linear_to_srgb, luminance
from brandkit.colour.spaces import srgb_to_linear as to_linear
from brandkit.proof.light import Estimate, Told
from brandkit.proof.record import LightSplit

from ..scenes import de00, photograph, rgb8

DAYLIGHT = torch.ones(3, dtype=torch.float64)
SIDE = 300
BOX = (slice(120, 120 + SIDE), slice(330, 330 + SIDE))


def light_of(kelvin: float, strength: float) -> torch.Tensor:
    """White under a Planckian light, between daylight (0) and the whole of it (1)."""
    xyz = colour.xy_to_XYZ(colour.temperature.CCT_to_xy(kelvin, method="Kang 2002"))
    rgb = torch.from_numpy(np.linalg.inv(np.array(RGB_TO_XYZ)) @ xyz)
    rgb = (rgb / luminance(rgb)) ** strength
    return rgb / luminance(rgb)


@dataclass
class Lit:
    """A ball of paint in a photograph, both under one light.

    ``light`` and ``pigment`` are the truth, by colour-science.
    """

    told: Told
    light: float
    pigment: float


def lit(photo: str, target: str, light: torch.Tensor, *, stray: float = 0.0, gloss: float = 0.0) -> Lit:
    """A ball whose paint is ``stray`` away from the target in a*, with a sharp highlight if glossy."""
    wanted = to_linear(torch.tensor(rgb8(target), dtype=torch.float64) / 255)
    moved = linear_to_lab(wanted) + torch.tensor([0.0, stray, -stray], dtype=torch.float64)
    paint = lab_to_linear(moved).clamp_min(0.001)
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    on = x**2 + y**2 < 0.97
    normal = np.stack((x, y, np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))), -1)
    lamp = np.array([-0.4, -0.5, 0.77]) / np.linalg.norm([-0.4, -0.5, 0.77])
    half = lamp + np.array([0, 0, 1])
    half /= np.linalg.norm(half)
    shade = np.clip(normal @ lamp, 0, 1) * 0.7 + 0.12
    shine = gloss * np.clip(normal @ half, 0, 1) ** 150
    ball = torch.from_numpy(shade)[..., None] * paint + torch.from_numpy(shine)[..., None]
    scene = to_linear(torch.from_numpy(photograph(photo)).double() / 255) * 0.85
    inside = np.zeros(scene.shape[:2], bool)
    inside[BOX] = on
    scene[BOX] = torch.where(torch.from_numpy(on)[..., None], ball, scene[BOX])
    codes = linear_to_srgb(adapt(scene, DAYLIGHT, light).clamp_min(0)).numpy() * 255
    noise = np.random.default_rng(0).normal(0, 1, codes.shape)
    picture = np.clip(np.round(codes + noise), 0, 255).astype(np.uint8)
    outside = ~cv2.dilate(inside.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    seen, neutral = (_codes(adapt(paint, DAYLIGHT, by).clamp_min(0) * 0.5) for by in (light, DAYLIGHT))
    rendered = (int(seen[0].round()), int(seen[1].round()), int(seen[2].round()))
    # The strength of the light counts for nothing: as light as it is seen.
    level = luminance(to_linear(seen / 255)) / luminance(to_linear(neutral / 255))
    level_neutral = _codes(to_linear(neutral / 255) * level)
    return Lit(
        Estimate(picture, outside).split(inside, rendered, Swatch(name="c", hex=target, finish="shaded")),
        float(de00(seen.numpy(), level_neutral.numpy())),
        _from_shadings(level_neutral.numpy(), wanted.numpy()),
    )


def _codes(linear: torch.Tensor) -> torch.Tensor:
    return linear_to_srgb(linear) * 255


def _from_shadings(codes: np.ndarray, wanted: np.ndarray) -> float:
    shadings = np.linspace(0.02, 1.0, 4000)[:, None] * wanted
    return float(de00(codes, colour.models.eotf_inverse_sRGB(shadings) * 255).min())


def found(scene: Lit) -> LightSplit:
    split, why_not = scene.told
    assert split is not None, why_not
    return split


@pytest.mark.parametrize("target", ["#0050FF", "#00A651"])
@pytest.mark.parametrize(("kelvin", "strength", "stray"), [(3200, 0.35, 0), (3200, 0.35, 6), (4500, 0.5, 5)])
def test_a_highlight_tells_light_from_pigment(
    target: str, kelvin: float, strength: float, stray: float
) -> None:
    scene = lit("chelsea", target, light_of(kelvin, strength), stray=stray, gloss=0.8)
    split = found(scene)
    assert split.source == "highlight"
    assert split.light == pytest.approx(scene.light, abs=0.5)
    assert split.pigment == pytest.approx(scene.pigment, abs=0.5)
    assert split.cast == "warm"


def test_what_is_grey_in_the_frame_tells_them_apart_where_nothing_shines() -> None:
    # The astronaut stands before a grey wall.
    scene = lit("astronaut", "#0050FF", light_of(3200, 0.35), stray=5)
    split = found(scene)
    assert split.source == "neutrals"
    assert split.light == pytest.approx(scene.light, abs=0.5)
    assert split.pigment == pytest.approx(scene.pigment, abs=0.5)


def test_under_neutral_light_all_of_it_is_pigment() -> None:
    scene = lit("astronaut", "#E2231A", DAYLIGHT, stray=8)
    split = found(scene)
    assert split.light < 0.5
    assert split.pigment == pytest.approx(split.drift, abs=0.5)


def test_in_a_frame_of_one_colour_they_are_not_told_apart() -> None:
    # All that surrounds the cup is wood and coffee: whether they or the light are warm, nothing says.
    split, why_not = lit("coffee", "#6D28D9", DAYLIGHT, stray=5).told
    assert split is None or split.doubt <= max(0.75, 0.3 * split.drift)
    assert (split is None) == (why_not is not None)


def test_a_drift_that_nobody_sees_is_not_told_apart() -> None:
    picture = photograph("astronaut")
    inside = np.zeros(picture.shape[:2], bool)
    inside[BOX] = True
    split, why_not = Estimate(picture, ~inside).split(
        inside, (0, 80, 255), Swatch(name="c", hex="#0050FF", finish="shaded")
    )
    assert split is None
    assert why_not is not None
    assert "too little" in why_not


def test_where_there_is_nothing_else_they_are_not_told_apart() -> None:
    picture = np.full((200, 200, 3), (18, 92, 236), np.uint8)
    inside = np.ones((200, 200), bool)
    split, why_not = Estimate(picture, ~inside).split(
        inside, (18, 92, 236), Swatch(name="c", hex="#0050FF", finish="shaded")
    )
    assert split is None
    assert why_not == (
        "it has no sharp highlight that shows the light's colour; too little else is in the frame to show it"
    )
