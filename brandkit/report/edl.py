"""Markers for DaVinci Resolve as an EDL: Timelines > Import > Timeline Markers from EDL.

Each marker is an event of one frame, and a line of its note, colour, name and length in frames, as Resolve
exports its own. The timeline begins at one hour, as a new one in Resolve does; 29.97 and 59.94 frames a
second count in drop-frame, which the line ``FCM`` says. An EDL has 999 events: of more, the worst are kept.
"""

from __future__ import annotations

from fractions import Fraction

from brandkit.gate import Outcome
from brandkit.report import rates
from brandkit.report.marks import MARKED
from brandkit.report.run import Run
from brandkit.report.timeline import Placed, Timeline, lay_out, placed

SUFFIX = ".edl"
MEDIA_TYPE = "text/plain"

MOST_EVENTS = 999
"""Of three digits (CMX 3600)."""
_COLOURS: dict[Outcome, str] = {"failed": "Red", "error": "Purple", "warned": "Yellow", "waived": "Cyan"}


def render(run: Run) -> str:
    """Every marker of a run, in the order of a timeline of its inputs."""
    timeline = lay_out(run)
    marks = placed(timeline)
    worst = sorted(marks, key=lambda found: MARKED.index(found.mark.outcome))[:MOST_EVENTS]
    kept = sorted(worst, key=lambda found: found.start)
    frame_code = "DROP FRAME" if timeline.rate in rates.DROP else "NON-DROP FRAME"
    lines = ["TITLE: brandkit", f"FCM: {frame_code}", *_remarks(timeline, len(marks) - len(kept)), ""]
    for number, found in enumerate(kept, 1):
        lines += [*_event(number, found, timeline.rate), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _remarks(timeline: Timeline, left_out: int) -> list[str]:
    """Comments in front of all events: inside of one, Resolve takes them for its note."""
    rate = f"{float(timeline.rate):.5g} frames a second"
    said = [rate, *timeline.remarks]
    if left_out:
        said.append(f"{left_out} more markers are left out: an EDL has {MOST_EVENTS} events")
    return [f"* {_plain(line)}" for line in said]


def _event(number: int, found: Placed, rate: Fraction) -> tuple[str, str]:
    first = rates.hour(rate) + found.start
    begin, end = (rates.timecode(frame, rate) for frame in (first, first + 1))
    note = _plain(" / ".join(found.mark.lines))
    colour = _COLOURS[found.mark.outcome]
    return (
        f"{number:03}  001      V     C        {begin} {end} {begin} {end}  ",
        f"{note} |C:ResolveColor{colour} |M:{_plain(found.name)} |D:{found.length}",
    )


def _plain(text: str) -> str:
    """Text that cannot end its field: a bar opens the next one. Resolve garbles what is beyond 16 bits."""
    return "".join(c for c in text.replace("|", "¦") if c <= "\uffff")
