"""What a writer hands back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Codec = Literal["h264", "ffv1"]
"""``h264``: plays everywhere, holds most colours to within a code or two; ``ffv1``: lossless RGB."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file (or a folder of numbered stills) that was written.

    Attributes:
        path: where it is.
        notes: how it was encoded and what was left out, one sentence each.
    """

    path: Path
    notes: tuple[str, ...] = ()
