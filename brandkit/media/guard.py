"""What is refused before anything is decoded, and the digest of what is let in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from brandkit.errors import MediaError

# Twice Pillow's Image.MAX_IMAGE_PIXELS (89 478 485): where Pillow itself stops to warn and refuses.
MAX_PIXELS = 178_956_970

_CHUNK = 1 << 20


def refuse_unreadable(path: Path) -> None:
    """Raise ``MediaError`` for a file that is missing, empty, a folder, a device, or not ours to read."""
    if path.is_dir():
        raise MediaError(f"{path}: is a folder, not a picture or video; give the files in it")
    if path.exists() and not path.is_file():
        raise MediaError(f"{path}: is not a regular file; give a picture or a video")
    with _reading(path), path.open("rb") as file:
        if not file.read(1):
            raise MediaError(f"{path}: is empty (0 bytes); export or download it again")


def sha256(paths: Iterable[Path]) -> str:
    """Hex digest of the bytes of the files in order, read in chunks.

    Raises:
        MediaError: a file cannot be read, see ``refuse_unreadable``.
    """
    digest = hashlib.sha256()
    for path in paths:
        refuse_unreadable(path)
        with _reading(path), path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise MediaError(f"{path}: does not exist; check the path") from None
    except PermissionError:
        raise MediaError(f"{path}: may not be read by this user; check its permissions") from None
    except OSError as error:
        raise MediaError(f"{path}: cannot be read ({error.strerror}); check the path and the disk") from error


def refuse_too_large(path: Path, width: int, height: int) -> None:
    """Raise ``MediaError`` for a frame of more than ``MAX_PIXELS``, as its header states it."""
    if width * height > MAX_PIXELS:
        raise MediaError(
            f"{path}: {width} x {height} pixels are more than the {MAX_PIXELS // 10**6} megapixels"
            " that are read; scale it down first"
        )
