"""A function on 24-bit colours, evaluated once for each colour that occurs.

An 8-bit pixel is one of 2^24 colours and a picture uses few of them (some 250,000 of its two million
pixels), so any function of a pixel's colour is computed for the colours and looked up for the pixels.
The result is exact, not an approximation. The table only grows by what turns up, so that a single picture
is not charged for sixteen million colours, and a video soon finds everything there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

CODES = 1 << 24
NO_KIND = 255
"""In a column of kinds: the colour is of none."""

Columns = tuple[torch.Tensor, ...]


def codes_of(rgb: torch.Tensor) -> torch.Tensor:
    """24-bit codes, ``int32``, of ``uint8`` colours ``[..., 3]``: red * 65536 + green * 256 + blue."""
    wide = rgb.to(torch.int32)
    return (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]


def colours_of(codes: torch.Tensor) -> torch.Tensor:
    """``uint8`` colours ``[..., 3]`` of 24-bit codes; the inverse of ``codes_of``."""
    return torch.stack((codes >> 16, (codes >> 8) & 255, codes & 255), -1).to(torch.uint8)


class ColourTable:
    """The colours seen so far, and columns of what ``evaluate`` says of each.

    Args:
        evaluate: takes ``uint8`` ``[N, 3]`` sRGB on ``device``; returns tensors whose first axis is ``N``,
            always as many and of the same types. It is called once for each colour that occurs.
        device: where pixels will come from and results will lie.

    >>> table = ColourTable(lambda rgb: (rgb.sum(1),))
    >>> ids = table.index(torch.tensor([[[[9, 9]], [[1, 2]], [[0, 0]]]], dtype=torch.uint8))
    >>> table.columns[0][ids].tolist()
    [[[10, 11]]]
    """

    def __init__(
        self, evaluate: Callable[[torch.Tensor], Columns], device: torch.device | str = "cpu"
    ) -> None:
        self._evaluate = evaluate
        # NumPy asks for large pages, where there are some: filling is faster, and so is every look-up.
        self._slot = torch.from_numpy(np.full(CODES, -1, np.int32)).to(device)
        self._rows: Columns = ()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def columns(self) -> Columns:
        """``codes`` is the last column; the others are what ``evaluate`` returned, a row for each colour."""
        return tuple(rows[: self._size] for rows in self._rows)

    def index(self, pixels: torch.Tensor) -> torch.Tensor:
        """Rows of the table for each pixel.

        Args:
            pixels: ``uint8`` ``[T, 3, H, W]``.

        Returns:
            ``int32`` ``[T, H, W]``, 0 to ``len(table) - 1``.
        """
        if pixels.device.type == "cpu":
            ids = torch.empty((len(pixels), *pixels.shape[2:]), dtype=torch.int32)
            for frame, rows in zip(pixels, ids, strict=True):
                self._index_compiled(frame, rows)
            return ids
        return self._index_portable(pixels)

    def _index_portable(self, pixels: torch.Tensor) -> torch.Tensor:
        codes = codes_of(pixels.movedim(1, -1)).flatten()
        ids = self._slot.index_select(0, codes)
        missing = codes[ids < 0]
        if missing.numel():
            self._enrol(missing.unique())
            ids = self._slot.index_select(0, codes)
        return ids.view(pixels.shape[0], *pixels.shape[2:])

    def index_colours(self, rgb: torch.Tensor) -> torch.Tensor:
        """Rows of the table for ``uint8`` colours ``[N, 3]``: ``int32`` ``[N]``."""
        return self.index(rgb.T.reshape(1, 3, 1, -1)).flatten()

    def tally(
        self, frame: torch.Tensor, counts: torch.Tensor, flag: int, kind: int
    ) -> tuple[torch.Tensor, int, torch.Tensor]:
        """Count the pixels of a frame by their colour, and by what two of the columns say of it.

        Args:
            frame: ``uint8`` ``[3, H, W]``.
            counts: ``int64``, by row of the table, to add to; overwritten, or left for a longer one.
            flag: which column holds ``bool``.
            kind: which column holds ``uint8``, ``NO_KIND`` where a colour is of none.

        Returns:
            The counts, at least as many as there are rows; how many pixels have the flag; and ``int64``
            ``[NO_KIND]``, how many are of each kind.
        """
        if frame.device.type == "cpu":
            return self._tally_compiled(frame, counts, flag, kind)
        return self._tally_portable(frame, counts, flag, kind)

    def _tally_portable(
        self, frame: torch.Tensor, counts: torch.Tensor, flag: int, kind: int
    ) -> tuple[torch.Tensor, int, torch.Tensor]:
        rows = self._index_portable(frame[None]).flatten()
        counts = roomy(counts, self._size).index_add_(0, rows, counts.new_ones(()).expand(len(rows)))
        flagged = int(self.columns[flag].index_select(0, rows).sum())
        kinds = torch.bincount(self.columns[kind].index_select(0, rows), minlength=NO_KIND + 1)
        return counts, flagged, kinds[:NO_KIND]

    def _tally_compiled(
        self, frame: torch.Tensor, counts: torch.Tensor, flag: int, kind: int
    ) -> tuple[torch.Tensor, int, torch.Tensor]:
        from brandkit.colour.tally_kernel import tally_pixels

        pixels = frame.contiguous().view(3, -1)
        known, most = self._size, min(pixels.shape[1], CODES - self._size)
        counts = roomy(counts, known + most)
        nothing = torch.empty(0, dtype=torch.uint8)
        flags, kinds = (self.columns[c].view(torch.uint8) if known else nothing for c in (flag, kind))
        areas, codes = torch.zeros(NO_KIND + 1, dtype=torch.int64), torch.empty(most, dtype=torch.int32)
        tensors = (pixels, self._slot, flags, kinds, counts, areas, codes)
        p, slot, f, k, c, a, new = (tensor.numpy() for tensor in tensors)
        size, flagged = tally_pixels(p, slot, known, f, k, NO_KIND, c, a, new)
        if size > known:
            self._append(codes[: size - known])
            first = counts[known:size]
            flagged += int(first[self.columns[flag][known:]].sum())
            areas.index_add_(0, self.columns[kind][known:].int(), first)
        return counts, flagged, areas[:NO_KIND]

    def _index_compiled(self, frame: torch.Tensor, ids: torch.Tensor) -> None:
        from brandkit.colour import kernels

        slot = self._slot.numpy()
        missing = kernels.index_pixels(frame.numpy(), slot, ids.numpy())
        if missing:
            r, g, b = (plane.numpy() for plane in frame.contiguous().view(3, -1))
            flat = ids.view(-1).numpy()
            codes = torch.empty(min(missing, CODES - self._size), dtype=torch.int32)
            size = kernels.enrol_pixels(r, g, b, slot, flat, codes.numpy(), self._size)
            self._append(codes[: size - self._size])

    def _enrol(self, codes: torch.Tensor) -> None:
        last = self._size + codes.numel()
        self._slot[codes.long()] = torch.arange(self._size, last, dtype=torch.int32, device=codes.device)
        self._append(codes)

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


def roomy(counts: torch.Tensor, size: int) -> torch.Tensor:
    """Counts with room for at least ``size``: the same where they have it, else a longer copy.

    Doubled, as the table is, so that a long video copies them a bounded number of times. Memory on the CPU is
    taken up where it is written to only.
    """
    if len(counts) >= size:
        return counts
    room = max(size, min(2 * len(counts), CODES))
    if counts.device.type == "cpu":
        longer = torch.from_numpy(np.zeros(room, np.int64))
    else:
        longer = counts.new_zeros(room)
    longer[: len(counts)] = counts
    return longer


def _grown(rows: torch.Tensor, room: int) -> torch.Tensor:
    larger = rows.new_empty((room, *rows.shape[1:]))
    larger[: len(rows)] = rows
    return larger
