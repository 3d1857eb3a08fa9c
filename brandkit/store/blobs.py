"""Files by their content: each is kept once, under its sha256, in a folder or in any store fsspec reaches."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brandkit.errors import StoreError
from brandkit.media.atomic import output_error, replacing

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_CHUNK = 2**20


class Blobs:
    """A place for files that are named by their content.

    A file appears under its name only when it is whole and on the disk. What is there is never changed, so
    that putting the same content twice is harmless.

    Args:
        address: a folder, or what fsspec takes, such as ``s3://bucket/folder``.
        cache: a folder on this machine for copies of what is elsewhere, and for files by their own names.
        options: of fsspec's file system, such as credentials.

    Raises:
        StoreError: no file system is known by that address.
    """

    def __init__(self, address: str, cache: Path, options: dict[str, Any] | None = None) -> None:
        from fsspec.core import url_to_fs

        self.address = address
        self.cache = cache
        try:
            found: tuple[AbstractFileSystem, str] = url_to_fs(address, **(options or {}))
        except (ImportError, ValueError) as error:
            hint = "run: pip install 'brandkit[s3]'" if address.startswith("s3:") else "check the address"
            raise StoreError(f"{address}: pictures cannot be kept there ({error}); {hint}") from error
        self._files, self._root = found
        self._local = Path(self._root) if _is_local(self._files) else None

    def put(self, source: Path | bytes) -> tuple[str, int]:
        """Keep a file, or bytes.

        Returns:
            Its sha256 as hexadecimal, and its size in bytes.

        Raises:
            StoreError: it cannot be read or kept.
        """
        try:
            sha, size = _measured(source)
            if not self.has(sha):
                self._keep(source, sha)
        except OSError as error:
            raise StoreError(
                f"{self.address}: {error.strerror or error}; free some space or check access"
            ) from error
        return sha, size

    def _keep(self, source: Path | bytes, sha: str) -> None:
        if self._local is None:
            # An object store shows an object only when all of it has come.
            place = self._place(sha)
            if isinstance(source, Path):
                self._files.put_file(str(source), place)
            else:
                self._files.pipe_file(place, source)
            return
        target = self._local / sha[:2] / sha
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{sha}.{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                if isinstance(source, Path):
                    with source.open("rb") as content:
                        shutil.copyfileobj(content, file, _CHUNK)
                else:
                    file.write(source)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_folder(target.parent)
        finally:
            part.unlink(missing_ok=True)

    def has(self, sha: str) -> bool:
        """Whether a file of that content is kept."""
        if self._local is not None:
            return (self._local / sha[:2] / sha).is_file()
        return bool(self._files.exists(self._place(sha)))

    def bytes_of(self, sha: str) -> bytes:
        """The content. Raises ``StoreError`` where it is not kept."""
        try:
            content: bytes = self._files.cat_file(self._place(sha))
        except OSError as error:
            raise _missing(sha) from error
        return content

    def path(self, sha: str) -> Path:
        """A file on this machine with that content, without an ending; not to be written to.

        Raises:
            StoreError: it is not kept.
        """
        if self._local is not None:
            found = self._local / sha[:2] / sha
            if not found.is_file():
                raise _missing(sha)
            return found
        copy = self.cache / "blobs" / sha[:2] / sha
        if not copy.is_file():
            try:
                with replacing(copy) as temporary:
                    self._files.get_file(self._place(sha), str(temporary))
            except Exception as error:
                raise _missing(sha) from error
        return copy

    def named(self, sha: str, name: str) -> Path:
        """The same under a name, for programs that go by endings; the name is made safe.

        Raises:
            StoreError: it is not kept.
        """
        source = self.path(sha)
        target = self.cache / "named" / sha / safe_name(name)
        if target.is_file():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(source)
        except FileExistsError:
            pass
        except OSError:  # another disk, or one without links
            try:
                with replacing(target) as temporary:
                    shutil.copyfile(source, temporary)
            except OSError as error:
                raise output_error(target, error) from error
        return target

    def all(self) -> Iterator[str]:
        """The sha256 of each file that is kept, in no order."""
        for place in self._files.find(self._root):
            name = str(place).rpartition("/")[2]
            if is_sha256(name):
                yield name

    def whole(self, sha: str) -> bool:
        """Whether the content is there and has that sha256."""
        try:
            with self._files.open(self._place(sha), "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha
        except OSError:
            return False

    def remove(self, sha: str) -> None:
        """Forget a file; nothing happens where it is not kept."""
        with suppress(FileNotFoundError):
            self._files.rm_file(self._place(sha))
        shutil.rmtree(self.cache / "named" / sha, ignore_errors=True)
        (self.cache / "blobs" / sha[:2] / sha).unlink(missing_ok=True)

    def remove_parts(self) -> int:
        """Remove what a killed process left half-written; the number of such files."""
        if self._local is None:
            return 0
        parts = [part for part in self._local.glob("??/.*.part") if not _running(part)]
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)

    def _place(self, sha: str) -> str:
        return f"{self._root}/{sha[:2]}/{sha}"


def safe_name(name: str) -> str:
    """A file name that every system takes, from one that may hold anything; its ending stays.

    >>> safe_name("../../etc/passwd"), safe_name("hero 1.PNG"), safe_name("..")
    ('passwd', 'hero-1.PNG', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in last).lstrip(".-")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:80]}{dot}{ending[:16]}" if dot and stem else kept[:80] or "file"


def is_sha256(text: str) -> bool:
    """Whether a text is a sha256 as hexadecimal."""
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def _measured(source: Path | bytes) -> tuple[str, int]:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest(), len(source)
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), source.stat().st_size


def _is_local(files: AbstractFileSystem) -> bool:
    protocol = files.protocol
    return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


def _sync_folder(folder: Path) -> None:
    """Have the disk keep a new name in a folder, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _running(part: Path) -> bool:
    """Whether the process that writes a part is still there."""
    try:
        os.kill(int(part.name.split(".")[-2]), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True


def _missing(sha: str) -> StoreError:
    return StoreError(f"the store lacks a file ({sha[:12]}…); run: brandkit store verify")
