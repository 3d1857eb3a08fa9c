"""Vectors that were computed once, by the picture's content and the encoder's id."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import numpy as np

from brandkit.errors import OutputError
from brandkit.media.atomic import replacing
from brandkit.style.encoder import F32

VARIABLE = "BRANDKIT_CACHE"
"""Environment variable that names another folder."""
_UNIT = 1e-3
"""How far a stored vector's length may be from 1: beyond, the file is damaged."""


def folder() -> Path:
    """Where vectors are kept: ``BRANDKIT_CACHE``, or the platform's folder for what can be made anew."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("brandkit", appauthor=False))


def load(encoder: str, key: str, size: int) -> F32 | None:
    """A vector of ``size`` numbers; ``None`` where there is none, or what is there is damaged."""
    try:
        vector = np.load(_place(encoder, key), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if vector.shape != (size,) or vector.dtype != np.float32:
        return None
    return vector if abs(float(np.linalg.norm(vector)) - 1) < _UNIT else None


def save(encoder: str, key: str, vector: F32) -> None:
    """Keep a vector; where no folder can be written, it will be computed again."""
    with suppress(OutputError), replacing(_place(encoder, key)) as temporary:
        np.save(temporary, vector, allow_pickle=False)


def _place(encoder: str, key: str) -> Path:
    slug = re.sub(r"[^A-Za-z0-9._@-]+", "-", encoder)
    return folder() / "embeddings" / slug / f"{key}.npy"
