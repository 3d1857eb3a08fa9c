"""A scene at a moment of a clip. The first frame is the still."""

from __future__ import annotations

import math

from brandkit.generate.scene.model import Camera, Scene, Thing

TURN_DEG_S = 30.0
"""How fast a turntable turns."""
SWING_DEG, SWING_S = 24.0, 10.0
"""How far an orbiting camera goes to each side, and how long it takes to come back."""
SLIDE = 0.12
"""How far a sliding camera goes to each side, as a part of its distance; it takes as long."""
PUSH = 0.22
"""The part of its distance that a camera comes nearer by."""
PUSH_S = 6.0
"""How long it takes for that."""


def at(scene: Scene, seconds: float) -> Scene:
    """The scene as it is after so many seconds, of whatever it does."""
    camera, swing = scene.camera, math.sin(2 * math.pi * seconds / SWING_S)
    if seconds == 0:
        return scene
    match scene.motion:
        case "turntable":
            angle = TURN_DEG_S * seconds
            return scene.model_copy(update={"things": tuple(_turned(thing, angle) for thing in scene.things)})
        case "orbit":
            return _seen_by(scene, camera.model_copy(update={"side": camera.side + SWING_DEG * swing}))
        case "slide":
            shift = camera.shift + SLIDE * camera.distance * swing
            return _seen_by(scene, camera.model_copy(update={"shift": shift}))
        case "push":
            # Eased at both ends, and back again: a clip of any length stays smooth.
            near = 0.5 - 0.5 * math.cos(math.pi * seconds / PUSH_S)
            return _seen_by(
                scene, camera.model_copy(update={"distance": camera.distance * (1 - PUSH * near)})
            )


def _seen_by(scene: Scene, camera: Camera) -> Scene:
    return scene.model_copy(update={"camera": camera})


def _turned(thing: Thing, angle: float) -> Thing:
    """A thing turned about the middle of the scene; the set stays."""
    if thing.still:
        return thing
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return thing.model_copy(
        update={
            "x": cos * thing.x + sin * thing.z,
            "z": cos * thing.z - sin * thing.x,
            "turn": math.fmod(thing.turn + angle, 360.0),
        }
    )
