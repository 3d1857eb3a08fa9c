"""A corrected still keeps the form of its original, and every pixel that was not changed."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import colour
import numpy as np
import OpenImageIO as oiio
import pillow_heif
import pytest
import torch
from PIL import Image, ImageCms, PngImagePlugin

from brandkit import media
from brandkit.media import Frames
from brandkit.media.png import read_header

ICC = Path(__file__).parents[1] / "data" / "icc"
BLUE = (0, 80, 255)
LOSSLESS = [".png", ".tif", ".webp", ".heic", ".bmp"]


def photograph(height: int = 48, width: int = 64) -> np.ndarray:
    noise = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    noise[10:30, 10:40] = (18, 92, 236)  # the blue that came out wrong
    return noise


def only_frame(path: Path) -> Frames:
    return next(iter(media.open(path).batches()))


def corrected(path: Path) -> tuple[Frames, np.ndarray]:
    """The picture with its wrong blue made right, and where it was changed."""
    frame = only_frame(path)
    wrong = (frame.pixels[0] - torch.tensor((18, 92, 236), dtype=torch.uint8)[:, None, None]).abs()
    where = (wrong.to(torch.int16).amin(0) <= 2) & (frame.pixels[0, 2] > 200) & (frame.pixels[0, 0] < 60)
    region = torch.zeros_like(where)
    region[10:30, 10:40] = where[10:30, 10:40]
    target = torch.tensor(BLUE, dtype=torch.uint8)[:, None]
    pixels = frame.pixels.clone()
    pixels[0][:, region] = target
    deep = None
    if frame.deep is not None:
        deep = frame.deep.clone()
        deep[0][:, region] = target.float()
    return replace(frame, pixels=pixels, deep=deep), region.numpy()


def rewrite(source: Path, ending: str | None = None) -> tuple[Path, np.ndarray, tuple[str, ...]]:
    frame, region = corrected(source)
    assert region.sum() == 600
    out = source.with_name(f"out{ending or source.suffix}")
    written = media.write(out, [frame], media.open(source).source)
    return out, region, written.notes


def write_16_bit(path: Path, pixels: np.ndarray, **attributes: object) -> None:
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], "uint16")
    for name, value in attributes.items():
        spec.attribute(name, value)
    file = oiio.ImageOutput.create(str(path))
    assert file.open(str(path), spec) and file.write_image(pixels) and file.close()


def read_16_bit(path: Path) -> np.ndarray:
    file = oiio.ImageInput.open(str(path))
    pixels = np.asarray(file.read_image(0, 0, 0, file.spec().nchannels, oiio.UINT16))
    file.close()
    return pixels.reshape(file.spec().height, file.spec().width, -1)


@pytest.mark.parametrize("ending", LOSSLESS)
def test_a_format_without_loss_keeps_every_other_pixel(tmp_path: Path, ending: str) -> None:
    pillow_heif.register_heif_opener()
    how = {"quality": -1, "chroma": 444, "matrix_coefficients": 0} if ending == ".heic" else {}
    Image.fromarray(photograph()).save(
        tmp_path / f"a{ending}", **how, **({"lossless": True} if ending == ".webp" else {})
    )
    before = only_frame(tmp_path / f"a{ending}").pixels[0].numpy()
    out, region, _ = rewrite(tmp_path / f"a{ending}")
    after = only_frame(out).pixels[0].numpy()
    assert Image.open(out).format == Image.open(tmp_path / f"a{ending}").format
    assert (after[:, region].T == BLUE).all()
    assert np.array_equal(after[:, ~region], before[:, ~region])


@pytest.mark.parametrize(("ending", "most"), [(".jpg", 1), (".avif", 3)])
def test_a_lossy_format_is_kept_and_says_what_it_is(tmp_path: Path, ending: str, most: int) -> None:
    flat = np.full((64, 64, 3), (18, 92, 236), np.uint8)
    Image.fromarray(flat).save(
        tmp_path / f"a{ending}", quality=95, subsampling=0 if ending == ".jpg" else "4:4:4"
    )
    frame = only_frame(tmp_path / f"a{ending}")
    pixels = torch.tensor(BLUE, dtype=torch.uint8)[None, :, None, None].expand_as(frame.pixels).contiguous()
    out = tmp_path / f"out{ending}"
    written = media.write(out, [replace(frame, pixels=pixels)], media.open(tmp_path / f"a{ending}").source)
    found = only_frame(out).pixels[0].numpy().reshape(3, -1).T.astype(int)
    assert np.abs(found - BLUE).max() <= most
    assert any("cannot hold a colour exactly" in note for note in written.notes)


@pytest.mark.parametrize("ending", [".png", ".tif"])
def test_16_bits_stay_16_bits(tmp_path: Path, ending: str) -> None:
    deep = np.random.default_rng(3).integers(0, 65536, (48, 64, 3), dtype=np.uint16)
    deep[10:30, 10:40] = np.array((18, 92, 236), dtype=np.uint16) * 257 + 60
    write_16_bit(tmp_path / f"a{ending}", deep)
    out, region, _ = rewrite(tmp_path / f"a{ending}")
    found = read_16_bit(out)
    assert found.dtype == np.uint16
    assert (found[region] == np.array(BLUE) * 257).all()
    assert np.array_equal(found[~region], deep[~region])


@pytest.mark.parametrize("profile", ["DisplayP3-v4", "AdobeCompat-v4", "ProPhoto-v4"])
@pytest.mark.parametrize("deep", [False, True], ids=["8 bits", "16 bits"])
def test_a_profile_stays_and_the_colour_is_right_in_it(tmp_path: Path, profile: str, deep: bool) -> None:
    data = (ICC / f"{profile}.icc").read_bytes()
    space = {
        "DisplayP3-v4": "Display P3",
        "AdobeCompat-v4": "Adobe RGB (1998)",
        "ProPhoto-v4": "ProPhoto RGB",
    }[profile]
    wide = colour.RGB_COLOURSPACES[space]
    srgb = colour.RGB_COLOURSPACES["sRGB"]

    def in_profile(rgb: tuple[int, int, int]) -> np.ndarray:
        linear = colour.cctf_decoding(np.array(rgb) / 255, function="sRGB")
        return np.asarray(wide.cctf_encoding(colour.RGB_to_RGB(linear, srgb, wide, "Bradford")))

    top = 65535 if deep else 255
    stored = (
        np.random.default_rng(5).integers(0, top + 1, (48, 64, 3)).astype(np.uint16 if deep else np.uint8)
    )
    stored[10:30, 10:40] = np.rint(in_profile((18, 92, 236)) * top)
    path = tmp_path / "a.tif"
    if deep:
        attribute = np.frombuffer(data, dtype=np.uint8)
        spec = oiio.ImageSpec(64, 48, 3, "uint16")
        spec.attribute("ICCProfile", oiio.TypeDesc(f"uint8[{len(attribute)}]"), attribute)
        file = oiio.ImageOutput.create(str(path))
        assert file.open(str(path), spec) and file.write_image(stored) and file.close()
    else:
        Image.fromarray(stored).save(path, icc_profile=data)
    out, region, _ = rewrite(path)
    found = read_16_bit(out) if deep else np.asarray(Image.open(out))
    assert Image.open(out).info["icc_profile"] == data
    # ProPhoto's toe and its white are rounded in the profile's own numbers.
    assert np.abs(found[region] / top - in_profile(BLUE)).max() < (0.0025 if deep else 0.004)
    assert np.array_equal(found[~region], stored[~region])
    seen = only_frame(out)
    values = seen.pixels if seen.deep is None else seen.deep
    assert np.abs(values[0].numpy()[:, region].T - BLUE).max() <= (0.05 if deep else 2)


def test_alpha_stays_and_shows_no_background(tmp_path: Path) -> None:
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[..., :3] = (18, 92, 236)
    pixels[..., 3] = 200
    pixels[:10, :, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "a.png")
    frame = only_frame(tmp_path / "a.png")
    shown = frame.pixels.clone()
    over = np.rint((np.array(BLUE) * 200 + 255 * 55) / 255).astype(np.uint8)
    shown[0, :, 10:] = torch.from_numpy(over)[:, None, None]
    media.write(tmp_path / "out.png", [replace(frame, pixels=shown)], media.open(tmp_path / "a.png").source)
    found = np.asarray(Image.open(tmp_path / "out.png"))
    assert np.array_equal(found[..., 3], pixels[..., 3])
    assert np.abs(found[10:, :, :3].astype(int) - BLUE).max() <= 1
    assert np.array_equal(found[:10], pixels[:10])


def test_a_png_keeps_its_text_resolution_and_exif(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a blue poster, seed 7")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    exif = Image.Exif()
    exif[0x010E] = "hero"
    exif[0x0112] = 3  # upside down
    Image.fromarray(photograph()[::-1, ::-1]).save(
        tmp_path / "a.png", pnginfo=info, dpi=(300, 300), exif=exif
    )
    out, _, _ = rewrite(tmp_path / "a.png")
    found = Image.open(out)
    assert found.info["parameters"] == "a blue poster, seed 7"
    assert "xmpmeta" in found.info["XML:com.adobe.xmp"]
    assert found.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert found.getexif()[0x010E] == "hero"
    assert found.getexif()[0x0112] == 1


def test_a_jpeg_keeps_its_exif_xmp_profile_and_comment(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E] = "hero"
    Image.fromarray(np.full((64, 64, 3), (18, 92, 236), np.uint8)).save(
        tmp_path / "a.jpg", quality=100, subsampling=0, icc_profile=profile, exif=exif, dpi=(240, 240),
        comment=b"hi", xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
    )  # fmt: skip
    frame = only_frame(tmp_path / "a.jpg")
    media.write(tmp_path / "out.jpg", [frame], media.open(tmp_path / "a.jpg").source)
    found = Image.open(tmp_path / "out.jpg")
    assert found.info["icc_profile"] == profile
    assert found.getexif()[0x010E] == "hero"
    assert found.info["dpi"] == (240, 240)
    assert found.info["comment"] == b"hi"
    assert b"xmpmeta" in found.info["xmp"]


@pytest.mark.parametrize("deep", [False, True], ids=["8 bits", "16 bits"])
def test_a_tiff_keeps_its_description_and_artist(tmp_path: Path, deep: bool) -> None:
    if deep:
        pixels = np.full((16, 16, 3), 20_000, np.uint16)
        write_16_bit(tmp_path / "a.tif", pixels, ImageDescription="hero", Artist="Ada")
    else:
        exif = Image.Exif()
        exif[270], exif[315] = "hero", "Ada"
        Image.fromarray(photograph()).save(tmp_path / "a.tif", exif=exif, dpi=(300, 300))
    clip = media.open(tmp_path / "a.tif")
    media.write(tmp_path / "out.tif", clip.batches(), clip.source)
    tags = Image.open(tmp_path / "out.tif").getexif()
    assert (tags[270], tags[315]) == ("hero", "Ada")


def test_a_png_with_gamma_keeps_it(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add(b"gAMA", struct.pack(">I", 100_000))
    linear = np.rint(colour.cctf_decoding(photograph() / 255, function="sRGB") * 255).astype(np.uint8)
    linear[10:30, 10:40] = (2, 27, 214)  # linear light of a blue beside ours
    Image.fromarray(linear).save(tmp_path / "a.png", pnginfo=info)
    frame = only_frame(tmp_path / "a.png")
    pixels = frame.pixels.clone()
    pixels[0, :, 10:30, 10:40] = torch.tensor(BLUE, dtype=torch.uint8)[:, None, None]
    media.write(tmp_path / "out.png", [replace(frame, pixels=pixels)], media.open(tmp_path / "a.png").source)
    header = read_header(tmp_path / "out.png")
    assert header is not None and header.gamma == 1.0
    expected = np.rint(colour.cctf_decoding(np.array(BLUE) / 255, function="sRGB") * 255)
    assert (np.asarray(Image.open(tmp_path / "out.png"))[10:30, 10:40] == expected).all()


def test_cmyk_without_a_way_back_becomes_rgb_and_says_so(tmp_path: Path) -> None:
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[..., 0] = 255
    Image.fromarray(pixels, "CMYK").save(tmp_path / "a.tif")
    frame = only_frame(tmp_path / "a.tif")
    shown = torch.tensor(BLUE, dtype=torch.uint8)[None, :, None, None].expand_as(frame.pixels).contiguous()
    written = media.write(
        tmp_path / "out.tif", [replace(frame, pixels=shown)], media.open(tmp_path / "a.tif").source
    )
    assert (np.asarray(Image.open(tmp_path / "out.tif")) == BLUE).all()
    assert any("only leads to a display" in note for note in written.notes)


def test_greyscale_with_a_colour_becomes_rgb_and_says_so(tmp_path: Path) -> None:
    Image.new("L", (64, 48), 90).save(tmp_path / "a.png")
    frame = only_frame(tmp_path / "a.png")
    shown = torch.tensor(BLUE, dtype=torch.uint8)[None, :, None, None].expand_as(frame.pixels).contiguous()
    source = media.open(tmp_path / "a.png").source
    written = media.write(tmp_path / "out.png", [replace(frame, pixels=shown)], source)
    assert (np.asarray(Image.open(tmp_path / "out.png")) == BLUE).all()
    assert any("was greyscale" in note for note in written.notes)
    grey = replace(frame, pixels=torch.full_like(frame.pixels, 120))
    media.write(tmp_path / "grey.png", [grey], source)
    assert Image.open(tmp_path / "grey.png").mode == "L"


def test_numbered_pngs_keep_depth_and_text(tmp_path: Path) -> None:
    for index in range(2):
        deep = np.full((8, 8, 3), 20_000 + index, np.uint16)
        write_16_bit(tmp_path / f"in_{index}.png", deep)
    clip = media.open(tmp_path / "in_%d.png")
    media.write(tmp_path / "out", clip.batches(), clip.source)
    found = [read_16_bit(path) for path in sorted((tmp_path / "out").iterdir())]
    assert [int(pixels[0, 0, 0]) for pixels in found] == [20_000, 20_001]
