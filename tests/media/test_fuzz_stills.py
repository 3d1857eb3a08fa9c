"""Whatever is done to a picture's bytes, opening it ends in frames or in one line that names the file."""

from __future__ import annotations

import io
import struct
from functools import cache
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from brandkit import media
from brandkit.errors import MediaError

DATA = Path(__file__).parents[1] / "data"
ICC = DATA / "icc" / "DisplayP3-v4.icc"


@cache
def seeds() -> dict[str, bytes]:
    """Small real files of each format, with the parts that are easiest to get wrong."""
    pillow_heif.register_heif_opener()
    pixels = np.random.default_rng(2).integers(0, 256, (24, 20, 3), dtype=np.uint8)
    image, profile = Image.fromarray(pixels), ICC.read_bytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    info = PngImagePlugin.PngInfo()
    info.add(b"cICP", bytes((12, 13, 0, 1)))
    info.add(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    info.add(b"gAMA", struct.pack(">I", 45455))
    how: dict[str, tuple[str, dict[str, object]]] = {
        "png": ("PNG", {"pnginfo": info, "exif": exif}),
        "icc.png": ("PNG", {"icc_profile": profile}),
        "jpg": ("JPEG", {"icc_profile": profile, "exif": exif}),
        "tif": ("TIFF", {"icc_profile": profile, "compression": "tiff_lzw"}),
        "webp": ("WEBP", {"lossless": True, "exif": exif}),
        "avif": ("AVIF", {"icc_profile": profile}),
        "heic": ("HEIF", {"icc_profile": profile}),
        "bmp": ("BMP", {}),
        "gif": ("GIF", {}),
    }
    made = {}
    for name, (form, options) in how.items():
        buffer = io.BytesIO()
        image.save(buffer, form, **options)
        made[name] = buffer.getvalue()
    made["deep.tif"] = (DATA / "stills" / "tiff_16bit_RGB.tiff").read_bytes()
    return made


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes overwritten, cut out, doubled or cut off, mostly in the head, where the structure is."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        near = draw(st.sampled_from([64, 400, len(changed)]))
        place = draw(st.integers(0, max(0, min(near, len(changed)) - 1)))
        length = draw(st.integers(1, 8))
        match draw(st.sampled_from(["write", "drop", "double", "cut", "ones"])):
            case "write":
                changed[place : place + length] = draw(st.binary(min_size=length, max_size=length))
            case "drop":
                del changed[place : place + length]
            case "double":
                changed[place:place] = changed[place : place + length]
            case "cut":
                del changed[max(1, place) :]
            case _:
                changed[place : place + length] = b"\xff" * length
    return bytes(changed)


@pytest.mark.parametrize("name", sorted(seeds()))
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_damaged_picture_is_read_or_refused_in_one_line(name: str, draw: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{name}"
        path.write_bytes(draw.draw(damaged(seeds()[name])))
        try:
            frames = list(media.open(path).batches())
        except MediaError as error:
            assert str(path) in str(error)
            assert "\n" not in str(error)
        else:
            assert frames[0].pixels.shape[1] == 3
