"""What is wrong with a picture on purpose: stated faults, so that what finds them can be tested.

``builtin`` stands in for a model that is not perfect. What it gets wrong is an object, which is what a test
compares with what was measured.
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import BaseModel, ConfigDict, Field

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import (
    RGB_TO_XYZ,
    lab_to_linear,
    linear_to_lab,
    linear_to_srgb,
    srgb_to_lab,
)
from brandkit.colour.targets import nearest_on_curve, shading_curve
from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Paint, Scene
from brandkit.swatch import Hex, rgb8

GREY_L = 70.0
"""L* of the grey by which a tint is stated."""
MIDDLE = 66.0
"""L* + 16 of the grey by which a flicker is stated: there, CIEDE2000 is the difference in L*."""
_STEPS = 600
_MOST_CAST, _FARTHEST = 0.9, 90.0
"""The strongest cast, as a part of the light, and the farthest in a* and b*, that are looked at."""
_NEARLY = 0.97
_TURNS = (0, 40, -40, 80, -80, 120, -120, 160)
"""Degrees by which a hue's direction is turned until the colour that is wanted there exists in sRGB."""

Difference = Annotated[float, Field(ge=0, le=100)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Tint(_Frozen):
    """A cast over the whole picture.

    Attributes:
        gains: factors on red, green and blue of linear light.
        de00: CIEDE2000 by which it moves a light grey.
    """

    gains: tuple[float, float, float]
    de00: Difference


class Drifted(_Frozen):
    """A brand colour that is rendered in another one.

    Attributes:
        name: of the swatch.
        hex: the swatch's.
        painted: what stands in its place.
        de00: CIEDE2000 between them; of a shaded swatch, to its shading curve.
    """

    name: str
    hex: Hex
    painted: Hex
    de00: Difference


class Accent(_Frozen):
    """A small thing in a colour that is not the brand's.

    Attributes:
        name: of the colour.
        hex: it.
    """

    name: str
    hex: Hex


class Flicker(_Frozen):
    """Light that goes up and down from frame to frame.

    Attributes:
        light: the greatest change, as a part of the light.
        de00: CIEDE2000 by which that moves a middle grey.
        thing: which thing of the scene, by its place; the whole picture if ``None``.
    """

    light: Annotated[float, Field(ge=0, lt=1)]
    de00: Difference
    thing: int | None = None


class Faults(_Frozen):
    """All that is wrong with a picture or clip, on purpose.

    Attributes:
        tint: of the whole picture.
        drifted: colours that are wrong, from the first frame on.
        accent: a colour too many.
        walk: a colour that leaves its swatch over the clip; stated as it is in the last frame.
        flicker: of the whole picture.
        pulse: of one thing.
    """

    tint: Tint | None = None
    drifted: tuple[Drifted, ...] = ()
    accent: Accent | None = None
    walk: Drifted | None = None
    flicker: Flicker | None = None
    pulse: Flicker | None = None

    def __bool__(self) -> bool:
        return self != Faults()

    def words(self) -> str:
        """What is wrong, for people; 'none' where nothing is."""
        said = []
        if self.tint is not None:
            said.append(f"a tint of {self.tint.de00:.1f} CIEDE2000")
        said += [f"{fault.name} as {fault.painted}, {fault.de00:.1f} away" for fault in self.drifted]
        if self.accent is not None:
            said.append(f"an accent in {self.accent.name} ({self.accent.hex})")
        if self.walk is not None:
            said.append(f"{self.walk.name} walks to {self.walk.painted}, {self.walk.de00:.1f} away")
        if self.flicker is not None:
            said.append(f"flicker of {self.flicker.de00:.1f}")
        if self.pulse is not None:
            said.append(f"one thing flickers by {self.pulse.de00:.1f}")
        return "; ".join(said) or "none"


def tint(de00: float, lot: Lot, name: str = "tint") -> Tint:
    """A cast, warm, cool, green or magenta by lot, that moves a light grey by so much."""
    warm, green = lot.between(f"{name} warm", -1, 1), lot.between(f"{name} green", -0.4, 0.4)
    # The luminance of grey stays: a cast is a change of colour.
    red, blue = warm - green, -warm - green
    weight = RGB_TO_XYZ[1]
    middle = -(weight[0] * red + weight[2] * blue) / weight[1]
    way = torch.tensor([red, middle, blue], dtype=torch.float64)
    way = way / way.abs().max()
    grey = lab_to_linear(torch.tensor([GREY_L, 0, 0], dtype=torch.float64))

    steps = torch.linspace(0, _MOST_CAST, _STEPS, dtype=torch.float64)
    moved = ciede2000(linear_to_lab(grey * (1 + steps[:, None] * way)), linear_to_lab(grey))
    step = int(torch.searchsorted(moved, de00).clamp_max(_STEPS - 1))
    red, middle, blue = (1 + steps[step] * way).tolist()
    return Tint(gains=(red, middle, blue), de00=round(float(moved[step]), 3))


def drifted(paint: Paint, de00: float, lot: Lot, name: str = "drift") -> Drifted:
    """A colour as near as 8 bits allow to so much away from a paint, in another hue or chroma by lot.

    In some directions sRGB ends before: then it is the first of a few others where it does not, or else the
    farthest that was found.
    """
    start = lot.between(f"{name} direction", -180, 180)
    angles = torch.deg2rad(start + torch.tensor(_TURNS, dtype=torch.float64))
    ways = torch.stack((torch.zeros_like(angles), angles.cos(), angles.sin()), -1)
    own = srgb_to_lab(torch.tensor(rgb8(paint.hex), dtype=torch.float64) / 255)
    steps = torch.linspace(0, _FARTHEST, _STEPS, dtype=torch.float64)
    lab = own + steps[:, None] * ways[:, None]
    codes = linear_to_srgb(lab_to_linear(lab)) * 255
    there = ((codes > -0.5) & (codes < 255.5)).all(-1)
    codes = codes.round().clamp(0, 255)
    away = distances(paint, codes.flatten(0, 1) / 255).view(there.shape)
    # In each direction, as far as colours exist and are no farther away than is wanted.
    within = (there & (away <= de00)).cumprod(1).sum(1) - 1
    reached = away.gather(1, within.clamp_min(0)[:, None])[:, 0]
    enough = torch.nonzero(reached >= _NEARLY * de00).flatten()
    way = int(enough[0]) if len(enough) else int(reached.argmax())
    painted = codes[way, int(within[way].clamp_min(0))].tolist()
    code = "#" + "".join(f"{int(value):02X}" for value in painted)
    return Drifted(name=paint.name, hex=paint.hex, painted=code, de00=round(float(reached[way]), 3))


def distances(paint: Paint, rgb: torch.Tensor) -> torch.Tensor:
    """CIEDE2000 from a paint to sRGB ``[N, 3]``, 0 to 1; of a shaded paint, from its shading curve."""
    lab = srgb_to_lab(rgb)
    if paint.finish == "shaded":
        return nearest_on_curve(lab.float(), shading_curve(rgb8(paint.hex)))[0]
    own = srgb_to_lab(torch.tensor(rgb8(paint.hex), dtype=rgb.dtype) / 255)
    return ciede2000(lab, own).view(-1)


def flicker(de00: float, thing: int | None = None) -> Flicker:
    """A flicker that moves a middle grey by so much."""
    return Flicker(light=min((1 + de00 / MIDDLE) ** 3 - 1, 0.95), de00=round(de00, 3), thing=thing)


def wave(frame: int, lot: Lot, name: str) -> float:
    """Where a flicker is at a frame, -1 to 1: up and down in turn, by an amount drawn for each frame."""
    if frame == 0:
        return 0.0
    return (-1.0 if frame % 2 else 1.0) * lot.between(f"{name} {frame}", 0.5, 1.0)


def repainted(scene: Scene, faults: Faults, share: float = 0.0) -> Scene:
    """The scene with what has drifted in the colours that stand in for it.

    Args:
        scene: without faults; an accent is added elsewhere.
        faults: what is wrong.
        share: of the clip that has passed, 0 to 1, which is how far a colour has walked.
    """
    swapped = {fault.hex: fault.painted for fault in faults.drifted}
    if faults.walk is not None and share > 0:
        start = swapped.get(faults.walk.hex, faults.walk.hex)
        swapped[faults.walk.hex] = _between(start, faults.walk.painted, share)
    if not swapped:
        return scene

    def other(paint: Paint) -> Paint:
        return paint.model_copy(update={"hex": swapped[paint.hex]}) if paint.hex in swapped else paint

    things = tuple(
        thing.model_copy(
            update={
                "paint": other(thing.paint),
                "label": thing.label and thing.label.model_copy(update={"paint": other(thing.label.paint)}),
            }
        )
        for thing in scene.things
    )
    floor = None if scene.floor is None else other(scene.floor)
    return scene.model_copy(update={"things": things, "backdrop": other(scene.backdrop), "floor": floor})


def _between(one: str, two: str, share: float) -> str:
    codes = zip(rgb8(one), rgb8(two), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in codes)
