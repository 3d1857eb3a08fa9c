from __future__ import annotations

import numpy as np
import pytest
import torch

from brandkit.colour.table import ColourTable, codes_of
from brandkit.colour.tally import Tally, TallyByPlace, TallyByRow

KINDS = [TallyByPlace, TallyByRow]
SHAPES = [(3, 1, 1), (3, 3, 5), (3, 40, 64)]


def empty(kind: type[Tally]) -> tuple[ColourTable, Tally]:
    table = ColourTable(lambda rgb: (rgb[:, 0] > 99,))
    return table, kind(table)  # type: ignore[call-arg]


def frame(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    return torch.randint(0, 256, shape, generator=torch.manual_seed(seed), dtype=torch.uint8) // 8 * 8 + seed


def by_code(table: ColourTable, tally: Tally) -> dict[int, int]:
    rows, times = tally.seen
    codes = table.columns[-1][rows].tolist()
    assert codes == sorted(set(codes)) and bool((times > 0).all())
    return dict(zip(codes, times.tolist(), strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_pixels_of_a_part_are_counted_by_colour(kind: type[Tally], shape: tuple[int, ...]) -> None:
    table, tally = empty(kind)
    seen = []
    for seed in range(3):
        pixels = frame(shape, seed)
        table.index(pixels[None])
        part = np.random.default_rng(seed).random(shape[1:]) < 0.6
        tally.parts([(pixels, part)])
        seen.append(codes_of(pixels.movedim(0, -1))[torch.from_numpy(part)])
    codes, times = torch.cat(seen).unique(return_counts=True)
    assert by_code(table, tally) == dict(zip(codes.tolist(), times.tolist(), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_one_colour_may_fill_more_than_a_byte_counts(kind: type[Tally]) -> None:
    table, tally = empty(kind)
    pixels = torch.full((3, 40, 50), 7, dtype=torch.uint8)
    table.index(pixels[None])
    for _ in range(3):
        tally.parts([(pixels, np.ones((40, 50), np.bool_))])
    assert by_code(table, tally) == {0x070707: 6000}
    tally.add(torch.tensor([0]), torch.tensor([100_000]))
    assert by_code(table, tally) == {0x070707: 106_000}


def test_tallies_of_one_table_do_not_mix() -> None:
    table, first = empty(TallyByPlace)
    second = TallyByPlace(table)
    one, two = (torch.full((3, 2, 2), code, dtype=torch.uint8) for code in (3, 200))
    table.index(torch.stack((one, two)))
    everywhere = np.ones((2, 2), np.bool_)
    first.parts([(one, everywhere)])
    for tally in (first, second):
        tally.parts([(two, everywhere)])
    assert by_code(table, first) == {0x030303: 4, 0xC8C8C8: 4}
    assert by_code(table, second) == {0xC8C8C8: 4}


@pytest.mark.parametrize("kind", KINDS)
def test_counts_that_are_added_are_seen_once(kind: type[Tally]) -> None:
    table, tally = empty(kind)
    shown = torch.tensor([[9, 9, 9], [1, 2, 3], [4, 5, 6]], dtype=torch.uint8)
    rows = table.index_colours(shown).long()
    for _ in range(2):
        tally.add(rows, torch.tensor([256, 3, 0]))
    assert by_code(table, tally) == {0x010203: 6, 0x090909: 512}
