"""Frames to an animated PNG or WebP, without loss."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import torch
from PIL import Image, PngImagePlugin

from brandkit.errors import OutputError
from brandkit.media.atomic import replacing
from brandkit.media.clip import Frames, Source, interleaved
from brandkit.media.png import SRGB_INTENT
from brandkit.media.still_formats import srgb_profile
from brandkit.media.written import Written

_FALLBACK_MS = 100


def write_animation(path: Path, frames: Iterable[Frames], like: Source) -> Written:
    """Write APNG (``.png``, ``.apng``) or WebP (``.webp``), which loops for ever.

    The frames are held in memory: both formats are written in one go.

    Raises:
        OutputError: no frame, or the place cannot be written to.
    """
    images: list[Image.Image] = []
    seconds: list[float] = []
    for batch in frames:
        images.extend(_to_image(pixels) for pixels in batch.pixels)
        seconds.extend(batch.seconds)
    if not images:
        raise OutputError(f"{path}: no frame to write; the clip is empty")
    durations = durations_ms(seconds, like.duration)
    buffer = io.BytesIO()
    first, rest = images[0], images[1:]
    if path.suffix.lower() == ".webp":
        name = "WebP"
        first.save(
            buffer, "WEBP", save_all=True, append_images=rest, duration=durations, loop=0,
            lossless=True, exact=True, icc_profile=srgb_profile(),
        )  # fmt: skip
    else:
        name = "APNG"
        # Both ways of blending are the same for opaque frames; alternating them keeps Pillow from
        # merging equal neighbours, which would lose a frame that reports have counted.
        first.save(
            buffer, "PNG", save_all=True, append_images=rest, duration=durations, loop=0,
            pnginfo=_srgb_chunk(), blend=[index % 2 for index in range(len(images))],
        )  # fmt: skip
    with replacing(path) as temporary:
        temporary.write_bytes(buffer.getvalue())
    return Written(path, (f"{len(images)} frames as {name}, without loss",))


def durations_ms(seconds: list[float], total: float | None) -> list[int]:
    """How long each frame stays, from when each appears and how long all of it lasts."""
    gaps = [later - sooner for sooner, later in pairwise(seconds)]
    last = total - seconds[-1] if total is not None and total > seconds[-1] else None
    gaps.append(last if last is not None else (gaps[-1] if gaps else _FALLBACK_MS / 1000))
    return [max(1, round(gap * 1000)) for gap in gaps]


def _to_image(pixels: torch.Tensor) -> Image.Image:
    return Image.fromarray(interleaved(pixels))


def _srgb_chunk() -> PngImagePlugin.PngInfo:
    """The ``sRGB`` chunk, so that no viewer has to guess."""
    info = PngImagePlugin.PngInfo()
    info.add(b"sRGB", SRGB_INTENT)
    return info
