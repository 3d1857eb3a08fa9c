"""What the gate and the dashboard correct is signed, where they are started so; the command reads it back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brandkit_dashboard import place
from streamlit.testing.v1 import AppTest

from tests.conftest import Command
from tests.dashboard.stock import Stock, shelf
from tests.service.conftest import Opened, own_gate
from tests.store.conftest import BLUES, banner

from .conftest import Keys

__all__ = ["own_gate"]


def test_what_the_gate_corrects_carries_credentials(
    own_gate: Opened, keys: Keys, tmp_path: Path, run: Command
) -> None:
    gate = own_gate(*keys.options)
    picture = banner(tmp_path / "drifted.png", BLUES["drifted"])
    with gate.client() as client, picture.open("rb") as file:
        form = {"brand": "Acme", "checks": "palette", "wait": "false"}
        asked = client.post("/v1/correct", files={"file": (picture.name, file)}, data=form)
        for _ in range(600):
            job = client.get(asked.headers["Location"]).json()
            if job["state"] in ("done", "failed"):
                break
            time.sleep(0.1)
        assert job["state"] == "done", job
        files = client.get(f"/v1/reports/{job['report']}/files").json()
        (href,) = [one["href"] for one in files if one["title"] == "corrected"]
        corrected = tmp_path / "corrected.png"
        corrected.write_bytes(client.get(href).content)
    told = run("verify", corrected, "--trust", keys.root)
    assert told.status == 0, told.out
    assert "Ada" in told.out and "drifted.png" in told.out
    assert keys.key.read_text() not in gate.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["serve", "review"])
def test_a_certificate_without_its_key_starts_no_server(
    command: str, run: Command, keys: Keys, tmp_path: Path
) -> None:
    done = run(command, "--store", tmp_path / "store", "--sign", keys.certificate)
    assert done.status == 2 and "belong together" in done.err
    done = run(command, "--store", tmp_path / "store", "--sign", keys.certificate, "--key", keys.root)
    assert done.status == 2 and "holds a certificate, not a key" in done.err
    assert not (tmp_path / "store").exists()


@pytest.fixture
def stock(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> Iterator[Stock]:
    """A store that a dashboard with ``--sign`` shows."""
    copied = shelf(tmp_path_factory).copy(tmp_path / "store")
    monkeypatch.setenv("BRANDKIT_STORE", str(copied.folder))
    monkeypatch.setenv("BRANDKIT_SIGN_CERTIFICATE", str(keys.certificate))
    monkeypatch.setenv("BRANDKIT_SIGN_KEY", str(keys.key))
    place.identity.cache_clear()
    yield copied
    copied.store.close()
    place._opened.cache_clear()
    place.identity.cache_clear()


def _frame() -> None:
    from brandkit_dashboard.pages import frame

    frame.show()


def test_what_is_corrected_in_review_carries_credentials(stock: Stock, keys: Keys, run: Command) -> None:
    app = AppTest.from_function(_frame, default_timeout=120)
    app.query_params["item"] = str(stock.item("worse.png").id)
    app.run()
    app.button(key="try").click().run()
    app.button(key="keep").click().run()
    assert not app.exception
    (kept,) = [file for file in stock.case("worse.png").of("result") if file.title == "corrected"]
    told = run("verify", stock.store.blobs.named(kept.sha256, kept.name), "--trust", keys.root)
    assert told.status == 0, told.out
    assert "Ada" in told.out and "worse.png" in told.out
