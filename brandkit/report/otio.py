"""OpenTimelineIO: the clips on a track, with markers, for Resolve from 18.5, Premiere from 25.6, Nuke, RV.

Each clip keeps its own frame rate. Resolve reads a marker's text under ``Resolve_OTIO`` only.
"""

from __future__ import annotations

from brandkit.report import rates
from brandkit.report.interchange import COLOURS, otio, span, time
from brandkit.report.marks import Mark
from brandkit.report.run import Run
from brandkit.report.timeline import Strip, lay_out

SUFFIX = ".otio"
MEDIA_TYPE = "application/json"


def render(run: Run) -> str:
    """The run as a timeline of one track."""
    timeline = lay_out(run)
    written = otio.schema.Timeline(
        "brandkit", global_start_time=time(rates.hour(timeline.rate), timeline.rate)
    )
    written.metadata["brandkit"] = {"remarks": list(timeline.remarks)}
    track = otio.schema.Track("brandkit", kind=otio.schema.TrackKind.Video)
    written.tracks.append(track)
    track.extend([_clip(strip) for strip in timeline.strips])
    return str(otio.adapters.write_to_string(written, "otio_json")).rstrip("\n") + "\n"


def _clip(strip: Strip) -> otio.schema.Clip:
    whole = span(strip.begin, strip.frames, strip.rate)
    report = strip.report
    clip = otio.schema.Clip(strip.name, _media(strip, whole), whole)
    clip.metadata["brandkit"] = {"verdict": report.verdict.value, "brand_digest": report.brand.digest}
    clip.markers.extend([_marker(mark, strip) for mark in strip.marks])
    return clip


def _media(
    strip: Strip, whole: otio.opentime.TimeRange
) -> otio.schema.ExternalReference | otio.schema.ImageSequenceReference:
    stills = strip.stills
    if stills is None:
        reference = otio.schema.ExternalReference(strip.url, whole)
        reference.name = strip.name
        return reference
    return otio.schema.ImageSequenceReference(
        target_url_base=f"{strip.path.parent.as_uri()}/",
        name_prefix=stills.prefix,
        name_suffix=stills.suffix,
        start_frame=stills.first,
        rate=float(strip.rate),
        frame_zero_padding=stills.digits,
        available_range=whole,
    )


def _marker(mark: Mark, strip: Strip) -> otio.schema.Marker:
    note = "\n".join(mark.lines)
    marker = otio.schema.Marker(
        mark.name,
        span(strip.begin + mark.start, mark.length, strip.rate),
        COLOURS[mark.outcome],
        {"brandkit": {"outcome": mark.outcome}, "Resolve_OTIO": {"Keywords": [], "Note": note}},
    )
    marker.comment = note
    return marker
