"""A still as its file stores it: its own numbers, depth and colour space, only turned upright."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from brandkit.errors import MediaError
from brandkit.media import heif, pillow, png
from brandkit.media.encoding import Encoding, encoding_of
from brandkit.media.icc import Space
from brandkit.media.png import Header

Array = npt.NDArray[Any]

# Exif 2.32, tag 0x0112: how the picture is stored.
ORIENTATION_TAG = 0x0112
_SPACES: dict[str, Space] = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "LAB"}


@dataclass(frozen=True, slots=True)
class Native:
    """A still before its colours are given a meaning.

    Attributes:
        colour: ``uint8`` or ``uint16`` ``[H, W, C]``, upright; of CMYK, 0 is no ink. Alpha is not
            multiplied in.
        alpha: of the same type ``[H, W]``, ``None`` where there is none or all of it is opaque.
        space: what its channels are.
        encoding: what its numbers mean.
        profile: the embedded ICC profile, if there is one.
        format: Pillow's name of the file format, such as ``PNG``.
        notes: what was turned or left out, one sentence each.
        tagged: whether the file's own colour tags hold for these numbers; without, they are sRGB.
    """

    colour: Array
    alpha: Array | None
    space: Space
    encoding: Encoding
    profile: bytes | None
    format: str
    notes: tuple[str, ...] = ()
    tagged: bool = True

    @property
    def bits(self) -> int:
        """Bits a channel: 8 or 16."""
        return self.colour.dtype.itemsize * 8


def read(path: Path) -> Native:
    """Read the picture at ``path``; of several pages, the first.

    Raises:
        MediaError: damaged, too large, or in a form that is not display-referred.
    """
    with pillow.opened(path) as image:
        if image is None:
            raise MediaError(f"{path}: is not a picture that can be read; export it as PNG, TIFF or JPEG")
        notes = []
        pages = getattr(image, "n_frames", 1)
        if pages > 1:
            notes.append(f"holds {pages} pictures: only the first is read")
        with pillow.errors(path):
            orientation = image.getexif().get(ORIENTATION_TAG, 1)
        header = png.read_header(path) or heif.read_header(path)
        profile = image.info.get("icc_profile")
        # Pillow turns this format itself, and HEIC's plug-in forgets the tag when it does.
        turned = image.format == "TIFF"
        if _is_deep(image, header):
            from brandkit.media import deep  # few pictures are, and to load its library takes as long as one

            colour, alpha, space = deep.read(path)
            turned = False
            notes.append("16 bits a channel, measured as they are")
        else:
            with pillow.errors(path):
                image.load()
                colour, alpha, space = _split(path, image)
            notes += heif.notes(image)
        form = image.format or ""
    if orientation in range(2, 9):
        notes.append(f"turned upright as its EXIF orientation ({orientation}) says")
        if not turned:
            colour = upright(colour, orientation)
            alpha = None if alpha is None else upright(alpha, orientation)
    return Native(
        colour, _visible(alpha), space, understand(path, space, profile, header), profile, form, tuple(notes)
    )


def of_image(path: Path, image: Image.Image, header: Header | None) -> Native:
    """A decoded 8-bit picture of any mode, as it stands.

    Raises:
        MediaError: more than 8 bits a channel, floating point, or HDR.
    """
    with pillow.errors(path):
        colour, alpha, space = _split(path, image)
        profile = image.info.get("icc_profile")
    encoding = understand(path, space, profile, header)
    return Native(colour, _visible(alpha), space, encoding, profile, image.format or "")


def understand(path: Path, space: Space, profile: bytes | None, header: Header | None) -> Encoding:
    """``encoding_of`` for a file. Raises ``MediaError`` where it states what is not read."""
    try:
        return encoding_of(space, profile, header)
    except ValueError as error:
        raise MediaError(f"{path}: {error}, which is not read; export it in sRGB") from None


def upright(pixels: Array, orientation: int) -> Array:
    """Turn a stored picture ``[H, W, …]`` as Exif's orientation, 2 to 8, says."""
    if orientation in (5, 7):
        pixels = pixels.swapaxes(0, 1)
    turns = {3: 2, 6: 3, 7: 2, 8: 1}.get(orientation, 0)
    if orientation == 2:
        return pixels[:, ::-1]
    return pixels[::-1] if orientation == 4 else np.rot90(pixels, turns)


def _split(path: Path, image: Image.Image) -> tuple[Array, Array | None, Space]:
    """Take an image apart into its colour (``L``, ``RGB``, ``CMYK`` or ``LAB``) and its alpha."""
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;"):
        raise MediaError(
            f"{path}: holds 32-bit or floating-point samples; export it as 8 or 16-bit PNG or TIFF"
        )
    if mode in ("PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif mode == "1":
        image = image.convert("L")
    elif mode in ("P", "YCbCr", "HSV", "RGBX"):
        image = image.convert("RGB")
    pixels = np.asarray(image)
    if image.mode in ("LA", "RGBA"):
        space: Space = "GRAY" if image.mode == "LA" else "RGB"
        return pixels[..., :-1], pixels[..., -1], space
    return pixels.reshape(*pixels.shape[:2], -1), None, _SPACES[image.mode]


def _visible(alpha: Array | None) -> Array | None:
    return None if alpha is None or bool((alpha == np.iinfo(alpha.dtype).max).all()) else alpha


def _is_deep(image: Image.Image, header: Header | None) -> bool:
    if header is not None:
        return header.depth > 8
    bits = image.tag_v2.get(258, 8) if image.format == "TIFF" else 8  # type: ignore[attr-defined]
    return max(bits) > 8 if isinstance(bits, tuple) else int(bits) > 8
