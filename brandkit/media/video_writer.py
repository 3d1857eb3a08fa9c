"""Frames to H.264 (BT.709, limited range) or FFV1 (lossless RGB), with the source's sound and timing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from brandkit.errors import OutputError
from brandkit.media.atomic import output_error, replacing
from brandkit.media.clip import Frames, Source
from brandkit.media.frame_encoder import to_bgr0, to_yuv
from brandkit.media.sound import Sound, time_base_of
from brandkit.media.written import Codec, Written

FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}

# x264's constant rate factor: 12 is visually lossless; flat colours come back within a code.
CRF = 12
_FALLBACK_FPS = Fraction(25)
# Ticks a second where the source states none: the clock of MPEG, whole at every common rate.
_FALLBACK_BASE = Fraction(1, 90_000)

# ITU-T H.273: BT.709 matrix, primaries and transfer; R'G'B' has matrix 0. Range: 1 limited, 2 full.
_BT709, _RGB, _LIMITED, _FULL = 1, 0, 1, 2


def write_video(path: Path, frames: Iterable[Frames], like: Source, *, codec: Codec) -> Written:
    """Encode ``frames``; time stamps are those of the frames, sound is copied from ``like.path``.

    Raises:
        OutputError: no frame, a codec that the container cannot hold, or the place cannot be written to.
    """
    ending = path.suffix.lower()
    if codec == "ffv1" and ending != ".mkv":
        raise OutputError(f"{path}: FFV1 is written as .mkv only; change the ending or use h264")
    batches = (batch for batch in frames if len(batch))
    first = next(iter(batches), None)
    if first is None:
        raise OutputError(f"{path}: no frame to write; the clip is empty")
    height, width = first.pixels.shape[-2:]
    layout = "bgr0" if codec == "ffv1" else "yuv420p" if height % 2 == 0 == width % 2 else "yuv444p"
    with replacing(path) as temporary, Sound(like) as sound:
        try:
            with av.open(f"file:{temporary}", "w", format=FORMATS[ending]) as container:
                stream = _add_stream(container, codec, layout, like)
                stream.codec_context.width, stream.codec_context.height = width, height
                sound.add_to(container)
                encoder = _Encoder(container, stream, sound, layout, like)
                encoder.encode(first)
                for batch in batches:
                    encoder.encode(batch)
                encoder.finish()
        except av.FFmpegError as error:
            raise output_error(path, OSError(error.errno, error.strerror)) from error
    return Written(path, (*_notes(codec, layout), *sound.notes))


def _add_stream(
    container: av.container.OutputContainer, codec: Codec, layout: str, like: Source
) -> av.VideoStream:
    options = {"crf": str(CRF)} if codec == "h264" else {"level": "3", "slicecrc": "1", "g": "1"}
    name = "libx264" if codec == "h264" else "ffv1"
    stream = container.add_stream(name, rate=like.fps or _FALLBACK_FPS, options=options)
    assert isinstance(stream, av.VideoStream)
    context = stream.codec_context
    context.pix_fmt = layout
    context.time_base = stream.time_base = time_base_of(like) or _FALLBACK_BASE
    context.colorspace = _RGB if layout == "bgr0" else _BT709
    context.color_range = _FULL if layout == "bgr0" else _LIMITED
    context.color_primaries = context.color_trc = _BT709
    context.thread_type = "AUTO"
    return stream


@dataclass(slots=True)
class _Encoder:
    """Feeds one stream, frame by frame, and the sound that belongs before each."""

    container: av.container.OutputContainer
    stream: av.VideoStream
    sound: Sound
    layout: str
    like: Source
    _last: int | None = None
    _gap: int = 0
    _first_pts: int = 0
    _first_dts: int | None = None
    _held: av.Packet[av.VideoStream] | None = None

    def encode(self, batch: Frames) -> None:
        base = self.stream.codec_context.time_base
        for pixels, seconds in zip(batch.pixels, batch.seconds, strict=True):
            frame = to_bgr0(pixels) if self.layout == "bgr0" else to_yuv(pixels, self.layout)
            frame.color_primaries = frame.color_trc = _BT709
            frame.colorspace = _RGB if self.layout == "bgr0" else _BT709
            frame.color_range = _FULL if self.layout == "bgr0" else _LIMITED
            at = round(Fraction(seconds) / base)
            if self._last is not None:
                at = max(at, self._last + 1)  # two frames on one tick would be refused
                self._gap = at - self._last
            else:
                self._first_pts = at
            frame.pts, frame.time_base = at, base
            self._last = at
            self.container.mux(list(self.sound.until(seconds)))
            self._mux(self.stream.encode(frame))

    def finish(self) -> None:
        self._mux(self.stream.encode(None))
        self._end_track()
        for packet in self.sound.until(None):
            self.container.mux(packet)

    def _mux(self, packets: list[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            if self._held is not None:
                self.container.mux(self._held)
            elif self._first_dts is None:
                self._first_dts = packet.dts
            if packet.pts == self._last:
                packet.duration = self._last_duration()
            self._held = packet  # until it is known whether it is the last one

    def _end_track(self) -> None:
        """Say how long all of it lasts: the one duration that no later time stamp gives."""
        packet = self._held
        if packet is None:
            return
        if self.container.format.name in ("mp4", "mov") and packet.dts is not None:
            # Their track is as long as its decoding steps, whatever frame is decoded last.
            end = (self._last or 0) + self._last_duration() - self._first_pts
            packet.duration = max(1, end - (packet.dts - (self._first_dts or 0)))
        self.container.mux(packet)

    def _last_duration(self) -> int:
        base = self.stream.codec_context.time_base
        if self.like.duration is not None and self._last is not None:
            rest = round(Fraction(self.like.duration) / base) - self._last
            if 0 < rest <= 2 * self._gap:  # longer: the sound goes on after the picture
                return rest
        return self._gap or round(1 / (self.like.fps or _FALLBACK_FPS) / base)


def _notes(codec: Codec, layout: str) -> Iterator[str]:
    if codec == "ffv1":
        yield "picture encoded again as FFV1, R'G'B' 8 bits, without loss"
        return
    sampling = "4:2:0" if layout == "yuv420p" else "4:4:4, as its size is odd, which not every player shows"
    yield f"picture encoded again as H.264 (x264, CRF {CRF}), 8 bits, BT.709, limited range, {sampling}"
