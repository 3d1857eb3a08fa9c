"""The colour of the light, against lights that are known."""

from __future__ import annotations

import colour
import cv2
import numpy as np
import pytest
import torch

from brandkit.colour import illuminant
from brandkit.colour.spaces import RGB_TO_XYZ, linear_to_srgb, luminance, srgb_to_linear

from ..scenes import photograph

WARM, COOL = 4000, 9000


def light_of(kelvin: float) -> torch.Tensor:
    """White under a Planckian light of that temperature, by colour-science (Kang 2002)."""
    xyz = colour.xy_to_XYZ(colour.temperature.CCT_to_xy(kelvin, method="Kang 2002"))
    rgb = torch.from_numpy(np.linalg.inv(np.array(RGB_TO_XYZ)) @ xyz)
    return rgb / luminance(rgb)


def linear(hex_colour: str) -> torch.Tensor:
    return srgb_to_linear(torch.tensor(list(bytes.fromhex(hex_colour[1:])), dtype=torch.float64) / 255)


def ball(body: torch.Tensor, light: torch.Tensor, gloss: float, shininess: float) -> torch.Tensor:
    """Linear light of a ball's pixels, as 8 bits and noise leave them; clipped ones left out."""
    y, x = np.mgrid[-1:1:160j, -1:1:160j]
    on = x**2 + y**2 < 0.95
    normal = np.stack((x, y, np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))), -1)[on]
    lamp = np.array([-0.4, -0.5, 0.77]) / np.linalg.norm([-0.4, -0.5, 0.77])
    half = lamp + np.array([0, 0, 1])
    half /= np.linalg.norm(half)
    shade = np.clip(normal @ lamp, 0, 1) * 0.7 + 0.12
    shine = gloss * np.clip(normal @ half, 0, 1) ** shininess
    seen = torch.from_numpy(shade)[:, None] * body + torch.from_numpy(shine)[:, None] * light
    noise = torch.from_numpy(np.random.default_rng(0).normal(0, 1, seen.shape))
    codes = (linear_to_srgb(seen.clamp_min(0)) * 255 + noise).round().clamp(0, 255)
    return srgb_to_linear(codes[codes.amax(1) < 250] / 255)


def degrees(one: torch.Tensor, other: torch.Tensor) -> float:
    """The angle between two lights, which is how estimates of light are judged."""
    return float(torch.rad2deg(torch.acos((one @ other / one.norm() / other.norm()).clamp(-1, 1))))


@pytest.mark.parametrize("kelvin", [2800, 4000, 5500, 9000])
def test_adaptation_is_bradfords_by_colour_science(kelvin: float) -> None:
    light, rgb = light_of(kelvin), linear("#C9452E")
    matrix = np.array(RGB_TO_XYZ)
    expected = colour.adaptation.chromatic_adaptation_VonKries(
        matrix @ rgb.numpy(), matrix @ light.numpy(), matrix @ np.ones(3), transform="Bradford"
    )
    assert np.allclose(matrix @ illuminant.adapt(rgb, light).numpy(), expected, atol=1e-4)


def test_adaptation_there_and_back_changes_nothing() -> None:
    light, rgb, daylight = light_of(WARM), linear("#0050FF"), torch.ones(3, dtype=torch.float64)
    there = illuminant.adapt(rgb, daylight, light)
    assert torch.allclose(illuminant.adapt(there, light), rgb, atol=1e-9)


@pytest.mark.parametrize("hex_colour", ["#0050FF", "#00A651", "#6D28D9", "#E2231A"])
@pytest.mark.parametrize("kelvin", [WARM, COOL])
def test_a_sharp_highlight_shows_the_light(hex_colour: str, kelvin: float) -> None:
    light = light_of(kelvin)
    body = illuminant.adapt(linear(hex_colour), torch.ones(3, dtype=torch.float64), light).clamp_min(0)
    found = illuminant.from_highlight(ball(body, light, 0.7, 200), body)
    assert found is None or degrees(found.rgb, light) < 1.5
    if kelvin == WARM or hex_colour == "#00A651":  # on the others, cool light clips before it is sharp
        assert hex_colour == "#E2231A" or found is not None


def test_a_matte_surface_shows_no_light() -> None:
    body = linear("#0050FF")
    assert illuminant.from_highlight(ball(body, light_of(WARM), 0, 1), body) is None


def test_a_broad_sheen_shows_no_light() -> None:
    body = linear("#0050FF")
    assert illuminant.from_highlight(ball(body, light_of(WARM), 0.4, 5), body) is None


@pytest.mark.parametrize("name", ["astronaut", "chelsea"])
@pytest.mark.parametrize("kelvin", [WARM, COOL])
def test_an_estimate_moves_with_the_light(name: str, kelvin: float) -> None:
    # What light a photograph was taken in is not known, but how far it is relit is.
    picture = cv2.resize(photograph(name), (480, 270), interpolation=cv2.INTER_AREA)
    seen = srgb_to_linear(torch.from_numpy(picture).double() / 255) * 0.7
    everywhere = np.ones(picture.shape[:2], bool)
    daylight, light = torch.ones(3, dtype=torch.float64), light_of(kelvin)
    codes = [
        (linear_to_srgb(value.clamp_min(0)) * 255).round().clamp(0, 255).to(torch.uint8).numpy()
        for value in (seen, illuminant.adapt(seen, daylight, light))
    ]
    before, after = (illuminant.from_picture(np.ascontiguousarray(side), everywhere) for side in codes)
    assert before is not None
    assert after is not None
    assert degrees(illuminant.adapt(before.rgb, daylight, light), after.rgb) < 3
    assert degrees(before.rgb, after.rgb) > 4


def test_too_little_picture_shows_no_light() -> None:
    picture = photograph("astronaut")
    assert illuminant.from_picture(picture, np.zeros(picture.shape[:2], bool)) is None
    assert illuminant.from_picture(np.zeros((8, 8, 3), np.uint8), np.ones((8, 8), bool)) is None
    assert illuminant.from_picture(np.full((90, 90, 3), 128, np.uint8), np.ones((90, 90), bool)) is None


def test_a_light_has_a_word() -> None:
    assert [illuminant.cast(light_of(kelvin)) for kelvin in (3000, 12000)] == ["warm", "cool"]
    others = ([1, 1, 1], [0.9, 1.1, 0.9], [1.1, 0.95, 1.1])
    words = [illuminant.cast(torch.tensor(rgb, dtype=torch.float64)) for rgb in others]
    assert words == ["neutral", "greenish", "pinkish"]
