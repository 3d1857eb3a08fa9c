"""One pass over a video's frames, and the account of whether all of them came."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from brandkit.errors import MediaError

SLACK = 1.0
"""How many seconds sooner than stated the last frame may start: its own duration, which Matroska need not
state. Where frames are farther apart, as slides are, as much as the farthest."""


class Decoder:
    """Frames of one pass, and the account of whether all of them came."""

    def __init__(self, path: Path, container: av.container.InputContainer, stream: av.VideoStream) -> None:
        self._path = path
        self._container = container
        self._stream = stream
        self._count = 0
        self._last = Fraction(-1)
        self._slack = SLACK
        self._start = start_of(container)
        self.decoded = self._frames()

    def seconds_of(self, frame: av.VideoFrame) -> float:
        """Presentation time, counted from the start of the file (of its sound, if that is sooner)."""
        if frame.pts is None or frame.time_base is None:
            rate = self._stream.average_rate or self._stream.guessed_rate or Fraction(25)
            at = self._last + 1 / rate if self._last >= 0 else Fraction(0)
        else:
            at = frame.pts * frame.time_base
            if self._start is None:
                self._start = at
            at -= self._start
        if self._last >= 0:
            self._slack = max(self._slack, float(at - self._last))
        self._last = at
        return float(at)

    def _frames(self) -> Iterator[av.VideoFrame]:
        expected = stated(self._container, self._stream)
        packets = 0
        cut = False
        demuxed = self._container.demux(self._stream)
        while True:
            try:
                packet = next(demuxed, None)
                if packet is None:
                    break
                packets += bool(packet.size)
                cut |= packet.is_corrupt
                decoded = packet.decode()
            except av.FFmpegError as error:
                if cut:
                    break
                raise MediaError(
                    f"{self._path}: is damaged after frame {self._count} ({error.strerror});"
                    " export or download it again"
                ) from error
            for frame in decoded:
                assert isinstance(frame, av.VideoFrame)
                if frame.is_corrupt:
                    raise MediaError(
                        f"{self._path}: frame {self._count} is damaged; export or download it again"
                    )
                self._count += 1
                yield frame
        self._refuse_short(expected, packets, cut)

    def _refuse_short(self, stated: int, packets: int, cut: bool) -> None:
        end = end_of(self._container, self._stream)
        if not stated and end is not None and self._last >= 0 and float(self._last) < end - self._slack:
            raise MediaError(
                f"{self._path}: truncated: {float(self._last):.2f} of {end:.2f} seconds could be read;"
                " export or download it again"
            )
        if cut or packets < stated:
            raise MediaError(
                f"{self._path}: truncated: {self._count} of {stated or 'an unknown number of'} frames"
                " could be read; export or download it again"
            )


def stated(container: av.container.InputContainer, stream: av.VideoStream) -> int:
    """How many packets there are to be; 0 where the container does not say."""
    stated = stream.frames
    if stated and container.format.name.startswith("mov") and len(stream.index_entries):
        # An edit list hides samples of the count; the index holds those that are to be read.
        stated = min(stated, len(stream.index_entries))
    return stated


def start_of(container: av.container.InputContainer) -> Fraction | None:
    """When the file starts, its sound included, in seconds; ``None`` where it does not say."""
    return None if container.start_time is None else Fraction(container.start_time, av.time_base)


def end_of(container: av.container.InputContainer, stream: av.VideoStream) -> float | None:
    """Seconds from the start of the file to that of its end, as Matroska may state; its clock starts at 0."""
    end = _seconds(stream.metadata.get("DURATION", ""))
    return None if end is None else end - float(start_of(container) or 0)


def _seconds(clock: str) -> float | None:
    """Matroska's ``DURATION`` tag, ``00:01:02.500000000``, in seconds."""
    try:
        hours, minutes, seconds = clock.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return None
