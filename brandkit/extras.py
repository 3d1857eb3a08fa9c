"""Packages that only some commands need, and what to say where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from brandkit.errors import BrandkitError

_OURS = ("brandkit", "brandkit_checks", "brandkit_dashboard")


@contextmanager
def needed(what: str, extra: str) -> Iterator[None]:
    """Import what an extra installs.

    Args:
        what: what cannot be done without, as the first half of a sentence for a person.
        extra: which extra of brandkit installs it; several are separated by commas.

    Raises:
        BrandkitError: a package is missing, and how to install it. A module of our own that is missing is
            a fault that no installation mends, and is raised as it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in _OURS:
            raise
        raise BrandkitError(f"{what}; run: pip install 'brandkit[{extra}]'") from error
