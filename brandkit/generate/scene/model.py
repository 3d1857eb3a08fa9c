"""A product scene as data: what stands where, in which colours, under which light, seen from where.

A scene is all that a picture of ``builtin`` is made from, and it is small: it is stored as JSON in the
picture itself and in a recipe. Lengths are in units of about the height of a product; x goes right, y up, z
toward the camera; angles are degrees.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from brandkit.swatch import Finish, Hex

Shape = Literal["sphere", "box", "bottle", "cylinder", "capsule", "cone", "torus", "arch", "disc"]
Material = Literal["matte", "glossy", "metal", "fabric"]
Motion = Literal["turntable", "orbit", "slide", "push"]

Length = Annotated[float, Field(gt=0, le=100)]
Place = Annotated[float, Field(ge=-100, le=100)]
Angle = Annotated[float, Field(ge=-3600, le=3600)]
Unit = Annotated[float, Field(ge=0, le=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Paint(_Frozen):
    """A colour and how it takes light.

    Attributes:
        name: of the swatch, or of the colour as the prompt has it.
        hex: ``#RRGGBB``.
        finish: ``shaded`` takes light as a body does; ``flat`` is its exact HEX wherever light falls on it,
            and darkens only in shadow and where it turns away from the light.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    hex: Hex
    finish: Finish = "shaded"


class Label(_Frozen):
    """A flat field of colour around the middle of a thing.

    Attributes:
        paint: its colour.
        height: of the field, as a share of the thing's.
        width: of the thing's front that it spans; 1 goes all around.
    """

    paint: Paint
    height: Unit = 0.3
    width: Unit = 1.0


class Thing(_Frozen):
    """One body.

    Attributes:
        shape: what it is.
        paint: its colour.
        material: how it throws light back.
        x: of its middle.
        y: of its foot; 0 stands on the floor.
        z: of its middle.
        width: along its own x.
        height: along y.
        depth: along its own z; shapes that are round around y take it from ``width``.
        turn: about its vertical axis.
        label: a field of another colour on it.
        still: whether it is part of the set, and stays where it is when the scene turns.
    """

    shape: Shape
    paint: Paint
    material: Material = "matte"
    x: Place = 0.0
    y: Place = 0.0
    z: Place = 0.0
    width: Length = 1.0
    height: Length = 1.0
    depth: Length = 1.0
    turn: Angle = 0.0
    label: Label | None = None
    still: bool = False


class Light(_Frozen):
    """A softbox, and what the room gives back.

    Attributes:
        side: where it stands around the scene: 0 in front, 90 on the right.
        height: above the horizon.
        softness: 0 is a spot with crisp shadows, 1 a wall of light.
        warmth: -1 cool to 1 warm: the colour of sheen and of the light in shadows. What the key light falls
            on keeps its colour, as a photographer's white balance sees to.
    """

    side: Angle = -40.0
    height: Annotated[float, Field(ge=5, le=89)] = 50.0
    softness: Unit = 0.6
    warmth: Annotated[float, Field(ge=-1, le=1)] = 0.0


class Camera(_Frozen):
    """Where the scene is seen from.

    Attributes:
        side: around the scene, 0 in front, 90 from the right.
        height: above the horizon; 90 looks straight down.
        distance: from what it looks at.
        aim: the height of the point that it looks at.
        field: its field of view, across the shorter side of the picture.
        shift: how far it stands to the right of that, and looks past the middle by as much.
    """

    side: Angle = 0.0
    height: Annotated[float, Field(ge=1, le=89)] = 12.0
    distance: Length = 6.0
    aim: Place = 0.6
    field: Annotated[float, Field(ge=5, le=90)] = 28.0
    shift: Place = 0.0


class Scene(_Frozen):
    """What a picture shows.

    Attributes:
        things: bodies, 1 to 24.
        backdrop: the wall, and the floor if that has no paint of its own: one seamless sheet.
        floor: the floor's own paint; it meets the wall in a line.
        wall: how far behind the middle of the scene the wall begins.
        light: what it is lit by.
        camera: what it is seen from.
        motion: what moves if it is a clip.
        version: of this description.
    """

    things: Annotated[tuple[Thing, ...], Field(min_length=1, max_length=24)]
    backdrop: Paint
    floor: Paint | None = None
    wall: Length = 2.5
    light: Light = Light()
    camera: Camera = Camera()
    motion: Motion = "turntable"
    version: Literal[1] = 1
