"""The brand's approved and rejected pictures as an encoder sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from brandkit import media
from brandkit.brand_references import Role, digest, matching
from brandkit.errors import MediaError, StyleError
from brandkit.media.inputs import PICTURE_ENDINGS
from brandkit.style import cache
from brandkit.style.encoder import F32, OPEN_CLIP, Encoder, load
from brandkit.style.thumbnail import Thumbnail, duplicates
from brandkit.swatch import rgb8

if TYPE_CHECKING:
    import torch

    from brandkit.brand import Brand

BATCH = 16
"""Pictures that are decoded before they are encoded together."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that shows something of a brand.

    Attributes:
        path: where it lies.
        sha256: of its bytes.
    """

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures of one role.

    Attributes:
        pictures: each once, whatever the number of files that hold it.
        vectors: of each, ``[N, D]``, of unit length.
        encoder: id of the encoder.
        repeated: pairs of places that hold one picture, each with the first one that it repeats.
    """

    pictures: tuple[Shown, ...]
    vectors: F32
    encoder: str
    repeated: tuple[tuple[int, int], ...] = ()

    @property
    def basis(self) -> str:
        """What a likeness to these pictures rests on."""
        return f"{self.encoder} {digest(picture.sha256 for picture in self.pictures)}"

    @property
    def looks(self) -> F32:
        """The vectors without repetitions, ``[M, D]``: a picture that was saved twice is one look."""
        return np.delete(self.vectors, [place for _, place in self.repeated], axis=0)


def encoder_of(brand: Brand, device: str = "cpu") -> Encoder:
    """The encoder that a brand asks for; ``builtin`` where it leaves that open.

    Raises:
        StyleError: it cannot be loaded; no other one is taken in its place.
    """
    name = brand.style.encoder
    if name.startswith(f"{OPEN_CLIP}."):
        name = f"{OPEN_CLIP}{(home(brand) / name.removeprefix(OPEN_CLIP)).absolute()}"
    return load(name, device)


def home(brand: Brand) -> Path:
    """The folder that a brand's paths are relative to."""
    return brand.path.parent if brand.path is not None else Path()


def pictures(brand: Brand, role: Role) -> tuple[Shown, ...]:
    """The pictures of a role: those that the brand file names, then those of its list, each once.

    Raises:
        StyleError: one is missing, or is no longer the one that was added to the list.
    """
    patterns = brand.style.references if role == "reference" else brand.style.counter_references
    found = {shown.sha256: shown for shown in _matching(brand, patterns)}
    for listed in brand.ledger.pictures(role):
        path = brand.ledger_path.parent / listed.file
        if listed.sha256 not in found:
            if sha256(path) != listed.sha256:
                raise StyleError(
                    f"{path}: is not the picture that {brand.ledger_path.name} lists; put that one back, "
                    "or run 'brandkit brand references remove'"
                )
            found[listed.sha256] = Shown(path, listed.sha256)
    return tuple(found.values())


def gallery(brand: Brand, role: Role, encoder: Encoder) -> Gallery:
    """A brand's pictures of a role, encoded; what was encoded before is taken from the cache.

    Raises:
        StyleError: a picture is missing or was changed.
        MediaError: one cannot be read.
    """
    shown, background = pictures(brand, role), rgb8(brand.background)
    vectors, tiny = (encode(shown, by, background) for by in (encoder, Thumbnail()))
    return Gallery(shown, vectors, encoder.id, tuple(duplicates(tiny)))


def encode(shown: Sequence[Shown], encoder: Encoder, background: tuple[int, int, int]) -> F32:
    """Vectors of pictures, ``[N, D]``; those that are not in the cache are computed, and kept there.

    Args:
        shown: the pictures.
        encoder: which one to ask.
        background: sRGB, 0 to 255, under transparent pixels.
    """
    keys = [f"{picture.sha256}-{bytes(background).hex()}" for picture in shown]
    found = [cache.load(encoder.id, key, encoder.size) for key in keys]
    missing = [place for place, vector in enumerate(found) if vector is None]
    for first in range(0, len(missing), BATCH):
        places = missing[first : first + BATCH]
        new = encoder.encode([pixels(shown[place].path, background) for place in places])
        for place, vector in zip(places, new, strict=True):
            found[place] = vector
            cache.save(encoder.id, keys[place], vector)
    kept = [vector for vector in found if vector is not None]
    return np.stack(kept) if kept else np.empty((0, encoder.size), np.float32)


def pixels(path: Path, background: tuple[int, int, int]) -> torch.Tensor:
    """A still as ``uint8`` ``[3, H, W]``.

    Raises:
        MediaError: it cannot be read, or moves.
    """
    clip = media.open(path, background=background)
    if clip.source.kind != "image":
        raise MediaError(f"{path}: is no still picture; give a frame of it")
    return next(iter(clip.batches(1))).pixels[0]


def sha256(path: Path) -> str:
    """Of a file's bytes, as hexadecimal; raises ``StyleError`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StyleError(f"{path}: the reference cannot be read ({error.strerror}); put it back") from error


def _matching(brand: Brand, patterns: Iterable[str]) -> Iterable[Shown]:
    for pattern in patterns:
        paths = matching(home(brand), pattern)
        if not (home(brand) / pattern).is_file():
            paths = [path for path in paths if path.suffix.lower() in PICTURE_ENDINGS]
        if not paths:
            raise StyleError(f"{brand.path or brand.name}: style: '{pattern}' matches no picture")
        yield from (Shown(path, sha256(path)) for path in paths)
