"""The example in ComfyUI itself, where a checkout of it is: BRANDKIT_COMFYUI=/path/to/ComfyUI, and what its
requirements name installed for this Python."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.conftest import ACME, BLUE, hex_at, panel, saved

from .test_nodes import check, example

CHECKOUT = os.environ.get("BRANDKIT_COMFYUI")
pytestmark = pytest.mark.skipif(CHECKOUT is None, reason="BRANDKIT_COMFYUI names no checkout of ComfyUI")


@pytest.fixture(scope="module")
def comfy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Path]]:
    """A server on the CPU, and its folder."""
    root = tmp_path_factory.mktemp("comfy")
    for name in ("input", "output", "temp", "custom_nodes", "front"):
        (root / name).mkdir()
    (root / "front" / "index.html").write_text("<html></html>")
    (root / "custom_nodes" / "brandkit_nodes.py").write_text("from brandkit.comfyui import *\n")
    (root / "input" / "acme.brand.yml").write_text(ACME, encoding="utf-8")
    saved(panel(), root / "input" / "hero.png")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--cpu", "--port", str(port), "--disable-api-nodes", "--base-directory", str(root)]
    options += ["--front-end-root", str(root / "front")]
    log = root / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "main.py", *options], cwd=CHECKOUT, stdout=out, stderr=subprocess.STDOUT
        )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        try:
            for _ in range(600):
                assert process.poll() is None, log.read_text()
                try:
                    client.get("/system_stats").raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.2)
            yield client, root
        finally:
            process.terminate()
            process.wait(20)


def run(client: httpx.Client, prompt: dict[str, Any]) -> dict[str, Any]:
    """What became of a prompt."""
    answer = client.post("/prompt", json={"prompt": prompt}).json()
    assert "prompt_id" in answer, json.dumps(answer)
    for _ in range(600):
        if found := client.get(f"/history/{answer['prompt_id']}").json():
            return dict(found[answer["prompt_id"]])
        time.sleep(0.2)
    raise AssertionError("the prompt does not end")


def test_the_example_runs_in_comfyui_itself(comfy: tuple[httpx.Client, Path]) -> None:
    client, root = comfy
    done = run(client, example())
    assert done["outputs"]["3"]["text"] == ["Brand check: 1 passed"]
    with Image.open(root / "output" / "on-brand_00001_.png") as picture:
        assert hex_at(picture, 5, 5) == BLUE
    held = run(client, check())
    assert held["status"]["status_str"] == "success" and "4" not in held["outputs"]
    stopped = run(client, check(on_fail="stop this run"))
    assert stopped["status"]["status_str"] == "error"


def test_comfyui_says_what_is_wrong_with_a_widget(comfy: tuple[httpx.Client, Path]) -> None:
    client, _ = comfy
    answer = client.post("/prompt", json={"prompt": example(brand_file="gone.brand.yml")})
    assert answer.status_code == 400
    assert "there is no brand file at" in answer.text
