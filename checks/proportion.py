"""Whether the brand's colours are balanced as the guidelines say, such as 60 : 30 : 10."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from brandkit.brand import Brand
from brandkit.check import Check, Measurement, Metric
from brandkit.family import AWAY, WHOSE, classes_of
from brandkit.gate import describe
from brandkit.known import Known, at_first
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
        self._brand, self._source = brand, source
        self._known: Known | None = None
        self._counts = np.zeros(classes_of(brand).most + 1, np.int64)

    def update(self, frames: Frames) -> None:
        """Count the batch's colours; nothing where the brand sets no proportions."""
        if self._brand.proportions is None:
            return
        if self._known is None:
            self._known = at_first(self._brand, self._source, frames)
        for _, counts in self._known.look_up([frames.picture(k) for k in range(len(frames))]):
            self._counts += counts

    def __getstate__(self) -> dict[str, object]:
        """Go without what is known of colours, which grows anew where it is needed again."""
        return {**self.__dict__, "_known": None}

    def merge(self, other: Proportion) -> None:
        """Take in the counts of the later shard."""
        self._counts += other._counts

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
        said = classes_of(self._brand).said
        on_it = said(AWAY) == 0
        return [int(self._counts[on_it & (said(WHOSE) == k)].sum()) for k in range(len(self._brand.swatches))]
