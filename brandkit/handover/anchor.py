"""The colours that a LUT is there for, and what it makes of them: what every copy of it has to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import torch

from brandkit.colour.lut import Lut
from brandkit.colour.spaces import linear_to_srgb, srgb_to_linear_triple
from brandkit.colour.targets import shadings

Box = tuple[tuple[int, int, int], tuple[int, int, int]]

SAME = 1e-9
"""Nodes nearer to each other than this are one plateau."""
_SHADINGS = 64
_CODES_AN_AXIS = 24


class Shifted(Protocol):
    """One thing that a correction does, such as ``brandkit.grade.Shift``."""

    @property
    def swatch(self) -> str:
        """Name of the brand colour."""
        ...

    @property
    def source(self) -> str:
        """``#RRGGBB`` as it is rendered."""
        ...

    @property
    def target(self) -> str:
        """``#RRGGBB`` as the brand asks for it."""
        ...


@dataclass(frozen=True, slots=True)
class Anchor:
    """A colour that a LUT moves, with all that moves with it.

    Attributes:
        swatch: name of the brand colour.
        source: ``#RRGGBB`` as it was rendered.
        target: ``#RRGGBB`` as the brand asks for it.
        colours: ``uint8`` ``[K, 3]``: of a flat colour, the noise around it that lands on the one HEX; of a
            shaded surface, its shadings.
        results: what the LUT makes of each, interpolated tetrahedrally and rounded, ``uint8`` ``[K, 3]``.
        plateau: of a flat colour, the least and greatest codes of the box around it in which all cells are
            of one value; ``None`` for a shaded surface.
    """

    swatch: str
    source: str
    target: str
    colours: torch.Tensor = field(repr=False)
    results: torch.Tensor = field(repr=False)
    plateau: Box | None


def anchors(lut: Lut, shifts: Iterable[Shifted]) -> tuple[Anchor, ...]:
    """The anchors of a LUT, read from its nodes.

    Args:
        lut: as it was solved for.
        shifts: what it was solved for, such as ``Grade.shifts``.

    >>> from types import SimpleNamespace
    >>> from brandkit.colour.lut import grid
    >>> still = SimpleNamespace(swatch="ink", source="#101820", target="#101820")
    >>> anchors(Lut(grid(17)), [still])[0].plateau is None
    True
    """
    return tuple(_anchor(lut, shift) for shift in shifts)


def _anchor(lut: Lut, shift: Shifted) -> Anchor:
    r, g, b = bytes.fromhex(shift.source.removeprefix("#"))
    plateau = _plateau(lut.nodes, (r, g, b))
    colours = _shadings((r, g, b)) if plateau is None else _codes_in(plateau)
    return Anchor(shift.swatch, shift.source, shift.target, colours, lut(colours), plateau)


def _plateau(nodes: torch.Tensor, source: tuple[int, int, int]) -> Box | None:
    """The largest box of cells of one value around a colour's own, in codes; ``None`` if that varies."""
    last = nodes.shape[0] - 1
    first = [min(v * last // 255, last - 1) for v in source]
    low, high = list(first), [v + 1 for v in first]
    value = nodes[first[0], first[1], first[2]]

    def even(start: list[int], end: list[int]) -> bool:
        box = nodes[tuple(slice(a, b + 1) for a, b in zip(start, end, strict=True))]
        return bool(((box - value).abs() <= SAME).all())

    if not even(low, high):
        return None
    grown = True
    while grown:
        grown = False
        for axis in range(3):
            if low[axis] > 0 and even(_moved(low, axis, -1), high):
                low, grown = _moved(low, axis, -1), True
            if high[axis] < last and even(low, _moved(high, axis, 1)):
                high, grown = _moved(high, axis, 1), True
    least = [-(-v * 255 // last) for v in low]
    most = [v * 255 // last for v in high]
    return (least[0], least[1], least[2]), (most[0], most[1], most[2])


def _moved(corner: list[int], axis: int, by: int) -> list[int]:
    return [v + by * (k == axis) for k, v in enumerate(corner)]


def _codes_in(box: Box) -> torch.Tensor:
    """Codes of a box, on each axis at most so many, the ends among them."""
    axes = [
        torch.linspace(a, b, min(_CODES_AN_AXIS, b - a + 1)).round().to(torch.uint8)
        for a, b in zip(*box, strict=True)
    ]
    codes: torch.Tensor = torch.cartesian_prod(*axes)
    return codes


def _shadings(source: tuple[int, int, int]) -> torch.Tensor:
    linear = torch.tensor(srgb_to_linear_triple(source), dtype=torch.float64)
    curve = (linear_to_srgb(shadings(linear, _SHADINGS)).clamp(0, 1) * 255).round()
    own = torch.tensor([source], dtype=torch.float64)
    codes: torch.Tensor = torch.cat((own, curve)).unique(dim=0)
    return codes.to(torch.uint8)
