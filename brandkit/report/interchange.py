"""What the formats that OpenTimelineIO writes share; only they load it."""

from __future__ import annotations

from fractions import Fraction

from brandkit.errors import OutputError
from brandkit.gate import Outcome

try:
    import opentimelineio as otio
except ImportError:
    raise OutputError(
        "OpenTimelineIO, which writes this format, is not installed; "
        "install it with: pip install 'brandkit[handover]'"
    ) from None

__all__ = ["COLOURS", "otio", "span", "time"]

COLOURS: dict[Outcome, str] = {"failed": "RED", "error": "PURPLE", "warned": "YELLOW", "waived": "CYAN"}
"""Names that OpenTimelineIO and Resolve share."""


def time(frame: int, rate: Fraction) -> otio.opentime.RationalTime:
    """A frame's time."""
    return otio.opentime.RationalTime(frame, float(rate))


def span(start: int, length: int, rate: Fraction) -> otio.opentime.TimeRange:
    """Frames from ``start`` on."""
    return otio.opentime.TimeRange(time(start, rate), time(length, rate))
