"""The record of a correction as JSON, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from brandkit.check import Evidence
from brandkit.proof.record import Area, Banding, Graded, LightSplit, Moved, Proof, Shifted, Shot

Json = dict[str, Any]


def as_json(proof: Proof) -> Json:
    """A record as the dictionary that ``proof`` in ``schemas/summary-1.schema.json`` describes."""
    return {
        "original": proof.original.as_posix(),
        "sha256": proof.sha256,
        "light": list(proof.light),
        "shots": [_shot(shot) for shot in proof.shots],
    }


def _shot(shot: Shot) -> Json:
    picture = shot.picture
    bare: Json = asdict(replace(shot, picture=None))
    bare["picture"] = (
        None if picture is None else {"kind": picture.kind, "title": picture.title, "file": picture.file}
    )
    return bare


def from_json(content: Json, evidence: Callable[[Json], Evidence]) -> Proof:
    """The record that ``as_json`` made, with ``evidence`` to read its pictures.

    Raises:
        KeyError, TypeError: it is none.
    """
    return Proof(
        original=Path(content["original"]),
        sha256=content["sha256"],
        shots=tuple(_read_shot(shot, evidence) for shot in content["shots"]),
        light=tuple(content["light"]),
    )


def _read_shot(content: Json, evidence: Callable[[Json], Evidence]) -> Shot:
    fade, picture, banding = content["fade"], content["picture"], content["banding"]
    return Shot(
        first=content["first"],
        last=content["last"],
        fade=None if fade is None else (fade[0], fade[1]),
        sampled=tuple(content["sampled"]),
        grades=tuple(_read_grade(grade) for grade in content["grades"]),
        moved=tuple(Moved(**moved) for moved in content["moved"]),
        banding=None if banding is None else Banding(**banding),
        picture=None if picture is None else evidence(picture),
    )


def _read_grade(content: Json) -> Graded:
    from brandkit.colour.banding import Ramp

    area = content["area"]
    box = area["box"]
    return Graded(
        digest=content["digest"],
        nodes=content["nodes"],
        area=Area(area["kind"], None if box is None else (box[0], box[1], box[2], box[3]), area["share"]),
        shifts=tuple(_read_shift(shift) for shift in content["shifts"]),
        ramps=tuple(Ramp(**ramp) for ramp in content["ramps"]),
        file=content["file"],
    )


def _read_shift(content: Json) -> Shifted:
    split = content["split"]
    return Shifted(**{**content, "split": None if split is None else LightSplit(**split)})
