"""What the HTML page shows of a run, arranged: a ``Card`` for each input, in words and embedded pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from brandkit.check import Evidence
from brandkit.gate import Finding, describe, describe_limit
from brandkit.report import words
from brandkit.report.pictures import Embedded, allowance, embed, thumbnail
from brandkit.report.proof_page import ProofView, view
from brandkit.report.report import Report
from brandkit.report.run import Entry, Run
from brandkit.report.words import printable, sentence

When = Literal["", "before correction", "after correction"]


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as found, or what stands in its place: ``hex`` is ``None`` where there is none."""

    hex: str | None
    drift: str


@dataclass(frozen=True, slots=True)
class Row:
    """One swatch: what was asked for, what was found, how far apart they are, how much there is of it."""

    name: str
    target: str | None
    before: Colour
    after: Colour | None
    limit: str
    coverage: str
    coverage_limit: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece of evidence with its caption."""

    picture: Embedded
    title: str
    kind: str
    when: When


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written, with a link to it."""

    title: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the page says of one input. ``report`` is the one that counts, after any correction."""

    id: str
    name: str
    entry: Entry
    report: Report
    repaired: bool
    headline: str
    outlook: str | None
    worst: str
    calm: str
    thumbnail: Embedded | None
    before: Embedded | None
    after: Embedded | None
    rows: tuple[Row, ...]
    urgent: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    passed: tuple[Finding, ...]
    missed: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...]
    files: tuple[File, ...]
    facts: tuple[tuple[str, str], ...]
    proof: ProofView | None


def cards(run: Run) -> list[Card]:
    """Arrange every input of a run; pictures shrink where a page of all of them would be too large."""
    most = allowance(sum(_count(entry) for entry in run.entries))
    return [_card(entry, index, most) for index, entry in enumerate(run.entries, 1)]


def _card(entry: Entry, index: int, most: int) -> Card:
    report, corrected = words.final(entry), entry.corrected
    repaired = words.repaired(entry)
    bad, left = words.urgent(entry.report), words.urgent(report)
    before = entry.picture
    after = corrected.picture if corrected is not None else None
    return Card(
        id=f"input-{index}",
        name=printable(entry.report.source.path.name or entry.report.source.path),
        entry=entry,
        report=report,
        repaired=repaired,
        headline=sentence(words.said(bad[0])) if bad else _all_well(entry.report),
        outlook=_outlook(report) if repaired else None,
        worst=_worst(entry.report, report),
        calm=_all_well(report),
        thumbnail=thumbnail(before) if before is not None else None,
        before=embed(before, most) if before is not None else None,
        after=embed(after, most) if after is not None else None,
        rows=rows(entry.report, report if repaired else None),
        urgent=tuple(left),
        waived=tuple(f for f in report.findings if f.outcome == "waived"),
        passed=tuple(f for f in report.findings if f.outcome == "passed"),
        missed=tuple(f for f in report.findings if f.outcome == "not_evaluated"),
        exhibits=tuple(
            Exhibit(embed(e.pixels, most), printable(e.title), e.kind, when) for e, when in _evidence(entry)
        ),
        files=tuple(_file(title, path) for title, path in (corrected.files if corrected else ())),
        facts=_facts(entry.report),
        proof=view(corrected.proof, most) if corrected is not None and corrected.proof is not None else None,
    )


def _worst(before: Report, now: Report) -> str:
    """The worst finding that is left, or the worst that a correction has repaired."""
    left, was = words.urgent(now), words.urgent(before)
    if left:
        return sentence(words.said(left[0]))
    if was:
        return f"{sentence(words.said(was[0]))} Corrected."
    return _all_well(now)


def _all_well(report: Report) -> str:
    if (reason := words.doubt(report)) is not None:
        return sentence(reason)
    judged = sum(f.outcome == "passed" for f in report.findings)
    what = "The one judged figure is" if judged == 1 else f"All {judged} judged figures are"
    return f"{what} within the brand's limits."


def _outlook(after: Report) -> str:
    bad = words.urgent(after)
    return "After correction: " + (f"{words.said(bad[0])}." if bad else _all_well(after))


def rows(before: Report, after: Report | None) -> tuple[Row, ...]:
    """The swatches that either report speaks of, in the brand's order."""
    names = dict.fromkeys(
        f.swatch for f in before.findings if f.swatch and f.metric in (words.DRIFT, words.COVERAGE)
    )
    return tuple(_row(name, before, after) for name in names)


def _row(name: str, before: Report, after: Report | None) -> Row:
    drift, share = _of(before, words.DRIFT, name), _of(before, words.COVERAGE, name)
    now = after or before
    drift_now, share_now = _of(now, words.DRIFT, name), _of(now, words.COVERAGE, name)
    shares = [
        describe(f.value, f.unit).replace(" ", "\u00a0")
        for f in (share, share_now)
        if f is not None and f.value is not None
    ]
    judged = drift_now if drift_now is not None and drift_now.value is not None else share_now
    some = drift or share
    return Row(
        name=printable(name),
        target=words.colour(some.target) if some is not None else None,
        before=_found(drift),
        after=_found(drift_now) if after is not None else None,
        limit=_limit(drift),
        coverage=" → ".join(dict.fromkeys(shares)) or "–",
        coverage_limit=_limit(share),
        outcome=judged.outcome if judged is not None else "not_evaluated",
    )


def _of(report: Report, metric: str, swatch: str) -> Finding | None:
    return next((f for f in report.findings if f.metric == metric and f.swatch == swatch), None)


def _found(drift: Finding | None) -> Colour:
    if drift is None or drift.value is None:
        return Colour(None, "no region")
    return Colour(words.colour(drift.colour), describe(drift.value, drift.unit))


def _limit(finding: Finding | None) -> str:
    if finding is None or finding.limit is None:
        return ""
    limit = describe_limit(finding.limit, finding.unit)
    return "" if limit == "none" else limit


def _count(entry: Entry) -> int:
    """How many pictures an input brings to the page."""
    corrected = entry.corrected.frame if entry.corrected is not None else None
    proof = entry.corrected.proof if entry.corrected is not None else None
    drawn = 0 if proof is None else sum(shot.picture is not None for shot in proof.shots)
    return sum(frame is not None for frame in (entry.frame, corrected)) + drawn + len(list(_evidence(entry)))


def _evidence(entry: Entry) -> Iterator[tuple[Evidence, When]]:
    """Heat-maps, and what shows a finding that matters: a mask of what is right would only fill the page."""
    after = words.final(entry)
    repaired = words.repaired(entry)
    first: When = "before correction" if repaired else ""
    both: list[tuple[Report, When]] = [(entry.report, first)]
    if repaired:
        both.append((after, "after correction"))
    seen: set[int | Path] = set()
    shown = []
    for report, when in both:
        bad = words.urgent(report)
        for finding in [*bad, *(f for f in report.findings if f not in bad)]:
            for picture in finding.evidence:
                place = picture.source if isinstance(picture.source, Path) else id(picture.source)
                if (finding in bad or picture.kind == "heatmap") and place not in seen:
                    seen.add(place)
                    shown.append((picture, when))
    # A heat-map and its successor belong side by side.
    return iter(sorted(shown, key=lambda pair: pair[0].kind != "heatmap"))


def _file(title: str, path: Path) -> File:
    # Quoted, even a relative path that begins with 'javascript:' is only a path.
    return File(printable(title), printable(path), quote(path.as_posix().encode("utf-8", "surrogateescape")))


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    source = report.source
    facts = [
        ("File", printable(source.path)),
        ("Kind", source.kind),
        ("Size", f"{source.width} × {source.height} pixels"),
    ]
    if source.kind != "image":
        facts.append(("Frames", "not stated by the file" if source.frames is None else str(source.frames)))
    if source.fps is not None:
        facts.append(("Frame rate", f"{float(source.fps):.6g} Hz"))
    if source.duration is not None:
        facts.append(("Duration", f"{source.duration:.3g} s"))
    return tuple(facts)


def where(finding: Finding, still: bool) -> str:
    """Where in time and in the frame, in words; empty where nowhere in particular."""
    parts = []
    if finding.frames and not still:
        spans = [str(a) if a == b else f"{a} to {b}" for a, b in finding.frames[:5]]
        more = f" and {len(finding.frames) - 5} more" if len(finding.frames) > 5 else ""
        one = len(spans) == 1 and spans[0].isdigit()
        parts.append(f"frame {spans[0]}" if one else f"frames {', '.join(spans)}{more}")
    if (box := finding.region) is not None:
        parts.append(f"within {box.width} × {box.height} pixels at {box.x}, {box.y}")
    return ", ".join(parts)
