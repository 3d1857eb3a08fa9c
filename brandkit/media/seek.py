"""Reach frames of a video by their numbers: from the key frame before them, instead of from the start.

The packets are read, which is fast, and not decoded: their time stamps in rising order are the frames. From
the last key frame that is shown no later than the wanted frame, decoding gives the same picture as from the
start: of an open group, frames that are shown before their key frame belong to the group before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import av
    import numpy.typing as npt

    Times = npt.NDArray[np.int64]

_EXACT = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "prores", "ffv1", "mjpeg", "mpeg4", "dnxhd"})
"""Codecs of which a packet of the containers below is a frame, and a key frame needs none before it."""
_CONTAINERS = frozenset({"mov", "matroska"})


class InexactError(Exception):
    """A file does not lead to where its packets say: only decoding from the start tells its frames."""


@dataclass(frozen=True, slots=True)
class Index:
    """The frames of a video by when they are shown, in units of its stream.

    Attributes:
        times: of all frames, rising.
        keys: those of key frames, rising.
    """

    times: Times = field(repr=False)
    keys: Times = field(repr=False)

    def __len__(self) -> int:
        return len(self.times)


def index(container: av.container.InputContainer, stream: av.VideoStream) -> Index | None:
    """Read all packets.

    Returns:
        ``None`` where they do not tell which of them is which frame: another container or codec, packets
        without time stamps or with the same ones, hidden ones (an edit list), damaged ones, or frames that
        are shown before the first key frame, which a decoder may leave out.
    """
    import av

    if container.format.name.split(",")[0] not in _CONTAINERS or stream.codec_context.name not in _EXACT:
        return None
    times, keys = [], []
    try:
        for packet in container.demux(stream):
            if not packet.size:
                continue
            if packet.pts is None or packet.is_discard or packet.is_corrupt:
                return None
            times.append(packet.pts)
            if packet.is_keyframe:
                keys.append(packet.pts)
    except (av.FFmpegError, EOFError):
        return None
    if not keys or len(set(times)) != len(times) or min(times) != min(keys):
        return None
    return Index(np.array(sorted(times), np.int64), np.array(sorted(keys), np.int64))


def frame(
    container: av.container.InputContainer, stream: av.VideoStream, number: int
) -> av.VideoFrame | None:
    """The frame of a number, from 0.

    Returns:
        ``None`` where this cannot tell, see ``index``, and where there is no such frame.
    """
    import av

    found = index(container, stream)
    if found is None or number >= len(found):
        return None
    try:
        return next(frames(container, stream, found, number, number + 1, leaps=True))
    except (av.FFmpegError, EOFError, InexactError):
        return None


def frames(
    container: av.container.InputContainer,
    stream: av.VideoStream,
    known: Index,
    first: int,
    stop: int,
    *,
    leaps: bool,
) -> Iterator[av.VideoFrame]:
    """The frames from ``first`` up to, and without, ``stop``, in the order they are shown.

    Args:
        container: just opened, or at its end.
        stream: of it.
        known: the index of it.
        first: number of a frame, from 0.
        stop: likewise, no less.
        leaps: whether to let the container's own index lead to the key frame. Without, all packets before
            are read, which is as sure as it is slow.

    Raises:
        InexactError: these are not the frames that were asked for.
    """
    from av.video.frame import PictureType

    if first >= stop:
        return
    start = int(known.keys[bisect_right(known.keys, known.times[first]) - 1])
    number = bisect_left(known.times, start)
    begun = False
    for packet in _packets(container, stream, start, leaps=leaps):
        for decoded in packet.decode():
            if decoded.pts is None or decoded.is_corrupt:
                raise InexactError("a frame is damaged, or does not say when it is shown")
            if decoded.pts < start:
                continue
            if not begun and decoded.pict_type != PictureType.I:
                raise InexactError("refreshed bit by bit: it needs frames before it all the same")
            begun = True
            if decoded.pts != known.times[number]:
                raise InexactError("other frames come than were announced")
            if number >= first:
                yield decoded
            number += 1
            if number == stop:
                return
    raise InexactError("fewer frames come than were announced")


def _packets(
    container: av.container.InputContainer, stream: av.VideoStream, start: int, *, leaps: bool
) -> Iterator[av.Packet[av.VideoStream]]:
    """The packets from that of the key frame on which is shown at ``start``."""
    if leaps:
        container.seek(start, stream=stream, backward=True)
    reached = False
    for packet in container.demux(stream):
        if not reached and packet.size:
            if leaps and (packet.pts is None or packet.pts > start):
                raise InexactError("the container's index leads elsewhere")
            reached = packet.pts == start
        if reached:
            yield packet
