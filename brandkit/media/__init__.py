"""Pictures, animations, numbered stills and video: in as ``Clip``, out through ``write``.

What is in memory already is a clip as ``InMemory``.

Importing this package is light: torch, av and Pillow are loaded by the first call that needs them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.media.clip import Clip, Frames, Source
from brandkit.media.in_memory import InMemory
from brandkit.media.inputs import find
from brandkit.media.written import Codec, Written

if TYPE_CHECKING:
    from brandkit.media.ycbcr import RGB8

__all__ = ["Clip", "Codec", "Frames", "InMemory", "Source", "Written", "find", "held_colour", "open", "write"]

WHITE = (255, 255, 255)


def open(path: str | Path, *, background: tuple[int, int, int] = WHITE) -> Clip:
    """Open a picture, an animation, numbered stills (``shot_%04d.png``) or a video, whatever its ending.

    Args:
        path: one file, or a printf pattern of numbered stills.
        background: sRGB 0 to 255, what shows through transparent pixels.

    Raises:
        MediaError: it cannot be read, is damaged, too large, or neither a picture nor a video.
    """
    from brandkit.media import reader

    return reader.open_clip(Path(path), background)


def write(
    path: str | Path,
    frames: Iterable[Frames],
    like: Source,
    *,
    codec: Codec = "h264",
    crf: int | None = None,
) -> Written:
    """Write frames as what ``like`` is (picture, animation, numbered stills, video); the ending decides how.

    Nothing appears under ``path`` before all of it is written. See ``brandkit.media.writer.write_frames``.

    Args:
        path: of the file, or the folder of numbered stills.
        frames: sRGB.
        like: what they came from.
        codec: of a video; see ``brandkit.media.codecs`` for what each holds.
        crf: of a video, the constant rate factor of codecs that have one; ``None`` for the codec's own.

    Raises:
        OutputError: the place cannot be written to, or ending, codec and ``crf`` do not go together.
    """
    from brandkit.media import writer

    return writer.write_frames(Path(path), frames, like, codec=codec, crf=crf)


def held_colour(rgb8: RGB8, codec: Codec = "h264") -> RGB8:
    """The colour that a viewer gets back when a flat ``rgb8`` is written with ``codec`` (0 to 255 each).

    Of a source of 8 bits in BT.709, limited range; ``brandkit.media.held`` knows other sources.

    >>> held_colour((200, 30, 60)), held_colour((200, 30, 60), "ffv1")
    ((200, 31, 60), (200, 30, 60))
    """
    from brandkit.media import held

    return held.held_colour(rgb8, codec)
