"""One decoded video frame to display-referred sRGB, by what its tags say or, untagged, by convention."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import torch

from brandkit.errors import MediaError
from brandkit.media import planes
from brandkit.media.chroma import SITINGS, Siting, upsample_columns, upsample_rows
from brandkit.media.gamut import PRIMARIES, Primaries, to_srgb_primaries
from brandkit.media.hdr import TRANSFERS, Hdr
from brandkit.media.planes import Planes
from brandkit.media.siting import stated
from brandkit.media.tags import BT709, FULL, LIMITED, RGB, Tags
from brandkit.media.ycbcr import Coding, to_codes, to_rgb

if TYPE_CHECKING:
    from brandkit.media.ycbcr_kernel import Stored

# ITU-T H.273 codes, as libavutil uses them.
MATRICES = {1: "BT.709", 4: "FCC", 5: "BT.601", 6: "BT.601", 7: "SMPTE 240M", 9: "BT.2020"}
_UNSPECIFIED = 2
_BT2020 = 9
# Of what states no matrix: the code of the one that it was taken to have.
_CODES = {"BT.709": 1, "BT.601": 6, "BT.2020": 9}
# Shown as they are by players: BT.709, unspecified, gamma 2.2 and 2.8, BT.601, 240M, xvYCC, sRGB, BT.2020.
_TRANSFERS = {1: "BT.709", 4: "gamma 2.2", 5: "gamma 2.8", 6: "BT.601", 7: "SMPTE 240M",
              11: "xvYCC", 13: "sRGB", 14: "BT.2020", 15: "BT.2020"}  # fmt: skip

_NO_LONGER_HDR = "all of its colour is BT.709 now: it was HDR and is shown as sRGB"
_NO_LONGER_WIDE = "primaries and transfer are BT.709 now: its pixels were converted to sRGB"

# SMPTE and the EBU drew the line between SD and HD here; players follow it for untagged files.
HD_LINES = 720

# Codecs whose standard puts chroma midway (JPEG, MPEG-1); the others put it left.
_CENTRED = frozenset({"mjpeg", "mpeg1video", "h261", "h263", "theora", "vp8", "ffvhuff", "mjpegb"})

# Pixels that are converted at a time. Below 32768 elements torch runs an operation in one thread.
# With more, each of the forty operations ends at a barrier of threads that spin, which gains a
# third on an idle machine (17 against 25 ms for 1920x1080, two cores) and was seen to take a
# hundred times as long on a busy one. FFmpeg's decoder has the other cores.
_CHUNK_PIXELS = 32_000


@dataclass(frozen=True, slots=True)
class Colour:
    """How the frames of a video are to be understood.

    Attributes:
        coding: matrix, range and depth; ``None`` for R'G'B'.
        siting: of chroma, where it is subsampled.
        primaries: a key of ``gamut.PRIMARIES`` to be converted from; ``None`` for those of sRGB.
        hdr: how HDR is brought to sRGB, its primaries included; ``None`` for what is not HDR.
        bits: of a channel, as they are stored.
    """

    coding: Coding | None
    siting: Siting
    primaries: str | None
    hdr: Hdr | None = None
    bits: int = 8


def understand(path: Path, frame: av.VideoFrame, stream: av.VideoStream) -> tuple[Colour, tuple[str, ...]]:
    """Read the tags of the first frame and of the stream that it came from.

    Returns:
        What they mean, and what was assumed where they are silent.

    Raises:
        MediaError: a matrix or layout that is not read.
    """
    try:
        layout = planes.read(frame)
    except MediaError as error:
        raise MediaError(f"{path}: {error}") from None
    notes = []
    silent = "center" if stream.codec_context.name in _CENTRED else "left"
    siting = SITINGS[silent]
    if layout.rgb:
        coding = None
        notes.append(f"{frame.format.name}: R'G'B', no matrix to undo")
    else:
        matrix, said = _matrix(path, frame)
        full, range_said = _range(frame)
        coding = Coding(matrix, full, layout.bits)
        notes += [*said, *range_said]
        if any(plane.shape != layout.colour[0].shape for plane in layout.colour):
            name = stated(stream) or silent
            siting = SITINGS[name]
            notes += [] if name == silent else [f"chroma siting {name}, as the file states"]
    if layout.bits > 8:
        notes.append(f"{layout.bits} bits a channel rounded to 8")
    primaries = PRIMARIES.get(frame.color_primaries)
    hdr = _hdr(frame, primaries)
    if hdr is not None:
        return Colour(coding, siting, None, hdr, layout.bits), (*notes, hdr.note)
    if frame.color_trc != _UNSPECIFIED:
        transfer = _TRANSFERS.get(frame.color_trc, f"code {frame.color_trc}")
        notes.append(f"transfer {transfer}: taken as it is displayed, without a curve, as players do")
    if primaries is not None:
        notes.append(f"primaries {primaries.name} converted to those of sRGB")
    wide = primaries.name if primaries else None
    return Colour(coding, siting, wide, bits=layout.bits), tuple(notes)


def tags_of(frame: av.VideoFrame, colour: Colour) -> Tags:
    """The tags that a copy of the video gets, of which only the numbers of its pixels have changed.

    Matrix and range stay, as they were stated or had to be assumed. Primaries and transfer stay where the
    pixels were taken as they are; where they were converted to sRGB, they are those of BT.709 now. HDR is
    not HDR any more, so all of it is BT.709. R'G'B' has no matrix: what codes it in Y'CbCr takes BT.709,
    limited range.
    """
    if colour.hdr is not None:
        return Tags(bits=colour.bits, changed=(_NO_LONGER_HDR,))
    if colour.primaries is None:
        primaries, transfer = _stated(frame.color_primaries), _stated(frame.color_trc)
        changed: tuple[str, ...] = ()
    else:
        primaries, transfer, changed = BT709, BT709, (_NO_LONGER_WIDE,)
    if colour.coding is None:
        return Tags(primaries=primaries, transfer=transfer, bits=colour.bits, changed=changed)
    matrix = frame.colorspace
    if MATRICES.get(matrix) != colour.coding.matrix:
        matrix = _CODES[colour.coding.matrix]
    return Tags(matrix, colour.coding.full, primaries, transfer, colour.bits, changed)


def _stated(code: int) -> int:
    """A tag, or BT.709's where it says nothing (0 and 3 are reserved)."""
    return BT709 if code in (0, _UNSPECIFIED, 3) else int(code)


def _hdr(frame: av.VideoFrame, primaries: Primaries | None) -> Hdr | None:
    transfer = TRANSFERS.get(frame.color_trc)
    if transfer is None:
        return None
    if frame.color_primaries == _UNSPECIFIED:  # ITU-R BT.2100 has these only
        primaries = PRIMARIES[_BT2020]
    return Hdr(transfer, primaries)


def stored(layout: Planes, colour: Colour) -> Stored | None:
    """A frame as compiled loops take it; ``None`` where it is no Y'CbCr that is shown as it is."""
    plain = colour.primaries is None and colour.hdr is None and layout.alpha is None
    if layout.rgb or len(layout.colour) != 3 or colour.coding is None or not plain:
        return None
    from brandkit.media.ycbcr_kernel import Stored

    y, cb, cr = layout.colour
    return Stored.of((y, cb, cr), layout.scale, colour.siting, colour.coding)


def convert(layout: Planes, colour: Colour, background: tuple[int, int, int], out: torch.Tensor) -> None:
    """Fill ``out`` (``uint8`` ``[3, H, W]``, on any device) with the frame in sRGB, over ``background``."""
    device = out.device
    if device.type == "cpu" and (known := stored(layout, colour)) is not None:
        from brandkit.media import ycbcr_kernel

        ycbcr_kernel.convert(known, out)
        return
    native = [plane.to(device) for plane in layout.colour]
    alpha = layout.alpha.to(device) if layout.alpha is not None else None
    height, width = native[0].shape
    top = 2.0**layout.bits - 1
    plain = colour.primaries is None and colour.hdr is None
    if layout.rgb and layout.bits == 8 and alpha is None and plain:
        for channel, plane in zip(out, native, strict=True):
            channel.copy_(plane)
        return
    step = max(1, _CHUNK_PIXELS // width)
    for first in range(0, height, step):
        rows = slice(first, min(first + step, height))
        if layout.rgb:
            rgb = torch.stack([plane[rows].to(torch.float32) * (255 / top) for plane in native])
        elif len(native) == 1 or colour.coding is None:
            rgb = _grey(native[0][rows], colour, layout.scale)
        else:
            cb, cr = (
                upsample_columns(upsample_rows(plane, height, rows, colour.siting.y), width, colour.siting.x)
                for plane in native[1:]
            )
            y = native[0][rows]
            if layout.scale != 1:
                y = y.to(torch.float32) * layout.scale
                cb, cr = cb * layout.scale, cr * layout.scale
            elif y.dtype == torch.uint16:
                y = y.to(torch.float32)
            rgb = to_rgb(y, cb, cr, colour.coding)
        if colour.hdr is not None:
            rgb = colour.hdr.to_srgb(rgb / 255) * 255
        elif colour.primaries is not None:
            rgb = to_srgb_primaries(rgb, colour.primaries)
        if alpha is not None:
            share = alpha[rows].to(torch.float32) / top
            under = torch.tensor(background, dtype=torch.float32, device=device)[:, None, None]
            rgb = torch.lerp(under.expand_as(rgb), rgb.clamp_(0, 255), share)
        for channel, values in zip(out, rgb, strict=True):
            channel[rows] = to_codes(values)


def _grey(y: torch.Tensor, colour: Colour, scale: float) -> torch.Tensor:
    assert colour.coding is not None  # Y alone is never R'G'B'
    grey = (y.to(torch.float32) * scale - colour.coding.black) * (255 / colour.coding.luma_span)
    return grey.expand(3, *grey.shape).clone()


def _matrix(path: Path, frame: av.VideoFrame) -> tuple[str, list[str]]:
    code = frame.colorspace
    if frame.format.name.startswith("gray"):
        return "BT.709", []
    if code in (_UNSPECIFIED, RGB) and frame.color_trc in TRANSFERS:
        return "BT.2020", ["the file states no colour matrix: BT.2020 assumed, as it is HDR"]
    if code in (_UNSPECIFIED, RGB):
        if frame.height >= HD_LINES:
            why = f"BT.709 assumed, as it is {HD_LINES} lines or more high"
        else:
            why = f"BT.601 assumed, as it is less than {HD_LINES} lines high"
        return why[:6], [f"the file states no colour matrix: {why}"]
    if code not in MATRICES:
        raise MediaError(
            f"{path}: uses colour matrix {code} of ITU-T H.273, which is not read; export it as BT.709"
        )
    return MATRICES[code], [f"matrix {MATRICES[code]}, as the file states"]


def _range(frame: av.VideoFrame) -> tuple[bool, list[str]]:
    if frame.format.name.startswith("yuvj") or frame.color_range == FULL:
        return True, ["full range, as the file states"]
    if frame.color_range == LIMITED:
        return False, ["limited range, as the file states"]
    if frame.format.name.startswith("gray"):
        return True, ["the file states no range: full assumed, as it is greyscale"]
    return False, ["the file states no range: limited assumed"]
