"""Charts of trends: labelled where the lines end, told apart by more than colour.

The colours are those of Okabe and Ito (2008), which colour-blind readers tell apart; a swatch's own colour is
only ever a line's colour, with its name at the end of the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import streamlit as st

from brandkit.report.words import printable
from brandkit.store.trends import Drift, Failing, Rate

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A7A")
_CAME, _CORRECTED = "as they came", "once corrected"
_HEIGHT = 230
_LABEL = 0.075
"""Height of a line's name, as a share of the axis."""
_MOST_LABELLED = 12
_DASHES = {_CAME: [1, 0], _CORRECTED: [5, 4]}


def pass_rates(found: Sequence[Rate]) -> None:
    """The share that passed, a day: as they came as a line, once corrected dashed."""
    rows = [
        {
            "day": r.day.isoformat(),
            "name": printable(r.name),
            "share": share / r.judged,
            "passed": said,
            "judged": r.judged,
        }
        for r in found
        for said, share in ((_CAME, r.passed), (_CORRECTED, r.corrected))
    ]
    names = list(dict.fromkeys(printable(r.name) for r in found))
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=_days([r.day for r in found]),
        y=alt.Y("share:Q", title="passed", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color(
            "name:N",
            scale=alt.Scale(domain=names, range=[OKABE_ITO[k % len(OKABE_ITO)] for k in range(len(names))]),
            legend=None if len(names) <= _MOST_LABELLED else alt.Legend(title=None, orient="bottom"),
        ),
        detail="passed:N",
        tooltip=["day:T", "name:N", "passed:N", alt.Tooltip("share:Q", format=".1%"), "judged:Q"],
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash(
            "passed:N",
            scale=alt.Scale(domain=list(_DASHES), range=list(_DASHES.values())),
            legend=alt.Legend(title=None, orient="top", symbolStrokeWidth=2),
        )
    )
    points = base.mark_point(size=36, filled=True, opacity=1).encode(
        shape=alt.Shape("passed:N", scale=alt.Scale(range=["circle", "diamond"]), legend=None)
    )
    _draw(
        alt.layer(lines, points, *_ends(base, "share", "name", rows, ("name", "passed"))), "Pass rate by day"
    )


def drifts(found: Sequence[Drift], hexes: Mapping[str, str]) -> None:
    """The mean drift a day: of each swatch in its colour, or of one by model, named at the line's end."""
    swatches = list(dict.fromkeys(d.swatch for d in found))
    names = list(dict.fromkeys(d.name for d in found))
    several = len(names) > 1
    rows = [
        {
            "day": d.day.isoformat(),
            "line": printable(d.name if several else d.swatch),
            "mean": d.mean_de00,
            "worst": d.worst_de00,
            "of": d.count,
        }
        for d in found
    ]
    lines = names if several else swatches
    colours = [
        OKABE_ITO[k % len(OKABE_ITO)] if several else hexes.get(name, OKABE_ITO[-1])
        for k, name in enumerate(lines)
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=_days([d.day for d in found]),
        y=alt.Y("mean:Q", title="CIEDE2000", scale=alt.Scale(zero=True)),
        color=alt.Color(
            "line:N", scale=alt.Scale(domain=[printable(name) for name in lines], range=colours), legend=None
        ),
        detail="line:N",
        tooltip=[
            "day:T",
            "line:N",
            alt.Tooltip("mean:Q", format=".2f"),
            alt.Tooltip("worst:Q", format=".2f"),
            "of:Q",
        ],
    )
    # A grey edge keeps a colour that is near the page's own visible.
    edge = base.mark_line(strokeWidth=4).encode(color=alt.value("#808080"))
    drawn = base.mark_line(strokeWidth=2.2)
    points = base.mark_point(size=46, filled=True, opacity=1, stroke="#808080", strokeWidth=1)
    _draw(alt.layer(edge, drawn, points, *_ends(base, "mean", "line", rows, ("line",))), "Drift by day")


def failing(found: Sequence[Failing]) -> None:
    """What fails most, as bars with their number."""
    rows = [
        {
            "what": printable(f"{f.check}: {f.metric}" + (f" of {f.swatch}" if f.swatch else "")),
            "inputs": f.items,
        }
        for f in found
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("inputs:Q", title=None, axis=None),
        y=alt.Y("what:N", title=None, sort=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False)),
        tooltip=["what:N", "inputs:Q"],
    )
    bars = base.mark_bar(color=OKABE_ITO[0], height={"band": 0.6})
    numbers = base.mark_text(align="left", dx=5).encode(text="inputs:Q", color=alt.value("#808080"))
    _draw(alt.layer(bars, numbers).properties(height=max(60, 28 * len(rows))), "What fails most")


def _days(days: Sequence[object]) -> alt.X:
    """The axis of days: a single one is a point in the middle, not a line without length."""
    if len(set(days)) == 1:
        return alt.X("yearmonthdate(day):O", title=None, axis=alt.Axis(format="%d %b %Y", labelAngle=0))
    return alt.X("day:T", title=None, axis=alt.Axis(format="%d %b", tickCount="day", labelOverlap=True))


def _ends(
    base: alt.Chart, value: str, label: str, rows: Sequence[Mapping[str, object]], by: Sequence[str]
) -> list[alt.Chart]:
    """The name of each line where it ends."""
    lines = {tuple(row[key] for key in by[:1]): row for row in rows}
    if len(lines) > _MOST_LABELLED:
        return []
    last = sorted(lines.values(), key=lambda row: float(str(row[value])))
    places = _apart([float(str(row[value])) for row in last], max(float(str(row[value])) for row in rows))
    ends = [
        {"day": row["day"], label: row[label], value: place} for row, place in zip(last, places, strict=True)
    ]
    text = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_text(align="left", dx=8, fontSize=12, limit=170)
        .encode(x=base.encoding.x, y=base.encoding.y, text=f"{label}:N", color=alt.value("#808080"))
    )
    return [text]


def _apart(values: Sequence[float], top: float) -> list[float]:
    """Rising values moved apart, so that the names beside them can be read."""
    gap, places = _LABEL * top, list[float]()
    for value in values:
        places.append(max(value, places[-1] + gap) if places else value)
    return places


def _draw(chart: alt.LayerChart | alt.FacetChart, label: str) -> None:
    height = {} if chart.height is not alt.Undefined else {"height": _HEIGHT}
    shown = chart.properties(**height, padding={"right": 110, "left": 5, "top": 5, "bottom": 5})
    st.altair_chart(shown.properties(description=label), theme="streamlit")
