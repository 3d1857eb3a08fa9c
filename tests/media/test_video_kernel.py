"""The compiled loop against the torch functions that state what it computes: the same to the bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from brandkit.media.chroma import SITINGS, upsample_columns, upsample_rows
from brandkit.media.ycbcr import Coding, to_codes, to_rgb
from brandkit.media.ycbcr_kernel import Stored, convert, thin

SIZES = [(1, 1), (2, 2), (9, 13), (36, 50)]
FACTORS = {
    "4:4:4": (1, 1),
    "4:2:2": (2, 1),
    "4:2:0": (2, 2),
    "4:4:0": (1, 2),
    "4:1:1": (4, 1),
    "4:1:0": (4, 4),
}
CODINGS = [Coding("BT.601", False), Coding("BT.709", True), Coding("BT.2020", False, 10)]


def plane(rng: np.random.Generator, height: int, width: int, bits: int, padding: int = 0) -> torch.Tensor:
    """Any numbers, as a decoder's memory may hold them, legal or not; with padding at the end of lines."""
    dtype = np.uint8 if bits == 8 else np.uint16
    memory = rng.integers(0, 2**bits, (height, width + padding)).astype(dtype)
    return torch.from_numpy(memory)[:, :width]


def by_torch(
    planes: tuple[torch.Tensor, torch.Tensor, torch.Tensor], scale: float, siting: str, coding: Coding
) -> torch.Tensor:
    y, *chroma = planes
    height, width = y.shape
    at = SITINGS[siting]
    cb, cr = (
        upsample_columns(upsample_rows(part, height, slice(0, height), at.y), width, at.x) * scale
        for part in chroma
    )
    return to_codes(to_rgb(y.to(torch.float32) * scale, cb, cr, coding))


@pytest.mark.parametrize("coding", CODINGS, ids=["601 limited", "709 full", "2020 10 bits"])
@pytest.mark.parametrize("siting", SITINGS)
@pytest.mark.parametrize("layout", FACTORS)
def test_the_loop_is_torch_to_the_bit(layout: str, siting: str, coding: Coding) -> None:
    rng = np.random.default_rng(len(layout + siting))
    across, down = FACTORS[layout]
    for height, width in SIZES:
        h, w = -(-height // down), -(-width // across)
        sizes = ((height, width), (h, w), (h, w))
        y, cb, cr = (
            plane(rng, *size, coding.bits, padding) for size, padding in zip(sizes, (0, 3, 3), strict=True)
        )
        out = torch.empty((3, height, width), dtype=torch.uint8)
        convert(Stored.of((y, cb, cr), 1.0, SITINGS[siting], coding), out)
        assert torch.equal(out, by_torch((y, cb, cr), 1.0, siting, coding))


def test_bits_on_top_of_16_and_interleaved_chroma_are_read_alike() -> None:
    """P010: 10 bits on top of 16, Cb and Cr in turn."""
    rng = np.random.default_rng(1)
    coding = Coding("BT.709", False, 10)
    y = torch.from_numpy((rng.integers(0, 1024, (8, 12)) << 6).astype(np.uint16))
    both = torch.from_numpy((rng.integers(0, 1024, (4, 6, 2)) << 6).astype(np.uint16))
    cb, cr = both.unbind(-1)
    out = torch.empty((3, 8, 12), dtype=torch.uint8)
    convert(Stored.of((y, cb, cr), 2.0**-6, SITINGS["left"], coding), out)
    assert torch.equal(out, by_torch((y, cb, cr), 2.0**-6, "left", coding))


def test_a_million_triples_are_rounded_alike() -> None:
    """Of limited BT.709, legal or not."""
    rng = np.random.default_rng(2)
    y, cb, cr = (plane(rng, 1000, 1000, 8) for _ in range(3))
    out = torch.empty((3, 1000, 1000), dtype=torch.uint8)
    coding = Coding("BT.709", False)
    convert(Stored.of((y, cb, cr), 1.0, SITINGS["left"], coding), out)
    assert torch.equal(out, by_torch((y, cb, cr), 1.0, "left", coding))


@pytest.mark.parametrize("siting", SITINGS)
@pytest.mark.parametrize("layout", FACTORS)
def test_a_thinned_frame_is_the_frame_thinned(layout: str, siting: str) -> None:
    rng = np.random.default_rng(3)
    across, down = FACTORS[layout]
    for height, width in [(9, 13), (36, 50)]:
        h, w = -(-height // down), -(-width // across)
        y, cb, cr = (plane(rng, *size, 8) for size in ((height, width), (h, w), (h, w)))
        stored = Stored.of((y, cb, cr), 1.0, SITINGS[siting], CODINGS[0])
        out = torch.empty((3, height, width), dtype=torch.uint8)
        convert(stored, out)
        for step in (across, 2 * across):
            for row, column in ((0, 0), (0, step - 1), (step - 1, 1)):
                assert torch.equal(thin(stored, step, row, column), out[:, row::step, column::step])
