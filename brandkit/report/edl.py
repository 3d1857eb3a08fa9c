"""Markers for DaVinci Resolve as an EDL: Timelines > Import > Timeline Markers from EDL.

Each marker is an event of one frame, and a line of its note, colour, name and length in frames, as Resolve
exports its own. The timeline begins at one hour, as a new one in Resolve does; 29.97 and 59.94 frames a
second count in drop-frame, which the line ``FCM`` says. An EDL has 999 events: of more, the worst are kept.
"""

from __future__ import annotations

from brandkit.gate import Outcome
from brandkit.report import rates
from brandkit.report.run import Run
from brandkit.report.timeline import MARKED, Mark, Timeline, lay_out

SUFFIX = ".edl"

MOST_EVENTS = 999
"""Of three digits (CMX 3600)."""
_COLOURS: dict[Outcome, str] = {"failed": "Red", "error": "Purple", "warned": "Yellow", "waived": "Cyan"}


def render(run: Run) -> str:
    """Every marker of a run, in the order of a timeline of its inputs."""
    timeline = lay_out(run)
    marks = [
        (start + place, length, strip.name, mark)
        for start, frames, strip in zip(timeline.starts, timeline.lengths, timeline.strips, strict=True)
        for mark in strip.marks
        for place, length in (mark.at(strip.rate, timeline.rate, frames),)
    ]
    kept = sorted(
        sorted(marks, key=lambda found: MARKED.index(found[3].outcome))[:MOST_EVENTS], key=lambda f: f[0]
    )
    frame_code = "DROP FRAME" if timeline.rate in rates.DROP else "NON-DROP FRAME"
    lines = ["TITLE: brandkit", f"FCM: {frame_code}", *_remarks(timeline, len(marks) - len(kept)), ""]
    for number, (start, length, name, mark) in enumerate(kept, 1):
        lines += [*_event(number, start, length, timeline, mark, name), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _remarks(timeline: Timeline, left_out: int) -> list[str]:
    """Comments in front of all events: inside of one, Resolve takes them for its note."""
    rate = f"{float(timeline.rate):.5g} frames a second"
    said = [rate, *timeline.remarks]
    if left_out:
        said.append(f"{left_out} more markers are left out: an EDL has {MOST_EVENTS} events")
    return [f"* {_plain(line)}" for line in said]


def _event(
    number: int, start: int, length: int, timeline: Timeline, mark: Mark, name: str
) -> tuple[str, str]:
    first = rates.hour(timeline.rate) + start
    begin, end = (rates.timecode(frame, timeline.rate) for frame in (first, first + 1))
    title = mark.name if len(timeline.strips) == 1 else f"{name}: {mark.name}"
    note = _plain(" / ".join(mark.lines))
    return (
        f"{number:03}  001      V     C        {begin} {end} {begin} {end}  ",
        f"{note} |C:ResolveColor{_COLOURS[mark.outcome]} |M:{_plain(title)} |D:{length}",
    )


def _plain(text: str) -> str:
    """Text that cannot end its field: a bar opens the next one. Resolve garbles what is beyond 16 bits."""
    return "".join(c for c in text.replace("|", "¦") if c <= "\uffff")
