"""The form of a brand's guidelines: what matters most, as fields; it gives changes to the brand file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from brandkit import brand_edit
from brandkit.brand import Brand
from brandkit.brand_edit import GUIDELINES, Keys
from brandkit.check import discover

from .palette import block

Changes = dict[Keys, Any]
_SIDES = ("min_width", "min_height", "max_width", "max_height")
_LISTS = {
    "sizes": "1920x1080, 1080x1080",
    "aspects": "16:9, 1:1",
    "formats": "png, jpeg, mp4",
    "fps": "24, 25",
}
_TEXTS = {"max_bytes": "20MB", "max_duration": "30s"}
_LABELS = {
    "sizes": "Sizes",
    "aspects": "Shapes",
    "formats": "File formats",
    "fps": "Frame rates",
    "max_bytes": "Largest file",
    "max_duration": "Longest",
}


def form(brand: Brand, text: str, *, key: str, disabled: bool) -> Changes:
    """Draw it.

    Args:
        brand: as ``text`` says it.
        text: the brand file.
        key: of its widgets; another one forgets what was entered.
        disabled: whether it is only to be looked at.

    Returns:
        What was changed, by key path in the file.
    """
    changes: Changes = {}
    st.caption("Colours. Tolerance and capture are CIEDE2000; coverage is a share of the picture.")
    changes |= _swatches(brand, text, key, disabled)
    left, right = st.columns(2, gap="large")
    with left:
        st.caption("Forbidden colours")
        changes |= _forbidden(brand, key, disabled)
        changes |= _shares(brand, text, key, disabled)
    with right:
        changes |= _checks(brand, text, key, disabled)
        st.caption("What a finished file has to be; what is empty may be anything")
        changes |= _delivery(text, key, disabled)
    return changes


def _swatches(brand: Brand, text: str, key: str, disabled: bool) -> Changes:
    before: list[dict[str, Any]] = [
        {
            "": block(s.hex),
            "name": s.name,
            "HEX": s.hex,
            "role": s.role,
            "tolerance": s.tolerance,
            "capture": s.capture,
            "finish": s.finish,
            "least %": _percent(s.coverage.min),
            "most %": _percent(s.coverage.max),
        }
        for s in brand.swatches
    ]
    number = st.column_config.NumberColumn
    shown = st.data_editor(
        before,
        key=f"{key} swatches",
        placeholder="",
        disabled=True if disabled else ["", "name", "HEX"],
        column_config={
            "": st.column_config.ImageColumn(width=56),
            "tolerance": number(min_value=0.0, max_value=100.0, step=0.1, required=True, format="%.4g"),
            "capture": number(min_value=0.0, max_value=100.0, step=0.5, required=True, format="%.4g"),
            "finish": st.column_config.SelectboxColumn(options=["flat", "shaded"], required=True),
            "least %": number(min_value=0.0, max_value=100.0, format="%.4g"),
            "most %": number(min_value=0.0, max_value=100.0, format="%.4g"),
        },
    )
    changes: Changes = {}
    for was, now in zip(before, shown, strict=True):
        place = (*GUIDELINES, "swatches", str(was["name"]))
        for name in ("tolerance", "capture"):
            if now[name] != was[name]:
                changes[*place, name] = _number(now[name])
        for name in ("finish", "role"):
            if (now[name] or None) != was[name]:
                changes[*place, name] = now[name] or None
        for name, bound in (("least %", "min"), ("most %", "max")):
            if now[name] != was[name]:
                changes[*place, "coverage", bound] = _share(now[name])
    return changes


def _forbidden(brand: Brand, key: str, disabled: bool) -> Changes:
    before: list[dict[str, Any]] = [
        {"name": f.name, "HEX": f.hex, "tolerance": f.tolerance, "most %": _percent(f.max)}
        for f in brand.forbidden
    ]
    number = st.column_config.NumberColumn
    shown = st.data_editor(
        before or [{"name": None, "HEX": None, "tolerance": None, "most %": None}],
        key=f"{key} forbidden",
        placeholder="",
        num_rows="fixed" if disabled else "dynamic",
        disabled=disabled,
        column_config={
            "name": st.column_config.TextColumn(max_chars=100),
            "HEX": st.column_config.TextColumn(validate="^#[0-9A-Fa-f]{6}$"),
            "tolerance": number(min_value=0.0, max_value=100.0, format="%.4g"),
            "most %": number(min_value=0.0, max_value=100.0, format="%.4g"),
        },
    )
    now = [row for row in shown if row.get("name") or row.get("HEX")]
    if now == before:
        return {}
    listed = [
        {
            "name": row.get("name") or "",
            "hex": row.get("HEX") or "",
            **({} if row.get("tolerance") is None else {"tolerance": _number(row["tolerance"])}),
            **({} if row.get("most %") is None else {"max": _share(row["most %"])}),
        }
        for row in now
    ]
    return {(*GUIDELINES, "forbidden"): listed or None}


def _shares(brand: Brand, text: str, key: str, disabled: bool) -> Changes:
    was = _percent(brand.off_palette)
    now = st.number_input(
        "Most that may be none of the colours, %",
        min_value=0.0,
        max_value=100.0,
        value=was,
        step=1.0,
        format="%g",
        placeholder="any share",
        key=f"{key} off palette",
        disabled=disabled,
    )
    changes: Changes = {} if now == was else {(*GUIDELINES, "off_palette"): _share(now)}
    laid = st.text_input(
        "What transparent pixels are laid over", brand.background, key=f"{key} background", disabled=disabled
    )
    if laid != brand.background:
        changes[*GUIDELINES, "background"] = laid or None
    return changes


def _checks(brand: Brand, text: str, key: str, disabled: bool) -> Changes:
    known = sorted(discover().checks)
    metrics = [f"{name}.{m.name}" for name in known for m in discover().checks[name].metrics]
    changes: Changes = {}
    for label, name, was, options in (
        ("Required: no pass without", "required", brand.required, known),
        ("Beyond these limits a person decides", "review", brand.review, [*known, *metrics]),
    ):
        now = st.multiselect(
            label,
            list(dict.fromkeys([*was, *options])),
            default=list(was),
            key=f"{key} {name}",
            disabled=disabled,
        )
        if tuple(now) != tuple(was):
            changes[*GUIDELINES, name] = list(now) or ([] if name == "required" else None)
    return changes


def _delivery(text: str, key: str, disabled: bool) -> Changes:
    said = brand_edit.value(text, (*GUIDELINES, "delivery"))
    given: Mapping[str, Any] = said if isinstance(said, dict) else {}
    changes: Changes = {}
    columns = st.columns(4)
    for column, name in zip(columns, _SIDES, strict=True):
        was = str(given.get(name) or "")
        label = name.replace("_", " ").replace("min", "least").replace("max", "most")
        now = column.text_input(label, was, key=f"{key} {name}", placeholder="px", disabled=disabled).strip()
        if now != was:
            changes[*GUIDELINES, "delivery", name] = int(now) if now.isdecimal() else (now or None)
    thirds = st.columns(3)
    for k, (name, example) in enumerate({**_LISTS, **_TEXTS}.items()):
        value = given.get(name)
        was = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        now = thirds[k % 3].text_input(
            _LABELS[name], was, key=f"{key} {name}", placeholder=example, disabled=disabled
        )
        if now.strip() != was:
            listed: Any = _parts(now) if name in _LISTS else now.strip()
            changes[*GUIDELINES, "delivery", name] = listed or None
    return changes


def _parts(text: str) -> Sequence[str | float]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [_number(float(part)) if part.replace(".", "", 1).isdecimal() else part for part in parts]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 9)


def _share(percent: float | None) -> str | None:
    return None if percent is None else f"{percent:.9g}%"


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else float(value)
