"""An approved picture as the start of a scene: the scene that it was made from, or what its pixels tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import ValidationError

from brandkit import media
from brandkit.brand import Brand
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab
from brandkit.errors import MediaError
from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Camera, Light, Scene, Thing
from brandkit.generate.scene.parse import Wish
from brandkit.generate.scene.tokens import paint_of
from brandkit.media import pillow
from brandkit.swatch import rgb8

KEY = "brandkit:scene"
"""Keyword of the PNG text that holds a scene as JSON."""
_LONGEST = 1 << 18
_SIDE = 96
"""Pixels of the reduced picture that is looked at."""
WORN = 20.0
"""CIEDE2000 up to which a pixel counts as of its nearest swatch: a body in shadow is some way off."""
LEAST = 0.02
"""Share of the picture that a colour has to fill to be taken over."""
BORDER = 0.12
"""Part of the sides that shows the backdrop."""
ONE_SIDED = 1.5
"""L* by which one half of the backdrop is lighter than the other if the light is taken to come from there."""
CONTRAST = (8.0, 30.0)
"""Deviations of L* that soft and hard light leave."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was read from an approved picture.

    Attributes:
        scene: what it was made from, if it says so.
        look: otherwise, what its pixels tell: colours, backdrop, light.
        digest: of the file, as a number that things are drawn by.
        notes: what was taken over, for people.
    """

    scene: Scene | None
    look: Wish
    digest: int
    notes: tuple[str, ...]


def metadata(scene: Scene) -> dict[str, str]:
    """What is written into a PNG's text so that ``read`` finds the scene again: keyword and value."""
    return {KEY: scene.model_dump_json()}


def read(path: Path, brand: Brand) -> Anchor:
    """Read an approved picture, or the first frame of a clip.

    Raises:
        MediaError: it cannot be read.
    """
    clip = media.open(path, background=rgb8(brand.background))
    frames = next(iter(clip.batches(1)), None)
    if frames is None:
        raise MediaError(f"{path}: shows no picture; give an approved still as the anchor")
    digest = int(clip.source.sha256[:15], 16)
    scene, said = _stored(path)
    if scene is not None:
        return Anchor(scene, Wish(), digest, (f"the scene of {path.name} was read from the file",))
    look, seen = _look(frames.pixels[0], brand)
    return Anchor(None, look, digest, (*said, f"taken from the pixels of {path.name}: {seen}"))


def _stored(path: Path) -> tuple[Scene | None, tuple[str, ...]]:
    """The scene in a PNG's text, and what is to be said where it cannot be used."""
    with pillow.opened(path) as image:
        if image is None or image.format != "PNG":
            return None, ()
        with pillow.errors(path):
            image.load()  # text may stand behind the pixels
            text = getattr(image, "text", {}).get(KEY)
    if text is None:
        return None, ()
    if len(text) <= _LONGEST:
        try:
            return Scene.model_validate_json(text), ()
        except ValidationError:
            pass
    return None, (f"the scene stored in {path.name} is damaged or of another version",)


def _look(pixels: torch.Tensor, brand: Brand) -> tuple[Wish, str]:
    """What pixels ``uint8`` ``[3, H, W]`` tell of a scene, and the same in words."""
    small = torch.nn.functional.interpolate(pixels[None].float(), size=(_SIDE, _SIDE), mode="area")[0]
    lab = srgb_to_lab(small.permute(1, 2, 0) / 255)
    codes = torch.tensor([swatch.rgb8 for swatch in brand.swatches], dtype=torch.uint8)
    distance = torch.stack([ciede2000(lab, own) for own in srgb_to_lab(codes)])
    nearest = distance.argmin(0)
    worn = distance.amin(0) <= WORN
    edge = int(BORDER * _SIDE)
    sides = torch.zeros_like(worn)
    sides[:, :edge] = sides[:, -edge:] = sides[:edge] = True
    count = len(brand.swatches)
    around = torch.bincount(nearest[sides & worn], minlength=count)
    whole = torch.bincount(nearest[worn], minlength=count) / _SIDE**2
    wish = Wish()
    backdrop = int(around.argmax()) if int(around.sum()) else None
    said: list[str] = []
    if backdrop is not None:
        wish.backdrop = paint_of(brand.swatches[backdrop])
        said.append(f"{wish.backdrop.name} as the backdrop")
    for place in whole.argsort(descending=True).tolist():
        if place != backdrop and float(whole[place]) >= LEAST:
            wish.colours.append(paint_of(brand.swatches[place]))
            said.append(f"{brand.swatches[place].name} over {100 * float(whole[place]):.0f} %")
    said += _light(lab, sides, wish)
    return wish, ", ".join(said)


def _light(lab: torch.Tensor, sides: torch.Tensor, wish: Wish) -> list[str]:
    """Contrast, side and warmth of the light, roughly."""
    light = lab[..., 0]
    half = _SIDE // 2
    left, right = float(light[:, :half].mean()), float(light[:, half:].mean())
    said = []
    if abs(left - right) >= ONE_SIDED:
        wish.side = -55.0 if left > right else 55.0
        said.append(f"light from the {'left' if left > right else 'right'}")
    deviation = float(np.clip(float(light.std()), *CONTRAST))
    hard = (deviation - CONTRAST[0]) / (CONTRAST[1] - CONTRAST[0])
    wish.softness = round(0.85 - 0.6 * hard, 3)
    said.append(f"a contrast of {float(light.std()):.0f} L*")
    return said


def filled(wish: Wish, look: Wish) -> Wish:
    """A wish with what a picture tells where the prompt is silent."""
    return Wish(
        things=wish.things,
        podium=wish.podium,
        panel=wish.panel,
        colours=[*wish.colours, *(paint for paint in look.colours if paint not in wish.colours)],
        backdrop=wish.backdrop or look.backdrop,
        floor=wish.floor,
        material=wish.material,
        softness=wish.softness if wish.softness is not None else look.softness,
        side=wish.side if wish.side is not None else look.side,
        overhead=wish.overhead,
        warmth=wish.warmth,
        view=wish.view,
        motion=wish.motion,
        hexes=wish.hexes,
        unread=wish.unread,
        notes=wish.notes,
    )


def varied(scene: Scene, fresh: Scene, strength: float, wish: Wish, lot: Lot) -> Scene:
    """An approved scene on its way to a fresh one: the same at strength 0, the fresh one at 1.

    Between, camera and light move that part of the way, and things are shifted, turned and resized by lot by
    as much. What the prompt says of motion always holds; what it says of the backdrop, above strength 0.

    Args:
        scene: the approved one.
        fresh: what the request would give without it.
        strength: 0 to 1.
        wish: what the prompt says.
        lot: draws the changes.
    """
    motion = wish.motion or scene.motion
    if strength >= 1:
        return fresh
    if strength <= 0:
        return scene.model_copy(update={"motion": motion})
    return scene.model_copy(
        update={
            "things": tuple(_shifted(t, strength, lot, f"vary {k}") for k, t in enumerate(scene.things)),
            "backdrop": wish.backdrop or scene.backdrop,
            "floor": wish.floor or scene.floor,
            "light": _between_lights(scene.light, fresh.light, strength),
            "camera": _between_cameras(scene.camera, fresh.camera, strength),
            "motion": motion,
        }
    )


def _shifted(thing: Thing, strength: float, lot: Lot, name: str) -> Thing:
    if thing.still or thing.y > 0:
        # The set stays, and what stands on something does not fall off.
        return thing.model_copy(update={"turn": thing.turn + strength * lot.between(f"{name} turn", -60, 60)})
    size = 1 + strength * lot.between(f"{name} size", -0.2, 0.2)
    return thing.model_copy(
        update={
            "x": thing.x + strength * lot.between(f"{name} x", -0.12, 0.12),
            "z": thing.z + strength * lot.between(f"{name} z", 0.0, 0.3),
            "width": thing.width * size,
            "height": thing.height * size,
            "depth": thing.depth * size,
            "turn": thing.turn + strength * lot.between(f"{name} turn", -60, 60),
        }
    )


def _mixed(one: float, two: float, share: float) -> float:
    return one + share * (two - one)


def _between_lights(one: Light, two: Light, share: float) -> Light:
    return Light(
        side=_mixed(one.side, two.side, share),
        height=_mixed(one.height, two.height, share),
        softness=_mixed(one.softness, two.softness, share),
        warmth=_mixed(one.warmth, two.warmth, share),
    )


def _between_cameras(one: Camera, two: Camera, share: float) -> Camera:
    return one.model_copy(
        update={
            "side": _mixed(one.side, two.side, share),
            "height": _mixed(one.height, two.height, share),
            "distance": _mixed(one.distance, two.distance, share),
            "aim": _mixed(one.aim, two.aim, share),
        }
    )
