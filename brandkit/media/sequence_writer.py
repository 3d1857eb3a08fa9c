"""Frames to numbered PNGs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from brandkit.errors import OutputError
from brandkit.media.atomic import discard, output_error
from brandkit.media.clip import Frames
from brandkit.media.inputs import holds_number
from brandkit.media.still_writer import encode
from brandkit.media.written import Written

DEFAULT_NAME = "frame_%06d.png"


def write_sequence(path: Path, frames: Iterable[Frames]) -> Written:
    """Write one PNG a frame, into the folder ``path`` or under the printf pattern ``path``.

    All of them are written into a hidden folder first and moved when the last one is complete.

    Raises:
        OutputError: no frame, a pattern that is not PNG, or the place cannot be written to.
    """
    folder, name = (path.parent, path.name) if "%" in path.name else (path, DEFAULT_NAME)
    if not name.lower().endswith(".png"):
        raise OutputError(f"{path}: numbered stills are written as PNG; use a name such as shot_%04d.png")
    if not holds_number(name):
        raise OutputError(f"{path}: holds no number; use a name such as shot_%04d.png")
    temporary = folder / f".{secrets.token_hex(6)}.part"
    count = 0
    try:
        temporary.mkdir(parents=True)
        for batch in frames:
            for pixels in batch.pixels:
                data, _ = encode(pixels, path=Path(name))
                (temporary / (name % count)).write_bytes(data)
                count += 1
        if not count:
            raise OutputError(f"{path}: no frame to write; the clip is empty")
        for index in range(count):
            (temporary / (name % index)).replace(folder / (name % index))
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        discard(temporary)
    return Written(path, (f"{count} PNG files, without loss",))
