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
    moving = [region for region in regions if _moves(region)]
    if not moving:
        return None
    holding = [region for region in regions if not _moves(region)]
    drifted = [region for region in moving if region.drift > region.swatch.tolerance]
    notes = tuple(f"{r.swatch.name}: {r.hex} -> {r.swatch.hex}" for r in moving if r.rgb8 != r.swatch.rgb8)
    title = f"{brand.name}: {clip.source.path.name}"
    # What is on target should stay there and what is nearly on it should be made exact, but neither is
    # worth failing for: where they are in the way, only what is beyond its tolerance is moved.
    for chosen in ([*moving, *holding], moving):
        try:
            return solve_field([_demand(region) for region in chosen], nodes, title, notes)
        except CorrectionError:
            continue
    return solve_field([_demand(region) for region in drifted or moving], nodes, title, notes)


def _moves(region: Region) -> bool:
    """Whether a region asks for a change.

    A flat one does for a single pixel beside its HEX; a shaded one, whose light is never known for
    certain, only beyond its tolerance.
    """
    if region.body is not None:
        return region.drift > region.swatch.tolerance
    return not (region.low == region.high == region.swatch.rgb8)


def _demand(region: Region) -> Demand:
    """The region as the solver sees it; one that may stay becomes a demand to hold its own colour."""
    from brandkit.colour.field import Demand
    from brandkit.colour.spaces import srgb_to_linear_triple

    swatch, body = region.swatch, region.body
    holds = body is not None and not _moves(region)
    return Demand(
        name=swatch.name,
        target=region.rgb8 if holds else swatch.rgb8,
        source=region.rgb8,
        low=region.low,
        high=region.high,
        body=srgb_to_linear_triple(region.rgb8) if holds else body,
        spread=region.spread,
    )
