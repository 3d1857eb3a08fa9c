"""Stores on SQLite and on a real PostgreSQL, with pictures in a folder, on S3 (moto) or in memory."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy
from PIL import Image

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.report.run import Run
from brandkit.store import Store

BRAND = """
meta: {name: Acme}
color:
  palette: {blue: "#0050FF", paper: "#FFFFFF"}
  background: paper
defaults:
  brandkit:
    swatches:
      blue: {tolerance: 2, capture: 15}
"""
BLUES = {"right": (0, 80, 255), "drifted": (30, 92, 240), "worse": (40, 100, 235)}


def banner(path: Path, blue: tuple[int, int, int]) -> Path:
    """A white picture with a panel of a blue in it."""
    pixels = np.full((54, 96, 3), 255, np.uint8)
    pixels[10:44, 12:60] = blue
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def brand(tmp_path: Path) -> Brand:
    """A brand with a file of its own."""
    return _brand(tmp_path)


def _brand(folder: Path) -> Brand:
    path = folder / "acme.brand.yml"
    path.write_text(BRAND, encoding="utf-8")
    return Brand.load(path)


@pytest.fixture
def judged(tmp_path: Path, brand: Brand) -> Callable[..., Run]:
    """Judges banners of this test's own, by their names in ``BLUES``."""

    def judge(*names: str) -> Run:
        paths = [banner(tmp_path / f"{name}.png", BLUES[name]) for name in names]
        return batch.check_all([str(path) for path in paths], brand, checks=["palette"])

    return judge


@pytest.fixture(scope="session")
def all_judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All of ``BLUES``, judged once for tests that leave the files alone: right, drifted, worse."""
    folder = tmp_path_factory.mktemp("banners")
    paths = [banner(folder / f"{name}.png", blue) for name, blue in BLUES.items()]
    return batch.check_all([str(path) for path in paths], _brand(folder), checks=["palette"])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of this test session's own; in CI there has to be one."""
    found = shutil.which("initdb") or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None
    )
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI has to install PostgreSQL")
        pytest.skip("no PostgreSQL on this machine; apt-get install postgresql")
    programs = Path(found).resolve().parent
    with tempfile.TemporaryDirectory(prefix="brandkit-pg-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        data = Path(folder) / "data"
        as_owner: dict[str, object] = {}
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "cwd": folder}
        quiet = {"check": True, "capture_output": True, **as_owner}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "brandkit", "-A", "trust", "-N", "-E", "UTF8"], **quiet
        )  # type: ignore[call-overload]
        options = f"-p {port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off"
        log = Path(folder) / "log"
        subprocess.run([programs / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start"], **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgresql://brandkit@127.0.0.1:{port}"
        finally:
            subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str | None]:
    """Where a store is, and where its pictures are: the same tests hold for both databases."""
    if request.param == "sqlite":
        return str(tmp_path / "store"), None
    server = request.getfixturevalue("postgresql")
    name = f"store_{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(
        f"{server.replace('postgresql', 'postgresql+psycopg', 1)}/postgres", isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{server}/{name}", str(tmp_path / "pictures")


@pytest.fixture
def store(place: tuple[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    opened = brandkit.store.open(*place)
    yield opened
    opened.close()
