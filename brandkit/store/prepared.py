"""Make an input that was judged ready to be filed: its files go among the blobs, its reports stay small.

This needs the blobs only, so that a worker elsewhere can do it: what it gives travels without pixels.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import BrandkitError
from brandkit.media.inputs import is_pattern, numbered
from brandkit.report import evidence, record
from brandkit.store.filed import Role
from brandkit.store.thumbnail import thumbnail

if TYPE_CHECKING:
    from brandkit.report.run import Entry
    from brandkit.store.blobs import Blobs

DOCUMENT = "item.json"
"""Name of an item's reports; their evidence lies in ``item.evidence/``."""


def judged(entry: Entry, tenant: str | None = None) -> str:
    """A digest of all that the reports depend on: input, brand, settings, versions, and corrected file."""
    report = entry.report
    after = entry.corrected.report if entry.corrected else None
    return digest(
        report.source.path.as_posix(),
        report.source.sha256,
        report.brand.digest,
        report.settings,
        report.versions,
        corrected=None if after is None else after.source.sha256,
        tenant=tenant,
    )


def digest(
    path: str,
    sha256: str,
    brand: str,
    settings: Mapping[str, object],
    versions: Mapping[str, str],
    *,
    corrected: str | None = None,
    tenant: str | None = None,
) -> str:
    """``judged``, before anything was: by the input's path and content, the brand's digest, and the rest."""
    content = [path, sha256, brand, dict(settings), dict(versions), corrected, tenant]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class More:
    """What else is known of an input.

    Attributes:
        model: that generated it.
        recipe: the file that says how.
        attempts: caption to file of what was tried before.
        parent: id of the item that it was made from.
    """

    model: str | None = None
    recipe: Path | bytes | None = None
    attempts: Sequence[tuple[str, Path]] = ()
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A file that is to be kept, and what it is."""

    role: Role
    name: str
    title: str
    content: Path | bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is among the blobs.

    Attributes:
        role, name, title: what it is.
        sha256, size: by which it is kept.
        content: to put it there again, should it be pruned before a row refers to it; ``None`` for one that
            came from elsewhere.
    """

    role: Role
    name: str
    title: str
    sha256: str
    size: int
    content: Path | bytes | None = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An input whose files are among the blobs.

    Attributes:
        entry: its reports, without pictures.
        kept: its files.
    """

    entry: Entry
    kept: tuple[Kept, ...]

    @property
    def light(self) -> Prepared:
        """The same without the files' content, to be sent to where it is filed."""
        return replace(self, kept=tuple(replace(file, content=None) for file in self.kept))


def prepare(blobs: Blobs, entry: Entry, more: More | None = None, *, path: Path | None = None) -> Prepared:
    """Put an input's files among the blobs.

    Args:
        blobs: where to.
        entry: what was judged.
        more: what else is known of it.
        path: where the input lies, if not where its report says.

    Raises:
        StoreError: they cannot be kept.
    """
    contents = _contents(entry, more or More(), path or entry.report.source.path)
    return Prepared(without_pictures(entry), keep(blobs, contents))


def keep(blobs: Blobs, contents: Sequence[Content]) -> tuple[Kept, ...]:
    """Put files among the blobs. Raises ``StoreError`` where they cannot be kept."""
    return tuple(Kept(c.role, c.name, c.title, *blobs.put(c.content), c.content) for c in contents)


def without_pictures(entry: Entry) -> Entry:
    """The reports alone."""
    corrected = entry.corrected
    if corrected is not None:
        after = corrected.report and evidence.without_pictures(corrected.report)
        corrected = replace(corrected, report=after, frame=None, proof=None)
    return replace(evidence.without(entry), frame=None, corrected=corrected)


def _contents(entry: Entry, more: More, path: Path) -> list[Content]:
    """All files of an input; pictures of evidence are read, since the folder they lie in may go."""
    files = [*documents(entry), *inputs(path)]
    picture = entry.picture
    if picture is not None:
        files.append(Content("thumbnail", "thumbnail.webp", "", thumbnail(picture)))
    if entry.corrected is not None:
        files += results(entry.corrected.files)
    if more.recipe is not None:
        files.append(Content("recipe", "recipe.json", "how it was made", more.recipe))
    files += [Content("attempt", path.name, title, path) for title, path in more.attempts if path.is_file()]
    return files


def documents(entry: Entry) -> list[Content]:
    """The reports as a file, and the evidence that they name."""
    with tempfile.TemporaryDirectory(prefix="brandkit-") as folder:
        record.save(entry, {}, Path(folder) / DOCUMENT)
        pictures = sorted(Path(folder).glob("*/*.png"))
        names = [path.relative_to(folder).as_posix() for path in pictures]
        return [
            Content("document", DOCUMENT, "reports", (Path(folder) / DOCUMENT).read_bytes()),
            *(Content("evidence", n, "", p.read_bytes()) for n, p in zip(names, pictures, strict=True)),
        ]


def inputs(path: Path) -> list[Content]:
    """The files of an input: one, or many numbered stills."""
    with suppress(BrandkitError):
        paths = list(numbered(path).values()) if is_pattern(path) else [path]
        return [Content("input", p.name, "", p) for p in paths if p.is_file()]
    return []


def results(files: Sequence[tuple[str, Path]]) -> list[Content]:
    """What a correction wrote; a folder of stills goes in as its files."""
    found = []
    for title, path in files:
        inner = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        found += [Content("result", p.name, title, p) for p in inner if p.is_file()]
    return found
