"""What a writer hands back, and the names of the codecs that video is written in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from brandkit.media.ycbcr import Coding

Codec = Literal["h264", "h264-rgb", "h265", "prores", "prores-4444", "dnxhr", "dnxhr-444", "ffv1"]
"""See ``brandkit.media.codecs`` for what each is and holds."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """How the picture of a video was stored.

    Attributes:
        codec: its name.
        coding: matrix, range and depth; ``None`` for R'G'B'.
    """

    codec: Codec
    coding: Coding | None


@dataclass(frozen=True, slots=True)
class Written:
    """A file (or a folder of numbered stills) that was written.

    Attributes:
        path: where it is.
        notes: how it was encoded and what was left out, one sentence each.
        video: of a video, how its picture is stored.
    """

    path: Path
    notes: tuple[str, ...] = ()
    video: Encoded | None = None
