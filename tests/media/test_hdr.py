"""PQ and HLG, against colour-science and OpenColorIO, from signal to HEX."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import colour
import numpy as np
import PyOpenColorIO as OCIO
import pytest
import torch
from PIL import Image, PngImagePlugin

from brandkit import media
from brandkit.media.gamut import PRIMARIES
from brandkit.media.hdr import REFERENCE_WHITE, Hdr, hlg_to_light, pq_to_light

from .test_video import at_bar_centres, encode
from .tools import COLOURS, bars

SRGB, BT2020 = colour.RGB_COLOURSPACES["sRGB"], colour.RGB_COLOURSPACES["ITU-R BT.2020"]
SIGNAL = torch.linspace(0, 1, 501, dtype=torch.float64)


def through_ocio(style: str, values: np.ndarray) -> np.ndarray:
    transform = OCIO.BuiltinTransform(style)
    processor = OCIO.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor()
    pixels = np.repeat(values[:, None], 3, 1).astype(np.float32)
    processor.applyRGB(pixels)
    return pixels[:, 0]


def test_pq_agrees_with_colour_science_and_opencolorio() -> None:
    ours = pq_to_light(SIGNAL).numpy()
    assert np.allclose(ours, colour.models.eotf_BT2100_PQ(SIGNAL.numpy()), rtol=1e-9, atol=1e-9)
    ocio = through_ocio("CURVE - ST-2084_to_LINEAR", SIGNAL.numpy()) * 100
    assert np.allclose(ours, ocio, rtol=2e-3, atol=0.02)


def test_hlg_agrees_with_colour_science() -> None:
    rgb = torch.from_numpy(np.random.default_rng(0).random((3, 400)))
    expected = colour.models.eotf_BT2100_HLG(rgb.numpy().T, L_B=0, L_W=1000, gamma=1.2)
    assert np.allclose(hlg_to_light(rgb).numpy().T, expected, rtol=1e-6, atol=1e-5)


def display(style: str, values: np.ndarray, *, inverse: bool = False) -> np.ndarray:
    """OpenColorIO's built-in display ``style``, from CIE XYZ (1 is 100 cd/m²), or back to it."""
    transform = OCIO.BuiltinTransform(f"DISPLAY - CIE-XYZ-D65_to_{style}")
    if inverse:
        transform.setDirection(OCIO.TRANSFORM_DIR_INVERSE)
    processor = OCIO.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor()
    pixels = np.ascontiguousarray(values, dtype=np.float32).copy()
    processor.applyRGB(pixels)
    return pixels


@pytest.mark.parametrize(
    ("transfer", "style", "least"), [("PQ", "REC.2100-PQ", 100), ("HLG", "REC.2100-HLG-1000nit", 600)]
)
def test_curve_and_primaries_agree_with_opencolorio(transfer: Any, style: str, least: int) -> None:
    """Below white and inside sRGB nothing is mapped, so that the built-ins give the very same."""
    signal = np.random.default_rng(0).random((2000, 3)).astype(np.float32) * 0.8
    expected = display("sRGB", display(style, signal, inverse=True) * 100 / REFERENCE_WHITE)
    ours = Hdr(transfer, PRIMARIES[9]).to_srgb(torch.from_numpy(signal.T.astype(np.float64))).numpy().T
    inside = ((expected >= 0) & (expected <= 1)).all(1)
    assert inside.sum() >= least
    assert np.abs(ours - expected)[inside].max() * 255 < 0.01


# ITU-R BT.2408-7, table 1: signal in per cent and cd/m² of a grey card, of diffuse white, of graphics white.
@pytest.mark.parametrize(
    ("transfer", "percent", "light"),
    [("PQ", 38, 26), ("PQ", 58, 203), ("HLG", 38, 26), ("HLG", 75, 203)],
)
def test_grey_card_and_white_land_where_bt2408_says(transfer: Any, percent: int, light: float) -> None:
    step = 0.005  # the table rounds to a per cent
    signal = torch.tensor([percent / 100 + edge for edge in (-step, 0, step)], dtype=torch.float64)
    to_light = {"PQ": pq_to_light, "HLG": lambda s: hlg_to_light(s.expand(3, -1))[0]}[transfer]
    low, middle, high = to_light(signal).tolist()
    assert low < light < high
    shown = Hdr(transfer, PRIMARIES[9]).to_srgb(signal[1].expand(3, 1)).flatten().tolist()
    expected = float(colour.cctf_encoding(min(1, middle / 203), function="sRGB"))
    assert shown == pytest.approx([expected] * 3, abs=1e-4)
    assert shown[0] == pytest.approx(1 if light == 203 else 0.395, abs=0.005)


def signal_of(rgb: np.ndarray, transfer: str) -> np.ndarray:
    """The HDR signal of an sRGB graphic whose white is 203 cd/m² (ITU-R BT.2408), by colour-science."""
    linear = colour.RGB_to_RGB(colour.cctf_decoding(rgb / 255, function="sRGB"), SRGB, BT2020, None)
    light = np.clip(linear, 0, None) * REFERENCE_WHITE
    if transfer == "PQ":
        return np.asarray(colour.models.eotf_inverse_BT2100_PQ(light))
    return np.asarray(colour.models.eotf_inverse_BT2100_HLG(light, L_B=0, L_W=1000, gamma=1.2))


@pytest.mark.parametrize("transfer", ["PQ", "HLG"])
def test_a_graphic_keeps_its_hex(transfer: Any) -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (500, 3))
    signal = torch.from_numpy(signal_of(rgb, transfer).T)
    shown = Hdr(transfer, PRIMARIES[9]).to_srgb(signal).numpy().T * 255
    # colour-science's sRGB matrix is rounded to four decimals, as the standard prints it.
    assert np.abs(shown - rgb).max() < 0.3


@pytest.mark.parametrize("transfer", ["PQ", "HLG"])
def test_a_highlight_keeps_its_hue(transfer: Any) -> None:
    body = np.array([[60, 200, 120]])
    linear = colour.cctf_decoding(body / 255, function="sRGB") * 3
    light = colour.RGB_to_RGB(linear, SRGB, BT2020, None) * REFERENCE_WHITE
    invert = {"PQ": colour.models.eotf_inverse_BT2100_PQ, "HLG": colour.models.eotf_inverse_BT2100_HLG}[
        transfer
    ]
    shown = Hdr(transfer, PRIMARIES[9]).to_srgb(torch.from_numpy(np.asarray(invert(light)).T)).numpy().T
    expected = linear / linear.max()
    assert np.allclose(colour.cctf_decoding(shown, function="sRGB"), expected, atol=2e-3)


@pytest.mark.parametrize(("code", "transfer"), [(16, "PQ"), (18, "HLG")])
def test_hdr_video_shows_the_hex_of_its_graphics(
    tmp_path: Path, ffmpeg: Any, code: int, transfer: str
) -> None:
    signal = np.clip(signal_of(bars().astype(np.float64), transfer), 0, 1) * 255
    tags = f"matrix_coefficients=9:colour_primaries=9:transfer_characteristics={code}"
    clip = media.open(encode(ffmpeg, tmp_path / "a.mp4", signal, "2020", False, 10, tags))
    # 10 bits of PQ hold 64 to 80 steps to a stop; in the dark one is worth three codes of sRGB.
    assert np.abs(at_bar_centres(clip, 16) - COLOURS).max() <= 3
    (note,) = (note for note in clip.source.notes if "HDR" in note)
    assert transfer in note and "203 cd/m²" in note


def test_hdr_without_primaries_or_matrix_is_bt2020(tmp_path: Path, ffmpeg: Any) -> None:
    signal = np.clip(signal_of(bars().astype(np.float64), "PQ"), 0, 1) * 255
    path = encode(ffmpeg, tmp_path / "a.mp4", signal, "2020", False, 10, "transfer_characteristics=16")
    clip = media.open(path)
    assert np.abs(at_bar_centres(clip, 16) - COLOURS).max() <= 3
    assert any("BT.2020 assumed, as it is HDR" in note for note in clip.source.notes)


def test_an_hdr_png_is_shown_and_written_as_srgb(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add(b"cICP", bytes((9, 16, 0, 1)))
    signal = signal_of(np.array([[COLOURS[4]] * 8] * 6, dtype=np.float64), "PQ")
    Image.fromarray(np.rint(np.clip(signal, 0, 1) * 255).astype(np.uint8)).save(
        tmp_path / "a.png", pnginfo=info
    )
    clip = media.open(tmp_path / "a.png")
    (frame,) = clip.batches()
    # 8 bits of PQ are coarse: a step is worth up to ten codes.
    assert np.abs(frame.pixels[0, :, 0, 0].numpy().astype(int) - COLOURS[4]).max() <= 10
    written = media.write(tmp_path / "out.png", [frame], clip.source)
    again = next(iter(media.open(tmp_path / "out.png").batches()))
    assert torch.equal(again.pixels, frame.pixels)
    assert any("is sRGB now" in note for note in written.notes)
    assert struct.pack(">4s", b"cICP") not in (tmp_path / "out.png").read_bytes()
