from __future__ import annotations

import numpy as np
import pytest
import torch

from brandkit.colour.lut import Lut, LutTable, grid, portable, portable_deep
from brandkit.colour.lut_kernel import CodeLut
from brandkit.colour.table import CODES, colours_of


def jagged(nodes: int, seed: int = 0) -> Lut:
    """A LUT of which no two cells are alike; it leaves the gamut on both sides."""
    free = np.random.default_rng(seed).uniform(-0.1, 0.1, (nodes, nodes, nodes, 3))
    return Lut(grid(nodes) + torch.from_numpy(free))


def with_a_table(lut: Lut) -> CodeLut:
    """The LUT after so many pixels that it keeps a table."""
    mapped = CodeLut(lut.written)
    mapped(torch.zeros((1, 3, 4096, 2048), dtype=torch.uint8))
    return mapped


def test_all_colours_are_mapped_as_the_lut_states() -> None:
    lut = jagged(33)
    lut.nodes[2:9, 10:14, 20:33] = torch.tensor([0, 80, 255], dtype=torch.float64) / 255  # as the solver does
    lut.nodes[20:, 20:, :9] = grid(33)[20:, 20:, :9]
    tabled = with_a_table(lut)
    for codes in torch.arange(CODES, dtype=torch.int32).split(1 << 20):
        rgb = colours_of(codes)
        frames = rgb.T.reshape(1, 3, 1024, 1024)
        expected = lut(rgb).T.reshape(frames.shape)
        assert torch.equal(CodeLut(lut.written)(frames), expected)
        assert torch.equal(tabled(frames), expected)
    assert torch.equal(tabled(frames), expected)  # of colours that it knows


@pytest.mark.parametrize("nodes", [2, 3, 17, 52, 65])
def test_any_number_of_nodes_will_do(nodes: int) -> None:
    lut = jagged(nodes)
    rgb = torch.randint(0, 256, (30_000, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    assert torch.equal(CodeLut(lut.written)(rgb.T.reshape(1, 3, 100, 300))[0].flatten(1).T, lut(rgb))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_any_number_of_threads_gives_the_same(threads: int) -> None:
    lut, before = jagged(33), torch.get_num_threads()
    frames = torch.randint(0, 256, (2, 3, 431, 517), dtype=torch.uint8)
    expected = lut(frames.movedim(1, -1).reshape(-1, 3)).view(2, 431, 517, 3).movedim(-1, 1)
    torch.set_num_threads(threads)
    try:
        assert torch.equal(LutTable(lut)(frames), expected)
        tabled = with_a_table(lut)
        assert torch.equal(tabled(frames), expected)
        assert torch.equal(tabled(frames), expected)
    finally:
        torch.set_num_threads(before)


def test_frames_in_another_order_in_memory_are_read_as_they_are() -> None:
    lut = jagged(17)
    pictures = torch.randint(0, 256, (1, 40, 50, 3), dtype=torch.uint8)
    expected = lut(pictures.view(-1, 3)).view(pictures.shape).movedim(-1, 1)
    assert torch.equal(LutTable(lut)(pictures.movedim(-1, 1)), expected)


def test_no_frames_give_no_frames() -> None:
    nothing = torch.empty((0, 3, 4, 5), dtype=torch.uint8)
    assert LutTable(jagged(3))(nothing).shape == nothing.shape


def test_other_devices_than_the_cpu_get_the_same() -> None:
    lut = jagged(33)
    frames = torch.randint(0, 256, (2, 3, 90, 70), dtype=torch.uint8)
    assert torch.equal(portable(lut, "cpu")(frames), LutTable(lut)(frames))


@pytest.mark.parametrize("nodes", [2, 17, 33])
def test_codes_with_fractions_are_mapped_as_torch_does(nodes: int) -> None:
    lut = jagged(nodes)
    codes = torch.rand((2, 3, 90, 70), generator=torch.Generator().manual_seed(0)) * 255
    codes[0, :, 0, :2] = torch.tensor([0.0, 255.0])
    assert torch.equal(lut.deep(codes), portable_deep(lut, codes))
