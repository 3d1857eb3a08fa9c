"""What a first verdict loads: by modules, never by time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
import json, sys
{work}
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
JUDGED = """
from brandkit import cli
try:
    cli.main(["check", sys.argv[1], "--brand", sys.argv[2]])
except SystemExit as ended:
    assert ended.code == 0, ended.code
"""
HELP = """
from brandkit import cli
try:
    cli.main(["--help"])
except SystemExit:
    pass
"""
HEAVY = {"torch", "numba", "numpy", "cv2", "pydantic", "scipy", "av", "OpenImageIO", "PIL", "jinja2"}
OF_VIDEO = {"av", "scenedetect"}
OF_OTHERS = {
    "OpenImageIO",
    "timm",
    "open_clip",
    "torchvision",
    "diffusers",
    "transformers",
    "sqlalchemy",
    "fastapi",
    "ray",
}


def loaded(work: str, *arguments: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(work=work), *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("work", ["import brandkit", HELP], ids=["import", "help"])
def test_nothing_heavy_is_loaded_before_something_is_asked(work: str) -> None:
    assert not loaded(work) & HEAVY


def test_a_verdict_on_a_still_picture_loads_nothing_of_video(good: Path, acme: Path) -> None:
    assert not loaded(JUDGED, good, acme) & (OF_VIDEO | OF_OTHERS)
