"""A real gate: a server process on a free port of this machine, over a store of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

import brandkit.store
from brandkit.brand import Brand
from brandkit.store import Store, brands, keys
from tests.store.conftest import BLUES, BRAND, banner

SECRET = "whsec-test"
_START_SECONDS = 120
"""Most that a gate may take to be ready on a machine that does much else."""


@dataclass
class Gate:
    """A store, and a gate over it that can be started, killed and started again."""

    folder: Path
    store: Store
    key: str
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "gate.log"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "brandkit.cli", "serve", "--store", str(self.folder / "store")]
        command += ["--port", str(self.port), "--workers", "1", *self.options]
        environment = {**os.environ, "BRANDKIT_WEBHOOK_SECRET": SECRET}
        self.process = subprocess.Popen(command, stderr=self.log.open("ab"), env=environment)
        until = time.monotonic() + _START_SECONDS
        with self.client() as client:
            while time.monotonic() < until:
                assert self.process.poll() is None, self.log.read_text()
                with suppress(httpx.HTTPError):
                    if client.get("/readyz", timeout=1).status_code == 200:
                        return
                time.sleep(0.1)
        raise AssertionError("the gate does not answer")

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        """The processes that it has begun."""
        assert self.process is not None
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def client(self, key: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        # Certificates, which take 60 ms to load, are of no use on this machine.
        return httpx.Client(base_url=self.address, headers=headers, timeout=90, verify=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Opened = Callable[..., Gate]


def make_gate(folder: Path, *options: str) -> Gate:
    """A gate over a new store with one brand and one key; it is not started."""
    store = brandkit.store.open(str(folder / "store"))
    (folder / "acme.brand.yml").write_text(BRAND, encoding="utf-8")
    brands.save(store, Brand.load(folder / "acme.brand.yml"), who="tests")
    secret, _ = keys.create(store, "tests", who="tests")
    return Gate(folder, store, secret, free_port(), options)


@pytest.fixture
def own_gate(tmp_path: Path) -> Iterator[Opened]:
    """Makes a gate of the test's own, which may be killed."""
    made: list[Gate] = []

    def make(*options: str) -> Gate:
        made.append(make_gate(tmp_path, *options))
        made[-1].start()
        return made[-1]

    yield make
    for gate in made:
        gate.stop()
        gate.store.close()


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """One gate for tests that leave it as it is."""
    opened = make_gate(
        tmp_path_factory.mktemp("gate"), "--max-mb", "2", "--allow-host", "127.0.0.1", "--private-hosts"
    )
    opened.start()
    yield opened
    opened.stop()
    opened.store.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Banners by their names in ``BLUES``."""
    folder = tmp_path_factory.mktemp("pictures")
    return {name: banner(folder / f"{name}.png", blue) for name, blue in BLUES.items()}
