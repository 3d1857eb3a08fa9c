"""Where a picture is off brand, as a mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from brandkit.brand import Brand
    from brandkit.gate import Finding
    from brandkit.media.in_memory import InMemory
    from brandkit.report.report import Report

_WRONG = ("failed", "warned")


def mask(report: Report, clip: InMemory, brand: Brand) -> torch.Tensor:
    """Where something failed or is to be looked at: ``float32`` ``[T, H, W]``, 0 or 1.

    It is what the checks show: masks where they have some, else boxes; of too much that belongs to no brand
    colour, those pixels. Of a video each mask holds for all frames in which the matter was seen. What is
    wrong as a whole (a size, a missing colour) has no place, and no mask.
    """
    import torch

    source = clip.source
    frames = source.frames or 1
    found = torch.zeros((frames, source.height, source.width))
    for finding in report.findings:
        if finding.outcome not in _WRONG:
            continue
        if finding.metric == "off_palette":
            found = torch.maximum(found, _strange(clip, brand))
        elif (where := _where(finding, source.height, source.width)) is not None:
            for first, last in finding.frames or ((0, frames - 1),):
                found[first : last + 1] = torch.maximum(found[first : last + 1], where)
    return found


def _where(finding: Finding, height: int, width: int) -> torch.Tensor | None:
    """``[H, W]`` of one finding, if it is somewhere in particular."""
    import torch

    masks = [torch.from_numpy(e.pixels.copy()) for e in finding.evidence if e.kind == "mask"]
    if masks:
        sized = [
            torch.nn.functional.interpolate((one > 0).float()[None, None], (height, width))[0, 0]
            for one in masks
        ]
        return torch.stack(sized).amax(0)
    if (box := finding.region) is None:
        return None
    where = torch.zeros((height, width))
    where[box.y : box.y + box.height, box.x : box.x + box.width] = 1
    return where


def _strange(clip: InMemory, brand: Brand) -> torch.Tensor:
    """``[T, H, W]``: the pixels that belong to no brand colour."""
    import torch

    from brandkit.family import CAPTURED, Family

    family = Family(brand, "cpu")
    found = []
    for frames in clip.batches(1):
        colours, which = frames.pixels[0].flatten(1).unique(dim=1, return_inverse=True)
        found.append((~family(colours.T)[CAPTURED].bool()).float()[which].view(frames.size))
    return torch.stack(found)
