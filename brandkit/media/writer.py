"""Which writer a clip goes to: its kind and the ending of the target decide."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from brandkit.errors import OutputError
from brandkit.media.clip import Frames, Source
from brandkit.media.written import Codec, Written

STILL_ENDINGS = (
    ".png",
    ".tif",
    ".tiff",
    ".webp",
    ".jpg",
    ".jpeg",
    ".jfif",
    ".avif",
    ".heic",
    ".heif",
    ".hif",
    ".bmp",
)
DEEP_ENDINGS = (".png", ".tif", ".tiff")
"""Of those, the ones that are written with 16 bits a channel where the source has more than 8."""
ANIMATION_ENDINGS = (".png", ".apng", ".webp")
VIDEO_ENDINGS = (".mp4", ".mov", ".mkv")

Form = Literal["still", "animation", "sequence", "video"]


def write_frames(
    path: Path, frames: Iterable[Frames], like: Source, *, codec: Codec, crf: int | None = None
) -> Written:
    """Write ``frames`` in the form of ``like``.

    ======== ==================================================================================
    image    PNG, TIFF, WebP, HEIC or BMP without loss; JPEG and AVIF at quality 95, 4:4:4, which is not exact
    animation APNG (``.png``, ``.apng``) or WebP (``.webp``) without loss, or a video
    sequence numbered PNGs: into a folder, or as a printf pattern says; or a video
    video    ``.mp4``, ``.mov`` or ``.mkv``, as the codec allows (``brandkit.media.codecs``), sound copied
             from the file ``like`` came from
    ======== ==================================================================================

    Raises:
        OutputError: the ending does not fit, or the place cannot be written to.
    """
    form = _form(path, like)
    if form == "still":
        from brandkit.media import still_writer

        return still_writer.write_still(path, frames, like)
    if form == "animation":
        from brandkit.media import animation_writer

        return animation_writer.write_animation(path, frames, like)
    if form == "sequence":
        from brandkit.media import sequence_writer

        return sequence_writer.write_sequence(path, frames, like)
    from brandkit.media import video_writer

    return video_writer.write_video(path, frames, like, codec=codec, crf=crf)


def depth(path: Path, like: Source, codec: Codec) -> int:
    """Bits of a channel in the file that ``write_frames`` makes of frames of ``like`` at that path.

    Raises:
        OutputError: the ending does not fit.
    """
    form = _form(path, like)
    if form == "video":
        from brandkit.media.codecs import CODECS

        return CODECS[codec].depth(like.bits)
    holds_more = form == "sequence" or (form == "still" and path.suffix.lower() in DEEP_ENDINGS)
    return 16 if holds_more and like.bits > 8 else 8


def _form(path: Path, like: Source) -> Form:
    ending = path.suffix.lower()
    if like.kind == "image" and ending in STILL_ENDINGS:
        return "still"
    if like.kind != "image" and ending in VIDEO_ENDINGS:
        return "video"
    if like.kind == "animation" and ending in ANIMATION_ENDINGS:
        return "animation"
    if like.kind == "sequence" and (not ending or path.is_dir() or "%" in path.name):
        return "sequence"
    choices = {
        "image": STILL_ENDINGS,
        "animation": ANIMATION_ENDINGS + VIDEO_ENDINGS,
        "sequence": ("a folder", *VIDEO_ENDINGS),
        "video": VIDEO_ENDINGS,
    }[like.kind]
    given = f"'{ending}'" if ending else "without an ending"
    kind = "numbered stills" if like.kind == "sequence" else f"a clip of kind '{like.kind}'"
    raise OutputError(f"{path}: {given} is not written for {kind}; use {' or '.join(choices)}")
