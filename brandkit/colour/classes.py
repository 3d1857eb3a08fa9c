"""What a brand says of colours, as one small number: their class, looked up for the pixels of a frame.

Whatever is asked of a pixel, but its very colour, follows from its class: one look-up tells all of it, and to
count classes is to count everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from brandkit.colour.table import ColourTable, Small

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Classes:
    """Numbers, from 1 on, for all that some columns of a table can say together.

    Attributes:
        columns: which of the table's.
        sizes: how many values each of them has, from 0 on; what is not less counts as the last of them.

    >>> classes = Classes((0, 1), (2, 3))
    >>> found = classes((torch.tensor([0, 1, 1]), torch.tensor([2, 0, 255])))
    >>> found.tolist(), classes.most, classes.said(1).tolist()
    ([3, 4, 6], 6, [0, 0, 1, 2, 0, 1, 2])
    """

    columns: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def most(self) -> int:
        """The last class; see ``unknown``."""
        return int(np.prod(self.sizes))

    @property
    def unknown(self) -> int:
        """What ``look_up_each`` calls a colour until it has a row."""
        return self.most + 1

    def __call__(self, columns: Sequence[torch.Tensor]) -> torch.Tensor:
        """The class of each row: ``int32``."""
        found = torch.zeros(len(columns[0]), dtype=torch.int32, device=columns[0].device)
        for column, size in zip(self.columns, self.sizes, strict=True):
            found = found * size + columns[column].to(torch.int32).clamp_max(size - 1)
        return found + 1

    def number(self, values: tuple[int, ...]) -> int:
        """The class of what the columns say."""
        rows = {column: torch.tensor([value]) for column, value in zip(self.columns, values, strict=True)}
        return int(self([rows.get(column, torch.zeros(1)) for column in range(max(rows) + 1)]))

    def said(self, column: int) -> npt.NDArray[np.int64]:
        """By class, what a column of the table says; 0 of class 0, which there is not."""
        return _said(self.sizes, self.columns.index(column))


@cache
def _said(sizes: tuple[int, ...], which: int) -> npt.NDArray[np.int64]:
    return np.concatenate(([0], np.indices(sizes).reshape(len(sizes), -1)[which]))


@dataclass(frozen=True, slots=True)
class Far:
    """Cubes of colours whose class is known without asking for each of them.

    Attributes:
        cubes: ``uint8``, by red, green and blue in steps of ``table_kernel.CUBE`` codes: 1 where all are of
            the class.
        number: the class.
        distance: ``float32``, of each cube, to what it is far from: the mean of its corners.
    """

    cubes: npt.NDArray[np.uint8]
    number: int
    distance: npt.NDArray[np.float32]


_NOTHING = Far(np.zeros(0, np.uint8), 0, np.zeros(0, np.float32))


def look_up_each(
    table: ColourTable, classes: Classes, pictures: Sequence[torch.Tensor], far: Far | None = None
) -> Iterator[tuple[Small, Counts]]:
    """The class of each pixel of some frames, and how many are of each; colours without a row get one.

    Args:
        table: of colours.
        classes: of what it says.
        pictures: the frames, ``uint8`` ``[3, H, W]``, of any sizes, wherever they lie; all go to another
            device at once.
        far: what is known of most colours; heeded on the CPU only.

    Yields:
        Of each, ``[H, W]`` on the CPU, and ``[classes.most + 1]``.
    """
    if table.device.type == "cpu":
        yield from _compiled(table, classes, pictures, far or _NOTHING)
        return
    flat = torch.cat([pixels.flatten(1) for pixels in pictures], 1).to(table.device)
    rows = table.index(flat[None, :, None])
    found = classes(table.columns)[rows.flatten()].cpu().numpy().astype(np.min_scalar_type(classes.unknown))
    first = 0
    for pixels in pictures:
        own = found[first : first + pixels[0].numel()]
        first += len(own)
        yield own.reshape(pixels.shape[1:]), np.bincount(own, minlength=classes.most + 1)


def _compiled(
    table: ColourTable, classes: Classes, pictures: Sequence[torch.Tensor], far: Far
) -> Iterator[tuple[Small, Counts]]:
    """Colours that are new are asked for all at once: to ask takes as long for a hundred as for thousands."""
    from brandkit.colour.table_kernel import LANES, classify, classify_pending

    looked: list[tuple[Small, Counts, npt.NDArray[np.int32]]] = []
    unknown: list[npt.NDArray[np.int32]] = []
    with table.growing():
        laid = table.laid_out(classes)
        for pixels in pictures:
            found = np.empty(pixels.shape[1:], laid.dtype)
            counts = np.zeros((LANES, classes.unknown + 1), np.int64)
            codes, pending = np.empty((2, found.size), np.int32)
            told = pixels.numpy(), laid, far.cubes, far.number
            new, waiting = classify(*told, found, counts, codes, pending)
            unknown.append(codes[:new].copy())
            looked.append((found, counts, pending[:waiting].copy()))
        if any(map(len, unknown)):
            table.enrol(torch.from_numpy(np.concatenate(unknown)))
    for pixels, (found, counts, pending) in zip(pictures, looked, strict=True):
        classify_pending(pixels.numpy(), pending, laid, found, counts)
        yield found, counts.sum(0)[:-1]
