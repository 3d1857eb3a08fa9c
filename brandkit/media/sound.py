"""The sound of the source, copied packet by packet beside the new picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from types import TracebackType
from typing import Self

import av

from brandkit.media.clip import Source
from brandkit.media.demux import opened


class Sound:
    """Audio streams of a video file, read along with the picture so that nothing piles up.

    Attributes:
        notes: what was copied and what was left out, one sentence each.
    """

    def __init__(self, source: Source) -> None:
        """Open the file that ``source`` came from; a clip that is not a video has no sound."""
        self.notes: list[str] = []
        self._source = source
        self._input = _open(source)
        self._outputs: dict[int, av.AudioStream] = {}
        self._packets: Iterator[av.Packet[av.stream.Stream]] = iter(())
        self._next: av.Packet[av.stream.Stream] | None = None
        self._start = Fraction(0)

    def __enter__(self) -> Self:
        """Nothing to do: it is open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the source."""
        if self._input is not None:
            self._input.close()

    def add_to(self, container: av.container.OutputContainer) -> None:
        """Add a stream to ``container`` for each audio stream that it can hold."""
        if self._input is None:
            if self._source.kind == "video":
                self.notes.append("sound left out: the source cannot be read again")
            return
        for stream in self._input.streams.audio:
            codec = stream.codec_context.codec.canonical_name
            if codec not in container.supported_codecs:
                self.notes.append(f"sound left out: {container.format.name} cannot hold {codec}; use .mkv")
                continue
            self._outputs[stream.index] = container.add_stream_from_template(stream)
        if self._outputs:
            self.notes.append("sound copied as it was")
        others = [s for s in self._input.streams if s.type in ("subtitle", "data", "attachment")]
        if others:
            self.notes.append(f"{len(others)} streams that are neither picture nor sound left out")
        if self._input.start_time is not None:
            self._start = Fraction(self._input.start_time, av.time_base)
        if self._outputs:
            wanted = [stream for stream in self._input.streams.audio if stream.index in self._outputs]
            self._packets = self._input.demux(wanted)
            self._next = next(self._packets, None)

    def until(self, seconds: float | None) -> Iterator[av.Packet[av.stream.Stream]]:
        """The packets that start by ``seconds`` and have not been given yet; ``None`` for all."""
        while (packet := self._next) is not None:
            base = packet.time_base
            if packet.dts is not None and base is not None:
                shift = round(self._start / base)
                if seconds is not None and (packet.dts - shift) * base > seconds:
                    return
                packet.dts -= shift
                if packet.pts is not None:
                    packet.pts -= shift
                packet.stream = self._outputs[packet.stream_index]
                yield packet
            try:
                self._next = next(self._packets, None)
            except av.FFmpegError as error:
                self.notes.append(f"sound cut short: the source is damaged ({error.strerror})")
                self._next = None


def time_base_of(source: Source) -> Fraction | None:
    """The clock of the source's picture, in seconds a tick."""
    container = _open(source)
    if container is None:
        return None
    with container:
        streams = container.streams.video
        return streams[0].time_base if streams else None


def _open(source: Source) -> av.container.InputContainer | None:
    if source.kind != "video":
        return None
    try:
        return opened(source.path)
    except (av.FFmpegError, OSError):
        return None
