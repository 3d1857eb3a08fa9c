"""A folder that After Effects opens by one script: the corrected clip, its LUTs, mattes and markers.

A script cannot choose the file of the effect "Apply Color LUT": After Effects opens a dialog as soon as the
effect is applied. So the script builds the layers, and the folder's README says what is left to click.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.aftereffects import readme, script
from brandkit.aftereffects.project import Project, project
from brandkit.media.atomic import output_error
from brandkit.report import rates
from brandkit.report.spreadsheet import lines

if TYPE_CHECKING:
    from brandkit.grade import ShotGrades
    from brandkit.media.clip import Source
    from brandkit.report import Report

__all__ = ["MOST_NODES", "write"]

MOST_NODES = 64
"""Along each axis of a LUT (Adobe, After Effects help, "Apply Color LUT effect")."""
COLUMNS = ("frame", "last_frame", "seconds", "timecode", "outcome", "name", "comment")


def write(
    folder: Path,
    name: str,
    original: Source,
    corrected: Report,
    shots: Sequence[ShotGrades] = (),
    labels: Sequence[Sequence[str]] = (),
    mattes: Sequence[Path] = (),
    *,
    light: bool = False,
) -> Path:
    """Write the folder, whole or not at all; one that is there already is replaced.

    The clip and the mattes are linked where the disk can, else copied, so that the folder can be moved.

    Args:
        folder: where to.
        name: of the composition.
        original: the clip as it was.
        corrected: the report on the file that was written.
        shots: what was applied to the original.
        labels: what the files of each grade begin with, shot by shot.
        mattes: the matte files of those grades that have one, by their labels.
        light: whether flicker was taken out first.

    Returns:
        The folder.

    Raises:
        CorrectionError: a LUT has more nodes than After Effects takes.
        OutputError: the folder cannot be written to.
    """
    planned = project(name, original, corrected, shots, labels)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".brandkit-", dir=folder.parent) as temporary:
            made = Path(temporary) / folder.name
            made.mkdir()
            for file in (corrected.source.path, *mattes):
                _link(file, made / file.name)
            _write_luts(made, shots, labels)
            _write_texts(made, planned, light=light)
            if folder.is_dir():
                shutil.rmtree(folder)
            made.replace(folder)
    except OSError as error:
        raise output_error(folder, error) from error
    return folder


def _link(file: Path, place: Path) -> None:
    """A second name of a file, or of every file in a folder; a copy where the disk has no such thing."""
    if file.is_dir():
        shutil.copytree(file, place, copy_function=lambda a, b: _link(Path(a), Path(b)))
        return
    try:
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)


def _write_luts(folder: Path, shots: Sequence[ShotGrades], labels: Sequence[Sequence[str]]) -> None:
    from brandkit import handover
    from brandkit.handover import anchors, cube, fitting, resampled

    sizes = [nodes for nodes in cube.NODES if nodes <= MOST_NODES]
    for names, shot in zip(labels, shots, strict=True):
        for label, grade in zip(names, shot.grades, strict=True):
            nodes = fitting(sizes, cube.DEFAULT_NODES, grade.lut.size)
            lut = resampled(grade.lut, nodes, anchors(grade.lut, grade.shifts))
            handover.write(lut, folder / f"{label}{cube.SUFFIX}")


def _write_texts(folder: Path, planned: Project, *, light: bool) -> None:
    builder = f"{planned.name}.jsx"
    texts = {
        builder: script.render(planned),
        "markers.csv": "".join(lines(COLUMNS, _rows(planned))).replace("\r\n", "\n"),
        "README.txt": readme.render(planned, builder, light=light).replace("\n", "\r\n"),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _rows(planned: Project) -> Iterator[tuple[object, ...]]:
    rate = rates.standard(planned.rate)
    for mark in planned.marks:
        seconds = mark.start / planned.rate
        code = rates.timecode(round(seconds * rate), rate)
        last = mark.start + mark.length - 1
        comment = " ".join(mark.lines)
        yield mark.start, last, round(float(seconds), 6), code, mark.outcome, mark.name, comment
