"""The player: both clips in step, what was measured over time below, and frames to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from brandkit.check import Region

from .. import front
from . import viewer

KEY = "player"

_component = st.components.v2.component(
    "brandkit.player",
    html=front.text("player.html"),
    css=front.text("viewer.css", "player.css"),
    js=front.text("stage.js", "gestures.js", "keys.js", "timeline.js", "player.js"),
)


@dataclass(frozen=True, slots=True)
class Track:
    """A figure frame by frame.

    Attributes:
        label: what it is.
        said: the same in words, with its most.
        unit: of its values, for a person.
        series: values; ``None`` for frames that were not measured.
        limit: what it may be at most, ``None`` where the brand sets no such limit.
        flagged: ranges of frames, both ends included.
    """

    label: str
    said: str
    unit: str
    series: Sequence[float | None]
    limit: float | None
    flagged: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Strip:
    """Frames to look at: their numbers, whether each is flagged, and the picture that shows all of them."""

    numbers: Sequence[int]
    flagged: Sequence[bool]
    url: str | None
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Played:
    """What the player shows; ``shots`` is the address of a list of first and last frames."""

    item: int
    width: int
    height: int
    frames: int
    fps: float
    before: str
    after: str | None
    after_label: str
    tracks: Sequence[Track]
    shots: str
    strip: Strip
    start: int = 0
    can_mark: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """What a person marked: a region, a range of frames; and the frame that they asked to open."""

    region: Region | None
    section: tuple[int, int] | None
    opened: int | None


def player(played: Played) -> Noted:
    """Draw the player."""
    region = viewer.marked(played.item, KEY)
    told = _component(
        key=KEY,
        data={
            "item": played.item,
            "width": played.width,
            "height": played.height,
            "frames": played.frames,
            "fps": played.fps,
            "before": played.before,
            "after": played.after,
            "afterLabel": played.after_label,
            "tracks": [asdict(track) for track in played.tracks],
            "shots": played.shots,
            "strip": asdict(played.strip),
            "start": played.start,
            "canMark": played.can_mark,
            "mark": None if region is None else asdict(region),
        },
        on_region_change=_nothing,
        on_section_change=_nothing,
        on_open_change=_nothing,
    )
    return Noted(region, _section(told.get("section"), played), _number(told.get("open")))


def _section(told: Any, played: Played) -> tuple[int, int] | None:
    if not isinstance(told, dict) or told.get("item") != played.item:
        return None
    first, last = _number(told.get("first")), _number(told.get("last"))
    if first is None or last is None or not first <= last < played.frames:
        return None
    return first, last


def _number(told: Any) -> int | None:
    return told if isinstance(told, int) and told >= 0 else None


def _nothing() -> None:
    """A component's state is only told where something listens."""
