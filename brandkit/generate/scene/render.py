"""A scene as a picture: bands of rows, each traced, smoothed at its edges, and encoded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch

from brandkit.colour.dither import dithered
from brandkit.colour.spaces import linear_to_srgb, srgb_to_linear, srgb_to_linear_triple
from brandkit.generate.scene import model, shade
from brandkit.generate.scene.shade import Lamp, Surface
from brandkit.generate.scene.trace import CORNER, Body, closed_in, first_hit, normals, shown
from brandkit.swatch import rgb8

BAND = 1 << 17
"""Pixels that are traced together: what a few hundred numbers a pixel come to stays within some 100 MB."""
WALL = -1
EDGE_STEP = 0.035
"""Difference of two neighbours, in square roots of linear light, from which on they are looked at more
closely: some 8 codes."""
POOL, POOL_FALL = (0.74, 0.24), 0.09
"""Light on a shaded backdrop far from the middle, how much more there is in it, and how fast that falls."""
GRID = ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375))
"""Where such a pixel is looked at again: four rays on a turned grid."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene ready to be seen.

    Attributes:
        scene: it.
        bodies: of its things, in their order.
        lamp: its light.
        eye: where the camera is, ``[3, 1]``.
        axes: its right, up and forward, each ``[3, 1]``.
        gains: for each thing by its place, a factor on its light.
    """

    scene: model.Scene
    bodies: tuple[Body, ...]
    lamp: Lamp
    eye: torch.Tensor
    axes: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
    gains: Mapping[int, float]

    @classmethod
    def of(
        cls, scene: model.Scene, device: torch.device | str = "cpu", gains: Mapping[int, float] | None = None
    ) -> Stage:
        """The stage of a scene."""
        camera = scene.camera
        side, height = math.radians(camera.side), math.radians(camera.height)
        back = (math.cos(height) * math.sin(side), math.sin(height), math.cos(height) * math.cos(side))
        right = (math.cos(side), 0.0, -math.sin(side))
        up = (-math.sin(height) * math.sin(side), math.cos(height), -math.sin(height) * math.cos(side))
        eye = [part * camera.distance for part in back]
        eye = [part + camera.shift * across for part, across in zip(eye, right, strict=True)]
        eye[1] += camera.aim

        def column(values: tuple[float, ...] | list[float]) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.float32, device=device)[:, None]

        return cls(
            scene,
            tuple(Body.of(thing) for thing in scene.things),
            Lamp.of(scene.light, device),
            column(eye),
            (column(right), column(up), column([-part for part in back])),
            gains or {},
        )

    def rays(self, x: torch.Tensor, y: torch.Tensor, width: int, height: int) -> torch.Tensor:
        """Unit directions ``[3, N]`` through places in a picture of that size, in pixels."""
        scale = 2 * math.tan(math.radians(self.scene.camera.field) / 2) / min(width, height)
        right, up, forward = self.axes
        way = forward + right * ((x - width / 2) * scale) - up * ((y - height / 2) * scale)
        return way / (way * way).sum(0).sqrt_()


def picture(
    stage: Stage, width: int, height: int, gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> torch.Tensor:
    """The picture of a stage, ``uint8`` ``[3, height, width]``, sRGB.

    Args:
        stage: what is seen.
        width: pixels.
        height: likewise.
        gain: a factor on each channel of linear light.
    """
    rows = max(1, BAND // width)
    factor = torch.tensor(gain, dtype=torch.float32, device=stage.eye.device)[:, None, None]
    made = torch.empty((3, height, width), dtype=torch.uint8, device=stage.eye.device)
    for first in range(0, height, rows):
        last = min(first + rows, height)
        light = band(stage, width, height, first, last) * factor
        codes = linear_to_srgb(light.clamp_(0, 1)) * 255
        made[:, first:last] = dithered(codes[None])[0]
    return made


def band(stage: Stage, width: int, height: int, first: int, last: int) -> torch.Tensor:
    """Rows of a picture in linear light, ``float32`` ``[3, last - first, width]``.

    One more row above and below is looked at for edges, so that a picture is the same however it is cut.
    """
    above, below = max(first - 1, 0), min(last + 1, height)
    device = stage.eye.device
    y, x = torch.meshgrid(
        torch.arange(above, below, device=device, dtype=torch.float32) + 0.5,
        torch.arange(width, device=device, dtype=torch.float32) + 0.5,
        indexing="ij",
    )
    light, what = seen(stage, stage.rays(x.flatten(), y.flatten(), width, height))
    light, what = light.view(3, *x.shape), what.view(x.shape)
    rough = _edges(light, what)[first - above : last - above]
    light = light[:, first - above : last - above].clone()
    index = torch.nonzero(rough.flatten()).flatten()
    if len(index):
        px, py = x[0][index % width], y[:, 0][index // width + (first - above)]
        total = torch.zeros((3, len(index)), device=device)
        for dx, dy in GRID:
            total += seen(stage, stage.rays(px + dx, py + dy, width, height))[0]
        light.view(3, -1)[:, index] = total / len(GRID)
    return light


def _edges(light: torch.Tensor, what: torch.Tensor) -> torch.Tensor:
    """Which pixels differ from a neighbour, ``[H, W]``: in what they show, or by much in colour."""
    level = light.clamp_min(0).sqrt()
    rough = torch.zeros_like(what, dtype=torch.bool)
    for axis in (0, 1):
        size = what.shape[axis]
        if size < 2:
            continue
        one, other = what.narrow(axis, 0, size - 1), what.narrow(axis, 1, size - 1)
        step = level.narrow(axis + 1, 0, size - 1) - level.narrow(axis + 1, 1, size - 1)
        differ = (one != other) | (step.abs().amax(0) > EDGE_STEP)
        rough.narrow(axis, 0, size - 1).logical_or_(differ)
        rough.narrow(axis, 1, size - 1).logical_or_(differ)
    return rough


def met(stage: Stage, rays: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What rays from the camera meet first.

    Args:
        stage: what is there.
        rays: unit directions, ``[3, N]``.

    Returns:
        How far away ``[N]``, and what it is, ``int64`` ``[N]``: the wall (-1), the floor (0), then for each
        thing its body (odd) and its label (even).
    """
    far, what = _backdrop(stage, rays)
    for place, body in enumerate(stage.bodies):
        there = first_hit(body, stage.eye, rays)
        nearer = there < far
        far = torch.where(nearer, there, far)
        what = torch.where(nearer, 2 * place + 1, what)
        if (label := body.thing.label) is not None:
            own = torch.nonzero(what == 2 * place + 1).flatten()
            points = torch.addcmul(stage.eye, rays[:, own], far[own])
            what[own] += _on_label(body, label, body.place(points)).long()
    return far, what


def glance(scene: model.Scene, side: int) -> torch.Tensor:
    """What a picture of so many pixels a side shows, ``[side * side]`` as ``met``: cheap, for counting."""
    stage = Stage.of(scene)
    at = torch.arange(side, dtype=torch.float32) + 0.5
    y, x = torch.meshgrid(at, at, indexing="ij")
    return met(stage, stage.rays(x.flatten(), y.flatten(), side, side))[1]


def seen(stage: Stage, rays: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What rays from the camera meet (as ``met``), behind its linear light ``[3, N]``."""
    far, what = met(stage, rays)
    light = torch.empty_like(rays)
    behind = torch.nonzero(what <= 0).flatten()
    if len(behind):
        light[:, behind] = _backdrop_light(stage, rays[:, behind], far[behind], what[behind])
    for place in range(len(stage.bodies)):
        own = torch.nonzero((what + 1) // 2 == place + 1).flatten()
        if len(own):
            light[:, own] = _body_light(stage, place, rays[:, own], far[own], what[own])
    return light, what


def _backdrop(stage: Stage, rays: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How far the floor or the wall is, and which of them is met."""
    down = stage.eye[1] / (-rays[1]).clamp_min(1e-6)
    back = (stage.eye[2] + stage.scene.wall) / (-rays[2]).clamp_min(1e-6)
    floor = down < back
    return torch.where(floor, down, back), torch.where(floor, 0, WALL)


def _linear(paint: model.Paint, device: torch.device) -> torch.Tensor:
    """A paint in linear light, ``[3, 1]``."""
    return srgb_to_linear(torch.tensor([rgb8(paint.hex)], dtype=torch.uint8, device=device)).T


def _backdrop_light(stage: Stage, rays: torch.Tensor, far: torch.Tensor, what: torch.Tensor) -> torch.Tensor:
    points = torch.addcmul(stage.eye, rays, far)
    floor = what == 0
    outward = torch.zeros_like(points)
    outward[1], outward[2] = floor.float(), (~floor).float()
    lit, free = _surroundings(stage, points, outward, None)
    scene = stage.scene
    light = torch.empty_like(points)
    for paint, where in ((scene.floor or scene.backdrop, floor), (scene.backdrop, ~floor)):
        colour = _linear(paint, points.device)
        factor = _backdrop_factor(stage, paint, points, lit, free)
        light = torch.where(where, colour * factor, light)
    return light


def _backdrop_factor(
    stage: Stage,
    paint: model.Paint,
    points: torch.Tensor,
    lit: torch.Tensor,
    free: torch.Tensor,
) -> torch.Tensor:
    shadow = 1 - shade.FLAT_SHADOW * (1 - lit)
    if paint.finish == "flat":
        return shade.levelled(shadow, free)
    # A pool of light around the middle: how far along the sheet, over the floor and up the wall.
    sheet = points[2].clamp_min(-stage.scene.wall) * 0.6 - points[1]
    away = (points[0] + 0.6 * float(stage.lamp.way[0, 0])) ** 2 + (sheet + 0.4) ** 2
    pool = POOL[0] + POOL[1] / (1 + POOL_FALL * away)
    light = shadow * (1 - shade.FLAT_CORNER * (1 - free)) * pool
    return light.clamp_min(shade.exposure(srgb_to_linear_triple(rgb8(paint.hex))).least)


def _surroundings(
    stage: Stage, points: torch.Tensor, outward: torch.Tensor, own: Body | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """How much of the key light points see, and how open they are, each ``[N]``, 0 to 1."""
    lit = torch.ones_like(points[0])
    free = torch.ones_like(points[0])
    for body in stage.bodies:
        if body is own and (body.form.convex or body.thing.paint.finish == "flat"):
            continue
        lit *= shown(body, points, stage.lamp.way, stage.lamp.spread)
        free *= 1 - closed_in(body, points, outward)
    if own is not None:
        # The floor, below: a plane needs no steps.
        free *= 1 - 0.5 * ((CORNER - points[1]) / CORNER).clamp(0, 1) * (0.5 - 0.5 * outward[1])
    return lit, free


def _body_light(
    stage: Stage, place: int, rays: torch.Tensor, far: torch.Tensor, what: torch.Tensor
) -> torch.Tensor:
    body, thing = stage.bodies[place], stage.scene.things[place]
    points = torch.addcmul(stage.eye, rays, far)
    own = body.place(points)
    outward = body.outward(normals(body, own))
    surface = Surface(outward, rays, *_surroundings(stage, points, outward, body))
    light = _painted(stage, thing.paint, thing.material, surface, body, own)
    if thing.label is not None:
        printed = _painted(stage, thing.label.paint, "matte", surface, body, own)
        light = torch.where(what % 2 == 0, printed, light)
    return light * stage.gains.get(place, 1.0)


def _painted(
    stage: Stage,
    paint: model.Paint,
    material: model.Material,
    surface: Surface,
    body: Body,
    own: torch.Tensor,
) -> torch.Tensor:
    colour = _linear(paint, surface.lit.device)
    exposure = shade.exposure(srgb_to_linear_triple(rgb8(paint.hex)))
    if paint.finish == "flat":
        glossy = material in ("glossy", "metal")
        cover = shade.flat_sheen(surface, stage.lamp) if glossy else torch.zeros_like(surface.lit)
        lightest = float(colour.max())
        if lightest > shade.DARK:
            turn = shade.turn_of(body, stage.lamp, lightest)
            light = colour * shade.flat_light(surface, stage.lamp, turn)
        else:
            light = colour
            if body.form.curved:
                cover = torch.maximum(cover, shade.outline(surface))
    elif material == "metal":
        light = colour * shade.metal_light(surface, stage.lamp, exposure)
        cover = 0.35 * shade.grazing(surface)
    else:
        factor = shade.shaded_light(surface, stage.lamp, exposure)
        light = colour * (factor * shade.weave(body, own) if material == "fabric" else factor)
        cover = shade.sheen(surface, stage.lamp, material)
    return light + cover * (stage.lamp.colour - light)


def _on_label(body: Body, label: model.Label, own: torch.Tensor) -> torch.Tensor:
    inside = (own[1] - body.form.belly * body.half[1]).abs() <= label.height * body.half[1]
    if label.width < 1:
        inside &= (own[0].abs() <= label.width * body.half[0]) & (own[2] > 0)
    return inside
