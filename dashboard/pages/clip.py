"""The page Clip: a video, an animation or numbered stills over time, and what to decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from brandkit.gate import Finding
from brandkit.report import proof_words, words
from brandkit.report.run import Entry
from brandkit.report.sparkline import sparkline
from brandkit.store.filed import Case

from .. import front, links, person, place, rendered, ways
from ..widgets import correction, findings, head, walk
from ..widgets.correction import correction as draw_correction
from ..widgets.decision import decision, history
from ..widgets.player import Played, Strip, Track, player
from ..widgets.swatches import swatches

TITLE = "Clip"
ICON = ":material/movie:"
PATH = "clip"

_SOME = 12
"""Frames of a strip, beside those that are flagged."""
_MOST = 32
_DIGITS = 4
_UNITS = {"de00": "ΔE00", "share": "of 1", "count": "", "cosine": ""}


def show() -> None:
    """Draw the page."""
    number = walk.arrive(PATH)
    if number is None:
        st.title(TITLE)
        head.nothing("Choose a clip from the queue to look at it here.")
        return
    case = walk.case(place.store(), number)
    head.style()
    head.head(case, head.CLIP_KEYS)
    if case.item.kind == "image":
        st.write("This is a single picture, so there is nothing over time to show.")
        head.link(case.item, "Open it as a frame")
        return
    tried = correction.tried(case)
    seen = case if tried is None else replace(case, entry=tried.entry)
    left, right = st.columns([0.7, 0.3], gap="small")
    with left:
        noted = player(_played(seen, correction.shown(tried) if tried is not None else None))
    if noted.opened is not None:
        ways.go("frame", item=case.item.id, frame=noted.opened)
    remark = "" if noted.section is None else f"frames {noted.section[0]} to {noted.section[1]}"
    with right, st.container(key="panel"):
        with st.container(key="read"):
            findings.findings(seen.entry, findings.number(seen.entry))
            swatches(seen.entry)
            with st.expander("Correction", expanded=correction.touched(case), icon=":material/tune:"):
                draw_correction(case, noted.region)
            _by_shot(case)
            with st.expander(f"History ({len(case.decisions)})", icon=":material/history:"):
                history(case)
            head.lineage(case)
        with st.container(key="decide"):
            decision(case, noted.region, remark, trying=tried is not None)


def _played(case: Case, tried: str | None) -> Played:
    item, store = case.item, place.store()
    frames = max(rendered.frames_of(store, case), 1)
    tracks = tuple(_tracks(case.entry))
    somebody = person.current()
    after = links.proxy(item.id, "after", case.corrected.sha256) if case.corrected else None
    return Played(
        item=item.id,
        width=item.width,
        height=item.height,
        frames=frames,
        fps=case.entry.report.source.rate,
        before=links.proxy(item.id, "before", item.sha256),
        after=tried or after,
        after_label="After (preview, not saved)" if tried else "After",
        tracks=tracks,
        shots=links.shots(item.id, item.sha256),
        strip=_strip(case, frames, tracks),
        can_mark=somebody is not None and somebody.may("reviewer"),
    )


def _tracks(entry: Entry) -> Iterable[Track]:
    """The figures that were measured frame by frame, urgent ones first."""
    report = entry.report
    urgent = words.urgent(report)
    for finding in (*urgent, *(f for f in report.findings if f not in urgent)):
        drawn = sparkline(finding)
        if drawn is None:
            continue
        mark = words.MARKS[finding.outcome]
        yield Track(
            label=f"{mark} {_name(finding)}",
            said=f"{words.OUTCOMES[finding.outcome]}: {words.sentence(words.said(finding))} {drawn.said}",
            unit=_UNITS.get(finding.unit, finding.unit),
            series=[None if v is None else float(f"{v:.{_DIGITS}g}") for v in finding.series],
            limit=finding.limit.max if finding.limit is not None else None,
            flagged=finding.frames if finding.outcome in ("failed", "warned") else (),
        )


def _name(finding: Finding) -> str:
    metric = finding.metric.removesuffix(f"_{finding.unit}").replace("_", " ")
    return words.printable(" ".join(filter(None, (finding.swatch, finding.check, metric))))


def _strip(case: Case, frames: int, tracks: Iterable[Track]) -> Strip:
    """Frames to look at: the worst of what is flagged, and some from all over the clip."""
    flagged: dict[int, None] = {}
    for track in tracks:
        for first, last in track.flagged:
            span = range(max(first, 0), min(last, frames - 1, len(track.series) - 1) + 1)
            if span:
                flagged[max(span, key=lambda frame: track.series[frame] or 0.0)] = None
    chosen = list(flagged)[: _MOST - _SOME]
    even = [round(k * (frames - 1) / max(_SOME - 1, 1)) for k in range(_SOME)]
    numbers = sorted({*chosen, *even})
    item = case.item
    return Strip(
        numbers=numbers,
        flagged=[number in chosen for number in numbers],
        url=links.strip(item.id, "before", numbers, item.sha256),
        width=item.width,
        height=item.height,
    )


def _by_shot(case: Case) -> None:
    """What was done to each shot, with its files."""
    corrected = case.entry.corrected
    if corrected is None or corrected.proof is None:
        return
    files = case.of("result")
    shots = []
    for shot in corrected.proof.shots:
        named = tuple(grade.file for grade in shot.grades if grade.file)
        shots.append(
            {
                "span": proof_words.span(shot),
                "shifts": [proof_words.became(shift) for grade in shot.grades for shift in grade.shifts],
                "files": [
                    {"label": file.name, "name": file.name, "href": links.blob(file.sha256, file.name)}
                    for file in files
                    if file.name.endswith(".cube") and any(file.name.startswith(stem) for stem in named)
                ],
            }
        )
    light = [words.sentence(said) for said in corrected.proof.light]
    with st.expander(f"Corrections by shot ({len(shots)})", icon=":material/movie_edit:"):
        st.html(front.template("shots.html.j2").render(shots=shots, light=light, said=words.sentence))
