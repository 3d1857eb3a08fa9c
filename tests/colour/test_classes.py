from __future__ import annotations

import numpy as np
import pytest
import torch

from brandkit.colour.classes import Classes, Far, look_up_each
from brandkit.colour.table import ColourTable, Small

CLASSES = [Classes((0, 1), (2, 10)), Classes((1, 0), (200, 2))]


def look_up(
    known: ColourTable, classes: Classes, pixels: torch.Tensor, far: Far | None = None
) -> tuple[Small, np.ndarray]:
    (found,) = look_up_each(known, classes, [pixels], far)
    return found


def table() -> ColourTable:
    return ColourTable(lambda rgb: (rgb[:, 0] > 99, torch.where(rgb[:, 1] < 9, rgb[:, 1], 255)))


def frame(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    return torch.randint(0, 256, shape, generator=torch.manual_seed(seed), dtype=torch.uint8) // 4 * 4 + seed


@pytest.mark.parametrize("classes", CLASSES, ids=["a-byte", "more-than-a-byte"])
@pytest.mark.parametrize("shape", [(3, 1, 1), (3, 3, 5), (3, 40, 64)])
def test_every_pixel_gets_its_class_and_is_counted(classes: Classes, shape: tuple[int, ...]) -> None:
    known = table()
    for seed in range(3):
        pixels = frame(shape, seed)
        for part in (pixels, pixels[:, ::2, 1::2]):
            found, counts = look_up(known, classes, part)
            red, green = part[0].numpy() > 99, np.where(part[1] < 9, part[1], 255)
            assert np.array_equal(classes.said(0)[found], red)
            assert np.array_equal(classes.said(1)[found], np.minimum(green, classes.said(1).max()))
            assert counts.tolist() == np.bincount(found.ravel(), minlength=classes.most + 1).tolist()


def test_what_is_known_already_is_not_asked_again() -> None:
    asked = []

    def evaluate(rgb: torch.Tensor) -> tuple[torch.Tensor, ...]:
        asked.append(len(rgb))
        return (rgb[:, 0] > 99,)

    known, classes = ColourTable(evaluate), Classes((0,), (2,))
    pixels = frame((3, 40, 64), 0)
    first, _ = look_up(known, classes, pixels)
    again, _ = look_up(known, classes, pixels)
    assert len(asked) == 1 and np.array_equal(first, again)


def test_colours_of_cubes_that_are_known_get_their_class_and_no_row() -> None:
    known, classes = table(), Classes((0, 1), (2, 10))
    cubes = np.zeros((64, 64, 64), np.uint8)
    cubes[25:, 3:] = 1  # red from 100, green from 12
    far = Far(cubes.ravel(), classes.number((1, 9)), np.zeros(cubes.size, np.float32))
    pixels = frame((3, 40, 64), 1)
    found, counts = look_up(known, classes, pixels, far)
    plain, expected = look_up(table(), classes, pixels)
    assert np.array_equal(found, plain) and np.array_equal(counts, expected)
    asked = (pixels[0] < 100) | (pixels[1] < 12)
    assert (
        len(known)
        == len(torch.unique(pixels[:, asked], dim=1).T)
        < len(torch.unique(pixels.flatten(1), dim=1).T)
    )


def test_colours_that_several_frames_show_are_asked_for_once() -> None:
    asked = []

    def evaluate(rgb: torch.Tensor) -> tuple[torch.Tensor, ...]:
        asked.append(len(rgb))
        return (rgb[:, 0] > 99,)

    frames = [frame((3, 40, 64), 0), frame((3, 8, 9), 0), frame((3, 40, 64), 2)]
    looked = list(look_up_each(ColourTable(evaluate), Classes((0,), (2,)), frames))
    colours = torch.cat([pixels.flatten(1) for pixels in frames], 1)
    assert asked == [len(torch.unique(colours, dim=1).T)]
    for pixels, (found, counts) in zip(frames, looked, strict=True):
        red = pixels[0].numpy() > 99
        assert np.array_equal(found, 1 + red) and counts.tolist() == [0, (~red).sum(), red.sum()]
