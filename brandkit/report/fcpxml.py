"""FCPXML 1.10 for Final Cut Pro 10.6 and later: a project of the clips, with markers on them.

OpenTimelineIO's adapter for this format (otio-fcpx-xml-adapter 1.0) loses what a marker says and its colour,
and leaves the frame rate empty where it has no ffprobe; so it is written here, and the adapter only reads it
back in the tests.
A marker of what failed or is to be looked at is a to-do item, red until somebody ticks it; what was waived is
ticked already. The format knows no numbered stills: the first one stands for them.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as ET

from brandkit.gate import Outcome
from brandkit.report import rates
from brandkit.report.marks import Mark
from brandkit.report.run import Run
from brandkit.report.timeline import Strip, Timeline, lay_out

SUFFIX = ".fcpxml"
MEDIA_TYPE = "application/xml"

VERSION = "1.10"
_STILL = "FFVideoFormatRateUndefined"
"""What Final Cut Pro calls the format of a picture."""
_DONE: dict[Outcome, str] = {"failed": "0", "error": "0", "warned": "0", "waived": "1"}
_CONFORMED = {rate: f"{float(rate):.2f}".removesuffix(".00") for rate in rates.STANDARD}
"""The names that ``conform-rate`` has for rates."""


def render(run: Run) -> str:
    """The run as a project, whose rate is that of its first clip that moves."""
    timeline = lay_out(run)
    root = ET.Element("fcpxml", version=VERSION)
    resources = ET.SubElement(root, "resources")
    library = ET.SubElement(root, "library")
    event = ET.SubElement(library, "event", name="brandkit")
    project = ET.SubElement(event, "project", name="brandkit")
    total = sum(timeline.lengths)
    sequence = ET.SubElement(
        project,
        "sequence",
        format="r0",
        duration=_seconds(total, timeline.rate),
        tcStart="0s",
        tcFormat="DF" if timeline.rate in rates.DROP else "NDF",
    )
    if timeline.remarks:
        ET.SubElement(sequence, "note").text = "\n".join(timeline.remarks)
    spine = ET.SubElement(sequence, "spine")
    width, height = timeline.size
    _format(resources, "r0", timeline.rate, width, height)
    for number, (start, frames, strip) in enumerate(
        zip(timeline.starts, timeline.lengths, timeline.strips, strict=True), 1
    ):
        _asset(resources, number, strip)
        spine.append(_clip(number, start, frames, strip, timeline))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{text}\n'


def _format(resources: ET.Element, name: str, rate: Fraction | None, width: int, height: int) -> None:
    timing: dict[str, str] = {"name": _STILL} if rate is None else {"frameDuration": _seconds(1, rate)}
    ET.SubElement(resources, "format", {"id": name, **timing, "width": str(width), "height": str(height)})


def _asset(resources: ET.Element, number: int, strip: Strip) -> None:
    rate = None if strip.still else strip.rate
    _format(resources, f"r{number}f", rate, strip.width, strip.height)
    asset = ET.SubElement(
        resources,
        "asset",
        id=f"r{number}",
        name=strip.name,
        start=_seconds(strip.begin, strip.rate),
        duration="0s" if strip.still else _seconds(strip.frames, strip.rate),
        hasVideo="1",
        format=f"r{number}f",
        videoSources="1",
    )
    ET.SubElement(asset, "media-rep", kind="original-media", src=strip.url)


def _clip(number: int, start: int, frames: int, strip: Strip, timeline: Timeline) -> ET.Element:
    clip = ET.Element(
        "video" if strip.still else "asset-clip",  # as Final Cut Pro itself writes them
        ref=f"r{number}",
        name=strip.name,
        offset=_seconds(start, timeline.rate),
        start=_seconds(strip.begin, strip.rate),
        duration=_seconds(frames, timeline.rate),
    )
    if strip.rate != timeline.rate and strip.rate in _CONFORMED:
        ET.SubElement(clip, "conform-rate", srcFrameRate=_CONFORMED[strip.rate])
    clip.extend([_marker(mark, strip) for mark in strip.marks])
    return clip


def _marker(mark: Mark, strip: Strip) -> ET.Element:
    return ET.Element(
        "marker",
        start=_seconds(strip.begin + mark.start, strip.rate),
        duration=_seconds(mark.length, strip.rate),
        value=mark.name,
        completed=_DONE[mark.outcome],
        note="\n".join(mark.lines),
    )


def _seconds(frames: int, rate: Fraction) -> str:
    """Frames as a time of FCPXML: a fraction of seconds.

    >>> _seconds(12, Fraction(30000, 1001)), _seconds(50, Fraction(25))
    ('1001/2500s', '2s')
    """
    return f"{frames / rate}s"
