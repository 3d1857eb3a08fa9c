"""What a start costs: the command line's help, the package, and the first verdict on one picture.

    python benchmarks/cold.py [--runs 5]

Each is a process of its own, with its files in the disk's cache; processor time (user and system), the least
of the runs, since other processes disturb it least. Beside them what cannot be had for less: Python itself,
and the libraries that a verdict needs; and a peer, colour-science, which a script for CIEDE2000 would import.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

BRAND = 'meta: {name: Cold}\ncolor: {palette: {blue: "#0050FF"}}\n'
SIZE = (1920, 1080)
GOAL_SECONDS = 0.5
"""Of ``brandkit --help``."""


def main() -> int:
    """Measure; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"
    with tempfile.TemporaryDirectory(prefix="brandkit-cold-") as folder:
        picture, brand = Path(folder) / "one.png", Path(folder) / "cold.brand.yml"
        Image.new("RGB", SIZE, "#0050FF").save(picture)
        brand.write_text(BRAND, encoding="utf-8")
        python, command = [sys.executable, "-c"], [sys.executable, "-m", "brandkit.cli"]
        starts = {
            "Python": [*python, "pass"],
            "import brandkit": [*python, "import brandkit"],
            "brandkit --help": [*command, "--help"],
            "brandkit check, one picture": [*command, "check", str(picture), "--brand", str(brand)],
            "of that: import torch": [*python, "import torch"],
            "of that: import numba": [*python, "import numba"],
            "of that: import cv2": [*python, "import cv2"],
            "peer: import colour": [*python, "import colour"],
        }
        seconds = {name: min(_seconds(start) for _ in range(runs)) for name, start in starts.items()}
    for name, taken in seconds.items():
        print(f"{name:30}{taken:8.2f} s of processor time")
    ratio = seconds["brandkit check, one picture"] / seconds["of that: import torch"]
    print(f"a first verdict takes {ratio:.1f} times what 'import torch' does")
    met = seconds["brandkit --help"] <= GOAL_SECONDS
    print("goals met" if met else f"a goal is MISSED: help in {GOAL_SECONDS} s")
    return 0 if met else 1


def _seconds(command: list[str]) -> float:
    """Processor time of a process and those that it waits for."""
    before = os.times()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    sys.exit(main())
