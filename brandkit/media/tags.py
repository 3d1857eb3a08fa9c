"""The colour tags of a video stream, as codes of ITU-T H.273."""

from __future__ import annotations

from dataclasses import dataclass

BT709 = 1
RGB = 0
LIMITED, FULL = 1, 2


@dataclass(frozen=True, slots=True)
class Tags:
    """What a stream says of its colours.

    Attributes:
        matrix: matrix coefficients; 0 for R'G'B'.
        full: whether the range is full.
        primaries: colour primaries.
        transfer: transfer characteristics.
        bits: of a channel.
        changed: where they are not those of the source, why, one sentence each.
    """

    matrix: int = BT709
    full: bool = False
    primaries: int = BT709
    transfer: int = BT709
    bits: int = 8
    changed: tuple[str, ...] = ()

    @property
    def range(self) -> int:
        """libavutil's code of the range: 1 limited, 2 full."""
        return FULL if self.full else LIMITED
