"""Where a store is: a folder that holds all of it, or the address of a database and one of its pictures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from brandkit.errors import StoreError

VARIABLE = "BRANDKIT_STORE"
"""Environment variable that names the store, where a command does not."""
DATABASE = "store.db"
BLOBS = "blobs"
CACHE = "cache"


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses of a store's parts.

    Attributes:
        database: as SQLAlchemy writes it, ``sqlite:///…`` or ``postgresql+psycopg://…``.
        blobs: as fsspec writes it: a folder, ``s3://bucket/folder``, ``memory://…``; ``None`` for the place
            that the database names.
        cache: a folder on this machine for what can be made anew.
    """

    database: str
    blobs: str | None
    cache: Path

    def __str__(self) -> str:
        """The database as people may see it: without its password."""
        from sqlalchemy.engine import make_url

        url = make_url(self.database)
        if url.get_backend_name() == "sqlite":
            return str(Path(url.database or "").parent)
        return url.render_as_string(hide_password=True)


def find(given: str | None = None, blobs: str | None = None) -> Place:
    """The store that a person means.

    Args:
        given: a folder, or ``postgresql://user@host/name``; without, what ``BRANDKIT_STORE`` says, else a
            folder of this user's own.
        blobs: where pictures are to lie, if not in that folder; a database remembers it.

    Raises:
        StoreError: the address is of no kind that is known.
    """
    from platformdirs import user_cache_path, user_data_path

    text = given or os.environ.get(VARIABLE) or str(user_data_path("brandkit") / "store")
    scheme, marked, rest = text.partition("://")
    if not marked:
        folder = Path(text).expanduser().absolute()
        if folder.is_file():
            raise StoreError(f"{text}: is a file; give the folder of a store, or postgresql://…")
        return Place(f"sqlite:///{folder / DATABASE}", blobs or str(folder / BLOBS), folder / CACHE)
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise StoreError(f"{scheme}://…: stores are folders or postgresql://…; give one of those")
    return Place(f"postgresql+psycopg://{rest}", blobs, user_cache_path("brandkit") / "store")
