"""The page Trends: how verdicts and drift go over time, and what fails most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from brandkit.errors import BrandkitError
from brandkit.report.words import printable
from brandkit.store import Store, brands, items, trends
from brandkit.store.filed import Wanted
from brandkit.store.trends import By

from .. import place
from ..widgets import charts

TITLE = "Trends"
ICON = ":material/trending_up:"
PATH = "trends"

_DAYS = {"7 days": 7, "30 days": 30, "90 days": 90, "a year": 365, "all": None}


def show() -> None:
    """Draw the page."""
    store = place.store()
    names = brands.names(store)
    if not names:
        st.text("Nothing was judged yet. What is filed shows here from the first day on.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        brand = st.selectbox(
            "Brand", names, index=None, key="of", bind="query-params", placeholder="All brands", width=220
        )
        days = st.segmented_control(
            "Over the last", list(_DAYS), default="30 days", required=True, key="days", bind="query-params"
        )
        said = st.segmented_control(
            "By", ["brand", "model"], default="brand", required=True, key="by", bind="query-params"
        )
    span = _DAYS[days or "30 days"]
    since = None if span is None else datetime.now(UTC) - timedelta(days=span)
    by: By = "model" if said == "model" else "brand"
    _pass_rates(store, brand, since, by)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _drifts(store, brand or names[0], since, by)
    with right:
        _failing(store, brand, since)


def _pass_rates(store: Store, brand: str | None, since: datetime | None, by: By) -> None:
    found = trends.pass_rates(store, brand=brand, since=since, by=by)
    st.subheader("Pass rate")
    if not found:
        st.text("Nothing was judged in this time.")
        return
    counts = items.count(store, Wanted(brand=brand, state=(), since=since))
    st.text(
        f"{counts.passed:,} of {counts.all:,} passed in the end, {counts.passed / max(counts.all, 1):.0%}"
    )
    charts.pass_rates(found)
    with st.expander("As a table"):
        st.dataframe(
            [
                {
                    "day": r.day,
                    by: printable(r.name),
                    "judged": r.judged,
                    "passed as they came": r.passed,
                    "passed once corrected": r.corrected,
                    "share as they came": r.passed / r.judged,
                    "share once corrected": r.corrected / r.judged,
                }
                for r in reversed(found)
            ],
            column_config={
                name: st.column_config.NumberColumn(format="percent")
                for name in ("share as they came", "share once corrected")
            },
        )


def _drifts(store: Store, brand: str, since: datetime | None, by: By) -> None:
    found = trends.drifts(store, brand=brand, since=since, by=by)
    st.subheader("Drift by colour")
    st.text(f"{printable(brand)}: CIEDE2000 from its HEX, mean of a day, as the pictures came")
    if not found:
        st.text(f"No colour of {brand} was found in this time.")
        return
    try:
        newest = brands.load(store, brands.versions(store, brand)[0].id)
        hexes = {swatch.name: swatch.hex for swatch in newest.swatches}
    except BrandkitError:
        hexes = {}
    shown = found
    if by == "model":
        swatch = st.selectbox("Colour", sorted({d.swatch for d in found}), key="swatch", width=220)
        shown = tuple(d for d in found if d.swatch == swatch)
    charts.drifts(shown, hexes)
    with st.expander("As a table"):
        st.dataframe(
            [
                {
                    "day": d.day,
                    by: printable(d.name),
                    "colour": printable(d.swatch),
                    "mean": d.mean_de00,
                    "worst": d.worst_de00,
                    "of": d.count,
                }
                for d in reversed(found)
            ],
            column_config={n: st.column_config.NumberColumn(format="%.2f") for n in ("mean", "worst")},
        )


def _failing(store: Store, brand: str | None, since: datetime | None) -> None:
    st.subheader("What fails most")
    st.text("in how many inputs, as they came")
    found = trends.failing(store, brand=brand, since=since)
    if not found:
        st.text("Nothing failed in this time.")
        return
    charts.failing(found)
    with st.expander("As a table"):
        st.dataframe(
            [
                {"check": f.check, "figure": f.metric, "colour": printable(f.swatch or ""), "inputs": f.items}
                for f in found
            ]
        )
