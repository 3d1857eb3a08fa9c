"""From what a prompt asks for to a scene: what it leaves open is drawn from a tasteful range."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice

from brandkit.brand import Brand
from brandkit.generate.scene.arrange import arranged, framed
from brandkit.generate.scene.balance import balanced
from brandkit.generate.scene.colours import Scheme, apart, scheme
from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Label, Light, Material, Paint, Scene, Shape, Thing
from brandkit.generate.scene.parse import Wish

HEROES: tuple[Shape, ...] = ("bottle", "cylinder", "box", "sphere", "capsule", "torus")
BESIDE: tuple[Shape, ...] = ("sphere", "cone", "torus", "box", "sphere", "capsule", "cylinder")
"""What stands in the middle, and beside it, where the prompt names nothing."""
MATERIALS: tuple[Material, ...] = ("matte", "glossy", "matte", "glossy", "metal", "fabric")

SIZES: dict[Shape, tuple[float, float, float]] = {
    "sphere": (0.8, 0.8, 0.8),
    "box": (0.75, 0.85, 0.75),
    "bottle": (0.66, 1.55, 0.66),
    "cylinder": (0.68, 0.95, 0.68),
    "capsule": (0.5, 1.15, 0.5),
    "cone": (0.8, 1.0, 0.8),
    "torus": (0.9, 0.9, 0.26),
    "arch": (1.7, 2.2, 0.12),
    "disc": (2.0, 2.0, 0.1),
}
"""Width, height and depth of a thing of usual size."""
SMALLER = 0.62
"""The size of what stands beside a hero."""
PANEL_RISE = 1.45
"""Height of a panel as a multiple of the hero's top."""
TELLING = 12.0
"""CIEDE2000 by which parts of the set differ from the hero."""
ASIDE = 0.5
"""How far aside a panel may have to stand, in widths of it."""
LARGE = 0.12
"""Share of the picture from which on a colour needs a panel."""
MOST_GROWN = 2.2
"""How much larger a product may become for its colour's share; the set may grow more."""
PODIUM_HEIGHT = (0.16, 0.34)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is in a scene, before anyone has a place.

    Attributes:
        things: what is shown, the hero first.
        podium: what the hero stands on.
        panel: what stands behind.
    """

    things: tuple[Thing, ...]
    podium: Thing | None = None
    panel: Thing | None = None


def compose(wish: Wish, brand: Brand, lot: Lot, clip: bool = False) -> Scene:
    """A scene for a wish.

    Args:
        wish: what the prompt says.
        brand: whose colours and proportions it has.
        lot: draws what the prompt leaves open.
        clip: whether it will move, and so needs something that shows it.
    """
    colours = scheme(wish, brand, lot)
    cast = _cast(wish, brand, colours, lot)
    things = arranged(cast.things, cast.podium, cast.panel, lot)
    motion = wish.motion or ("push" if clip and not turns(things) else "turntable")
    light = _light(wish, lot)
    camera = framed(things, _view(wish, lot), lot)

    def build(sizes: Mapping[str, float]) -> Scene:
        grown = [thing and _grown(thing, sizes) for thing in (*cast.things, cast.podium, cast.panel)]
        *shown, podium, panel = grown
        return Scene(
            things=arranged(tuple(thing for thing in shown if thing), podium, panel, lot),
            backdrop=colours.backdrop,
            floor=colours.floor,
            light=light,
            camera=camera,
            motion=motion,
        )

    return balanced(build, colours.shares)


def _grown(thing: Thing, sizes: Mapping[str, float]) -> Thing:
    """A thing, and its label, at the sizes of their paints."""
    size = sizes.get(thing.paint.hex, 1.0)
    if not thing.still:
        size = min(size, MOST_GROWN)
    label = thing.label
    if label is not None:
        # A field grows in one direction only.
        height = min(label.height * sizes.get(label.paint.hex, 1.0) ** 2, 0.8)
        label = label.model_copy(update={"height": height})
    sides = {"width": thing.width * size, "height": thing.height * size, "depth": thing.depth * size}
    if thing.still and thing.shape == "cylinder":
        sides["height"] = thing.height * size**0.5
    return thing.model_copy(update={**sides, "label": label})


def turns(things: tuple[Thing, ...]) -> bool:
    """Whether it can be seen that the things turn together."""
    return any(
        not thing.still
        and (
            thing.shape in ("box", "torus", "arch", "disc")
            or math.hypot(thing.x, thing.z) > 0.05
            or (thing.label is not None and thing.label.width < 1)
        )
        for thing in things
    )


def _cast(wish: Wish, brand: Brand, colours: Scheme, lot: Lot) -> Cast:
    paints = cycle(colours.wears)
    things = tuple(_asked(wish, colours, paints, lot)) if wish.things else tuple(_drawn(wish, colours, lot))
    calm = len(colours.wears) > 1
    large, next_large = _large(colours)
    if wish.view == "top":
        large, next_large = None, large  # from above, a panel is hardly seen
    podium = panel = None
    if wish.podium is not None or next_large or (len(things) <= 3 and calm and lot.chance("podium", 0.5)):
        paint = (
            wish.podium[0] if wish.podium else next_large or _for_set(colours, things, lot, "podium paint")
        )
        width = 1.75 * max(thing.width for thing in things[:1]) + 0.35
        height = lot.between("podium height", *PODIUM_HEIGHT)
        podium = Thing(shape="cylinder", paint=paint, width=width, height=height, depth=width, still=True)
    if wish.panel is not None or large or (calm and wish.view != "top" and lot.chance("panel", 0.35)):
        shape, said = wish.panel or (lot.one("panel shape", ("arch", "disc", "arch")), ())
        paint = said[0] if said else large or _for_set(colours, things, lot, "panel paint")
        label = things[0].label
        clashes = label is not None and label.paint.hex == paint.hex
        if paint.hex != colours.backdrop.hex and (wish.panel is not None or large or not clashes):
            top = things[0].height + (podium.height if podium is not None else 0.0)
            panel = _panel(shape, paint, top)
            if brand.pairs.required:
                # What has to touch the backdrop is not to stand before the panel altogether.
                aside = ASIDE * panel.width * (1 if lot.chance("panel side", 0.5) else -1)
                panel = panel.model_copy(update={"x": aside})
    return Cast(things, podium, panel)


def _large(colours: Scheme) -> tuple[Paint | None, Paint | None]:
    """Up to two colours besides the backdrop's that the guidelines give more room than a product takes."""
    asked = [paint for paint in colours.wears if colours.shares.get(paint.hex, 0.0) > LARGE]
    asked = [paint for paint in asked if paint.hex != colours.backdrop.hex]
    asked.sort(key=lambda paint: -colours.shares[paint.hex])
    most: list[Paint | None] = [*asked[:2], None, None]
    return most[0], most[1]


def _panel(shape: Shape, paint: Paint, top: float) -> Thing:
    """A panel that is a good deal taller than what stands before it."""
    width, height, depth = SIZES[shape] if shape != "box" else (1.9, 1.8, 0.1)
    size = min(max(PANEL_RISE * top / height, 0.55), 1.1)
    width, height = size * width, size * height
    return Thing(shape=shape, paint=paint, width=width, height=height, depth=depth, still=True)


def _for_set(colours: Scheme, things: tuple[Thing, ...], lot: Lot, name: str) -> Paint:
    """A colour for a part of the set: one that the hero does not wear, so that it stands off."""
    hero, label = things[0].paint.hex, things[0].label
    free = [paint for paint in colours.wears if apart(paint.hex, hero) > TELLING]
    free = [paint for paint in free if label is None or paint.hex != label.paint.hex] or free
    free = free or [colours.wears[-1]]
    return lot.one(name, free)


def _asked(wish: Wish, colours: Scheme, paints: Iterator[Paint], lot: Lot) -> Iterator[Thing]:
    for place, wanted in enumerate(wish.things):
        worn = list(islice(cycle(wanted.paints) if wanted.paints else paints, wanted.count))
        for k, paint in enumerate(worn):
            name = f"thing {place} {k}"
            drawn: Material = lot.one(f"{name} material", MATERIALS)
            material = wanted.material or wish.material or drawn
            size = lot.between(f"{name} size", 0.92, 1.08) * (1 if place == 0 else 0.85)
            label = Label(paint=wanted.label or _for_label(paint, colours)) if wanted.labelled else None
            yield _thing(wanted.shape, paint, material, size, label, lot, name)


def _for_label(paint: Paint, colours: Scheme) -> Paint:
    """A colour for a label that stands off what it is on."""
    return max((*colours.wears, colours.backdrop), key=lambda other: apart(other.hex, paint.hex))


def _drawn(wish: Wish, colours: Scheme, lot: Lot) -> Iterator[Thing]:
    """A hero, and up to three things beside it, one for each colour at least."""
    shape = lot.one("hero", HEROES)
    paints = list(colours.wears)
    others = max(len(paints) - 1, lot.one("others", (0, 1, 2, 3), (1, 2, 3, 2)))
    for k, paint in enumerate(islice(cycle(paints), 1 + min(others, 5))):
        name = f"drawn {k}"
        kind = shape if k == 0 else lot.one(f"{name} shape", BESIDE)
        drawn: Material = lot.one(f"{name} material", MATERIALS)
        material = wish.material or drawn
        size = lot.between(f"{name} size", 0.85, 1.15) * (1.1 if k == 0 else SMALLER)
        label = None
        if k == 0 and kind in ("bottle", "cylinder") and len(paints) > 1 and lot.chance("label", 0.6):
            label = Label(paint=paints[1], height=lot.between("label height", 0.22, 0.4))
        yield _thing(kind, paint, material, size, label, lot, name)


def _thing(
    shape: Shape, paint: Paint, material: Material, size: float, label: Label | None, lot: Lot, name: str
) -> Thing:
    width, height, depth = (size * side for side in SIZES[shape])
    turn = lot.between(f"{name} turn", -40, 40) if shape in ("box", "torus") else 0.0
    return Thing(
        shape=shape,
        paint=paint,
        material=material,
        width=width,
        height=height,
        depth=depth,
        turn=turn,
        label=label,
    )


def _light(wish: Wish, lot: Lot) -> Light:
    left = lot.chance("light left", 0.6)
    side = wish.side if wish.side is not None else (-1 if left else 1) * lot.between("light side", 28, 62)
    height = 82.0 if wish.overhead else lot.between("light height", 38, 60)
    softness = wish.softness if wish.softness is not None else lot.between("light softness", 0.35, 0.75)
    return Light(side=side, height=height, softness=softness, warmth=wish.warmth or 0.0)


def _view(wish: Wish, lot: Lot) -> str:
    return wish.view or lot.one("view", ("usual", "usual", "level", "high"))
