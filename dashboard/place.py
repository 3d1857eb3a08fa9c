"""The store that this server shows, and who signs: one for all sessions, named by the environment."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

import brandkit.store
from brandkit.credentials.identity import of_environment
from brandkit.store.place import VARIABLE

if TYPE_CHECKING:
    from brandkit.credentials.identity import Identity
    from brandkit.store import Store

BLOBS_VARIABLE = "BRANDKIT_BLOBS"


def store() -> Store:
    """The open store.

    Raises:
        StoreError: it cannot be opened.
    """
    return _opened(os.environ.get(VARIABLE), os.environ.get(BLOBS_VARIABLE))


@cache
def identity() -> Identity | None:
    """Who signs the content credentials of what is made here; nobody if ``None``.

    Raises:
        CredentialsError: certificate or key cannot be used.
    """
    return of_environment()


@cache
def _opened(address: str | None, blobs: str | None) -> Store:
    return brandkit.store.open(address, blobs)
