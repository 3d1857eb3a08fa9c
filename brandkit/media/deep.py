"""Stills of 16 bits a channel, which Pillow would cut to 8 bits without a word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813
from PIL import Image

from brandkit.errors import MediaError

_SEPARATED = 5  # TIFF 6.0, PhotometricInterpretation: CMYK


def to_image(path: Path) -> Image.Image:
    """Read the first picture of a PNG or TIFF and round it to 8 bits: ``v * 255 / 65535``.

    Returns:
        Mode ``L``, ``LA``, ``RGB``, ``RGBA`` or ``CMYK``, alpha not multiplied in, as stored (not turned).

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
    values = np.asarray(pixels).reshape(spec.height, spec.width, spec.nchannels).astype(np.uint64)
    alpha_channel = spec.alpha_channel
    if alpha_channel >= 0 and not spec.get_int_attribute("oiio:UnassociatedAlpha", 0):
        alpha = values[..., alpha_channel : alpha_channel + 1]
        straight = np.minimum((values * 65535 + alpha // 2) // np.maximum(alpha, 1), 65535)
        values = np.where(np.arange(spec.nchannels) == alpha_channel, values, straight)
    rounded = ((values * 255 + 32767) // 65535).astype(np.uint8)
    separated = spec.get_int_attribute("tiff:PhotometricInterpretation", 0) == _SEPARATED
    if spec.nchannels < 3:
        return Image.fromarray(rounded[..., 0] if spec.nchannels == 1 else rounded)
    if separated:
        return Image.frombytes("CMYK", (spec.width, spec.height), rounded[..., :4].tobytes())
    return Image.fromarray(np.ascontiguousarray(rounded[..., : 4 if alpha_channel == 3 else 3]))


def _damaged(path: Path, reason: str) -> MediaError:
    first = (reason.splitlines() or ["unknown reason"])[0]
    return MediaError(f"{path}: is damaged or truncated ({first}); export or download it again")
