"""The still formats that Pillow writes, with the metadata that it can carry over."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms

from brandkit.media import pillow
from brandkit.media.native import ORIENTATION_TAG, Native

FORMS = {
    ".png": "PNG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jfif": "JPEG",
    ".avif": "AVIF",
    ".heic": "HEIF",
    ".heif": "HEIF",
    ".hif": "HEIF",
    ".bmp": "BMP",
}
"""Endings that are written, and Pillow's names of their formats."""

_QUALITY = {"JPEG": 95, "AVIF": 95}
_HOW: dict[str, dict[str, Any]] = {
    "TIFF": {"compression": "tiff_adobe_deflate"},
    "WEBP": {"lossless": True, "exact": True},
    # Pillow: 0 keeps one chroma sample for each pixel.
    "JPEG": {"quality": _QUALITY["JPEG"], "subsampling": 0},
    "AVIF": {"quality": _QUALITY["AVIF"], "subsampling": "4:4:4"},
    # ITU-T H.273: matrix 0 stores R'G'B' itself, so that nothing is rounded.
    "HEIF": {"quality": -1, "chroma": 444, "matrix_coefficients": 0},
    "BMP": {},
}
# TIFF 6.0 and Exif 2.32: description, make, model, orientation, software, date, artist, XMP, copyright, IPTC.
_DESCRIPTIVE = frozenset({270, 271, 272, ORIENTATION_TAG, 305, 306, 315, 700, 33432, 33723})
_MODES = {"GRAY": ("L", "LA"), "RGB": ("RGB", "RGBA"), "CMYK": ("CMYK", ""), "LAB": ("LAB", "")}


def lossy_note(form: str) -> tuple[str, ...]:
    """What a format does to colours that cannot be undone."""
    if form not in _QUALITY:
        return ()
    quality = f"encoded as {form}, quality {_QUALITY[form]}, 4:4:4"
    return (f"{quality}: {form} cannot hold a colour exactly; use PNG, TIFF or WebP for that",)


def through_pillow(picture: Native, form: str, source: Path | None) -> bytes:
    """Encode an 8-bit picture; Exif, XMP, resolution and comment are taken from ``source``."""
    image = to_image(picture)
    carried = _metadata(source, form) if source is not None else {}
    if form != "BMP" and (profile := profile_of(picture)) is not None:
        carried["icc_profile"] = profile
    if form == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    buffer = io.BytesIO()
    image.save(buffer, form, **_HOW[form], **carried)
    return buffer.getvalue()


def to_image(picture: Native) -> Image.Image:
    """An 8-bit picture as Pillow's image."""
    opaque, translucent = _MODES[picture.space]
    colour = np.ascontiguousarray(picture.colour)
    height, width = colour.shape[:2]
    if picture.alpha is None or not translucent:
        return Image.frombytes(opaque, (width, height), colour.tobytes())
    both = np.concatenate((colour, picture.alpha[..., None]), axis=-1)
    return Image.frombytes(translucent, (width, height), np.ascontiguousarray(both).tobytes())


def upright_exif(exif: Image.Exif) -> bytes | None:
    """Exif of a picture that stands upright now; ``None`` where there is none."""
    if not len(exif):
        return None
    if ORIENTATION_TAG in exif:
        exif[ORIENTATION_TAG] = 1
    return exif.tobytes()


def profile_of(picture: Native) -> bytes | None:
    """The profile to embed: the file's own, or sRGB's, so that no viewer has to guess."""
    if picture.tagged and picture.profile is not None:
        return picture.profile
    return srgb_profile() if picture.space == "RGB" else None


def srgb_profile() -> bytes:
    """LittleCMS' sRGB profile, for formats without a mark of their own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _descriptive(exif: Image.Exif) -> Image.Exif:
    """What a TIFF's tags say of the picture, without those that lay out its old pixels."""
    kept = Image.Exif()
    for tag in _DESCRIPTIVE & set(exif):
        kept[tag] = exif[tag]
    for pointer in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
        if inner := exif.get_ifd(pointer):
            kept.get_ifd(pointer).update(inner)
    return kept


def _metadata(source: Path, form: str) -> dict[str, Any]:
    with pillow.opened(source) as image, pillow.errors(source):
        if image is None:
            return {}
        info = image.info
        carried: dict[str, Any] = {"dpi": info.get("dpi")}
        if form in ("JPEG", "WEBP", "AVIF", "HEIF"):
            carried["exif"] = upright_exif(image.getexif())
        if form == "TIFF":
            carried["exif"] = upright_exif(_descriptive(image.getexif()))
        if form in ("JPEG", "WEBP", "AVIF", "HEIF"):
            carried["xmp"] = info.get("xmp")
        if form == "JPEG":
            carried["comment"] = info.get("comment")
        if form == "BMP":
            carried = {"dpi": info.get("dpi")}
        return {name: value for name, value in carried.items() if value}
