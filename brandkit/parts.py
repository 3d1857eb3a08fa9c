"""The parts of a correction as files, for other programs to do the same with: LUTs, and mattes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from brandkit import media
from brandkit.grade import Grading, ShotGrades

if TYPE_CHECKING:
    from brandkit.media.clip import Clip, Frames

_BATCH = 8


def write_parts(
    clip: Clip,
    shots: tuple[ShotGrades, ...],
    folder: Path,
    stem: str,
    formats: Sequence[str] = ("cube",),
    nodes: int | None = None,
) -> list[tuple[str, Path]]:
    """Write the LUT of every grade, the matte of each that has one, and how to load them.

    A clip that one LUT corrects gets ``stem.cube``; otherwise the files carry the shot and the swatch. The
    matte of a picture is an 8-bit PNG, that of a video a ProRes 4444 of all its frames: corrected = picture
    + matte * (LUT(picture) - picture).

    Args:
        clip: what was corrected.
        shots: its grades.
        folder: where to.
        stem: of the files' names.
        formats: of the LUTs, names from ``brandkit.handover.formats``.
        nodes: along each axis of a LUT, in formats that can have so many; as it was solved for without.

    Returns:
        What each file is, and where it lies.

    Raises:
        CorrectionError: a LUT of that many nodes cannot keep what has to be exact.
        OutputError: a format does not exist or needs a library that is missing, or the folder cannot be
            written to.
    """
    from brandkit import handover

    files = []
    for number, shot in enumerate(shots, 1):
        for k, grade in enumerate(shot.grades):
            label = stem if shot.whole else f"{stem}.shot-{number}"
            if len(shot.grades) > 1 or grade.where is not None:
                label += f".{k + 1}-{_slug(grade.shifts[0].swatch)}"
            matte = None
            if grade.where is not None:
                still = clip.source.kind == "image"
                matte = folder / f"{label}.matte{'.png' if still else '.mov'}"
                like = replace(clip.source, bits=8, background=None)
                media.write(matte, _mattes(clip, shot, k), like, codec="prores-4444")
            files += handover.export(
                grade.lut,
                folder,
                label,
                grade.shifts,
                formats=formats,
                nodes=nodes,
                matte=None if matte is None else matte.name,
            )
            files += [] if matte is None else [("matte", matte)]
    return files


def _mattes(clip: Clip, shot: ShotGrades, which: int) -> Iterator[Frames]:
    """The matte of a grade as grey frames, black outside of its shot."""
    grading = Grading(shot.grades)
    for frames in clip.batches(_BATCH):
        grey = torch.zeros_like(frames.pixels)
        for offset, pixels in enumerate(frames.pixels):
            if frames.first + offset in shot:
                matte = grading.mattes(pixels)[which]
                assert matte is not None
                grey[offset] = (matte * 255).round().to(torch.uint8)
        yield replace(frames, pixels=grey, deep=None)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "colour"
