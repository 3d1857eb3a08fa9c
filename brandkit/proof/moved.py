"""What else a correction moved: pixels outside of its regions, by kind, in memory that does not grow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.protect import NEUTRAL
from brandkit.colour.spaces import RGB_TO_XYZ, srgb_to_lab, srgb_to_linear
from brandkit.colour.table import ColourTable
from brandkit.proof.record import ON_TARGET, OUTSIDE, Moved

SKIN_CB, SKIN_CR = (77, 127), (133, 173)
"""Skin of all complexions in 8-bit Y'CbCr of BT.601: the box of Chai and Ngan (1999, "Face segmentation using
skin-color map in videophone applications", IEEE Trans. CSVT 9(4)). Wood and sand lie in it as well."""
BLACK_L, HIGHLIGHT_L = 10.0, 95.0
"""L* up to which a colour is a black, and from which it is a highlight."""
KINDS = ("neutrals", "skin", "blacks", "highlights")

BIN = 0.01
_BINS = 6000
"""The 99th percentile is read from a histogram of CIEDE2000 in steps of ``BIN``, up to 60."""

Mask = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]


def change(before: torch.Tensor, after: torch.Tensor) -> F32:
    """CIEDE2000 by which each pixel of ``uint8`` ``[3, H, W]`` changed: ``[H, W]``, 0 where it did not."""
    from brandkit.colour import kernels

    light = srgb_to_linear(torch.arange(256, dtype=torch.float64) / 255).float().numpy()
    matrix = torch.tensor(RGB_TO_XYZ, dtype=torch.float64)
    relative = (matrix / matrix.sum(1, keepdim=True)).float().numpy()
    distance = np.empty(before[0].numel(), np.float32)
    was, now = (side.cpu().contiguous().view(3, -1).numpy() for side in (before, after))
    kernels.changes(was, now, light, relative, distance)
    return distance.reshape(tuple(before.shape[1:]))


@dataclass(slots=True)
class Tally:
    """How far pixels of a kind moved, summed up."""

    pixels: int = 0
    changed: int = 0
    total: float = 0.0
    most: float = 0.0
    histogram: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(_BINS, np.int64))

    def add(self, moved: F32, differs: Mask) -> None:
        """Take in pixels: by how much each moved, and whether its code differs."""
        self.pixels += moved.size
        if not moved.size:
            return
        self.changed += int(differs.sum())
        far = moved[differs]
        self.total += float(far.sum(dtype=np.float64))
        self.most = max(self.most, float(far.max(initial=0)))
        bins = np.minimum((far / BIN).astype(np.int64), _BINS - 1)
        self.histogram += np.bincount(bins, minlength=_BINS)

    def told(self, what: str) -> Moved:
        """The figures."""
        if not self.pixels:
            return Moved(what, 0)
        return Moved(
            what,
            self.pixels,
            self.changed / self.pixels,
            self.total / self.pixels,
            self._quantile(0.99),
            self.most,
        )

    def _quantile(self, part: float) -> float:
        """The upper end of the bin it lies in, so never understated; 0 where so many kept still."""
        rank = int(np.ceil(part * self.pixels)) - (self.pixels - self.changed)
        if rank <= 0:
            return 0.0
        place = int(np.searchsorted(self.histogram.cumsum(), rank))
        return min((place + 1) * BIN, self.most)


class Bystanders:
    """Tallies of all that lies outside of a correction's regions.

    Args:
        held: swatches that were on their target somewhere, by name and ``#RRGGBB``'s codes and tolerance.
    """

    def __init__(self, held: dict[str, tuple[tuple[int, int, int], float]]) -> None:
        self._names = list(held)
        places = [srgb_to_lab(torch.tensor(rgb8, dtype=torch.uint8)) for rgb8, _ in held.values()]
        self._places = torch.stack(places) if places else torch.zeros(0, 3)
        self._reach = torch.tensor([reach for _, reach in held.values()])
        self._table = ColourTable(self._kinds)
        self._tallies = {what: Tally() for what in (OUTSIDE, *KINDS, *(ON_TARGET + n for n in self._names))}

    def _kinds(self, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The kinds that a colour is of, as bits in the order of ``KINDS``, and the swatch that it is on."""
        lab = srgb_to_lab(rgb)
        chroma, lightness = lab[:, 1:].norm(dim=1), lab[:, 0]
        kinds = (
            chroma <= NEUTRAL[0],
            skin(rgb),
            lightness <= BLACK_L,
            lightness >= HIGHLIGHT_L,
        )
        bits = torch.zeros(len(rgb), dtype=torch.uint8)
        for k, kind in enumerate(kinds):
            bits |= kind.to(torch.uint8) << k
        swatch = torch.full((len(rgb),), 255, dtype=torch.uint8)
        if len(self._places):
            from brandkit.colour.targets import nearest_point

            apart, which = nearest_point(lab, self._places)
            swatch = torch.where(apart <= self._reach[which], which.to(torch.uint8), swatch)
        return bits, swatch

    def add(self, before: torch.Tensor, moved: F32, differs: Mask, outside: Mask) -> None:
        """Take in a frame.

        Args:
            before: ``uint8`` ``[3, H, W]``.
            moved: CIEDE2000 by which each pixel moved ``[H, W]``.
            differs: whether its code differs ``[H, W]``.
            outside: where it was not meant to move ``[H, W]``.
        """
        ids = self._table.index(before[None].cpu())[0]
        bits, swatch = (c.index_select(0, ids.flatten()).numpy() for c in self._table.columns[:2])
        flat = outside.ravel()
        bits, swatch, moved, differs = bits[flat], swatch[flat], moved.ravel()[flat], differs.ravel()[flat]
        self._tallies[OUTSIDE].add(moved, differs)
        for k, kind in enumerate(KINDS):
            own = (bits >> k) & 1 == 1
            self._tallies[kind].add(moved[own], differs[own])
        for k, name in enumerate(self._names):
            own = swatch == k
            self._tallies[ON_TARGET + name].add(moved[own], differs[own])

    def told(self) -> tuple[Moved, ...]:
        """The figures, kind by kind."""
        return tuple(tally.told(what) for what, tally in self._tallies.items())


def skin(rgb: torch.Tensor) -> torch.Tensor:
    """Whether colours ``uint8`` ``[N, 3]`` lie in the skin box of Chai and Ngan: ``bool`` ``[N]``."""
    r, g, b = (rgb[:, c].float() / 255 for c in range(3))
    # ITU-R BT.601-7, 8-bit digital: 128 + 224 times the colour difference, which spans -0.5 to 0.5.
    light = 0.299 * r + 0.587 * g + 0.114 * b
    cb, cr = 128 + 224 * (b - light) / 1.772, 128 + 224 * (r - light) / 1.402
    found: torch.Tensor = (cb >= SKIN_CB[0]) & (cb <= SKIN_CB[1]) & (cr >= SKIN_CR[0]) & (cr <= SKIN_CR[1])
    return found
