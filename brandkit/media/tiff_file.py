"""TIFF of 16 bits a channel, which Pillow cannot write."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813

from brandkit.media.native import Native
from brandkit.media.still_formats import profile_of

# What describes the stored pixels, and is another now or set by the writer.
_STALE = ("oiio:", "tiff:", "Orientation", "ICCProfile", "CICP")


def encode(picture: Native, source: Path | None) -> bytes:
    """Encode ``GRAY``, ``RGB`` or ``CMYK`` with what OpenImageIO carries over from ``source``.

    Raises:
        OSError: OpenImageIO cannot write it.
    """
    planes = picture.colour
    if picture.alpha is not None:
        planes = np.concatenate((planes, picture.alpha[..., None]), axis=-1)
    height, width, channels = planes.shape
    spec = oiio.ImageSpec(width, height, channels, "uint16")
    if picture.alpha is not None:
        spec.alpha_channel = channels - 1
        spec.attribute("oiio:UnassociatedAlpha", 1)
    if picture.space == "CMYK":
        spec.channelnames = tuple("CMYK"[:4]) + (("A",) if picture.alpha is not None else ())
        spec.attribute("tiff:ColorSpace", "CMYK")
        spec.attribute("oiio:ColorSpace", "CMYK")
    if source is not None:
        _carry_over(source, spec)
    spec.attribute("compression", "zip")
    profile = profile_of(picture)
    if profile is not None:
        data = np.frombuffer(profile, dtype=np.uint8)
        spec.attribute("ICCProfile", oiio.TypeDesc(f"uint8[{len(data)}]"), data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.tif"
        file = oiio.ImageOutput.create(str(path))
        written = (
            file is not None
            and file.open(str(path), spec)
            and file.write_image(np.ascontiguousarray(planes))
            and file.close()
        )
        if not written:
            raise OSError((oiio.geterror() if file is None else file.geterror()) or "OpenImageIO failed")
        return path.read_bytes()


def _carry_over(source: Path, spec: oiio.ImageSpec) -> None:
    file = oiio.ImageInput.open(str(source))
    if file is None:
        return
    for attribute in file.spec().extra_attribs:
        if not attribute.name.startswith(_STALE):
            spec.attribute(attribute.name, attribute.type, attribute.value)
    file.close()
