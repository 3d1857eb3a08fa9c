"""A census of a clip's colours against a brand: how often each occurs, and how often within a region.

The palette check reads its numbers from it and the correction its sources, so that what is complained of
is what gets corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from brandkit.areas import large
from brandkit.colour.families import lab_of, same_family
from brandkit.colour.table import ColourTable, Columns, colours_of
from brandkit.colour.tally import NO_KIND, Judge, tally
from brandkit.colour.targets import Target, Targets

if TYPE_CHECKING:
    import numpy.typing as npt

    from brandkit.brand import Brand
    from brandkit.media.clip import Clip, Frames

NONE = NO_KIND
"""Label of a colour that belongs to no swatch."""

FAMILY_CHROMA = {"flat": 0.3, "shaded": 0.5}
"""Least C* of a family member as a part of the target's: under it is another, greyer colour. A shaded
target, which is a whole curve, would else take in every murky colour of its hue."""

REGION_SHARE = 0.005
"""Least area of a coherent region, as a share of the frame."""
REGION_LINES = 540
"""Regions are looked for on about this many lines; finer detail is no region of colour."""
SOLID = 0.6
WINDOW = 5
"""A pixel lies within a region where at least ``SOLID`` of the ``WINDOW`` square around it is of it."""

_NEAREST, _DISTANCE, LABEL, _FORBIDDEN, _AWAY = range(5)
"""What ``Family`` says of a colour, column by column."""
_JUDGE = Judge(flag=_AWAY, kind=_FORBIDDEN)
_BITS = 2
"""Of each code, those that ``CoarseLabels`` leaves out."""
_MOST_RANGES = 64
_PROOF = 5
Ranges = tuple[tuple[int, int], ...]


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
        return index, found.distance, label, self._banned(lab, found.distance), away

    def _banned(self, lab: torch.Tensor, distance: torch.Tensor) -> torch.Tensor:
        """The forbidden colour that a colour is, unless it is nearer to a swatch; else ``NONE``."""
        if not len(self._reach):
            return torch.full((len(lab),), NONE, dtype=torch.uint8, device=lab.device)
        found = self._forbidden.nearest_lab(lab)
        banned = (found.distance <= self._reach[found.index]) & (found.distance < distance)
        return torch.where(banned, found.index.to(torch.uint8), NONE)


class CoarseLabels:
    """The swatch that pixels belong to, by their codes without the last bits, where speed counts.

    It differs from ``Family`` only beside the limit of a capture radius or a hue family.
    """

    def __init__(self, brand: Brand) -> None:
        axis = (torch.arange(256 >> _BITS) << _BITS) + (1 << _BITS) // 2
        rgb = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), -1).to(torch.uint8)
        self._kept = Family(brand, "cpu")(rgb.view(-1, 3))[LABEL].numpy()

    def __call__(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Labels ``[H, W]``, ``NONE`` of what belongs to no swatch, of ``[3, H, W]``."""
        from brandkit.colour.table_kernel import look_up_coarsely

        found = np.empty(pixels.shape[1:], np.uint8)
        look_up_coarsely(pixels, self._kept, _BITS, found)
        return found


def stride(frame: torch.Tensor) -> int:
    """Of which rows and columns of a frame ``[..., H, W]`` regions are looked for in: every so many."""
    return -(-min(frame.shape[-2:]) // REGION_LINES)


def thinned(frame: torch.Tensor) -> torch.Tensor:
    """Those of a frame's pixels, ``[..., H, W]``, that regions are looked for in: ``[..., h, w]``."""
    step = stride(frame)
    return frame[..., ::step, ::step].contiguous()


def coherent(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The part of a mask that forms solid, connected areas of at least ``REGION_SHARE`` of it.

    Args:
        mask: ``[H, W]``. Thin lines, edges and scattered pixels fall out.
    """
    most = cv2.boxFilter(mask.view(np.uint8), -1, (WINDOW, WINDOW), normalize=False)
    return large((most >= SOLID * WINDOW**2) & mask, REGION_SHARE * mask.size)


@dataclass(slots=True)
class Sighting:
    """All frames that show a thing, and the one that shows most of it.

    Attributes:
        area: pixels in the best frame, 0 before the first sighting.
        pixels: that frame, ``uint8`` ``[3, H, W]``.
        ranges: inclusive ranges of frame indices; beyond 64 ranges, gaps are closed.
    """

    area: int = 0
    pixels: torch.Tensor | None = None
    ranges: Ranges = ()

    def add(self, frame: int, area: int, pixels: torch.Tensor) -> None:
        """Note a frame; only the best is kept as pixels."""
        self._extend((frame, frame))
        if area > self.area:
            self.area = area
            if self.pixels is None or self.pixels.shape != pixels.shape:
                self.pixels = torch.empty_like(pixels)
            self.pixels.copy_(pixels)  # into memory that is there: to be given some anew costs twice as much

    def merge(self, later: Sighting) -> None:
        """Take in the sightings of a later part of the clip."""
        for frames in later.ranges:
            self._extend(frames)
        if later.area > self.area:
            self.area, self.pixels = later.area, later.pixels

    def _extend(self, frames: tuple[int, int]) -> None:
        adjoins = self.ranges and frames[0] <= self.ranges[-1][1] + 1
        if adjoins or len(self.ranges) == _MOST_RANGES:
            self.ranges = (*self.ranges[:-1], (self.ranges[-1][0], frames[1]))
        else:
            self.ranges = (*self.ranges, frames)


class Survey:
    """Counts every colour of a clip, streamed batch by batch.

    Pixels are counted by their 8-bit colour. Of a source that is deeper, each such colour stands for the
    mean of its pixels at full depth, so that what is said of it is as exact as the source, in memory that
    does not grow with it; regions are looked for at 8 bits.

    Attributes:
        pixels: pixels counted.
        sampled: pixels looked at for regions, a regular grid of them.
        off: for each swatch, the frames where most of its regions are beyond tolerance.
        on: for each swatch, the frames where they are not.
        banned: for each forbidden colour, the frames that have it.
        worst: the frames that have colours beyond the tolerance of every swatch.
    """

    def __init__(
        self,
        brand: Brand,
        device: torch.device | str = "cpu",
        within: torch.Tensor | None = None,
        table: ColourTable | None = None,
        *,
        in_turn: bool = False,
    ) -> None:
        """An empty survey.

        Args:
            brand: whose swatches to look for.
            device: where to count.
            within: ``bool`` ``[H, W]``, where regions are looked for; everywhere without.
            table: that of another survey by the same brand, on the same device, to go on with.
            in_turn: of large frames, count some lines of each, about as many pixels as regions are looked for
                in, so that in a row of frames all lines have their turn; all of each frame without.
        """
        self.brand = brand
        self._looked_at = within
        self._in_turn = in_turn
        self.pixels = 0
        self.sampled = 0
        self._family = Family(brand, device)
        self.table = ColourTable(self._family, device) if table is None else table
        self._beyond: torch.Tensor | None = None  # [3, N]: summed over its pixels, what 8 bits cut off
        self._settled: Columns | None = None
        self._seen, self._within = tally(self.table, _JUDGE), tally(self.table, _JUDGE)
        self.off = [Sighting() for _ in brand.swatches]
        self.on = [Sighting() for _ in brand.swatches]
        self.banned = [Sighting() for _ in brand.forbidden]
        self.worst = Sighting()

    @property
    def seen(self) -> torch.Tensor:
        """``int64``, for each colour of the table: how many pixels have it."""
        return self._seen.counts

    @property
    def within(self) -> torch.Tensor:
        """``int64``, for each colour: how many sampled pixels have it and lie in a coherent region."""
        return self._within.counts

    @property
    def nearest(self) -> torch.Tensor:
        """``uint8``, for each colour: the nearest swatch."""
        return self._columns[_NEAREST]

    @property
    def distance(self) -> torch.Tensor:
        """``float32``, for each colour: CIEDE2000 to the nearest swatch."""
        return self._columns[_DISTANCE]

    @property
    def label(self) -> torch.Tensor:
        """``uint8``, for each colour: the swatch it belongs to, or ``NONE``."""
        return self._columns[LABEL]

    @property
    def forbidden(self) -> torch.Tensor:
        """``uint8``, for each colour: the forbidden colour that it is, or ``NONE``."""
        return self._columns[_FORBIDDEN]

    @property
    def away(self) -> torch.Tensor:
        """``bool``, for each colour: whether it is beyond the tolerance of its nearest swatch."""
        return self._columns[_AWAY]

    @property
    def colours(self) -> torch.Tensor:
        """``float32`` ``[N, 3]``: the colours themselves, 0 to 255; whole numbers of an 8-bit source."""
        codes = colours_of(self.table.columns[-1]).float()
        if self._beyond is None:
            return codes
        mean = self._beyond[:, : len(codes)].T / self.seen.clamp_min(1)[:, None]
        return (codes + mean.float()).clamp(0, 255)

    @property
    def deep(self) -> bool:
        """Whether the clip has more than 8 bits a channel."""
        return self._beyond is not None

    @property
    def _columns(self) -> Columns:
        if self._beyond is None:
            return self.table.columns
        if self._settled is None:
            self._settled = self._family(self.colours / 255)
        return self._settled

    def update(self, frames: Frames) -> None:
        """Count a batch."""
        step = stride(frames.pixels)
        for offset, frame in enumerate(frames.pixels):
            index = frames.first + offset
            lines = slice(index % step**2, None, step**2) if self._in_turn else slice(None)
            counted = frame[:, lines]
            self._count(counted, frame, index)
            if frames.deep is not None:
                rows = self.table.index(counted[None]).flatten()
                self._add_beyond(rows, (frames.deep[offset][:, lines] - counted).flatten(1).double())
            grid = frame[:, ::step, ::step]
            self._find_regions(grid, frame, index)
            self.pixels += counted[0].numel()
            self.sampled += grid[0].numel()

    def _add_beyond(self, rows: torch.Tensor, beyond: torch.Tensor) -> None:
        """Add ``[3, N]`` parts of a code to the sums of ``rows``."""
        if self._beyond is None:
            self._beyond = torch.zeros((3, 0), dtype=torch.float64, device=beyond.device)
        if self._beyond.shape[1] < len(self.table):
            room = max(len(self.table), 2 * self._beyond.shape[1]) - self._beyond.shape[1]
            self._beyond = torch.nn.functional.pad(self._beyond, (0, room))
        self._beyond.index_add_(1, rows, beyond)
        self._settled = None

    def _count(self, counted: torch.Tensor, pixels: torch.Tensor, frame: int) -> None:
        """Count colours of a frame, and note whether any are forbidden or beyond tolerance."""
        away, areas = self._seen.frame(counted)
        if away:
            self.worst.add(frame, away, pixels)
        for sighting, area in zip(self.banned, areas.tolist(), strict=False):
            if area:
                sighting.add(frame, area, pixels)

    def lies(self, swatch: int, pixels: torch.Tensor) -> npt.NDArray[np.bool_]:
        """Where coherent regions of a swatch lie in a frame ``uint8`` ``[3, H, W]``.

        Returns:
            ``[h, w]``: of each ``stride``-th row and column.
        """
        step = stride(pixels)
        return coherent(self._labels(pixels[:, ::step, ::step], step) == swatch)

    def _labels(self, grid: torch.Tensor, step: int) -> npt.NDArray[np.uint8]:
        """The swatch of each pixel on a frame's grid, ``NONE`` where none is wanted."""
        labels = self.table.look_up(grid, LABEL)
        if self._looked_at is None:
            return labels
        return np.where(self._looked_at.cpu().numpy()[::step, ::step], labels, np.uint8(NONE))

    def _find_regions(self, grid: torch.Tensor, pixels: torch.Tensor, frame: int) -> None:
        labels = self._labels(grid, stride(pixels))
        counts = cv2.calcHist([labels], [0], None, [NONE], [0, NONE]).ravel()
        for k in np.flatnonzero(counts >= REGION_SHARE * labels.size).tolist():
            area, off = self._within.part(grid, coherent(labels == k))
            if not area:
                continue
            if 2 * off > area:
                self.off[k].add(frame, off, pixels)
            else:
                self.on[k].add(frame, area, pixels)

    @property
    def _sightings(self) -> tuple[Sighting, ...]:
        return (*self.off, *self.on, *self.banned, self.worst)

    def merge(self, later: Survey) -> None:
        """Take in the survey of the neighbouring, later part of the same clip."""
        if len(later.table):
            rows = self.table.index_colours(colours_of(later.table.columns[-1])).long()
            if later._beyond is not None:
                self._add_beyond(rows, later._beyond[:, : len(rows)])
            self._seen.add(rows, later.seen)
            self._within.add(rows, later.within)
        for mine, theirs in zip(self._sightings, later._sightings, strict=True):
            mine.merge(theirs)
        self.pixels += later.pixels
        self.sampled += later.sampled


def nearer(before: Clip, after: Clip, brand: Brand) -> bool:
    """Whether those pixels that differ between two clips came nearer to the brand's swatches on the whole.

    Every ``_PROOF`` th frame is looked at; the clips have the same frames.
    """
    table = ColourTable(Family(brand, "cpu"), "cpu")
    was = now = 0.0
    for old, new in zip(before.batches(1), after.batches(1), strict=True):
        if old.first % _PROOF:
            continue
        changed = (old.pixels != new.pixels).any(1)[0]
        if not bool(changed.any()):
            continue
        ids = [table.index(frames.pixels)[0][changed] for frames in (old, new)]
        distance = table.columns[_DISTANCE]
        was += float(distance.index_select(0, ids[0]).double().sum())
        now += float(distance.index_select(0, ids[1]).double().sum())
    return now <= was
