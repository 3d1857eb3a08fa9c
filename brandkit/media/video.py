"""Video through FFmpeg's demuxers and decoders; the colour is ours (see ``frame_colour``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import torch

from brandkit.errors import MediaError
from brandkit.media import frame_colour, guard, seek
from brandkit.media.clip import Frames, Source
from brandkit.media.coded import CodedFrames, Reading, Rooms
from brandkit.media.decoder import SLACK, Decoder, end_of, start_of, stated
from brandkit.media.demux import opened
from brandkit.media.frame_colour import Colour
from brandkit.media.planes import Planes, read
from brandkit.media.tags import Tags
from brandkit.media.upright import Turn, turn_of

if TYPE_CHECKING:
    from brandkit.media.ycbcr_kernel import Stored

# ISO base media files that are pictures (ISO/IEC 23008-12, MIAF, AVIF).
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class VideoClip:
    """A video file; decoded anew, with a decoder of its own, on each pass."""

    source: Source
    _colour: Colour
    _turn: Turn
    _background: tuple[int, int, int]

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode from the start; see ``Clip.batches``."""
        source = self.source
        planes: list[Planes] = []
        seconds: list[float] = []
        first = 0
        problem: MediaError | None = None
        reading = self._reading(Rooms((size, 3, source.height, source.width), device))
        with _opened(source.path) as (container, stream):
            frames = Decoder(source.path, container, stream)
            while True:
                try:
                    frame = next(frames.decoded, None)
                except MediaError as error:
                    frame, problem = None, error
                if frame is None:
                    break
                planes.append(self._planes(frame))
                seconds.append(frames.seconds_of(frame))
                if len(seconds) == size:
                    yield CodedFrames(planes, reading, first, tuple(seconds))
                    first, planes, seconds = first + size, [], []
        if seconds:
            yield CodedFrames(planes, reading, first, tuple(seconds))
        if problem is not None:
            raise problem

    def index(self) -> seek.Index | None:
        """Which packet is which frame; ``None`` where the file does not say, or where its end is missing."""
        with _opened(self.source.path) as (container, stream):
            found = seek.index(container, stream)
            if found is None or len(found) < stated(container, stream):
                return None
            assert stream.time_base is not None
            start = start_of(container)
            if start is None:
                start = int(found.times[0]) * stream.time_base
            gaps = np.diff(found.times).max(initial=0) * float(stream.time_base)
            end = end_of(container, stream)
            last = float(int(found.times[-1]) * stream.time_base - start)
            cut = not stream.frames and end is not None and last < end - max(SLACK, gaps)
            return None if cut else found

    def run(
        self,
        known: seek.Index,
        first: int,
        stop: int,
        size: int = 8,
        device: torch.device | str = "cpu",
    ) -> Iterator[Frames]:
        """Some of the frames that ``batches`` gives, decoded from the key frame before them.

        Args:
            known: the clip's ``index``.
            first: number of the first frame.
            stop: one more than that of the last.
            size: as for ``batches``.
            device: likewise.

        Raises:
            seek.InexactError: they can only be told by decoding from the start.
        """
        reading = self._reading(Rooms((size, 3, self.source.height, self.source.width), device))
        planes: list[Planes] = []
        seconds: list[float] = []
        for at, frame in self._run(known, first, stop):
            planes.append(self._planes(frame))
            seconds.append(at)
            if len(seconds) == size:
                yield CodedFrames(planes, reading, first, tuple(seconds))
                first, planes, seconds = first + size, [], []
        if seconds:
            yield CodedFrames(planes, reading, first, tuple(seconds))

    def _run(self, known: seek.Index, first: int, stop: int) -> Iterator[tuple[float, av.VideoFrame]]:
        """Frames and when they are shown; those that no leap leads to are reached packet by packet."""
        for leaps in (True, False):
            with _opened(self.source.path) as (container, stream):
                stream.thread_count = 1  # other runs are decoded meanwhile
                try:
                    for frame in seek.frames(container, stream, known, first, stop, leaps=leaps):
                        assert frame.pts is not None and frame.time_base is not None
                        start = start_of(container)
                        if start is None:
                            start = int(known.times[0]) * frame.time_base
                        yield float(frame.pts * frame.time_base - start), frame
                        first += 1
                    return
                except (av.FFmpegError, EOFError) as error:
                    raise seek.InexactError(str(error)) from error
                except seek.InexactError:
                    if not leaps:
                        raise

    def sought(self, number: int) -> torch.Tensor | None:
        """A frame by its number, ``uint8`` ``[3, H, W]``, decoded from the key frame before it.

        Returns:
            The frame; ``None`` where the file does not say which packet is which frame (see ``seek``), so
            that only decoding from the start tells, or the frame is damaged.

        Raises:
            MediaError: it cannot be read.
        """
        with _opened(self.source.path) as (container, stream):
            frame = seek.frame(container, stream, number)
            if frame is None:
                return None
            out = torch.empty((3, self.source.height, self.source.width), dtype=torch.uint8)
            self._convert(self._planes(frame), out)
            return out

    def _planes(self, frame: av.VideoFrame) -> Planes:
        source = self.source
        if self._turn.size(frame.width, frame.height) != (source.width, source.height):
            raise MediaError(
                f"{source.path}: changes its size on the way from {source.width} x {source.height};"
                " split or re-encode it at one size"
            )
        return read(frame)

    def _convert(self, planes: Planes, out: torch.Tensor) -> None:
        if self._turn.none:
            frame_colour.convert(planes, self._colour, self._background, out)
            return
        lying = torch.empty((3, *planes.colour[0].shape), dtype=torch.uint8, device=out.device)
        frame_colour.convert(planes, self._colour, self._background, lying)
        out.copy_(self._turn.apply(lying))

    def _reading(self, rooms: Rooms) -> Reading:
        def stored(planes: Planes) -> Stored | None:
            upright = self._turn.none and rooms.device.type == "cpu"
            return frame_colour.stored(planes, self._colour) if upright else None

        return Reading(self._convert, stored, rooms)


def open_video(path: Path, background: tuple[int, int, int]) -> VideoClip:
    """Open a video and decode its first frame, whose tags say how to read the rest.

    Raises:
        MediaError: not a video, damaged, truncated, or too large.
    """
    with _opened(path) as (container, stream):
        stream.thread_count = 1  # the first frame comes sooner
        guard.refuse_too_large(path, stream.codec_context.width, stream.codec_context.height)
        frame = next(Decoder(path, container, stream).decoded, None)
        if frame is None:
            raise MediaError(f"{path}: holds no picture that can be decoded; export it again")
        colour, notes = frame_colour.understand(path, frame, stream)
        turn = turn_of(frame)
        more = []
        if not turn.none:
            more.append("turned upright as its display matrix says")
        if any(part.is_alpha for part in frame.format.components):
            more.append("transparency laid over #{:02X}{:02X}{:02X}".format(*background))
        if frame.interlaced_frame:
            more.append("interlaced: frames are read as they are, both fields together")
        aspect = stream.sample_aspect_ratio
        if aspect is not None and aspect not in (0, 1):
            more.append(f"pixels are not square ({aspect.numerator}:{aspect.denominator}): read as stored")
        width, height = turn.size(frame.width, frame.height)
        duration = _duration(container, stream)
        source = Source(
            path=path,
            sha256=guard.sha256([path]),
            kind="video",
            width=width,
            height=height,
            frames=stream.frames or None,
            fps=stream.average_rate or stream.guessed_rate,
            duration=duration,
            notes=(*notes, *more),
            bits=colour.bits,
        )
    return VideoClip(source, colour, turn, background)


def tags_of(path: Path) -> Tags:
    """The colour tags that a corrected copy of a video gets; see ``frame_colour.tags_of``.

    Raises:
        MediaError: it cannot be read.
    """
    with _opened(path) as (container, stream):
        stream.thread_count = 1
        frame = next(Decoder(path, container, stream).decoded, None)
        if frame is None:
            raise MediaError(f"{path}: holds no picture that can be decoded; export it again")
        colour, _ = frame_colour.understand(path, frame, stream)
        return frame_colour.tags_of(frame, colour)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[av.container.InputContainer, av.VideoStream]]:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS:
        # FFmpeg would take the tiles of such a picture for a video.
        raise MediaError(f"{path}: is a damaged HEIC or AVIF; export or download it again")
    try:
        container = opened(path)
    except av.FFmpegError as error:
        raise _unreadable(path, head) from error
    except UnicodeError as error:
        raise MediaError(f"{path!r}: its name is not valid text; rename it") from error
    with container:
        cover = av.stream.Disposition.attached_pic
        streams = [s for s in container.streams.video if not s.disposition & cover]
        if not streams:
            raise MediaError(f"{path}: holds no picture, only sound or data; give a picture or a video")
        stream = streams[0]
        if stream.codec_context is None:  # no decoder: an unknown codec, or a damaged name of one
            raise MediaError(f"{path}: its codec is not known; export it as H.264, ProRes or FFV1")
        stream.thread_type = "AUTO"
        yield container, stream


def _unreadable(path: Path, head: bytes) -> MediaError:
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free") or head[:4] == b"\x1a\x45\xdf\xa3":
        return MediaError(
            f"{path}: is a damaged or truncated video, its index cannot be read; export or download it again"
        )
    return MediaError(f"{path}: is neither a picture nor a video that can be read; export it as PNG or MP4")


def _duration(container: av.container.InputContainer, stream: av.VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration is not None else None
