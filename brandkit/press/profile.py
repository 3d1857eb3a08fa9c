"""``PrintProfile``: an ICC profile of a printing condition, both ways, in double precision by LittleCMS.

Pillow's ImageCms knows Lab of 8 bits only, whose steps alone are up to 0.7 CIEDE2000; imagecodecs gives
LittleCMS doubles. Transforms are computed from the profile's own tables: the table that LittleCMS would put
in their place is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import imagecodecs
import numpy as np
import numpy.typing as npt

from brandkit.errors import PressError
from brandkit.media.icc import Profile, ProfileError

Intent = Literal["perceptual", "relative", "saturation", "absolute"]
INTENTS: tuple[Intent, ...] = ("perceptual", "relative", "saturation", "absolute")
"""In the order of their numbers (ICC.1:2022, table 35)."""
Array = npt.NDArray[np.float64]

_BLACK_POINT = 0x2000
_NO_TABLE = 0x0100
_LARGEST = 64 << 20
_OUTPUT = b"prtr"
"""Device class of printers and printing conditions."""
_PER_CENT = 100.0
_ROWS = 1 << 18
"""Colours at a time."""
_LIGHTNESSES, _CHROMAS = 25, 33
"""Steps of the grid on which the most ink is looked for; LittleCMS's cmsDetectTAC takes 6 and 74."""


@dataclass(frozen=True)
class PrintProfile:
    """A CMYK profile that leads both ways.

    Attributes:
        data: the profile itself.
        name: its description.
    """

    data: bytes
    name: str

    @classmethod
    def read(cls, path: Path) -> PrintProfile:
        """Read a profile and try it both ways.

        Raises:
            PressError: it cannot be read, is damaged, is no CMYK output profile, or only leads to a display.
        """
        data = _bytes_of(path)
        try:
            head = Profile.read(data)
        except ProfileError as error:
            raise PressError(f"{path}: is no ICC profile, or damaged ({error}); get it again") from None
        if head.space != "CMYK":
            raise PressError(
                f"{path}: '{head.name}' is for {head.space}; give the CMYK profile of the printing condition"
            )
        if data[12:16] != _OUTPUT:
            raise PressError(f"{path}: '{head.name}' is no profile of a printing condition (class 'prtr')")
        profile = cls(data, head.name)
        _try(lambda: profile.to_lab(np.zeros((1, 4))), path, "from inks to colours (A2B)")
        _try(lambda: profile.separate(np.ones((1, 3)), "relative"), path, "from colours to inks (B2A)")
        return profile

    def separate(self, rgb: Array, intent: Intent) -> Array:
        """sRGB ``[N, 3]``, 0 to 1, in inks ``[N, 4]``, 0 to 1.

        Black point compensation is on, except for ``absolute``, which knows none.
        """
        flags = 0 if intent == "absolute" else _BLACK_POINT
        inks = _convert(rgb, (_srgb(), "rgb"), (self.data, "cmyk"), INTENTS.index(intent), flags)
        return (inks / _PER_CENT).clip(0, 1)

    def match(self, lab: Array, intent: Intent = "relative") -> Array:
        """CIELAB ``[N, 3]`` relative to the paper, in inks ``[N, 4]``, 0 to 1; blacks are not compensated."""
        inks = _convert(lab, (_lab(), "lab"), (self.data, "cmyk"), INTENTS.index(intent), 0)
        return (inks / _PER_CENT).clip(0, 1)

    def to_lab(self, inks: Array, *, paper: bool = False) -> Array:
        """Inks ``[N, 4]``, 0 to 1, in CIELAB D50 ``[N, 3]``.

        Args:
            inks: shares of each.
            paper: whether to state what an instrument measures, the paper's own colour included; relative to
                the paper, as an eye sees it that is used to the paper, without.
        """
        intent = INTENTS.index("absolute" if paper else "relative")
        return _convert(inks * _PER_CENT, (self.data, "cmyk"), (_lab(), "lab"), intent, 0)

    def to_srgb(self, inks: Array, *, paper: bool = False) -> Array:
        """The same in sRGB ``[N, 3]``, 0 to 1, clipped."""
        intent = INTENTS.index("absolute" if paper else "relative")
        return _convert(inks * _PER_CENT, (self.data, "cmyk"), (_srgb(), "rgb"), intent, 0).clip(0, 1)

    @cached_property
    def most_ink(self) -> float:
        """The most ink that the profile's own separations lay down, 1 for all of one ink: its usual limit.

        As LittleCMS's cmsDetectTAC: the largest sum over a grid of CIELAB, perceptually.
        """
        lightness = np.linspace(0, 100, _LIGHTNESSES)
        chroma = np.linspace(-128, 127, _CHROMAS)
        grid = np.stack(np.meshgrid(lightness, chroma, chroma, indexing="ij"), axis=-1).reshape(-1, 3)
        return math.ceil(float(self.match(grid, "perceptual").sum(1).max()) * _PER_CENT - 0.5) / _PER_CENT


def srgb_to_lab(rgb: Array) -> Array:
    """sRGB ``[N, 3]``, 0 to 1, in CIELAB under D50, as ICC profiles count it."""
    return _convert(rgb, (_srgb(), "rgb"), (_lab(), "lab"), INTENTS.index("relative"), 0)


def _convert(
    colours: Array, source: tuple[bytes, str], target: tuple[bytes, str], intent: int, flags: int
) -> Array:
    parts: list[Any] = []
    for first in range(0, len(colours), _ROWS):
        part = np.ascontiguousarray(colours[None, first : first + _ROWS], dtype=np.float64)
        parts.append(
            imagecodecs.cms_transform(
                part,
                source[0],
                target[0],
                colorspace=source[1],
                outcolorspace=target[1],
                outdtype="float64",
                intent=intent,
                flags=flags | _NO_TABLE,
            )[0]
        )
    return np.concatenate(parts)


def _try(convert: Any, path: Path, way: str) -> None:
    try:
        if np.isfinite(convert()).all():
            return
        reason = "it gives no numbers"
    except (RuntimeError, ValueError) as error:
        reason = (str(error).splitlines() or ["unknown reason"])[0]
    raise PressError(
        f"{path}: the profile does not lead {way}: {reason}; it is damaged or for display alone, get the "
        "printer's own"
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise PressError(f"{path}: is a folder; give the file of the ICC profile")
        if path.stat().st_size > _LARGEST:
            raise PressError(f"{path}: is too large for an ICC profile")
        data = path.read_bytes()
    except OSError as error:
        raise PressError(f"{path}: the profile cannot be read: {error.strerror or error}") from None
    if not data:
        raise PressError(f"{path}: is empty; get the profile again")
    return data


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    return bytes(imagecodecs.cms_profile("srgb"))


@lru_cache(maxsize=1)
def _lab() -> bytes:
    return bytes(imagecodecs.cms_profile("lab4"))
