"""Whether the brand's logos are there, and used as they may be."""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np

from brandkit.brand import Brand
from brandkit.brand import Logo as Rules
from brandkit.check import Check, Evidence, Measurement, Metric, Region
from brandkit.errors import BrandError, MediaError
from brandkit.gate import describe
from brandkit.logo.family import Family
from brandkit.logo.find import View
from brandkit.logo.measure import FREE, Reading
from brandkit.logo.tally import Tally, Worst
from brandkit.media.clip import Frames, Source, interleaved
from brandkit.media.host import on_cpu
from brandkit.temporal.samples import Samples

COPIES = Metric("copies", "count", "range", "Place the logo, or take surplus copies out.")
CLEAR_SPACE = Metric("clear_space", "heights", "higher", "Move the logo away from what stands near it.")
WIDTH_PX = Metric("width_px", "px", "higher", "Show the logo larger.")
WIDTH_SHARE = Metric("width_share", "share", "higher", "Show the logo larger.")
STRETCH = Metric("stretch", "share", "lower", "Place the logo anew, in its own proportions.")
COLOUR = Metric("colour_de00", "de00", "lower", "Place the logo anew, in its own colours.")
CONTRAST = Metric("contrast", ": 1", "higher", "Use the other variant of the logo, or a calmer ground.")
SEEN = Metric("seen", "share", "higher", "Move the logo to where it is whole, and nothing lies over it.")
TURNED = Metric("turned_deg", "degrees", "lower", "Set the logo upright.")


class Logo(Check):
    """Find the brand's logos, and measure how they are used.

    Each logo of the guidelines (`logos`, or the standard's own section `logo`) is looked for in any of its
    variants, at any size from 3 % of the frame's width, turned in any way, in any colours and on any ground.
    Of a video, two frames a second and the first of each shot are looked at. Of several copies, and of all
    frames, the worst counts.

    - `copies`: the greatest number of copies in one frame, which is to be in range. A logo that is `required`
      has to be there once.
    - `clear_space`: free margin around the logo's box in heights of the logo, as far as the guidelines ask
      for some. What is in the way is an edge half as strong as the logo's own, or the edge of the frame. On a
      ground that is itself that busy, it is not evaluated. Higher is better.
    - `width_px`: width along the logo's own base line, in pixels. Higher is better.
    - `width_share`: the same as a share of the frame's width, where the guidelines limit that. Higher is
      better.
    - `stretch`: by what share the logo is longer one way than another: the ratio of the two singular values
      of the affine map from the logo to the frame, less 1. Skew counts alike. Lower is better.
    - `colour_de00`: CIEDE2000 between each of the logo's colours and the median of its pixels in the frame;
      the worst counts. Lower is better.
    - `contrast`: WCAG's contrast ratio, 1 to 21, between the logo and what it lies on, the median along its
      outline. Higher is better.
    - `seen`: share of the logo's area that is neither covered nor outside of the frame. Higher is better.
    - `turned_deg`: degrees by which it is turned, where the guidelines limit that. Lower is better.

    How: guesses come from SIFT features, one from each pair that is alike, and from trying the logo's outline
    over maps of edge directions. The outline is then laid onto the edges by least squares, sub-pixel and
    affine, and is the logo where it lies on edges much more than beside, and the areas between the edges are
    what the logo has there, whatever their colours.

    Reference: Lowe (2004), "Distinctive Image Features from Scale-Invariant Keypoints"; Hinterstoisser et
    al. (2012), "Gradient Response Maps for Real-Time Detection of Texture-Less Objects"; Harris and Stennett
    (1990), "RAPID, a video rate object tracker"; WCAG 2.2, contrast ratio.

    When it misleads: a logo below 8 % of the width may be missed, and so may one of thin strokes of which a
    quarter is covered, or any of which more than a third is. A
    plain shape, such as a disc, is found wherever there is one. Perspective beyond a slant, bent surfaces
    and mirrored logos are not found. A logo in an outline variant is another logo: list it. A photograph
    within the logo's colours, or a ground of nearly its colour, makes the numbers less sure.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (
        *(COPIES, CLEAR_SPACE, WIDTH_PX, WIDTH_SHARE, STRETCH, COLOUR, CONTRAST, SEEN, TURNED),
    )
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything, and read the logos' files.

        Raises:
            BrandError: a file that the guidelines list cannot be used.
        """
        self._brand = brand
        self._whole = "picture" if source.kind == "image" else "clip"
        self._samples = Samples(source)
        self._families: dict[str, Family] = {}
        self._unread: dict[str, str] = {}
        for rules in brand.logos:
            try:
                self._families[rules.name] = Family.load([brand.folder / name for name in rules.files])
            except MediaError as error:
                if not rules.standard:
                    raise BrandError(f"logo '{rules.name}': {error}") from error
                self._unread[rules.name] = str(error)
        self._tallies = {name: Tally() for name in self._families}

    def update(self, frames: Frames) -> None:
        """Look for the logos in the frames of the batch that are picked."""
        if not self._families:
            return
        for offset in self._samples.of(frames):
            index, picture = frames.first + offset, interleaved(on_cpu(frames).picture(offset))
            view = View.of(picture)
            for rules in self._brand.logos:
                if rules.name in self._families:
                    found = self._families[rules.name].sightings(view, self._reach(rules))
                    self._tallies[rules.name].add(index, picture, found)

    def _reach(self, rules: Rules) -> float:
        """How far around a logo to look, in heights of it: somewhat farther than has to be free."""
        limit = self._brand.limit("logo", CLEAR_SPACE.name, rules.name)
        needed = 0.0 if limit is None else max(limit.min or 0.0, limit.warn or 0.0)
        return max(FREE, 1.25 * needed)

    def lead_in(self, frames: Frames) -> None:
        """See ``Check.lead_in``."""
        if self._families:
            self._samples.lead_in(frames)

    def lead_out(self, frames: Frames) -> None:
        """See ``Check.lead_out``."""
        if self._families:
            self._samples.lead_out(frames)

    def __getstate__(self) -> dict[str, object]:
        """Go without what logos are looked for by."""
        return {**self.__dict__, "_families": {}}

    def merge(self, other: Logo) -> None:
        """Take in what the later shard saw."""
        for name, tally in self._tallies.items():
            tally.merge(other._tallies[name])
        self._samples.merge(other._samples)

    def finish(self) -> list[Measurement]:
        """For each logo, whether it is there, and how it is used; none where the brand has no logos."""
        if not self._brand.logos:
            why = "the brand lists no logos"
            return [Measurement("logo", COPIES, None, why)] if "logo" in self._brand.required else []
        measured = []
        for rules in self._brand.logos:
            if rules.name in self._unread:
                why = f"its file cannot be used: {self._unread[rules.name]}"
                measured.append(Measurement("logo", COPIES, None, f"{rules.name}: {why}", swatch=rules.name))
            else:
                measured += self._measured(rules, self._tallies[rules.name])
        return measured

    def _measured(self, rules: Rules, tally: Tally) -> list[Measurement]:
        if not tally.looked:
            return []
        limit = self._brand.limit("logo", COPIES.name, rules.name)
        if not tally.copies:
            said = f"{rules.name} was not found in the {self._whole}"
            if limit is None:
                return [Measurement("logo", COPIES, None, f"{said}, and is not required", swatch=rules.name)]
            return [Measurement("logo", COPIES, 0.0, said, swatch=rules.name)]
        times = "once" if tally.copies == 1 else f"{tally.copies} times"
        said = f"{rules.name} is there {times}"
        if self._whole == "clip":
            said += f" in {tally.showed} of {tally.looked} frames that were looked at"
        ranges = tuple(tally.ranges)
        found = [Measurement("logo", COPIES, float(tally.copies), said, swatch=rules.name, frames=ranges)]
        for metric in self.metrics[1:]:
            if metric in (WIDTH_SHARE, TURNED) and self._brand.limit("logo", metric.name, rules.name) is None:
                continue
            found.append(_number(rules.name, metric, tally.worst.get(metric.name)))
        return found


def _number(name: str, metric: Metric, worst: Worst | None) -> Measurement:
    """One number of a logo where it was worst."""
    if worst is None:
        return Measurement("logo", metric, None, f"{name}: {_WHY_NOT[metric]}", swatch=name)
    reading = worst.reading
    value, said = _said(metric, reading)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    title = f"{name} in frame {worst.frame}, as it was found"
    ink = reading.worst if metric is COLOUR else None
    return Measurement(
        "logo",
        metric,
        value,
        f"{name} {said}",
        swatch=name,
        frames=((worst.frame, worst.frame),),
        region=_box(reading),
        evidence=(Evidence("overlay", f"logo-{slug}-{metric.name.replace('_', '-')}", title, worst.shown),),
        colour=None if ink is None else ink.colour,
        target=None if ink is None else ink.target,
    )


_WHY_NOT = {
    CLEAR_SPACE: "the ground itself is as busy as the logo, so free space around it was not evaluated",
    COLOUR: "its areas are too small here to tell their colours",
    CONTRAST: "too little of its outline is free to tell its contrast",
}


def _said(metric: Metric, reading: Reading) -> tuple[float, str]:
    """The value of a number and what to say of it."""
    if metric is CLEAR_SPACE:
        assert reading.free is not None
        return reading.free, f"has {reading.free:.2g} of its height free around it"
    if metric is WIDTH_PX:
        return reading.width_px, f"is {reading.width_px:.0f} pixels wide"
    if metric is WIDTH_SHARE:
        return reading.width_share, f"is {describe(reading.width_share, 'share')} of the frame's width wide"
    if metric is STRETCH:
        return reading.stretch, f"is {describe(reading.stretch, 'share')} longer one way than it should be"
    if metric is COLOUR:
        ink = reading.worst
        assert ink is not None
        return ink.apart, f"shows {ink.colour} where it has {ink.target}, {ink.apart:.2f} apart"
    if metric is CONTRAST:
        assert reading.contrast is not None
        return reading.contrast, f"stands out from what it lies on by {reading.contrast:.2g} : 1"
    if metric is SEEN:
        return reading.seen, f"is seen to {describe(reading.seen, 'share')}; the rest is covered or cut off"
    return abs(reading.turned_deg), f"is turned by {abs(reading.turned_deg):.3g} degrees"


def _box(reading: Reading) -> Region:
    left, top = (max(0, int(np.floor(v))) for v in reading.corners.min(axis=0))
    right, low = (int(np.ceil(v)) for v in reading.corners.max(axis=0))
    return Region(left, top, max(1, right - left), max(1, low - top))
