"""Distance of colours to a set of targets, each a point (a flat colour) or a curve (a shaded surface)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import lab_to_linear, linear_to_lab, luminance, srgb_to_lab, srgb_to_linear

CURVE_POINTS = 256
CURVE_STRIDE = 16
DARKEST_L = 10.0
"""L* under which a shading curve is not followed: there, every hue is black to the eye."""
BRIGHTEST = 2.0
"""Largest shading factor: one stop over the brand colour itself; more light than that is a highlight."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a colour is compared with.

    Attributes:
        rgb8: encoded sRGB, 0 to 255.
        shaded: whether the colour may be darkened or brightened by light. The target is then the curve
            of its linear light times a factor, since a matte surface of one colour keeps its
            chromaticity whatever the light's strength.
    """

    rgb8: tuple[int, int, int]
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each of ``N`` colours: the nearest target.

    Attributes:
        index: ``int64`` ``[N]``, which target.
        distance: ``float32`` ``[N]``, CIEDE2000.
        point: ``float32`` ``[N, 3]``, Lab of the place on the target that it is nearest to.
    """

    index: torch.Tensor
    distance: torch.Tensor
    point: torch.Tensor


def shading_curve(rgb8: tuple[int, int, int], points: int = CURVE_POINTS) -> torch.Tensor:
    """Lab of a surface of one colour under light of growing strength.

    Returns:
        ``float32`` ``[points, 3]``, evenly spaced in L*, from ``DARKEST_L`` to the brightest that sRGB
        can show without clipping a channel, at most ``BRIGHTEST`` times the colour itself. Black has
        one point only, ``points`` times.
    """
    linear = srgb_to_linear(torch.tensor(rgb8, dtype=torch.float64) / 255)
    return linear_to_lab(shadings(linear, points)).float()


def shadings(linear: torch.Tensor, points: int) -> torch.Tensor:
    """The colours of ``shading_curve`` in linear light, of a linear-light colour ``[3]``: ``[points, 3]``."""
    peak = float(linear.max())
    if peak <= 0:
        return linear.expand(points, 3)
    own = float(linear_to_lab(linear)[0])
    brightest = linear_to_lab(linear * min(BRIGHTEST, max(1.0, 1 / peak)))[0]
    lightness = torch.linspace(min(DARKEST_L, own), float(brightest), points, dtype=linear.dtype)
    grey = lab_to_linear(torch.stack((lightness, torch.zeros(points), torch.zeros(points)), -1))
    return luminance(grey)[:, None] * linear / luminance(linear)


class Targets:
    """A palette ready to be measured against.

    Args:
        targets: at least one.
        device: where colours will come from.

    >>> palette = Targets([Target((255, 79, 0)), Target((0, 80, 255))])
    >>> found = palette.nearest(torch.tensor([[0, 80, 255]], dtype=torch.uint8))
    >>> found.index.item(), round(found.distance.item(), 3)
    (1, 0.0)
    """

    def __init__(self, targets: list[Target], device: torch.device | str = "cpu") -> None:
        self._curves = [
            shading_curve(t.rgb8).to(device)
            if t.shaded
            else srgb_to_lab(torch.tensor([t.rgb8], dtype=torch.uint8)).to(device)
            for t in targets
        ]

    def nearest(self, rgb: torch.Tensor) -> Nearest:
        """Find the nearest target of each colour, ``uint8`` ``[N, 3]``."""
        return self.nearest_lab(srgb_to_lab(rgb))

    def nearest_lab(self, lab: torch.Tensor) -> Nearest:
        """Find the nearest target of each colour, Lab ``float32`` ``[N, 3]``."""
        flat = [k for k, curve in enumerate(self._curves) if len(curve) == 1]
        shaded = [k for k, curve in enumerate(self._curves) if len(curve) > 1]
        index = torch.zeros(len(lab), dtype=torch.int64, device=lab.device)
        distance = torch.full((len(lab),), torch.inf, device=lab.device)
        point = torch.zeros_like(lab)
        if flat:
            points = torch.cat([self._curves[k] for k in flat])
            distance, which = nearest_point(lab, points)
            index = torch.tensor(flat, device=lab.device)[which]
            point = points[which]
        for k in shaded:
            apart, position = nearest_on_curve(lab, self._curves[k])
            nearer = apart < distance
            index = torch.where(nearer, k, index)
            distance = torch.where(nearer, apart, distance)
            point = torch.where(nearer[:, None], _along(self._curves[k], position), point)
        return Nearest(index, distance, point)


def _along(curve: torch.Tensor, position: torch.Tensor) -> torch.Tensor:
    low = position.floor().long().clamp(0, len(curve) - 2)
    part = (position - low)[:, None]
    return curve[low] * (1 - part) + curve[low + 1] * part


Plane = npt.NDArray[np.float32]


def _planes(lab: torch.Tensor) -> tuple[Plane, Plane, Plane]:
    """L*, a* and b* each contiguous, as the compiled loops want them."""
    lightness, a, b = (np.ascontiguousarray(plane) for plane in lab.detach().float().T.numpy())
    return lightness, a, b


def nearest_point(lab: torch.Tensor, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest of Lab points ``[K, 3]`` to each Lab colour ``[N, 3]``.

    Returns:
        CIEDE2000 ``[N]``, and the index of the point ``[N]``.
    """
    if lab.device.type != "cpu":
        return nearest_point_torch(lab, points)
    from brandkit.colour import kernels

    distance = torch.empty(len(lab))
    index = torch.empty(len(lab), dtype=torch.int32)
    kernels.nearest(*_planes(lab), *_planes(points), distance.numpy(), index.numpy())
    return distance, index.long()


def nearest_point_torch(lab: torch.Tensor, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """``nearest_point`` in torch alone, for any device."""
    distance = torch.full((len(lab),), torch.inf, dtype=lab.dtype, device=lab.device)
    index = torch.zeros(len(lab), dtype=torch.int64, device=lab.device)
    for k, point in enumerate(points):  # one at a time: N by K differences at once would need gigabytes
        apart = ciede2000(lab, point)
        nearer = apart < distance
        index = torch.where(nearer, k, index)
        distance = torch.where(nearer, apart, distance)
    return distance, index


def nearest_on_curve(lab: torch.Tensor, curve: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Smallest CIEDE2000 of each Lab colour ``[N, 3]`` to a curve ``[P, 3]``.

    Returns:
        The distance ``[N]``, and the position on the curve ``[N]``, 0 to ``P - 1``.
    """
    if lab.device.type != "cpu":
        return nearest_on_curve_torch(lab, curve)
    from brandkit.colour import kernels

    distance = torch.empty(len(lab))
    position = torch.empty(len(lab))
    kernels.nearest_on_curve(*_planes(lab), *_planes(curve), CURVE_STRIDE, distance.numpy(), position.numpy())
    return distance, position


def nearest_on_curve_torch(lab: torch.Tensor, curve: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """``nearest_on_curve`` in torch alone, for any device; the same steps as the compiled one."""
    last = len(curve) - 1
    distance, coarse = nearest_point_torch(lab, curve[::CURVE_STRIDE])
    best = coarse * CURVE_STRIDE
    step = CURVE_STRIDE // 2
    while step:
        for offset in (-step, step):
            other = best + offset
            inside = (other >= 0) & (other <= last)
            apart = ciede2000(lab, curve[other.clamp(0, last)])
            nearer = inside & (apart < distance)
            best = torch.where(nearer, other, best)
            distance = torch.where(nearer, apart, distance)
        step //= 2
    squared = distance**2
    before = ciede2000(lab, curve[(best - 1).clamp_min(0)]) ** 2
    after = ciede2000(lab, curve[(best + 1).clamp_max(last)]) ** 2
    bend = before - 2 * squared + after
    vertex = (best > 0) & (best < last) & (bend > 0)
    shift = torch.where(vertex, 0.5 * (before - after) / bend, 0.0).clamp(-0.5, 0.5)
    lowered = squared - 0.125 * (before - after) ** 2 / bend
    return torch.where(vertex, lowered.clamp_min(0), squared).sqrt(), best + shift
