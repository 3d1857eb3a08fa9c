"""Bodies grow and shrink until the colours share the picture as the guidelines say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch

from brandkit.generate.scene.model import Scene
from brandkit.generate.scene.render import glance

SIDE = 56
"""Pixels of the small picture in which shares are counted."""
ROUNDS = 5
CLOSE_ENOUGH = 0.06
"""Of a share, by how much it may be off."""
LEEWAY = 0.035
"""Share of the picture by which the backdrop may have more than is asked for."""
_NEAREST = 1.2
LOST = 1.15
"""Bodies are given more than is asked for, since shading takes some of their colour."""
_STEP = (0.7, 1.45)


def shares(scene: Scene) -> dict[str, float]:
    """How much of the picture each paint covers, by its HEX, lit or not."""
    counts = torch.bincount(glance(scene, SIDE) + 1, minlength=2 * len(scene.things) + 3).tolist()
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


def balanced(build: Callable[[Mapping[str, float]], Scene], asked: Mapping[str, float]) -> Scene:
    """A scene with its things of a size at which each paint covers about the share that is asked for it.

    Args:
        build: the scene with the things of each paint, by its HEX, larger by a factor; 1 where none is given.
        asked: the share of each paint.
    """
    scene = build({})
    aims = {code: min(LOST * share, 0.9) for code, share in asked.items() if code != scene.backdrop.hex}
    sizes = dict.fromkeys(aims, 1.0)
    for _ in range(ROUNDS if aims else 0):
        covered = shares(scene)
        steps = {
            code: min(max((share / covered[code]) ** 0.5, _STEP[0]), _STEP[1])
            for code, share in aims.items()
            if covered.get(code) and abs(covered[code] / share - 1) > CLOSE_ENOUGH
        }
        if not steps:
            break
        sizes = {code: min(max(size * steps.get(code, 1.0), 0.3), 3.0) for code, size in sizes.items()}
        scene = build(sizes)
    return _nearer(scene, asked.get(scene.backdrop.hex))


def _nearer(scene: Scene, backdrop: float | None) -> Scene:
    """The scene from so near that its backdrop fills no more than its share, within reason."""
    if backdrop is None or backdrop + LEEWAY >= 1:
        return scene
    left = 1 - shares(scene)[scene.backdrop.hex]
    nearer = min(max(((1 - backdrop - LEEWAY) / left) ** 0.5, 1.0), _NEAREST) if left > 0 else 1.0
    camera = scene.camera.model_copy(update={"distance": scene.camera.distance / nearer})
    return scene.model_copy(update={"camera": camera})
