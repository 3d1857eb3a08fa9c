"""From a clip that drifts to the one LUT that takes it onto the brand's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brandkit.errors import CorrectionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from brandkit.brand import Brand
    from brandkit.colour.field import Demand
    from brandkit.colour.lut import Lut
    from brandkit.media.clip import Clip
    from brandkit.regions import Region

EXACT_DE00 = 0.5
"""Drift of a shaded surface under which it is left alone: half of what an observer just notices."""


def solve(
    clip: Clip,
    brand: Brand,
    *,
    nodes: int = 33,
    batch: int = 8,
    device: str = "cpu",
    progress: Callable[[int], None] | None = None,
) -> Lut | None:
    """Solve for the LUT that corrects a shot.

    Args:
        clip: one shot. One LUT serves all its frames: a LUT for each would flicker.
        brand: whose swatches to land on.
        nodes: nodes along each axis of the LUT.
        batch: frames at a time.
        device: where to count colours.
        progress: called with the number of frames done.

    Returns:
        The LUT, or ``None`` where every region of a brand colour is on its target already.

    Raises:
        CorrectionError: no brand colour was found in the clip, or two demands contradict each other.
        MediaError: the clip cannot be decoded.
    """
    from brandkit.colour.field import solve as solve_field
    from brandkit.regions import find_regions
    from brandkit.survey import Survey

    survey = Survey(brand, device)
    for frames in clip.batches(batch, device):
        survey.update(frames)
        if progress is not None:
            progress(len(frames))
    regions = find_regions(survey)
    if not regions:
        raise CorrectionError(
            f"{clip.source.path}: no region of a brand colour was found, so there is nothing to correct; "
            "give the swatches a larger 'capture' if one should have been"
        )
    if not any(_moves(region) for region in regions):
        return None
    notes = tuple(f"{r.swatch.name}: {r.hex} -> {r.swatch.hex}" for r in regions if _moves(r))
    title = f"{brand.name}: {clip.source.path.name}"
    return solve_field([_demand(region) for region in regions], nodes, title, notes)


def _moves(region: Region) -> bool:
    """Whether a region asks for a change; a flat one does for a single pixel beside its HEX."""
    if region.body is not None:
        return region.drift > EXACT_DE00
    return not (region.low == region.high == region.swatch.rgb8)


def _demand(region: Region) -> Demand:
    """The region as the solver sees it; one that may stay as it is becomes a demand to hold it there."""
    from brandkit.colour.field import Demand
    from brandkit.colour.spaces import srgb_to_linear_triple

    target, body = region.swatch.rgb8, region.body
    if body is not None and not _moves(region):
        body = srgb_to_linear_triple(target)
    return Demand(region.swatch.name, target, region.rgb8, region.low, region.high, body, region.spread)
