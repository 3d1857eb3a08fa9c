"""Stills of 16 bits a channel, which Pillow would cut to 8 bits without a word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813

from brandkit.errors import MediaError
from brandkit.media.icc import Array, Space

_SEPARATED = 5  # TIFF 6.0, PhotometricInterpretation: CMYK


def read(path: Path) -> tuple[Array, Array | None, Space]:
    """Read the first picture of a PNG or TIFF.

    Returns:
        Colour ``uint16`` ``[H, W, C]`` as stored (not turned), alpha ``[H, W]`` not multiplied in or
        ``None``, and what the channels are.

    Raises:
        MediaError: damaged, or floating point.
    """
    wish = oiio.ImageSpec()
    wish.attribute("oiio:UnassociatedAlpha", 1)
    wish.attribute("oiio:RawColor", 1)  # CMYK stays CMYK: its profile converts it, not a formula
    file = oiio.ImageInput.open(str(path), wish)
    if file is None:
        raise _damaged(path, oiio.geterror())
    try:
        spec = file.spec()
        if spec.format.basetype not in (oiio.UINT8, oiio.UINT16):
            raise MediaError(
                f"{path}: holds {spec.format} samples, which are not display-referred;"
                " export it as 8 or 16-bit PNG or TIFF"
            )
        pixels = file.read_image(0, 0, 0, spec.nchannels, oiio.UINT16)
        if pixels is None:
            raise _damaged(path, file.geterror())
    finally:
        file.close()
    values = np.asarray(pixels).reshape(spec.height, spec.width, spec.nchannels)
    separated = spec.get_int_attribute("tiff:PhotometricInterpretation", 0) == _SEPARATED
    space: Space = "GRAY" if spec.nchannels < 3 else "CMYK" if separated else "RGB"
    colour = values[..., : {"GRAY": 1, "RGB": 3, "CMYK": 4}[space]]
    if spec.alpha_channel < 0:
        return colour, None, space
    alpha = values[..., spec.alpha_channel]
    if not spec.get_int_attribute("oiio:UnassociatedAlpha", 0):
        wide = alpha[..., None].astype(np.uint64)
        straight = (colour.astype(np.uint64) * 65535 + wide // 2) // np.maximum(wide, 1)
        colour = np.minimum(straight, 65535).astype(np.uint16)
    return colour, alpha, space


def _damaged(path: Path, reason: str) -> MediaError:
    first = (reason.splitlines() or ["unknown reason"])[0]
    return MediaError(f"{path}: is damaged or truncated ({first}); export or download it again")
