"""How a video is to be encoded: from the codec asked for and the tags of its source."""

from __future__ import annotations

from dataclasses import dataclass

from brandkit.errors import MediaError
from brandkit.media import video
from brandkit.media.clip import Source
from brandkit.media.codecs import CODECS, Layout, VideoCodec, layout_of, quality
from brandkit.media.frame_colour import MATRICES
from brandkit.media.tags import BT709, RGB, Tags
from brandkit.media.written import Codec
from brandkit.media.ycbcr import Coding


@dataclass(frozen=True, slots=True)
class Plan:
    """What the encoder is told.

    Attributes:
        codec: its entry.
        layout: subsampling and depth.
        tags: what the stream will say of its colours.
        crf: constant rate factor, ``None`` where the codec has none.
        notes: how it is encoded and what of the source's colour is not kept, one sentence each.
    """

    codec: VideoCodec
    layout: Layout
    tags: Tags
    crf: int | None
    notes: tuple[str, ...]

    @property
    def coding(self) -> Coding | None:
        """What the stored numbers mean; ``None`` for R'G'B'."""
        if self.layout.rgb:
            return None
        return Coding(MATRICES[self.tags.matrix], self.tags.full, self.layout.bits)


def plan(codec: Codec, crf: int | None, like: Source, width: int, height: int) -> Plan:
    """Decide how frames of that size, which came from ``like``, are encoded with ``codec``.

    The pixels are sRGB, which a display shows as it shows BT.709. Y'CbCr takes the matrix and the range of
    the source where the codec can say them, and those of BT.709, limited range, where it cannot or where
    the source is no video. Primaries and transfer are the source's where its pixels were taken as they
    are, and BT.709's where they were converted (see ``frame_colour.tags_of``).

    Raises:
        OutputError: ``crf`` is not one that the codec takes.
    """
    entry = CODECS[codec]
    chosen = quality(codec, crf)
    source = _tags_of(like)
    layout = layout_of(codec, source.bits, width, height)
    if layout.rgb:
        matrix, full = RGB, True
    else:
        matrix, full = entry.matrix(source.matrix), source.full and entry.full_range
    tags = Tags(matrix, full, source.primaries, source.transfer, layout.bits)
    notes = [f"picture encoded again as {_manner(entry, layout, tags, chosen)}", *source.changed]
    if not layout.rgb and MATRICES[matrix] != MATRICES[source.matrix]:
        notes.append(
            f"the source's matrix {MATRICES[source.matrix]} is not kept: {entry.title} has no tag for it"
        )
    if not layout.rgb and source.full and not full:
        notes.append(f"the source's full range is not kept: {entry.title} is limited range")
    if layout.bits < source.bits > 8 and layout.bits == 8:
        notes.append(f"the source's {source.bits} bits a channel became 8: {entry.title} has no more")
    return Plan(entry, layout, tags, chosen, tuple(notes))


def _tags_of(like: Source) -> Tags:
    """Of a video its own; BT.709 for everything else, and for a file that is not there any more."""
    if like.kind == "video" and like.path.is_file():
        try:
            return video.tags_of(like.path)
        except MediaError:
            pass  # the picture is in hand: what it was tagged with is not worth failing for
    return Tags(bits=like.bits)


def _manner(entry: VideoCodec, layout: Layout, tags: Tags, crf: int | None) -> str:
    """Codec, quality and colour in a few words."""
    rate = f" CRF {crf}" if crf is not None else ""
    name = f"{entry.title[:-1]},{rate})" if rate and entry.title.endswith(")") else entry.title + rate
    depth = f"{layout.bits} bits"
    if layout.rgb:
        return f"{name}, R'G'B' {depth}, without loss" if entry.lossless else f"{name}, R'G'B' {depth}"
    sampling = str(layout.sampling)
    if sampling != entry.sampling:
        sampling += ", as its size is odd, which not every player shows"
    parts = (name, depth, MATRICES[tags.matrix], f"{'full' if tags.full else 'limited'} range", sampling)
    other = tags.primaries != BT709 or tags.transfer != BT709
    kept = (
        f", primaries {tags.primaries} and transfer {tags.transfer} of ITU-T H.273 as before" if other else ""
    )
    return ", ".join(parts) + kept
