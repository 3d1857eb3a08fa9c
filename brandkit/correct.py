"""From a clip that drifts to the LUTs that take it onto the brand's colours, and where each applies."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from brandkit.errors import CorrectionError, NothingFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

    from brandkit.brand import Brand
    from brandkit.colour.demand import Care, Demand
    from brandkit.colour.lut import Lut
    from brandkit.grade import Grade, Shift, ShotGrades
    from brandkit.mask import Mask
    from brandkit.media.clip import Clip
    from brandkit.region import Region
    from brandkit.sweep import Pass, Surveyed

SEEN = 0.5
"""CIEDE2000 of a shaded surface's drift under which nobody sees it."""
SPARED = (0.1, 0.5)
"""CIEDE2000, mean and 99th percentile, by which one LUT for the whole frame may move what is not the brand's;
beyond either, each region gets a LUT and a matte of its own."""
_LEAST_KNOTS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """What to solve for.

    Attributes:
        brand: whose swatches to land on.
        title: of the LUTs, one line for people.
        nodes: along each axis of a LUT.
        device: where to work.
        mask: where a person wants it, if somewhere in particular.
        share: how much of each pixel lies within the mask, ``float32`` ``[H, W]``, 0 to 1.
    """

    brand: Brand
    title: str
    nodes: int
    device: str
    mask: Mask | None = None
    share: torch.Tensor | None = None


def solve(
    clip: Clip,
    brand: Brand,
    *,
    shots: Sequence[tuple[int, int]] = (),
    mask: Mask | None = None,
    nodes: int = 33,
    batch: int = 8,
    device: str = "cpu",
    progress: Callable[[int], None] | None = None,
) -> tuple[ShotGrades, ...]:
    """Solve for the grades that correct a clip, shot by shot.

    Args:
        clip: what to correct.
        brand: whose swatches to land on.
        shots: the first and last frame of each of the clip's shots, in order; without, it is taken as one.
            One LUT serves all frames of a shot, since a LUT for each frame would flicker; where the drift
            itself moves, several fade into each other (``brandkit.moving``).
        mask: where to correct, if a person knows; everywhere without.
        nodes: nodes along each axis of a LUT.
        batch: frames at a time.
        device: where to count colours.
        progress: called with the number of frames done.

    Returns:
        The grades of those shots in which something is to be done; none where every region of a brand
        colour is on its target already.

    Raises:
        NothingFoundError: no brand colour was found in the clip.
        CorrectionError: no LUT takes a region onto its swatch.
        MediaError: the clip cannot be decoded, or the mask does not fit it.
    """
    from brandkit.grade import ShotGrades
    from brandkit.sweep import Pass, by_shot

    share = None if mask is None else mask.of(clip.source.width, clip.source.height)
    within = None if share is None else share > 0.5
    task = Task(brand, f"{brand.name}: {clip.source.path.name}", nodes, device, mask, share)
    over = Pass(clip, brand, within, device, batch, progress)
    graded, moving = [], []
    found = False
    for shot in by_shot(over, shots):
        found |= bool(shot.regions or shot.knots)
        if shot.knots:
            moving.append(shot)
        elif grades := grades_for(task, shot.regions):
            graded.append(ShotGrades(shot.first, shot.last, grades))
    if not found:
        where = "" if within is None else " within the mask"
        raise NothingFoundError(
            f"{clip.source.path}: no region of a brand colour was found{where}, so there is nothing to "
            "correct; give the swatches a larger 'capture' if one should have been"
        )
    if moving:
        graded += _along(task, over, moving)
    return tuple(sorted(graded, key=lambda shot: shot.first))


def _along(task: Task, over: Pass, shots: list[Surveyed]) -> list[ShotGrades]:
    """Grades for shots whose drift moves: at each knot its own, or one for all where few can be solved."""
    from brandkit.grade import ShotGrades
    from brandkit.moving import spans
    from brandkit.sweep import at_knots, filled

    graded = []
    for shot, own in zip(shots, at_knots(over, [shot.knots for shot in shots]), strict=True):
        solved = {}
        for knot, regions in zip(shot.knots, filled(own), strict=True):
            with suppress(CorrectionError):  # those beside it stand in for one that has no solution
                solved[knot] = grades_for(task, regions)
        if len(solved) < _LEAST_KNOTS:
            if grades := grades_for(task, shot.regions):
                graded.append(ShotGrades(shot.first, shot.last, grades))
            continue
        ends = shot.knots[0].segment.first, shot.knots[-1].segment.last
        graded += [
            ShotGrades(span.first, span.last, grades, span.fade)
            for span, grades in zip(spans(list(solved), *ends), solved.values(), strict=True)
            if grades
        ]
    return graded


def grades_for(task: Task, regions: list[Region]) -> tuple[Grade, ...]:
    """The grades that take regions onto their swatches; none where all are on target.

    One LUT for the whole frame where it leaves alone what is not the brand's, since it also reaches what is
    too small for a region and needs no matte; else, or where one LUT cannot do it, one for each region.

    Raises:
        CorrectionError: neither way leads there.
    """
    from brandkit.grade import Grade

    moving = [region for region in regions if moves(region)]
    if not moving:
        return ()
    if task.mask is not None:
        return _within_mask(task, moving)
    try:
        lut = whole_frame(task, regions)
    except CorrectionError as error:
        if not told_apart(moving):
            raise
        try:
            return _by_region(task, moving)
        except CorrectionError:
            raise error from None
    if _spares(lut, regions, task.device):
        return (Grade(lut, tuple(_shift(region) for region in moving)),)
    try:
        return _by_region(task, moving)
    except CorrectionError:
        return (Grade(lut, tuple(_shift(region) for region in moving)),)


def _within_mask(task: Task, regions: list[Region]) -> tuple[Grade, ...]:
    """A painted mask is taken at its word; within a box, each region is looked for."""
    from brandkit.colour.demand import MASKED
    from brandkit.grade import Grade
    from brandkit.matte import FixedMatte, matte_of

    assert task.mask is not None and task.share is not None
    if task.mask.painted:
        shifts = tuple(_shift(region) for region in regions)
        try:
            return (Grade(_lut(task, regions, MASKED), shifts, FixedMatte(task.share)),)
        except CorrectionError:
            pass  # two demands contradict each other: each gets a matte of its own within the mask
    return tuple(
        Grade(_lut(task, [region], MASKED), (_shift(region),), FixedMatte(task.share, matte_of(region)))
        for region in regions
    )


def whole_frame(task: Task, regions: list[Region]) -> Lut:
    """One LUT for every pixel that takes all regions onto their swatches and holds those that are there.

    Raises:
        CorrectionError: demands contradict each other, or would fold the colour space.
    """
    from brandkit.colour.demand import BODY_ONLY, WHOLE_FRAME

    moving = [region for region in regions if moves(region)]
    holding = [region for region in regions if not moves(region)]
    drifted = [region for region in moving if region.drift > region.swatch.tolerance]
    # What is on target should stay there and what is nearly on it should be made exact, but neither is
    # worth failing for: where they are in the way, only what is beyond its tolerance is moved.
    surfaces = any(region.body is not None for region in moving)
    tries = [([*moving, *holding], WHOLE_FRAME)] if surfaces else []
    for chosen, care in (*tries, ([*moving, *holding], BODY_ONLY), (moving, BODY_ONLY)):
        try:
            return _lut(task, chosen, care)
        except CorrectionError:
            continue
    return _lut(task, drifted or moving, BODY_ONLY)


def told_apart(regions: list[Region]) -> bool:
    """Whether no colour belongs to two flat regions that must go to different colours.

    Neither a LUT nor mattes, which are found by colour, can part those.
    """
    from brandkit.matte import noise_box

    flat = [(region.swatch.rgb8, noise_box(region)) for region in regions if region.body is None]
    return not any(
        one != other and all(low[c] <= high2[c] and low2[c] <= high[c] for c in range(3))
        for (one, (low, high)), (other, (low2, high2)) in combinations(flat, 2)
    )


def _by_region(task: Task, regions: list[Region]) -> tuple[Grade, ...]:
    from brandkit.colour.demand import MASKED
    from brandkit.grade import Grade
    from brandkit.matte import matte_of

    return tuple(
        Grade(_lut(task, [region], MASKED), (_shift(region),), matte_of(region)) for region in regions
    )


def _lut(task: Task, regions: list[Region], care: Care) -> Lut:
    from brandkit.colour.field import solve as solve_field

    notes = tuple(
        f"{r.swatch.name}: {r.hex} -> {r.swatch.hex}" for r in regions if moves(r) and r.rgb8 != r.swatch.rgb8
    )
    return solve_field([_demand(region) for region in regions], task.nodes, task.title, notes, care)


def _spares(lut: Lut, regions: list[Region], device: str) -> bool:
    """Whether a LUT leaves alone what lies outside of the regions, in the frames that show them best."""
    import cv2
    import numpy as np
    import torch

    from brandkit.colour.difference import ciede2000
    from brandkit.colour.spaces import srgb_to_lab
    from brandkit.matte import covered
    from brandkit.survey import thinned

    pictures = {id(region.sighting.pixels): region.sighting.pixels for region in regions}
    table = lut.table(device)
    for pixels in pictures.values():
        if pixels is None:
            continue
        before = thinned(pixels)
        inside = covered(regions, before).view(np.uint8)
        edge = np.ones((5, 5), np.uint8)  # a compressed edge is wider than the matte's
        outside = ~cv2.dilate(inside, edge).astype(bool)
        after = table(before[None])[0]
        moved = (before != after).any(0).cpu() & torch.from_numpy(outside)
        if not bool(moved.any()):
            continue
        pair = [srgb_to_lab(side[:, moved].T.contiguous()) for side in (before, after)]
        apart = ciede2000(*pair).double()
        count = int(outside.sum())
        unmoved = count - len(apart)
        mean = float(apart.sum()) / count
        rank = round(0.99 * (count - 1)) - unmoved
        high = float(apart.sort().values[rank]) if rank >= 0 else 0.0
        if mean > SPARED[0] or high > SPARED[1]:
            return False
    return True


def moves(region: Region) -> bool:
    """Whether a region asks for a change.

    A flat one does for a single pixel beside its HEX; a painted one under light, whose light is never known
    for certain, from where it can be seen. What merely has the hue, as fur, foliage and sky do, may well not
    be the brand's: it is left where it is within tolerance.
    """
    if region.body is not None:
        return region.drift > (SEEN if region.painted else max(SEEN, region.swatch.tolerance))
    return not (region.low == region.high == region.swatch.rgb8)


def _shift(region: Region) -> Shift:
    from brandkit.grade import Shift

    return Shift(region.swatch.name, region.hex, region.swatch.hex, region.drift, region.share)


def _demand(region: Region) -> Demand:
    """The region as the solver sees it; one that may stay becomes a demand to hold its own colour."""
    from brandkit.colour.demand import Demand
    from brandkit.colour.spaces import srgb_to_linear_triple

    swatch, body = region.swatch, region.body
    holds = body is not None and not moves(region)
    return Demand(
        name=swatch.name,
        target=region.rgb8 if holds else swatch.rgb8,
        source=region.rgb8,
        low=region.low,
        high=region.high,
        body=srgb_to_linear_triple(region.rgb8) if holds else body,
        spread=region.spread,
        grain=region.grain,
    )
