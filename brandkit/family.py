"""What a brand says of a colour: whose it is, how far from it, whether it is forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from brandkit.colour.classes import Classes, Far
from brandkit.colour.families import lab_of, same_family
from brandkit.colour.table import Columns
from brandkit.colour.targets import Target, Targets

if TYPE_CHECKING:
    import numpy.typing as npt

    from brandkit.brand import Brand

NONE = 255
"""Label of a colour that belongs to no swatch."""

FAMILY_CHROMA = {"flat": 0.3, "shaded": 0.5}
"""Least C* of a family member as a part of the target's: under it is another, greyer colour. A shaded
target, which is a whole curve, would else take in every murky colour of its hue."""

NEAREST, DISTANCE, LABEL, FORBIDDEN, AWAY, CAPTURED, WHOSE = range(7)
"""What ``Family`` says of a colour, column by column: the nearest swatch, CIEDE2000 to it, the swatch that it
belongs to, the forbidden colour that it is, whether it is beyond the tolerance of the nearest swatch, whether
it belongs to that, and the nearest swatch where either is so."""


CORNERS = 65**3
"""Colours that ``elsewhere`` asks about at most: those of the corners of all its cubes."""


class Family:
    """Says of each colour which swatch it is nearest to, how near, and whether it belongs to it.

    It belongs where it is nearer than the swatch's capture radius and of the swatch's hue family: a
    similar hue and enough chroma, or right beside it. Near a neutral swatch there is no hue to ask for.
    """

    def __init__(self, brand: Brand, device: torch.device | str) -> None:
        self._targets = Targets([Target(s.rgb8, s.finish == "shaded") for s in brand.swatches], device)
        self._capture = torch.tensor([s.capture for s in brand.swatches], device=device)
        self._tolerance = torch.tensor([s.tolerance for s in brand.swatches], device=device)
        chroma = [FAMILY_CHROMA[s.finish] for s in brand.swatches]
        self._chroma = torch.tensor(chroma, device=device)
        self._forbidden = Targets([Target(f.rgb8) for f in brand.forbidden], device)
        self._reach = torch.tensor([f.tolerance for f in brand.forbidden], device=device)

    def __call__(self, rgb: torch.Tensor) -> Columns:
        """What ``Survey`` keeps of each colour, for ``uint8`` ``[N, 3]`` or ``float32`` 0 to 1."""
        lab = lab_of(rgb)
        found = self._targets.nearest_lab(lab)
        family = same_family(lab, found.point, self._chroma[found.index])
        captured = (found.distance <= self._capture[found.index]) & family
        index = found.index.to(torch.uint8)
        label = torch.where(captured, index, NONE)
        away = found.distance > self._tolerance[found.index]
        whose = torch.where(captured | ~away, index, NONE)
        return index, found.distance, label, self._banned(lab, found.distance), away, captured, whose

    def room(self, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """CIEDE2000 of colours from the nearest swatch, and by how much they are beyond the reach of all
        swatches and forbidden colours."""
        lab = lab_of(rgb)
        distance = self._targets.nearest_lab(lab).distance
        room = distance - torch.maximum(self._capture, self._tolerance).max()
        if len(self._reach):
            room = torch.minimum(room, self._forbidden.nearest_lab(lab).distance - self._reach.max())
        return distance, room

    def _banned(self, lab: torch.Tensor, distance: torch.Tensor) -> torch.Tensor:
        """The forbidden colour that a colour is, unless it is nearer to a swatch; else ``NONE``."""
        if not len(self._reach):
            return torch.full((len(lab),), NONE, dtype=torch.uint8, device=lab.device)
        found = self._forbidden.nearest_lab(lab)
        banned = (found.distance <= self._reach[found.index]) & (found.distance < distance)
        return torch.where(banned, found.index.to(torch.uint8), NONE)


class CoarseLabels:
    """The swatch that pixels belong to, by small cubes of colours, where speed counts.

    It differs from ``Family`` only beside the limit of a capture radius or a hue family.
    """

    def __init__(self, brand: Brand) -> None:
        from brandkit.colour.table_kernel import CUBE

        axis = torch.arange(256 // CUBE) * CUBE + CUBE // 2
        rgb = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), -1).to(torch.uint8)
        self._kept = Family(brand, "cpu")(rgb.view(-1, 3))[LABEL].numpy()

    def __call__(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Labels ``[H, W]``, ``NONE`` of what belongs to no swatch, of ``[3, H, W]``."""
        from brandkit.colour.table_kernel import look_up_coarsely

        found = np.empty(pixels.shape[1:], np.uint8)
        look_up_coarsely(pixels, self._kept, found)
        return found


def classes_of(brand: Brand) -> Classes:
    """What is counted of colours; each of the columns can be told from a class."""
    columns = (WHOSE, FORBIDDEN, AWAY, CAPTURED)
    return Classes(columns, (len(brand.swatches) + 1, len(brand.forbidden) + 1, 2, 2))


def elsewhere(classes: Classes, family: Family) -> Far:
    """The cubes of colours that are far from a brand's, so that none of those colours needs a row.

    Most colours of most pictures are. The corners of such a cube are beyond the reach of all that a brand
    lists by more than they differ among themselves.

    Args:
        classes: as from ``classes_of``.
        family: of the same brand.
    """
    from brandkit.colour.table_kernel import CUBE

    corner = (torch.arange(256 // CUBE + 1) * CUBE).clamp_max(255).to(torch.uint8)
    rgb = torch.stack(torch.meshgrid(corner, corner, corner, indexing="ij"), -1)
    # Larger cubes first: of those that are far, the smaller ones are, and need not be asked about.
    few = rgb[::2, ::2, ::2]
    said = torch.stack(family.room(few.reshape(-1, 3))).view(1, 2, *few.shape[:3])
    sure = _beyond(said[:, 1:]).repeat_interleave(2, 2).repeat_interleave(2, 3).repeat_interleave(2, 4)
    around = torch.nn.functional.pad((~sure).float(), (1,) * 6)
    asked = torch.nn.functional.max_pool3d(around, 2, 1)[0, 0] > 0
    said = torch.nn.functional.interpolate(said, size=rgb.shape[:3], mode="trilinear", align_corners=True)
    said[0, :, asked] = torch.stack(family.room(rgb[asked]))
    far = (sure | _beyond(said[:, 1:])).to(torch.uint8).flatten()
    mean = torch.nn.functional.avg_pool3d(said[:, :1], 2, 1).flatten()
    return Far(far.numpy(), classes.number((NONE, NONE, 1, 0)), mean.numpy())


def _beyond(room: torch.Tensor) -> torch.Tensor:
    """Which cubes lie beyond reach, ``bool`` ``[1, 1, R, G, B]``, by the room at their corners."""
    most = torch.nn.functional.max_pool3d(room, 2, 1)
    least = -torch.nn.functional.max_pool3d(-room, 2, 1)
    return least > most - least
