"""A picture in the size that was asked for, such as ``4k``, by a generator that can enlarge."""

from __future__ import annotations

import re
from pathlib import Path

from brandkit import media
from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.generate.request import LEAST_SIDE, MOST_SIDE, Generator, Request, Step, unwatched
from brandkit.media.clip import Clip
from brandkit.swatch import quote

LONG_SIDES = {"hd": 1280, "fhd": 1920, "2k": 2048, "4k": 3840, "8k": 7680}
"""Pixels of the longer side: of television's formats (ITU-R BT.709, BT.2020), and 2k as of cinema's (DCI)."""
_TIMES = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})?)x", re.ASCII)
_SIDES = re.compile(r"([0-9]{1,5})x([0-9]{1,5})", re.ASCII)


def size_of(to: str, width: int, height: int) -> tuple[int, int]:
    """The size that ``to`` means for a picture of ``width`` by ``height``.

    Args:
        to: a name of ``LONG_SIDES``, whose proportions stay, ``2x`` and the like, or ``1920x1080``.

    Raises:
        GenerationError: it is none of these, or too large.

    >>> size_of("4k", 1024, 1536), size_of("2x", 640, 360), size_of("1920x1080", 1, 1)
    ((2560, 3840), (1280, 720), (1920, 1080))
    """
    text = to.strip().lower()
    if sides := _SIDES.fullmatch(text):
        wide, high = int(sides[1]), int(sides[2])
    elif text in LONG_SIDES or _TIMES.fullmatch(text):
        times = LONG_SIDES[text] / max(width, height) if text in LONG_SIDES else float(text[:-1])
        wide, high = round(width * times), round(height * times)
    else:
        names = ", ".join(LONG_SIDES)
        raise GenerationError(f"{quote(to)} is no size; write one of {names}, 2x, or 1920x1080")
    if not (LEAST_SIDE <= wide <= MOST_SIDE and LEAST_SIDE <= high <= MOST_SIDE):
        allowed = f"{LEAST_SIDE} to {MOST_SIDE}"
        raise GenerationError(f"{quote(to)} would be {wide} x {high} pixels; sides are {allowed}")
    return wide, high


def upscale(
    picture: Path,
    to: str,
    generator: Generator,
    brand: Brand,
    *,
    request: Request | None = None,
    step: Step = unwatched,
) -> Clip:
    """Enlarge a picture. Enlarging shifts colours: check the result against the brand.

    Args:
        picture: a file that ``media.open`` reads; of a video its first frame.
        to: see ``size_of``.
        generator: with the ability ``upscale``.
        brand: whose picture it is.
        request: what else is asked for, such as prompt, seed and steps; its size and anchor are replaced.
        step: told of the progress.

    Raises:
        GenerationError: the generator does not enlarge, ``to`` is no size, or it cannot be made.
        MediaError: the picture cannot be read.
    """
    if "upscale" not in generator.abilities:
        raise GenerationError(f"{generator.id} does not enlarge pictures; choose an upscaler")
    source = media.open(picture).source
    width, height = size_of(to, source.width, source.height)
    asked = (request or Request()).model_copy(update={"anchor": picture, "width": width, "height": height})
    return generator.generate(asked, brand, step)
