"""Frames to a video file by one of ``codecs.CODECS``, with the source's sound, timing and colour tags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import torch

from brandkit.errors import OutputError
from brandkit.media import codecs
from brandkit.media.atomic import output_error, replacing
from brandkit.media.clip import Frames, Source
from brandkit.media.encode_plan import Plan, plan
from brandkit.media.frame_encoder import to_frame
from brandkit.media.sound import Sound, time_base_of
from brandkit.media.written import Codec, Encoded, Written

FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}

# Clips of one or two frames: none of them can be decoded before another one that is shown first.
_NEVER_REORDERED = 2
_FALLBACK_FPS = Fraction(25)
# Ticks a second where the source states none: the clock of MPEG, whole at every common rate.
_FALLBACK_BASE = Fraction(1, 90_000)


def write_video(
    path: Path, frames: Iterable[Frames], like: Source, *, codec: Codec, crf: int | None = None
) -> Written:
    """Encode ``frames``; time stamps are those of the frames, sound is copied from ``like.path``.

    Args:
        path: whose ending is one of the codec's.
        frames: sRGB.
        like: what they came from; of a video its colour tags are kept as ``encode_plan.plan`` says.
        codec: a name of ``codecs.CODECS``.
        crf: constant rate factor, ``None`` for the codec's own.

    Raises:
        OutputError: no frame, a container, size or rate factor that does not go with the codec, or the
            place cannot be written to.
    """
    batches = (batch for batch in frames if len(batch))
    first = next(iter(batches), None)
    if first is None:
        raise OutputError(f"{path}: no frame to write; the clip is empty")
    height, width = first.pixels.shape[-2:]
    codecs.refuse_unfit(path, codec, width, height)
    how = plan(codec, crf, like, width, height)
    with replacing(path) as temporary, Sound(like) as sound:
        try:
            with av.open(f"file:{temporary}", "w", format=FORMATS[path.suffix.lower()]) as container:
                stream = _add_stream(container, how, like)
                stream.codec_context.width, stream.codec_context.height = width, height
                sound.add_to(container)
                encoder = _Encoder(container, stream, sound, how, like)
                encoder.encode(first)
                for batch in batches:
                    encoder.encode(batch)
                encoder.finish()
        except av.FFmpegError as error:
            raise output_error(path, OSError(error.errno, error.strerror)) from error
    notes = how.notes
    if how.layout.bits > 8 and first.deep is None:
        notes += (f"its {how.layout.bits} bits hold colours that were corrected in 8",)
    return Written(path, (*notes, *sound.notes), Encoded(codec, how.coding))


def _add_stream(container: av.container.OutputContainer, how: Plan, like: Source) -> av.VideoStream:
    entry = how.codec
    options = dict(entry.options)
    if how.crf is not None:
        options["crf"] = str(how.crf)
    stream = container.add_stream(entry.encoder, rate=like.fps or _FALLBACK_FPS, options=options)
    assert isinstance(stream, av.VideoStream)
    context = stream.codec_context
    context.pix_fmt = how.layout.pixel_format
    context.time_base = stream.time_base = time_base_of(like) or _FALLBACK_BASE
    context.colorspace, context.color_range = how.tags.matrix, how.tags.range
    context.color_primaries, context.color_trc = how.tags.primaries, how.tags.transfer
    if entry.tag is not None and container.format.name in ("mp4", "mov"):
        context.codec_tag = entry.tag
    context.thread_type = "AUTO"
    return stream


@dataclass(slots=True)
class _Encoder:
    """Feeds one stream, frame by frame, and the sound that belongs before each."""

    container: av.container.OutputContainer
    stream: av.VideoStream
    sound: Sound
    how: Plan
    like: Source
    _count: int = 0
    _last: int | None = None
    _gap: int = 0
    _first_pts: int = 0
    _first_dts: int | None = None
    _held: av.Packet[av.VideoStream] | None = None

    def encode(self, batch: Frames) -> None:
        base = self.stream.codec_context.time_base
        exact = batch.deep if batch.deep is not None else [None] * len(batch)
        for pixels, deep, seconds in zip(batch.pixels, exact, batch.seconds, strict=True):
            frame = self._frame(pixels, deep)
            at = round(Fraction(seconds) / base)
            if self._last is not None:
                at = max(at, self._last + 1)  # two frames on one tick would be refused
                self._gap = at - self._last
            else:
                self._first_pts = at
            frame.pts, frame.time_base = at, base
            self._count += 1
            self._last = at
            self.container.mux(list(self.sound.until(seconds)))
            self._mux(self.stream.encode(frame))

    def _frame(self, pixels: torch.Tensor, deep: torch.Tensor | None) -> av.VideoFrame:
        frame = to_frame(pixels, deep, self.how.layout, self.how.coding)
        tags = self.how.tags
        frame.colorspace, frame.color_range = tags.matrix, tags.range
        frame.color_primaries, frame.color_trc = tags.primaries, tags.transfer
        return frame

    def finish(self) -> None:
        self._mux(self.stream.encode(None))
        self._end_track()
        for packet in self.sound.until(None):
            self.container.mux(packet)

    def _mux(self, packets: list[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            if self._count <= _NEVER_REORDERED:  # x265 leaves their decoding time to chance
                packet.dts = packet.pts
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
