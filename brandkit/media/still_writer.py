"""One frame to PNG, TIFF, WebP or JPEG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from pathlib import Path

import torch
from PIL import Image, ImageCms, PngImagePlugin

from brandkit.errors import OutputError
from brandkit.media.atomic import replacing
from brandkit.media.clip import Frames
from brandkit.media.written import Written

_JPEG_QUALITY = 95
# PNG specification, 11.3.2.5: one byte, rendering intent 1 is relative colorimetric.
_SRGB_CHUNK = b"\x01"
# Pillow: 0 keeps one chroma sample for each pixel.
_JPEG_444 = 0


def write_still(path: Path, frames: Iterable[Frames]) -> Written:
    """Write the one frame there is; the suffix chooses the format.

    Raises:
        OutputError: no frame or more than one, or the place cannot be written to.
    """
    batches = list(frames)
    count = sum(len(batch) for batch in batches)
    if count != 1:
        raise OutputError(
            f"{path}: a picture holds one frame, {count} were given; write an animation or a video"
        )
    data, notes = encode(next(batch for batch in batches if len(batch)).pixels[0], path)
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return Written(path, notes)


def encode(pixels: torch.Tensor, path: Path) -> tuple[bytes, tuple[str, ...]]:
    """Encode ``uint8`` ``[3, H, W]`` in the format of ``path``'s suffix.

    In memory, because Pillow turns a full disk into an "encoder error" without its reason.

    Raises:
        OutputError: the format cannot hold a picture of that size.
    """
    image = to_image(pixels)
    buffer = io.BytesIO()
    notes: tuple[str, ...] = ()
    try:
        match path.suffix.lower():
            case ".png":
                image.save(buffer, "PNG", pnginfo=srgb_chunk())
            case ".tif" | ".tiff":
                image.save(buffer, "TIFF", compression="tiff_adobe_deflate", icc_profile=srgb_profile())
            case ".webp":
                image.save(buffer, "WEBP", lossless=True, exact=True, icc_profile=srgb_profile())
            case _:
                profile = srgb_profile()
                image.save(buffer, "JPEG", quality=_JPEG_QUALITY, subsampling=_JPEG_444, icc_profile=profile)
                notes = (
                    f"encoded as JPEG, quality {_JPEG_QUALITY}, 4:4:4:"
                    " JPEG cannot hold a colour exactly; use PNG, TIFF or WebP for that",
                )
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise OutputError(f"{path}: cannot be encoded ({reason}); write a PNG instead") from error
    return buffer.getvalue(), notes


def to_image(pixels: torch.Tensor) -> Image.Image:
    """``uint8`` ``[3, H, W]`` on any device to a Pillow image."""
    return Image.fromarray(pixels.permute(1, 2, 0).contiguous().cpu().numpy())


def srgb_chunk() -> PngImagePlugin.PngInfo:
    """The ``sRGB`` chunk, so that no viewer has to guess."""
    info = PngImagePlugin.PngInfo()
    info.add(b"sRGB", _SRGB_CHUNK)
    return info


def srgb_profile() -> bytes:
    """LittleCMS' sRGB profile, for formats without a chunk of their own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
