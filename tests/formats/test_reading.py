"""From a value in any space to a HEX, against colour-science and LittleCMS by another road."""

from __future__ import annotations

import io
from importlib import resources

import colour
import numpy as np
import pytest
from PIL import Image, ImageCms

from brandkit.errors import PaletteError
from brandkit.formats import Reading, Space, Value

READING = Reading("test")


def rgb8(hex_colour: str) -> np.ndarray:
    return np.array(list(bytes.fromhex(hex_colour[1:])))


def shipped_profile() -> bytes:
    return (resources.files("brandkit.colour") / "profiles" / "CGATS001Compat-v2-micro.icc").read_bytes()


@pytest.mark.parametrize(
    ("space", "components", "hex_colour"),
    [
        ("srgb", (0, 80 / 255, 1), "#0050FF"),
        ("srgb-linear", (0.2140411, 0.2140411, 0.2140411), "#808080"),
        ("hsl", (221.1764706, 1, 0.5), "#0050FF"),
        ("hwb", (221.1764706, 0, 0), "#0050FF"),
        ("hsb", (221.1764706, 1, 1), "#0050FF"),
        ("gray", (0.5,), "#808080"),
        # CSS Color 4, 10.1: the examples of `lab()` and `oklch()` for these named colours
        ("lab", (29.2345, 39.3825, 20.0664), "#7D2329"),
        ("oklch", (0.401, 0.123, 21.57), "#7D2329"),
    ],
)
def test_values_inside_srgb(space: Space, components: tuple[float, ...], hex_colour: str) -> None:
    found = READING.colour("a", Value(space, components))
    assert np.abs(rgb8(found.hex) - rgb8(hex_colour)).max() <= 1
    assert found.distance_de00 == 0


@pytest.mark.parametrize("lab", [(50, 40, 20), (70, -20, 30), (30, 10, -40)])
def test_lab_is_d50_adapted_by_bradford(lab: tuple[float, float, float]) -> None:
    d50 = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D50"]
    expected = colour.XYZ_to_sRGB(colour.Lab_to_XYZ(lab, d50), d50, chromatic_adaptation_transform="Bradford")
    assert np.abs(rgb8(READING.colour("a", Value("lab", lab)).hex) - np.clip(expected, 0, 1) * 255).max() <= 1


@pytest.mark.parametrize("ink", [(0, 0.71, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0), (0.2, 0.4, 0.3, 0.1)])
def test_cmyk_goes_through_the_profile(ink: tuple[float, ...]) -> None:
    lab = ImageCms.createProfile("LAB")
    profile = ImageCms.ImageCmsProfile(io.BytesIO(shipped_profile()))
    pixel = Image.frombytes("CMYK", (1, 1), bytes(round(part * 255) for part in ink))
    way = ImageCms.buildTransform(profile, lab, "CMYK", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    lightness, a, b = np.asarray(ImageCms.applyTransform(pixel, way))[0, 0]
    expected = Reading("x").colour(
        "e", Value("lab", (float(lightness) * 100 / 255, int(np.int8(a)), int(np.int8(b))))
    )
    found = READING.colour("a", Value("cmyk", ink))
    assert np.abs(rgb8(found.hex) - rgb8(expected.hex)).max() <= 4  # Pillow's Lab has steps of one
    assert "CGATS TR 001" in found.how


def test_a_profile_of_ones_own_is_named() -> None:
    found = Reading("x", shipped_profile()).colour("a", Value("cmyk", (1, 0, 0, 0)))
    assert found.how == "CMYK through uCMY"
    assert found.distance_de00 > 5  # process cyan lies outside sRGB


@pytest.mark.parametrize(
    "profile", [b"", b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()]
)
def test_a_profile_that_is_none_for_cmyk_is_refused(profile: bytes) -> None:
    with pytest.raises(PaletteError, match="profile"):
        Reading("x", profile).colour("a", Value("cmyk", (1, 0, 0, 0)))


def test_a_colour_outside_srgb_is_mapped_and_its_distance_said() -> None:
    found = READING.colour("a", Value("display-p3", (0, 1, 0)))
    wide = colour.RGB_COLOURSPACES["Display P3"]
    stated = colour.XYZ_to_Lab(colour.RGB_to_XYZ((0, 1, 0), wide, apply_cctf_decoding=True), wide.whitepoint)
    shown = colour.XYZ_to_Lab(colour.sRGB_to_XYZ(rgb8(found.hex) / 255), wide.whitepoint)
    assert found.distance_de00 == pytest.approx(
        float(colour.delta_E(stated, shown, method="CIE 2000")), abs=0.2
    )
    assert "display-p3" in found.how


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Value("cmyk", (1, 0, 0)), "has 4 components, not 3"),
        (Value("srgb", (float("nan"), 0, 0)), "no finite number"),
        (Value("cmyk", (2, 0, 0, 0)), "outside 0 to 1"),
        (Value("lab", (1e9, 0, 0)), "too large"),
    ],
)
def test_what_is_no_colour_is_refused(value: Value, words: str) -> None:
    with pytest.raises(PaletteError, match=words):
        READING.colour("a", value)


def test_a_value_is_its_text_and_back() -> None:
    for value in (Value("cmyk", (0, 0.71, 1, 0)), Value("lab", (50.5, -3.25, 1e-7), 0.5)):
        assert Value.parse(str(value)) == value
    for text in ("", "cmyk a b", "cymk 0 0 0 0", "srgb 0 0 0 / x"):
        with pytest.raises(ValueError, match=r"."):
            Value.parse(text)
