"""Which colours each swatch appears in, from a survey of the clip: what a brand manager calls its drift."""

from __future__ import annotations

from brandkit.flats import find_flats
from brandkit.region import Candidates, Region
from brandkit.surfaces import find_surfaces
from brandkit.survey import Survey

LEAST_PART = 0.1
"""A hue, or a flat colour that no spike is, that holds less of a swatch's regions is not reported."""


def find_regions(survey: Survey) -> list[Region]:
    """The colours in which each swatch appears, swatch by swatch in the brand's order, largest first."""
    found: list[Region] = []
    # By colour, since rows stand in the order in which a clip, or its shards, happened to show them.
    seen, times = survey.within
    if not len(seen):
        return found
    label = survey.label[seen]
    for k, swatch in enumerate(survey.brand.swatches):
        own = label == k
        rows, weight = seen[own], times[own].cpu()
        if not rows.numel():
            continue
        least = LEAST_PART * float(weight.sum())
        shape = find_surfaces if swatch.finish == "shaded" else find_flats
        found += shape(Candidates(survey, k, rows, weight, least))
    return found
