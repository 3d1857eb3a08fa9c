"""How many pixels of a clip have each colour of a table, counted frame by frame."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from brandkit.colour.table import CODES, ColourTable, Columns, places_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]

NO_KIND = 255
"""In a column of kinds: the colour is of none."""
_WRAP = 256


@dataclass(frozen=True, slots=True)
class Judge:
    """What is counted of a table's colours: those that have a flag, and those of each kind.

    Attributes:
        flag: which of the table's columns holds ``bool``.
        kind: which holds ``uint8``, ``NO_KIND`` where a colour is of none.
    """

    flag: int
    kind: int

    def __call__(self, columns: Columns) -> torch.Tensor:
        """As ``table_kernel.tally_pixels`` takes them."""
        from brandkit.colour.table_kernel import FLAG, OF_A_KIND, PLAIN

        kind = torch.where(columns[self.kind] == NO_KIND, PLAIN, OF_A_KIND)
        return (kind + FLAG * columns[self.flag]).to(torch.uint8)


class Tally(ABC):
    """Counts of pixels by colour."""

    @abstractmethod
    def frame(self, pixels: torch.Tensor) -> tuple[int, torch.Tensor]:
        """Add all pixels of a frame; colours without a row in the table get one.

        Args:
            pixels: ``uint8`` ``[3, H, W]``.

        Returns:
            How many of the pixels have the flag, and how many are of each kind, ``int64`` ``[NO_KIND]``.
        """

    @abstractmethod
    def part(self, pixels: torch.Tensor, part: Mask) -> tuple[int, int]:
        """Add some pixels, whose colours have rows in the table.

        Args:
            pixels: ``uint8`` ``[3, H, W]``.
            part: which of them, ``[H, W]``.

        Returns:
            How many they are, and how many of them have the flag.
        """

    @abstractmethod
    def add(self, rows: torch.Tensor, times: torch.Tensor) -> None:
        """Add to the counts of rows of the table, ``int64`` ``[N]``, each there once."""

    @property
    @abstractmethod
    def counts(self) -> torch.Tensor:
        """``int64``, for each row of the table."""


def tally(table: ColourTable, judge: Judge) -> Tally:
    """An empty tally, for the device of the table."""
    return TallyByPlace(table, judge) if table.device.type == "cpu" else TallyByRow(table, judge)


class TallyByRow(Tally):
    """In torch, for any device."""

    def __init__(self, table: ColourTable, judge: Judge) -> None:
        self._table, self._judge = table, judge
        self._counts = torch.zeros(0, dtype=torch.int64, device=table.device)

    def frame(self, pixels: torch.Tensor) -> tuple[int, torch.Tensor]:
        """See ``Tally``."""
        rows = self._table.index(pixels[None]).flatten()
        self.add(rows, self._counts.new_ones(()).expand(len(rows)))
        kinds = torch.bincount(self._of(self._judge.kind, rows), minlength=NO_KIND + 1)
        return int(self._of(self._judge.flag, rows).sum()), kinds[:NO_KIND]

    def part(self, pixels: torch.Tensor, part: Mask) -> tuple[int, int]:
        """See ``Tally``."""
        rows = self._table.index(pixels[None])[0][torch.from_numpy(part).to(pixels.device)]
        self.add(rows, self._counts.new_ones(()).expand(len(rows)))
        return len(rows), int(self._of(self._judge.flag, rows).sum())

    def add(self, rows: torch.Tensor, times: torch.Tensor) -> None:
        """See ``Tally``; rows may repeat here."""
        missing = len(self._table) - len(self._counts)
        if missing > 0:
            # Doubled, as the table is, so that a long video copies them a bounded number of times.
            room = min(max(len(self._table), 2 * len(self._counts)), CODES)
            self._counts = torch.nn.functional.pad(self._counts, (0, room - len(self._counts)))
        self._counts.index_add_(0, rows, times)

    @property
    def counts(self) -> torch.Tensor:
        """See ``Tally``."""
        missing = max(len(self._table) - len(self._counts), 0)
        return torch.nn.functional.pad(self._counts, (0, missing))[: len(self._table)]

    def _of(self, column: int, rows: torch.Tensor) -> torch.Tensor:
        return self._table.columns[column].index_select(0, rows)


class TallyByPlace(Tally):
    """On the CPU: a byte for each of the 2^24 colours, and a number for how often it was full."""

    def __init__(self, table: ColourTable, judge: Judge) -> None:
        self._table, self._judge = table, judge
        # Zeros of NumPy take memory where they are written to only.
        self._low, self._wraps = np.zeros(CODES, np.uint8), np.zeros(CODES, np.uint32)
        self._counts: torch.Tensor | None = None

    def frame(self, pixels: torch.Tensor) -> tuple[int, torch.Tensor]:
        """See ``Tally``."""
        from brandkit.colour.table_kernel import tally_pixels

        table, judge, self._counts = self._table, self._judge, None
        flat = pixels.contiguous().view(3, -1).numpy()
        marks, slot = table.laid_out(judge), table.slot.numpy()
        kinds = table.columns[judge.kind].numpy() if len(table) else np.zeros(0, np.uint8)
        areas = np.zeros(NO_KIND + 1, np.int64)
        codes = np.empty(min(flat.shape[1], CODES - len(table)), np.int32)
        flagged, new = tally_pixels(flat, marks, slot, kinds, self._low, self._wraps, areas, codes)
        found = torch.from_numpy(areas)
        if new:
            fresh = torch.from_numpy(codes[:new].copy())
            table.enrol(fresh)
            times = self._at(fresh)  # they were met here for the first time
            flagged += int(times[table.columns[judge.flag][-new:]].sum())
            found.index_add_(0, table.columns[judge.kind][-new:].int(), times)
        return flagged, found[:NO_KIND]

    def part(self, pixels: torch.Tensor, part: Mask) -> tuple[int, int]:
        """See ``Tally``."""
        from brandkit.colour.table_kernel import tally_part

        marks, self._counts = self._table.laid_out(self._judge), None
        return tally_part(pixels.numpy(), part, marks, self._low, self._wraps)

    def add(self, rows: torch.Tensor, times: torch.Tensor) -> None:
        """See ``Tally``."""
        codes, self._counts = self._table.columns[-1][rows], None
        places, whole = places_of(codes).numpy(), (self._at(codes) + times).numpy()
        self._low[places], self._wraps[places] = whole % _WRAP, whole // _WRAP

    @property
    def counts(self) -> torch.Tensor:
        """See ``Tally``."""
        if self._counts is None or len(self._counts) < len(self._table):
            known = len(self._table) > 0
            self._counts = self._at(self._table.columns[-1]) if known else torch.zeros(0, dtype=torch.int64)
        return self._counts

    def _at(self, codes: torch.Tensor) -> torch.Tensor:
        from brandkit.colour.table_kernel import read_counts

        counts = torch.empty(len(codes), dtype=torch.int64)
        read_counts(codes.numpy(), self._low, self._wraps, counts.numpy())
        return counts
