"""Write rows as Parquet while they come, in parts that each are whole; and read what earlier runs wrote."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from brandkit.errors import OutputError
from brandkit.media.atomic import output_error, replacing
from brandkit.scale.row import COLUMNS, row_table

if TYPE_CHECKING:
    from typing import Self

    from brandkit.scale.row import Row

PART_ROWS = 1000
"""Of a part: some 10 MB of reports, which is all that a crash can lose."""


class Writer:
    """Writes rows into a folder, as ``part-00000.parquet`` and so on, after what is there.

    Args:
        folder: is made where there is none.

    Raises:
        OutputError: it cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(folder, error) from error
        self._folder = folder
        self._rows: list[Row] = []
        numbers = [int(p.stem[5:]) for p in folder.glob("part-*.parquet") if p.stem[5:].isdigit()]
        self._next = max(numbers, default=-1) + 1

    def __enter__(self) -> Self:
        """Ready to write."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left, after an error or Ctrl-C too."""
        self.flush()

    def add(self, row: Row) -> None:
        """Take a row; a part is written when it is full. Raises ``OutputError`` where it cannot be."""
        self._rows.append(row)
        if len(self._rows) >= PART_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what was taken. Raises ``OutputError`` where it cannot be."""
        if not self._rows:
            return
        path = self._folder / f"part-{self._next:05d}.parquet"
        with replacing(path) as temporary:
            pq.write_table(row_table(self._rows, COLUMNS), temporary, compression="zstd")
        self._rows.clear()
        self._next += 1


def verdicts(folder: Path) -> dict[str, str]:
    """What earlier runs into a folder judged: ``Row.judged`` to the verdict.

    Raises:
        OutputError: a part is damaged.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("part-*.parquet")):
        try:
            table = pq.read_table(path, columns=["judged", "verdict"])
        except (OSError, pa.ArrowException) as error:
            raise OutputError(f"{path}: is no part of such a run, or damaged; move it away") from error
        pairs = zip(table.column("judged").to_pylist(), table.column("verdict").to_pylist(), strict=True)
        found.update((judged, verdict) for judged, verdict in pairs if judged and verdict)
    return found
