from __future__ import annotations

import numpy as np
import pytest
import torch

from brandkit.colour.table import ColourTable, codes_of
from brandkit.colour.tally import NO_KIND, Judge, Tally, TallyByPlace, TallyByRow

KINDS = [TallyByPlace, TallyByRow]
SHAPES = [(1, 3, 1, 1), (2, 3, 3, 5), (3, 3, 40, 64)]


def empty(kind: type[Tally]) -> tuple[ColourTable, Tally]:
    table = ColourTable(lambda rgb: (rgb[:, 0] > 99, torch.where(rgb[:, 1] < 9, rgb[:, 1], NO_KIND)))
    return table, kind(table, Judge(flag=0, kind=1))  # type: ignore[call-arg]


def frames(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    return torch.randint(0, 256, shape, generator=torch.manual_seed(seed), dtype=torch.uint8) // 8 * 8 + seed


def by_code(table: ColourTable, counts: torch.Tensor) -> dict[int, int]:
    return dict(zip(table.columns[-1].tolist(), counts.tolist(), strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_pixels_are_counted_by_colour_flag_and_kind(kind: type[Tally], shape: tuple[int, ...]) -> None:
    table, tally = empty(kind)
    seen = []
    for seed in range(3):
        for frame in frames(shape, seed):
            flagged, kinds = tally.frame(frame)
            assert flagged == int((frame[0] > 99).sum())
            assert kinds.tolist() == [int((frame[1] == k).sum()) if k < 9 else 0 for k in range(NO_KIND)]
            seen.append(codes_of(frame.movedim(0, -1)).flatten())
    codes, times = torch.cat(seen).unique(return_counts=True)
    assert by_code(table, tally.counts) == dict(zip(codes.tolist(), times.tolist(), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_one_colour_may_fill_more_than_a_byte_counts(kind: type[Tally]) -> None:
    table, tally = empty(kind)
    frame = torch.full((3, 40, 50), 7, dtype=torch.uint8)
    for _ in range(3):
        assert tally.frame(frame)[1][7] == 2000
    assert by_code(table, tally.counts) == {0x070707: 6000}
    tally.add(torch.tensor([0]), torch.tensor([100_000]))
    assert tally.counts.tolist() == [106_000]


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_of_a_frame_is_counted_alone(kind: type[Tally]) -> None:
    table, tally = empty(kind)
    frame = frames((3, 40, 64), 1)
    table.index(frame[None])
    part = np.random.default_rng(0).random((20, 32)) < 0.5
    grid = frame[:, ::2, ::2]
    assert tally.part(grid, part) == (part.sum(), int((grid[0] > 99).numpy()[part].sum()))
    assert int(tally.counts.sum()) == part.sum()


def test_tallies_of_one_table_do_not_mix() -> None:
    table, first = empty(TallyByPlace)
    second = TallyByPlace(table, Judge(flag=0, kind=1))
    one, two = (torch.full((3, 2, 2), code, dtype=torch.uint8) for code in (3, 200))
    first.frame(one)
    assert second.frame(two)[0] == first.frame(two)[0] == 4
    assert first.counts.tolist() == [4, 4]
    assert second.counts.tolist() == [0, 4]
