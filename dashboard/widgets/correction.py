"""Correct an item: try it and look, then keep it or not; and the files of the correction there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from brandkit.batch import Settings
from brandkit.errors import BrandkitError
from brandkit.mask import Mask
from brandkit.report.markdown import plain
from brandkit.store import trial
from brandkit.store.filed import Case
from brandkit.store.trial import Trial

from .. import front, links, person, place, rendered
from . import decision, walk

if TYPE_CHECKING:
    from brandkit import loop
    from brandkit.check import Region

TRIED, _SAID, _TOUCHED = "correction.tried", "correction.said", "correction.touched"
_ONE = Lock()
"""One correction at a time on this server: each takes all cores, and memory for a clip."""
_PASSES = 5
"""Over a clip, at most; see ``loop.correct``."""
_WAIT_S = 0.25
_FLICKER = {"As needed": None, "Take out": True, "Leave": False}


def tried(case: Case) -> Trial | None:
    """The correction of this item that was tried and neither kept nor discarded."""
    found: Trial | None = st.session_state.get(TRIED)
    if found is not None and found.item != case.item.id:
        discard()
        return None
    return found


def touched(case: Case) -> bool:
    """Whether this person has tried to correct the item since they came to it."""
    return st.session_state.get(_TOUCHED) == case.item.id


def shown(found: Trial) -> str:
    """The address of what shows a trial."""
    kind = found.entry.report.source.kind
    return links.tried(found.folder.name, rendered.SHOWN[kind != "image"])


def correction(case: Case, region: Region | None) -> None:
    """Draw the options, what was tried, and the files of the correction there is."""
    somebody = person.current()
    allowed = somebody is not None and somebody.may("reviewer")
    found = tried(case)
    if found is not None and found.entry.corrected is not None:
        st.caption(f"**Preview, not saved.** {plain(found.entry.corrected.note)}")
        with st.container(horizontal=True):
            st.button("Save correction", key="keep", type="primary", on_click=partial(_keep, case, found))
            st.button("Discard", key="discard", on_click=discard)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        within = st.checkbox(
            "Only within the marked region", key="within", disabled=region is None or not allowed
        )
        dither = st.checkbox(
            "Dither", key="dither", help="Round with noise, against banding", disabled=not allowed
        )
    deflicker = "As needed"
    if case.item.kind != "image":
        deflicker = st.segmented_control(
            "Flicker", list(_FLICKER), default="As needed", required=True, key="flicker", disabled=not allowed
        )
    if st.button("Preview correction", key="try", icon=":material/auto_fix_high:", disabled=not allowed):
        box = (region.x, region.y, region.width, region.height) if within and region else None
        how = Settings(
            mask=Mask(box=box) if box else None,
            dither=dither,
            deflicker=_FLICKER[deflicker or "As needed"],
            identity=place.identity(),
        )
        _try(case, how)
    if (said := st.session_state.get(_SAID)) and said[0] == case.item.id:
        st.warning(plain(said[1]), icon=":material/error:")
    _files(case)


def discard() -> None:
    """Forget what was tried."""
    found: Trial | None = st.session_state.pop(TRIED, None)
    if found is not None:
        trial.discard(found)


def _try(case: Case, how: Settings) -> None:
    """Correct, with progress; to leave the page ends it."""
    person.require("reviewer")
    discard()
    st.session_state.pop(_SAID, None)
    st.session_state[_TOUCHED] = case.item.id
    bar = st.progress(0.0, "Correcting …")
    try:
        with _alone(bar):
            found = trial.correct(place.store(), case, how, partial(_watch, bar))
            try:
                rendered.show_trial(found, rendered.brand(place.store(), case.item.version.id))
            except BaseException:
                trial.discard(found)
                raise
        st.session_state[TRIED] = found
    except BrandkitError as error:
        st.session_state[_SAID] = case.item.id, str(error)
    st.rerun()


@contextmanager
def _alone(bar: st.delta_generator.DeltaGenerator) -> Iterator[None]:
    while not _ONE.acquire(timeout=_WAIT_S):
        bar.progress(0.0, "Waiting for another correction …")
    try:
        yield
    finally:
        _ONE.release()


@contextmanager
def _watch(bar: st.delta_generator.DeltaGenerator, path: Path, frames: int | None) -> Iterator[loop.Progress]:
    done = 0

    def progress(count: int) -> None:
        nonlocal done
        done += count
        share = done / ((frames or 1) * _PASSES)
        bar.progress(
            min(share, 1.0),
            f"Correcting … {done} frames over several passes" if frames and frames > 1 else "Correcting …",
        )

    yield progress


def _keep(case: Case, found: Trial) -> None:
    def change() -> None:
        who = person.require("reviewer")
        walk.hold(trial.keep(place.store(), case, found, who=who.name))
        st.session_state.pop(TRIED, None)

    if decision.attempt(change, case.item.id):
        st.toast(f"{plain(case.item.name)}: correction saved", icon=":material/check:")


def _files(case: Case) -> None:
    files = [
        {
            "label": _label(file.title, file.name),
            "name": file.name,
            "href": links.blob(file.sha256, file.name),
        }
        for file in case.of("result")
    ]
    if files:
        st.html(front.template("files.html.j2").render(files=files))


def _label(title: str, name: str) -> str:
    return f"Download {title}" if title else name
