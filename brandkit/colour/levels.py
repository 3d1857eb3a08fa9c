"""How far the colours of a frame are from something, as a small picture for the eye."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from brandkit.colour.classes import Far
    from brandkit.colour.table import ColourTable


@dataclass(frozen=True, slots=True)
class Levels:
    """A distance in even steps, from 1 for none to ``most``.

    Attributes:
        column: of a table, the distance.
        full: what the last step stands for, and all beyond.
        most: the last step, up to 254.

    >>> Levels(0, 20.0, 41)([torch.tensor([0.0, 10.0, 99.0])]).tolist()
    [1, 21, 41]
    """

    column: int
    full: float
    most: int

    def __call__(self, columns: Sequence[torch.Tensor]) -> torch.Tensor:
        """The step of each row: ``int32``."""
        steps = self.most - 1
        return 1 + (columns[self.column] * (steps / self.full)).clamp(0, steps).to(torch.int32)


def farthest(
    table: ColourTable, levels: Levels, pixels: torch.Tensor, step: int, far: Far | None = None
) -> npt.NDArray[np.uint8]:
    """The greatest level in each square of a frame; colours without a row, in no such cube, get one.

    Args:
        table: of the colours.
        levels: of what it says.
        pixels: ``uint8`` ``[3, H, W]``.
        step: pixels of a square's side.
        far: cubes whose colours are told by the distance of the cube.

    Returns:
        ``[ceil(H / step), ceil(W / step)]``.
    """
    height, width = pixels.shape[1:]
    found = np.zeros((-(-height // step), -(-width // step)), np.uint8)
    if table.device.type == "cpu":
        from brandkit.colour.table_kernel import greatest

        coarse = np.zeros(0, np.uint8)
        if far is not None:
            distance = torch.from_numpy(far.distance)
            coarse = replace(levels, column=0)((distance,)).to(torch.uint8).numpy() * far.cubes
        steps = table.laid_out(levels).astype(np.uint8, copy=False)
        if greatest(pixels.numpy(), steps, coarse, step, found):  # of a frame that a later shard saw
            table.index(pixels[None])  # writes their steps too
            greatest(pixels.numpy(), steps, coarse, step, found)
        return found
    said = levels(table.columns).to(torch.uint8)[table.index(pixels[None])[0].long()]
    padded = torch.nn.functional.pad(said, (0, -width % step, 0, -height % step))
    squares = padded.view(found.shape[0], step, found.shape[1], step)
    return np.asarray(squares.amax((1, 3)).cpu().numpy())
