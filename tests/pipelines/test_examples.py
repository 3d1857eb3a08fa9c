"""The examples are run as they stand."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import panel, saved
from tests.service.conftest import Gate, Opened, own_gate

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / ".github" / "examples"
BIN = Path(sys.executable).parent

__all__ = ["own_gate"]


def call(
    folder: Path, script: str, *arguments: str | Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    found = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment}
    command = ["bash", EXAMPLES / script, *arguments]
    return subprocess.run(command, cwd=folder, env=found, capture_output=True, text=True, timeout=120)


def test_a_step_of_a_pipeline_goes_by_the_exit_status(good: Path, acme: Path, tmp_path: Path) -> None:
    done = call(tmp_path, "gate.sh", acme, good)
    assert done.returncode == 0 and done.stdout.endswith("on brand: publish\n")
    assert all((tmp_path / name).stat().st_size for name in ("report.html", "report.json", "junit.xml"))
    assert call(tmp_path, "gate.sh", "gone.brand.yml", good).returncode == 2


def test_a_gate_over_http_is_asked_once_however_often(own_gate: Opened, tmp_path: Path) -> None:
    gate: Gate = own_gate()
    access = {"BRANDKIT_GATE": gate.address, "BRANDKIT_KEY": gate.key}
    picture = saved(panel(), tmp_path / "a \"b\" \\ ;c,d 'e'.png")
    for _ in range(2):
        done = call(tmp_path, "gate-over-http.sh", picture, "Acme", **access)
        assert (done.returncode, done.stdout) == (1, "failed\n"), done.stderr
    (tmp_path / "no.png").write_bytes(b"no picture")
    done = call(tmp_path, "gate-over-http.sh", "no.png", "Acme", **access)
    assert done.returncode == 2 and "no.png" in done.stderr
    access["BRANDKIT_KEY"] = "wrong"
    assert call(tmp_path, "gate-over-http.sh", picture, "Acme", **access).returncode == 2
    with gate.client() as client:
        metrics = client.get("/metrics").text
    assert re.search(r'brandkit_jobs\{[^}]*state="done"[^}]*\} 1\.0', metrics), metrics
    # The health that the container asks for.
    dockerfile = (ROOT / ".ci" / "Dockerfile").read_text("utf-8")
    code = re.search(r'"-c", "(.*?)"\]', dockerfile)
    assert code is not None and "8600" in code[1]
    well = subprocess.run([sys.executable, "-c", code[1].replace("8600", str(gate.port))])
    assert well.returncode == 0


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gate_example", EXAMPLES / "gate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_task_in_python_sorts_pictures_and_stops_at_what_failed(good: Path, bad: Path, acme: Path) -> None:
    module = example()
    assert module.gate([str(good)], str(acme)) == {"passed": [str(good)], "needs_review": []}
    with pytest.raises(module.OffBrandError, match=r"bad.png: blue is rendered as #125CEC"):
        module.gate([str(good), str(bad)], str(acme))
