"""The database of a store: opened, brought up to date, and written to by one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session

from brandkit.errors import StoreError

HEAD = "0002"
"""The newest migration; a test holds that it is."""
WAIT_SECONDS = 30
"""For another process that is writing."""
_WRITING = 7_236_241
"""Number of the lock that writers share on PostgreSQL: any that nothing else in the database uses."""


def connect(address: str, shown: str) -> Engine:
    """Open the database at an address, made or brought up to date where it must be.

    Args:
        address: as SQLAlchemy writes it.
        shown: what messages call it.

    Raises:
        StoreError: it cannot be reached, is no store, or was made by a later version of brandkit.
    """
    local = make_url(address).get_backend_name() == "sqlite"
    try:
        if local:
            Path(make_url(address).database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = _sqlite(address) if local else _postgresql(address)
        with engine.connect() as connection:
            found = _version(connection)
        if found != HEAD:
            _upgrade(engine)
    except OSError as error:
        raise StoreError(
            f"{shown}: {error.strerror or error}; choose a place that can be written to"
        ) from error
    except (OperationalError, DatabaseError) as error:
        raise StoreError(
            f"{shown}: cannot be opened as a store ({_short(error)}); {_advice(local)}"
        ) from error
    return engine


def _advice(local: bool) -> str:
    return "check the folder, or restore it" if local else "check address, user and password"


def _short(error: SQLAlchemyError) -> str:
    """The database's own words, on one line."""
    said = str(getattr(error, "orig", None) or error)
    return " ".join(said.split())[:200]


def _sqlite(address: str) -> Engine:
    engine = create_engine(address, connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        # SQLAlchemy begins transactions itself (below), so that the driver does not do so late.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: one that read first could not be given it after another wrote.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: str) -> Engine:
    try:
        return create_engine(address, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs its driver; run: pip install 'brandkit[postgres]'") from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, while no other process does."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.execution_options(writes=True).begin() as connection:
        _lock(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError("the store was made by a later version of brandkit; upgrade brandkit") from error


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _WRITING})


def add_rows(session: Session, kind: type[DeclarativeBase], rows: Sequence[Mapping[str, object]]) -> None:
    """Add many rows of a table in a session's transaction, without an object of each: it takes a fraction."""
    if rows:
        session.connection().execute(insert(kind.__table__), rows)  # type: ignore[arg-type]


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees the database as it is at one moment."""
    with Session(engine) as session, session.begin():
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that is the only one that writes; all of it is kept, or nothing.

    Raises:
        StoreError: another process has been writing for half a minute, or the disk is full.
    """
    try:
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            _lock(session.connection())
            yield session
    except OperationalError as error:
        raise StoreError(f"the store cannot be written to ({_short(error)}); try again") from error
