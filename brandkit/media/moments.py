"""When the frames of a video are shown, where that is not at an even pace."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

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

    from brandkit.media.video import CONTAINERS

    try:
        options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
        with av.open(f"file:{path}", "r", container_options=options) as container:
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
