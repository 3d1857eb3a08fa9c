from __future__ import annotations

import struct
from pathlib import Path

import colour
import numpy as np
import OpenImageIO as oiio
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from brandkit import media
from brandkit.errors import MediaError

from .tools import picture

STILLS = Path(__file__).parents[1] / "data" / "stills"


def save(
    path: Path, rgb: tuple[int, ...], mode: str = "RGB", size: tuple[int, int] = (3, 2), **how: object
) -> Path:
    Image.new(mode, size, tuple(rgb) if len(rgb) > 1 else rgb[0]).save(path, **how)
    return path


def only(path: Path, **how: object) -> tuple[tuple[int, ...], tuple[str, ...]]:
    clip = media.open(path, **how)  # type: ignore[arg-type]
    colours = {tuple(c) for c in picture(clip).reshape(-1, 3).tolist()}
    assert len(colours) == 1
    return colours.pop(), clip.source.notes


def write_16_bit(path: Path, values: list[int], **attributes: object) -> Path:
    spec = oiio.ImageSpec(5, 4, len(values), "uint16")
    for name, value in attributes.items():
        spec.attribute(name.replace("__", ":"), value)
    file = oiio.ImageOutput.create(str(path))
    assert file.open(str(path), spec), file.geterror()
    assert file.write_image(np.tile(np.array(values, dtype=np.uint16), (4, 5, 1))), file.geterror()
    file.close()
    return path


def cmyk_profile(lab_of_red: tuple[float, float, float]) -> bytes:
    """An ICC v2 printer profile (lut8, two nodes a side): paper white, and one Lab for magenta + yellow."""

    def code(lab: tuple[float, float, float]) -> bytes:
        return bytes((round(lab[0] * 255 / 100), round(lab[1] + 128), round(lab[2] + 128)))

    identity = bytes(range(256))
    nodes = b"".join(
        code({(0, 1, 1, 0): lab_of_red, (0, 0, 0, 0): (100, 0, 0)}.get((c, m, y, k), (0, 0, 0)))
        for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)
    )  # fmt: skip
    unit = struct.pack(">9i", *(65536 if i % 4 == 0 else 0 for i in range(9)))
    a2b = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + unit + identity * 4 + nodes + identity * 3
    text = b"test press\0"
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = {b"desc": desc, b"wtpt": white, b"A2B0": a2b, b"A2B1": a2b, b"A2B2": a2b}
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    size = start + len(body)
    header = struct.pack(
        ">I4sI4s4s4s12s4s", size, b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab ", bytes(12), b"acsp"
    )
    header += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return header + bytes(128 - len(header)) + struct.pack(">I", len(tags)) + table + body


def test_an_untagged_picture_is_taken_as_srgb_and_says_so(tmp_path: Path) -> None:
    colour_, notes = only(save(tmp_path / "a.png", (18, 92, 236)))
    assert colour_ == (18, 92, 236)
    assert notes == ("no colour profile: taken as sRGB",)


def test_the_source_states_the_facts(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", (1, 2, 3), size=(3, 5))
    source = media.open(path).source
    assert (source.kind, source.width, source.height, source.frames) == ("image", 3, 5, 1)
    assert source.fps is None and source.duration is None and source.path == path
    assert len(source.sha256) == 64
    batch = next(iter(media.open(path).batches()))
    assert batch.pixels.shape == (1, 3, 5, 3) and batch.pixels.is_contiguous()
    assert batch.first == 0 and batch.seconds == (0.0,)


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [("L", (77,), (77, 77, 77)), ("1", (255,), (255, 255, 255)), ("RGB", (1, 2, 3), (1, 2, 3))],
)
def test_grey_and_bilevel_become_rgb(
    tmp_path: Path, mode: str, value: tuple[int, ...], expected: object
) -> None:
    assert only(save(tmp_path / "a.png", value, mode))[0] == expected


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (1, 7)])
def test_tiny_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    assert only(save(tmp_path / "a.png", (9, 8, 7), size=size))[0] == (9, 8, 7)


def test_the_ending_does_not_matter(tmp_path: Path) -> None:
    assert only(save(tmp_path / "really_a_png.jpg", (4, 5, 6), format="PNG"))[0] == (4, 5, 6)


def test_transparency_is_laid_over_the_background(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", (200, 0, 0, 51), "RGBA")  # a fifth
    assert only(path)[0] == (244, 204, 204)
    colour_, notes = only(path, background=(0, 80, 255))
    assert colour_ == (40, 64, 204)
    assert "transparency laid over #0050FF" in notes


def test_opaque_alpha_is_not_worth_a_note(tmp_path: Path) -> None:
    assert only(save(tmp_path / "a.png", (200, 0, 0, 255), "RGBA")) == (
        (200, 0, 0),
        ("no colour profile: taken as sRGB",),
    )


def test_a_transparent_palette_entry(tmp_path: Path) -> None:
    image = Image.new("P", (2, 2), 1)
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.save(tmp_path / "a.png", transparency=1)
    assert only(tmp_path / "a.png", background=(7, 8, 9))[0] == (7, 8, 9)


def test_a_keyed_colour_is_transparent(tmp_path: Path) -> None:
    save(tmp_path / "a.png", (1, 2, 3), transparency=(1, 2, 3))
    assert only(tmp_path / "a.png")[0] == (255, 255, 255)


def test_an_embedded_srgb_profile_moves_no_pixel() -> None:
    clip = media.open(STILLS / "icc_profile.png")
    stored = np.asarray(Image.open(STILLS / "icc_profile.png").convert("RGB"))
    assert np.array_equal(picture(clip), stored)
    assert "is sRGB" in clip.source.notes[0]


def test_another_rgb_profile_is_converted(tmp_path: Path) -> None:
    # LittleCMS' XYZ profile is not RGB; a gamma-1.8-like space comes from colour-science instead:
    # swapping red and green of sRGB is a profile whose effect is known without any library.
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.index(b"rXYZ"), data.index(b"gXYZ")
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    path = save(tmp_path / "a.png", (200, 30, 60), icc_profile=bytes(data))
    colour_, notes = only(path)
    assert np.abs(np.array(colour_) - (30, 200, 60)).max() <= 1
    assert "converted to sRGB (relative colorimetric with black point compensation)" in notes[0]


def test_grey_with_an_rgb_profile(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert only(save(tmp_path / "a.png", (77,), "L", icc_profile=profile))[0] == (77, 77, 77)


@pytest.mark.parametrize("profile", [b"no profile at all", cmyk_profile((50, 60, 40))])
def test_a_profile_that_does_not_fit_is_left_aside(tmp_path: Path, profile: bytes) -> None:
    colour_, notes = only(save(tmp_path / "a.png", (5, 6, 7), icc_profile=profile))
    assert colour_ == (5, 6, 7)
    assert "cannot be used" in notes[0] and "left aside" in notes[0]


def test_cmyk_goes_through_its_profile(tmp_path: Path) -> None:
    lab = (50.0, 60.0, 40.0)
    path = save(tmp_path / "a.tif", (0, 255, 255, 0), "CMYK", icc_profile=cmyk_profile(lab))
    # colour-science as the independent way from Lab (D50) to sRGB
    d50 = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D50"]
    expected = colour.XYZ_to_sRGB(colour.Lab_to_XYZ(lab, d50), d50, chromatic_adaptation_transform="Bradford")
    colour_, notes = only(path)
    assert np.abs(np.array(colour_) - np.clip(expected, 0, 1) * 255).max() <= 2
    assert "test press" in notes[0]


def test_cmyk_without_a_profile_says_that_it_is_a_guess() -> None:
    notes = media.open(STILLS / "pil_sample_cmyk.jpg").source.notes
    assert any("CMYK without a profile" in note for note in notes)


def test_16_bits_are_rounded_not_cut_where_8_are_asked_for(tmp_path: Path) -> None:
    # 32767 * 255 / 65535 = 127.498, 32897 = 128.004, 65406 = 254.498, 65407 = 254.502
    path = write_16_bit(tmp_path / "a.png", [32897, 65406, 65407])
    colour_, notes = only(path)
    assert colour_ == (128, 254, 255)
    assert "16 bits a channel, measured as they are" in notes


@pytest.mark.parametrize("ending", ["png", "tif"])
@pytest.mark.parametrize("count", [1, 3, 4])
def test_16_bit_grey_rgb_and_alpha(tmp_path: Path, ending: str, count: int) -> None:
    values = [[20000], [40000, 257 * 30, 60000], [65535, 0, 0, 13107]][[1, 3, 4].index(count)]
    more = {"oiio__UnassociatedAlpha": 1} if count == 4 else {}
    colour_, _ = only(write_16_bit(tmp_path / f"a.{ending}", values, **more))
    if count == 4:
        assert colour_ == (255, 204, 204)  # a fifth of red over white
    else:
        assert colour_ == tuple(round(v * 255 / 65535) for v in values * (3 // count))


def test_16_bit_tiff_agrees_with_its_8_bit_twin() -> None:
    deep = picture(media.open(STILLS / "tiff_16bit_RGB.tiff"))
    flat = picture(media.open(STILLS / "tiff_16bit_RGB_target.png"))  # cut to 8 bits by Pillow's authors
    assert np.isin(deep - flat, (0, 1)).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "tif", "png", "deep.tif"])
def test_pictures_stand_upright(tmp_path: Path, ending: str, orientation: int) -> None:
    """Against the picture in Exif 2.32, 4.6.4: where the 0th row and column of the stored data belong."""
    marked = np.zeros((16, 32), dtype=np.uint8)
    marked[:8, :16] = 255  # the stored picture: top left is white
    path = tmp_path / f"a.{ending}"
    if ending == "deep.tif":
        spec = oiio.ImageSpec(32, 16, 1, "uint16")
        spec.attribute("Orientation", orientation)
        file = oiio.ImageOutput.create(str(path))
        file.open(str(path), spec)
        file.write_image(marked[..., None].astype(np.uint16) * 257)
        file.close()
    else:
        exif = Image.Exif()
        exif[0x0112] = orientation
        Image.fromarray(marked).save(path, exif=exif)
    row, column = {
        1: ("top", "left"), 2: ("top", "right"), 3: ("bottom", "right"), 4: ("bottom", "left"),
        5: ("left", "top"), 6: ("right", "top"), 7: ("right", "bottom"), 8: ("left", "bottom"),
    }[orientation]  # fmt: skip
    clip = media.open(path)
    assert (clip.source.width, clip.source.height) == ((16, 32) if orientation > 4 else (32, 16))
    seen = picture(clip)[..., 0]
    height, width = seen.shape
    top, left = "top" in (row, column), "left" in (row, column)
    y, x = (0 if top else height - 1), (0 if left else width - 1)
    assert seen[y, x] > 200 and (seen > 128).mean() == 0.25
    assert any("upright" in note for note in clip.source.notes) == (orientation != 1)


def test_png_gamma_is_honoured(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add(b"gAMA", struct.pack(">I", 100_000))  # linear light
    colour_, notes = only(save(tmp_path / "a.png", (55, 0, 255), pnginfo=info))
    expected = colour.cctf_encoding(np.array([55, 0, 255]) / 255, function="sRGB") * 255
    assert colour_ == tuple(np.rint(expected).astype(int).tolist())
    assert "gAMA" in notes[0]


def test_png_with_an_unknown_space_is_refused(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add(b"cICP", bytes((22, 17, 0, 1)))  # EBU 3213-E, SMPTE ST 428
    with pytest.raises(MediaError, match=r"cICP chunk states primaries 22, transfer 17.*export it in sRGB"):
        media.open(save(tmp_path / "a.png", (1, 2, 3), pnginfo=info))


def test_further_pages_of_a_tiff_are_mentioned(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (2, 2), (i, i, i)) for i in (1, 2, 3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    colour_, notes = only(tmp_path / "a.tif")
    assert colour_ == (1, 1, 1)
    assert "holds 3 pictures: only the first is read" in notes


def test_floating_point_is_refused(tmp_path: Path) -> None:
    Image.new("F", (2, 2), 0.5).save(tmp_path / "a.tif")
    with pytest.raises(MediaError, match=r"export it as 8 or 16-bit PNG or TIFF"):
        media.open(tmp_path / "a.tif")
