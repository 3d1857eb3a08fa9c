"""The parts of a correction as files, for other programs to do the same with: LUTs, and mattes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from brandkit import media
from brandkit.grade import Grading, ShotGrades
from brandkit.media.atomic import replacing

if TYPE_CHECKING:
    from brandkit.media.clip import Clip, Frames
    from brandkit.steady import Remedy

_BATCH = 8

Matte = Callable[[int, torch.Tensor], torch.Tensor | None]
"""Gives the matte of a frame by its index and pixels, in order; ``None`` where nothing applies."""


def write_parts(
    clip: Clip,
    shots: tuple[ShotGrades, ...],
    folder: Path,
    stem: str,
    formats: Sequence[str] = ("cube",),
    nodes: int | None = None,
) -> list[tuple[str, Path]]:
    """Write the LUT of every grade, the matte of each that has one, and how to load them.

    A clip that one LUT corrects gets ``stem.cube``; otherwise the files carry the shot, the number of the
    key where several fade into each other, and the swatch. The matte of a picture is an 8-bit PNG, that of
    a video a ProRes 4444 of all its frames: corrected = picture + matte * (LUT(picture) - picture).

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
    for names, shot in zip(labels(stem, shots), shots, strict=True):
        for k, (label, grade) in enumerate(zip(names, shot.grades, strict=True)):
            matte = None
            if grade.where is not None:
                still = clip.source.kind == "image"
                matte = folder / f"{label}.matte{'.png' if still else '.mov'}"
                _write_matte(matte, clip, _of_grade(shot, k))
            files += handover.export(
                grade.lut,
                folder,
                label,
                grade.shifts,
                formats=formats,
                nodes=nodes,
                matte=None if matte is None else matte.name,
                when=_when(shot, matte is not None),
            )
            files += [] if matte is None else [("matte", matte)]
    return files


def write_light(remedies: Sequence[Remedy], folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Write the gains by which flicker was taken out, frame by frame, and the matte of each that has one.

    Args:
        remedies: what was taken out, in this order, before any LUT applied.
        folder: where to.
        stem: of the files' names.

    Returns:
        What each file is, and where it lies.

    Raises:
        OutputError: the folder cannot be written to.
    """
    files = []
    for number, remedy in enumerate(remedies, 1):
        label = f"{stem}.light-{number}" + ("" if remedy.swatch is None else f"-{_slug(remedy.swatch)}")
        path = folder / f"{label}.csv"
        gains = remedy.track.correction
        rows = [f"{frame},{r:.6f},{g:.6f},{b:.6f}" for frame, (r, g, b) in enumerate(gains.tolist())]
        with replacing(path) as temporary:
            text = "\r\n".join(["frame,red,green,blue", *rows, ""])
            temporary.write_text(text, encoding="ascii", newline="")
        files.append(("gains of linear light", path))
        if (mattes := remedy.track.mattes()) is not None:
            matte = folder / f"{label}.matte.mov"
            _write_matte(matte, remedy.clip, mattes.of)
            files.append(("matte of the gains", matte))
    return files


def labels(stem: str, shots: Sequence[ShotGrades]) -> list[tuple[str, ...]]:
    """What the files of each grade begin with, shot by shot."""
    return [
        tuple(
            f"{label}.{k + 1}-{_slug(grade.shifts[0].swatch)}"
            if len(shot.grades) > 1 or grade.where is not None
            else label
            for k, grade in enumerate(shot.grades)
        )
        for label, shot in zip(_labels(stem, shots), shots, strict=True)
    ]


def _labels(stem: str, shots: Sequence[ShotGrades]) -> list[str]:
    """What the files of each shot begin with; grades that fade into each other are keys of one shot."""
    labels, number, key = [], 0, 0
    before: ShotGrades | None = None
    for shot in shots:
        goes_on = before is not None and before.last is not None and shot.first <= before.last
        number, key = (number, key + 1) if goes_on else (number + 1, 1)
        label = stem if shot.whole else f"{stem}.shot-{number}"
        labels.append(label if shot.fade is None else f"{label}.key-{key}")
        before = shot
    return labels


def _when(shot: ShotGrades, through_matte: bool) -> str | None:
    """To which frames the grades of a shot apply, for a person; ``None`` for all of them."""
    if shot.whole:
        return None
    last = "the last one" if shot.last is None else f"{shot.last}"
    lines = f"To frames {shot.first} to {last}, counted from 0."
    if shot.fade is not None and through_matte:
        lines += "\nThe matte brings it in and takes it out gradually."
    elif shot.fade is not None:
        lines += (
            f"\nIn full from frame {shot.fade.rise} to {shot.fade.fall}; before and after, mix it"
            "\nin a straight line with those of the keys beside it, so that two together make up the whole."
        )
    return lines


def _of_grade(shot: ShotGrades, which: int) -> Matte:
    """The matte of a grade, as strong as the grade is at each frame of its shot; none elsewhere."""
    grading = Grading(shot.grades)

    def of(index: int, pixels: torch.Tensor) -> torch.Tensor | None:
        if index not in shot:
            return None
        matte = grading.mattes(pixels)[which]
        assert matte is not None
        return shot.weight(index) * matte

    return of


def _write_matte(path: Path, clip: Clip, matte: Matte) -> None:
    """Write the matte of all frames of a clip, as grey ones."""
    media.write(path, _grey(clip, matte), replace(clip.source, bits=8, background=None), codec="prores-4444")


def _grey(clip: Clip, matte: Matte) -> Iterator[Frames]:
    for frames in clip.batches(_BATCH):
        grey = torch.zeros_like(frames.pixels)
        for offset, pixels in enumerate(frames.pixels):
            found = matte(frames.first + offset, pixels)
            if found is not None:
                grey[offset] = (found * 255).round().to(torch.uint8)
        yield frames.with_pixels(grey)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "colour"
