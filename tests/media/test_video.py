from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from brandkit import media
from brandkit.media import frame_colour, planes

from .tools import COLOURS, bars, picture, pixels, raw, ycbcr

DATA = Path(__file__).parents[1] / "data" / "video"
H273 = {"601": 6, "709": 1, "2020": 9}
LAYOUTS = {8: "yuv444p", 10: "yuv444p10le", 12: "yuv444p12le"}


def encode(ffmpeg: Any, path: Path, rgb: np.ndarray, matrix: str, full: bool, bits: int, tags: str) -> Path:
    """Lossless, from numbers made by the formulas; tags are set on the stream: nothing is converted."""
    layout = LAYOUTS[bits]
    height, width = rgb.shape[:2]
    codec = ["libx264", "-qp", "0"] if bits < 12 else ["ffv1"]
    ffmpeg(
        "-f", "rawvideo", "-pix_fmt", layout, "-s", f"{width}x{height}", "-r", "25", "-i", "-",
        "-c:v", *codec, *(["-bsf:v", f"h264_metadata={tags}"] if tags else []), path,
        stdin=raw(ycbcr(rgb, matrix, full, bits), bits),
    )  # fmt: skip
    return path


def at_bar_centres(clip: media.Clip, width: int) -> np.ndarray:
    seen = picture(clip)
    return seen[seen.shape[0] // 2, width // 2 :: width]


@pytest.mark.parametrize("matrix", ["601", "709", "2020"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("bits", [8, 10])
def test_tagged_bars_444(tmp_path: Path, ffmpeg: Any, matrix: str, full: bool, bits: int) -> None:
    tags = f"matrix_coefficients={H273[matrix]}:video_full_range_flag={int(full)}"
    clip = media.open(encode(ffmpeg, tmp_path / "a.mp4", bars(), matrix, full, bits, tags))
    assert np.abs(picture(clip) - bars()).max() <= 1
    notes = " | ".join(clip.source.notes)
    assert f"matrix BT.{matrix}, as the file states" in notes
    assert ("full" if full else "limited") + " range, as the file states" in notes
    assert ("10 bits a channel rounded to 8" in notes) == (bits == 10)


@pytest.mark.parametrize(("matrix", "height"), [("601", 64), ("601", 718), ("709", 720)])
def test_untagged_bars_are_read_by_their_size(tmp_path: Path, ffmpeg: Any, matrix: str, height: int) -> None:
    clip = media.open(encode(ffmpeg, tmp_path / "a.mp4", bars(8, height), matrix, False, 8, ""))
    assert np.abs(picture(clip) - bars(8, height)).max() <= 1
    size = "720 lines or more high" if height >= 720 else "less than 720 lines high"
    assert clip.source.notes == (
        f"the file states no colour matrix: BT.{matrix} assumed, as it is {size}",
        "the file states no range: limited assumed",
    )


def test_12_bits(tmp_path: Path, ffmpeg: Any) -> None:
    clip = media.open(encode(ffmpeg, tmp_path / "a.mkv", bars(), "601", False, 12, ""))
    assert np.abs(picture(clip) - bars()).max() <= 1


@pytest.mark.parametrize(
    "layout",
    [
        "yuv420p",
        "yuv422p",
        "yuv420p10le",
        "yuv422p10le",
        "nv12",
        "yuv411p",
        "yuv440p",
        "yuv420p16le",
        "yuva444p",
    ],
)
def test_subsampled_and_other_layouts_hold_flat_bars(tmp_path: Path, ffmpeg: Any, layout: str) -> None:
    # FFV1 keeps each layout as it is; nv12 has no lossless codec and travels raw
    codec, ending = ("rawvideo", "nut") if layout == "nv12" else ("ffv1", "mkv")
    wide = bars(32)  # beyond the reach of swscale's filter across the edges of the bars
    height, width = wide.shape[:2]
    path = tmp_path / f"a.{ending}"
    ffmpeg(
        "-f", "rawvideo", "-pix_fmt", "yuv444p", "-s", f"{width}x{height}", "-i", "-",
        "-vf", f"format={layout}", "-c:v", codec, path, stdin=raw(ycbcr(wide, "601", False, 8), 8),
    )  # fmt: skip
    assert np.abs(at_bar_centres(media.open(path), 32) - COLOURS).max() <= 2


@pytest.mark.parametrize("layout", ["p010le", "yuv420p10be"])
def test_layouts_that_only_decoders_make(layout: str) -> None:
    av = pytest.importorskip("av")
    clip = media.open(DATA / "h264_10bits.mp4")
    with av.open(str(DATA / "h264_10bits.mp4")) as container:
        frame = next(container.decode(video=0))
        same = frame.reformat(format=layout)  # the same numbers, stored in another order
        colour, _ = frame_colour.understand(Path("x"), same, container.streams.video[0])
    out = torch.empty((3, 200, 200), dtype=torch.uint8)
    frame_colour.convert(planes.read(same), colour, (0, 0, 0), out)
    assert torch.equal(out, next(iter(clip.batches(1))).pixels[0])


@pytest.mark.parametrize(
    "layout",
    [
        "rgb24",
        "bgr24",
        "bgr0",
        "gbrp",
        "gbrp10le",
        "gbrp12le",
        "rgba",
        "rgb48le",
        "yuyv422",
        "uyvy422",
        "bgra",
    ],
)
def test_raw_layouts(tmp_path: Path, ffmpeg: Any, layout: str) -> None:
    path = tmp_path / "a.nut"
    height, width = bars().shape[:2]
    rgb_in = not layout.startswith(("yuyv", "uyvy"))
    source = bars().tobytes() if rgb_in else raw(ycbcr(bars(), "601", False, 8), 8)
    given = "rgb24" if rgb_in else "yuv444p"
    ffmpeg("-f", "rawvideo", "-pix_fmt", given, "-s", f"{width}x{height}", "-i", "-",
           "-vf", f"format={layout}", "-c:v", "rawvideo", path, stdin=source)  # fmt: skip
    clip = media.open(path)
    if rgb_in:
        # ffmpeg's own step from 8 to more bits is not exact to the last code
        assert np.abs(picture(clip) - bars()).max() <= (1 if "1" in layout or "48" in layout else 0)
    else:
        assert np.abs(at_bar_centres(clip, 16) - COLOURS).max() <= 2


def test_rows_stored_bottom_up(tmp_path: Path, ffmpeg: Any) -> None:
    rgb = np.zeros((8, 16, 3), dtype=np.uint8)
    rgb[0] = (200, 30, 60)
    ffmpeg("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "16x8", "-i", "-",
           "-c:v", "rawvideo", "-pix_fmt", "bgr24", tmp_path / "a.avi", stdin=rgb.tobytes())  # fmt: skip
    assert np.array_equal(picture(media.open(tmp_path / "a.avi")), rgb)


def test_greyscale_without_tags_is_full_range(tmp_path: Path, ffmpeg: Any) -> None:
    ramp = np.broadcast_to(np.arange(256, dtype=np.uint8), (4, 256)).copy()
    ffmpeg("-f", "rawvideo", "-pix_fmt", "gray", "-s", "256x4", "-i", "-", "-c:v", "ffv1", tmp_path / "a.mkv",
           stdin=ramp.tobytes())  # fmt: skip
    assert np.array_equal(picture(media.open(tmp_path / "a.mkv"))[..., 1], ramp)


@pytest.mark.parametrize("siting", ["left", "center", "topleft"])
def test_a_moving_picture_agrees_with_zimg(tmp_path: Path, ffmpeg: Any, siting: str) -> None:
    """zimg (ffmpeg's zscale) as the independent implementation of matrix, range and chroma siting."""
    path = tmp_path / "a.mp4"
    code = ["left", "center", "topleft"].index(siting)
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=5:duration=0.6", "-vf", "gblur=2,format=yuv420p",
           "-c:v", "libx264", "-qp", "0",
           "-bsf:v", f"h264_metadata=chroma_sample_loc_type={code}", path)  # fmt: skip
    how = f"zscale=min=170m:rin=tv:cin={siting}:f=bilinear:m=gbr:r=pc,format=gbrp"
    theirs = ffmpeg("-i", path, "-vf", how, "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    expected = np.frombuffer(theirs, dtype=np.uint8).reshape(-1, 180, 320, 3).astype(int)
    ours = pixels(media.open(path)).permute(0, 2, 3, 1).numpy().astype(int)
    assert ours.shape == expected.shape
    difference = np.abs(ours - expected)
    assert difference.max() <= 1 and difference.mean() < 0.01


def test_odd_sizes_are_the_even_picture_cropped(tmp_path: Path, ffmpeg: Any) -> None:
    rng = np.random.default_rng(5)
    y, cb, cr = (rng.integers(16, 236, shape, dtype=np.uint8) for shape in ((10, 14), (5, 7), (5, 7)))
    seen = []
    for width, height in ((14, 10), (13, 9)):
        path = tmp_path / f"{width}.mkv"
        data = b"".join(plane.tobytes() for plane in (y[:height, :width], cb, cr))
        ffmpeg("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-i", "-", "-c:v", "ffv1",
               path, stdin=data)  # fmt: skip
        seen.append(picture(media.open(path)))
    assert np.array_equal(seen[1], seen[0][:9, :13])


def test_the_chroma_siting_of_the_file_is_used(tmp_path: Path, ffmpeg: Any) -> None:
    height, width = bars().shape[:2]
    for code, name in ((0, None), (1, "center"), (2, "topleft")):
        path = tmp_path / f"{code}.mp4"
        ffmpeg("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-i", "-",
               "-c:v", "libx264", "-bsf:v", f"h264_metadata=chroma_sample_loc_type={code}", path,
               stdin=bytes(width * height * 3 // 2))  # fmt: skip
        stated = [note for note in media.open(path).source.notes if "siting" in note]
        assert stated == ([f"chroma siting {name}, as the file states"] if name else [])


def test_wide_primaries_are_converted(tmp_path: Path, ffmpeg: Any) -> None:
    colour = pytest.importorskip("colour")
    tags = "matrix_coefficients=9:colour_primaries=9:transfer_characteristics=14"
    clip = media.open(encode(ffmpeg, tmp_path / "a.mp4", bars(), "2020", False, 10, tags))
    linear = colour.cctf_decoding(np.array(COLOURS) / 255, function="sRGB")
    space = colour.RGB_COLOURSPACES
    linear = colour.RGB_to_RGB(
        linear, space["ITU-R BT.2020"], space["sRGB"], chromatic_adaptation_transform=None
    )
    expected = colour.cctf_encoding(np.clip(linear, 0, 1), function="sRGB") * 255
    # near black the curve of sRGB is steep: a rounded code of 10 bits is worth up to two of ours
    assert np.abs(at_bar_centres(clip, 16) - expected).max() <= 3
    assert any("primaries BT.2020 converted" in note for note in clip.source.notes)


@pytest.mark.parametrize("turn", ["90", "180", "270", "0 -display_hflip:v", "90 -display_vflip:v"])
def test_the_display_matrix_is_applied(tmp_path: Path, ffmpeg: Any, turn: str) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x32:rate=5:duration=0.2", "-c:v", "libx264", "-qp", "0",
           "-pix_fmt", "yuv444p", tmp_path / "a.mp4")  # fmt: skip
    ffmpeg("-display_rotation:v", *turn.split(), "-i", tmp_path / "a.mp4", "-c", "copy", tmp_path / "b.mp4")
    clip = media.open(tmp_path / "b.mp4")
    grey = ffmpeg(
        "-i", tmp_path / "b.mp4", "-pix_fmt", "gray", "-f", "rawvideo", "-"
    )  # ffmpeg turns by itself
    seen = picture(clip)
    expected = np.frombuffer(grey, dtype=np.uint8)[: seen.shape[0] * seen.shape[1]].reshape(seen.shape[:2])
    luma = seen @ (0.299, 0.587, 0.114)
    assert np.corrcoef(luma.ravel(), expected.ravel())[0, 1] > 0.99
    assert (clip.source.width, clip.source.height) == (seen.shape[1], seen.shape[0])
    assert "turned upright as its display matrix says" in clip.source.notes


def test_frames_do_not_depend_on_the_batch_size(film: Path) -> None:
    clip = media.open(film)
    whole = list(clip.batches(64))
    assert len(whole) == 1 and whole[0].pixels.shape == (50, 3, 180, 320)
    for size in (1, 7):
        parts = list(clip.batches(size))
        assert torch.equal(torch.cat([p.pixels for p in parts]), whole[0].pixels)
        assert [p.first for p in parts] == list(range(0, 50, size))
        assert sum((p.seconds for p in parts), ()) == whole[0].seconds
        assert all(p.pixels.is_contiguous() for p in parts)
    assert np.allclose(whole[0].seconds, np.arange(50) / 25)


def test_a_batch_that_is_held_keeps_its_frames_while_others_are_let_go(film: Path) -> None:
    clip = media.open(film)
    whole = next(clip.batches(50)).pixels
    held = [batch for batch in clip.batches(5) if batch.first % 10 == 0]
    views = [batch.pixels[2] for batch in clip.batches(5)]
    assert all(torch.equal(batch.pixels, whole[batch.first : batch.first + 5]) for batch in held)
    assert torch.equal(torch.stack(views), whole[2::5])


def test_parts_of_a_batch_are_those_of_its_pixels(film: Path) -> None:
    clip = media.open(film)
    whole = next(clip.batches(8)).pixels
    for step, row, column in ((1, 0, 0), (2, 1, 0), (3, 2, 1), (4, 0, 3)):
        frames = next(clip.batches(8))
        assert torch.equal(frames.thinned(5, step, row, column), whole[5, :, row::step, column::step])
    frames = next(clip.batches(8))
    assert len(frames) == 8 and frames.size == (180, 320) and frames.device == whole.device
    assert torch.equal(frames.picture(3), whole[3])
    alone = frames.only(6)
    assert (alone.first, alone.seconds) == (6, frames.seconds[6:7]) and torch.equal(alone.pixels, whole[6:7])
    parts = frames.split_at([3, 5])
    assert [part.first for part in parts] == [0, 3, 5]
    assert torch.equal(torch.cat([part.pixels for part in parts]), whole)


def test_a_batch_can_go_to_another_process(film: Path) -> None:
    frames = next(media.open(film).batches(3))
    sent = pickle.loads(pickle.dumps(frames))
    assert type(sent) is media.Frames and (sent.first, sent.seconds) == (0, frames.seconds)
    assert torch.equal(sent.pixels, frames.pixels)


def test_only_frames_that_are_asked_for_are_converted(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip, converted = media.open(film), []
    convert = frame_colour.convert

    def counted(layout: planes.Planes, *rest: Any) -> None:
        converted.append(layout)
        convert(layout, *rest)

    monkeypatch.setattr(frame_colour, "convert", counted)
    for frames in clip.batches(10):
        frames.thinned(1, 2)
        assert not converted
        for _ in range(2):
            frames.picture(4)
            assert len(converted) == 1
        frames.pixels  # noqa: B018
        frames.picture(0)
        assert len(converted) == 10
        converted.clear()


def test_the_facts_of_a_film(film: Path) -> None:
    source = media.open(film).source
    assert (source.kind, source.width, source.height, source.frames) == ("video", 320, 180, 50)
    assert source.fps == 25 and source.duration == pytest.approx(2.0)


def test_real_files() -> None:
    full = media.open(DATA / "bt709_full_range.mp4")
    assert "full range, as the file states" in full.source.notes
    assert next(iter(full.batches(1))).pixels.float().mean() == pytest.approx(124.9, abs=1)
    assert len(pixels(media.open(DATA / "h264_10bits.mp4"))) == 30


def test_memory_does_not_grow_with_length(tmp_path: Path, ffmpeg: Any) -> None:
    path = tmp_path / "a.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=red:size=320x180:rate=25:duration=12",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        path,
    )
    page = os.sysconf("SC_PAGE_SIZE")

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * page

    sizes = [resident() for _ in media.open(path).batches(8)]
    # all 300 frames would be 52 MB
    assert max(sizes[10:]) - sizes[10] < 20e6
