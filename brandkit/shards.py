"""One long video, measured by several workers: split at cuts, and merged to what one pass comes to.

Whatever a video is, the result is that of ``check.run``: where it has no cuts, where its file does not lead
to its frames, or where anything goes wrong in a shard, it is measured in one pass.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from brandkit.check import Check, Failure, Measurement, discover, measure, run
from brandkit.crew import Crew, LostError
from brandkit.errors import MediaError
from brandkit.media.video import VideoClip
from brandkit.prefetch import ahead
from brandkit.temporal.samples import lead_in
from brandkit.temporal.shots import ShotFinder
from brandkit.threads import side_by_side

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.crew import Job, Progress
    from brandkit.media.clip import Clip, Frames
    from brandkit.media.seek import Index

_log = logging.getLogger(__name__)

LEAST_FRAMES = 1500
"""Of a video that is split, a minute at 25 a second: for less, to begin processes costs what they save."""
LEAST_SHARD = 600
"""Frames of a shard: to lead it in, and to get to know its colours, costs as much as some 50 to 100."""
SHARDS_EACH = 3
"""Shards for each worker, so that all end at about the same time."""


class OnePassError(Exception):
    """A video that one process has to measure in one pass."""


@dataclass(frozen=True, slots=True)
class Shard:
    """What came of a shard.

    Attributes:
        states: the checks.
        opening: digests of its first frames, as many as lead out of the shard before.
        after: digests of the frames that lead out of it.
    """

    states: dict[str, Check]
    opening: tuple[bytes, ...]
    after: tuple[bytes, ...]


def measured(
    clip: Clip,
    brand: Brand,
    checks: Sequence[type[Check]],
    crew: Crew,
    *,
    batch: int = 8,
    device: str = "cpu",
    progress: Progress | None = None,
) -> tuple[list[Measurement], list[Failure]]:
    """As ``check.run``, by several workers where a clip is long enough; the result is the same.

    Args:
        clip: of any kind.
        brand: palette and guidelines.
        checks: that are installed.
        crew: who does the work.
        batch: frames at a time.
        device: torch device; but on the CPU, one pass does it.
        progress: called with the number of frames done; less than 0 where they are done once more.

    Raises:
        MediaError: the file is damaged, or ends the processes that read it.
        OnePassError: it cannot be split, and the work is not to be done in this process.
    """
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(more)

    if device == "cpu" and isinstance(clip, VideoClip) and is_long(clip):
        try:
            return _in_shards(clip, brand, checks, crew, batch, count)
        except LostError:
            raise MediaError(
                f"{clip.source.path}: ended the processes that judged it; leave it out"
            ) from None
        except Exception as error:  # one pass says what is wrong, if it is wrong there too
            _log.info("%s is judged in one pass: %r", clip.source.path, error)
            if crew.elsewhere:
                raise OnePassError from error
            count(-done)
    return run(clip, brand, checks, batch=batch, device=device, progress=progress)


def is_long(clip: Clip) -> bool:
    """Whether a clip is long enough to be split, as far as its file states."""
    source = clip.source
    frames = source.frames or (source.duration or 0) * source.rate
    return source.kind == "video" and frames >= LEAST_FRAMES


def _in_shards(
    clip: VideoClip,
    brand: Brand,
    checks: Sequence[type[Check]],
    crew: Crew,
    batch: int,
    progress: Progress,
) -> tuple[list[Measurement], list[Failure]]:
    split = tuple(kind.id() for kind in checks if kind.splits)
    known = clip.index() if split else None
    seams = [] if known is None else _seams(clip, known, crew)
    if known is None or not seams:
        raise OnePassError
    whole = tuple(kind.id() for kind in checks if not kind.splits)
    edges = [0, *seams, len(known)]
    jobs: list[Job] = [_Whole(clip, brand, whole, batch)] if whole else []
    before = len(jobs)
    jobs += [_Part(clip, brand, split, known, first, stop, batch) for first, stop in pairwise(edges)]
    found: dict[str, list[Measurement]] = {}
    failures: list[Failure] = []
    merged = _Merged(before)
    with closing(crew.results(jobs, progress)) as results:
        for number, result in results:
            if number < before:
                found, failures = {**found, **result[0]}, result[1]
            else:
                merged.add(number, result)
    found |= {name: check.finish() for name, check in merged.states.items()}
    return [m for kind in checks for m in found.get(kind.id(), ())], failures


class _Merged:
    """Shards, merged in their order as soon as those before are there.

    Args:
        first: number of the first.
    """

    def __init__(self, first: int) -> None:
        self.states: dict[str, Check] = {}
        self._next = first
        self._waiting: dict[int, Shard] = {}
        self._after: tuple[bytes, ...] = ()

    def add(self, number: int, shard: Shard) -> None:
        """Take in a shard. Raises where its first frames are others than the shard before saw."""
        self._waiting[number] = shard
        while (later := self._waiting.pop(self._next, None)) is not None:
            if any(mine != theirs for mine, theirs in zip(self._after, later.opening, strict=False)):
                raise OnePassError
            for name, check in later.states.items():
                if name in self.states:
                    self.states[name].merge(check)
                else:
                    self.states[name] = check
            self._after = later.after
            self._next += 1


def _seams(clip: VideoClip, known: Index, crew: Crew) -> list[int]:
    """The frames at which shards begin, but for the first: the first cuts after evenly spaced places."""
    count = len(known)
    shards = min(SHARDS_EACH * crew.size, count // LEAST_SHARD)
    places = [k * count // shards for k in range(1, shards + 1)]
    jobs = [_Seam(clip, known, first, stop) for first, stop in pairwise(places)]
    with closing(crew.results(jobs, lambda done: None)) as results:
        found = {cut for _, cut in results}
    return sorted(cut for cut in found if cut is not None)


@dataclass(frozen=True, slots=True)
class _Seam:
    """Find the first cut from ``first`` on, and before ``stop``."""

    clip: VideoClip
    known: Index
    first: int
    stop: int

    def run(self, progress: Progress) -> int | None:
        """The first frame of a shot; ``None`` if there is none."""
        finder, origin = ShotFinder(), max(self.first - ShotFinder.MEMORY - 1, 0)
        for frames in self.clip.run(self.known, origin, min(self.stop + finder.DELAY, len(self.known))):
            finder.update(frames)
            for cut in finder.cuts:
                if self.first <= origin + cut < self.stop:
                    return origin + cut
        return None


@dataclass(frozen=True, slots=True)
class _Part:
    """Measure a shard."""

    clip: VideoClip
    brand: Brand
    checks: tuple[str, ...]
    known: Index
    first: int
    stop: int
    batch: int

    def run(self, progress: Progress) -> Shard:
        """See ``Shard``."""
        states = {name: kind() for name, kind in discover().select(self.checks).checks.items()}
        for check in states.values():
            check.start(self.brand, self.clip.source)
        opening: list[bytes] = []
        after: list[bytes] = []
        with side_by_side(1):
            for frames in ahead(self._frames()):
                if frames.first < self.first:
                    step = _leading_in
                elif frames.first < self.stop:
                    step = _updating
                    opening += _digests(frames, ShotFinder.DELAY - len(opening))
                    progress(len(frames))
                else:
                    step = _leading_out
                    after += _digests(frames, len(frames))
                for check in states.values():
                    step(check, frames)
        return Shard(states, tuple(opening), tuple(after))

    def _frames(self) -> Iterator[Frames]:
        begin = lead_in(self.clip.source, self.first) if self.first else 0
        end = min(self.stop + ShotFinder.DELAY, len(self.known))
        for frames in self.clip.run(self.known, begin, end, self.batch):
            yield from frames.split_at([self.first, self.stop])


def _leading_in(check: Check, frames: Frames) -> None:
    check.lead_in(frames)


def _updating(check: Check, frames: Frames) -> None:
    check.update(frames)


def _leading_out(check: Check, frames: Frames) -> None:
    check.lead_out(frames)


def _digests(frames: Frames, most: int) -> list[bytes]:
    """Of the pixels of the first frames of a batch, and of when they are shown."""
    return [
        hashlib.blake2b(
            frames.picture(k).cpu().numpy().tobytes() + repr(frames.seconds[k]).encode(), digest_size=16
        ).digest()
        for k in range(min(max(most, 0), len(frames)))
    ]


@dataclass(frozen=True, slots=True)
class _Whole:
    """Measure by the checks that have to see all of a clip."""

    clip: VideoClip
    brand: Brand
    checks: tuple[str, ...]
    batch: int

    def run(self, progress: Progress) -> tuple[dict[str, list[Measurement]], list[Failure]]:
        """As ``check.measure``."""
        kinds = discover().select(self.checks).checks.values()
        return measure(self.clip, self.brand, kinds, batch=self.batch)
