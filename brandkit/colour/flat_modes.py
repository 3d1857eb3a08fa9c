"""The flat colours in a weighted cloud of colours: peaks, as no gradient and no texture has them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch

from brandkit.colour.modes import Mode

_BIN = 4
_BINS = 256 // _BIN
_NEAR, _AROUND = 3, 9
"""Bins a side of the neighbourhood of a bin, and of what lies around that."""
FLAT_REACH = 8
"""Codes on each channel within which pixels belong to a flat mode: five deviations of noise of 1.5 codes."""
FLAT_CORE = 3
FLAT_PEAK = 0.65
"""A flat colour has at least this part of its pixels within ``FLAT_CORE``: 0.94 under noise of 1.5 codes,
0.78 of 2. An even gradient has 0.41; skies, skin, cloth and foliage in photographs had 0.2 to 0.57."""
SPIKE_REACH, SPIKE_PEAK = 5, 0.85
"""A spike has this part of what is within so many codes within ``FLAT_CORE``, after what lies under it, as
dense as beside it, is taken off: 0.94 under noise of 1.5 codes. An even gradient has 0.73."""
FLAT_LEEWAY = 0.15
NOISY_PEAK, NOISY_REACH = 0.2, 12
"""A colour with so many there may still be flat, under noise of up to 4 codes, that reaches so many codes."""
_TRIES = 16
"""Places that are looked at for a spike: in a texture every other place stands out a little."""
_ALONE, _THINNED = 0.5, 3.0
"""A spike reaches as far as it is denser than so many times what lies under it, unless that is less than this
part of it."""
_STEPS, _STILL = 12, 0.01
_VICINITY, _LEEWAY = 40.0, 20.0
"""Codes to each side of a place within which a climb looks, and how far it gets from there before it looks at
the whole cloud again: what it ends at has ``NOISY_REACH`` and a step of ``FLAT_REACH`` around it."""


def flat_modes(
    rgb: torch.Tensor,
    weight: torch.Tensor,
    least: float,
    even: Callable[[torch.Tensor, float], bool] = lambda centre, reach: False,
    edged: Callable[[torch.Tensor, float], bool] = lambda centre, reach: True,
    least_spike: float | None = None,
) -> list[Mode]:
    """Modes of colours that stand for flat areas: peaks, not stretches of a gradient.

    A spike is looked for first: a flat colour that stands out of what is all around it in the colour space,
    as a logo does on a ground of its own hue. What lies around it tells how much of that lies under it.

    Args:
        rgb: ``uint8`` ``[N, 3]``, distinct colours.
        weight: ``[N]``, how often each occurs.
        least: modes of less summed weight than this are not returned.
        even: asked of a blunt peak, which may be noise or texture, by its centre and reach: whether it is
            flat in the picture.
        edged: asked of a spike that stands in a crowd, or that has less than ``least``: whether it is an area
            in the picture, and ends at edges.
        least_spike: what a spike has to have beyond what is around it; ``least`` without.

    Returns:
        Modes by falling weight; each centre is the commonest colour of its peak where one colour
        stands out, else the peak's mean, in codes.
    """
    cloud = _Cloud(rgb, weight)
    found = _spikes(cloud, least, least if least_spike is None else min(least, least_spike), edged)
    while cloud.free.sum() >= least:
        centre, near = cloud.climb(cloud.densest(), FLAT_REACH / 2)
        centre = cloud.commonest(centre, near)
        rows = cloud.around(centre, FLAT_REACH, near)
        mass = cloud.mass(rows)
        if mass < least:
            break
        peak = cloud.mass(cloud.around(centre, FLAT_CORE + 0.5, rows)) / mass
        if peak >= FLAT_PEAK:
            found.append((peak, Mode(centre, cloud.members(rows), mass, FLAT_REACH)))
        elif peak >= NOISY_PEAK and even(centre, NOISY_REACH):
            rows = cloud.around(centre, NOISY_REACH, near)
            found.append((peak, Mode(centre, cloud.members(rows), cloud.mass(rows), NOISY_REACH)))
        cloud.free[rows] = 0
    # Noise is the same all over a clip: beside a peak that is sharp, a blunt one is a piece of a gradient.
    sharpest = max((peak for peak, _ in found), default=0.0)
    kept = [mode for peak, mode in found if peak >= sharpest - FLAT_LEEWAY]
    return sorted(kept, key=lambda mode: -mode.weight)


def _spikes(
    cloud: _Cloud, sure: float, least: float, edged: Callable[[torch.Tensor, float], bool]
) -> list[tuple[float, Mode]]:
    """The spikes in a cloud, each behind its peak, taken out of what is free there."""
    found: list[tuple[float, Mode]] = []
    excess = cloud.excess()
    looked_at = torch.zeros(excess.shape, dtype=torch.bool)
    for _ in range(_TRIES):
        most, number = torch.where(looked_at, -torch.inf, excess).flatten().max(0)
        if float(most) < least:
            break
        place = _place(int(number), excess.shape)
        spike = _spike(cloud, cloud.middle(place), sure, least, edged)
        if spike is not None and (spike[1].weight >= sure or not _beside(spike[1], found)):
            found.append(spike)
            cloud.free[spike[1].members] = 0
            excess = cloud.excess()
        looked_at[tuple(slice(max(at - 1, 0), at + 2) for at in place)] = True
    return found


def _beside(spike: Mode, found: list[tuple[float, Mode]]) -> bool:
    """Whether a spike is where compression's errors about a larger one may gather."""
    return any(float((spike.centre - mode.centre).abs().max()) <= 2 * FLAT_REACH for _, mode in found)


def _spike(
    cloud: _Cloud,
    start: torch.Tensor,
    sure: float,
    least: float,
    edged: Callable[[torch.Tensor, float], bool],
) -> tuple[float, Mode] | None:
    """The spike near a place, if there is one of that much, behind its peak."""
    centre, near = cloud.climb(start, FLAT_REACH / 2)
    centre = cloud.commonest(centre, near)
    boxes = cloud.boxes(centre, FLAT_REACH, near)
    shells = [_volume(r + 1) - _volume(r) for r in range(FLAT_REACH)]
    under = (boxes[FLAT_REACH] - boxes[SPIKE_REACH]) / sum(shells[SPIKE_REACH:])
    whole, core = (boxes[r] - under * _volume(r) for r in (SPIKE_REACH, FLAT_CORE))
    if whole < least or core < SPIKE_PEAK * whole:
        return None
    reach = FLAT_REACH
    crowded = under * _volume(FLAT_REACH) > _ALONE * whole
    if crowded:
        dense = [boxes[r + 1] - boxes[r] > _THINNED * under * shells[r] for r in range(1, SPIKE_REACH)]
        reach = 1 + (dense.index(False) if False in dense else len(dense))
    if (crowded or whole < sure) and not edged(centre, reach):
        return None
    rows = cloud.around(centre, reach + 0.5, near)
    return core / whole, Mode(centre, cloud.members(rows), cloud.mass(rows), reach)


def _volume(reach: float) -> float:
    """Codes in a box that reaches so far to each side."""
    return (2 * reach + 1) ** 3


class _Cloud:
    """Colours and how much of each is not taken yet, laid out for looking at boxes of them.

    Args:
        rgb: codes ``[N, 3]``.
        weight: ``[N]``.
    """

    def __init__(self, rgb: torch.Tensor, weight: torch.Tensor) -> None:
        self._channels = rgb.T.to(torch.float32).contiguous()
        self.free = weight.to(torch.float64).clone()
        self._all = torch.arange(len(rgb))
        # Of the bins of all colours, those that these colours lie in or around: few, of one brand colour's.
        bins = (self._channels / _BIN).to(torch.int64)
        low, high = (bins.amin(1), bins.amax(1)) if len(rgb) else (bins.new_zeros(3), bins.new_zeros(3))
        self._first = (low - _AROUND // 2).clamp_min(0)
        self._shape = tuple((high - self._first + 1 + _AROUND // 2).minimum(_BINS - self._first).tolist())
        r, g, b = bins - self._first[:, None]
        self._bins = (r * self._shape[1] + g) * self._shape[2] + b

    def commonest(self, centre: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """The commonest colour near a centre, ``float64`` ``[3]``, where it stands out; else the centre."""
        near = self.around(centre, FLAT_REACH, rows)
        if not len(near):
            return centre
        first = near[self.free[near].argmax()]
        return self._channels[:, first].double() if 4 * float(self.free[first]) >= self.mass(near) else centre

    def mass(self, rows: torch.Tensor) -> float:
        """What is free of some rows."""
        return float(self.free[rows].sum())

    def members(self, rows: torch.Tensor) -> torch.Tensor:
        """Some rows as ``bool`` ``[N]``."""
        chosen = torch.zeros(len(self.free), dtype=torch.bool)
        chosen[rows] = True
        return chosen

    def around(self, centre: torch.Tensor, reach: float, rows: torch.Tensor | None = None) -> torch.Tensor:
        """Rows of what is free, of all or of some rows, and within ``reach`` of a centre on each channel."""
        from brandkit.colour import mode_kernel

        rows = self._all if rows is None else rows
        found = torch.empty_like(rows)
        cloud = self._channels.numpy(), self.free.numpy(), centre.float().numpy()
        return found[: mode_kernel.around(*cloud, reach, rows.numpy(), found.numpy())]

    def densest(self) -> torch.Tensor:
        """Centre of the densest neighbourhood of 12 codes a side."""
        counts = self._counts()
        around = _summed(counts, _NEAR)
        # The busiest bin itself decides between equal neighbourhoods.
        return self.middle(_place(int((around + counts * 1e-2).argmax()), counts.shape))

    def middle(self, place: tuple[int, int, int]) -> torch.Tensor:
        """The colour in the middle of a bin, ``float64`` ``[3]``."""
        return (self._first + torch.tensor(place, dtype=torch.float64) + 0.5) * _BIN

    def excess(self) -> torch.Tensor:
        """How much more each neighbourhood of 12 codes a side holds than what lies around it would have it
        hold: ``float64``, by the bin in its middle."""
        counts = self._counts()
        inner, outer = (_summed(counts, side) for side in (_NEAR, _AROUND))
        return inner - (outer - inner) * (_NEAR**3 / (_AROUND**3 - _NEAR**3))

    def boxes(self, centre: torch.Tensor, reach: int, rows: torch.Tensor) -> list[float]:
        """What is free, of some rows, within 0, 1, … ``reach`` codes and a half of a centre per channel."""
        apart = (self._channels[:, rows] - centre.float()[:, None]).abs_().amax(0)
        first = (apart - 0.5).ceil_().clamp_(0, reach + 1).long()
        return torch.bincount(first, self.free[rows], reach + 2).cumsum(0)[: reach + 1].tolist()

    def _counts(self) -> torch.Tensor:
        return torch.bincount(self._bins, self.free, math.prod(self._shape)).view(self._shape)

    def climb(self, start: torch.Tensor, reach: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean shift with a box of ``reach`` to each side: where the mean of what is near lies still.

        Returns:
            The place, and rows among which is all that lies within ``_LEEWAY`` of it.
        """
        centre = start
        first, rows = start, self.around(start, _VICINITY)
        for _ in range(_STEPS):
            if float((centre - first).abs().max()) > _LEEWAY:
                first, rows = centre, self.around(centre, _VICINITY)
            near = self.around(centre, reach, rows)
            mass = self.mass(near)
            if mass <= 0:
                break
            mean = (self._channels[:, near] * self.free[near]).sum(1) / mass
            moved = float((mean - centre).abs().max())
            centre = mean
            if moved < _STILL:
                break
        if float((centre - first).abs().max()) > _LEEWAY:
            rows = self.around(centre, _VICINITY)
        return centre, rows


def _summed(counts: torch.Tensor, side: int) -> torch.Tensor:
    """Sums over cubes of so many bins a side around each bin of ``[R, G, B]``."""
    before = side // 2 + 1
    for axis in range(3):
        beyond = [0] * 6
        beyond[2 * (2 - axis)] = before
        beyond[2 * (2 - axis) + 1] = side // 2
        sums, size = torch.nn.functional.pad(counts, beyond).cumsum(axis), counts.shape[axis]
        counts = sums.narrow(axis, side, size) - sums.narrow(axis, 0, size)
    return counts


def _place(number: int, shape: Sequence[int]) -> tuple[int, int, int]:
    """The bin of that number, by its place along each channel."""
    _, greens, blues = shape
    return number // (greens * blues), number // blues % greens, number % blues
