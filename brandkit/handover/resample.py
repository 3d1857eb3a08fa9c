"""The same LUT with more nodes, for programs or formats that ask for another number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import torch

from brandkit.colour.lut import Lut, grid, tetrahedral
from brandkit.errors import CorrectionError
from brandkit.handover.anchor import Anchor

MOST_TURN = 1 / 255
"""How much further than in the LUT itself a ramp may turn back beside a plateau: one code."""
_AT_A_TIME = 1 << 18


def resampled(lut: Lut, nodes: int, anchors: Sequence[Anchor] = ()) -> Lut:
    """The LUT evaluated at another number of nodes, with its plateaus made whole again.

    Twice as many steps (17 to 33 to 65) give the very same colours: each cell's six tetrahedra are parted
    into smaller ones of the same shape. Any other number cuts through the cells, so that at the edge of a
    plateau part of the noise would leave the HEX; all nodes around it are put on it again. Fewer nodes lose
    the shape of the correction and are refused.

    Args:
        lut: as it was solved for.
        nodes: along each axis, at least as many as it has.
        anchors: what has to stay exact, from ``brandkit.handover.anchors``.

    Raises:
        CorrectionError: fewer nodes, or the anchors cannot all be kept without banding beside them.
    """
    if nodes == lut.size:
        return lut
    anew = f"solve the correction anew with {nodes} nodes"
    if nodes < lut.size:
        raise CorrectionError(
            f"a LUT of {lut.size} nodes along each axis cannot be brought to {nodes} without losing colours; "
            f"{anew}"
        )
    parts = grid(nodes).view(-1, 3).split(_AT_A_TIME)
    values = torch.cat([tetrahedral(lut.nodes, part) for part in parts]).view(nodes, nodes, nodes, 3)
    for anchor in anchors:
        _make_whole(values, lut, anchor)
    result = replace(lut, nodes=values)
    for anchor in anchors:
        if anchor.plateau is not None and not torch.equal(result(anchor.colours), anchor.results):
            raise CorrectionError(
                f"'{anchor.swatch}' ({anchor.source}) cannot be kept on its HEX with {nodes} nodes, since "
                f"another colour's correction lies too near; {anew}"
            )
    if _turn(values) > _turn(lut.nodes) + MOST_TURN:
        raise CorrectionError(f"{nodes} nodes cannot keep every HEX without banding beside it; {anew}")
    return result


def _make_whole(values: torch.Tensor, lut: Lut, anchor: Anchor) -> None:
    """Put, in place, all nodes around an anchor's plateau on its value."""
    if anchor.plateau is None:
        return
    last = values.shape[0] - 1
    low, high = anchor.plateau
    box = tuple(
        slice(a * last // 255, min(last, b * last // 255 + 1) + 1) for a, b in zip(low, high, strict=True)
    )
    middle = torch.tensor([[(a + b) / 510 for a, b in zip(low, high, strict=True)]], dtype=torch.float64)
    values[box] = tetrahedral(lut.nodes, middle)[0]


def _turn(values: torch.Tensor) -> float:
    """By how much a channel falls at most, from one node to the next, where its own input rises."""
    return max(0.0, -min(float(values[..., axis].diff(dim=axis).min()) for axis in range(3)))


def fitting(sizes: Sequence[int], default: int, have: int) -> int:
    """How many nodes to write a LUT of ``have`` with, of the ``sizes`` that a format takes.

    Its own if they are taken, else the default one if that is more, else the least that is more.

    Raises:
        CorrectionError: none is.
    """
    if have in sizes:
        return have
    more = next((size for size in chain((default,), sorted(sizes)) if size > have), None)
    if more is None:
        raise CorrectionError(
            f"a LUT of {have} nodes along each axis is larger than any that this format takes; "
            f"solve the correction anew with {default} nodes"
        )
    return more
