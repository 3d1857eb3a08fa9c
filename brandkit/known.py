"""What a brand says of the colours met so far, kept from one picture to the next.

To ask about each colour of a picture takes longer than to look up its pixels, and pictures of one brand share
many of their colours: what one was told, the next need not ask.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from brandkit.colour.table import ColourTable
from brandkit.family import CORNERS, Family, classes_of, elsewhere

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.colour.classes import Far

MOST_ROWS = 2_000_000
"""Colours that a table may have to be kept for the next picture; with all that belongs to it, some 150 MB."""
MOST_KEPT = 2
"""How many are kept, of other brands or for pictures that are judged side by side."""


class Known:
    """What a brand says of the colours met so far, on one device.

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


@dataclass(slots=True)
class _Lent:
    said_by: _SaidBy
    device: torch.device
    known: Known
    to: weakref.ref[object]


_shelf: list[_Lent] = []
_one_at_a_time = threading.Lock()


def lent(to: object, brand: Brand, device: torch.device) -> Known:
    """What is known of a brand's colours, to be added to by one who is the only one to have it.

    Args:
        to: who; once it is gone, the next one gets what it had.
        brand: whose colours.
        device: where.
    """
    said_by = _SaidBy(brand)
    with _one_at_a_time:
        known = _taken(to, said_by, device)
        if known is None:
            known = Known(brand, device)
            _shelf.append(_Lent(said_by, device, known, weakref.ref(to)))
            del _shelf[:-MOST_KEPT]
    # Whoever has asked about so many colours will ask about more: from here on it is worth it.
    if known.far is None and len(known.table) >= CORNERS:
        known.find_far()
    return known


def _taken(to: object, said_by: _SaidBy, device: torch.device) -> Known | None:
    """What nobody has any more, if there is something and it has room."""
    for place, entry in enumerate(_shelf):
        free = entry.to() is None or entry.to() is to
        if free and entry.said_by == said_by and entry.device == device:
            del _shelf[place]
            if len(entry.known.table) > MOST_ROWS:
                return None
            entry.to = weakref.ref(to)
            _shelf.append(entry)
            return entry.known
    return None
