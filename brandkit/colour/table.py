"""A function on 24-bit colours, evaluated once for each colour that occurs.

An 8-bit pixel is one of 2^24 colours and a picture uses few of them (some 250,000 of its two million
pixels), so any function of a pixel's colour is computed for the colours and looked up for the pixels.
The result is exact, not an approximation. The table only grows by what turns up, so that a single picture
is not charged for sixteen million colours, and a video soon finds everything there.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

CODES = 1 << 24

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
        self._slot = torch.full((CODES,), -1, dtype=torch.int32, device=device)
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
            return torch.stack([self._index_compiled(frame) for frame in pixels])
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

    def _index_compiled(self, frame: torch.Tensor) -> torch.Tensor:
        from brandkit.colour import kernels

        r, g, b = (plane.numpy() for plane in frame.contiguous().view(3, -1))
        ids = torch.empty(frame.shape[1:], dtype=torch.int32)
        flat = ids.view(-1).numpy()
        slot = self._slot.numpy()
        missing = kernels.index_pixels(r, g, b, slot, flat)
        if missing:
            codes = torch.empty(min(missing, CODES - self._size), dtype=torch.int32)
            size = kernels.enrol_pixels(r, g, b, slot, flat, codes.numpy(), self._size)
            self._append(codes[: size - self._size])
        return ids

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


def _grown(rows: torch.Tensor, room: int) -> torch.Tensor:
    larger = rows.new_empty((room, *rows.shape[1:]))
    larger[: len(rows)] = rows
    return larger
