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
from brandkit.colour.table import Columns, colours_of
from brandkit.colour.tally import tally
from brandkit.family import AWAY, CAPTURED, DISTANCE, FORBIDDEN, LABEL, NEAREST, WHOSE
from brandkit.known import Known

if TYPE_CHECKING:
    import numpy.typing as npt

    from brandkit.brand import Brand
    from brandkit.colour.table import Small
    from brandkit.media.clip import Clip, Frames

    Mask = npt.NDArray[np.bool_]
    Counts = npt.NDArray[np.int64]

REGION_SHARE = 0.005
"""Least area of a coherent region, as a share of the frame."""
REGION_LINES = 540
"""Regions are looked for on about this many lines; finer detail is no region of colour."""
SOLID = 0.6
WINDOW = 5
"""A pixel lies within a region where at least ``SOLID`` of the ``WINDOW`` square around it is of it."""

_MOST_RANGES = 64
_PROOF = 5
Ranges = tuple[tuple[int, int], ...]


def stride(height: int, width: int) -> int:
    """Of which rows and columns of a frame regions are looked for in: every so many."""
    return -(-min(height, width) // REGION_LINES)


def thinned(frame: torch.Tensor) -> torch.Tensor:
    """Those of a frame's pixels, ``[..., H, W]``, that regions are looked for in: ``[..., h, w]``."""
    step = stride(*frame.shape[-2:])
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
        pixels: that frame, ``uint8`` ``[3, H, W]``, or those pixels of it that were looked at.
        ranges: inclusive ranges of frame indices; beyond 64 ranges, gaps are closed.
    """

    area: int = 0
    pixels: torch.Tensor | None = None
    ranges: Ranges = ()

    def add(self, frame: int, area: int, pixels: torch.Tensor) -> None:
        """Note a frame; only the best is kept."""
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
        known: what the brand says of the colours counted, and maybe of others.
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
        known: Known | None = None,
        *,
        in_turn: bool = False,
    ) -> None:
        """An empty survey.

        Args:
            brand: whose swatches to look for.
            device: where to count.
            within: ``bool`` ``[H, W]``, where regions are looked for; everywhere without.
            known: of the brand's colours, on the same device, to go on with.
            in_turn: of large frames, count and keep only those pixels of each that regions are looked for in,
                which are others in each, so that in a row of frames all have their turn; all of each frame
                without.
        """
        self.brand = brand
        self._looked_at = None if within is None else within.cpu()  # where regions are looked for
        self._in_turn = in_turn
        self.pixels = 0
        self.sampled = 0
        self.known = Known(brand, device) if known is None else known
        self.table, self._classes = self.known.table, self.known.classes
        # [4, N], of a deep source: of the pixels of each colour, the sum of what 8 bits cut off, and how many
        self._beyond: torch.Tensor | None = None
        self._settled: Columns | None = None
        self._counts = np.zeros(self._classes.most + 1, np.int64)
        self._within = tally(self.table)
        self.off = [Sighting() for _ in brand.swatches]
        self.on = [Sighting() for _ in brand.swatches]
        self.banned = [Sighting() for _ in brand.forbidden]
        self.worst = Sighting()

    def coverage(self, swatch: int) -> float:
        """The share of all pixels that are within the tolerance of a swatch, and nearest to it."""
        said = self._classes.said
        return self._share((said(WHOSE) == swatch) & ~said(AWAY).astype(bool))

    def banned_share(self, forbidden: int) -> float:
        """The share of all pixels that are of a forbidden colour."""
        return self._share(self._classes.said(FORBIDDEN) == forbidden)

    @property
    def off_palette(self) -> float:
        """The share of all pixels that belong to no swatch."""
        return self._share(~self._classes.said(CAPTURED).astype(bool))

    def _share(self, chosen: Mask) -> float:
        counts = self._counts
        if self._beyond is not None:  # what its colours are is known only now
            classes = self._classes(self._columns)
            self._make_room()
            seen = self._beyond[3, : len(classes)]
            counts = torch.bincount(classes, seen, len(counts)).cpu().numpy()
        return float(counts[1:][chosen[1:]].sum()) / self.pixels

    @property
    def within(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Rows of the colours that lie in coherent regions, by their codes, and how many sampled pixels have
        them there: ``int64`` ``[N]`` both."""
        return self._within.seen

    @property
    def nearest(self) -> torch.Tensor:
        """``uint8``, for each colour: the nearest swatch."""
        return self._columns[NEAREST]

    @property
    def label(self) -> torch.Tensor:
        """``uint8``, for each colour: the swatch it belongs to, or ``NONE``."""
        return self._columns[LABEL]

    def colours(self, rows: torch.Tensor) -> torch.Tensor:
        """The colours of rows of the table, ``float32`` ``[N, 3]``, 0 to 255; whole of an 8-bit source."""
        codes = colours_of(self.table.columns[-1][rows]).float()
        if self._beyond is None:
            return codes
        self._make_room()
        *beyond, seen = self._beyond[:, rows]
        mean = torch.stack(beyond, 1) / seen.clamp_min(1)[:, None]
        exact: torch.Tensor = (codes + mean.float()).clamp(0, 255)
        return exact

    @property
    def deep(self) -> bool:
        """Whether the clip has more than 8 bits a channel."""
        return self._beyond is not None

    @property
    def _columns(self) -> Columns:
        if self._beyond is None:
            return self.table.columns
        if self._settled is None:
            rows = torch.arange(len(self.table), device=self.table.device)
            self._settled = self.known.family(self.colours(rows) / 255)
        return self._settled

    def update(self, frames: Frames) -> None:
        """Count a batch."""
        step = stride(*frames.size)
        pictures = [self._counted(frames, k) for k in range(len(frames))]
        looked = self.known.look_up(pictures)
        regions: list[tuple[torch.Tensor, Mask]] = []
        for k, (counted, (classes, counts)) in enumerate(zip(pictures, looked, strict=True)):
            self._count(counted, counts, frames.first + k)
            row, column = self._turn(frames, k)
            grid = counted
            if not self._in_turn:
                grid, classes = counted[:, ::step, ::step], classes[::step, ::step]
            if frames.deep is not None:
                exact = frames.deep[k]
                self._add_beyond(counted, exact[:, row::step, column::step] if self._in_turn else exact)
            wanted = None if self._looked_at is None else self._looked_at[row::step, column::step]
            least = REGION_SHARE * classes.size
            for swatch in range(len(self.brand.swatches)):
                if counts[self._members(swatch)].sum() >= least:
                    lies = self._lies(swatch, classes, wanted)
                    region = self._find_region(swatch, lies, classes, counted, frames.first + k)
                    if region is not None:
                        regions.append((grid, region))
            self.sampled += grid[0].numel()
        self._within.parts(regions)

    def _turn(self, frames: Frames, k: int) -> tuple[int, int]:
        """The first row and column of those pixels of a frame whose turn it is."""
        if not self._in_turn:
            return 0, 0
        # Row by row first, so that a line, of which a column shows little, is soon seen.
        step, index = stride(*frames.size), frames.first + k
        return index % step, index // step % step

    def _counted(self, frames: Frames, k: int) -> torch.Tensor:
        """The pixels of a frame that are counted."""
        if self._in_turn:
            return frames.thinned(k, stride(*frames.size), *self._turn(frames, k))
        return frames.picture(k)

    def _add_beyond(self, counted: torch.Tensor, deep: torch.Tensor) -> None:
        """Add pixels to the sums of their colours."""
        rows = self.table.rows_of(counted.flatten(1))
        beyond = (deep - counted).flatten(1).double()
        self._add_rows(rows, torch.cat((beyond, torch.ones_like(beyond[:1]))))

    def _add_rows(self, rows: torch.Tensor, beyond: torch.Tensor) -> None:
        """Add ``[4, N]`` to the sums of ``rows``."""
        if self._beyond is None:
            self._beyond = torch.zeros((4, 0), dtype=torch.float64, device=beyond.device)
        self._make_room()
        self._beyond.index_add_(1, rows, beyond)
        self._settled = None

    def _make_room(self) -> None:
        """Have a sum for each row: the table may be another survey's too, and have grown."""
        if self._beyond is not None and self._beyond.shape[1] < len(self.table):
            # Doubled, as the table is, so that a long video copies them a bounded number of times.
            room = max(len(self.table), 2 * self._beyond.shape[1]) - self._beyond.shape[1]
            self._beyond = torch.nn.functional.pad(self._beyond, (0, room))

    def _count(self, counted: torch.Tensor, counts: Counts, frame: int) -> None:
        """Add what was counted of a frame."""
        self._counts += counts
        self.pixels += counted[0].numel()
        said = self._classes.said
        if away := int(counts @ said(AWAY)):
            self.worst.add(frame, away, counted)
        for kind, sighting in enumerate(self.banned):
            if area := int(counts[1:][said(FORBIDDEN)[1:] == kind].sum()):
                sighting.add(frame, area, counted)

    def lies(self, swatch: int, pixels: torch.Tensor) -> npt.NDArray[np.bool_]:
        """Where coherent regions of a swatch lie in a frame ``uint8`` ``[3, H, W]``.

        Returns:
            ``[h, w]``: of each ``stride``-th row and column.
        """
        step = stride(*pixels.shape[1:])
        ((classes, _),) = self.known.look_up([pixels[:, ::step, ::step]])
        wanted = None if self._looked_at is None else self._looked_at[::step, ::step]
        return coherent(self._lies(swatch, classes, wanted))

    def forbidden_in(self, pixels: torch.Tensor) -> Counts:
        """The forbidden colour that each pixel of a frame ``uint8`` ``[3, H, W]`` is, or a number beyond
        those: ``[H, W]``."""
        ((classes, _),) = self.known.look_up([pixels])
        return np.asarray(self._classes.said(FORBIDDEN)[classes])

    def _members(self, swatch: int) -> Counts:
        """The classes of the colours that belong to a swatch."""
        said = self._classes.said
        return np.flatnonzero((said(WHOSE) == swatch) & said(CAPTURED).astype(bool))

    def _any_of(self, classes: Small, members: Counts) -> Mask:
        """Which pixels are of some classes."""
        chosen = np.zeros(max(256, self._classes.most + 1), np.uint8)
        chosen[members] = 1
        found = cv2.LUT(classes, chosen) if classes.dtype == np.uint8 else chosen[classes]
        return np.asarray(found, np.uint8).view(np.bool_)

    def _lies(self, swatch: int, classes: Small, wanted: torch.Tensor | None) -> Mask:
        """Which pixels belong to a swatch and are wanted."""
        lies = self._any_of(classes, self._members(swatch))
        return lies if wanted is None else lies & wanted.numpy()

    def _find_region(
        self, swatch: int, lies: Mask, classes: Small, counted: torch.Tensor, frame: int
    ) -> Mask | None:
        """The solid part of where a swatch lies in a frame, whose sighting is noted."""
        if np.count_nonzero(lies) < REGION_SHARE * lies.size:
            return None
        region = coherent(lies)
        area = int(np.count_nonzero(region))
        if not area:
            return None
        members = self._members(swatch)
        away = members[self._classes.said(AWAY)[members] > 0]
        off = int(np.count_nonzero(region & self._any_of(classes, away)))
        if 2 * off > area:
            self.off[swatch].add(frame, off, counted)
        else:
            self.on[swatch].add(frame, area, counted)
        return region

    @property
    def _sightings(self) -> tuple[Sighting, ...]:
        return (*self.off, *self.on, *self.banned, self.worst)

    def merge(self, later: Survey) -> None:
        """Take in the survey of the neighbouring, later part of the same clip."""
        if len(later.table):
            codes = later.table.columns[-1]
            rows, times = later.within
            self._within.add(self.table.index_colours(colours_of(codes[rows])).long(), times)
            if later._beyond is not None:
                later._make_room()
                rows = self.table.index_colours(colours_of(codes)).long()
                self._add_rows(rows, later._beyond[:, : len(codes)])
        for mine, theirs in zip(self._sightings, later._sightings, strict=True):
            mine.merge(theirs)
        self._counts += later._counts
        self.pixels += later.pixels
        self.sampled += later.sampled


def nearer(before: Clip, after: Clip, brand: Brand) -> bool:
    """Whether those pixels that differ between two clips came nearer to the brand's swatches on the whole.

    Every ``_PROOF`` th frame is looked at; the clips have the same frames.
    """
    table = Known(brand).table
    was = now = 0.0
    for old, new in zip(before.batches(1), after.batches(1), strict=True):
        if old.first % _PROOF:
            continue
        changed = (old.pixels != new.pixels).any(1)[0]
        if not bool(changed.any()):
            continue
        rows = [table.index(frames.pixels[..., changed][:, :, None]).flatten() for frames in (old, new)]
        distance = table.columns[DISTANCE]
        was += float(distance.index_select(0, rows[0]).double().sum())
        now += float(distance.index_select(0, rows[1]).double().sum())
    return now <= was
