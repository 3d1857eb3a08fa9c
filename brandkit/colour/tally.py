"""How many pixels of a clip have each colour of a table, counted frame by frame."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
import torch

from brandkit.colour.table import CODES, ColourTable, places_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]

Seen = tuple[torch.Tensor, torch.Tensor]
"""Rows of a table, each once, and a number for each: ``int64`` ``[N]`` both."""

_WRAP = 256


class Tally(ABC):
    """Counts of pixels by colour.

    Attributes:
        table: of the colours.
    """

    table: ColourTable

    @abstractmethod
    def parts(self, given: Sequence[tuple[torch.Tensor, Mask]]) -> None:
        """Add some pixels of frames, whose colours have rows in the table.

        Args:
            given: of each frame, ``uint8`` ``[3, H, W]``, and which of its pixels, ``[H, W]``.
        """

    @abstractmethod
    def add(self, rows: torch.Tensor, times: torch.Tensor) -> None:
        """Add to the counts of rows of the table, ``int64`` ``[N]``, each there once."""

    @property
    @abstractmethod
    def seen(self) -> Seen:
        """Rows of the table that were counted, by the codes of their colours, and how often each."""

    def __reduce__(self) -> tuple[Callable[[ColourTable, Seen], Tally], tuple[object, ...]]:
        """Go to another process as counts alone."""
        rows, times = self.seen
        return _tally_of, (self.table, (rows.cpu(), times.cpu()))


def _tally_of(table: ColourTable, seen: Seen) -> Tally:
    found = tally(table)
    found.add(*seen)
    return found


def tally(table: ColourTable) -> Tally:
    """An empty tally, for the device of the table."""
    return TallyByPlace(table) if table.device.type == "cpu" else TallyByRow(table)


class TallyByRow(Tally):
    """In torch, for any device."""

    def __init__(self, table: ColourTable) -> None:
        self.table = table
        self._counts = torch.zeros(0, dtype=torch.int64, device=table.device)

    def parts(self, given: Sequence[tuple[torch.Tensor, Mask]]) -> None:
        """See ``Tally``; all go to the device at once, and nothing comes back."""
        if not given:
            return
        pixels = torch.cat([pixels.flatten(1) for pixels, _ in given], 1).to(self._counts.device)
        times = torch.from_numpy(np.concatenate([part.ravel() for _, part in given]))
        self.add(self.table.rows_of(pixels), times.to(self._counts.device).long())

    def add(self, rows: torch.Tensor, times: torch.Tensor) -> None:
        """See ``Tally``; rows may repeat here."""
        missing = len(self.table) - len(self._counts)
        if missing > 0:
            # Doubled, as the table is, so that a long video copies them a bounded number of times.
            room = min(max(len(self.table), 2 * len(self._counts)), CODES)
            self._counts = torch.nn.functional.pad(self._counts, (0, room - len(self._counts)))
        self._counts.index_add_(0, rows, times)

    @property
    def seen(self) -> Seen:
        """See ``Tally``."""
        rows = self._counts.nonzero().flatten()
        if len(rows):
            rows = rows[self.table.columns[-1][rows].argsort()]
        return rows, self._counts[rows]


class TallyByPlace(Tally):
    """On the CPU: a byte for each of the 2^24 colours, and a number for how often it was full."""

    def __init__(self, table: ColourTable) -> None:
        self.table = table
        # Zeros of NumPy take memory where they are written to only.
        self._low, self._wraps = np.zeros(CODES, np.uint8), np.zeros(CODES, np.uint32)
        self._codes = [np.zeros(0, np.int32)]  # of what was counted, each once

    def parts(self, given: Sequence[tuple[torch.Tensor, Mask]]) -> None:
        """See ``Tally``."""
        from brandkit.colour.table_kernel import tally_part

        for pixels, part in given:
            new = np.empty(np.count_nonzero(part), np.int32)
            count = tally_part(pixels.numpy(), part, self._low, self._wraps, new)
            self._codes.append(new[:count].copy())

    def add(self, rows: torch.Tensor, times: torch.Tensor) -> None:
        """See ``Tally``."""
        if not len(rows):
            return
        codes = self.table.columns[-1][rows]
        before = self._at(codes)
        places, whole = places_of(codes).numpy(), (before + times).numpy()
        self._codes.append(codes[(before == 0) & (times > 0)].numpy())
        self._low[places] = whole % _WRAP
        full = whole >= _WRAP  # of the others it is 0 already, and to write that would take memory
        self._wraps[places[full]] = whole[full] // _WRAP

    @property
    def seen(self) -> Seen:
        """See ``Tally``."""
        self._codes = [np.sort(np.concatenate(self._codes))]
        codes = torch.from_numpy(self._codes[0])
        return self.table.rows_at(codes).long(), self._at(codes)

    def _at(self, codes: torch.Tensor) -> torch.Tensor:
        from brandkit.colour.table_kernel import read_counts

        counts = torch.empty(len(codes), dtype=torch.int64)
        read_counts(codes.numpy(), self._low, self._wraps, counts.numpy())
        return counts
