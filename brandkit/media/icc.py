"""Embedded ICC profiles to sRGB, through LittleCMS."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

# Relative colorimetric keeps a colour that both spaces hold as it is, which is what a brand colour
# asks for; black point compensation keeps shadows apart.
INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.HIGHRESPRECALC
INTENT_WORDS = "relative colorimetric with black point compensation"

# A profile that moves no colour by more than this is sRGB; a transform would only add rounding.
_SAME = 1

_MODES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L", "Lab": "LAB"}


def to_srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, str]:
    """Convert an 8-bit ``RGB``, ``CMYK``, ``L`` or ``LAB`` image by its profile.

    Returns:
        The image in mode ``RGB`` (or as it was, where the profile cannot be used), and a note.
    """
    try:
        if image.mode == "L" and _space(profile) == "RGB":
            image = image.convert("RGB")  # grey saved with the profile of a colour document
        transform, name, same = _transform(profile, image.mode)
        if same:
            return image.convert("RGB"), f"embedded profile '{name}' is sRGB: pixels taken as they are"
        converted = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        reason = (str(error).splitlines() or ["unknown reason"])[0]
        return image, f"the embedded colour profile cannot be used ({reason}): left aside"
    assert converted is not None  # only None when done in place
    return converted, f"embedded profile '{name}' converted to sRGB ({INTENT_WORDS})"


def lab_to_srgb(image: Image.Image) -> Image.Image:
    """Convert a ``LAB`` image that has no profile (CIELAB, D50) to sRGB."""
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, INTENT, "RGB", flags=FLAGS)
    assert converted is not None
    return converted


def _space(profile: bytes) -> str:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip()


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> tuple[ImageCms.ImageCmsTransform, str, bool]:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    space = source.profile.xcolor_space.strip()
    if _MODES.get(space) != mode:
        raise ValueError(f"it is for {space}, the picture is {mode}")
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", INTENT, FLAGS)
    name = " ".join(ImageCms.getProfileDescription(source).split()) or "unnamed"
    return transform, name, mode == "RGB" and _moves_nothing(transform)


def _moves_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    steps = np.linspace(0, 255, 17).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(17, -1, 3)
    moved = ImageCms.applyTransform(Image.fromarray(grid), transform)
    return moved is not None and int(np.abs(np.asarray(moved).astype(int) - grid).max()) <= _SAME
