"""Files that are made once and kept as long as there is room: by one session, though several may ask."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Lock

MOST_BYTES = 8_000_000_000
"""Of what is kept in one folder: some 2,000 pictures of 1920 x 1080."""
_LEFT = 0.8
"""Share of that which is left once it was exceeded, so that this is rare."""
_LOOK_EVERY = 64
"""Files made between two looks at the folder."""


class Making:
    """Makes files of a folder.

    Args:
        most_bytes: what the folder may hold; beyond, what was not asked for the longest goes.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._guard = Lock()
        self._locks: dict[Path, tuple[Lock, int]] = {}
        self._made = count(1)

    def once(self, folder: Path, name: str, make: Callable[[Path], None]) -> Path:
        """A file of a folder, made where it is not there yet.

        Args:
            folder: where.
            name: with folders in between, if it has any.
            make: is given the path to write, in one piece.
        """
        path = folder / name
        if not path.is_file():
            with self._alone(path):
                if not path.is_file():
                    make(path)
            if next(self._made) % _LOOK_EVERY == 0:
                trim(folder, self._most)
        with suppress(OSError):
            os.utime(path)
        return path

    @contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        with self._guard:
            lock, users = self._locks.get(path, (Lock(), 0))
            self._locks[path] = lock, users + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, users = self._locks[path]
                if users == 1:
                    del self._locks[path]
                else:
                    self._locks[path] = lock, users - 1


def trim(folder: Path, most_bytes: int) -> None:
    """Remove files that were not asked for the longest, where a folder holds too much."""
    found = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in found)
    if total <= most_bytes:
        return
    for _, size, path in sorted(found):
        path.unlink(missing_ok=True)
        total -= size
        if total <= most_bytes * _LEFT:
            return
