"""Add, remove and calibrate a brand's references: the same verbs for people, reviews and other programs.

Each writes one entry to the list beside the brand, with who did it, when and why; ``undo`` takes back the
last one. A list that was calibrated once is calibrated anew with each change, for the same promise.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from pydantic import ValidationError

from brandkit.brand import Brand
from brandkit.brand_references import (
    Action,
    Calibration,
    Ledger,
    Picture,
    Read,
    Role,
    beside,
    read,
    user,
)
from brandkit.errors import BrandError, StyleError
from brandkit.media.atomic import replacing
from brandkit.style import conformal
from brandkit.style.encoder import F32, Encoder
from brandkit.style.gallery import Gallery, encoder_of, gallery, pixels, sha256
from brandkit.style.nearest import left_out
from brandkit.swatch import rgb8


@dataclass(frozen=True, slots=True)
class Change:
    """What a change came to.

    Attributes:
        path: of the list.
        version: of the list now.
        pictures: that were added or removed.
        notes: what a person should know, one sentence each without a final stop.
        calibration: the limit for the references as they are now; ``None`` where there is none.
    """

    path: Path
    version: int
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture and how it stands among the others.

    Attributes:
        file: as the list or the brand file leads to it.
        sha256: of its bytes.
        role: ``reference`` or ``counter``.
        likeness: mean cosine to its nearest neighbours among the references; ``None`` for one without any.
        repeats: file of the picture that this one repeats, ``None`` where it repeats none.
        outlier: whether it is unlike all others.
    """

    file: Path
    sha256: str
    role: Role
    likeness: float | None = None
    repeats: Path | None = None
    outlier: bool = False


def add(
    brand: Path,
    files: Sequence[str | Path],
    *,
    role: Role = "reference",
    who: str | None = None,
    why: str = "",
) -> Change:
    """Add pictures to a brand's references, or to its counter-references.

    Args:
        brand: the brand file.
        files: stills.
        role: ``counter`` for pictures that were rejected.
        who: name of the person; the user of this machine without.
        why: reason.

    Raises:
        MediaError: a file is no still that can be read.
        BrandError: the list is damaged, or none of the files is new.
        StyleError: the brand's encoder is not there.
        OutputError: the list cannot be written.
    """
    guide, was = _open(brand)
    known = {picture.sha256 for picture in was.ledger.pictures(role)}
    new: dict[str, Picture] = {}
    notes = []
    for file in map(Path, files):
        pixels(file, rgb8(guide.background))  # what cannot be read stops all of it
        digest = sha256(file)
        if digest in known or digest in new:
            notes.append(f"{file} is there already")
        else:
            new[digest] = _picture(file, beside(brand).parent, digest, role)
    if not new:
        raise BrandError(f"{beside(brand)}: nothing to add: {'; '.join(notes) or 'no file was given'}")
    return _change(guide, was, "add", tuple(new.values()), who, why, notes)


def remove(brand: Path, names: Sequence[str], *, who: str | None = None, why: str = "") -> Change:
    """Take pictures off the list, by file or by the first 8 or more digits of their sha256.

    Raises:
        BrandError: a name fits none or several of them.
        StyleError, OutputError: as ``add``.
    """
    guide, was = _open(brand)
    listed = [*was.ledger.pictures("reference"), *was.ledger.pictures("counter")]
    chosen = {found.sha256: found for name in names for found in [_one(name, listed, beside(brand))]}
    return _change(guide, was, "remove", tuple(chosen.values()), who, why, [])


def calibrate(
    brand: Path, *, share: float = conformal.SHARE, who: str | None = None, why: str = ""
) -> Change:
    """Set the limit of likeness on the references themselves; see ``brandkit.style.conformal``.

    Args:
        brand: the brand file.
        share: of pictures like the references, the part that may be flagged, above 0 and below 1.
        who: as in ``add``.
        why: as in ``add``.

    Raises:
        StyleError: there are too few references for the promise, or the encoder is not there.
    """
    guide, was = _open(brand)
    limit = _calibrated(guide, encoder_of(guide), share)
    ledger = was.ledger.with_entry("calibrate", who=who or user(), why=why, calibration=limit)
    _write(beside(brand), ledger, was)
    return Change(beside(brand), ledger.version, calibration=limit)


def undo(brand: Path, *, who: str | None = None, why: str = "") -> Change:
    """Undo the last change that is not undone yet, and with it the limit that it set.

    Raises:
        BrandError: nothing is left to undo.
    """
    _, was = _open(brand)
    try:
        ledger = was.ledger.undone(who=who or user(), why=why)
    except BrandError as error:
        raise BrandError(f"{beside(brand)}: {error}") from error
    _write(beside(brand), ledger, was)
    undone = ledger.entries[(ledger.entries[-1].undoes or 1) - 1]
    note = f"undid version {undone.version}: {undone.action}, {len(undone.pictures)} pictures"
    return Change(beside(brand), ledger.version, undone.pictures, (note,))


def standing(brand: Brand) -> tuple[Reference, ...]:
    """All references and counter-references of a brand, with duplicates and outliers marked.

    Raises:
        StyleError: a picture is missing or changed, or the encoder is not there.
    """
    encoder = encoder_of(brand)
    approved = gallery(brand, "reference", encoder)
    rejected = gallery(brand, "counter", encoder)
    scores = left_out(approved.vectors) if len(approved.vectors) > 1 else None
    odd = set() if scores is None else set(conformal.outliers(scores))
    repeats = {place: first for first, place in approved.repeated}
    return (
        *(
            Reference(
                shown.path,
                shown.sha256,
                "reference",
                None if scores is None else float(scores[place]),
                approved.pictures[repeats[place]].path if place in repeats else None,
                place in odd,
            )
            for place, shown in enumerate(approved.pictures)
        ),
        *(Reference(shown.path, shown.sha256, "counter") for shown in rejected.pictures),
    )


def _open(brand: Path) -> tuple[Brand, Read]:
    guide = Brand.load(brand)
    if guide.ledger_path != beside(brand) and guide.ledger_path.exists():
        raise BrandError(
            f"{brand}: its references are those of {guide.ledger_path}; change them by the brand file there"
        )
    return guide, read(beside(brand))


def _change(
    guide: Brand,
    was: Read,
    action: Action,
    pictures: tuple[Picture, ...],
    who: str | None,
    why: str,
    notes: list[str],
) -> Change:
    assert guide.path is not None
    path = beside(guide.path)
    who = who or user()
    after = was.ledger.with_entry(action, who=who, why=why, pictures=pictures)
    changed = guide.model_copy(update={"ledger": after})
    encoder = encoder_of(guide)
    limit = None
    if any(picture.role == "reference" for picture in pictures):
        notes = [*notes, *_remarks(gallery(changed, "reference", encoder), pictures)]
        if (last := was.ledger.last_calibration) is not None:
            try:
                limit = _calibrated(changed, encoder, last.share)
            except StyleError as error:
                notes.append(f"there is no calibrated limit any more: {error}")
            after = was.ledger.with_entry(action, who=who, why=why, pictures=pictures, calibration=limit)
    else:
        gallery(changed, "counter", encoder)
    _write(path, after, was)
    return Change(path, after.version, pictures, tuple(notes), limit)


def _remarks(shown: Gallery, new: Sequence[Picture]) -> list[str]:
    """Duplicates and outliers among the new ones."""
    fresh = {picture.sha256 for picture in new}
    names, vectors = [picture.path for picture in shown.pictures], shown.vectors
    is_new = [picture.sha256 in fresh for picture in shown.pictures]
    found = [
        f"{names[place]} shows what {names[first]} shows, and counts once with it"
        for first, place in shown.repeated
        if is_new[place]
    ]
    scores: F32 = left_out(vectors) if len(vectors) > 1 else vectors[:0, 0]
    found += [
        f"{names[place]} is unlike all other references ({scores[place]:.3f}); a mistake widens what passes"
        for place in conformal.outliers(scores)
        if is_new[place]
    ]
    return found


def _calibrated(brand: Brand, encoder: Encoder, share: float) -> Calibration:
    approved = gallery(brand, "reference", encoder)
    looks = approved.looks
    scores: F32 = left_out(looks) if len(looks) > 1 else looks[:0, 0]
    promise = conformal.promise(scores, share)
    return Calibration(
        basis=approved.basis,
        least=promise.least,
        share=share,
        count=promise.count,
        promise=str(promise),
    )


def _one(name: str, listed: Sequence[Picture], path: Path) -> Picture:
    place = _relative(Path(name), path.parent)
    fitting = [
        picture
        for picture in listed
        if picture.file in (name, place) or (len(name) >= 8 and picture.sha256.startswith(name.lower()))
    ]
    if len(fitting) != 1:
        how = "is not in the list" if not fitting else "fits several pictures; give more digits"
        raise BrandError(f"{path}: '{name}' {how}; 'brandkit brand references list' shows what is")
    return fitting[0]


def _picture(file: Path, folder: Path, digest: str, role: Role) -> Picture:
    try:
        return Picture(file=_relative(file, folder), sha256=digest, role=role)
    except ValidationError as error:
        raise BrandError(f"{str(file)!r}: has a name that no list can hold; rename it") from error


def _relative(file: Path, folder: Path) -> str:
    """A path as the list keeps it: with forward slashes, relative to its folder where that can be."""
    try:
        return PurePath(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive
        return file.absolute().as_posix()


def _write(path: Path, ledger: Ledger, was: Read) -> None:
    """Put a list in place of the one that was read, all of it or nothing.

    Raises:
        BrandError: somebody else changed it meanwhile.
        OutputError: it cannot be written.
    """
    with replacing(path) as temporary:
        text = ledger.model_dump_json(indent=2, exclude_none=True)
        temporary.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        if read(path).data != was.data:
            raise BrandError(f"{path}: was changed by somebody else meanwhile; run the command again")
