"""A row for each input: what Ray carries, what Parquet keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

COLUMNS = pa.schema(
    [
        pa.field("uri", pa.string(), nullable=False),
        pa.field("sha256", pa.string()),
        pa.field("judged", pa.string()),
        pa.field("verdict", pa.string()),
        pa.field("headline", pa.string()),
        pa.field("report", pa.string()),
        pa.field("error", pa.string()),
    ]
)
"""Of the files that are written; ``Row`` says what they mean."""
CARRIED = COLUMNS.append(pa.field("prepared", pa.binary())).append(pa.field("long", pa.bool_()))
"""What Ray carries."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of an input.

    Attributes:
        uri: its address.
        sha256: of its content.
        judged: digest of all that the verdict depends on, see ``store.prepared.digest``.
        verdict: ``passed``, ``needs_review`` or ``failed``; ``None`` where it could not be judged.
        headline: the worst finding, in words.
        report: as ``brandkit check --format json`` writes it; ``None`` where it was judged before.
        error: why it could not be judged, in one line.
        prepared: the pickle of a ``store.prepared.Prepared``, to be filed.
        long: whether it is a video that several workers are to judge together; it was not judged yet.
    """

    uri: str
    sha256: str | None = None
    judged: str | None = None
    verdict: str | None = None
    headline: str | None = None
    report: str | None = None
    error: str | None = None
    prepared: bytes | None = field(default=None, repr=False)
    long: bool = False

    @property
    def before(self) -> bool:
        """Whether it was judged in an earlier run, and not again."""
        return self.verdict is not None and self.report is None


def row_table(rows: Sequence[Row], columns: pa.Schema = CARRIED) -> pa.Table:
    """Rows as a table: with what is to be filed, or with other columns of theirs."""
    return pa.table({name: [getattr(row, name) for row in rows] for name in columns.names}, schema=columns)


def rows_of(table: pa.Table) -> Iterable[Row]:
    """The rows of such a table."""
    return (Row(**values) for values in table.select(CARRIED.names).to_pylist())


def uris_of(table: pa.Table) -> list[str]:
    """The addresses in a table."""
    return [str(uri) for uri in table.column("uri").to_pylist()]
