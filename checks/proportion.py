"""Whether the brand's colours are balanced as the guidelines say, such as 60 : 30 : 10."""

from __future__ import annotations

from typing import ClassVar

import torch

from brandkit.brand import Brand
from brandkit.check import Check, Measurement, Metric
from brandkit.colour.table import ColourTable, colours_of
from brandkit.family import Family
from brandkit.gate import describe
from brandkit.media.clip import Frames, Source

DEVIATION = Metric(
    "deviation",
    "share",
    "lower",
    "Give this part of the palette more room or less, or change its proportion.",
)


class Proportion(Check):
    """Compare how the brand's colours share the picture with the proportions of the guidelines.

    What it measures, over all frames of the clip:

    - `deviation`, for each part of `proportions` (a swatch, or all of a role): the part's share of the
      pixels that are in any of the brand's colours, less the share that is asked for, without its sign.
      Lower is better; the limit is `proportions.tolerance`, a share, 10 % if the brand does not say.

    A pixel is in a brand colour where it is within the tolerance of its nearest swatch by CIEDE2000; for a
    `shaded` swatch, of its shading curve. Colours are counted at 8 bits a channel.

    Reference: the 60 : 30 : 10 rule of designers; no standard states one.

    When it misleads: where little of the picture is in brand colours at all, their proportions say little;
    set `off_palette` or `coverage` too. A drifted colour is beyond its tolerance and counts for nothing:
    correct it first.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (DEVIATION,)
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        self._brand = brand
        self._table: ColourTable | None = None
        self._seen = torch.zeros(0, dtype=torch.int64)

    def update(self, frames: Frames) -> None:
        """Count the batch's colours; nothing where the brand sets no proportions."""
        if self._brand.proportions is None:
            return
        device = frames.device
        if self._table is None:
            self._table = ColourTable(Family(self._brand, device), device)
            self._seen = self._seen.to(device)
        # The processor's memory is nearer for one frame; another device is asked but once for a batch.
        for some in frames.pixels.split(1 if device.type == "cpu" else len(frames)):
            ids = self._table.index(some).flatten()
            counts = torch.zeros(len(self._table), dtype=torch.int64, device=device)
            self._add(counts.index_add_(0, ids, counts.new_ones(()).expand(len(ids))))

    def merge(self, other: Proportion) -> None:
        """Take in the counts of the later shard."""
        if other._table is None:
            return
        if self._table is None:
            self._table, self._seen = other._table, other._seen
            return
        rows = self._table.index_colours(colours_of(other._table.columns[-1])).long()
        counts = torch.zeros(len(self._table), dtype=torch.int64, device=rows.device)
        self._add(counts.index_add_(0, rows, other._seen))

    def finish(self) -> list[Measurement]:
        """One measurement for each part; none where the brand sets no proportions."""
        proportions = self._brand.proportions
        if proportions is None:
            return (
                self._without("the brand sets no proportions") if "proportion" in self._brand.required else []
            )
        counts = self._on_brand()
        total = sum(counts)
        if not total:
            return self._without(
                "no pixel is in one of the brand's colours, so proportions were not evaluated"
            )
        names = [swatch.name for swatch in self._brand.swatches]
        measured = []
        for part in proportions.parts:
            share = sum(counts[names.index(name)] for name in part.swatches) / total
            said = f"{part.name} takes {describe(share, 'share')} of the brand's colours"
            asked = f"{said}, {describe(part.share, 'share')} is asked for"
            measured.append(
                Measurement("proportion", DEVIATION, abs(share - part.share), asked, swatch=part.name)
            )
        return measured

    def _without(self, why: str) -> list[Measurement]:
        return [Measurement("proportion", DEVIATION, None, why)]

    def _on_brand(self) -> list[int]:
        """Pixels in each swatch's colour."""
        if self._table is None or not len(self._table):
            return [0] * len(self._brand.swatches)
        nearest, away = self._table.columns[0], self._table.columns[4]
        seen = torch.where(away, 0, self._seen[: len(self._table)])
        counts = torch.zeros(len(self._brand.swatches), dtype=torch.int64, device=seen.device)
        return [int(count) for count in counts.index_add_(0, nearest.long(), seen)]

    def _add(self, counts: torch.Tensor) -> None:
        missing = len(counts) - len(self._seen)
        if missing > 0:
            self._seen = torch.nn.functional.pad(self._seen, (0, missing))
        self._seen[: len(counts)] += counts
