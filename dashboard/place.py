"""The store that this server shows: one for all sessions, named by the environment."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

import brandkit.store
from brandkit.store.place import VARIABLE

if TYPE_CHECKING:
    from brandkit.store import Store

BLOBS_VARIABLE = "BRANDKIT_BLOBS"


def store() -> Store:
    """The open store.

    Raises:
        StoreError: it cannot be opened.
    """
    return _opened(os.environ.get(VARIABLE), os.environ.get(BLOBS_VARIABLE))


@cache
def _opened(address: str | None, blobs: str | None) -> Store:
    return brandkit.store.open(address, blobs)
