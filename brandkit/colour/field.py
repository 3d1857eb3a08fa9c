"""Solve for the LUT that takes given colours onto their targets and leaves the others where they are.

A *demand* says where a colour is (a flat colour with its noise, or a shaded surface's curve) and where it
should be. Each becomes a field over the nodes that is whole at the source and fades with CIEDE2000 from
it; then what must be exact is made exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations, product

import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.lut import Lut, corners, grid
from brandkit.colour.protect import smoothstep, unprotected
from brandkit.colour.spaces import (
    linear_to_lab,
    linear_to_srgb,
    luminance,
    srgb_to_lab,
    srgb_to_linear,
)
from brandkit.colour.targets import shadings
from brandkit.errors import CorrectionError

GUARDS = (1.0, 0.5, 0.0)
"""How far neutrals and skin are held, in the order tried: less only where holding them would fold."""

NOISE_MARGIN = 2
"""Codes beyond the noise seen that also land on the target: later frames may be noisier."""
FLAT_FADE = 20 / 255
SHADED_FADE = 3.0
FADE_OF_SHIFT = 1.6
"""A flat colour's field fades over ``FLAT_FADE`` of the code range, a shaded one's over ``SHADED_FADE``
CIEDE2000 or this many times its shift, whichever is more: a shift that ended sooner would overtake what
lies ahead."""
FOLD = 0.02
"""Determinants down to this much below zero are rounding and clipping, not folds."""
WIDEN = 1.25
_WIDENINGS = 8
GRAIN = (2.0, 4.0)
"""Distance from a shading curve, in a* and b*, up to which it is noise and from which it is texture."""
DRAWN = 0.7
"""How far noise is drawn in. Wholly, and nothing would be left that could be kept from folding."""
LEAST_PARTED = 0.05
"""Squared sine of the angle between a body colour and white, in linear light, that it takes to part them."""
_SAMPLES = 48
_WAY_POINTS = 17


@dataclass(frozen=True, slots=True)
class Care:
    """How a field treats what is not the brand's.

    Attributes:
        guards: how far neutrals and skin are held, 0 to 1, in the order tried.
        widen: factor on the distances over which fields fade, to begin with.
        looked_at: how far from the demands' own colours a fold counts, in parts of the distance over which
            their fields fade.
        gloss: whether highlights on a shaded surface move with it. They have its hue at any chroma down to
            white, and so has much else.
    """

    guards: tuple[float, ...]
    widen: float
    looked_at: float
    gloss: bool


WHOLE_FRAME = Care(GUARDS, 1.0, torch.inf, gloss=True)
"""For a LUT that every pixel goes through."""
BODY_ONLY = Care(GUARDS, 1.0, torch.inf, gloss=False)
"""The same where moving highlights too would fold the space."""
MASKED = Care((0.0,), 4.0, 0.0, gloss=True)
"""For a LUT that only the brand's own pixels go through: it need not spare what it never meets."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One colour that must move, or, where source and target are one, must stay.

    Attributes:
        name: for messages.
        target: encoded sRGB, 0 to 255.
        source: encoded sRGB, 0 to 255, of a flat colour; of a shaded one, at its median shading.
        low: least codes of a flat colour's noise.
        high: greatest codes.
        body: of a shaded surface, the linear-light colour that is to become the target; ``None`` if flat.
        spread: of a shaded surface, distance in a* and b* from ``body`` that holds most of its pixels.
        grain: likewise, from the shading curve at each pixel's own lightness.
    """

    name: str
    target: tuple[int, int, int]
    source: tuple[int, int, int]
    low: tuple[int, int, int]
    high: tuple[int, int, int]
    body: tuple[float, float, float] | None
    spread: float
    grain: float = 0.0

    @property
    def drift(self) -> float:
        """CIEDE2000 from source to target; of a shaded surface, of its body colour."""
        target = linear_to_lab(self.target_linear)
        if self.body is not None:
            return float(ciede2000(linear_to_lab(_vector(self.body)), target))
        return float(ciede2000(srgb_to_lab(_vector(self.source) / 255), target))

    @property
    def target_linear(self) -> torch.Tensor:
        """The target in linear light, ``float64`` ``[3]``."""
        return srgb_to_linear(_vector(self.target) / 255)


def _vector(values: tuple[float, float, float]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


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
    identity = grid(nodes).view(-1, 3)
    moves = [_flat_move(group, identity) for group in _by_target(demands)]
    moves += [_shaded_move(demand, identity, care) for demand in demands if demand.body is not None]
    near = torch.stack([move.far for move in moves]).amin(0) <= care.looked_at
    seen = near.view(nodes, nodes, nodes)[:-1, :-1, :-1]
    for guard, step in product(care.guards, range(_WIDENINGS)):
        values = _blend(moves, identity, care.widen * WIDEN**step, guard).view(nodes, nodes, nodes, 3)
        for demand in demands:
            if demand.body is not None:
                _make_curve_exact(values, demand)
        _make_plateaus(values, demands)
        if not folds(values, seen):
            return Lut(values, title, notes)
    names = " and ".join(f"'{d.name}' (found as {_hex(d.source)})" for d in demands if d.drift > 0)
    raise CorrectionError(
        f"no smooth correction takes {names} onto the brand's colours without folding the colour space; "
        "the drift is too large for a LUT, make the picture again or mask the region"
    )


def folds(values: torch.Tensor, seen: torch.Tensor | None = None) -> bool:
    """Whether nodes ``[N, N, N, 3]`` turn some part of the colour space inside out.

    ``seen``, ``bool`` ``[N - 1, N - 1, N - 1]``, says of which cells that is asked; of all without.

    They do where the determinant of the map is negative: in one of the six tetrahedra that a cell is
    interpolated by, or, under trilinear interpolation, at one of a cell's corners. One of zero is no
    fold: a plateau is what puts noise on one HEX. Values may leave 0 to 1: what clips, after the
    interpolation, lies flat on the gamut's face.
    """
    last = values.shape[0] - 1
    cell: dict[tuple[int, ...], torch.Tensor] = {
        (r, g, b): values[r : r + last, g : g + last, b : b + last] for r, g, b in product((0, 1), repeat=3)
    }
    free = [(at, axis) for at in cell for axis in range(3) if not at[axis]]
    edges = {(at, axis): (cell[_step(at, axis)] - cell[at]) * last for at, axis in free}
    for way in permutations(range(3)):
        at: tuple[int, ...] = (0, 0, 0)
        sides = {}
        for axis in way:
            sides[axis], at = edges[at, axis], _step(at, axis)
        if _turns(sides[0], sides[1], sides[2], seen):
            return True
    corners_of = ([edges[(*at[:axis], 0, *at[axis + 1 :]), axis] for axis in range(3)] for at in cell)
    return any(_turns(red, green, blue, seen) for red, green, blue in corners_of)


def _step(at: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """The corner of a cell one step along an axis."""
    return (*at[:axis], 1, *at[axis + 1 :])


def _turns(red: torch.Tensor, green: torch.Tensor, blue: torch.Tensor, seen: torch.Tensor | None) -> bool:
    turned = (torch.linalg.cross(red, green) * blue).sum(-1) < -FOLD
    return bool((turned if seen is None else turned & seen).any())


@dataclass(frozen=True, slots=True)
class _Move:
    """What a demand does to each node.

    Attributes:
        to: where it takes the node, if whole; encoded sRGB, may leave 0 to 1. ``[M, 3]``.
        far: how far beyond being whole it is: 0 or less where it is whole, 1 where it has faded. ``[M]``.
        free: 1 for nodes that may move, 0 for neutrals and skin. ``[M]``.
    """

    to: torch.Tensor
    far: torch.Tensor
    free: torch.Tensor


def _blend(moves: list[_Move], identity: torch.Tensor, widen: float, guard: float) -> torch.Tensor:
    """Every move, fading over ``widen`` times its reach; the nearer of two goes first. ``[M, 3]``."""
    weights = [(1 - smoothstep(m.far / widen)) * (1 - guard * (1 - m.free)) for m in moves]
    values = identity.clone()
    for k, move in enumerate(moves):
        weight = weights[k]
        for j, other in enumerate(moves):
            if j != k:
                weight = torch.where(other.far < move.far, weight * (1 - weights[j]), weight)
        values += weight[:, None] * (move.to - identity)
    return values


def _by_target(demands: list[Demand]) -> list[list[Demand]]:
    """The flat demands in groups that go to the same colour: each group is one move."""
    groups: dict[tuple[int, int, int], list[Demand]] = {}
    for demand in demands:
        if demand.body is None:
            groups.setdefault(demand.target, []).append(demand)
    return list(groups.values())


def _flat_move(group: list[Demand], identity: torch.Tensor) -> _Move:
    """Toward the target itself, from all sources at once.

    What lies between a source and the target goes there too, so that the set which is drawn in is
    star-shaped about the target: by det((1 - w) I - (u - t) grad w') the smooth map then folds nowhere.
    Between nodes that sample it too coarsely it may; that is what ``folds`` is for.
    """
    target = _vector(group[0].target) / 255
    apart = torch.stack([_from_the_way(demand, identity) for demand in group]).amin(0)
    ends = srgb_to_lab(torch.stack([_vector(demand.source) / 255 for demand in group] + [target]))
    free = unprotected(srgb_to_lab(identity), ends, max(demand.drift for demand in group))
    return _Move(target.expand_as(identity), apart / FLAT_FADE, free)


def _shaded_move(demand: Demand, identity: torch.Tensor, care: Care) -> _Move:
    """By the difference of body colours, in proportion to the light.

    It is added in linear light: texture and sheen that lie over the body colour stay as they are, and
    channels near zero need no division. Its weight depends on the colour at the body's luminance alone,
    which light does not change. In that plane the move is one shift for all, and a shift that fades over
    at least 1.5 times its own length folds nowhere.

    What is within the grain of the body's curve lands on the target's curve itself, as noise around a flat
    colour lands on its HEX.
    """
    assert demand.body is not None
    body, target = _vector(demand.body), demand.target_linear
    linear = srgb_to_linear(identity)
    gloss = highlight(linear, body) if care.gloss else torch.zeros(len(linear), dtype=linear.dtype)
    factor = ((luminance(linear) - gloss) / luminance(body))[:, None]
    own = linear - gloss[:, None]
    metric = _lab_metric((body + target) / 2)
    offset, shift = own / factor.clamp_min(1e-9) - body, target - body
    ends = linear_to_lab(torch.stack((body, target)))
    # CIEDE2000 counts chroma in units that grow with it, equation (19); the metric is plain CIELAB.
    unit = 1 + 0.045 * float(ends[:, 1:].norm(dim=1).mean())
    stray = own - factor * body
    return _Move(
        linear_to_srgb(linear + factor * shift - _drawn_in(own, stray, demand.grain)[:, None] * stray),
        (_length(offset, metric) - demand.spread) / _fade(offset, shift, metric, SHADED_FADE * unit),
        unprotected(srgb_to_lab(identity), ends, demand.drift),
    )


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


def _from_the_way(demand: Demand, identity: torch.Tensor) -> torch.Tensor:
    """How far each node is, in encoded sRGB 0 to 1, from the way of the noise's box to the target."""
    nodes = round(len(identity) ** (1 / 3))
    low, high = (torch.tensor(side, dtype=torch.float64) / (nodes - 1) for side in _plateau(demand, nodes))
    line = (_vector(demand.target) - _vector(demand.source)) / 255
    apart = torch.full((len(identity),), torch.inf, dtype=torch.float64)
    for part in torch.linspace(0, 1, _WAY_POINTS, dtype=torch.float64):
        place = identity.clamp(low + part * line, high + part * line)
        apart = torch.minimum(apart, (identity - place).norm(dim=1))
    return apart


def _plateau(demand: Demand, nodes: int) -> tuple[list[int], list[int]]:
    """First and last node, on each axis, of all cells that the demand's noise reaches into."""
    step = 255 / (nodes - 1)
    low = [int(max(0, v - NOISE_MARGIN) / step) for v in demand.low]
    high = [min(nodes - 1, int(min(255, v + NOISE_MARGIN) / step) + 1) for v in demand.high]
    return low, high


def _make_plateaus(values: torch.Tensor, demands: list[Demand]) -> None:
    """Set, in place, every node that a flat demand's noise reaches to the target itself."""
    for demand in demands:
        if demand.body is None:
            low, high = _plateau(demand, values.shape[0])
            box = tuple(slice(first, last + 1) for first, last in zip(low, high, strict=True))
            values[box] = _vector(demand.target) / 255


def _refuse_contradictions(demands: list[Demand], nodes: int) -> None:
    flat = [d for d in demands if d.body is None]
    for one, other in combinations(flat, 2):
        (low1, high1), (low2, high2) = _plateau(one, nodes), _plateau(other, nodes)
        overlap = all(low1[c] <= high2[c] and low2[c] <= high1[c] for c in range(3))
        if overlap and one.target != other.target:
            apart = ciede2000(*(srgb_to_lab(_vector(d.source) / 255) for d in (one, other)))
            raise CorrectionError(
                f"'{one.name}' (found as {_hex(one.source)}) and '{other.name}' (found as "
                f"{_hex(other.source)}) lie only {float(apart):.1f} CIEDE2000 apart but must go to "
                f"{_hex(one.target)} and {_hex(other.target)}; one LUT cannot part them, "
                "correct each in a picture of its own or mask the regions"
            )


def _hex(rgb8: tuple[int, int, int]) -> str:
    return "#{:02X}{:02X}{:02X}".format(*rgb8)


def _make_curve_exact(values: torch.Tensor, demand: Demand) -> None:
    """Change the nodes least, in place, so that the source's shading curve lands on the target's.

    At each of a number of samples the interpolated value is a weighted sum of four nodes, so "this
    colour lands there" is a linear equation A x = r a channel, whose smallest solution is
    A' (A A' + e)^-1 r; e keeps samples that share a cell from fighting.
    """
    assert demand.body is not None
    body, target = _vector(demand.body), demand.target_linear
    source_curve = shadings(body, _SAMPLES)
    factor = (luminance(source_curve) / luminance(body))[:, None]
    wanted = factor * target
    shown = ((source_curve >= 0) & (source_curve <= 1)).all(1) & (wanted <= 1).all(1)
    index, weights = corners(linear_to_srgb(source_curve[shown]), values.shape[0])
    nodes = values.shape[0]
    flat = (index[..., 0] * nodes + index[..., 1]) * nodes + index[..., 2]
    used, column = flat.unique(return_inverse=True)
    matrix = torch.zeros(len(flat), len(used), dtype=torch.float64)
    matrix.scatter_add_(1, column, weights)
    table = values.view(-1, 3)
    residual = linear_to_srgb(wanted[shown]) - matrix @ table[used]
    gram = matrix @ matrix.T + 1e-2 * torch.eye(len(matrix), dtype=torch.float64)
    table[used] += matrix.T @ torch.linalg.solve(gram, residual)
