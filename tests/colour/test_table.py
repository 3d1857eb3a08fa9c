from __future__ import annotations

import pytest
import torch

from brandkit.colour import ColourTable
from brandkit.colour.table import CODES, codes_of, colours_of, places_of

SHAPES = [(1, 3, 1, 1), (2, 3, 3, 5), (3, 3, 40, 64)]


class Portable(ColourTable):
    """The table as it runs off the CPU: torch alone."""

    _index_compiled = None  # type: ignore[assignment]

    def index(self, pixels: torch.Tensor) -> torch.Tensor:
        return self._index_portable(pixels)


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


def test_each_colour_has_a_place_of_its_own() -> None:
    places = places_of(torch.arange(CODES, dtype=torch.int32))
    assert torch.equal(places.sort().values, torch.arange(CODES, dtype=torch.int32))
