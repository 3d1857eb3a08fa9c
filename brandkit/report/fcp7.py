"""Final Cut Pro 7 XML (xmeml), which Premiere and Resolve import: a sequence of the clips, with its markers.

The markers are the sequence's, where every editor shows them. Premiere alone reads their colours here. The
format knows no numbered stills: the first one stands for them.
"""

from __future__ import annotations

import re
from fractions import Fraction

from brandkit.errors import OutputError
from brandkit.gate import Outcome
from brandkit.report import rates
from brandkit.report.interchange import COLOURS, otio, span, time
from brandkit.report.run import Run
from brandkit.report.timeline import Placed, Strip, Timeline, lay_out, placed

SUFFIX = ".fcp7.xml"
MEDIA_TYPE = "application/xml"

_ADAPTER = "fcp_xml"
_PREMIERE: dict[Outcome, str] = {
    "failed": "4281740498",
    "error": "4289825711",
    "warned": "4281049552",
    "waived": "4292277273",
}
"""``pproColor`` as Premiere exports its red, violet, yellow and cyan: bytes of alpha, blue, green, red."""

_TWO_DASHES = re.compile("-(?=-)")
"""What an XML comment cannot hold."""


def render(run: Run) -> str:
    """The run as a sequence, whose rate is that of its first clip that moves.

    Raises:
        OutputError: OpenTimelineIO's adapter of this format is not installed.
    """
    if _ADAPTER not in otio.adapters.available_adapter_names():
        raise OutputError("this format needs otio-fcp-adapter; pip install 'brandkit[handover]'")
    timeline = lay_out(run)
    rate = timeline.rate
    written = otio.schema.Timeline("brandkit", global_start_time=time(rates.hour(rate), rate))
    written.metadata[_ADAPTER] = {
        "media": {"video": {"format": _picture(*timeline.size)}},
        "timecode": {"displayformat": "DF" if rate in rates.DROP else "NDF"},
    }
    track = otio.schema.Track("brandkit", kind=otio.schema.TrackKind.Video)
    written.tracks.append(track)
    track.extend(
        [
            _clip(strip, frames, timeline)
            for strip, frames in zip(timeline.strips, timeline.lengths, strict=True)
        ]
    )
    written.tracks.markers.extend([_marker(found, rate) for found in placed(timeline)])
    text = str(otio.adapters.write_to_string(written, _ADAPTER))
    said = "".join(f"<!-- {_TWO_DASHES.sub('- ', remark)} -->\n" for remark in timeline.remarks)
    return text.rstrip("\n") + "\n" + said


def _picture(width: int, height: int) -> dict[str, dict[str, str]]:
    """Without the shape of its pixels, Premiere takes them for narrower than they are high."""
    shape = {"anamorphic": "FALSE", "pixelaspectratio": "square", "fielddominance": "none"}
    return {"samplecharacteristics": {"width": str(width), "height": str(height), **shape}}


def _clip(strip: Strip, frames: int, timeline: Timeline) -> otio.schema.Clip:
    # Premiere writes, and so surely reads, the name of the machine.
    url = strip.url.replace("file:///", "file://localhost/", 1)
    reference = otio.schema.ExternalReference(url, span(strip.begin, strip.frames, strip.rate))
    reference.name = strip.name
    reference.metadata[_ADAPTER] = {
        "media": {"video": _picture(strip.width, strip.height)},
        "timecode": {"displayformat": "DF" if strip.drop else "NDF"},
    }
    begin = time(strip.begin, strip.rate).rescaled_to(float(timeline.rate))
    shown = otio.opentime.TimeRange(begin, time(frames, timeline.rate))
    return otio.schema.Clip(strip.name, reference, shown)


def _marker(found: Placed, rate: Fraction) -> otio.schema.Marker:
    mark = found.mark
    told = {"comment": "\n".join(mark.lines), "pproColor": _PREMIERE[mark.outcome]}
    where = span(found.start, found.length, rate)
    return otio.schema.Marker(found.name, where, COLOURS[mark.outcome], {_ADAPTER: told})
