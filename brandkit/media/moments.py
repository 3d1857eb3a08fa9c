"""When the frames of a video are shown, and which timecode the first one has."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from brandkit.media.demux import opened

_MOST_PACKETS = 2_000_000
"""Nine hours at 60 frames a second: what a list of numbers may take."""


def uneven(path: Path, rate: Fraction) -> tuple[Fraction, ...] | None:
    """Presentation time of each frame, in seconds from the first, of a video of variable frame rate.

    The packets are read, which is fast, and not decoded.

    Args:
        path: of the video.
        rate: its mean frame rate, in Hz.

    Returns:
        ``None`` where each frame is shown within half of its duration of where an even pace would have it,
        and where the file cannot tell: it is gone, damaged, or has packets without time stamps.
    """
    import av

    try:
        with opened(path) as container:
            stream = container.streams.video[0]
            base = stream.time_base
            times: list[int] = []
            for packet in container.demux(stream):
                if not packet.size or packet.is_discard:
                    continue
                if packet.pts is None or len(times) == _MOST_PACKETS:
                    return None
                times.append(packet.pts)
    except (av.FFmpegError, EOFError, IndexError, OSError, UnicodeError):
        return None
    if not times or base is None:
        return None
    times.sort()
    seconds = tuple((time - times[0]) * base for time in times)
    half = 1 / (2 * rate)
    even = all(abs(moment - number / rate) <= half for number, moment in enumerate(seconds))
    return None if even else seconds


def timecode(path: Path) -> str | None:
    """The SMPTE timecode of the first frame as the file states it, such as ``10:00:00;00``; else ``None``."""
    import av

    try:
        with opened(path) as container:
            stated = [container.metadata, *(stream.metadata for stream in container.streams)]
            said = ((key.lower(), value) for metadata in stated for key, value in metadata.items())
            return next((value for key, value in said if key == "timecode"), None)
    except (av.FFmpegError, EOFError, OSError, UnicodeError):
        return None
