"""The README beside exported LUTs: what they do, how to load them, how exact they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.colour.lut import Lut
from brandkit.handover.anchor import Anchor
from brandkit.handover.exactness import Residual
from brandkit.handover.words import facts, one_line
from brandkit.media.atomic import replacing

if TYPE_CHECKING:
    from brandkit.handover import Target

_PLAIN = re.compile(r"[\w .()+=@-]+", re.ASCII)
"""File names that need no escaping in ffmpeg's filters and in YAML."""


@dataclass(frozen=True, slots=True)
class Written:
    """One exported file.

    Attributes:
        target: its format.
        path: where it lies.
        lut: what it holds.
        residuals: what programs make of the LUT's anchors with it.
    """

    target: Target
    path: Path
    lut: Lut
    residuals: tuple[Residual, ...]


def write(
    path: Path,
    lut: Lut,
    anchors: Sequence[Anchor],
    files: Sequence[Written],
    matte: str | None = None,
    when: str | None = None,
) -> None:
    """Write the README, whole or not at all.

    Args:
        path: where to.
        lut: as it was solved for.
        anchors: what it is there for.
        files: what was exported; at least one.
        matte: name of the matte that belongs to it, if there is one.
        when: to which frames it applies, as a sentence; to all of them without.

    Raises:
        OutputError: the place cannot be written to.
    """
    text = "\n".join(_text(lut, anchors, files, matte, when))
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\r\n")  # old Notepads need the carriage return


def _text(
    lut: Lut, anchors: Sequence[Anchor], files: Sequence[Written], matte: str | None, when: str | None
) -> list[str]:
    title = one_line(lut.title)
    lines = [title, "=" * len(title), "", "A colour correction made by brandkit, as a 3-D LUT.", ""]
    lines += _section("What it does", [*map(_move, anchors)] or [one_line(note) for note in lut.notes])
    lines += _section("What it takes and gives", list(facts(lut)[:-1]))
    lines += _section("Files", [_file(file) for file in files])
    if when is not None:
        lines += _section("When it applies", when.splitlines())
    if matte is not None:
        lines += _section(
            "Where it applies",
            [
                f"Through the matte {one_line(matte)} only; on the whole frame it would move other colours.",
                "corrected = picture + matte * (LUT(picture) - picture)",
            ],
        )
    lines += _section("How exact it is", [line for file in files for line in _exactness(file)])
    for file in files:
        lines += _section(f"How to load {file.path.name}", _guide(file))
    return lines


def _section(title: str, lines: list[str]) -> list[str]:
    return [title, "-" * len(title), *lines, ""] if lines else []


def _move(anchor: Anchor) -> str:
    how = "onto this HEX" if anchor.plateau is not None else "with all its shadings"
    return f"{one_line(anchor.swatch)}: {anchor.source} -> {anchor.target}, {how}"


def _file(file: Written) -> str:
    size = " x ".join([str(file.lut.size)] * 3)
    return f"{file.path.name}: {file.target.TITLE}, {size} nodes, sha256 of them {file.lut.digest}"


def _exactness(file: Written) -> list[str]:
    """Greatest differences from what brandkit itself makes of the brand's colours, file by file."""
    lines = []
    for swatch, group in groupby(file.residuals, key=lambda one: one.swatch):
        residuals = list(group)
        lines.append(f"{file.path.name}, {one_line(swatch)}:")
        if all(one.exact for one in residuals):
            lines.append("  exact to the code: tetrahedral and trilinear, rounding and truncating")
            continue
        lines += [f"  {one.interpolation}, {one.rounding}: {_difference(one)}" for one in residuals]
    return lines


def _difference(one: Residual) -> str:
    if one.exact:
        return "exact to the code"
    return f"up to {one.codes} code{'s' * (one.codes != 1)}, CIEDE2000 {one.de00:.2f}"


def _guide(file: Written) -> list[str]:
    name = file.path.name
    lines = file.target.GUIDE.format(file=name).splitlines()
    if not _PLAIN.fullmatch(name):
        lines.append("For commands and filters, first give the file a name of plain letters and digits.")
    return lines
