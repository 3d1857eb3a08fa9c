"""Colour bars in every combination of matrix, range, depth, subsampling and siting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import colour
import numpy as np
import pytest

from brandkit import media

from .test_video import H273, at_bar_centres
from .tools import COLOURS, bars, raw, ycbcr

FACTORS = {"444": (1, 1), "422": (2, 1), "420": (2, 2)}
SITINGS = {"left": 0, "center": 1, "topleft": 2}  # H.264, chroma_sample_loc_type


def subsampled(planes: np.ndarray, across: int, down: int, bits: int) -> bytes:
    """Chroma by the mean of each block, which inside a flat bar is the bar's own, wherever it is sited."""
    luma, *chroma = planes.astype(np.float64)
    height, width = luma.shape
    blocks = (plane.reshape(height // down, down, width // across, across).mean((1, 3)) for plane in chroma)
    parts = [np.rint(plane).astype(np.uint16)[None] for plane in (luma, *blocks)]
    return b"".join(raw(part, bits) for part in parts)


@pytest.mark.parametrize("siting", SITINGS)
@pytest.mark.parametrize("layout", FACTORS)
@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", H273)
def test_flat_bars_come_back(
    tmp_path: Path, ffmpeg: Any, matrix: str, full: bool, bits: int, layout: str, siting: str
) -> None:
    if layout == "444" and siting != "left":
        pytest.skip("4:4:4 has no siting")
    across, down = FACTORS[layout]
    rgb = bars()
    height, width = rgb.shape[:2]
    form = f"yuv{layout}p{'10le' if bits == 10 else ''}"
    tags = f"matrix_coefficients={H273[matrix]}:video_full_range_flag={int(full)}"
    tags += f":chroma_sample_loc_type={SITINGS[siting]}" if layout == "420" else ""
    path = tmp_path / "bars.mp4"
    ffmpeg(
        "-f", "rawvideo", "-pix_fmt", form, "-s", f"{width}x{height}", "-r", "25", "-i", "-",
        "-c:v", "libx264", "-qp", "0", "-bsf:v", f"h264_metadata={tags}", path,
        stdin=subsampled(ycbcr(rgb, matrix, full, bits), across, down, bits),
    )  # fmt: skip
    clip = media.open(path)
    error = np.abs(at_bar_centres(clip, 16) - np.array(COLOURS)).max()
    assert error <= (1 if layout == "444" else 2)
    # Rounded to 8 bits, limited range alone is worth one code; nothing else may be.
    assert error <= 1


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", H273)
def test_the_numbers_of_the_bars_are_those_of_colour_science(matrix: str, full: bool, bits: int) -> None:
    weights = colour.WEIGHTS_YCBCR[f"ITU-R BT.{matrix}"]
    expected = colour.RGB_to_YCbCr(
        bars() / 255, K=weights, in_legal=False, out_legal=not full, out_bits=bits, out_int=True
    )
    ours = np.moveaxis(ycbcr(bars(), matrix, full, bits), 0, -1)
    assert np.abs(ours - np.clip(expected, 0, 2**bits - 1)).max() <= full  # a tie at full-range grey
    back = colour.YCbCr_to_RGB(
        ours, K=weights, in_legal=not full, in_bits=bits, in_int=True, out_legal=False, out_bits=8
    )
    assert np.abs(np.clip(back * 255, 0, 255) - bars()).max() <= 1.5


ZIMG = {"601": "170m", "709": "709", "2020": "2020_ncl"}
SWSCALE = {"601": "smpte170m", "709": "bt709", "2020": "bt2020nc"}


@pytest.mark.parametrize("by", ["zimg", "swscale"])
@pytest.mark.parametrize("layout", FACTORS)
@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", H273)
def test_bars_that_others_converted_come_back(
    tmp_path: Path, ffmpeg: Any, matrix: str, full: bool, bits: int, layout: str, by: str
) -> None:
    """From RGB by zimg, and by swscale with the flags under which it is accurate."""
    rgb = bars(32)  # beyond the reach of a scaler's filter across the edges of the bars
    height, width = rgb.shape[:2]
    form = f"yuv{layout}p{'10le' if bits == 10 else ''}"
    if by == "zimg":
        how = f"zscale=m={ZIMG[matrix]}:r={'full' if full else 'limited'}:d=none"
    else:
        how = f"scale=out_color_matrix={SWSCALE[matrix]}:out_range={'full' if full else 'limited'}"
        how += ":flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
    path = tmp_path / "bars.mp4"
    ffmpeg(
        "-f", "rawvideo", "-pix_fmt", "gbrp", "-s", f"{width}x{height}", "-r", "25", "-i", "-",
        "-vf", f"{how},format={form}", "-c:v", "libx264", "-qp", "0",
        "-bsf:v", f"h264_metadata=matrix_coefficients={H273[matrix]}:video_full_range_flag={int(full)}", path,
        stdin=np.moveaxis(rgb, -1, 0)[[1, 2, 0]].tobytes(),
    )  # fmt: skip
    error = np.abs(at_bar_centres(media.open(path), 32) - np.array(COLOURS)).max()
    assert error <= (1 if by == "zimg" else 2)


def test_uneven_timestamps_are_true(tmp_path: Path, ffmpeg: Any) -> None:
    path = tmp_path / "a.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=1", "-vf",
        "settb=1/1000,setpts='if(lt(N,10),N/25,0.4+(N-10)/10)/TB'",
        "-fps_mode", "vfr", "-enc_time_base", "1:1000",
        "-c:v", "ffv1", path,
    )  # fmt: skip
    seconds = [s for batch in media.open(path).batches() for s in batch.seconds]
    expected = [n / 25 if n < 10 else 0.4 + (n - 10) / 10 for n in range(25)]
    assert seconds == pytest.approx(expected, abs=0.0011)  # Matroska counts milliseconds
