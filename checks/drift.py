"""Whether the subject stays itself from the first frame to the last, and like the approved still."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Measurement, Metric
from brandkit.errors import BrandkitError
from brandkit.media.clip import Frames, Source
from brandkit.media.host import on_cpu
from brandkit.style.board import U8, board, small
from brandkit.style.encoder import F32, Encoder
from brandkit.style.gallery import encoder_of, home, pixels, sha256
from brandkit.style.sampling import Span, Track
from brandkit.swatch import rgb8

CONSISTENCY = Metric(
    "consistency",
    "cosine",
    "higher",
    "Make it again with fewer frames at once, or hold it to an anchor.",
)
FIRST = Metric("first", "cosine", "higher", "Look where it leaves its first frame; make it again from there.")
PREVIOUS = Metric("previous", "cosine", "higher", "Look at the jump; make the shot again, or cut there.")
ANCHOR = Metric(
    "anchor",
    "cosine",
    "higher",
    "It has left the approved still; make it again with the still as its anchor.",
)

BREAK_PART = 0.5
"""Of the way from the median down to the lowest, the part below which a frame belongs to the break."""


class Drift(Check):
    """Follow what is seen through a clip, by the encoder of `style` and the frames that it encodes.

    What it measures, each a cosine, -1 to 1:

    - `consistency`: the mean, over all frames but the first of each shot, of the cosine to the first frame of
      the shot and of that to the frame before, each at least 0: the subject consistency of VBench. Higher is
      better.
    - `first`: the lowest cosine of a frame to the first one of its shot. Higher is better.
    - `previous`: the lowest cosine of a frame to the one encoded before it in its shot, half a second
      earlier. Higher is better.
    - `anchor`: the lowest cosine of a frame to the approved still, which the brand (`style.anchor`) or the
      caller (`--anchor`) gives. Higher is better.

    A break is where a cosine is more than halfway from the median down to its lowest: those frames are named,
    and the evidence shows the lowest one beside what it was compared with. A cut starts anew, except for the
    anchor. Measured where the brand requires `drift`, limits a number of it, or an anchor is given; there is
    no limit but the brand's own, since each encoder has its own scale.

    Reference: Huang et al. (2024), "VBench: Comprehensive Benchmark Suite for Video Generative Models",
    subject consistency, which takes DINO features of every frame and knows no cuts.

    When it misleads: an encoder sees the whole frame, so that a small subject may change unseen, and a camera
    that moves lowers `first` though nothing is wrong. With `builtin`, it is light, colour and texture that
    are compared more than what things are. Values of different encoders are not compared (`basis`).
    """

    metrics: ClassVar[tuple[Metric, ...]] = (CONSISTENCY, FIRST, PREVIOUS, ANCHOR)
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        self._brand, self._source = brand, source
        self._track = Track(source)
        self._encoder: Encoder | None = None
        self._anchor: F32 | None = None
        self._basis = self._why = ""
        self._pictures: dict[str, tuple[float, int, tuple[U8, ...]]] = {}
        self._before: tuple[U8, F32, int] | None = None
        self._opening: tuple[U8, F32, int] | None = None
        self._still: U8 | None = None
        self._led_in = False
        self._early: list[tuple[int, F32, int, U8]] = []

    @property
    def _asked(self) -> bool:
        return self._brand.names("drift") or self._brand.style.anchor is not None

    def update(self, frames: Frames) -> None:
        """Encode some of the frames, where somebody asks for it."""
        if self._why or not self._asked:
            return
        try:
            if self._encoder is None:
                self._encoder = encoder_of(self._brand, str(frames.device))
                self._look_at_anchor(self._encoder)
            new = self._track.update(on_cpu(frames), self._encoder)
        except BrandkitError as error:
            self._why = str(error)
            return
        for place, offset, shot in new:
            picture = small(on_cpu(frames).picture(offset))
            seen = self._track.frames[place], self._track.vectors[place], shot, picture
            if self._led_in and shot == self._track.cuts_before:
                self._early.append(seen)  # it counts to the last shot of the shard before, as far as is known
            else:
                self._keep(*seen)

    def lead_in(self, frames: Frames) -> None:
        """See ``Check.lead_in``."""
        self._led_in = True
        self._track.lead_in(frames)

    def lead_out(self, frames: Frames) -> None:
        """See ``Check.lead_out``."""
        self._track.lead_out(frames)

    def _look_at_anchor(self, encoder: Encoder) -> None:
        self._basis = encoder.id
        if (given := self._brand.style.anchor) is None:
            return
        path = home(self._brand) / given
        still = pixels(path, rgb8(self._brand.background))
        self._anchor, self._still = encoder.encode([still])[0], small(still)
        self._basis = f"{encoder.id} {sha256(path)[:12]}"

    def _keep(self, frame: int, vector: F32, shot: int, picture: U8) -> None:
        """Remember the pictures of the lowest cosines so far; cuts are taken as far as they are known."""
        if self._opening is None or self._opening[2] != shot:
            self._opening, self._before = (picture, vector, shot), None
        compared = {FIRST.name: self._opening[:2]}
        if self._before is not None:
            compared[PREVIOUS.name] = self._before[:2]
        if self._anchor is not None and self._still is not None:
            compared[ANCHOR.name] = self._still, self._anchor
        for name, (other, theirs) in compared.items():
            cosine = float(vector @ theirs)
            if name not in self._pictures or cosine < self._pictures[name][0]:
                self._pictures[name] = cosine, frame, (picture, other)
        self._before = picture, vector, shot

    def __getstate__(self) -> dict[str, object]:
        """Go without the encoder."""
        return {**self.__dict__, "_encoder": None}

    def merge(self, other: Drift) -> None:
        """Take in the later shard; a shot that goes on there is followed on."""
        self._why = self._why or other._why
        if not self._basis:
            self._encoder, self._basis = other._encoder, other._basis
            self._anchor, self._still = other._anchor, other._still
        apart = self._track.cuts_apart(other._track)
        for frame, vector, shot, picture in other._early:
            self._keep(frame, vector, shot + apart, picture)
        for name, found in other._pictures.items():
            if name not in self._pictures or found[0] < self._pictures[name][0]:
                self._pictures[name] = found
        if other._opening is not None:
            self._opening = *other._opening[:2], other._opening[2] + apart
            self._before = other._before
        self._track.merge(other._track)

    def finish(self) -> list[Measurement]:
        """Consistency, the lowest cosines to the first and the previous frame, and to the anchor."""
        if not self._asked:
            return []
        if self._why or not self._track.frames:
            return [self._without(CONSISTENCY, self._why or "the clip has no frame")]
        vectors, shots = self._track.matrix(), self._track.shots
        first = along(vectors, shots, lambda places, k: places[0])
        previous = along(vectors, shots, lambda places, k: places[k - 1])
        measured = []
        if self._source.kind != "image":
            measured = self._in_time(first, previous)
        elif self._brand.names("drift") and self._anchor is None:
            measured = [self._without(CONSISTENCY, "a single picture has no time to drift in")]
        if self._anchor is not None:
            cosines = np.asarray(vectors @ self._anchor, np.float32)
            measured.append(self._lowest(ANCHOR, cosines, "the approved still"))
        return measured

    def _in_time(self, first: F32, previous: F32) -> list[Measurement]:
        if np.isnan(first).all():
            why = "no shot is long enough to encode two frames of it, so drift was not evaluated"
            return [self._without(CONSISTENCY, why)]
        both = np.asarray((np.maximum(first, 0) + np.maximum(previous, 0)) / 2, np.float32)
        value = float(np.nanmean(both))
        count = np.count_nonzero(~np.isnan(both))
        said = f"what is seen stays itself by {value:.3f} on average, in {count} frames"
        consistency = Measurement(
            "drift", CONSISTENCY, value, said, series=self._series(both), basis=self._basis
        )
        return [
            consistency,
            self._lowest(FIRST, first, "the first frame of its shot"),
            self._lowest(PREVIOUS, previous, "the frame encoded before"),
        ]

    def _lowest(self, metric: Metric, cosines: F32, other: str) -> Measurement:
        at = int(np.nanargmin(cosines))
        value = float(cosines[at])
        still = self._source.kind == "image"
        who = "it is" if still else f"frame {self._track.frames[at]} is least"
        return Measurement(
            "drift",
            metric,
            value,
            f"{who} alike to {other}, by {value:.3f}",
            frames=() if still else self._breaks(cosines),
            evidence=self._evidence(metric, other),
            series=self._series(cosines),
            basis=self._basis,
        )

    def _breaks(self, cosines: F32) -> tuple[tuple[int, int], ...]:
        """The frames, from sample to sample, where the cosine is more than halfway down to its lowest."""
        lowest, usual = float(np.nanmin(cosines)), float(np.nanmedian(cosines))
        below = cosines <= lowest + (1 - BREAK_PART) * (usual - lowest)
        ranges: list[tuple[int, int]] = []
        for place in np.flatnonzero(below).tolist():
            frame = self._track.frames[place]
            if ranges and place and below[place - 1]:
                ranges[-1] = ranges[-1][0], frame
            else:
                ranges.append((frame, frame))
        return tuple(ranges)

    def _series(self, cosines: F32) -> tuple[float | None, ...]:
        return tuple(
            None if value is None or np.isnan(value) else value for value in self._track.series(cosines)
        )

    def _evidence(self, metric: Metric, other: str) -> tuple[Evidence, ...]:
        if (kept := self._pictures.get(metric.name)) is None:
            return ()
        _, frame, pictures = kept
        title = f"Frame {frame}, least alike, and {other}"
        return (Evidence("board", f"drift-{metric.name}", title, board(pictures)),)

    def _without(self, metric: Metric, why: str) -> Measurement:
        return Measurement("drift", metric, None, why, basis=self._basis or None)


def along(vectors: F32, shots: tuple[Span, ...], other: Callable[[tuple[int, ...], int], int]) -> F32:
    """Cosine of each sample to another one of its shot.

    Args:
        vectors: unit vectors ``[N, D]``.
        shots: with the places of their samples.
        other: gives the place of the other one, for the places of a shot and the number of a sample in it.

    Returns:
        ``float32`` ``[N]``; not a number for the first sample of each shot.
    """
    found = np.full(len(vectors), np.nan, np.float32)
    for shot in shots:
        for k, place in enumerate(shot.places[1:], 1):
            found[place] = vectors[place] @ vectors[other(shot.places, k)]
    return found
