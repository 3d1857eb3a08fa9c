"""``Store``: an open database and the place of its pictures; what is done with it are functions over it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from brandkit.errors import StoreError
from brandkit.store import database
from brandkit.store.blobs import Blobs
from brandkit.store.place import Place, find
from brandkit.store.tables import Setting

_BLOBS = "blobs"
_HERE = "beside the database"


@dataclass(frozen=True, slots=True)
class Store:
    """An open store.

    Attributes:
        place: where it is.
        engine: of the database.
        blobs: files by their content.
    """

    place: Place
    engine: Engine
    blobs: Blobs

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open(given: str | Place | None = None, blobs: str | None = None) -> Store:
    """Open a store, made where there is none.

    Args:
        given: as ``place.find`` takes it, or a place.
        blobs: where its pictures are to lie, when it is made.

    Raises:
        StoreError: it cannot be opened, or keeps its pictures elsewhere.

    Example:
        >>> import tempfile
        >>> with_folder = open(tempfile.mkdtemp())
        >>> with_folder.blobs.put(b"a picture")[1]
        9
    """
    place = given if isinstance(given, Place) else find(given, blobs)
    engine = database.connect(place.database, str(place))
    try:
        return Store(place, engine, Blobs(_blobs(engine, place), place.cache))
    except BaseException:
        engine.dispose()
        raise


def _blobs(engine: Engine, place: Place) -> str:
    """Where pictures lie: what was said when the store was made, since who looks elsewhere finds none."""
    local = _beside(place)
    with database.reading(engine) as session:
        known = session.get(Setting, _BLOBS)
        said = None if known is None else known.value
    if said is None:
        if place.blobs is None:
            raise StoreError(
                f"{place}: say where pictures are to lie: --blobs FOLDER or --blobs s3://BUCKET/FOLDER"
            )
        said = _HERE if local is not None and place.blobs == local else place.blobs
        with database.writing(engine) as session:
            session.merge(Setting(name=_BLOBS, value=said))
    address = local if said == _HERE and local is not None else said
    if place.blobs not in (None, local, address):
        raise StoreError(f"{place}: keeps its pictures at {address}, not at {place.blobs}; leave --blobs out")
    return address


def _beside(place: Place) -> str | None:
    """The folder of pictures beside an embedded database, which may be moved as a whole."""
    from sqlalchemy.engine import make_url

    from brandkit.store.place import BLOBS

    url = make_url(place.database)
    if url.get_backend_name() != "sqlite":
        return None
    return str(Path(url.database or "").parent / BLOBS)
