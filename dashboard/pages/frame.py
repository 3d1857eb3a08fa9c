"""The page Frame: one picture, before and after, what was found in it, and what to decide."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from brandkit.report import words
from brandkit.report.report import Report
from brandkit.store import items
from brandkit.store.filed import Case, Item

from .. import ahead, links, person, place, rendered
from ..widgets import correction, findings, head, walk
from ..widgets.correction import correction as draw_correction
from ..widgets.decision import decision, history
from ..widgets.swatches import swatches
from ..widgets.viewer import Overlay, Shown, fetch_ahead, viewer

TITLE = "Frame"
ICON = ":material/compare:"
PATH = "frame"

_KINDS = ("heatmap", "mask")
_FRAME = "frame"
"""Query parameter: which frame of a clip."""


def show() -> None:
    """Draw the page."""
    number = walk.arrive(PATH)
    if number is None:
        st.title(TITLE)
        head.nothing("Choose a picture from the queue to look at it here.")
        return
    case = walk.case(place.store(), number)
    head.style()
    top = st.container()
    tried = correction.tried(case)
    seen = case if tried is None else replace(case, entry=tried.entry)
    numbered = findings.number(seen.entry)
    left, right = st.columns([0.7, 0.3], gap="small")
    with left:
        region = viewer(_shown(seen, number_of_frame := _number(case.item), numbered, tried is not None))
        if case.item.kind != "image":
            _about_clip(case.item, number_of_frame)
    # The picture goes out first; what stands above it does not keep it waiting.
    with top:
        head.head(case, head.PICTURE_KEYS)
    with right, st.container(key="panel"):
        with st.container(key="read"):
            swatches(seen.entry)
            findings.findings(seen.entry, numbered)
            with st.expander("Correction", expanded=correction.touched(case), icon=":material/tune:"):
                draw_correction(case, region)
            with st.expander(f"History ({len(case.decisions)})", icon=":material/history:"):
                history(case)
            head.lineage(case)
        with st.container(key="decide"):
            decision(
                case,
                region,
                "" if case.item.kind == "image" else f"frame {number_of_frame}",
                trying=tried is not None,
            )

    with left:
        fetch_ahead(_ahead(case.item))


def _number(item: Item) -> int:
    """Which frame is asked for; the first one of a still."""
    given = st.query_params.get(_FRAME, "")
    known = item.kind != "image" and given.isascii() and given.isdigit() and len(given) < 9
    return int(given) if known else 0


def _shown(case: Case, number: int, numbered: tuple[findings.Numbered, ...], tried: bool) -> Shown:
    item, store = case.item, place.store()
    found = st.session_state.get(correction.TRIED) if tried else None
    after = links.frame(item.id, "after", number, case.corrected.sha256) if case.corrected else None
    somebody = person.current()
    return Shown(
        item=item.id,
        before=links.frame(item.id, "before", number, item.sha256),
        after=correction.shown(found) if found is not None and item.kind == "image" else after,
        after_label="After (preview, not saved)" if tried else "After",
        overlays=_overlays(case, tried) if item.kind == "image" else (),
        pins=findings.pins(numbered) if item.kind == "image" else (),
        swatches=[(swatch.name, swatch.hex) for swatch in rendered.brand(store, item.version.id).swatches],
        can_mark=somebody is not None and somebody.may("reviewer"),
    )


def _overlays(case: Case, tried: bool) -> list[Overlay]:
    """What the checks drew, heat-maps first; of both sides under one name, so that they can be compared."""
    found: dict[str, Overlay] = {}

    def gather(report: Report, side: str) -> None:
        for finding in report.findings:
            for picture in finding.evidence:
                sha = items.evidence_sha256(picture)
                if picture.kind not in _KINDS or sha is None:
                    continue
                blank = Overlay(picture.name, _label(picture.kind, picture.title), picture.kind, None, None)
                address = links.blob(sha, f"{picture.name}.png")
                found[picture.name] = replace(found.get(picture.name, blank), **{side: address})

    gather(case.entry.report, "before")
    if words.repaired(case.entry) and not tried:
        gather(words.final(case.entry), "after")
    return sorted(found.values(), key=lambda one: one.kind != "heatmap")


def _label(kind: str, title: str) -> str:
    return "Distance to the palette" if kind == "heatmap" else words.printable(title)


def _ahead(item: Item) -> list[str]:
    """The pictures of the next item, which is likely to be looked at next; made while this one is."""
    store = place.store()
    following = items.following(store, item, walk.wanted(), walk.order())
    ahead.make(store, item, walk.wanted(), walk.order())
    if following is None or following.kind != "image":
        return []
    found = [links.frame(following.id, "before", 0, following.sha256)]
    corrected = items.open_case(store, following.id).corrected
    if corrected is not None:
        found.append(links.frame(following.id, "after", 0, corrected.sha256))
    return found


def _about_clip(item: Item, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Frame {number} of a clip.", width="content")
        head.link(item, "Back to the clip")
