"""The viewer: before and after of one picture, with overlays, pins, a pixel probe and a region to mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from brandkit.check import Region

from .. import front

KEY = "viewer"
_UNMARKED = "viewer.unmarked"

_component = st.components.v2.component(
    "brandkit.viewer",
    html=front.text("viewer.html"),
    css=front.text("viewer.css"),
    js=front.text("ciede2000.js", "pictures.js", "stage.js", "gestures.js", "keys.js", "viewer.js"),
)
_ahead = st.components.v2.component("brandkit.ahead", js=front.text("ahead.js"))


@dataclass(frozen=True, slots=True)
class Overlay:
    """A picture that is laid over another one: ``heatmap`` or ``mask``; addresses by side."""

    name: str
    label: str
    kind: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Pin:
    """The number of a finding at its place in the frame, on the sides that it is of."""

    number: int
    text: str
    sides: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What the viewer shows.

    Attributes:
        item: its id.
        before, after: addresses of the pictures; ``None`` where nothing was corrected.
        after_label: what stands on the second one.
        overlays, pins: what lies over them.
        swatches: names and HEX of the brand, for the probe.
        can_mark: whether this person may mark a region.
    """

    item: int
    before: str
    after: str | None
    after_label: str = "After"
    overlays: Sequence[Overlay] = ()
    pins: Sequence[Pin] = ()
    swatches: Sequence[tuple[str, str]] = ()
    can_mark: bool = False


def viewer(shown: Shown) -> Region | None:
    """Draw the viewer.

    Returns:
        The region that was marked in this item, in pixels of the picture.
    """
    region = marked(shown.item)
    _component(
        key=KEY,
        data={
            "item": shown.item,
            "before": shown.before,
            "after": shown.after,
            "afterLabel": shown.after_label,
            "overlays": [asdict(one) for one in shown.overlays],
            "pins": [asdict(one) for one in shown.pins],
            "swatches": [{"name": name, "hex": hex_} for name, hex_ in shown.swatches],
            "canMark": shown.can_mark,
            "mark": None if region is None else asdict(region),
        },
        on_region_change=_nothing,
    )
    return region


def fetch_ahead(urls: Sequence[str]) -> None:
    """Have the browser fetch and decode pictures that are likely to be looked at next; best drawn last."""
    _ahead(key=f"{KEY}.ahead", data={"urls": list(urls)})


def marked(item: int, key: str = KEY) -> Region | None:
    """The region that is marked in an item, if one is; ``key`` of the component that it was marked in."""
    told = _told(key)
    if not isinstance(told, dict) or told.get("item") != item or told in st.session_state.get(_UNMARKED, ()):
        return None
    try:
        x, y, width, height = (int(told[name]) for name in ("x", "y", "width", "height"))
    except (KeyError, TypeError, ValueError):
        return None
    return Region(x, y, width, height) if min(x, y) >= 0 and min(width, height) > 0 else None


def unmark(*keys: str) -> None:
    """Take marks away: of the components of these keys, or of the viewer."""
    st.session_state[_UNMARKED] = tuple(_told(key) for key in keys or (KEY,))


def _told(key: str) -> Any:
    state = st.session_state.get(key)
    return state.get("region") if state else None


def _nothing() -> None:
    """A component's state is only told where something listens."""
