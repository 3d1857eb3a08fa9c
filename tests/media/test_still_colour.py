"""Stills in other spaces and depths, against colour-science and the formats' own tags."""

from __future__ import annotations

import struct
from pathlib import Path

import colour
import numpy as np
import OpenImageIO as oiio
import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from brandkit import media
from brandkit.errors import MediaError

ICC = Path(__file__).parents[1] / "data" / "icc"
SPACES = {
    "DisplayP3-v4": "Display P3",
    "AdobeCompat-v4": "Adobe RGB (1998)",
    "ProPhoto-v4": "ProPhoto RGB",
}
RGB = [
    (0, 80, 255),
    (226, 35, 26),
    (255, 210, 0),
    (0, 166, 81),
    (128, 128, 128),
    (255, 255, 255),
    (16, 24, 32),
]
SRGB = colour.RGB_COLOURSPACES["sRGB"]


def in_space(name: str) -> np.ndarray:
    """``RGB`` in another space, 0 to 1: ``[1, 7, 3]``."""
    space = colour.RGB_COLOURSPACES[name]
    linear = colour.cctf_decoding(np.array(RGB) / 255, function="sRGB")
    return np.asarray(space.cctf_encoding(colour.RGB_to_RGB(linear, SRGB, space, "Bradford")))[None]


def expected(stored: np.ndarray, name: str) -> np.ndarray:
    """What stored numbers of a space are in sRGB codes, fractions and all: ``[7, 3]``."""
    space = colour.RGB_COLOURSPACES[name]
    linear = colour.RGB_to_RGB(
        space.cctf_decoding(stored[0] / np.iinfo(stored.dtype).max), space, SRGB, "Bradford"
    )
    return np.asarray(colour.cctf_encoding(np.clip(linear, 0, 1), function="sRGB")) * 255


def deep_values(path: Path) -> np.ndarray:
    frame = next(iter(media.open(path).batches()))
    assert frame.deep is not None
    assert np.array_equal(frame.deep.round().numpy().astype(np.uint8), frame.pixels.numpy())
    return frame.deep[0].permute(1, 2, 0).numpy()


def write_16_bit(path: Path, pixels: np.ndarray, icc: bytes | None = None) -> Path:
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], "uint16")
    if icc is not None:
        data = np.frombuffer(icc, dtype=np.uint8)
        spec.attribute("ICCProfile", oiio.TypeDesc(f"uint8[{len(data)}]"), data)
    file = oiio.ImageOutput.create(str(path))
    assert file.open(str(path), spec) and file.write_image(pixels) and file.close()
    return path


@pytest.mark.parametrize("profile", SPACES)
def test_16_bits_through_a_profile_are_as_exact_as_the_profile(tmp_path: Path, profile: str) -> None:
    stored = np.rint(in_space(SPACES[profile]) * 65535).astype(np.uint16)
    path = write_16_bit(tmp_path / "a.tif", stored, (ICC / f"{profile}.icc").read_bytes())
    # A profile states its primaries in steps of 1/65536: in the dark, 0.14 of a code. ProPhoto's leaves out
    # the toe of the curve.
    error = np.abs(deep_values(path)[0] - expected(stored, SPACES[profile])).max()
    assert error < (0.6 if profile == "ProPhoto-v4" else 0.15)


@pytest.mark.parametrize("profile", SPACES)
def test_8_bits_through_a_profile_are_within_a_code(tmp_path: Path, profile: str) -> None:
    stored = np.rint(in_space(SPACES[profile]) * 255).astype(np.uint8)
    Image.fromarray(stored).save(tmp_path / "a.png", icc_profile=(ICC / f"{profile}.icc").read_bytes())
    found = next(iter(media.open(tmp_path / "a.png").batches())).pixels[0, :, 0].T.numpy()
    assert np.abs(found - expected(stored, SPACES[profile])).max() <= 1


def test_16_bit_srgb_keeps_its_fractions(tmp_path: Path) -> None:
    stored = np.random.default_rng(0).integers(0, 65536, (9, 7, 3)).astype(np.uint16)
    for ending in ("png", "tif"):
        found = deep_values(write_16_bit(tmp_path / f"a.{ending}", stored))
        assert np.abs(found - stored / 257).max() < 1e-4


def test_half_a_code_of_drift_is_measured_in_16_bits(tmp_path: Path) -> None:
    from brandkit.brand import Brand, Swatch
    from brandkit.loop import check

    rgb = np.array((18.5, 92.5, 236.5))
    path = write_16_bit(tmp_path / "a.png", np.full((64, 64, 3), np.rint(rgb * 257), np.uint16))
    brand = Brand(name="t", swatches=(Swatch(name="blue", hex="#0050FF"),))
    drift = next(f.value for f in check(path, brand).findings if f.metric == "drift_de00")
    lab = [
        colour.XYZ_to_Lab(colour.sRGB_to_XYZ(np.array(c) / 255), SRGB.whitepoint) for c in (rgb, (0, 80, 255))
    ]
    assert drift == pytest.approx(float(colour.delta_E(*lab, method="CIE 2000")), abs=0.02)


def test_cmyk_without_a_profile_goes_through_the_stated_one(tmp_path: Path) -> None:
    Image.new("CMYK", (4, 4), (0, 0, 0, 0)).save(tmp_path / "paper.tif")
    clip = media.open(tmp_path / "paper.tif")
    assert (next(iter(clip.batches())).pixels == 255).all()
    assert clip.source.notes == ("CMYK without a profile: taken as CGATS TR 001 (SWOP coated)",)


def chunk(name: bytes, data: bytes) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add(name, data)
    return info


def test_png_primaries_are_honoured(tmp_path: Path) -> None:
    p3 = colour.RGB_COLOURSPACES["Display P3"]
    numbers = [*p3.whitepoint, *np.ravel(p3.primaries)]
    info = chunk(b"cHRM", struct.pack(">8I", *(round(v * 100_000) for v in numbers)))
    info.add(b"gAMA", struct.pack(">I", 45455))
    stored = np.rint(in_space("Display P3") * 255).astype(np.uint8)
    Image.fromarray(stored).save(tmp_path / "a.png", pnginfo=info)
    clip = media.open(tmp_path / "a.png")
    found = next(iter(clip.batches())).pixels[0, :, 0].T.numpy()
    assert np.abs(found - expected(stored, "Display P3")).max() <= 0.6
    assert "cHRM primaries converted to sRGB" in clip.source.notes


def test_png_with_a_wide_cicp_is_converted(tmp_path: Path) -> None:
    stored = np.rint(in_space("Display P3") * 255).astype(np.uint8)
    Image.fromarray(stored).save(tmp_path / "a.png", pnginfo=chunk(b"cICP", bytes((12, 13, 0, 1))))
    clip = media.open(tmp_path / "a.png")
    found = next(iter(clip.batches())).pixels[0, :, 0].T.numpy()
    assert np.abs(found - expected(stored, "Display P3")).max() <= 0.6
    assert "cICP chunk of Display P3 converted to sRGB" in clip.source.notes


def test_primaries_that_span_nothing_are_left_aside(tmp_path: Path) -> None:
    Image.new("RGB", (2, 2), (5, 6, 7)).save(tmp_path / "a.png", pnginfo=chunk(b"cHRM", bytes(32)))
    assert (
        next(iter(media.open(tmp_path / "a.png").batches())).pixels[0, :, 0, 0].numpy() == (5, 6, 7)
    ).all()


def heic(path: Path, pixels: np.ndarray, **how: object) -> Path:
    pillow_heif.register_heif_opener()
    Image.fromarray(pixels).save(path, quality=-1, chroma=444, **{"matrix_coefficients": 0, **how})
    return path


def test_heic_is_read_exactly(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    clip = media.open(heic(tmp_path / "a.heic", pixels))
    assert np.array_equal(next(iter(clip.batches())).pixels[0].permute(1, 2, 0).numpy(), pixels)


def test_heic_with_a_p3_profile_is_converted(tmp_path: Path) -> None:
    stored = np.repeat(np.rint(in_space("Display P3") * 255).astype(np.uint8), 8, axis=0)
    profile = (ICC / "DisplayP3-v4.icc").read_bytes()
    clip = media.open(heic(tmp_path / "a.heic", stored, icc_profile=profile))
    found = next(iter(clip.batches())).pixels[0, :, 0].T.numpy()
    assert np.abs(found - expected(stored, "Display P3")).max() <= 1


def test_heic_and_avif_state_p3_in_a_box_too(tmp_path: Path) -> None:
    stored = np.repeat(np.rint(in_space("Display P3") * 255).astype(np.uint8), 8, axis=0)
    path = heic(tmp_path / "a.heic", stored, color_primaries=12, transfer_characteristics=13)
    clip = media.open(path)
    found = next(iter(clip.batches())).pixels[0, :, 0].T.numpy()
    assert np.abs(found - expected(stored, "Display P3")).max() <= 0.6
    assert "cICP of Display P3" in " ".join(clip.source.notes).replace("cICP chunk", "cICP")


def test_hdr_heic_is_shown_by_its_tags(tmp_path: Path) -> None:
    pixels = np.full((64, 64, 3), 148, np.uint8)  # 58 % of PQ, the white of graphics
    path = heic(tmp_path / "a.heic", pixels, color_primaries=9, transfer_characteristics=16)
    clip = media.open(path)
    assert int(next(iter(clip.batches())).pixels.min()) >= 253
    assert any("HDR, PQ" in note for note in clip.source.notes)


def test_a_damaged_heic_says_so(tmp_path: Path) -> None:
    whole = heic(tmp_path / "a.heic", np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8))
    (tmp_path / "cut.heic").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(MediaError, match=r"cut\.heic: is .*damaged"):
        media.open(tmp_path / "cut.heic")


def test_heic_without_its_plug_in_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = heic(tmp_path / "a.heic", np.zeros((64, 64, 3), np.uint8))
    monkeypatch.setitem(__import__("sys").modules, "pillow_heif", None)
    with pytest.raises(MediaError, match=r"pip install 'brandkit\[heic\]'"):
        media.open(path)
