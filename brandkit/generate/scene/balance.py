"""Bodies grow and shrink until the colours share the picture as the guidelines say."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from brandkit.generate.scene.model import Scene, Thing
from brandkit.generate.scene.render import Stage, met

SIDE = 72
"""Pixels of the small picture in which shares are counted."""
ROUNDS = 6
CLOSE_ENOUGH = 0.06
"""Of a share, by how much it may be off."""
_STEP = (0.7, 1.45)


def shares(scene: Scene) -> dict[str, float]:
    """How much of the picture each paint covers, by its HEX, lit or not."""
    stage = Stage.of(scene)
    at = torch.arange(SIDE, dtype=torch.float32) + 0.5
    y, x = torch.meshgrid(at, at, indexing="ij")
    _, what = met(stage, stage.rays(x.flatten(), y.flatten(), SIDE, SIDE))
    counts = torch.bincount(what + 1, minlength=2 * len(scene.things) + 3).tolist()
    covered: dict[str, float] = {}

    def add(paint: str, count: int) -> None:
        covered[paint] = covered.get(paint, 0.0) + count / SIDE**2

    add(scene.backdrop.hex, counts[0])
    add((scene.floor or scene.backdrop).hex, counts[1])
    for place, thing in enumerate(scene.things):
        add(thing.paint.hex, counts[2 * place + 2])
        if thing.label is not None:
            add(thing.label.paint.hex, counts[2 * place + 3])
    return covered


def balanced(scene: Scene, asked: Mapping[str, float]) -> Scene:
    """The scene with its things of a size at which each paint covers about the share that is asked for it."""
    aims = {code: share for code, share in asked.items() if code != scene.backdrop.hex}
    for _ in range(ROUNDS if aims else 0):
        covered = shares(scene)
        steps = {
            code: min(max((share / covered[code]) ** 0.5, _STEP[0]), _STEP[1])
            for code, share in aims.items()
            if covered.get(code) and abs(covered[code] / share - 1) > CLOSE_ENOUGH
        }
        if not steps:
            break
        scene = scene.model_copy(update={"things": _grown(scene.things, steps)})
    return scene


def _grown(things: tuple[Thing, ...], steps: Mapping[str, float]) -> tuple[Thing, ...]:
    """Things grown by the step of their paint; what stands on one that grew in height goes up with it."""
    grown = []
    lift = 0.0
    for thing in things:
        step = steps.get(thing.paint.hex, 1.0)
        size = {"width": thing.width * step, "height": thing.height * step, "depth": thing.depth * step}
        if thing.label is not None and thing.label.paint.hex in steps:
            height = min(thing.label.height * steps[thing.label.paint.hex] ** 2, 0.8)
            size["label"] = thing.label.model_copy(update={"height": height})  # type: ignore[assignment]
        if thing.still and thing.shape == "cylinder":
            lift = size["height"] - thing.height
        grown.append(thing.model_copy(update=size))
    return tuple(
        thing.model_copy(update={"y": thing.y + lift}) if thing.y > 0 else thing for thing in grown
    )
