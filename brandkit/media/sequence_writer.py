"""Frames to numbered PNGs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from brandkit.errors import OutputError
from brandkit.media.atomic import discard, output_error
from brandkit.media.clip import Frames, Source
from brandkit.media.faithful import restore
from brandkit.media.inputs import holds_number, is_pattern, numbered
from brandkit.media.still_writer import encode, plain
from brandkit.media.written import Written

DEFAULT_NAME = "frame_%06d.png"


def write_sequence(path: Path, frames: Iterable[Frames], like: Source) -> Written:
    """Write one PNG a frame, into the folder ``path`` or under the printf pattern ``path``.

    Where ``like`` is of PNGs too, each keeps its depth, profile, alpha and metadata.

    All of them are written into a hidden folder first and moved when the last one is complete.

    Raises:
        OutputError: no frame, a pattern that is not PNG, or the place cannot be written to.
    """
    folder, name = (path.parent, path.name) if "%" in path.name else (path, DEFAULT_NAME)
    if not name.lower().endswith(".png"):
        raise OutputError(f"{path}: numbered stills are written as PNG; use a name such as shot_%04d.png")
    if not holds_number(name):
        raise OutputError(f"{path}: holds no number; use a name such as shot_%04d.png")
    originals = list(numbered(like.path).values()) if is_pattern(like.path) and _is_png(like) else []
    temporary = folder / f".{secrets.token_hex(6)}.part"
    count = 0
    try:
        temporary.mkdir(parents=True)
        for batch in frames:
            for index in range(len(batch)):
                one = replace(
                    batch,
                    pixels=batch.pixels[index : index + 1],
                    deep=None if batch.deep is None else batch.deep[index : index + 1],
                )
                (temporary / (name % count)).write_bytes(_encode(one, count, originals, like))
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


def _is_png(like: Source) -> bool:
    return like.path.suffix.lower() == ".png"


def _encode(frame: Frames, index: int, originals: Sequence[Path], like: Source) -> bytes:
    name = Path(DEFAULT_NAME)
    if index < len(originals):
        kept = restore(frame, replace(like, path=originals[index]))
        if kept is not None and kept.picture.format == "PNG":
            return encode(kept.picture, name, originals[index])[0]
    return encode(plain(frame), name)[0]
