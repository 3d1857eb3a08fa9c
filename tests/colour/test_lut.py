from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import PyOpenColorIO as OCIO
import pytest
import torch
from PIL import Image, ImageFilter

from brandkit.colour.lut import Lut, grid, tetrahedral

from ..appliers import through_ffmpeg, through_ocio


def bent(nodes: int = 33) -> Lut:
    """A smooth LUT that mixes the channels."""
    x = grid(nodes)
    r, g, b = x.unbind(-1)
    return Lut(torch.stack((r**1.2, 0.9 * g + 0.1 * r * b, b**0.8 * (1 - 0.1 * g)), -1).clamp(0, 1), "bent")


def identity(nodes: int = 33) -> Lut:
    return Lut(grid(nodes))


def some_pixels() -> np.ndarray:
    corners = np.array(list(itertools.product((0, 1, 7, 8, 127, 128, 254, 255), repeat=3)))
    greys = np.repeat(np.arange(256)[:, None], 3, 1)
    free = np.random.default_rng(0).integers(0, 256, (256 * 256 - len(corners) - len(greys), 3))
    return np.concatenate((corners, greys, free)).astype(np.uint8).reshape(256, 256, 3)


@pytest.mark.parametrize("nodes", [17, 33, 65])
def test_the_identity_changes_no_code_in_any_tool(nodes: int, tmp_path: Path) -> None:
    lut, pixels = identity(nodes), some_pixels()
    cube = tmp_path / "identity.cube"
    cube.write_text(lut.cube())
    assert np.array_equal(lut(torch.from_numpy(pixels).view(-1, 3)).view(pixels.shape).numpy(), pixels)
    for interpolation in ("tetrahedral", "trilinear"):
        assert np.array_equal(through_ffmpeg(pixels, cube, interpolation), pixels)
        assert np.array_equal(through_ocio(pixels, cube, interpolation), pixels)


def test_it_interpolates_as_opencolorio_does(tmp_path: Path) -> None:
    lut, cube = bent(), tmp_path / "bent.cube"
    cube.write_text(lut.cube())
    transform = OCIO.FileTransform(str(cube), interpolation=OCIO.INTERP_TETRAHEDRAL)
    processor = OCIO.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor()
    values = np.random.default_rng(0).random((20_000, 3), dtype=np.float32)
    expected = values.copy()
    processor.applyRGB(expected)
    found = tetrahedral(lut.written, torch.from_numpy(values).double()).numpy()
    assert np.abs(found - expected).max() < 1e-5


def test_pillow_reads_the_nodes_in_the_same_order(tmp_path: Path) -> None:
    lut = bent()
    rows = [[float(v) for v in line.split()] for line in lut.cube().splitlines() if line[0] in "01"]
    pixels = some_pixels()
    filtered = Image.fromarray(pixels).filter(ImageFilter.Color3DLUT(33, [tuple(row) for row in rows]))
    ours = lut(torch.from_numpy(pixels).view(-1, 3)).view(pixels.shape).numpy()
    assert np.abs(np.asarray(filtered).astype(int) - ours).max() <= 1  # Pillow is trilinear in 16 bits


def test_the_head_of_a_cube_is_what_every_reader_takes() -> None:
    lut = Lut(identity().nodes, 'a "title"', ("first note", "second note"))
    head = lut.cube().splitlines()[:4]
    assert head == ["# first note", "# second note", "TITLE \"a 'title'\"", "LUT_3D_SIZE 33"]
    assert "DOMAIN" not in lut.cube()


def test_equal_nodes_have_one_digest_whatever_the_title() -> None:
    assert Lut(identity().nodes, "one").digest == Lut(identity().nodes, "other").digest
    assert bent().digest != identity().digest


def test_frames_are_looked_up_as_colours_are() -> None:
    pixels = some_pixels()
    frames = torch.from_numpy(pixels).permute(2, 0, 1)[None].repeat(2, 1, 1, 1)
    through = bent().table()(frames)
    assert through.shape == frames.shape
    expected = bent()(torch.from_numpy(pixels).view(-1, 3)).view(pixels.shape)
    assert torch.equal(through[1].permute(1, 2, 0), expected)
