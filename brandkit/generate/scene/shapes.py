"""How far points are from each shape: signed distance functions in a body's own coordinates.

Each takes points ``[3, N]``, the body's middle at the origin, and half of its width, height and depth, and
gives a distance ``[N]`` that is never more than the true one, negative inside. The formulas are those of
Inigo Quilez, "Distance functions", https://iquilezles.org/articles/distfunctions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from brandkit.generate.scene import model

Half = tuple[float, float, float]
Distance = Callable[[torch.Tensor, Half], torch.Tensor]

EDGE = 0.16
"""Radius of a box's edges, as a part of its shortest half side."""
RIM = 0.14
"""Radius of a cylinder's rims, as a part of its half width."""
SHOULDER = 0.5
"""How softly a bottle's body runs into its neck, as a part of its half width."""
BODY, NECK, NECK_WIDTH = 0.66, 0.96, 0.34
"""How high a bottle's body and neck reach, as a part of its height, and the neck's part of its width."""


@dataclass(frozen=True, slots=True)
class Form:
    """A shape.

    Attributes:
        distance: its signed distance.
        convex: whether it can throw no shadow on itself.
        round: whether it is the same all around its vertical axis.
        curved: whether it has no faces, over which light would be the same everywhere.
        belly: where a label has its middle, in halves of the height above the body's middle.
        face: of one that can be as thin as a panel, the signed distance of its outline, seen from the front.
    """

    distance: Distance
    convex: bool = True
    round: bool = True
    curved: bool = True
    belly: float = 0.0
    face: Distance | None = None


def _length(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (x * x + y * y).sqrt_()


def _rounded(x: torch.Tensor, y: torch.Tensor, radius: float) -> torch.Tensor:
    """Distance from a profile's two walls to that of the profile with rounded corners."""
    outside = _length(x.clamp_min(0), y.clamp_min(0))
    return outside + torch.maximum(x, y).clamp_max_(0) - radius


def _sphere(p: torch.Tensor, half: Half) -> torch.Tensor:
    return (p * p).sum(0).sqrt_() - half[0]


def _box(p: torch.Tensor, half: Half) -> torch.Tensor:
    radius = EDGE * min(half)
    x, y, z = (p[axis].abs() - (half[axis] - radius) for axis in range(3))
    outside = (x.clamp_min(0) ** 2 + y.clamp_min(0) ** 2 + z.clamp_min(0) ** 2).sqrt_()
    return outside + torch.maximum(torch.maximum(x, y), z).clamp_max_(0) - radius


def _cylinder(p: torch.Tensor, half: Half) -> torch.Tensor:
    radius = min(RIM * half[0], 0.5 * half[1])
    return _rounded(_length(p[0], p[2]) - (half[0] - radius), p[1].abs() - (half[1] - radius), radius)


def _disc(p: torch.Tensor, half: Half) -> torch.Tensor:
    """A coin that stands on its rim and shows its face."""
    radius = 0.4 * half[2]
    return _rounded(_length(p[0], p[1]) - (half[0] - radius), p[2].abs() - (half[2] - radius), radius)


def _disc_face(p: torch.Tensor, half: Half) -> torch.Tensor:
    return _length(p[0], p[1]) - half[0]


def _box_face(p: torch.Tensor, half: Half) -> torch.Tensor:
    return _rounded(p[0].abs() - half[0], p[1].abs() - half[1], 0.0)


def _capsule(p: torch.Tensor, half: Half) -> torch.Tensor:
    straight = max(half[1] - half[0], 0.0)
    y = p[1] - p[1].clamp(-straight, straight)
    return (p[0] * p[0] + y * y + p[2] * p[2]).sqrt_() - half[0]


def _cone(p: torch.Tensor, half: Half) -> torch.Tensor:
    slope = (half[0] ** 2 + (2 * half[1]) ** 2) ** 0.5
    out, up = 2 * half[1] / slope, half[0] / slope  # the normal of its side
    radius = 0.12 * half[0]
    side = _length(p[0], p[2]) * out + (p[1] - half[1]) * up + radius
    # The corner between two walls at an angle, rounded as a right one: near enough, and never too far.
    return _rounded(side, -(p[1] + half[1] - radius), radius)


def _torus(p: torch.Tensor, half: Half) -> torch.Tensor:
    """A ring that stands upright and shows its hole."""
    tube = half[2]
    return _length(_length(p[0], p[1]) - (half[0] - tube), p[2]) - tube


def _arch(p: torch.Tensor, half: Half) -> torch.Tensor:
    """A panel whose top is half a circle."""
    radius = 0.4 * half[2]
    return _rounded(_arch_face(p, half) + radius, p[2].abs() - (half[2] - radius), radius)


def _arch_face(p: torch.Tensor, half: Half) -> torch.Tensor:
    above = (p[1] - (half[1] - half[0])).clamp_min(0)
    return torch.maximum(_length(p[0], above) - half[0], -(p[1] + half[1]))


def _bottle(p: torch.Tensor, half: Half) -> torch.Tensor:
    rho, full = _length(p[0], p[2]), 2 * half[1]
    rim = 0.3 * half[0]
    body = _rounded(
        rho - (half[0] - rim), (p[1] + half[1] - BODY * half[1]).abs() - (BODY * half[1] - rim), rim
    )
    neck_top, lip = NECK * full - half[1], 0.05 * half[0]
    neck = _rounded(
        rho - (NECK_WIDTH * half[0] - lip), (p[1] - 0.5 * neck_top).abs() - (0.5 * neck_top - lip), lip
    )
    k = SHOULDER * half[0]
    blend = (k - (body - neck).abs()).clamp_min_(0)
    return torch.minimum(body, neck) - blend * blend / (4 * k)


FORMS: dict[model.Shape, Form] = {
    "sphere": Form(_sphere),
    "box": Form(_box, round=False, curved=False, face=_box_face),
    "bottle": Form(_bottle, convex=False, belly=BODY - 1),
    "cylinder": Form(_cylinder),
    "capsule": Form(_capsule),
    "cone": Form(_cone),
    "torus": Form(_torus, convex=False, round=False),
    "arch": Form(_arch, round=False, curved=False, face=_arch_face),
    "disc": Form(_disc, round=False, curved=False, face=_disc_face),
}
