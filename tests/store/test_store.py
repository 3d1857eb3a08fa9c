"""Opening a store: where it is, whose tables, and what is said when it cannot be."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import brandkit.store
from brandkit.errors import StoreError
from brandkit.store import Store, database, members
from brandkit.store.blobs import Blobs
from brandkit.store.tables import Moment, Table


def test_migrations_lead_to_the_tables_that_the_code_has(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _compare_type})
        assert compare_metadata(context, Table.metadata) == []


def _compare_type(context, inspected, column, found, wanted):  # type: ignore[no-untyped-def]
    # How a moment is bound is no matter of the table.
    return False if isinstance(wanted, Moment) else None


def test_the_head_that_is_looked_for_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == database.HEAD


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    brandkit.store.open(str(tmp_path)).close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="made by a later version of brandkit; upgrade brandkit"):
        brandkit.store.open(str(tmp_path))


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="cannot be opened as a store"):
        brandkit.store.open(str(tmp_path))
    assert (tmp_path / "store.db").read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("mysql://somewhere/x", "mysql://…: stores are folders or postgresql://…"),
        ("postgresql://nobody@127.0.0.1:1/x", "postgresql.psycopg://nobody@127.0.0.1:1/x: cannot be opened"),
    ],
)
def test_a_store_that_cannot_be_reached_is_said_so(given: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        brandkit.store.open(given)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(StoreError) as caught:
        brandkit.store.open("postgresql://ada:geheim@127.0.0.1:1/x")
    assert "geheim" not in str(caught.value)


def test_postgresql_remembers_where_its_pictures_are(postgresql: str, tmp_path: Path) -> None:
    engine = sqlalchemy.create_engine(
        f"{postgresql.replace('postgresql', 'postgresql+psycopg', 1)}/postgres", isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE remembers")
    engine.dispose()
    address = f"{postgresql}/remembers"
    with pytest.raises(StoreError, match="say where pictures are to lie: --blobs"):
        brandkit.store.open(address)
    brandkit.store.open(address, str(tmp_path / "pictures")).close()
    again = brandkit.store.open(address)
    assert again.blobs.address == str(tmp_path / "pictures")
    again.close()
    with pytest.raises(StoreError, match="keeps its pictures at"):
        brandkit.store.open(address, str(tmp_path / "elsewhere"))


@pytest.mark.parametrize("where", ["folder", "memory", "s3"])
def test_files_are_kept_by_their_content(where: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    address, options = {
        "folder": lambda: (str(tmp_path / "blobs"), {}),
        "memory": lambda: (f"memory://{tmp_path.name}", {}),
        "s3": lambda: request.getfixturevalue("bucket"),
    }[where]()
    blobs = Blobs(address, tmp_path / "cache", options)
    picture = tmp_path / "a picture.png"
    picture.write_bytes(b"content")
    sha, size = blobs.put(picture)
    assert (sha, size) == blobs.put(b"content")
    assert size == 7 and list(blobs.all()) == [sha]
    assert blobs.bytes_of(sha) == blobs.path(sha).read_bytes() == b"content"
    assert blobs.named(sha, "../../a picture.png").name == "a-picture.png"
    assert blobs.whole(sha)
    blobs.remove(sha)
    assert not blobs.has(sha) and list(blobs.all()) == []
    with pytest.raises(StoreError, match="the store lacks a file"):
        blobs.path(sha)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> object:
    """A bucket of a real S3 server, as moto plays it."""
    import boto3
    from moto.server import ThreadedMotoServer

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="pictures")
    yield "s3://pictures/brandkit", {"endpoint_url": address, "client_kwargs": {"region_name": "us-east-1"}}
    server.stop()


def test_roles_are_given_and_the_last_admin_stays(store: Store) -> None:
    members.give(store, "Ada@Acme.com", "admin", who="root")
    members.give(store, "bo@acme.com", "reviewer", who="ada@acme.com")
    assert members.role_of(store, "ADA@acme.com") == "admin"
    assert members.role_of(store, "eve@acme.com") is None
    with pytest.raises(StoreError, match="only admin"):
        members.remove(store, "ada@acme.com", who="bo@acme.com")
    with pytest.raises(StoreError, match="only admin"):
        members.give(store, "ada@acme.com", "viewer", who="ada@acme.com")
    with pytest.raises(StoreError, match="is no address"):
        members.give(store, "not an address", "viewer", who="root")
