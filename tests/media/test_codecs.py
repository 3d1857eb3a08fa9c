"""Each codec: what it holds of a HEX, witnessed by our reader, zimg and swscale, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import colour
import numpy as np
import pytest
import torch
from PIL import Image

from brandkit import media
from brandkit.errors import OutputError
from brandkit.media import Codec, Frames
from brandkit.media.codecs import CODECS, find_codec, layout_of, quality
from brandkit.media.held import hold
from brandkit.media.written import Encoded
from brandkit.media.ycbcr import HD, Coding

from ..conftest import DRIFTED, Command, names, panel, saved
from .tools import COLOURS, bars, frames_of, like, pixels

BAR = 64
FORMS = {"jpg": "JPEG", "avif": "AVIF", "png": "PNG", "webp": "WEBP", "tiff": "TIFF", "heic": "HEIF"}
# swscale with these flags, and zimg, round as the standards say; swscale's defaults do not.
ACCURATE = "scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
ZIMG = "zscale=m=gbr:r=pc:f=bilinear:d=none,format=gbrp"
SIZES = {"dnxhr": (256, 120), "dnxhr-444": (256, 120), "h265": (16, 16)}


def some_hex() -> np.ndarray:
    """Colours far apart, and some by chance: ``uint8`` ``[12, 3]``."""
    chance = np.random.default_rng(11).integers(0, 256, (5, 3), dtype=np.uint8)
    return np.concatenate((np.array(COLOURS, dtype=np.uint8), chance))


def flat_bars(colours: np.ndarray) -> np.ndarray:
    row = np.repeat(colours, BAR, axis=0)
    return np.broadcast_to(row, (2, 128, *row.shape)).copy()


def inside_bars(rgb: np.ndarray) -> np.ndarray:
    """``[..., bars, 3]`` without the pixels that chroma of a neighbour or a coded block reaches."""
    frames, height, width, _ = rgb.shape
    apart = rgb.reshape(frames, height, width // BAR, BAR, 3)[:, :, :, 16:-16].astype(int)
    return np.moveaxis(apart, 3, 2).reshape(-1, width // BAR, 3)


def by_ffmpeg(ffmpeg: Any, path: Path, how: str, shape: tuple[int, ...]) -> np.ndarray:
    out = ffmpeg("-i", path, "-vf", how, "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    return np.frombuffer(out, dtype=np.uint8).reshape(shape)


@pytest.mark.parametrize("codec", CODECS)
def test_a_flat_hex_decodes_to_what_is_said_to_be_held(tmp_path: Path, ffmpeg: Any, codec: Codec) -> None:
    colours = some_hex()
    rgb = flat_bars(colours)
    path = tmp_path / f"a{CODECS[codec].endings[0]}"
    written = media.write(path, frames_of(rgb), like("video"), codec=codec)
    held = np.array([media.held_colour((r, g, b), codec) for r, g, b in colours.tolist()])
    witnesses = [pixels(media.open(path)).permute(0, 2, 3, 1).numpy()]
    matrix = written.video is not None and written.video.coding is not None
    witnesses.append(by_ffmpeg(ffmpeg, path, ZIMG if matrix else "null", rgb.shape))
    witnesses.append(by_ffmpeg(ffmpeg, path, ACCURATE if matrix else "null", rgb.shape))
    for seen in witnesses:
        away = np.abs(inside_bars(seen) - held)
        # x265 moves some flat blocks by a code of 10 bits, which is less than one of ours, or one.
        assert away.max() <= (1 if codec == "h265" else 0)
        assert (away > 0).mean() < 0.02
    if codec != "h264":
        assert np.array_equal(held, colours)


@pytest.mark.parametrize("codec", [name for name, entry in CODECS.items() if entry.lossless])
def test_a_lossless_codec_returns_every_pixel(tmp_path: Path, codec: Codec) -> None:
    noise = np.random.default_rng(4).integers(0, 256, (3, 32, 48, 3), dtype=np.uint8)
    path = tmp_path / f"a{CODECS[codec].endings[0]}"
    written = media.write(path, frames_of(noise), like("video"), codec=codec)
    assert np.array_equal(pixels(media.open(path)).permute(0, 2, 3, 1).numpy(), noise)
    assert "without loss" in written.notes[0]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("more", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_a_picture_of_any_size_keeps_it(tmp_path: Path, codec: Codec, more: tuple[int, int]) -> None:
    width, height = np.add(SIZES.get(codec, (16, 16)), more)
    rgb = np.broadcast_to(np.array((200, 30, 60), dtype=np.uint8), (2, height, width, 3)).copy()
    path = tmp_path / f"a{CODECS[codec].endings[0]}"
    if CODECS[codec].even_width and width % 2:
        with pytest.raises(OutputError, match="needs an even width, this is 17 pixels; use prores-4444"):
            media.write(path, frames_of(rgb), like("video"), codec=codec)
        assert not path.exists()
        return
    written = media.write(path, frames_of(rgb), like("video"), codec=codec)
    again = pixels(media.open(path)).permute(0, 2, 3, 1).numpy().astype(int)
    assert again.shape == rgb.shape and np.abs(again - rgb).max() <= 1
    odd = CODECS[codec].sampling == "4:2:0" and any(more)
    assert ("as its size is odd" in written.notes[0]) == odd


@pytest.mark.parametrize("codec", ["h264", "h265", "prores", "prores-4444", "dnxhr-444", "ffv1"])
def test_colours_deeper_than_8_bits_are_stored_in_10(tmp_path: Path, codec: Codec) -> None:
    """A ramp between two codes of 8 bits, as 16-bit stills have it, comes out as more than two."""
    ramp = torch.linspace(120, 124, 256).expand(1, 3, 128, 256).contiguous()
    frames = Frames(ramp.round().to(torch.uint8), 0, (0.0,), deep=ramp)
    path = tmp_path / f"a{CODECS[codec].endings[0]}"
    crf = 0 if CODECS[codec].crf else None
    written = media.write(path, [frames], like("sequence", bits=16), codec=codec, crf=crf)
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    assert frame.format.components[0].bits >= 10
    first = np.frombuffer(memoryview(frame.planes[0]), dtype=np.uint16)[:256]
    assert len(np.unique(first)) >= 12
    assert "10 bits" in written.notes[0]
    assert not any("corrected in 8" in note for note in written.notes)


def test_the_loss_of_a_codec_is_stated_with_the_codecs_that_have_none() -> None:
    lossy = hold((10, 88, 250), Encoded("h264", HD))
    assert lossy.asked != lossy.holds
    lab = [
        colour.XYZ_to_Lab(colour.sRGB_to_XYZ(np.array(rgb) / 255), (0.3127, 0.3290))
        for rgb in (lossy.asked, lossy.holds)
    ]
    assert lossy.loss_de00 == pytest.approx(colour.delta_E(*lab, method="CIE 2000"), abs=0.01)
    assert lossy.exact_in[:2] == ("h264-rgb", "ffv1")
    assert set(lossy.exact_in[2:]) == {"h265", "prores", "prores-4444", "dnxhr", "dnxhr-444"}
    said = str(lossy)
    assert said.startswith("this codec holds #0A58FA as #") and "CIEDE2000 away; h264-rgb, ffv1" in said
    for exact in (Encoded("h264", Coding("BT.709", False, 10)), Encoded("ffv1", None)):
        assert str(hold((10, 88, 250), exact)) == "#0A58FA is held exactly"


def test_full_range_holds_more_than_limited_range() -> None:
    rgb = np.random.default_rng(5).integers(0, 256, (60, 3)).tolist()
    kept = [
        sum(hold((r, g, b), Encoded("h264", Coding("BT.709", full))).loss_de00 == 0 for r, g, b in rgb)
        for full in (False, True)
    ]
    assert kept[0] < kept[1] < len(rgb)


def test_every_name_has_an_entry() -> None:
    assert set(get_args(Codec)) == set(CODECS)
    assert all(find_codec(name) == name for name in CODECS)
    with pytest.raises(OutputError, match="'av1' is not a codec; use one of h264, h264-rgb, h265"):
        find_codec("av1")


def test_a_source_of_8_bits_is_stored_in_the_fewest() -> None:
    assert layout_of("h264", 8, 64, 64).pixel_format == "yuv420p"
    assert layout_of("h264", 10, 64, 64).pixel_format == "yuv420p10le"
    assert layout_of("h264", 12, 63, 64).pixel_format == "yuv444p10le"
    assert layout_of("h264-rgb", 16, 64, 64).pixel_format == "bgr0"
    assert layout_of("ffv1", 10, 64, 64).pixel_format == "gbrp10le"
    assert layout_of("prores", 8, 63, 64).pixel_format == "yuv422p10le"


def test_the_rate_factor_is_one_that_the_codec_has() -> None:
    assert (quality("h264", None), quality("h265", 20), quality("ffv1", None)) == (12, 20, None)
    for codec, why in (("ffv1", "is lossless"), ("prores", "has a fixed quality")):
        with pytest.raises(OutputError, match=f"{codec} {why} and takes no CRF; .* use one of h264, h265"):
            quality(codec, 12)  # type: ignore[arg-type]
    for crf in (-1, 52):
        with pytest.raises(OutputError, match=f"CRF {crf} is not one that h264 takes; give 0"):
            quality("h264", crf)


@pytest.mark.parametrize(("codec", "title"), [("h264", "H.264 (x264"), ("h265", "H.265 (x265")])
def test_a_greater_rate_factor_makes_a_smaller_file(tmp_path: Path, codec: Codec, title: str) -> None:
    noise = np.random.default_rng(4).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    sizes = []
    for crf in (4, 40):
        path = tmp_path / f"{crf}.mp4"
        written = media.write(path, frames_of(noise), like("video"), codec=codec, crf=crf)
        assert f"{title}, CRF {crf})" in written.notes[0]
        sizes.append(path.stat().st_size)
    assert sizes[1] < sizes[0] / 2


@pytest.mark.parametrize(
    ("codec", "name", "words"),
    [
        ("prores", "a.mp4", "ProRes 422 HQ is written as .mov only; change the ending"),
        ("dnxhr", "a.mkv", "DNxHR HQX is written as .mov only"),
        ("ffv1", "a.mov", "FFV1 is written as .mkv only"),
        ("dnxhr", "a.mov", "112 x 64 pixels are fewer than DNxHR HQX takes (256 x 120); use another codec"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path: Path, codec: Codec, name: str, words: str) -> None:
    with pytest.raises(OutputError) as caught:
        media.write(tmp_path / name, frames_of(bars()), like("video"), codec=codec)
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("still", ["jpg", "avif", "png", "webp", "tiff", "heic"])
def test_a_picture_that_loses_a_hex_says_which_by_how_much_and_what_keeps_it(
    run: Command, acme: Path, tmp_path: Path, still: str
) -> None:
    """Pillow, which is told of neither brand nor note, sees in the file what the note says of it."""
    shot = saved(panel(DRIFTED), tmp_path / "shot.png")
    assert run("correct", shot, "-b", acme, "-o", tmp_path / "out", "--still", still).status == 0
    path = tmp_path / "out" / f"shot.corrected.{still}"
    (correction,) = json.loads((path.parent / "report.json").read_text("utf-8"))["corrections"]
    lost = {}
    for name, asked, row in (("blue", "#0050FF", 30), ("ink", "#0B0F14", 58)):
        seen = hex_in_row(path, row)
        if seen != asked:
            lost[name] = f"{name}: this {FORMS[still]} holds {asked} as {seen}, "
    note = correction["note"]
    assert bool(lost) == (still in ("jpg", "avif"))
    assert note.count("; --still png holds it exactly") == note.count(" holds #") == len(lost)
    assert all(said in note for said in lost.values())


def hex_in_row(path: Path, row: int) -> str:
    """The commonest colour of one row."""
    if path.suffix == ".heic":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    with Image.open(path) as picture:
        line = np.asarray(picture.convert("RGB"))[row]
    values, counts = np.unique(line, axis=0, return_counts=True)
    return "#{:02X}{:02X}{:02X}".format(*values[counts.argmax()].tolist())


@pytest.mark.parametrize(("crf", "share"), [(0, 1.0), (40, 0.0)])
def test_a_colour_that_compression_changes_is_not_said_to_be_held(
    run: Command, acme: Path, ffmpeg: Any, tmp_path: Path, crf: int, share: float
) -> None:
    """H.265 in 10 bits has room for every HEX, but does not keep it at every rate factor."""
    rgb = np.repeat(np.asarray(panel(DRIFTED))[None], 4, axis=0)
    film = media.write(tmp_path / "film.mkv", frames_of(rgb), like("video"), codec="ffv1").path
    run("correct", film, "-b", acme, "-o", tmp_path / "out", "--codec", "h265", "--crf", crf)
    (correction,) = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["corrections"]
    ground = by_ffmpeg(ffmpeg, tmp_path / "out" / "film.corrected.mkv", ZIMG, rgb.shape)[:, 30:40, 8:88]
    assert (ground == (0, 80, 255)).all(-1).mean() == pytest.approx(share, abs=0.1)
    if share == 1:
        assert "blue: #0050FF is held exactly" in correction["note"]
    else:
        (drift,) = (
            f["colour"] for f in correction["after"]["findings"] if f["swatch"] == "blue" and f["colour"]
        )
        said = f"blue: this file, compressed, holds #0050FF as {drift}, "
        assert said in correction["note"]
        assert "h264-rgb, ffv1 hold it exactly" in correction["note"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--codec", "av1"), "'av1' is not a codec"),
        (("--codec", "ffv1", "--crf", "3"), "ffv1 is lossless and takes no CRF"),
        (("--crf", "60"), "CRF 60 is not one that h264 takes"),
    ],
)
def test_a_codec_or_quality_that_does_not_exist_is_bad_usage(
    run: Command, acme: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    shot = saved(panel(DRIFTED), tmp_path / "shot.png")
    done = run("correct", shot, "-b", acme, "-o", tmp_path / "out", *arguments)
    assert done.status == 2
    assert words in " ".join(done.err.replace("│", " ").split())
    assert "out" not in names(tmp_path)
