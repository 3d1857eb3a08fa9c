"""What a brand says of the colours met so far, kept from one picture to the next.

To ask about each colour of a picture takes longer than to look up its pixels, and pictures of one brand share
many of their colours: what was told of one, no check need ask of the next.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from brandkit.colour.classes import look_up_each
from brandkit.colour.table import ColourTable
from brandkit.family import CORNERS, Family, classes_of, elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from brandkit.brand import Brand
    from brandkit.colour.classes import Counts, Far
    from brandkit.colour.table import Small
    from brandkit.media.clip import Frames, Source

MOST_ROWS = 2_000_000
"""Colours that a table may have to be kept for the next picture; with all that belongs to it, some 150 MB."""
MOST_KEPT = 3
"""Brands whose tables are kept."""


class Known:
    """What a brand says of the colours met so far, on one device. Threads may share it.

    Attributes:
        family: what says it.
        table: the colours that were asked about.
        classes: what is counted of them.
        far: cubes of colours that need not be asked about; ``None`` until ``find_far``.
    """

    def __init__(self, brand: Brand, device: torch.device | str = "cpu") -> None:
        self.family = Family(brand, device)
        self.table = ColourTable(self.family, device)
        self.classes = classes_of(brand)
        self.far: Far | None = None
        self._said_by = _SaidBy(brand)

    def look_up(self, pictures: Sequence[torch.Tensor]) -> Iterator[tuple[Small, Counts]]:
        """The class of each pixel of some frames, and how many are of each: see ``look_up_each``."""
        return look_up_each(self.table, self.classes, pictures, self.far)

    def find_far(self) -> None:
        """Find the cubes of colours that are far from the brand's, for pixels on the CPU; else do nothing.

        It takes as long as to ask about the colours of a picture, once for a brand.
        """
        if self.table.device.type == "cpu":
            self.far = _far_from(self._said_by)


class _SaidBy:
    """A brand, as another that says the same of every colour."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        swatches = tuple((s.rgb8, s.finish, s.capture, s.tolerance) for s in brand.swatches)
        self._said = swatches, tuple((f.rgb8, f.tolerance) for f in brand.forbidden)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SaidBy) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)


@lru_cache(maxsize=8)
def _far_from(said_by: _SaidBy) -> Far:
    return elsewhere(classes_of(said_by.brand), Family(said_by.brand, "cpu"))


def at_first(brand: Brand, source: Source, frames: Frames) -> Known:
    """What is known of a brand's colours as the first frames of a clip come.

    Of a still, that is what other pictures left, and other checks of it share. What has many frames soon
    knows enough, and its checks, which run side by side, would wait for each other.

    Args:
        brand: whose colours.
        source: of the frames.
        frames: the first ones.
    """
    # What a deep picture's colours are exactly is its own: no other picture's must lie among them.
    if source.kind == "image" and frames.deep is None:
        return _kept_for(brand, frames.device)
    known = Known(brand, frames.device)
    if source.kind != "image":
        known.find_far()
    return known


_kept: OrderedDict[tuple[_SaidBy, torch.device], Known] = OrderedDict()
_one_at_a_time = threading.Lock()


def _kept_for(brand: Brand, device: torch.device) -> Known:
    key = _SaidBy(brand), device
    with _one_at_a_time:
        known = _kept.pop(key, None)
        if known is None or not known.table.sound or len(known.table) > MOST_ROWS:
            known = Known(brand, device)
        _kept[key] = known
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    # Whoever has asked about so many colours will ask about more: from here on it is worth it.
    if known.far is None and len(known.table) >= CORNERS:
        known.find_far()
    return known
