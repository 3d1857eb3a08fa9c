"""From a value in any colour space to the HEX of a brand, with what was done and how far it moved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from brandkit.errors import PaletteError
from brandkit.formats.palette import Colour, Kind, Value

_COUNTS = {"cmyk": 4, "gray": 1}
_CSS = {"hsb": "hsv"}
_SAME = 0.005
"""CIEDE2000 under which a mapped colour has not moved: far below the rounding to 8 bits."""


@dataclass(frozen=True)
class Reading:
    """What a format needs besides the bytes.

    Attributes:
        name: the file's stem, for a palette that has no name of its own.
        cmyk_profile: an ICC profile for CMYK values; ``None`` for the one that is shipped.
        path: where the bytes are from, for what they refer to; ``None`` where they are from no file.
    """

    name: str
    cmyk_profile: bytes | None = None
    path: Path | None = None

    def colour(
        self,
        name: str,
        value: Value,
        *,
        group: tuple[str, ...] = (),
        kind: Kind | None = None,
        alias_of: tuple[str, ...] | None = None,
        description: str = "",
        extensions: Mapping[str, Any] | None = None,
        where: str = "",
    ) -> Colour:
        """The colour with its HEX worked out. See ``Colour`` for the arguments.

        Raises:
            PaletteError: the value has the wrong number of components, or one that is no finite number,
                or lies outside its range.
        """
        hex_colour, distance, how = self._srgb(value)
        return Colour(
            name,
            value,
            hex_colour,
            group,
            kind,
            alias_of,
            description,
            extensions or {},
            distance,
            how,
            where,
        )

    def _srgb(self, value: Value) -> tuple[str, float, str]:
        _check(value)
        components = value.components
        if value.space == "cmyk":
            lab, profile = self._cmyk_lab(components)
            hex_colour, distance = _map("lab", lab)
            return hex_colour, distance, f"CMYK through {profile}"
        if value.space == "gray":
            hex_colour, distance = _map("srgb", components * 3)
            return hex_colour, distance, "grey taken as sRGB"
        hex_colour, distance = _map(_CSS.get(value.space, value.space), components)
        if value.space in ("srgb", "hsl", "hwb", "hsb") and distance == 0:
            return hex_colour, 0.0, ""
        said = "CIELAB D50 adapted to D65 by Bradford" if value.space in ("lab", "lch") else value.space
        return hex_colour, distance, f"{said} converted to sRGB"

    def _cmyk_lab(self, ink: tuple[float, ...]) -> tuple[tuple[float, ...], str]:
        from brandkit.media import icc

        try:
            profile = icc.Profile.read(self.cmyk_profile) if self.cmyk_profile is not None else None
            if profile is not None and profile.space != "CMYK":
                raise PaletteError(f"the profile '{profile.name}' is for {profile.space}; give one for CMYK")
            profile = profile or icc.standin_for_cmyk()
            return profile.to_lab(ink), profile.name
        except icc.ProfileError as error:
            raise PaletteError(f"the CMYK profile cannot be used: {error}") from error


def _check(value: Value) -> None:
    wanted = _COUNTS.get(value.space, 3)
    if len(value.components) != wanted:
        raise PaletteError(f"a {value.space} colour has {wanted} components, not {len(value.components)}")
    if not all(math.isfinite(part) for part in (*value.components, value.alpha)):
        raise PaletteError(f"a {value.space} colour has a component that is no finite number")
    if value.space in _COUNTS and not all(-1e-6 <= part <= 1 + 1e-6 for part in value.components):
        raise PaletteError(f"a {value.space} component lies outside 0 to 1")
    if any(abs(part) > 1e4 for part in value.components):
        raise PaletteError(f"a {value.space} component is too large to be a colour")


@lru_cache(maxsize=4096)
def _map(space: str, components: tuple[float, ...]) -> tuple[str, float]:
    """HEX of the nearest look in sRGB (CSS Color 4, section 13.2) and how far that is in CIEDE2000."""
    from coloraide import Color

    stated = Color(space, list(components)).convert("srgb")
    mapped = stated.clone().fit("srgb", method="oklch-chroma")
    distance = float(stated.delta_e(mapped, method="2000"))
    # A tie goes up, as in CSS and in the programs that write these files: half of white is #808080.
    codes = (math.floor(part * 255 + 0.5) for part in mapped.coords(nans=False))
    red, green, blue = (min(255, max(0, code)) for code in codes)
    return f"#{red:02X}{green:02X}{blue:02X}", distance if distance > _SAME else 0.0
