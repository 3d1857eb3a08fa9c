from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit.generate import tiles

SIDES = st.integers(1, 200)


@given(length=SIDES, size=st.integers(9, 60), overlap=st.integers(0, 4))
def test_tiles_cover_everything_and_their_weights_sum_to_one(length: int, size: int, overlap: int) -> None:
    size = min(size, length) if length <= size else size
    at = tiles.starts(length, size, overlap)
    assert at[0] == 0
    assert at[-1] + size == length
    assert all(after - before <= size - overlap for before, after in pairwise(at))
    total = torch.zeros(length)
    for start, weight in zip(at, tiles.feathers(at, size), strict=True):
        assert weight.min() >= 0
        total[start : start + size] += weight
    assert torch.allclose(total, torch.ones(length), atol=1e-5)


@settings(deadline=None, max_examples=30)
@given(height=st.integers(1, 70), width=st.integers(1, 70), scale=st.integers(1, 3))
def test_work_that_looks_at_one_pixel_is_the_same_in_tiles(height: int, width: int, scale: int) -> None:
    picture = torch.randint(0, 256, (3, height, width), generator=torch.Generator().manual_seed(0)).byte()
    most = 0

    def repeat(part: torch.Tensor, tile: tiles.Tile) -> torch.Tensor:
        nonlocal most
        most = max(most, part[0].numel())
        return part.repeat_interleave(scale, 1).repeat_interleave(scale, 2)

    result = tiles.enlarge(picture, scale, repeat, size=24, overlap=7)
    assert torch.equal(result, picture.repeat_interleave(scale, 1).repeat_interleave(scale, 2))
    assert most <= 24 * 24


def test_tiles_that_differ_in_brightness_show_no_seam() -> None:
    """The worst that an upscaler does: each tile is off by a level of its own, here 40 codes to the next."""
    picture = torch.full((3, 96, 160), 100, dtype=torch.uint8)
    levels: dict[tuple[int, int], float] = {}

    def off(part: torch.Tensor, tile: tiles.Tile) -> torch.Tensor:
        level = levels.setdefault((tile.top, tile.left), 40 / 255 * (len(levels) % 2))
        return part.repeat_interleave(2, 1).repeat_interleave(2, 2) + level

    result = tiles.enlarge(picture, 2, off, size=64, overlap=16).float()
    down, across = result.diff(dim=1).abs().max(), result.diff(dim=2).abs().max()
    # A raised cosine over 32 pixels rises by at most pi / 2 / 32 of the difference from one to the next.
    assert max(down, across) <= 40 * 3.1416 / 64 + 1
    assert result.max() - result.min() > 30


def test_tiles_must_be_larger_than_what_they_share() -> None:
    with pytest.raises(ValueError, match="twice"):
        tiles.enlarge(
            torch.zeros((3, 9, 9), dtype=torch.uint8), 2, lambda part, tile: part, size=8, overlap=4
        )
