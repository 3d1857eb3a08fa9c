"""Solve for the LUT that takes given colours onto their targets and leaves the others where they are.

A *demand* says where a colour is (a flat colour with its noise, or a shaded surface's curve) and where it
should be. Each becomes a field over the nodes that is whole at the source and fades with CIEDE2000 from
it (``moves``); then what must be exact is made exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import torch

from brandkit.colour.demand import WHOLE_FRAME, Care, Demand, hex_of, vector
from brandkit.colour.difference import ciede2000
from brandkit.colour.folds import folds
from brandkit.colour.lut import Lut, corners
from brandkit.colour.moves import Move, Nodes, flat_move, nodes_of, plateau, shaded_move
from brandkit.colour.protect import smoothstep
from brandkit.colour.spaces import linear_to_srgb, luminance, srgb_to_lab
from brandkit.colour.targets import shadings
from brandkit.errors import CorrectionError

WIDEN = 1.25
_WIDENINGS = 8
_SAMPLES = 48


def solve(
    demands: list[Demand],
    nodes: int,
    title: str = "brandkit",
    notes: tuple[str, ...] = (),
    care: Care = WHOLE_FRAME,
) -> Lut:
    """The LUT that meets all demands.

    Args:
        demands: colours to move and colours to hold; at least one.
        nodes: nodes along each axis, at least 2.
        title: as in ``Lut``.
        notes: as in ``Lut``.
        care: for what is not the brand's.

    Raises:
        CorrectionError: two demands contradict each other, or no field meets them without folding the
            colour space (so that two colours would change their order, which shows as banding).
    """
    _refuse_contradictions(demands, nodes)
    field = _Field(demands, nodes, care)
    for guard, step in product(care.guards, range(_WIDENINGS)):
        values = field.values(care.widen * WIDEN**step, guard)
        if not folds(values, field.seen):
            return Lut(values, title, notes)
    names = " and ".join(f"'{d.name}' (found as {d.hex})" for d in demands if d.drift > 0)
    raise CorrectionError(
        f"no smooth correction takes {names} onto the brand's colours without folding the colour space; "
        "the drift is too large for a LUT, make the picture again or mask the region"
    )


class _Field:
    """All that is the same however wide a field is and however it guards.

    Args:
        demands: as of ``solve``.
        count: nodes along each axis.
        care: as of ``solve``.
    """

    def __init__(self, demands: list[Demand], count: int, care: Care) -> None:
        self._all = nodes_of(count)
        moves = [flat_move(group, count) for group in _by_target(demands)]
        moves += [shaded_move(demand, count, care) for demand in demands if demand.body is not None]
        nearest = torch.stack([move.far for move in moves]).amin(0)
        self._rows = torch.nonzero(nearest < care.widen * WIDEN ** (_WIDENINGS - 1)).flatten()
        self._own = self._all.only(self._rows)
        self._pulls = [_pull(move, self._rows, self._own) for move in moves]
        self._curves = [_Curve(demand, count) for demand in demands if demand.body is not None]
        self._flat = [demand for demand in demands if demand.body is None]
        moved = torch.zeros(len(nearest), dtype=torch.bool)
        moved[self._rows] = True
        for curve in self._curves:
            moved[curve.used] = True
        last = count - 1
        near = (nearest <= care.looked_at).view(count, count, count)[:last, :last, :last]
        cells = torch.nn.functional.max_pool3d(moved.view(1, 1, count, count, count).float(), 2, 1)[0, 0] > 0
        self.seen = near & cells
        """``bool`` ``[N - 1, N - 1, N - 1]``, where it may fold and may not."""

    def values(self, widen: float, guard: float) -> torch.Tensor:
        """The nodes where every move fades over ``widen`` times its reach: ``[N, N, N, 3]``.

        Of two moves, the nearer goes first.
        """
        pulls = self._pulls
        weights = [(1 - smoothstep(p.far / widen)) * (1 - guard * (1 - p.free)) for p in pulls]
        change = torch.zeros_like(self._own.srgb)
        for k, pull in enumerate(pulls):
            weight = weights[k]
            for j, other in enumerate(pulls):
                if j != k:
                    weight = torch.where(other.far < pull.far, weight * (1 - weights[j]), weight)
            change += weight[:, None] * pull.by
        table = self._all.srgb.clone()
        table[self._rows] += change
        for curve in self._curves:
            curve.make_exact(table)
        count = self._all.count
        values = table.view(count, count, count, 3)
        _make_plateaus(values, self._flat)
        return values


@dataclass(frozen=True, slots=True)
class _Pull:
    """A move of the nodes that it, or another, may reach: how far, how freely, and by how much if wholly."""

    far: torch.Tensor
    free: torch.Tensor
    by: torch.Tensor


def _pull(move: Move, rows: torch.Tensor, nodes: Nodes) -> _Pull:
    return _Pull(move.far[rows], nodes.by_part(move.free), nodes.by_part(move.to) - nodes.srgb)


def _by_target(demands: list[Demand]) -> list[list[Demand]]:
    """The flat demands in groups that go to the same colour: each group is one move."""
    groups: dict[tuple[int, int, int], list[Demand]] = {}
    for demand in demands:
        if demand.body is None:
            groups.setdefault(demand.target, []).append(demand)
    return list(groups.values())


def _make_plateaus(values: torch.Tensor, demands: list[Demand]) -> None:
    """Set, in place, every node that a flat demand's noise reaches to the target itself."""
    for demand in demands:
        low, high = plateau(demand, values.shape[0])
        box = tuple(slice(first, last + 1) for first, last in zip(low, high, strict=True))
        values[box] = vector(demand.target) / 255


def _refuse_contradictions(demands: list[Demand], nodes: int) -> None:
    flat = [d for d in demands if d.body is None]
    for one, other in combinations(flat, 2):
        (low1, high1), (low2, high2) = plateau(one, nodes), plateau(other, nodes)
        overlap = all(low1[c] <= high2[c] and low2[c] <= high1[c] for c in range(3))
        if overlap and one.target != other.target:
            apart = ciede2000(*(srgb_to_lab(vector(d.source) / 255) for d in (one, other)))
            raise CorrectionError(
                f"'{one.name}' (found as {one.hex}) and '{other.name}' (found as "
                f"{other.hex}) lie only {float(apart):.1f} CIEDE2000 apart but must go to "
                f"{hex_of(one.target)} and {hex_of(other.target)}; one LUT cannot part them, "
                "correct each in a picture of its own or mask the regions"
            )


class _Curve:
    """Changes nodes least so that a source's shading curve lands on its target's.

    At each of a number of samples the interpolated value is a weighted sum of four nodes, so "this
    colour lands there" is a linear equation A x = r a channel, whose smallest solution is
    A' (A A' + e)^-1 r; e keeps samples that share a cell from fighting.

    Attributes:
        used: the nodes that it changes, as rows.
    """

    def __init__(self, demand: Demand, count: int) -> None:
        assert demand.body is not None
        body, target = vector(demand.body), demand.target_linear
        source_curve = shadings(body, _SAMPLES)
        factor = (luminance(source_curve) / luminance(body))[:, None]
        wanted = factor * target
        shown = ((source_curve >= 0) & (source_curve <= 1)).all(1) & (wanted <= 1).all(1)
        index, weights = corners(linear_to_srgb(source_curve[shown]), count)
        flat = (index[..., 0] * count + index[..., 1]) * count + index[..., 2]
        self.used, column = flat.unique(return_inverse=True)
        self._matrix = torch.zeros(len(flat), len(self.used), dtype=torch.float64)
        self._matrix.scatter_add_(1, column, weights)
        self._wanted = linear_to_srgb(wanted[shown])
        gram = self._matrix @ self._matrix.T + 1e-2 * torch.eye(len(flat), dtype=torch.float64)
        self._least = self._matrix.T @ torch.linalg.inv(gram)

    def make_exact(self, table: torch.Tensor) -> None:
        """Change the nodes ``[M, 3]`` in place."""
        table[self.used] += self._least @ (self._wanted - self._matrix @ table[self.used])
