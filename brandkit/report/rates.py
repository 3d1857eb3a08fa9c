"""Frame rates and timecode of editors, who know few of either."""

from __future__ import annotations

import re
from fractions import Fraction

STANDARD = tuple(
    Fraction(rate, divisor)
    for rate, divisor in (
        *((24_000, 1001), (24, 1), (25, 1), (30_000, 1001), (30, 1)),
        *((48_000, 1001), (48, 1), (50, 1), (60_000, 1001), (60, 1)),
    )
)
"""Rates, in Hz, that SMPTE ST 12-1 and ST 12-3 have a timecode for and that every editor has."""
DROP = frozenset({Fraction(30_000, 1001), Fraction(60_000, 1001)})
"""Rates whose timecode leaves numbers out, so that it keeps to the clock (SMPTE ST 12-1, 5.2.2)."""

_TIMECODE = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;])(\d{2})", re.ASCII)
_ROUNDED = Fraction(1, 4000)
"""How far a stated rate may be from a standard one that it stands for: 29.97 is 30000/1001, 24 is not
24000/1001, a thousandth away."""


def exact(rate: Fraction) -> Fraction:
    """The standard rate that a stated one stands for, or itself.

    >>> exact(Fraction("23.98")), exact(Fraction(12))
    (Fraction(24000, 1001), Fraction(12, 1))
    """
    near = min(STANDARD, key=lambda one: abs(one - rate))
    return near if abs(near / rate - 1) <= _ROUNDED else rate


def standard(rate: Fraction) -> Fraction:
    """The rate of a timeline for a clip: its own, or the least standard one that has a frame for each of it.

    >>> standard(Fraction(12)), standard(Fraction("29.83"))
    (Fraction(24, 1), Fraction(30000, 1001))
    """
    own = exact(rate)
    whole = next((one for one in STANDARD if (one / own).denominator == 1), None)
    return whole or min(STANDARD, key=lambda one: abs(one - own))


def nominal(rate: Fraction) -> int:
    """How many frames a second of timecode counts: 30 of 29.97."""
    return round(rate)


def timecode(frame: int, rate: Fraction) -> str:
    """The SMPTE timecode of a frame: ``01:00:00:00``, or ``01:00:00;00`` of drop-frame.

    Drop-frame leaves out the first two numbers (of 60 frames a second, four) of each minute but every tenth.

    Args:
        frame: counted from midnight; from 24 hours on it begins anew.
        rate: one of ``STANDARD``, in Hz.

    >>> timecode(1800, Fraction(30000, 1001)), timecode(1800, Fraction(30))
    ('00:01:00;02', '00:01:00:00')
    """
    whole = nominal(rate)
    if rate in DROP:
        dropped = whole // 15
        minute, ten = whole * 60 - dropped, whole * 600 - 9 * dropped
        tens, rest = divmod(frame, ten)
        frame += 9 * dropped * tens + dropped * max(0, (rest - dropped) // minute)
    seconds, frames = divmod(frame, whole)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    mark = ";" if rate in DROP else ":"
    return f"{hours % 24:02}:{minutes:02}:{seconds:02}{mark}{frames:02}"


def frame_at(code: str, rate: Fraction) -> int | None:
    """The frame of a timecode, counted from midnight; ``None`` where the text is none of that rate.

    >>> frame_at("01:00:00;00", Fraction(30000, 1001)), frame_at("00:00:01:25", Fraction(25))
    (107892, None)
    """
    match = _TIMECODE.fullmatch(code)
    if match is None:
        return None
    hours, minutes, seconds, frames = (int(match[k]) for k in (1, 2, 3, 5))
    whole = nominal(rate)
    if minutes > 59 or seconds > 59 or frames >= whole:
        return None
    minutes += 60 * hours
    dropped = (whole // 15) * (minutes - minutes // 10) if match[4] == ";" else 0
    return (60 * minutes + seconds) * whole + frames - dropped


def hour(rate: Fraction) -> int:
    """The frame whose timecode is one hour, where timelines of editors begin.

    >>> timecode(hour(Fraction(60000, 1001)), Fraction(60000, 1001))
    '01:00:00;00'
    """
    whole = nominal(rate)
    return whole * 3600 - (54 * (whole // 15) if rate in DROP else 0)
