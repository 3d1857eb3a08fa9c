"""The README of an After Effects folder: what to open, and what has to be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from brandkit.aftereffects.project import Graded, Project
from brandkit.report import rates
from brandkit.report.words import printable

_BEGIN = """\
1. In After Effects: File > Scripts > Run Script File > {script}
2. The composition "{name}" is the corrected clip, {width} x {height}, {rate:.6g} frames a second, with a
   marker wherever something is still to be looked at ({marks} now; markers.csv lists them).
   Nothing more needs doing for the corrected picture: it is in the file.
"""
_BY_LUT = """\
3. The composition "{name} by LUT" is the original with a layer for each LUT, for those who want to change
   the correction. A script cannot give the effect its file, so that each layer is left to you:
     select the layer, which is named after its LUT,
     Effect > Utility > Apply Color LUT,
     choose the .cube of that name in this folder.
   Do not put a LUT on the corrected clip: it would be corrected twice.
"""
_COLOUR = """\
File > Project Settings > Color: no working space, or sRGB. In another one the LUT would see other codes.
After Effects interpolates in its own way and takes at most 64 nodes along each axis; these files have fewer.
"""
_MATTES = """\
Each .matte file is a luma matte: where it is white its LUT applies, where it is black the original shows.
The script sets it. Where two mattes overlap, the layer above counts for more than in the corrected clip.
"""
_LIGHT = """\
Flicker was taken out before the LUTs applied. No effect of After Effects does the same: for that, use the
corrected clip. The composition by LUT still flickers.
"""


def render(project: Project, script: str, *, light: bool) -> str:
    """The README's text.

    Args:
        project: what the folder holds.
        script: name of the script file.
        light: whether flicker was taken out.
    """
    name = printable(project.name)
    strip = project.strip
    title = f"{name} for After Effects"
    begin = _BEGIN.format(
        script=printable(script),
        name=name,
        width=strip.width,
        height=strip.height,
        rate=float(project.rate),
        marks=len(project.marks),
    )
    lines = [title, "=" * len(title), "", "A corrected clip, made by brandkit.", ""]
    lines += _section("How to begin", [begin + (_BY_LUT.format(name=name) if project.grades else "")])
    if project.grades:
        lines += _section("What the LUTs do", [_told(graded, project) for graded in project.grades])
        lines += _section("Colour", [_COLOUR])
    if any(graded.masked for graded in project.grades):
        lines += _section("Mattes", [_MATTES])
    if light:
        lines += _section("Flicker", [_LIGHT])
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(title: str, paragraphs: Sequence[str]) -> list[str]:
    return [title, "-" * len(title), *(text.rstrip("\n") for text in paragraphs), ""]


def _told(graded: Graded, project: Project) -> str:
    when = "all frames"
    if (graded.first, graded.last) != (0, project.strip.frames - 1):
        rate = rates.standard(project.rate)
        spans = [rates.timecode(round(f / project.rate * rate), rate) for f in (graded.first, graded.last)]
        when = f"frames {graded.first} to {graded.last}, {spans[0]} to {spans[1]}"
    matte = project.matte(graded)
    through = "" if matte is None else f", through {printable(matte)}"
    moves = "; ".join(map(printable, graded.moves))
    return f"{printable(graded.lut)}: {moves} ({when}{through})"
