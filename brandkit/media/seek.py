"""Reach a frame of a video by its number: from the key frame before it, instead of from the start.

The packets are read, which is fast, and not decoded: their time stamps in rising order are the frames. From
the last key frame that is shown no later than the wanted frame, decoding gives the same picture as from the
start: of an open group, frames that are shown before their key frame belong to the group before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

_EXACT = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "prores", "ffv1", "mjpeg", "mpeg4", "dnxhd"})
"""Codecs of which a packet of the containers below is a frame, and a key frame needs none before it."""
_CONTAINERS = frozenset({"mov", "matroska"})


def frame(
    container: av.container.InputContainer, stream: av.VideoStream, number: int
) -> av.VideoFrame | None:
    """The frame of a number, from 0.

    Returns:
        ``None`` where this cannot tell: another container or codec, packets without time stamps or with the
        same ones, hidden ones (an edit list), or no such frame.
    """
    import av

    if container.format.name.split(",")[0] not in _CONTAINERS or stream.codec_context.name not in _EXACT:
        return None
    try:
        times, keys = _read(container, stream)
        if times is None or number >= len(times):
            return None
        wanted = times[number]
        start = max((key for key in keys if key <= wanted), default=None)
        return None if start is None else _decoded(container, stream, start, wanted)
    except (av.FFmpegError, EOFError):
        return None


def _decoded(
    container: av.container.InputContainer, stream: av.VideoStream, start: int, wanted: int
) -> av.VideoFrame | None:
    """The frame shown at ``wanted``, decoded from the key frame shown at ``start``."""
    from av.video.frame import PictureType

    container.seek(start, stream=stream, backward=True)
    first, begun = True, False
    for packet in container.demux(stream):
        if first and packet.size:
            if packet.pts is None or packet.pts > start:
                return None  # a file whose index leads elsewhere
            first = False
        for decoded in packet.decode():
            if decoded.pts is None or decoded.pts > wanted:
                return None
            if decoded.pts < start:
                continue
            if not begun and (decoded.pts != start or decoded.pict_type != PictureType.I):
                return None  # refreshed bit by bit: it needs frames before it all the same
            begun = True
            if decoded.pts == wanted:
                return decoded
    return None


def _read(
    container: av.container.InputContainer, stream: av.VideoStream
) -> tuple[list[int] | None, list[int]]:
    """The time stamps of all frames in the order they are shown, and those of key frames."""
    times, keys = [], []
    for packet in container.demux(stream):
        if not packet.size:
            continue
        if packet.pts is None or packet.is_discard or packet.is_corrupt:
            return None, []
        times.append(packet.pts)
        if packet.is_keyframe:
            keys.append(packet.pts)
    if len(set(times)) != len(times):
        return None, []
    return sorted(times), keys
