"""PNG of 8 and 16 bits, with every chunk of the original that still holds true."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image

from brandkit.media.native import Native
from brandkit.media.png import SIGNATURE, SRGB_INTENT
from brandkit.media.still_formats import upright_exif

_COMPRESSION = 6
_COLOUR = frozenset({b"sRGB", b"gAMA", b"cHRM", b"iCCP", b"cICP", b"mDCV", b"cLLI"})
# Chunks that say something of the pixels' layout or of an animation, which is another now, and content
# credentials (C2PA), whose signature is over the original's bytes.
_STALE = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"hIST",
        b"bKGD",
        b"sBIT",
        b"sPLT",
        b"acTL",
        b"fcTL",
        b"fdAT",
        b"caBX",
    }
)
_LARGEST_CHUNK = 1 << 26


def encode(picture: Native, source: Path | None) -> bytes:
    """Encode ``GRAY`` or ``RGB``, with or without alpha, and the chunks of ``source``."""
    planes = picture.colour
    if picture.alpha is not None:
        planes = np.concatenate((planes, picture.alpha[..., None]), axis=-1)
    bare = bytes(imagecodecs.png_encode(np.ascontiguousarray(planes), level=_COMPRESSION))
    kept = list(_kept(source)) if source is not None else []
    if not picture.tagged:
        kept = [(name, data) for name, data in kept if name not in _COLOUR]
    if not any(name in _COLOUR for name, _ in kept):
        kept.insert(0, (b"sRGB", SRGB_INTENT))
    head = len(SIGNATURE) + 25  # the signature and IHDR, which is always this long
    return bare[:head] + b"".join(_chunk(name, data) for name, data in kept) + bare[head:]


def _kept(source: Path) -> Iterator[tuple[bytes, bytes]]:
    """The chunks that still hold true, colour first, as they must stand before the pixels."""
    chunks = [
        (name, _upright(data) if name == b"eXIf" else data)
        for name, data in _chunks(source.read_bytes())
        if name not in _STALE
    ]
    yield from sorted(chunks, key=lambda chunk: chunk[0] not in _COLOUR)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[place : place + 8])
        if length > _LARGEST_CHUNK or place + 12 + length > len(data):
            return
        yield name, data[place + 8 : place + 8 + length]
        place += 12 + length


def _upright(data: bytes) -> bytes:
    exif = Image.Exif()
    exif.load(data)
    turned = upright_exif(exif)
    return data if turned is None else turned.removeprefix(b"Exif\0\0")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
