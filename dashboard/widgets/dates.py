"""Days as the person who looks at the page has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st


def zone() -> ZoneInfo:
    """Where the browser is."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def midnight(day: object, days: int = 0) -> datetime | None:
    """The beginning of a day where the person is, or of one some days later; ``None`` for no day."""
    if not isinstance(day, date):
        return None
    return datetime.combine(day + timedelta(days=days), time(), zone()).astimezone(UTC)
