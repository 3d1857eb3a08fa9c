"""From what a user types (files, folders, patterns) to the paths of pictures and videos."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from brandkit.errors import MediaError

PICTURE_ENDINGS = frozenset(
    {
        ".apng",
        ".avif",
        ".bmp",
        ".gif",
        ".heic",
        ".heif",
        ".hif",
        ".jfif",
        ".jpeg",
        ".jpg",
        ".png",
        ".tif",
        ".tiff",
        ".webp",
    }
)
VIDEO_ENDINGS = frozenset(
    {".avi", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".ts", ".webm", ".y4m"}
)
ENDINGS = PICTURE_ENDINGS | VIDEO_ENDINGS

EVIDENCE = ".evidence"
"""How the folder ends that holds a report's pictures: they show what was measured, and are no input."""

_NUMBER = re.compile(r"%(?:0(\d+))?d")


def find(inputs: Sequence[str | Path]) -> list[Path]:
    """List the pictures and videos that ``inputs`` name, each once, in the order given.

    An input is a file (whatever its ending), a folder (searched with its subfolders, in order of
    name, hidden ones and the evidence of reports skipped, known endings only), a glob pattern
    (``renders/**/*.png``; known endings only) or a printf pattern of numbered stills
    (``shot_%04d.png``), which is one input.

    Raises:
        MediaError: an input that does not exist or that holds no picture or video.
    """
    found: dict[Path, None] = {}
    for given in inputs:
        path = Path(given)
        if path.is_dir():
            matches = _known(p for p in sorted(path.rglob("*")) if not _passed_over(p.relative_to(path)))
            problem = "holds no picture or video; give a folder with PNG, JPEG, MP4 … in it"
        elif path.exists():
            matches, problem = [path], ""
        elif is_pattern(path):
            numbered(path)
            matches, problem = [path], ""
        elif glob.has_magic(str(given)):
            # glob leaves out hidden files by itself
            names = sorted(glob.glob(str(given), recursive=True))  # noqa: PTH207 (may be absolute)
            matches = _known(Path(name) for name in names)
            problem = "matches no picture or video; check the pattern"
        else:
            matches, problem = [], "does not exist; check the path"
        if not matches:
            raise MediaError(f"{given}: {problem}")
        found.update(dict.fromkeys(matches))
    unique: dict[Path, Path] = {}
    for path in found:
        unique.setdefault(path.resolve(), path)
    return list(unique.values())


def is_pattern(path: Path) -> bool:
    """Whether the file name is a printf pattern of numbered stills, such as ``shot_%04d.png``."""
    return holds_number(path.name) and not path.exists()


def holds_number(name: str) -> bool:
    """Whether a name has a ``%d`` or ``%04d`` in it, and nothing else that is replaced."""
    return _NUMBER.search(name) is not None and "%" not in _NUMBER.sub("", name)


def numbered(pattern: Path) -> dict[int, Path]:
    """The files that a printf pattern names, by number in rising order.

    Raises:
        MediaError: there is none, or the pattern holds more than one number.
    """
    before, width, after = around_number(pattern)
    digits = rf"\d{{{width},}}" if width else r"\d+"
    name = re.compile(rf"{re.escape(before)}({digits}){re.escape(after)}")
    matches = ((name.fullmatch(p.name), p) for p in _listing(pattern.parent))
    files = {int(match[1]): path for match, path in matches if match}
    if not files:
        raise MediaError(f"{pattern}: no file matches; check the folder and the number of digits")
    return dict(sorted(files.items()))


def around_number(pattern: Path) -> tuple[str, int | None, str]:
    """What stands before the number in a printf pattern's name, its least digits, and what stands after it.

    Raises:
        MediaError: the pattern holds more than one number, or none.

    >>> around_number(Path("out/shot_%04d.png"))
    ('shot_', 4, '.png')
    """
    parts = _NUMBER.split(pattern.name)  # text, width or None, text
    if len(parts) != 3:
        raise MediaError(f"{pattern}: holds more than one number; use one, such as shot_%04d.png")
    return parts[0], int(parts[1]) if parts[1] else None, parts[2]


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _known(paths: Iterable[Path]) -> list[Path]:
    return [p for p in paths if p.suffix.lower() in ENDINGS and p.is_file()]


def _passed_over(path: Path) -> bool:
    return any(part.startswith(".") or part.endswith(EVIDENCE) for part in path.parts)
