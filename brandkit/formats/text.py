"""The text of a palette file."""

from __future__ import annotations

import codecs

from brandkit.errors import PaletteError

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes) -> str:
    """UTF-8, with or without its mark, or UTF-16 with its mark.

    Raises:
        PaletteError: it is neither; the message says at which line.
    """
    try:
        return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PaletteError(f"line {line}: is not UTF-8 text; save the file as UTF-8") from None
