"""Where things stand, and from where they are seen."""

from __future__ import annotations

import math

from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Camera, Thing

GAP = 0.1
"""Between neighbours, in units of the scene."""
BEHIND = 0.5
"""How far a panel stands behind what is in front of it."""
FIELD = 28.0
PANEL_SHOWN = 0.95
"""How much of a panel's height the frame makes room for: it stands farther back, and looks smaller."""

VIEWS = {"usual": 14.0, "level": 6.0, "high": 26.0, "close": 13.0, "wide": 13.0, "top": 74.0}
"""Height of the camera above the horizon, degrees."""
ROOM = {"usual": 1.28, "level": 1.28, "high": 1.28, "close": 0.92, "wide": 2.0, "top": 1.25}
"""How much the picture shows, as a multiple of what stands in it."""


def arranged(
    things: tuple[Thing, ...], podium: Thing | None, panel: Thing | None, lot: Lot
) -> tuple[Thing, ...]:
    """Things with places: the hero in the middle, the others left and right of it in turn, a little in front.

    On a podium stands the hero alone.

    Args:
        things: the hero first.
        podium: what it stands on.
        panel: what stands behind, about where it is.
        lot: moves each a little.
    """
    hero, others = things[0], things[1:]
    lift = podium.height if podium is not None else 0.0
    half = max(hero.width, hero.depth) / 2
    middle = lot.between("hero place", -0.12, 0.12) if others and podium is None else 0.0
    placed = [hero.model_copy(update={"x": middle, "y": lift, "z": 0.0})]
    reach = {-1: half - middle, 1: half + middle}
    side = -1 if lot.chance("first side", 0.5) else 1
    for k, thing in enumerate(others):
        # The side with more room is next, and of equal ones the one that was drawn.
        if reach[-side] < reach[side] - 0.05:
            side = -side
        wide = max(thing.width, thing.depth) / 2
        forward = lot.between(f"forward {k}", 0.1, 0.6) * (1 if k % 2 == 0 else -0.35)
        x = side * (reach[side] + GAP + wide)
        if podium is not None:
            # Around the podium: in front of its shoulder, or beside it.
            round_it = podium.width / 2 + wide + GAP / 2
            x = side * max(abs(x) * 0.82, 0.72 * round_it)
            forward = math.sqrt(max(round_it**2 - x * x, 0.0))
        elif forward > 0.3:
            # What stands in front may overlap what stands behind: a group rather than a row.
            x -= side * 0.45 * wide
            forward = max(forward, half + wide)
        reach[side] = abs(x) + wide
        placed.append(thing.model_copy(update={"x": x, "y": 0.0, "z": forward}))
        side = -side
    # The middle of what is there is the middle of the scene.
    shift = (reach[1] - reach[-1]) / 2 if podium is None else 0.0
    placed = [thing.model_copy(update={"x": thing.x - shift}) for thing in placed]
    back = min(thing.z - max(thing.width, thing.depth) / 2 for thing in placed)
    if podium is not None:
        placed.append(podium)
        back = min(back, -podium.width / 2)
    if panel is not None:
        x = panel.x + lot.between("panel place", -0.3, 0.3)
        placed.append(panel.model_copy(update={"x": x, "z": back - BEHIND}))
    return tuple(placed)


def framed(things: tuple[Thing, ...], view: str, lot: Lot) -> Camera:
    """A camera that has the things in its picture.

    Args:
        things: in their places.
        view: one of ``VIEWS``.
        lot: turns it a little.
    """
    shown = [thing for thing in things if not thing.still or thing.shape == "cylinder"]
    left = min(thing.x - thing.width / 2 for thing in shown)
    right = max(thing.x + thing.width / 2 for thing in shown)
    near = max(thing.z + max(thing.width, thing.depth) / 2 for thing in shown)
    top = max(thing.y + thing.height for thing in shown)
    panel = max((t.height for t in things if t.still and t.shape != "cylinder"), default=0.0)
    height = VIEWS[view] + lot.between("camera height", -2.5, 2.5)
    tilt = math.radians(height)
    tall = max(top, PANEL_SHOWN * panel) * math.cos(tilt) + 2 * near * math.sin(tilt)
    span = max(right - left, tall, 1.15) * ROOM[view]
    distance = span / (2 * math.tan(math.radians(FIELD) / 2)) + 0.4 * near
    aim = 0.47 * max(top, PANEL_SHOWN * panel) * math.cos(tilt)
    return Camera(
        side=lot.between("camera side", -9, 9), height=height, distance=distance, aim=aim, field=FIELD
    )
