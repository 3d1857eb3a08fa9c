"""The colour chunks of a PNG file that Pillow ignores."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

XY = tuple[float, float]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# PNG specification, 11.3.2.5: one byte, rendering intent 1 is relative colorimetric.
SRGB_INTENT = b"\x01"


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the pixels (PNG specification, third edition, 11.2 and 11.3.2).

    Attributes:
        depth: bits a channel, 1 to 16.
        srgb: whether an ``sRGB`` chunk is there.
        gamma: exponent in ``gAMA``, such as 0.45455; ``None`` where there is none.
        chromaticities: CIE xy of white, R, G and B in ``cHRM``, if there and possible.
        cicp: colour primaries and transfer function in ``cICP`` (ITU-T H.273 codes), if there.
    """

    depth: int
    srgb: bool = False
    gamma: float | None = None
    chromaticities: tuple[XY, XY, XY, XY] | None = None
    cicp: tuple[int, int] | None = None


def read_header(path: Path) -> Header | None:
    """The header of ``path``, or ``None`` where it is not a (whole enough) PNG."""
    with path.open("rb") as file:
        if file.read(8) != SIGNATURE:
            return None
        depth, srgb, gamma, cicp, chromaticities = 8, False, None, None, None
        for name, data in _chunks(file):
            if name == b"IHDR" and len(data) >= 9:
                depth = data[8]
            elif name == b"sRGB":
                srgb = True
            elif name == b"gAMA" and len(data) == 4:
                gamma = struct.unpack(">I", data)[0] / 100_000 or None
            elif name == b"cHRM" and len(data) == 32:
                chromaticities = _chromaticities(struct.unpack(">8I", data))
            elif name == b"cICP" and len(data) == 4:
                cicp = (data[0], data[1])
        return Header(depth, srgb, gamma, chromaticities, cicp)


def _chromaticities(numbers: tuple[int, ...]) -> tuple[XY, XY, XY, XY] | None:
    """White, R, G, B; ``None`` for numbers that span no colours."""
    white, red, green, blue = ((numbers[k] / 1e5, numbers[k + 1] / 1e5) for k in (0, 2, 4, 6))
    area = (green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])
    sound = all(0 < y <= 1 and 0 <= x <= 1 for x, y in (white, red, green, blue)) and abs(area) > 1e-3
    return (white, red, green, blue) if sound else None


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while len(head := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name in (b"IDAT", b"IEND"):
            return
        # No colour chunk of interest is longer; a profile is Pillow's to read.
        if length > 64:
            file.seek(length + 4, 1)
            continue
        yield name, file.read(length)
        file.seek(4, 1)
