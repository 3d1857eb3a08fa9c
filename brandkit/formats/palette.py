"""What travels between palette formats: colours as their file states them, with names, groups and order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast, get_args

Space = Literal[
    "srgb",
    "srgb-linear",
    "display-p3",
    "a98-rgb",
    "prophoto-rgb",
    "rec2020",
    "xyz-d50",
    "xyz-d65",
    "hsl",
    "hwb",
    "hsb",
    "lab",
    "lch",
    "oklab",
    "oklch",
    "cmyk",
    "gray",
]
"""Where a value is measured: names and ranges of CSS Color 4, except that RGB, saturation, lightness
of HSL, whiteness, blackness and brightness are 0 to 1; ``hsb`` (hue in degrees, saturation, brightness)
is Adobe's HSB; ``lab`` and ``lch`` are CIELAB under D50 (L* 0 to 100); ``cmyk`` counts ink, 0 to 1;
``gray`` is sRGB-encoded grey, 0 black to 1 white."""

Kind = Literal["global", "spot", "process"]
"""How a print program treats a colour: linked everywhere, an ink of its own, or mixed."""


@dataclass(frozen=True, slots=True)
class Value:
    """A colour as a file states it.

    Attributes:
        space: see ``Space``.
        components: in the order of the space's name; their ranges are those of ``Space``.
        alpha: opacity, 0 to 1.
    """

    space: Space
    components: tuple[float, ...]
    alpha: float = 1.0

    def __str__(self) -> str:
        """The value in one line, exactly: ``cmyk 0 0.71 1 0``, with ``/ 0.5`` where it is translucent."""
        parts = [self.space, *(_number(part) for part in self.components)]
        return " ".join(parts if self.alpha == 1 else [*parts, "/", _number(self.alpha)])

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value that ``str`` made the text of. Raises ``ValueError`` for any other text.

        >>> Value.parse("cmyk 0 0.71 1 0")
        Value(space='cmyk', components=(0.0, 0.71, 1.0, 0.0), alpha=1.0)
        """
        colour, _, alpha = text.partition("/")
        space, *components = colour.split() or [""]
        if space not in get_args(Space):
            raise ValueError(f"{space!r} is not a colour space")
        numbers = tuple(float(part) for part in components)
        return cls(cast(Space, space), numbers, float(alpha) if alpha else 1.0)


def _number(value: float) -> str:
    return str(int(value)) if math.isfinite(value) and value == int(value) else repr(float(value))


@dataclass(frozen=True, slots=True)
class Colour:
    """One entry of a palette; made by ``Reading.colour``.

    Attributes:
        name: as in the file, any text; may be empty, and need not be unique.
        value: as in the file.
        hex: what it is in sRGB, ``#RRGGBB`` in upper case, by ``how``.
        group: names of the groups it is in, outermost first.
        kind: of a print program's swatch; ``None`` where the file does not say.
        alias_of: where the file repeats another colour by reference: that one's ``group`` and name.
        description: what the file says of it.
        extensions: what other tools keep with it (``$extensions`` of design tokens): JSON values.
        distance_de00: CIEDE2000 between what the file states and ``hex``, where sRGB cannot hold it; else 0.
        how: how ``hex`` came about, one phrase; empty where the file itself states sRGB.
        where: of a colour that was found rather than listed (in a PDF or a picture): the place, for a
            person to confirm; empty for a colour that the file lists.
    """

    name: str
    value: Value
    hex: str
    group: tuple[str, ...] = ()
    kind: Kind | None = None
    alias_of: tuple[str, ...] | None = None
    description: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)
    distance_de00: float = 0.0
    how: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Palette:
    """A palette file's content.

    Attributes:
        name: of the palette; the file's stem where the file has none.
        colours: in the order of the file.
        notes: what the file holds that is not in ``colours`` (entries left out, and why), one line each.
        extensions: what other tools keep with the whole file: JSON values.
    """

    name: str
    colours: tuple[Colour, ...]
    notes: tuple[str, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def proposed(self) -> bool:
        """Whether any of it was found rather than listed, so that a person has to confirm it."""
        return any(colour.where for colour in self.colours)


@dataclass(frozen=True, slots=True)
class Export:
    """A palette in some format.

    Attributes:
        data: the file's bytes.
        losses: what the format cannot hold of it, one line each, names included.
    """

    data: bytes
    losses: tuple[str, ...] = ()
