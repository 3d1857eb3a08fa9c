"""A function on 24-bit colours, evaluated once for each colour that occurs.

An 8-bit pixel is one of 2^24 colours and a picture uses few of them (some 250,000 of its two million
pixels), so any function of a pixel's colour is computed for the colours and looked up for the pixels.
The result is exact, not an approximation. The table only grows by what turns up, so that a single picture
is not charged for sixteen million colours, and a video soon finds everything there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

CODES = 1 << 24

Columns = tuple[torch.Tensor, ...]
Small = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


class Derived(Protocol):
    """A small number that follows from the columns of a colour; two that are equal say the same."""

    @property
    def most(self) -> int:
        """The greatest there is."""
        ...

    def __call__(self, columns: Columns, /) -> torch.Tensor:
        """``int32`` ``[N]``, at least 1."""
        ...

    def __hash__(self) -> int: ...


def codes_of(rgb: torch.Tensor) -> torch.Tensor:
    """24-bit codes, ``int32``, of ``uint8`` colours ``[..., 3]``: red * 65536 + green * 256 + blue."""
    wide = rgb.to(torch.int32)
    return (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]


def colours_of(codes: torch.Tensor) -> torch.Tensor:
    """``uint8`` colours ``[..., 3]`` of 24-bit codes; the inverse of ``codes_of``."""
    return torch.stack((codes >> 16, (codes >> 8) & 255, codes & 255), -1).to(torch.uint8)


def places_of(codes: torch.Tensor) -> torch.Tensor:
    """Where colours lie in what is kept of all 2^24, from their 24-bit codes; see ``table_kernel``."""
    cubes = (codes & 0xF00000) | (codes & 0x00F000) << 4 | (codes & 0x0000F0) << 8
    lines = (codes & 0x0C0000) >> 8 | (codes & 0x000C00) >> 2 | (codes & 0x00000C) << 4
    return cubes | lines | (codes & 0x030000) >> 12 | (codes & 0x000300) >> 6 | (codes & 0x000003)


def among(pixels: torch.Tensor, codes: torch.Tensor) -> npt.NDArray[np.bool_]:
    """Which pixels, ``[H, W]``, of a frame ``uint8`` ``[3, H, W]`` have one of some colours, by codes."""
    if pixels.device.type != "cpu":
        there = torch.isin(codes_of(pixels.movedim(0, -1)), codes.to(pixels.device))
        return np.asarray(there.cpu().numpy())
    from brandkit.colour.table_kernel import mark, read_marks

    marks, found = np.zeros(CODES, np.uint8), np.empty(pixels.shape[1:], np.uint8)
    mark(codes.numpy(), marks)
    read_marks(pixels.numpy(), marks, found)
    return found.view(np.bool_)


class ColourTable:
    """The colours seen so far, and columns of what ``evaluate`` says of each. Threads may share it.

    Args:
        evaluate: takes ``uint8`` ``[N, 3]`` sRGB on ``device``; returns tensors whose first axis is ``N``,
            always as many and of the same types. It is called once for each colour that occurs.
        device: where pixels will come from and results will lie.

    Attributes:
        device: likewise.
        slot: ``int32``, by place, one more than the row of a colour; 0 where it has none.
        sound: whether no attempt to add colours ended halfway; a table that is not is not to be used again.

    >>> table = ColourTable(lambda rgb: (rgb.sum(1),))
    >>> ids = table.index(torch.tensor([[[[9, 9]], [[1, 2]], [[0, 0]]]], dtype=torch.uint8))
    >>> table.columns[0][ids].tolist()
    [[[10, 11]]]
    """

    def __init__(
        self, evaluate: Callable[[torch.Tensor], Columns], device: torch.device | str = "cpu"
    ) -> None:
        self._evaluate = evaluate
        self.device = torch.device(device)
        # Zeros of NumPy take memory where they are written to only.
        self.slot = torch.from_numpy(np.zeros(CODES, np.int32)).to(device)
        self._rows: Columns = ()
        self._laid: dict[Derived, Small] = {}
        self._size = 0
        self.sound = True
        self._one_at_a_time = threading.RLock()

    @contextmanager
    def growing(self) -> Iterator[None]:
        """For the thread that adds colours, or looks for those that are missing: the only one that does."""
        with self._one_at_a_time:
            try:
                yield
            except BaseException:
                self.sound = False
                raise

    def __reduce__(self) -> tuple[Callable[..., ColourTable], tuple[object, ...]]:
        """Go to another process as the rows alone; what is laid out by place is laid out again."""
        return _table_of, (self._evaluate, tuple(rows.cpu().clone() for rows in self.columns))

    def __len__(self) -> int:
        return self._size

    @property
    def columns(self) -> Columns:
        """``codes`` is the last column; the others are what ``evaluate`` returned, a row for each colour."""
        size = self._size  # read first: rows that another thread adds stand behind these
        return tuple(rows[:size] for rows in self._rows)

    def index(self, pixels: torch.Tensor) -> torch.Tensor:
        """Rows of the table for each pixel.

        Args:
            pixels: ``uint8`` ``[T, 3, H, W]``.

        Returns:
            ``int32`` ``[T, H, W]``, 0 to ``len(table) - 1``.
        """
        with self.growing():
            if pixels.device.type != "cpu":
                return self._index_portable(pixels)
            ids = torch.empty((len(pixels), *pixels.shape[2:]), dtype=torch.int32)
            for frame, rows in zip(pixels, ids, strict=True):
                self._index_compiled(frame, rows)
            return ids

    def _index_portable(self, pixels: torch.Tensor) -> torch.Tensor:
        codes = codes_of(pixels.movedim(1, -1)).flatten()
        places = places_of(codes)
        ids = self.slot.index_select(0, places)
        missing = codes[ids == 0]
        if missing.numel():
            self.enrol(missing.unique())
            ids = self.slot.index_select(0, places)
        return ids.sub_(1).view(pixels.shape[0], *pixels.shape[2:])

    def rows_of(self, pixels: torch.Tensor) -> torch.Tensor:
        """Rows of pixels ``uint8`` ``[3, N]`` whose colours all have one: no device is waited for."""
        if self.device.type == "cpu":
            return self.index(pixels[None, :, None]).flatten()
        return self.rows_at(codes_of(pixels.T))

    def rows_at(self, codes: torch.Tensor) -> torch.Tensor:
        """Rows of colours that all have one, by their codes: ``int32`` ``[N]``."""
        return self.slot.index_select(0, places_of(codes)) - 1

    def index_colours(self, rgb: torch.Tensor) -> torch.Tensor:
        """Rows of the table for ``uint8`` colours ``[N, 3]``: ``int32`` ``[N]``."""
        return self.index(rgb.T.reshape(1, 3, 1, -1)).flatten()

    def _index_compiled(self, frame: torch.Tensor, ids: torch.Tensor) -> None:
        from brandkit.colour import table_kernel

        slot = self.slot.numpy()
        missing = table_kernel.index_pixels(frame.numpy(), slot, ids.numpy())
        if missing:
            r, g, b = (plane.numpy() for plane in frame.contiguous().view(3, -1))
            flat = ids.view(-1).numpy()
            codes = torch.empty(min(missing, CODES - self._size), dtype=torch.int32)
            size = table_kernel.enrol_pixels(r, g, b, slot, flat, codes.numpy(), self._size)
            self._append(codes[: size - self._size])

    def enrol(self, codes: torch.Tensor) -> None:
        """Give the next rows to colours that have none, by their codes, ``int32``, each once.

        The caller holds ``growing``.
        """
        if self.device.type == "cpu":
            from brandkit.colour.table_kernel import seat

            seat(codes.numpy(), self._size, self.slot.numpy())
        else:
            last = self._size + codes.numel()
            rows = torch.arange(self._size, last, dtype=torch.int32, device=codes.device)
            self.slot[places_of(codes).long()] = rows + 1
        self._append(codes)

    def laid_out(self, derive: Derived) -> Small:
        """A number for each colour, by place, on the CPU; 0 for those without a row. It grows with the table.

        Args:
            derive: asked once for each colour. Equal ones share what they are told.
        """
        with self.growing():
            found = self._laid.get(derive)
            if found is None:
                found = self._laid[derive] = np.zeros(CODES, np.min_scalar_type(derive.most + 1))
                if self._size:
                    _lay_out(found, derive, self.columns)
            return found

    def _append(self, codes: torch.Tensor) -> None:
        new = (*self._evaluate(colours_of(codes)), codes)
        size = self._size + codes.numel()
        if not self._rows:
            self._rows = new
        elif size > len(self._rows[0]):
            # Doubled, so that a long video copies each row a bounded number of times.
            room = min(max(size, 2 * len(self._rows[0])), CODES)
            self._rows = tuple(_grown(rows, room) for rows in self._rows)
        for rows, values in zip(self._rows, new, strict=True):
            rows[self._size : size] = values
        self._size = size
        for derive, laid in self._laid.items():
            _lay_out(laid, derive, new)


def _table_of(evaluate: Callable[[torch.Tensor], Columns], columns: Columns) -> ColourTable:
    """A table of some rows, on the CPU."""
    table = ColourTable(evaluate)
    if columns:
        from brandkit.colour.table_kernel import seat

        seat(columns[-1].numpy(), 0, table.slot.numpy())
        table._rows, table._size = columns, len(columns[-1])
    return table


def _lay_out(laid: Small, derive: Derived, columns: Columns) -> None:
    from brandkit.colour.table_kernel import lay_out

    lay_out(columns[-1].numpy(), derive(columns).numpy(), laid)


def _grown(rows: torch.Tensor, room: int) -> torch.Tensor:
    larger = rows.new_empty((room, *rows.shape[1:]))
    larger[: len(rows)] = rows
    return larger
