"""What light a surface sends to the camera: a factor on its colour, and sheen that is laid over it.

The colour of a surface is its paint in linear light times one factor for all channels, so that a shaded
surface keeps the chromaticity of its swatch, as a matte body does under white light. Sheen is a mixture with
the colour of the lamp.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from brandkit.colour.spaces import RGB_TO_XYZ
from brandkit.generate.scene import model
from brandkit.generate.scene.trace import THIN, Body

KEY, ROOM = 0.98, 0.36
"""The key light's part, and the room's, of the light on a surface that looks at both."""
WRAP = 0.22
"""How far beyond a right angle a lamp of some size still reaches, as a cosine."""
SHOULDER = 0.7
"""Light up to here is shown as it is; above, it runs softly into the most that the colour can show."""
MOST_LIGHT = 1.5
"""A dark colour may be shown this much lighter than its swatch, a light one up to where a channel is full."""
MOST_LIGHT_ON_BLACK = 1.9
FULL = 0.985
BLACK = 0.0113
"""Luminance of L* 10."""

FLAT_DEPTH = 0.68
"""How much darker a flat paint is where it looks away from the light."""
FLAT_TURN, SIDE_TURN, PANEL_TURN = (0.08, -0.65), (0.12, 0.09), (-0.1, -0.9)
"""Cosines to the light between which it gets there: on a curved body; on the sides of a block, each of which
is either lit or not; and on a panel, which stays exact."""
OVERHEAD, DEEP = 0.9, 0.15
"""Height of the light, as a sine, from which on it lights no side of a block, and linear light of a paint up
to which a dark side looks like a wrong paint: then all sides are shown as they are."""
SHADOWED = 0.3
"""Cosine to the light from which on shadows are as deep as they get."""
FLAT_SHADOW, FLAT_CORNER = 0.58, 0.5
"""How much darker it is in full shadow, and where it is all closed in."""
FLAT_LEVEL, FLAT_SLOPE = 0.15, 1.3
"""Darkening up to here is left out, so that it stays the exact HEX nearly everywhere; what is above grows
faster instead, so that there is no wide stretch of nearly the right colour."""
DARK = 0.05
"""Linear light up to which a flat paint has no shades: on what is nearly black there are none to see."""
OUTLINE, OUTLINE_AT = 0.3, (0.24, 0.02)
"""How light the edges of what is flat and black are, and between which cosines to the view they get so."""
FLAT_SHEEN = 0.72
SOFTBOX = (0.30, 0.42)
"""Half of the width and height of the softbox, from one unit away."""

SMALLEST_LIGHT, LARGEST_LIGHT = 0.04, 0.4
"""Tangents of the angular radius of the hardest light, and what the softest one has more."""
THREADS, WEAVE = 40.0, 0.05
"""Threads of cloth in a unit of length, in radians, and how much darker it is between them."""

_COOL, _WARM = (0.86, 0.94, 1.0), (1.0, 0.93, 0.82)


@dataclass(frozen=True, slots=True)
class Lamp:
    """The key light, ready for surfaces.

    Attributes:
        way: unit direction to it, ``[3, 1]``.
        right: one side of it, likewise.
        up: the other.
        spread: tangent of its angular radius.
        colour: of its sheen, linear light ``[3, 1]``.
    """

    way: torch.Tensor
    right: torch.Tensor
    up: torch.Tensor
    spread: float
    colour: torch.Tensor

    @classmethod
    def of(cls, light: model.Light, device: torch.device | str) -> Lamp:
        """The lamp of a scene."""
        side, height = math.radians(light.side), math.radians(light.height)
        way = (math.cos(height) * math.sin(side), math.sin(height), math.cos(height) * math.cos(side))
        right = (math.cos(side), 0.0, -math.sin(side))
        up = (-math.sin(height) * math.sin(side), math.cos(height), -math.sin(height) * math.cos(side))
        tint = _WARM if light.warmth > 0 else _COOL
        colour = [1 + abs(light.warmth) * (part - 1) for part in tint]

        def column(values: tuple[float, float, float] | list[float]) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.float32, device=device)[:, None]

        spread = SMALLEST_LIGHT + LARGEST_LIGHT * light.softness
        return cls(column(way), column(right), column(up), spread, column(colour))


@dataclass(frozen=True, slots=True)
class Surface:
    """Points of one paint and material, in the scene's coordinates.

    Attributes:
        outward: unit normals, ``[3, N]``.
        rays: unit directions in which they are seen, ``[3, N]``.
        lit: how much of the key light they see, ``[N]``.
        open: how little they are closed in, ``[N]``.
    """

    outward: torch.Tensor
    rays: torch.Tensor
    lit: torch.Tensor
    open: torch.Tensor


def smooth(low: float, high: float, value: torch.Tensor) -> torch.Tensor:
    """0 up to ``low``, 1 from ``high``, and a smooth step between; the other way where ``low`` is above."""
    t = ((value - low) / (high - low)).clamp_(0, 1)
    return t * t * (3 - 2 * t)


@dataclass(frozen=True, slots=True)
class Exposure:
    """How dark and how light a colour can be shown and still be it.

    Attributes:
        least: the factor below which it is mere black, in which no eye sees a hue.
        most: the largest one that leaves it its chromaticity on a screen.
    """

    least: float
    most: float


def exposure(colour: tuple[float, float, float]) -> Exposure:
    """The exposure of a linear-light colour."""
    luminance = sum(part * weight for part, weight in zip(colour, RGB_TO_XYZ[1], strict=True))
    most = MOST_LIGHT if max(colour) > DARK else MOST_LIGHT_ON_BLACK
    return Exposure(min(BLACK / max(luminance, 1e-6), 0.9), min(most, FULL / max(*colour, 1e-6)))


def shoulder(light: torch.Tensor, most: float) -> torch.Tensor:
    """Light as it is up to ``SHOULDER`` of the most, above that bent toward it."""
    knee = SHOULDER * most
    over = (light - knee).clamp_min(0)
    return torch.minimum(light, light.new_tensor(knee)) + over / (1 + over / (most - knee))


def shaded_light(surface: Surface, lamp: Lamp, exposure: Exposure) -> torch.Tensor:
    """The factor on a paint that takes light as a matte body does."""
    # Wrapped a little around, and without a crease where it ends, as an area of light does.
    facing = (((surface.outward * lamp.way).sum(0) + WRAP) / (1 + WRAP)).clamp_min_(0)
    facing = 0.5 * facing * facing * (3 - facing)
    room = ROOM * (0.8 + 0.35 * surface.outward[1]) * surface.open
    return shoulder(KEY * facing * surface.lit + room, exposure.most).clamp_min(exposure.least)


def turn_of(body: Body, lamp: Lamp, lightest: float) -> tuple[float, float]:
    """Between which cosines to the light a flat paint on a body gets darker.

    Args:
        body: it.
        lamp: what lights it.
        lightest: linear light of the paint's lightest channel.
    """
    if body.form.curved:
        return FLAT_TURN
    solid = body.half[2] >= THIN * min(body.half[:2])
    sides = solid and float(lamp.way[1, 0]) < OVERHEAD and lightest > DEEP
    return SIDE_TURN if sides else PANEL_TURN


def flat_light(surface: Surface, lamp: Lamp, turn: tuple[float, float]) -> torch.Tensor:
    """The factor on a flat paint: exactly 1 wherever light falls on it and little is near.

    Args:
        surface: where it is.
        lamp: what lights it.
        turn: cosines to the light between which it gets darker, as ``turn_of`` says.
    """
    start, end = turn
    facing = (surface.outward * lamp.way).sum(0)
    away = ((start - facing) / (start - end)).clamp_(0, 1)
    # What looks away from the light is in no shadow but its own.
    shadow = (1 - surface.lit) * smooth(0.0, SHADOWED, facing)
    return levelled((1 - FLAT_DEPTH * away) * (1 - FLAT_SHADOW * shadow), surface.open)


def levelled(light: torch.Tensor, free: torch.Tensor) -> torch.Tensor:
    """Light on a flat paint with corners darkened, at 1 but for what is clearly darker."""
    dark = 1 - light * (1 - FLAT_CORNER * (1 - free))
    return 1 - FLAT_SLOPE * (dark - FLAT_LEVEL).clamp_min(0)


def mirrored(surface: Surface) -> torch.Tensor:
    """Directions that are seen in the surface, ``[3, N]``."""
    return surface.rays - 2 * (surface.rays * surface.outward).sum(0) * surface.outward


def softbox(way: torch.Tensor, lamp: Lamp, size: tuple[float, float], blur: float) -> torch.Tensor:
    """How much of a rectangular softbox is seen in each direction, ``[N]``, 0 to 1."""
    ahead = (way * lamp.way).sum(0)
    across = (way * lamp.right).sum(0).abs() / ahead.clamp_min(1e-3)
    upward = (way * lamp.up).sum(0).abs() / ahead.clamp_min(1e-3)
    seen = smooth(size[0] + blur, size[0] - blur, across) * smooth(size[1] + blur, size[1] - blur, upward)
    return torch.where(ahead > 0, seen, 0.0)


def strip(way: torch.Tensor, lamp: Lamp, blur: float) -> torch.Tensor:
    """How much of the narrow box on the other side, a little behind, is seen in each direction."""
    # Opposite the key light around the vertical axis, and brought forward, as a rim light stands.
    x, z = -float(lamp.way[0, 0]), 0.35 * float(lamp.way[2, 0])
    norm = math.hypot(x, z) or 1.0
    x, z = x / norm, z / norm
    ahead = way[0] * x + way[2] * z
    across = (way[2] * x - way[0] * z).abs() / ahead.clamp_min(1e-3)
    seen = smooth(0.16 + blur, 0.16 - blur, across) * smooth(0.95, 0.55, way[1].abs())
    return torch.where(ahead > 0, seen, 0.0)


def grazing(surface: Surface) -> torch.Tensor:
    """Schlick's (1 - cosine)^5 of the view, ``[N]``."""
    facing = (surface.rays * surface.outward).sum(0).neg_().clamp_(0, 1)
    off = 1 - facing
    return off**2 * off**2 * off


def sheen(surface: Surface, lamp: Lamp, material: model.Material) -> torch.Tensor:
    """How much of the lamp's colour lies over the paint, ``[N]``, 0 to 1."""
    if material == "fabric":
        return 0.25 * grazing(surface) * surface.open
    way, edge = mirrored(surface), grazing(surface)
    if material == "matte":
        # A half-way lobe, wide and faint, as of eggshell paint.
        return 0.10 * softbox(way, lamp, (0.5, 0.5), 0.49) * surface.lit + 0.06 * edge * surface.open
    seen = (0.62 + 0.3 * edge) * softbox(way, lamp, SOFTBOX, 0.06) * surface.lit
    rim = (0.20 + 0.4 * edge) * strip(way, lamp, 0.08) * surface.open
    sky = 0.22 * edge * smooth(-0.2, 0.6, way[1]) * surface.open
    return (seen + rim + sky).clamp_(0, 0.95)


def flat_sheen(surface: Surface, lamp: Lamp) -> torch.Tensor:
    """How much of the lamp's colour lies over a glossy flat paint: the key light's own image alone."""
    return FLAT_SHEEN * softbox(mirrored(surface), lamp, SOFTBOX, 0.03) * surface.lit


def outline(surface: Surface) -> torch.Tensor:
    """How much of the lamp's colour lies over a black flat paint: a line at edges, to tell bodies apart."""
    return OUTLINE * smooth(*OUTLINE_AT, (surface.rays * surface.outward).sum(0).neg_()) * surface.open


def metal_light(surface: Surface, lamp: Lamp, exposure: Exposure) -> torch.Tensor:
    """The factor on a metal: what it mirrors, of a bright studio above a darker floor."""
    way = mirrored(surface)
    room = 0.22 + 0.5 * smooth(-0.15, 0.9, way[1]) + 0.10 * smooth(0.1, -0.6, way[1])
    lamps = 1.1 * softbox(way, lamp, (0.55, 0.6), 0.2) * surface.lit + 0.55 * strip(way, lamp, 0.12)
    return shoulder(room * surface.open + lamps, exposure.most).clamp_min(exposure.least)


def weave(body: Body, own: torch.Tensor) -> torch.Tensor:
    """The factor of a coarse weave at points in a body's own coordinates: about 1, ``[N]``."""
    u = torch.atan2(own[0], own[2]) * body.half[0] if body.form.round else own[0] + own[2]
    v = own[1]
    return 1 + WEAVE * torch.sin(THREADS * (u + v)) * torch.sin(THREADS * (u - v))
