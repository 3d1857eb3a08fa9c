"""All or nothing: a file appears under its name only when it is complete."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from brandkit.errors import OutputError

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "the disk quota is used up; free some space and run again",
    errno.EROFS: "the folder is read-only; choose another one",
    errno.EACCES: "the folder is read-only for this user; choose another one",
    errno.EPERM: "the folder is read-only for this user; choose another one",
    errno.ENOENT: "the folder does not exist; create it first",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another path",
    errno.EEXIST: "a file is in the way of the folder; choose another path",
    errno.EISDIR: "is a folder; give the name of a file",
    errno.ENAMETOOLONG: "the name is too long; shorten it",
}


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of ``path``; rename it to ``path`` at the end.

    The folder is created if it is missing. On any failure, also Ctrl-C, the temporary file (or
    folder) is removed and what stood under ``path`` is untouched. A device or pipe, such as
    ``/dev/stdout``, is written to directly and never replaced. A link is followed.

    Raises:
        OutputError: for any ``OSError`` on the way, with the reason in words.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "new" / "report.json"
        >>> with replacing(target) as temporary:
        ...     _ = temporary.write_text("{}")
        >>> target.read_text()
        '{}'
    """
    path = Path(path)
    temporary: Path | None = None
    try:
        if path.is_dir():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            yield path
            return
        target = path.resolve() if path.is_symlink() else path
        target.parent.mkdir(parents=True, exist_ok=True)
        # The suffix stays last: libraries choose the format by it.
        temporary = target.with_name(f".{secrets.token_hex(6)}.part{target.suffix}")
        yield temporary
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
        temporary = None
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        if temporary is not None:
            discard(temporary)


def output_error(path: Path, error: OSError) -> OutputError:
    """Put an ``OSError`` met while writing ``path`` into one line."""
    known = _REASONS.get(error.errno) if error.errno is not None else None
    said = (error.strerror or str(error) or type(error).__name__).splitlines()[0]
    return OutputError(f"{path}: {known or f'cannot be written ({said}); choose another place'}")


def discard(path: Path) -> None:
    """Remove a file or a folder, in silence if that fails: an error is under way already."""
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
