"""Whether a LUT adds steps to ramps that were smooth: flat stretches, and places where the ramp turns back.

Looked at are 8-bit ramps, a code a step: grey, and for each colour that the LUT moves, black to the colour to
white, and the grey of its luminance to the colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from brandkit.colour.demand import hex_of
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import linear_to_srgb, luminance, srgb_to_lab, srgb_to_linear

if TYPE_CHECKING:
    from brandkit.colour.lut import Lut

TURN = 1.0
"""CIELAB units that a ramp has to go back by, along its own direction, for that to be a reversal: about what
an observer just notices, and more than rounding to 8 bits does."""

Rgb8 = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ramp:
    """What a LUT makes of a ramp.

    Attributes:
        name: what the ramp leads through.
        steps: steps that count.
        flat: of those, the ones that have become flat, but for plateaus at a target.
        reversals: how often it turns back by more than ``TURN``, more than it did before.
        largest_before: the largest CIEDE2000 of one of those steps, 0 without any.
        largest_after: the same of what became of it.
    """

    name: str
    steps: int
    flat: int
    reversals: int
    largest_before: float
    largest_after: float


def ramps(source: Rgb8) -> dict[str, torch.Tensor]:
    """The ramps through a colour by name, ``uint8`` ``[N, 3]`` each, without repeated colours.

    >>> {name: len(codes) for name, codes in ramps((18, 92, 236)).items()}
    {'black to #125CEC to white': 474, 'grey to #125CEC at equal luminance': 183}
    """
    colour = torch.tensor(source, dtype=torch.float64)
    black, white = torch.zeros(3, dtype=torch.float64), torch.full((3,), 255.0, dtype=torch.float64)
    name = hex_of(source)
    linear = srgb_to_linear(colour / 255)
    level = luminance(linear).expand(3)
    way = torch.linspace(0, 1, 256, dtype=torch.float64)[:, None]
    return {
        f"black to {name} to white": _codes(torch.cat((_line(black, colour), _line(colour, white)))),
        f"grey to {name} at equal luminance": _codes(linear_to_srgb(level + way * (linear - level)) * 255),
    }


def grey() -> torch.Tensor:
    """The grey ramp, ``uint8`` ``[256, 3]``."""
    return torch.arange(256, dtype=torch.uint8)[:, None].repeat(1, 3)


def _line(start: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
    """A straight line in encoded sRGB, one code of its fastest channel a step."""
    count = max(int((end - start).abs().max().round()), 1) + 1
    return start + torch.linspace(0, 1, count, dtype=torch.float64)[:, None] * (end - start)


def _codes(values: torch.Tensor) -> torch.Tensor:
    codes: torch.Tensor = values.round().clamp(0, 255).to(torch.uint8).unique_consecutive(dim=0)
    return codes


def measure(
    lut: Lut,
    moved: Sequence[tuple[Rgb8, Rgb8]],
    met: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> tuple[Ramp, ...]:
    """What a LUT makes of the grey ramp and of those through each colour that it moves.

    Args:
        lut: the LUT.
        moved: source and target of each such colour.
        met: says of colours ``uint8`` ``[N, 3]`` whether the LUT is ever applied to them, ``bool`` ``[N]``;
            to all without. Steps between those that are not met count for nothing.
    """
    chosen = {"grey": grey()}
    for source, _ in moved:
        chosen |= ramps(source)
    targets = torch.tensor([target for _, target in moved], dtype=torch.int16).view(-1, 3)
    return tuple(_measured(lut, name, codes, targets, met) for name, codes in chosen.items())


def _measured(
    lut: Lut,
    name: str,
    codes: torch.Tensor,
    targets: torch.Tensor,
    met: Callable[[torch.Tensor], torch.Tensor] | None,
) -> Ramp:
    after = lut(codes)
    inside = torch.ones(len(codes), dtype=torch.bool) if met is None else met(codes)
    counts = inside[1:] & inside[:-1]
    if not bool(counts.any()):
        return Ramp(name, 0, 0, 0, 0.0, 0.0)
    on_target = ((after.to(torch.int16)[:, None] - targets).abs().amax(-1) <= 1).any(1)
    meant = on_target[1:] & on_target[:-1]
    flat = (after[1:] == after[:-1]).all(1) & counts & ~meant
    before_lab, after_lab = (srgb_to_lab(side.double() / 255) for side in (codes, after))
    was, now = (ciede2000(side[1:], side[:-1])[counts] for side in (before_lab, after_lab))
    turned = _turns(before_lab, after_lab, counts) - _turns(before_lab, before_lab, counts)
    return Ramp(name, int(counts.sum()), int(flat.sum()), max(turned, 0), float(was.max()), float(now.max()))


def _turns(ramp: torch.Tensor, seen: torch.Tensor, counts: torch.Tensor) -> int:
    """How often ``seen`` goes back by more than ``TURN`` along the way that ``ramp`` leads.

    A turn ends where it goes on again by as much.
    """
    way = ramp[1:] - ramp[:-1]
    # The direction over nine steps: that of a single one is mostly rounding.
    wide = torch.nn.functional.avg_pool1d(
        torch.nn.functional.pad(way.T[None], (4, 4), mode="replicate"), 9, stride=1
    )[0].T
    along = wide / wide.norm(dim=1, keepdim=True).clamp_min(1e-9)
    gone = (((seen[1:] - seen[:-1]) * along).sum(1) * counts).cumsum(0).tolist()
    found, extreme, back = 0, 0.0, False
    for place in gone:
        if not back:
            extreme = max(extreme, place)
            if extreme - place > TURN:
                found, extreme, back = found + 1, place, True
        else:
            extreme = min(extreme, place)
            if place - extreme > TURN:
                extreme, back = place, False
    return found
