"""What a model's files are: one digest, which is read again only where a file has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from brandkit.errors import GenerationError, OutputError
from brandkit.media.atomic import replacing
from brandkit.style import cache

_SUFFIXES = frozenset({".json", ".safetensors", ".txt", ".model"})
"""What makes a difference to pictures: configurations, weights and vocabularies."""
LARGE = 64 << 20
"""Bytes from which a file's digest is kept: reading less takes no longer than asking."""
SHOWN = 12
"""Hexadecimal digits of the sha256 that stand in an id."""


def of_folder(folder: Path, parts: Iterable[str] = (".",)) -> str:
    """The first digits of a sha256 over names and contents of a model's files.

    Args:
        folder: the model's.
        parts: names in it of files and folders that belong to the model: a copy of the hub's holds others.
    """
    whole = hashlib.sha256()
    found = {path for part in parts for path in (folder / part, *(folder / part).rglob("*"))}
    for path in sorted(found):
        if path.suffix in _SUFFIXES and path.is_file():
            whole.update(f"{path.relative_to(folder).as_posix()}\0{of_file(path)}\n".encode())
    return whole.hexdigest()[:SHOWN]


def of_file(path: Path) -> str:
    """A file's sha256; of a large one it is remembered with its size and the time of its last change.

    Raises:
        GenerationError: it cannot be read.
    """
    try:
        state = path.stat()
        if state.st_size < LARGE:
            return hashlib.sha256(path.read_bytes()).hexdigest()
        known = _note(path)
        with suppress(OSError, ValueError, TypeError):
            size, changed, digest = json.loads(known.read_bytes())
            if (size, changed) == (state.st_size, state.st_mtime_ns):
                return str(digest)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise GenerationError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    with suppress(OutputError), replacing(known) as temporary:
        temporary.write_text(json.dumps([state.st_size, state.st_mtime_ns, digest]))
    return digest


def _note(path: Path) -> Path:
    key = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
    return cache.folder() / "digests" / f"{key}.json"
