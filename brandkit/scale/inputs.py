"""What is to be judged, by address: files of this machine, or of any store that fsspec reaches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from brandkit import batch
from brandkit.errors import MediaError
from brandkit.media.inputs import ENDINGS
from brandkit.report.run import Unreadable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


def find(inputs: Sequence[str]) -> tuple[list[str], tuple[Unreadable, ...]]:
    """The addresses that inputs stand for, each once, and the inputs that stand for none.

    Args:
        inputs: files, folders, globs and patterns of this machine, as ``brandkit check`` takes them, or
            addresses such as ``s3://bucket/folder/*.jpg``, a folder there for all that is in it.
    """
    found: dict[str, None] = {}
    missing: list[Unreadable] = []
    for given in inputs:
        if not is_remote(given):
            paths, not_there = batch.find_all([given])
            found.update(dict.fromkeys(path.as_posix() for path in paths))
            missing += not_there
            continue
        try:
            found.update(dict.fromkeys(_listed(given)))
        except MediaError as error:
            missing.append(Unreadable(Path(given), str(error)))
    return list(found), tuple(missing)


def is_remote(address: str) -> bool:
    """Whether it is no path of this machine."""
    return "://" in address


def fetch(address: str, folder: Path) -> Path:
    """A copy of a file, for the time that it is judged.

    Raises:
        MediaError: it cannot be fetched.
    """
    files, path = _file_system(address)
    target = folder / PurePosixPath(path).name
    try:
        files.get_file(path, str(target))
    except OSError as error:
        raise MediaError(f"{address}: cannot be fetched ({_why(error)})") from error
    return target


def _listed(given: str) -> list[str]:
    files, path = _file_system(given)
    try:
        if any(mark in path for mark in "*?["):
            names, problem = files.glob(path), "matches no picture or video; check the pattern"
        elif files.isdir(path):
            names, problem = files.find(path), "holds no picture or video"
        else:
            return [given]
    except OSError as error:
        raise MediaError(f"{given}: cannot be listed ({_why(error)}); check address and access") from error
    known = sorted(name for name in names if PurePosixPath(name).suffix.lower() in ENDINGS)
    if not known:
        raise MediaError(f"{given}: {problem}")
    return [str(files.unstrip_protocol(name)) for name in known]


def _file_system(address: str) -> tuple[AbstractFileSystem, str]:
    from fsspec.core import url_to_fs

    try:
        files, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        hint = "run: pip install 'brandkit[s3]'" if address.startswith("s3:") else "check the address"
        raise MediaError(f"{address}: cannot be reached ({error}); {hint}") from error
    return files, path


def _why(error: OSError) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    return error.strerror or said[:200]
