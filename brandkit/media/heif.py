"""HEIC and AVIF: what Pillow does not say of them, and HEIC's plug-in."""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import Image

from brandkit.errors import MediaError
from brandkit.media.png import Header

# ISO/IEC 23008-12 (HEIF): brands of stills and bursts that are coded as HEVC.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_UNSPECIFIED, _SRGB_TRANSFER, _BT709 = 2, 13, 1
_LARGEST_HEAD = 1 << 20


def register_for(path: Path, head: bytes) -> tuple[str, ...]:
    """Let Pillow open HEIC, if the file is one; ``head`` is its first 32 bytes.

    Returns:
        Pillow's name of the format; nothing if the file is none.

    Raises:
        MediaError: it is, and the plug-in is not installed.
    """
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIC_BRANDS or any(b in head for b in _AVIF_BRANDS):
        return ()
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        raise MediaError(
            f"{path}: is HEIC, for which a plug-in is missing; install it with: pip install 'brandkit[heic]'"
        ) from None
    register_heif_opener()
    return ("HEIF",)


def read_header(path: Path) -> Header | None:
    """The colour space in an ``nclx`` box (ISO/IEC 14496-12, 12.1.5), where there is no ICC profile too."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] != b"ftyp" or head[8:12] not in _HEIC_BRANDS | _AVIF_BRANDS:
            return None
        data = file.read(_LARGEST_HEAD)
    place = data.find(b"colrnclx")
    if place < 0 or b"colrprof" in data or b"colrrICC" in data or len(data) < place + 14:
        return None
    primaries, transfer = struct.unpack(">HH", data[place + 8 : place + 12])
    primaries = _BT709 if primaries == _UNSPECIFIED else primaries
    transfer = _SRGB_TRANSFER if transfer == _UNSPECIFIED else transfer
    return Header(8, cicp=(primaries, transfer))


def notes(image: Image.Image) -> list[str]:
    """What the plug-in did to the samples."""
    bits = image.info.get("bit_depth", 8)
    return [f"{bits} bits a channel rounded to 8"] if isinstance(bits, int) and bits > 8 else []
