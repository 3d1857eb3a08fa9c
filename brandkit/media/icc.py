"""Colour through embedded ICC profiles, both ways, by LittleCMS."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, Literal

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import ImageCms

Space = Literal["GRAY", "RGB", "CMYK", "LAB"]
Array = npt.NDArray[Any]

# Relative colorimetric keeps a colour that both spaces hold as it is, which is what a brand colour
# asks for; black point compensation keeps shadows apart.
INTENT = int(ImageCms.Intent.RELATIVE_COLORIMETRIC)
INTENT_WORDS = "relative colorimetric with black point compensation"
_BLACK_POINT = int(ImageCms.Flags.BLACKPOINTCOMPENSATION)
_FINE_TABLE = int(ImageCms.Flags.HIGHRESPRECALC)
# Without it, LittleCMS replaces a transform of 16 bits by a table that was up to 15 codes (of 255) off.
_NO_TABLE = 0x0100

_SPACES: dict[str, Space] = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "GRAY", "Lab": "LAB"}
_NAMES = {"RGB": "rgb", "CMYK": "cmyk", "GRAY": "gray", "LAB": "lab"}
_SAME = 1
"""A profile that moves no 8-bit colour by more than this is sRGB; a transform would only add rounding."""
_PIXELS_AT_A_TIME = 1 << 20

CMYK_STANDIN = "CGATS TR 001 (SWOP coated)"


class ProfileError(ValueError):
    """A profile that cannot be used for a picture; the message says why."""


@dataclass(frozen=True)
class Profile:
    """An ICC profile that fits a picture.

    Attributes:
        data: the profile itself.
        space: what kind of numbers it gives a meaning.
        name: its description.
    """

    data: bytes
    space: Space
    name: str

    @classmethod
    def read(cls, data: bytes) -> Profile:
        """Read a profile's head. Raises ``ProfileError``."""
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
            space = profile.profile.xcolor_space.strip()
            name = " ".join(ImageCms.getProfileDescription(profile).split()) or "unnamed"
        except (ImageCms.PyCMSError, OSError, ValueError) as error:
            raise ProfileError((str(error).splitlines() or ["unknown reason"])[0]) from error
        if space not in _SPACES:
            raise ProfileError(f"it is for {space}")
        return cls(data, _SPACES[space], name)

    @cached_property
    def is_srgb(self) -> bool:
        """Whether it moves no colour."""
        if self.space != "RGB":
            return False
        steps = np.linspace(0, 255, 17).round().astype(np.uint8)
        grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(17, -1, 3)
        return int(np.abs(self.to_srgb(grid).astype(int) - grid).max()) <= _SAME

    def to_srgb(self, colour: Array) -> Array:
        """Native ``[H, W, C]`` to sRGB ``[H, W, 3]``.

        ``uint8`` comes back as ``uint8``; ``uint16`` as ``float32`` in codes, 0 to 255 with fractions.

        Raises:
            ProfileError: the profile is damaged beyond its head.
        """
        # LittleCMS expects Lab of integers in an encoding of its own: those go through floating point.
        if colour.dtype == np.uint8 and self.space != "LAB":
            return self._transform(colour, "to", "uint8", _BLACK_POINT | _FINE_TABLE)
        scaled = _lab_of(colour) if self.space == "LAB" else colour / np.float32(_top(colour) / self._full)
        rgb = self._transform(scaled.astype(np.float32), "to", "float32", _BLACK_POINT | _NO_TABLE) * 255
        rgb = rgb.clip(0, 255)
        codes: Array = np.rint(rgb).astype(np.uint8) if colour.dtype == np.uint8 else rgb
        return codes

    def from_srgb(self, codes: Array) -> Array:
        """sRGB codes ``float32`` ``[N, 3]``, 0 to 255, to native numbers, 0 to 1: ``[N, C]``.

        Raises:
            ProfileError: the profile only leads the other way.
        """
        rows = (codes / np.float32(255)).astype(np.float32)[None]
        native = self._transform(rows, "from", "float32", _BLACK_POINT | _NO_TABLE)[0]
        shares: Array = (native.reshape(len(codes), -1) / self._full).clip(0, 1)
        return shares

    def to_lab(self, native: tuple[float, ...]) -> tuple[float, ...]:
        """One colour, 0 to 1 each, in CIELAB under D50, where nothing is clipped.

        Raises:
            ProfileError: the profile is damaged beyond its head.
        """
        pixel = np.array([[native]], dtype=np.float32) * np.float32(self._full)
        flags = _BLACK_POINT | _NO_TABLE
        lab = self._transform(pixel, "to", "float32", flags, (bytes(imagecodecs.cms_profile("lab4")), "lab"))
        return tuple(float(part) for part in lab[0, 0])

    @property
    def _full(self) -> float:
        """What LittleCMS calls all of a channel in floating point: ink is counted in per cent."""
        return 100.0 if self.space == "CMYK" else 1.0

    def _transform(
        self,
        pixels: Array,
        way: Literal["to", "from"],
        dtype: str,
        flags: int,
        other: tuple[bytes, str] | None = None,
    ) -> Array:
        own, other = (self.data, _NAMES[self.space]), other or (_srgb(), "rgb")
        (source, kind), (target, wanted) = (own, other) if way == "to" else (other, own)
        step = max(1, _PIXELS_AT_A_TIME // pixels.shape[1])
        parts = []
        try:
            for first in range(0, len(pixels), step):
                part = np.ascontiguousarray(pixels[first : first + step])
                parts.append(
                    imagecodecs.cms_transform(
                        part[..., 0] if kind == "gray" else part,
                        source,
                        target,
                        colorspace=kind,
                        outcolorspace=wanted,
                        outdtype=dtype,
                        intent=INTENT,
                        flags=flags,
                    )
                )
        except (RuntimeError, ValueError) as error:
            raise ProfileError((str(error).splitlines() or ["unknown reason"])[0]) from error
        return np.concatenate(parts)


@lru_cache(maxsize=8)
def profile_for(data: bytes, space: Space) -> Profile:
    """The profile, if it fits a picture of that space. Raises ``ProfileError``."""
    profile = Profile.read(data)
    if profile.space != space and not (space == "GRAY" and profile.space == "RGB"):
        raise ProfileError(f"it is for {profile.space}, the picture is {space}")
    return profile


@lru_cache(maxsize=1)
def standin_for_cmyk() -> Profile:
    """What CMYK without a profile is taken as; it only leads to a display."""
    data = (resources.files("brandkit.colour") / "profiles" / "CGATS001Compat-v2-micro.icc").read_bytes()
    return Profile(data, "CMYK", CMYK_STANDIN)


@lru_cache(maxsize=1)
def cielab() -> Profile:
    """CIELAB under D50, for pictures in it that carry no profile."""
    return Profile(bytes(imagecodecs.cms_profile("lab4")), "LAB", "CIELAB")


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    return bytes(imagecodecs.cms_profile("srgb"))


def _top(colour: Array) -> float:
    return float(np.iinfo(colour.dtype).max)


def _lab_of(colour: Array) -> Array:
    """8-bit TIFF CIELAB (L* 0 to 255, a* and b* signed) as L* 0 to 100, a*, b*."""
    lightness = colour[..., :1].astype(np.float32) * (100 / 255)
    return np.concatenate((lightness, colour[..., 1:].astype(np.int8).astype(np.float32)), axis=-1)
