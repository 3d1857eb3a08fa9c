"""The parts of a correction as files, for other programs to do the same with: LUTs, and mattes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from brandkit import media
from brandkit.grade import Grading, ShotGrades
from brandkit.media.atomic import replacing

if TYPE_CHECKING:
    from brandkit.media.clip import Clip, Frames

_BATCH = 8


def write_parts(clip: Clip, shots: tuple[ShotGrades, ...], folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Write the LUT of every grade as ``.cube``, and the matte of each that has one.

    A clip that one LUT corrects gets ``stem.cube``; otherwise the files carry the shot and the swatch. The
    matte of a picture is an 8-bit PNG, that of a video a ProRes 4444 of all its frames: corrected = picture
    + matte * (LUT(picture) - picture).

    Returns:
        What each file is, and where it lies.

    Raises:
        OutputError: the folder cannot be written to.
    """
    files = []
    alone = len(shots) == 1 and shots[0].whole and len(shots[0].grades) == 1
    for number, shot in enumerate(shots, 1):
        for k, grade in enumerate(shot.grades):
            label = "" if len(shots) == 1 and shot.whole else f".shot-{number}"
            label += "" if alone else f".{k + 1}-{_slug(grade.shifts[0].swatch)}"
            cube = folder / f"{stem}{label}.cube"
            with replacing(cube) as temporary:
                temporary.write_text(grade.lut.cube(), encoding="ascii", errors="replace")
            files.append(("LUT", cube))
            if grade.where is not None:
                still = clip.source.kind == "image"
                matte = folder / f"{stem}{label}.matte{'.png' if still else '.mov'}"
                like = replace(clip.source, bits=8, background=None)
                media.write(matte, _mattes(clip, shot, k), like, codec="prores-4444")
                files.append(("matte", matte))
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
