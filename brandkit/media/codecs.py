"""The codecs that video is written in, one entry each with all that differs between them.

A new codec is a name in ``written.Codec`` and an entry in ``CODECS``. This module only holds data: it
loads neither FFmpeg nor torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from brandkit.errors import OutputError
from brandkit.media.written import Codec

Sampling = Literal["4:2:0", "4:2:2", "4:4:4", "R'G'B'"]

# ITU-T H.273, matrix coefficients.
_BT709, _BT601_625, _BT601_525, _BT2020 = 1, 5, 6, 9
_EVERY_MATRIX = (1, 4, 5, 6, 7, 9)


@dataclass(frozen=True, slots=True)
class Crf:
    """The constant rate factor of x264 and x265: 0 is the least loss, ``worst`` the most.

    Attributes:
        default: what is written where none is asked for.
        worst: the greatest that the encoder takes.
    """

    default: int
    worst: int = 51


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """One way to store the picture of a video.

    Attributes:
        name: what ``--codec`` takes.
        title: what a person calls it.
        encoder: FFmpeg's name of the encoder.
        endings: of the files that may hold it, the usual one first.
        sampling: of chroma; at odd sizes 4:2:0 becomes 4:4:4.
        bits: depths of a channel: the least for sources of 8 bits, the greatest for deeper ones.
        options: of the encoder.
        crf: its constant rate factor, ``None`` where it has none.
        lossless: whether all that is stored comes back as it was.
        full_range: whether it can say that its range is full.
        matrices: H.273 codes of the matrices that its decoders are told of.
        tag: four characters by which players know it, where FFmpeg's own choice is not the common one.
        smallest: width and height that the encoder takes at least.
        even_width: whether the encoder loses the last columns of an odd width (FFmpeg's of ProRes 422).
    """

    name: Codec
    title: str
    encoder: str
    endings: tuple[str, ...]
    sampling: Sampling
    bits: tuple[int, ...]
    options: tuple[tuple[str, str], ...] = ()
    crf: Crf | None = None
    lossless: bool = False
    full_range: bool = True
    matrices: tuple[int, ...] = _EVERY_MATRIX
    tag: str | None = None
    smallest: tuple[int, int] = (1, 1)
    even_width: bool = False

    def depth(self, bits: int) -> int:
        """Bits a channel that a source of ``bits`` is stored in."""
        return max(self.bits) if bits > min(self.bits) else min(self.bits)

    def matrix(self, code: int) -> int:
        """The H.273 code that a source's matrix is stored with: its own where that can be said."""
        if code in self.matrices:
            return code
        same = {_BT601_625: _BT601_525}.get(code, _BT709)
        return same if same in self.matrices else _BT709

    def ending(self, own: str) -> str:
        """The ending of a result: ``own``, that of the source, where it may hold this codec."""
        return own if own in self.endings else self.endings[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the numbers of a frame lie: subsampling and depth."""

    sampling: Sampling
    bits: int

    @property
    def rgb(self) -> bool:
        """Whether it is R'G'B'."""
        return self.sampling == "R'G'B'"

    @property
    def pixel_format(self) -> str:
        """FFmpeg's name.

        >>> Layout("4:2:2", 10).pixel_format, Layout("R'G'B'", 8).pixel_format
        ('yuv422p10le', 'bgr0')
        """
        if self.rgb:
            return "bgr0" if self.bits == 8 else f"gbrp{self.bits}le"
        digits = self.sampling.replace(":", "")
        return f"yuv{digits}p" if self.bits == 8 else f"yuv{digits}p{self.bits}le"


_ISO_AND_MATROSKA = (".mp4", ".mov", ".mkv")
# 12 is visually lossless, and flat colours come back as they were stored or within one code.
_QUALITY = Crf(12)

_ENTRIES = (
    VideoCodec(
        "h264", "H.264 (x264)", "libx264", _ISO_AND_MATROSKA, "4:2:0", bits=(8, 10), crf=_QUALITY
    ),
    VideoCodec(
        "h264-rgb", "H.264 R'G'B' (x264)", "libx264rgb", _ISO_AND_MATROSKA, "R'G'B'", bits=(8,),
        options=(("qp", "0"),), lossless=True,
    ),
    # 10 bits hold every HEX, and what plays HEVC plays Main 10.
    VideoCodec(
        "h265", "H.265 (x265)", "libx265", _ISO_AND_MATROSKA, "4:2:0", bits=(10,), crf=_QUALITY,
        options=(("x265-params", "log-level=error"),), tag="hvc1", smallest=(16, 16),
    ),
    # ProRes and DNxHR are limited range by their makers' documents, whatever a container says, and
    # decoders are told of few matrices (DNxHR's header knows BT.709 and BT.2020; FFmpeg reads BT.709).
    VideoCodec(
        "prores", "ProRes 422 HQ", "prores_ks", (".mov",), "4:2:2", bits=(10,),
        options=(("profile", "hq"), ("vendor", "apl0")), full_range=False,
        matrices=(_BT709, _BT601_525, _BT2020), even_width=True,
    ),
    VideoCodec(
        "prores-4444", "ProRes 4444", "prores_ks", (".mov",), "4:4:4", bits=(10,),
        options=(("profile", "4444"), ("vendor", "apl0")), full_range=False,
        matrices=(_BT709, _BT601_525, _BT2020),
    ),
    VideoCodec(
        "dnxhr", "DNxHR HQX", "dnxhd", (".mov",), "4:2:2", bits=(10,), options=(("profile", "dnxhr_hqx"),),
        full_range=False, matrices=(_BT709,), smallest=(256, 120),
    ),
    VideoCodec(
        "dnxhr-444", "DNxHR 444", "dnxhd", (".mov",), "4:4:4", bits=(10,),
        options=(("profile", "dnxhr_444"),), full_range=False, matrices=(_BT709,), smallest=(256, 120),
    ),
    VideoCodec(
        "ffv1", "FFV1", "ffv1", (".mkv",), "R'G'B'", bits=(8, 10),
        options=(("level", "3"), ("slicecrc", "1"), ("g", "1")), lossless=True,
    ),
)  # fmt: skip

CODECS: dict[Codec, VideoCodec] = {entry.name: entry for entry in _ENTRIES}
"""Every codec by its name."""


def find_codec(name: str) -> Codec:
    """The codec of that name. Raises ``OutputError`` where there is none."""
    for known in get_args(Codec):
        if name == known:
            return CODECS[known].name
    raise OutputError(f"'{name}' is not a codec; use one of {', '.join(CODECS)}")


def quality(codec: Codec, crf: int | None) -> int | None:
    """The constant rate factor to encode with: ``crf``, or the codec's own.

    Raises:
        OutputError: the codec has none, or ``crf`` is beyond what it takes.
    """
    takes = CODECS[codec].crf
    if takes is None:
        if crf is None:
            return None
        having = ", ".join(name for name, entry in CODECS.items() if entry.crf is not None)
        what = "is lossless" if CODECS[codec].lossless else "has a fixed quality"
        raise OutputError(f"{codec} {what} and takes no CRF; leave it out, or use one of {having}")
    if crf is None:
        return takes.default
    if not 0 <= crf <= takes.worst:
        raise OutputError(f"CRF {crf} is not one that {codec} takes; give 0 (least loss) to {takes.worst}")
    return crf


def layout_of(codec: Codec, bits: int, width: int, height: int) -> Layout:
    """How frames of that size, from a source of ``bits`` a channel, are stored."""
    entry = CODECS[codec]
    sampling = entry.sampling
    if sampling == "4:2:0" and (width % 2 or height % 2):
        sampling = "4:4:4"
    return Layout(sampling, entry.depth(bits))


def refuse_unfit(path: Path, codec: Codec, width: int, height: int) -> None:
    """Raise ``OutputError`` where a file of that ending, or frames of that size, cannot hold the codec."""
    entry = CODECS[codec]
    if path.suffix.lower() not in entry.endings:
        raise OutputError(
            f"{path}: {entry.title} is written as {' or '.join(entry.endings)} only; change the ending"
            " or use another codec, such as h264"
        )
    if width < entry.smallest[0] or height < entry.smallest[1]:
        raise OutputError(
            f"{path}: {width} x {height} pixels are fewer than {entry.title} takes"
            f" ({entry.smallest[0]} x {entry.smallest[1]}); use another codec, such as ffv1"
        )
    if entry.even_width and width % 2:
        raise OutputError(
            f"{path}: {entry.title} needs an even width, this is {width} pixels; use prores-4444 or ffv1"
        )
