"""How far seeded faults take the brand's colours from their swatches: which of them a brand can mind at all.

A tint that moves a grey leaves a saturated blue nearly where it is, and a drift below a swatch's tolerance is
no fault to the brand. What a picture is to be judged by is therefore not that something was seeded, but what
it comes to for each colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from brandkit.brand import Brand, Swatch
from brandkit.colour.spaces import linear_to_srgb, srgb_to_linear, srgb_to_linear_triple
from brandkit.generate.scene.faults import Faults, distances, repainted
from brandkit.generate.scene.model import Paint, Scene
from brandkit.generate.scene.shade import exposure
from brandkit.generate.scene.tokens import paint_of
from brandkit.swatch import rgb8

LEVELS = (0.35, 0.6, 0.85, 1.0)
"""Light on a shaded swatch at which it is looked at: a cast shows less where a channel is full."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A swatch that a scene wears, and what faults make of it.

    Attributes:
        name: of the swatch.
        hex: the swatch's.
        rendered: its colour where it is farthest off: of a flat one in the light, of a shaded one anywhere.
        de00: CIEDE2000 between them; of a shaded swatch, to its shading curve.
        tolerance: the swatch's.
    """

    name: str
    hex: str
    rendered: str
    de00: float
    tolerance: float

    @property
    def beyond(self) -> bool:
        """Whether it is farther off than the brand tolerates."""
        return self.de00 > self.tolerance


def departures(scene: Scene, faults: Faults, brand: Brand) -> tuple[Departure, ...]:
    """What drift, walk and tint make of each swatch that a scene wears, in the brand's order.

    Args:
        scene: without faults.
        faults: what is wrong with it.
        brand: whose swatches are looked for.
    """
    worn = _paints(scene)
    looks = [_paints(repainted(scene, faults, share)) for share in (0.0, 1.0)]
    gains = (1.0, 1.0, 1.0) if faults.tint is None else faults.tint.gains
    found = []
    for swatch in brand.swatches:
        if swatch.hex not in worn:
            continue
        place = worn.index(swatch.hex)
        found.append(max((_departure(swatch, look[place], gains) for look in looks), key=lambda d: d.de00))
    return tuple(found)


def _paints(scene: Scene) -> list[str]:
    """The paints of a scene by HEX, always in the same order."""
    parts: list[Paint | None] = [scene.backdrop, scene.floor]
    for thing in scene.things:
        parts += [thing.paint, thing.label.paint if thing.label is not None else None]
    return [paint.hex for paint in parts if paint is not None]


def _departure(swatch: Swatch, painted: str, gains: tuple[float, float, float]) -> Departure:
    least = exposure(srgb_to_linear_triple(rgb8(painted))).least
    shades = [max(level, least) for level in LEVELS] if swatch.finish == "shaded" else [1.0]
    levels = torch.tensor(shades, dtype=torch.float64)
    linear = srgb_to_linear(torch.tensor(rgb8(painted), dtype=torch.float64) / 255)
    tinted = (levels[:, None] * linear * torch.tensor(gains, dtype=torch.float64)).clamp(0, 1)
    looks = linear_to_srgb(tinted)
    apart = distances(paint_of(swatch), looks)
    worst = int(apart.argmax())
    rendered = "#" + "".join(f"{round(255 * part):02X}" for part in looks[worst].tolist())
    return Departure(swatch.name, swatch.hex, rendered, round(float(apart[worst]), 3), swatch.tolerance)
