"""What the HTML page shows of the record of a correction, arranged: shot by shot, in words and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from brandkit.gate import describe
from brandkit.proof.record import Graded, Moved, Proof, Shifted, Shot
from brandkit.report import proof_words, words
from brandkit.report.pictures import Embedded, embed
from brandkit.report.words import printable

WIDEST = 2000
"""Columns of an embedded comparison: its captions are part of the picture and should stay sharp."""
OPEN = 1
"""Shots whose details are shown at once; the others are folded."""


@dataclass(frozen=True, slots=True)
class Step:
    """One colour that was moved."""

    name: str
    source: str | None
    became: str | None
    before: str
    after: str
    exact: str
    where: str


@dataclass(frozen=True, slots=True)
class Bystander:
    """One kind of pixels that were not meant to move."""

    kind: str
    pixels: str
    changed: str
    mean: str
    p99: str
    most: str


@dataclass(frozen=True, slots=True)
class ShotView:
    """One shot. ``link`` leads to the picture at its full size, relative to the page."""

    title: str
    summary: str
    picture: Embedded | None
    alt: str
    link: str | None
    steps: tuple[Step, ...]
    bystanders: tuple[Bystander, ...]
    absent: str
    said: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProofView:
    """The whole record. ``headline`` is of all shots together; ``split`` says whether any was told apart."""

    headline: str
    light: tuple[str, ...]
    shots: tuple[ShotView, ...]
    undo: str
    split: bool


def view(proof: Proof, most: int) -> ProofView:
    """Arrange a record; no embedded picture has more than ``most`` pixels."""
    still = len(proof.shots) == 1 and proof.shots[0].sampled in ((0,), ())
    return ProofView(
        headline=proof_words.far(proof_words.elsewhere(proof.shots)),
        light=proof.light,
        shots=tuple(_shot(shot, most, still) for shot in proof.shots),
        undo=proof_words.undo(proof),
        split=any(s.split for shot in proof.shots for grade in shot.grades for s in grade.shifts),
    )


def _shot(shot: Shot, most: int, still: bool) -> ShotView:
    shifts = [shift for grade in shot.grades for shift in grade.shifts]
    said = [sentence for shift in shifts if (sentence := proof_words.light(shift)) is not None]
    said += [f"{_of(grade, shot)}{proof_words.ramps(grade)}" for grade in shot.grades]
    said.append(proof_words.banding(shot.banding))
    seen = [moved for moved in shot.moved if moved.pixels]
    empty = [proof_words.kind(moved.what) for moved in shot.moved if not moved.pixels]
    picture = shot.picture
    return ShotView(
        title="" if still else proof_words.span(shot),
        summary=", ".join(_short(shift) for shift in shifts),
        picture=None if picture is None else embed(picture.pixels, most, WIDEST),
        alt="" if picture is None else printable(picture.title),
        link=None if picture is None or picture.file is None else quote(picture.file),
        steps=tuple(_step(shift, grade) for grade in shot.grades for shift in grade.shifts),
        bystanders=tuple(_bystander(moved) for moved in seen),
        absent=printable(", ".join(empty)),
        said=tuple(said),
        facts=_facts(shot, still),
    )


def _of(grade: Graded, shot: Shot) -> str:
    """Which LUT is spoken of, where there are several."""
    return "" if len(shot.grades) == 1 else f"{printable(_name(grade))}: "


def _name(grade: Graded) -> str:
    return grade.file or f"LUT {grade.digest[: proof_words.SHORT_DIGEST]}…"


def _short(shift: Shifted) -> str:
    after = "not evaluated" if shift.after is None else f"{shift.after:.2f}"
    return printable(f"{shift.swatch} {shift.before:.2f} → {after}")


def _step(shift: Shifted, grade: Graded) -> Step:
    return Step(
        name=printable(shift.swatch),
        source=words.colour(shift.source),
        became=words.colour(shift.became),
        before=f"{shift.before:.2f}",
        after="not evaluated" if shift.after is None else f"{shift.after:.2f}",
        exact="–" if shift.exact is None else describe(shift.exact, "share"),
        where=proof_words.place(grade.area),
    )


def _bystander(moved: Moved) -> Bystander:
    def figure(value: float | None) -> str:
        return "–" if value is None else f"{value:.2f}"

    return Bystander(
        kind=_capital(printable(proof_words.kind(moved.what))),
        pixels=f"{moved.pixels:,}".replace(",", "\u202f"),
        changed="–" if moved.changed is None else describe(moved.changed, "share"),
        mean=figure(moved.mean),
        p99=figure(moved.p99),
        most=figure(moved.most),
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _facts(shot: Shot, still: bool) -> tuple[tuple[str, str], ...]:
    facts = [(f"{printable(grade.file or 'LUT')}, sha256", grade.digest) for grade in shot.grades]
    if not still:
        facts.append(("Compared", proof_words.sampled(shot)))
    if shot.fade is not None:
        facts.append(("Applies in full", f"from frame {shot.fade[0]} to {shot.fade[1]}"))
    return tuple(facts)
