"""Whatever a library raises, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from brandkit.errors import BrandkitError, GenerationError
from brandkit.generate.diffusers import memory

_LONGEST = 200


@contextmanager
def told(what: str, remedy: str) -> Iterator[None]:
    """Raise ``GenerationError`` for any failure; the end of memory, our own errors and Ctrl-C pass.

    Args:
        what: fails, as the line begins.
        remedy: as it ends.
    """
    try:
        yield
    except (BrandkitError, torch.OutOfMemoryError, MemoryError):
        raise
    except Exception as error:  # the libraries may raise anything
        if isinstance(error, RuntimeError) and memory.is_exhausted(error):
            raise
        said = " ".join(str(error).split())[:_LONGEST] or type(error).__name__
        raise GenerationError(f"{what} ({said}); {remedy}") from error
