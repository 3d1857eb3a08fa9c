"""Where rays meet bodies, how much of a light a body hides, and how closed in a place is.

Spheres around the bodies decide which rays come near one at all; only those are followed, step by step, each
as far as the distance function says that nothing is in the way (Hart, 1996, "Sphere Tracing").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from brandkit.generate.scene import model
from brandkit.generate.scene.shapes import FORMS, Distance, Form, Half

Vector = tuple[float, float, float]

TOUCH = 4e-4
"""Distance at which a ray has met a surface."""
_MOST_STEPS = 56
_STEPS_TOGETHER = 4
"""Steps until rays that are done are sorted out: sorting costs about as much as a step."""
_SHADOW_STEPS = 22
_NEAR_SHADOW = 0.02
THIN = 0.25
"""A body of less than this part of its shorter side in depth is a panel."""
_EDGE_ON = 0.05
FADE = 0.45
"""How fast shadows fade with the distance of what throws them."""
CORNER = 0.5
"""How far around a place counts for how closed in it is."""
_TAPS = (0.06, 0.16, 0.31, CORNER)
_WEIGHTS = (0.34, 0.28, 0.22, 0.16)
_SLOPE = 2e-3
"""Half of the way over which a surface's slope is taken."""


@dataclass(frozen=True, slots=True)
class Body:
    """A thing, ready for rays.

    Attributes:
        thing: it.
        form: its shape.
        half: half of its width, height and depth.
        middle: its middle.
        cos: of its turn.
        sin: likewise.
        around: radius of the sphere around it.
    """

    thing: model.Thing
    form: Form
    half: Half
    middle: Vector
    cos: float
    sin: float
    around: float

    @classmethod
    def of(cls, thing: model.Thing) -> Body:
        """The body of a thing."""
        width, height = thing.width, thing.height
        depth = thing.depth if thing.shape in ("box", "torus", "arch", "disc") else width
        half = (width / 2, width / 2 if thing.shape == "sphere" else height / 2, depth / 2)
        turn = math.radians(thing.turn)
        # A round profile's farthest point is on its rim; a box's, and an arch's foot, at a corner.
        wide = math.hypot(half[0], half[2]) if thing.shape in ("box", "arch") else half[0]
        around = half[0] if thing.shape == "sphere" else math.hypot(wide, half[1])
        if thing.shape in ("disc", "torus"):
            around = math.hypot(half[0], half[2])
        if thing.shape == "capsule":
            around = max(half[0], half[1])
        return cls(
            thing,
            FORMS[thing.shape],
            half,
            (thing.x, thing.y + half[1], thing.z),
            math.cos(turn),
            math.sin(turn),
            around * 1.001,
        )

    def place(self, points: torch.Tensor) -> torch.Tensor:
        """Points ``[3, N]`` in the body's own coordinates."""
        middle = torch.tensor(self.middle, dtype=points.dtype, device=points.device)[:, None]
        return self.direction(points - middle)

    def direction(self, vectors: torch.Tensor) -> torch.Tensor:
        """Directions ``[3, N]`` in the body's own coordinates."""
        if self.sin == 0 and self.cos == 1:
            return vectors
        x, y, z = vectors
        return torch.stack((self.cos * x - self.sin * z, y, self.sin * x + self.cos * z))

    def outward(self, vectors: torch.Tensor) -> torch.Tensor:
        """Directions ``[3, N]`` of the body's own coordinates in the scene's."""
        if self.sin == 0 and self.cos == 1:
            return vectors
        x, y, z = vectors
        return torch.stack((self.cos * x + self.sin * z, y, self.cos * z - self.sin * x))

    def distance(self, own: torch.Tensor) -> torch.Tensor:
        """Signed distance ``[N]`` of points in its own coordinates."""
        return self.form.distance(own, self.half)


def first_hit(body: Body, origin: torch.Tensor, rays: torch.Tensor) -> torch.Tensor:
    """How far along each ray a body is met.

    Args:
        body: which.
        origin: ``[3, 1]`` or ``[3, N]``.
        rays: unit directions, ``[3, N]``.

    Returns:
        ``[N]``, infinite where it is missed.
    """
    found = torch.full_like(rays[0], torch.inf)
    start, way = body.place(origin), body.direction(rays)
    along = (start * way).sum(0)
    spare = along * along - ((start * start).sum(0) - body.around**2)
    index = torch.nonzero((spare > 0) & (along < 0)).flatten()
    if not len(index):
        return found
    way = way[:, index]
    start = start if start.shape[1] == 1 else start[:, index]
    root = spare[index].sqrt()
    t, end = (-along[index] - root).clamp_min_(0), -along[index] + root
    for step in range(_MOST_STEPS):
        gap = body.distance(torch.addcmul(start, way, t))
        t = t + gap
        if step % _STEPS_TOGETHER != _STEPS_TOGETHER - 1:
            continue
        met = gap < TOUCH
        found[index[met]] = t[met]
        going = torch.nonzero(~met & (t < end)).flatten()
        if not len(going):
            return found
        index, way, t, end = index[going], way[:, going], t[going], end[going]
        start = start if start.shape[1] == 1 else start[:, going]
    # What is left grazes a surface at the silhouette.
    found[index] = t
    return found


def normals(body: Body, own: torch.Tensor) -> torch.Tensor:
    """Unit normals of a body at points in its own coordinates, in those: ``[3, N]``.

    From four distances around a point, at the corners of a tetrahedron.
    """
    total = torch.zeros_like(own)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        offset = torch.tensor(corner, dtype=own.dtype, device=own.device)[:, None]
        total += offset * body.distance(own + _SLOPE * offset)
    return total / (total * total).sum(0).sqrt_().clamp_min_(1e-9)


def shown(body: Body, points: torch.Tensor, light: torch.Tensor, spread: float) -> torch.Tensor:
    """How much of a light each point sees past a body.

    The light is seen as far as the nearest miss, over the distance at which it happens, says: half of it
    where the ray to its middle just touches (Quilez, "Soft shadows in raymarched SDFs",
    https://iquilezles.org/articles/rmshadows). One ray a point, without noise.

    Args:
        body: what is in the way.
        points: ``[3, N]``.
        light: direction of its middle, ``[3, 1]``.
        spread: tangent of its angular radius.

    Returns:
        ``[N]``, 0 to 1; exactly 1 outside of the half shadow.
    """
    seen = torch.ones_like(points[0])
    start, way = body.place(points), body.direction(light)
    if body.form.face is not None and body.half[2] < THIN * min(body.half[:2]):
        return _shown_past_panel(body.form.face, body.half, start, way, spread)
    along = -(start * way).sum(0)
    off = ((start * start).sum(0) - along * along).clamp_min_(0).sqrt_()
    reach = along.clamp_min(0)
    fringe = spread * (along + body.around).clamp_min_(0)
    index = torch.nonzero((along > -body.around) & (off < body.around + fringe)).flatten()
    if not len(index):
        return seen
    start, along, fringe = start[:, index], along[index], fringe[index]
    t = (along - body.around - fringe).clamp_min_(_NEAR_SHADOW)
    end = along + body.around + fringe
    least = (end - t) / _SHADOW_STEPS
    nearest = torch.ones_like(t)
    for step in range(_SHADOW_STEPS):
        gap = body.distance(torch.addcmul(start, way, t))
        nearest = torch.minimum(nearest, gap / (spread * t))
        t = t + torch.maximum(gap, least)
        if step % _STEPS_TOGETHER != _STEPS_TOGETHER - 1:
            continue
        going = (nearest > -1) & (t < end)
        if bool(going.all()):
            continue
        seen[index] = nearest
        kept = torch.nonzero(going).flatten()
        if not len(kept):
            break
        index, start, t, end = index[kept], start[:, kept], t[kept], end[kept]
        least, nearest = least[kept], nearest[kept]
    seen[index] = nearest
    return _faded(seen, reach)


def _shown_past_panel(
    face: Distance, half: Half, start: torch.Tensor, way: torch.Tensor, spread: float
) -> torch.Tensor:
    """As ``shown``, of a thin panel: what counts is how far from its outline the ray goes through its plane.

    Steps through it would never be deep enough inside to hide the whole of a light.
    """
    toward = float(way[2, 0])
    if abs(toward) < _EDGE_ON:
        return torch.ones_like(start[0])
    t = -start[2] / toward
    ahead = t > half[2] / abs(toward) + _NEAR_SHADOW
    gap = face(torch.addcmul(start, way, t), half)
    level = torch.where(ahead, gap / (spread * t.clamp_min(_NEAR_SHADOW)), 1.0)
    return _faded(level, t.clamp_min(0))


def _faded(level: torch.Tensor, reach: torch.Tensor) -> torch.Tensor:
    """The part of a light that is seen past an edge at ``level`` of its radius from its middle, -1 to 1.

    The farther away what hides it is, the more the room lights the shadow.
    """
    level = level.clamp(-1, 1)
    hidden = 1 - 0.25 * (1 + level) ** 2 * (2 - level)
    return 1 - hidden / (1 + FADE * reach)


def closed_in(body: Body, points: torch.Tensor, outward: torch.Tensor) -> torch.Tensor:
    """How much a body closes in each place, looked at along its normal.

    Distances at four steps along the normal, each against the step itself (Evans, 2006, "Fast Approximations
    for Global Illumination on Dynamic Scenes").

    Args:
        body: what may be near.
        points: ``[3, N]``.
        outward: their unit normals, ``[3, N]``.

    Returns:
        ``[N]``, 0 to 1; exactly 0 farther than ``CORNER`` away.
    """
    taken = torch.zeros_like(points[0])
    start = body.place(points)
    near = (start * start).sum(0) < (body.around + CORNER) ** 2
    index = torch.nonzero(near).flatten()
    if not len(index):
        return taken
    start, way = start[:, index], body.direction(outward[:, index])
    total = torch.zeros_like(start[0])
    for tap, weight in zip(_TAPS, _WEIGHTS, strict=True):
        gap = body.distance(start + tap * way)
        total += (weight / tap) * (tap - gap).clamp_(0, tap)
    taken[index] = total
    return taken
