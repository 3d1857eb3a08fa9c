"""Whether the pictures of a set go together: the same colours, and the look of the first one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from brandkit import loop
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab
from brandkit.swatch import rgb8

if TYPE_CHECKING:
    from brandkit.brand import Brand

LIKENESS = "drift"
"""The check that compares frames with an approved still; its limits are the brand's."""


def apart(
    paths: Sequence[Path], brand: Brand, checks: Sequence[str] | None = None
) -> dict[Path, tuple[str, ...]]:
    """The pictures or clips of a set that do not go with the others, and why, a sentence each.

    Flat colours may be no further from each other than their tolerance; and, where the brand limits ``drift``
    to an anchor, each has to be as like the first of the set as that says.

    Args:
        paths: files that are on brand each for itself.
        brand: to judge by.
        checks: ids of the checks to judge by; all that are installed if ``None``.

    Raises:
        MediaError: a file cannot be read.
    """
    shown = [_colours(path, brand) for path in paths]
    found: dict[Path, tuple[str, ...]] = {}
    for k, path in enumerate(paths):
        said = []
        for swatch in brand.swatches:
            others = [
                colours[swatch.name] for j, colours in enumerate(shown) if j != k and swatch.name in colours
            ]
            if swatch.finish != "flat" or swatch.name not in shown[k] or not others:
                continue
            own = shown[k][swatch.name]
            nearest = min(_distance(own, other) for other in others)
            if nearest > swatch.tolerance:
                said.append(f"{swatch.name} is {nearest:.2f} from what the others of the set show")
        first = None if k == 0 else paths[0]
        if first is not None and (checks is None or LIKENESS in checks):
            said += _unlike(path, first, brand)
        if said:
            found[path] = tuple(said)
    return found


def _colours(path: Path, brand: Brand) -> dict[str, str]:
    report = loop.check(path, brand, checks=["palette"], timestamp=False)
    return {f.swatch: f.colour for f in report.findings if f.swatch and f.colour and f.metric == loop.DRIFT}


def _unlike(path: Path, first: Path, brand: Brand) -> list[str]:
    if not brand.limits.get(LIKENESS):
        return []
    report = loop.check(path, brand, checks=[LIKENESS], anchor=first, timestamp=False)
    return [f"beside the first of the set: {f.message}" for f in report.findings if f.outcome == "failed"]


def _distance(one: str, other: str) -> float:
    lab = srgb_to_lab(torch.tensor([rgb8(one), rgb8(other)], dtype=torch.uint8))
    return float(ciede2000(lab[0], lab[1]))
