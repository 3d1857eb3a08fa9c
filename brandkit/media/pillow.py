"""Pillow behind one door: which formats it may open, and its many errors as one."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from brandkit.errors import MediaError
from brandkit.media import heif
from brandkit.media.guard import MAX_PIXELS, refuse_too_large

# Not in the list on purpose: MPEG (would take a video's first bytes for a picture), EPS (runs
# Ghostscript), formats without a signature.
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "AVIF")


@contextmanager
def opened(path: Path) -> Iterator[Image.Image | None]:
    """Open ``path`` as far as its header; ``None`` where it is not one of ``FORMATS``.

    Raises:
        MediaError: it is one of them but damaged or too large.
    """
    with path.open("rb") as file:
        formats = (*FORMATS, *heif.register_for(path, file.read(32)))
        file.seek(0)
        image: Image.Image | None = None
        # By its file, not by its path: given a path, Pillow 13 maps an uncompressed TIFF into memory
        # and scrambles it where its orientation swaps width and height.
        with errors(path), suppress(UnidentifiedImageError):
            image = Image.open(file, formats=formats)
        if image is not None:
            refuse_too_large(path, *image.size)
        yield image


@contextmanager
def errors(path: Path) -> Iterator[None]:
    """Turn whatever Pillow raises on a damaged file into ``MediaError``; wrap Pillow's calls only."""
    try:
        with warnings.catch_warnings():
            # Its warning starts at half our limit, which is a legitimate poster.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # "Truncated File Read", "Corrupt EXIF data" …
            yield
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        pixels = re.search(r"\((\d+) pixels\)", str(error))
        size = f"{int(pixels[1]):,} pixels are".replace(",", " ") if pixels else "its pixels are"
        limit = f"more than the {MAX_PIXELS // 10**6} megapixels that are read"
        raise MediaError(f"{path}: {size} {limit}; scale it down first") from error
    except MemoryError as error:
        raise MediaError(f"{path}: does not fit into memory; scale it down first") from error
    except Exception as error:  # a damaged file makes Pillow raise nearly anything
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise MediaError(
            f"{path}: is damaged or truncated ({reason}); export or download it again"
        ) from error
