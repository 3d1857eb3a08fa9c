"""Which faults a request gets: drawn by its seed, and smaller the better the request says what is wanted.

Whether a fault occurs, and its size before anything is done about it, depend on the seed alone; what the
request says scales it. So a remedy never draws anew, and only another seed does. With

- ``near`` = 0.15 + 0.85 * strength with an anchor, 1 without,
- ``pulled`` = 1 - 0.8 * pull,
- ``named`` = 0.3 for a colour whose HEX stands in the prompt, 1 for another,
- ``led`` = 5 / guidance, at most 2 (a guidance that is not given is 5),
- ``long`` = (frames - 1) / 72, at most 1,

the size of a fault is

- tint: drawn * near * pulled
- drifted colour: drawn * near * (1 - 0.7 * pull) * named
- walk of a colour over the clip, at its last frame: drawn * near * (1 - 0.7 * pull) * named * long
- flicker of the picture, of a thing: drawn * near * long

and a wrong accent, which is there or not, has the probability of its level * near * led. What comes to less
than ``LEAST`` is left out. ``LEVELS`` has the probabilities; the drawn sizes lie evenly within ``SIZES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from brandkit.brand import Brand
from brandkit.generate.request import Request
from brandkit.generate.scene.colours import apart
from brandkit.generate.scene.faults import (
    Accent,
    Drifted,
    Faults,
    Flicker,
    Tint,
    drifted,
    flicker,
    tint,
)
from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Paint, Scene, Thing
from brandkit.generate.scene.render import glance

Level = Literal["none", "some", "many"]


@dataclass(frozen=True, slots=True)
class Odds:
    """Probabilities of faults, 0 to 1."""

    tint: float = 0.0
    drifted: float = 0.0
    accent: float = 0.0
    walk: float = 0.0
    flicker: float = 0.0
    pulse: float = 0.0


LEVELS: dict[Level, Odds] = {
    "none": Odds(),
    "some": Odds(tint=0.35, drifted=0.45, accent=0.15, walk=0.3, flicker=0.25, pulse=0.15),
    "many": Odds(tint=0.7, drifted=0.85, accent=0.4, walk=0.6, flicker=0.5, pulse=0.35),
}
SIZES = {
    "tint": (2.5, 8.0),
    "drifted": (4.0, 11.0),
    "walk": (4.0, 12.0),
    "flicker": (1.5, 6.0),
    "pulse": (3.0, 9.0),
}
"""Least and greatest size of a fault before the request scales it, CIEDE2000."""
LEAST = 0.25
"""CIEDE2000 below which nobody sees a fault."""

USUAL_GUIDANCE = 5.0
LONG_FRAMES = 72
"""Frames after the first from which on a clip has all of the faults of time."""
HELD, PULLED, DRIFT_PULLED, NAMED = 0.15, 0.8, 0.7, 0.3

STRANGERS = {
    "magenta": "#E0218A", "lime": "#7BD71E", "cyan": "#12C4D6", "red": "#D8152A", "violet": "#7A2BD0",
    "orange": "#FF7A00", "green": "#109648", "yellow": "#F5D400", "blue": "#1F5AE0",
}  # fmt: skip
"""Colours that a wrong accent has where the brand forbids none; otherwise it is one of those."""
STRANGE = 20.0
"""CIEDE2000 that such a colour is away from every swatch, if there is one."""

ACCENT_SIZE = 0.4
ACCENT_SHARE = 0.01
"""The least of the picture that a wrong accent covers."""
_SIDE = 64


def seeded(request: Request, brand: Brand, scene: Scene, level: Level, hexes: tuple[str, ...]) -> Faults:
    """The faults of a request.

    Args:
        request: what is asked for.
        brand: whose colours drift, and which forbids others.
        scene: without faults.
        level: how likely they are.
        hexes: HEX codes that the prompt names.
    """
    odds, lot = LEVELS[level], Lot(request.seed)
    near = 1.0 if request.anchor is None else HELD + (1 - HELD) * request.strength
    held = near * (1 - DRIFT_PULLED * request.pull)
    long = min((request.frames - 1) / LONG_FRAMES, 1.0)
    pulsing = lot.one("pulse thing", range(len(scene.things)))
    return Faults(
        tint=_tint(odds, lot, near * (1 - PULLED * request.pull)),
        drifted=_drifted(odds, lot, scene, brand, held, hexes),
        accent=_accent(odds, lot, brand, near * _led(request.guidance)),
        walk=_walk(odds, lot, scene, brand, held * long, hexes),
        flicker=_flicker("flicker", odds.flicker, lot, near * long),
        pulse=_flicker("pulse", odds.pulse, lot, near * long, pulsing),
    )


def _led(guidance: float | None) -> float:
    return min(USUAL_GUIDANCE / max(USUAL_GUIDANCE if guidance is None else guidance, 1e-6), 2.0)


def _size(name: str, lot: Lot) -> float:
    return lot.between(f"{name} size", *SIZES[name])


def _tint(odds: Odds, lot: Lot, factor: float) -> Tint | None:
    de00 = _size("tint", lot) * factor
    return tint(de00, lot) if lot.chance("tint", odds.tint) and de00 >= LEAST else None


def _drifted(
    odds: Odds, lot: Lot, scene: Scene, brand: Brand, factor: float, hexes: tuple[str, ...]
) -> tuple[Drifted, ...]:
    paint = _one_of("drift paint", scene, brand, lot)
    if paint is None or not lot.chance("drift", odds.drifted):
        return ()
    de00 = _size("drifted", lot) * factor * (NAMED if paint.hex in hexes else 1.0)
    return (drifted(paint, de00, lot),) if de00 >= LEAST else ()


def _walk(
    odds: Odds, lot: Lot, scene: Scene, brand: Brand, factor: float, hexes: tuple[str, ...]
) -> Drifted | None:
    paint = _one_of("walk paint", scene, brand, lot)
    if paint is None or not lot.chance("walk", odds.walk):
        return None
    de00 = _size("walk", lot) * factor * (NAMED if paint.hex in hexes else 1.0)
    return drifted(paint, de00, lot, "walk") if de00 >= LEAST else None


def _flicker(name: str, odds: float, lot: Lot, factor: float, thing: int | None = None) -> Flicker | None:
    de00 = _size(name, lot) * factor
    return flicker(de00, thing) if lot.chance(name, odds) and de00 >= LEAST else None


def _one_of(name: str, scene: Scene, brand: Brand, lot: Lot) -> Paint | None:
    """A brand colour that the scene shows."""
    own = {swatch.hex for swatch in brand.swatches}
    labels = [thing.label.paint for thing in scene.things if thing.label is not None]
    worn = [scene.backdrop, *(thing.paint for thing in scene.things), *labels]
    paints = {paint.hex: paint for paint in worn if paint.hex in own}
    # Each by its own number, so that a colour that the scene has more or less moves no other's.
    return min(paints.values(), key=lambda paint: lot.share(f"{name} {paint.hex}"), default=None)


def _accent(odds: Odds, lot: Lot, brand: Brand, factor: float) -> Accent | None:
    if not lot.chance("accent", odds.accent * factor):
        return None
    if brand.forbidden:
        rival = lot.one("accent rival", brand.forbidden)
        return Accent(name=rival.name, hex=rival.hex)
    away = {
        name: min(apart(code, swatch.hex) for swatch in brand.swatches) for name, code in STRANGERS.items()
    }
    strange = [name for name, far in away.items() if far >= STRANGE] or [max(away, key=lambda n: away[n])]
    name = lot.one("accent colour", strange)
    return Accent(name=name, hex=STRANGERS[name])


def with_accent(scene: Scene, accent: Accent | None, lot: Lot) -> Scene:
    """The scene with a small thing of a wrong colour where it can be seen, behind all others in the list."""
    if accent is None:
        return scene
    paint = Paint(name=accent.name, hex=accent.hex, finish="flat")
    wide = max(abs(thing.x) + thing.width / 2 for thing in scene.things if not thing.still)
    near = max(thing.z + thing.depth / 2 for thing in scene.things)
    side = lot.one("accent side", (-1, 1))
    shape = lot.one("accent shape", ("sphere", "box", "cylinder"))
    best, most = scene, -1.0
    for place in ((0.55 * side, 1.0), (-0.55 * side, 1.0), (0.95 * side, 0.6), (-0.95 * side, 0.6), (0, 1.1)):
        thing = Thing(
            shape=shape,  # type: ignore[arg-type]
            paint=paint,
            x=place[0] * wide,
            z=place[1] * near + 0.3,
            width=ACCENT_SIZE,
            height=ACCENT_SIZE,
            depth=ACCENT_SIZE,
            turn=25.0,
            still=True,
        )
        tried = scene.model_copy(update={"things": (*scene.things, thing)})
        share = _shown(tried)
        if share > most:
            best, most = tried, share
        if most >= ACCENT_SHARE:
            break
    return best


def _shown(scene: Scene) -> float:
    """How much of the picture the last thing covers."""
    return float((glance(scene, _SIDE) == 2 * len(scene.things) - 1).float().mean())
