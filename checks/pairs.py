"""Whether colours touch that must, and whether colours touch that must not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Measurement, Metric
from brandkit.family import AWAY, CAPTURED, NONE, WHOSE
from brandkit.known import Known, at_first
from brandkit.media.clip import Frames, Source
from brandkit.survey import Sighting, coherent, stride

REQUIRED = Metric(
    "required_pair", "heights", "higher", "Bring the two colours together, as the guidelines ask for."
)
FORBIDDEN = Metric(
    "forbidden_pair", "heights", "lower", "Keep the two colours apart, or put a third between them."
)
GAP = 2.5
"""Pixels of neither colour, of a soft or smoothed edge, that may lie on each side between two that touch."""
PATCH = 3
"""Least width of a patch of colour in pixels, so that strokes count and mixed colours along edges do not."""
_SHOWN = 3

Labels = npt.NDArray[np.uint8]


class Pairs(Check):
    """Measure how long the borders are along which pairs of brand colours touch.

    What it measures, in heights of the frame, so that 1 is a border from top to bottom:

    - `required_pair`, for each pair under `pairs.required`: the longest border in any one frame, in
      heights. Higher is better; the least that passes is 0.02.
    - `forbidden_pair`, for each pair under `pairs.forbidden`: likewise, in heights. Lower is better; the
      most that passes is 0.02.

    A pixel belongs to a swatch where it lies in a coherent region of it, as the check `palette` finds
    them: solid, connected, within the capture radius and of the hue family. Of a `flat` swatch, smaller
    things count too, such as a headline or a logo: squares of 3 by 3 pixels within its tolerance.
    What belongs to none and lies within 2.5 pixels counts to the nearest that does, since edges are soft.
    The border is the number of pixel sides, along rows and columns, between the two; a slanted one counts
    up to 1.41 times. Frames are looked at on some 540 lines.

    Reference: none; no standard says what touches.

    When it misleads: strokes thinner than 3 of those pixels (6 of 1080 lines) are not seen, and neither is
    small type that drifted or was compressed beyond the tolerance. A thin line between two colours that is
    no swatch's own does not keep them apart; a colour that merely resembles a swatch is taken for it, as in
    `palette`.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (REQUIRED, FORBIDDEN)
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        self._brand, self._source = brand, source
        names = [swatch.name for swatch in brand.swatches]
        listed = [(REQUIRED, pair) for pair in brand.pairs.required]
        listed += [(FORBIDDEN, pair) for pair in brand.pairs.forbidden]
        self._pairs = [(metric, names.index(a), names.index(b)) for metric, (a, b) in listed]
        self._known: Known | None = None
        self._longest = [0.0] * len(self._pairs)
        self._seen = [Sighting() for _ in self._pairs]
        self._frames = 0

    def update(self, frames: Frames) -> None:
        """Look for borders in the batch; nothing where the brand lists no pairs."""
        if not self._pairs:
            return
        if self._known is None:
            self._known = at_first(self._brand, self._source, frames)
        shown = [frames.thinned(k, stride(*frames.size)) for k in range(len(frames))]
        for offset, labels in enumerate(self._labels(self._known, shown)):
            self._frames += 1
            for k, (_, one, other) in enumerate(self._pairs):
                sides = int(border(labels, one, other).sum())
                length = sides / labels.shape[0]
                self._longest[k] = max(self._longest[k], length)
                if sides:
                    self._seen[k].add(frames.first + offset, sides, shown[offset])

    def __getstate__(self) -> dict[str, object]:
        """Go without what is known of colours, which grows anew where it is needed again."""
        return {**self.__dict__, "_known": None}

    def merge(self, other: Pairs) -> None:
        """Take in the borders of the later shard."""
        self._frames += other._frames
        for k, length in enumerate(other._longest):
            self._longest[k] = max(self._longest[k], length)
            self._seen[k].merge(other._seen[k])

    def finish(self) -> list[Measurement]:
        """One measurement for each pair; none where the brand lists none."""
        if not self._pairs:
            why = "the brand lists no pairs of colours"
            required = "pairs" in self._brand.required
            return [Measurement("pairs", REQUIRED, None, why)] if required else []
        if not self._frames:
            return []
        return [self._measured(k) for k in range(len(self._pairs))]

    def _measured(self, k: int) -> Measurement:
        metric, one, other = self._pairs[k]
        names = [self._brand.swatches[index].name for index in (one, other)]
        seen, length = self._seen[k], self._longest[k]
        said = f"{names[0]} and {names[1]} touch along {length:.2f} heights of the frame"
        if not length:
            said = f"{names[0]} and {names[1]} touch nowhere"
        evidence: tuple[Evidence, ...] = ()
        if seen.pixels is not None:
            known = self._known or Known(self._brand, seen.pixels.device)
            mask = border(next(self._labels(known, [seen.pixels])), one, other)
            lines = (mask > 0).astype(np.uint8) * np.uint8(255)
            shown = np.asarray(cv2.dilate(lines, np.ones((_SHOWN, _SHOWN), np.uint8)), dtype=np.uint8)
            slug = re.sub(r"[^a-z0-9]+", "-", "-".join(names).lower()).strip("-")
            title = f"Where {names[0]} and {names[1]} touch"
            evidence = (Evidence("mask", f"pair-{k + 1}-{slug}", title, shown),)
        pair = " + ".join(names)
        return Measurement("pairs", metric, length, said, swatch=pair, frames=seen.ranges, evidence=evidence)

    def _labels(self, known: Known, pictures: Sequence[torch.Tensor]) -> Iterator[Labels]:
        """The swatch of each pixel of some frames, or ``NONE``: ``[h, w]`` each."""
        said = known.classes.said
        label = np.where(said(CAPTURED) > 0, said(WHOSE), NONE).astype(np.uint8)
        # A shaded swatch is a whole curve: in the texture of a photograph, something is always on it.
        shaded = [k for k, swatch in enumerate(self._brand.swatches) if swatch.finish == "shaded"]
        drawn = np.where((said(AWAY) > 0) | np.isin(label, shaded), NONE, label).astype(np.uint8)
        asked = {index for _, *pair in self._pairs for index in pair}
        for classes, _ in known.look_up(pictures):
            nearest, labels = label[classes], patches(drawn[classes])
            for index in asked:
                labels[coherent(nearest == index)] = index
            yield closed(labels)


def patches(labels: Labels) -> Labels:
    """Labels ``[h, w]``, kept only where they fill a square of ``PATCH`` pixels; else ``NONE``."""
    square = np.ones((PATCH, PATCH), np.uint8)
    centres = (cv2.erode(labels, square) == cv2.dilate(labels, square)).astype(np.uint8)
    return np.where(cv2.dilate(centres, square) > 0, labels, NONE).astype(np.uint8)


def closed(labels: Labels) -> Labels:
    """Labels ``[h, w]`` with what belongs to none given to the nearest within ``GAP`` pixels."""
    none = (labels == NONE).astype(np.uint8)
    if not none.any() or none.all():
        return labels
    apart, nearest = cv2.distanceTransformWithLabels(
        none, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner = np.full(int(nearest.max()) + 1, NONE, dtype=np.uint8)
    owner[nearest[none == 0]] = labels[none == 0]
    return np.where(apart <= GAP, owner[nearest], labels).astype(np.uint8)


def border(labels: Labels, one: int, other: int) -> Labels:
    """How many sides between two labels each pixel has, to the right and below: ``[h, w]``, 0 to 2."""
    sides: Labels = np.zeros(labels.shape, dtype=np.uint8)
    for axis in (0, 1):
        first = labels[:-1] if axis == 0 else labels[:, :-1]
        second = labels[1:] if axis == 0 else labels[:, 1:]
        touch = ((first == one) & (second == other)) | ((first == other) & (second == one))
        part = sides[:-1] if axis == 0 else sides[:, :-1]
        part += touch
    return sides
