from __future__ import annotations

import pytest
import torch

from brandkit.colour import ColourTable
from brandkit.colour.table import NO_KIND, codes_of, colours_of

SHAPES = [(1, 3, 1, 1), (2, 3, 3, 5), (3, 3, 40, 64)]


class Portable(ColourTable):
    """The table as it runs off the CPU: torch alone."""

    _index_compiled = None  # type: ignore[assignment]
    _tally_compiled = None  # type: ignore[assignment]

    def index(self, pixels: torch.Tensor) -> torch.Tensor:
        return self._index_portable(pixels)

    def tally(self, frame, counts, flag, kind):  # type: ignore[no-untyped-def]
        return self._tally_portable(frame, counts, flag, kind)


def frames(shape: tuple[int, ...], seed: int = 0) -> torch.Tensor:
    return torch.randint(0, 256, shape, generator=torch.manual_seed(seed), dtype=torch.uint8)


@pytest.mark.parametrize("kind", [ColourTable, Portable])
@pytest.mark.parametrize("shape", SHAPES)
def test_rows_lead_back_to_the_pixels(kind: type[ColourTable], shape: tuple[int, ...]) -> None:
    table = kind(lambda rgb: (rgb.sum(1),))
    for seed in range(3):
        pixels = frames(shape, seed)
        ids = table.index(pixels)
        assert ids.shape == (shape[0], *shape[2:])
        sums, codes = table.columns
        assert torch.equal(colours_of(codes[ids.long()]).movedim(-1, 1), pixels)
        assert torch.equal(sums[ids.long()], pixels.sum(1))


@pytest.mark.parametrize("kind", [ColourTable, Portable])
def test_each_colour_is_evaluated_once(kind: type[ColourTable]) -> None:
    asked: list[torch.Tensor] = []
    table = kind(lambda rgb: (asked.append(codes_of(rgb)) or rgb,))  # type: ignore[func-returns-value]
    for seed in (0, 0, 1):
        table.index(frames((2, 3, 30, 30), seed))
    everything = torch.cat(asked)
    assert len(everything) == len(everything.unique()) == len(table)


def test_codes_are_24_bit_numbers() -> None:
    assert codes_of(torch.tensor([0x12, 0x5C, 0xEC], dtype=torch.uint8)) == 0x125CEC


@pytest.mark.parametrize("kind", [ColourTable, Portable])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_tally_counts_pixels_by_colour_flag_and_kind(
    kind: type[ColourTable], shape: tuple[int, ...]
) -> None:
    table = kind(lambda rgb: (rgb[:, 0] > 99, torch.where(rgb[:, 1] < 9, rgb[:, 1], NO_KIND)))
    counts, seen = torch.zeros(0, dtype=torch.int64), []
    for seed in range(3):
        for frame in frames(shape, seed) // 8 * 8 + seed:
            counts, flagged, kinds = table.tally(frame, counts, 0, 1)
            assert flagged == int((frame[0] > 99).sum())
            assert kinds.tolist() == [int((frame[1] == k).sum()) if k < 9 else 0 for k in range(NO_KIND)]
            seen.append(codes_of(frame.movedim(0, -1)).flatten())
    codes, times = torch.cat(seen).unique(return_counts=True)
    order = table.columns[-1].argsort()
    assert torch.equal(table.columns[-1][order], codes)
    assert torch.equal(counts[: len(table)][order], times)
    assert not counts[len(table) :].any()
