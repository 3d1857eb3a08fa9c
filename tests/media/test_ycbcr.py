from __future__ import annotations

import colour
import numpy as np
import pytest
import torch

from brandkit.media.chroma import SITINGS, downsample_left, upsample_columns, upsample_rows
from brandkit.media.ycbcr import HD, LUMA_WEIGHTS, Coding, from_rgb, held, nearest, to_codes, to_rgb

MATRICES = {"BT.601": "ITU-R BT.601", "BT.709": "ITU-R BT.709", "BT.2020": "ITU-R BT.2020"}


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_both_ways_agree_with_colour_science(matrix: str, full: bool, bits: int) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (200, 3))
    weights = colour.WEIGHTS_YCBCR[MATRICES[matrix]]
    assert tuple(weights) == LUMA_WEIGHTS[matrix]
    how = {
        "K": weights,
        "in_legal": False,
        "in_bits": 8,
        "out_legal": not full,
        "out_bits": bits,
        "out_int": True,
    }
    expected = colour.RGB_to_YCbCr(rgb / 255, **how)
    coding = Coding(matrix, full, bits)
    ours = from_rgb(torch.from_numpy(rgb.T.copy()), coding)
    assert np.abs(ours.numpy().T - expected).max() <= 0.5 + 1e-3
    y, cb, cr = torch.from_numpy(expected.T.astype(np.float32))
    back = to_rgb(y, cb, cr, coding).numpy().T
    step = 255 / (219 * 2 ** (bits - 8))
    assert np.abs(back - rgb).max() <= 2 * step


def test_the_six_bars_of_bt709() -> None:
    """75 % bars: the 10-bit codes of SMPTE RP 219, divided by four."""
    bars = {(191, 191, 191): (180, 128, 128), (191, 191, 0): (168, 44, 136), (0, 191, 191): (145, 147, 44),
            (0, 191, 0): (133, 63, 52), (191, 0, 191): (63, 193, 204), (191, 0, 0): (51, 109, 212),
            (0, 0, 191): (28, 212, 120)}  # fmt: skip
    for rgb, codes in bars.items():
        ours = from_rgb(torch.tensor(rgb)[:, None], Coding("BT.709", False)).round().int()[:, 0].tolist()
        assert np.abs(np.subtract(ours, codes)).max() <= 1


def test_the_nearest_triple_is_found() -> None:
    """Against all triples around the exact one, two steps a side, decoded in float64."""
    rng = np.random.default_rng(2)
    rgb = rng.integers(0, 256, (60, 3))
    chosen = nearest(torch.from_numpy(rgb.T.astype(np.uint8))).numpy().T.astype(int)
    exact = colour.RGB_to_YCbCr(rgb / 255, K=(0.2126, 0.0722), out_legal=True, out_bits=8, out_int=True)

    def error(triples: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        y, cb, cr = (triples - (16, 128, 128)).astype(float).T / np.array([[219], [224], [224]])
        red, blue = y + 1.5748 * cr, y + 1.8556 * cb
        green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
        decoded = np.clip(np.floor(np.array([red, green, blue]).T * 255 + 0.5), 0, 255)
        return ((decoded - wanted) ** 2).sum(-1)

    steps = np.stack(np.meshgrid(*[range(-2, 3)] * 3), -1).reshape(-1, 3)
    for wanted, ours, centre in zip(rgb, chosen, exact, strict=True):
        around = np.clip(centre + steps, 16, (235, 240, 240))
        assert error(ours[None], wanted)[0] <= error(around, wanted).min()


def test_held_colours_are_stable_and_near() -> None:
    rng = np.random.default_rng(3)
    for r, g, b in rng.integers(0, 256, (20, 3)).tolist():
        eight = held((r, g, b), HD)
        assert held(eight, HD) == eight
        assert np.abs(np.subtract(eight, (r, g, b))).max() <= 2
        assert held((r, g, b), None) == (r, g, b)


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("full", [True, False])
def test_ten_bits_hold_every_hex_by_plain_rounding(matrix: str, full: bool) -> None:
    """Which 8 bits do not: the encoder may skip the search for the nearest triple."""
    rgb = np.random.default_rng(7).integers(0, 256, (20_000, 3))
    corners = np.stack(np.meshgrid(*[(0, 1, 127, 254, 255)] * 3), -1).reshape(-1, 3)
    rgb = np.concatenate((rgb, corners))
    coding = Coding(matrix, full, 10)
    y, cb, cr = from_rgb(torch.from_numpy(rgb.T.copy()), coding).round()
    (low, high), (least, most) = coding.legal
    assert low <= y.min() and y.max() <= high
    assert least <= min(cb.min(), cr.min()) and max(cb.max(), cr.max()) <= most + full
    y, cb, cr = (
        plane.clamp(*span)
        for plane, span in zip((y, cb, cr), ((low, high), (least, most), (least, most)), strict=True)
    )
    assert np.array_equal(to_codes(to_rgb(y, cb, cr, coding)).numpy().T, rgb)


def test_rounding_is_half_up_and_clips() -> None:
    values = torch.tensor([-3.0, -0.4, 0.49, 0.5, 254.5, 255.4, 300.0])
    assert to_codes(values).tolist() == [0, 0, 0, 1, 255, 255, 255]


@pytest.mark.parametrize("siting", SITINGS)
@pytest.mark.parametrize("factor", [1, 2, 4])
@pytest.mark.parametrize("odd", [0, 1])
def test_a_ramp_comes_back_as_a_ramp(siting: str, factor: int, odd: int) -> None:
    """Linear interpolation at the right places leaves a straight line straight, up to the borders."""
    size = 16 * factor - (odd if factor > 1 else 0)
    at = SITINGS[siting]
    for position, rows in ((at.y, True), (at.x, False)):
        samples = torch.arange(16, dtype=torch.float32) * factor + position * (factor - 1)
        if rows:
            out = upsample_rows(samples[:, None].expand(16, 3).contiguous(), size, slice(0, size), position)[
                :, 0
            ]
        else:
            out = upsample_columns(samples[None].expand(3, 16).contiguous(), size, position)[0]
        assert out.shape == (size,)
        inner = slice(factor, size - factor)
        assert torch.allclose(out[inner], torch.arange(size, dtype=torch.float32)[inner], atol=1e-4)


def test_rows_do_not_depend_on_how_they_are_cut() -> None:
    plane = torch.randint(0, 256, (9, 5), dtype=torch.uint8)
    whole = upsample_rows(plane, 17, slice(0, 17), 0.5)
    parts = [upsample_rows(plane, 17, slice(a, min(a + 4, 17)), 0.5) for a in range(0, 17, 4)]
    assert torch.equal(torch.cat(parts), whole)


@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize("width", [8, 7])
def test_averaging_chroma_keeps_flat_and_straight(rows: bool, width: int) -> None:
    flat = torch.full((6, width), 777, dtype=torch.int32)
    assert torch.equal(downsample_left(flat, rows=rows), torch.full((3 if rows else 6, 4), 777).int())
    ramp = (torch.arange(16, dtype=torch.int32) * 4).expand(4, 16)
    # sited left: the sample stands on the even column
    assert downsample_left(ramp, rows=rows)[0, 1:].tolist() == [8 * i for i in range(1, 8)]
