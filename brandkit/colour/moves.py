"""What a single demand does to each node of a LUT, and how far its field reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch

from brandkit.colour.demand import Care, Demand, vector
from brandkit.colour.lut import grid
from brandkit.colour.protect import smoothstep, unprotected
from brandkit.colour.spaces import (
    linear_to_lab,
    linear_to_srgb,
    luminance,
    srgb_to_lab,
    srgb_to_linear,
)

NOISE_MARGIN = 2
"""Codes beyond the noise seen that also land on the target: later frames may be noisier."""
FLAT_FADE = 20 / 255
SHADED_FADE = 3.0
FADE_OF_SHIFT = 1.6
"""A flat colour's field fades over ``FLAT_FADE`` of the code range, a shaded one's over ``SHADED_FADE``
CIEDE2000 or this many times its shift, whichever is more: a shift that ended sooner would overtake what
lies ahead."""
GRAIN = (2.0, 4.0)
"""Distance from a shading curve, in a* and b*, up to which it is noise and from which it is texture."""
DRAWN = 0.7
"""How far noise is drawn in. Wholly, and nothing would be left that could be kept from folding."""
LEAST_PARTED = 0.05
"""Squared sine of the angle between a body colour and white, in linear light, that it takes to part them."""
_WAY_POINTS = 17
_AT_A_TIME = 4096
"""Nodes: what is computed of so many stays in the processor's cache, which takes half of the time."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of a LUT, as those who ask want their colours; red is slowest.

    Attributes:
        count: along each axis.
        srgb: encoded, 0 to 1, ``float64`` ``[M, 3]``.
        linear: in linear light.
        lab: in CIELAB.
    """

    count: int
    srgb: torch.Tensor
    linear: torch.Tensor
    lab: torch.Tensor

    def only(self, rows: torch.Tensor) -> Nodes:
        """Some of them."""
        return Nodes(self.count, self.srgb[rows], self.linear[rows], self.lab[rows])

    def by_part(self, compute: Callable[[Nodes], torch.Tensor]) -> torch.Tensor:
        """What is computed of each node, a part of them at a time."""
        parts = zip(*(side.split(_AT_A_TIME) for side in (self.srgb, self.linear, self.lab)), strict=True)
        return torch.cat([compute(Nodes(self.count, *part)) for part in parts])


@lru_cache(maxsize=2)
def nodes_of(count: int) -> Nodes:
    """All nodes of a LUT with so many along each axis."""
    srgb = grid(count).view(-1, 3)
    linear = srgb_to_linear(srgb)
    return Nodes(count, srgb, linear, linear_to_lab(linear))


@dataclass(frozen=True, slots=True)
class Move:
    """What a demand does to nodes.

    Attributes:
        far: of every node, how far beyond being moved wholly it is: 0 or less where it is moved so, 1 where
            the move has faded. ``[M]``.
        to: where it takes given nodes, if wholly; encoded sRGB, may leave 0 to 1. ``[K, 3]``.
        free: 1 for those of given nodes that may move, 0 for neutrals and skin. ``[K]``.
    """

    far: torch.Tensor
    to: Callable[[Nodes], torch.Tensor]
    free: Callable[[Nodes], torch.Tensor]


def flat_move(group: list[Demand], count: int) -> Move:
    """Toward the target itself, from all sources at once.

    What lies between a source and the target goes there too, so that the set which is drawn in is
    star-shaped about the target: by det((1 - w) I - (u - t) grad w') the smooth map then folds nowhere.
    Between nodes that sample it too coarsely it may; that is what ``folds`` is for.

    Args:
        group: flat demands of one target.
        count: nodes along each axis.
    """
    target = vector(group[0].target) / 255
    apart = torch.stack([_from_the_way(demand, count) for demand in group]).amin(0)
    ends = srgb_to_lab(torch.stack([vector(demand.source) / 255 for demand in group] + [target]))
    drift = max(demand.drift for demand in group)
    return Move(
        apart / FLAT_FADE,
        lambda nodes: target.expand_as(nodes.srgb),
        lambda nodes: unprotected(nodes.lab, ends, drift),
    )


def shaded_move(demand: Demand, count: int, care: Care) -> Move:
    """By the difference of body colours, in proportion to the light.

    It is added in linear light: texture and sheen that lie over the body colour stay as they are, and
    channels near zero need no division. Its weight depends on the colour at the body's luminance alone,
    which light does not change. In that plane the move is one shift for all, and a shift that fades over
    at least 1.5 times its own length folds nowhere.

    What is within the grain of the body's curve lands on the target's curve itself, as noise around a flat
    colour lands on its HEX.

    Args:
        demand: a shaded one.
        count: nodes along each axis.
        care: for what is not the brand's.
    """
    assert demand.body is not None
    body, target = vector(demand.body), demand.target_linear
    metric = _lab_metric((body + target) / 2)
    shift = target - body
    ends = linear_to_lab(torch.stack((body, target)))
    drift = demand.drift
    # CIEDE2000 counts chroma in units that grow with it, equation (19); the metric is plain CIELAB.
    unit = 1 + 0.045 * float(ends[:, 1:].norm(dim=1).mean())

    def matte(nodes: Nodes) -> tuple[torch.Tensor, torch.Tensor]:
        """The colours without their highlights, and the light on them as a part of the body's."""
        gloss = highlight(nodes.linear, body) if care.gloss else torch.zeros(len(nodes.linear)).double()
        return nodes.linear - gloss[:, None], ((luminance(nodes.linear) - gloss) / luminance(body))[:, None]

    def far(nodes: Nodes) -> torch.Tensor:
        own, factor = matte(nodes)
        offset = own / factor.clamp_min(1e-9) - body
        return (_length(offset, metric) - demand.spread) / _fade(offset, shift, metric, SHADED_FADE * unit)

    def to(nodes: Nodes) -> torch.Tensor:
        own, factor = matte(nodes)
        stray = own - factor * body
        drawn = _drawn_in(own, stray, demand.grain)[:, None] * stray
        return linear_to_srgb(nodes.linear + factor * shift - drawn)

    return Move(nodes_of(count).by_part(far), to, lambda nodes: unprotected(nodes.lab, ends, drift))


def highlight(linear: torch.Tensor, body: torch.Tensor) -> torch.Tensor:
    """Luminance of the white light that lies over a surface's own colour.

    The dichromatic model (Shafer 1985, "Using color to separate reflection components"): what a surface
    shows is its body colour times a shading plus the colour of the light times a gloss. The two factors are
    the least squares solution; a gloss below zero is none.

    Args:
        linear: colours in linear light ``[N, 3]``.
        body: the surface's ``[3]``.

    Returns:
        ``[N]``; 0 where the body itself is too near to white to part the two.
    """
    white = torch.ones(3, dtype=linear.dtype)
    basis = torch.stack((body, white), 1)
    gram = basis.T @ basis
    parted = float(torch.linalg.det(gram) / (gram[0, 0] * gram[1, 1]).clamp_min(1e-12))
    if parted < LEAST_PARTED:
        return torch.zeros(len(linear), dtype=linear.dtype)
    _, gloss = torch.linalg.solve(gram, basis.T @ linear.T)
    # There is no more white in a colour than its least channel has.
    return torch.minimum(gloss.clamp_min(0), linear.amin(1).clamp_min(0))


def _drawn_in(own: torch.Tensor, stray: torch.Tensor, grain: float) -> torch.Tensor:
    """How far each colour is drawn onto the curve, 0 to ``DRAWN``, by how far it strays from it in a* and b*.

    ``DRAWN`` up to twice the grain, none from thrice that on; where the grain is too coarse to be noise, it
    is the surface's own texture and stays.
    """
    reach = 2 * grain * (1 - float(smoothstep(torch.tensor((grain - GRAIN[0]) / (GRAIN[1] - GRAIN[0])))))
    if reach <= 0:
        return torch.zeros(len(own), dtype=own.dtype)
    apart = (linear_to_lab(own) - linear_to_lab(own - stray))[:, 1:].norm(dim=1)
    return DRAWN * (1 - smoothstep((apart - reach) / (2 * reach)))


def _fade(offset: torch.Tensor, shift: torch.Tensor, metric: torch.Tensor, least: float) -> torch.Tensor:
    """How far a shift takes to fade, by direction: long only ahead of it, where it could overtake."""
    length, size = _length(offset, metric), _length(shift, metric)
    ahead = (offset @ metric @ shift / (length * size).clamp_min(1e-9)).clamp(0, 1)
    long = max(least, FADE_OF_SHIFT * float(size))
    # The radius of an ellipse with these two half axes, in the direction of the offset.
    return 1 / ((ahead / long) ** 2 + (1 - ahead**2) / least**2).sqrt()


def _lab_metric(linear: torch.Tensor) -> torch.Tensor:
    """The quadratic form that measures small steps from a linear-light colour in CIELAB: ``[3, 3]``."""
    jacobian = torch.autograd.functional.jacobian(linear_to_lab, linear.clamp_min(1e-4))
    assert isinstance(jacobian, torch.Tensor)
    return jacobian.T @ jacobian


def _length(vectors: torch.Tensor, metric: torch.Tensor) -> torch.Tensor:
    return ((vectors @ metric) * vectors).sum(-1).clamp_min(0).sqrt()


def _from_the_way(demand: Demand, count: int) -> torch.Tensor:
    """How far each node is, in encoded sRGB 0 to 1, from the way of a noise's box to the target: ``[M]``."""
    low, high = (torch.tensor(side, dtype=torch.float64) / (count - 1) for side in plateau(demand, count))
    line = (vector(demand.target) - vector(demand.source)) / 255
    axis = torch.linspace(0, 1, count, dtype=torch.float64)
    apart = torch.full((count,) * 3, torch.inf, dtype=torch.float64)
    for part in torch.linspace(0, 1, _WAY_POINTS, dtype=torch.float64):
        first, last = low + part * line, high + part * line
        # Beside a box with its sides along the axes, squared distances add up axis by axis.
        red, green, blue = ((axis - axis.clamp(first[c], last[c])) ** 2 for c in range(3))
        torch.minimum(apart, red[:, None, None] + (green[:, None] + blue), out=apart)
    return apart.sqrt_().view(-1)


def plateau(demand: Demand, count: int) -> tuple[list[int], list[int]]:
    """First and last node, on each axis, of all cells that the demand's noise reaches into."""
    step = 255 / (count - 1)
    low = [int(max(0, v - NOISE_MARGIN) / step) for v in demand.low]
    high = [min(count - 1, int(min(255, v + NOISE_MARGIN) / step) + 1) for v in demand.high]
    return low, high
