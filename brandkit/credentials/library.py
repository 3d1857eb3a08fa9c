"""The two libraries that credentials need, loaded when they are, and the files that they can be put into."""

from __future__ import annotations

import importlib
import mmap
from pathlib import Path
from typing import Any

from brandkit.errors import CredentialsError

INSTALL = "pip install 'brandkit[credentials]'"

MEDIA_TYPES = {
    ".png": "image/png",
    ".apng": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jfif": "image/jpeg",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".m4v": "video/x-m4v",
    ".mov": "video/quicktime",
    ".avi": "video/avi",
}
"""Endings of files that can carry credentials, as c2pa 0.91 lists them, of those that are read here."""

_STORE = b"jumdc2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
"""JUMBF (ISO 19566-5): the description of a C2PA manifest store, by its type."""
_UNKNOWN = "application/octet-stream"


def c2pa() -> Any:
    """The module ``c2pa``. Raises ``CredentialsError`` where it is not installed."""
    return _loaded("c2pa", "c2pa-python")


def require_cryptography() -> None:
    """Raise ``CredentialsError`` where the package that reads certificates is not installed."""
    _loaded("cryptography.x509", "cryptography")


def _loaded(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise CredentialsError(f"content credentials need {package}; run: {INSTALL}") from error


def carries(path: Path) -> bool:
    """Whether a file seems to carry credentials: whether the type of their outermost box occurs in it.

    Needs no library; a file that cannot be read carries none.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(_STORE) >= 0
    except (OSError, ValueError):  # the second is what an empty file gives
        return False


def media_type(path: Path) -> str:
    """The media type of a file by its ending; a general one where it can carry no credentials."""
    return MEDIA_TYPES.get(path.suffix.lower(), _UNKNOWN)


def require_signable(path: Path, source: Path | None = None) -> None:
    """Raise ``CredentialsError`` where a file of that name could not carry credentials.

    Args:
        path: of the file, which need not exist.
        source: what it is to be made of, for the message.
    """
    if path.suffix.lower() in MEDIA_TYPES:
        return
    kind = f"'{path.suffix}' files" if path.suffix else "folders of numbered stills"
    raise CredentialsError(
        f"{source or path}: would be written as {path.name}, and {kind} cannot carry content credentials; "
        "choose PNG, JPEG, WebP, TIFF, AVIF, HEIC, MP4 or MOV, or leave out --sign"
    )


def reason(error: Exception) -> str:
    """What c2pa says of a failure, in one line and without the names of its error classes."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    head, colon, rest = line.partition(": ")
    return rest if colon and head.isalpha() else line
