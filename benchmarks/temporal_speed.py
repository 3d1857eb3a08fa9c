"""Speed and memory of the checks on video, beside a bare decode by PyAV in the same run.

    python benchmarks/temporal_speed.py [--seconds 8] [--runs 3] [--only NAME ...] [--memory]

A photograph under a pan with grain, 1920 x 1080 at 25 Hz, as H.264 at crf 23. Prints frames a second of
PyAV's decoder alone, of reading through brandkit (with conversion to sRGB), and of each check and all four
together (`palette`, `flicker`, `flash`, `technical`), as wall-clock and as processor time, the best of the
runs. `--memory` measures the peak memory (`ru_maxrss`) of a process that checks a clip of 10 s, and of one of
60 s.
Exit status 1 if a goal is missed: half the frame rate of the decoder; memory within 10 %.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import torch
from temporal_clips import pan

from brandkit import media
from brandkit.brand import Brand, Swatch
from brandkit.check import Check, run
from brandkit.media.clip import Frames, Source

NAMES = ("palette", "flicker", "flash", "technical")
SIZE, FPS = (1920, 1080), 25
SPEED_GOAL, MEMORY_GOAL = 0.5, 1.1
SHORT_S, LONG_S = 10, 60
ACME = Brand(
    name="Acme",
    swatches=(Swatch(name="blue", hex="#0050FF"), Swatch(name="red", hex="#E02020")),
    required=NAMES,
)


def film(path: Path, seconds: float) -> Path:
    """A file of so many seconds."""
    count = round(seconds * FPS)
    loop = pan("rocket", 48, 5, 2)
    rng = np.random.default_rng(0)
    grain = rng.normal(0, 3, (SIZE[1] + 64, SIZE[0] + 64, 1)).astype(np.float32)

    def batches() -> Iterator[Frames]:
        for k in range(count):
            at = k % (2 * len(loop) - 2)
            picture = cv2.resize(loop[min(at, 2 * len(loop) - 2 - at)], SIZE, interpolation=cv2.INTER_CUBIC)
            x, y = rng.integers(0, 64, 2)
            noisy = picture + grain[y : y + SIZE[1], x : x + SIZE[0]]
            pixels = np.clip(noisy, 0, 255).astype(np.uint8).transpose(2, 0, 1)[None]
            yield Frames(torch.from_numpy(np.ascontiguousarray(pixels)), k, (k / FPS,))

    like = Source(path, "", "sequence", *SIZE, count, Fraction(FPS), None)
    return media.write(path, batches(), like, crf=23).path


def checks(names: tuple[str, ...]) -> list[type[Check]]:
    """The checks of these names."""
    return [getattr(importlib.import_module(f"brandkit_checks.{name}"), name.title()) for name in names]


def decode(path: Path) -> None:
    """PyAV alone."""
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for _ in container.decode(video=0):
            pass


def read(path: Path) -> None:
    """Through brandkit, without a check."""
    for _ in media.open(path).batches(8):
        pass


def check(path: Path, names: tuple[str, ...]) -> None:
    """With checks."""
    _, failures = run(media.open(path), ACME, checks(names))
    assert not failures, failures


def timed(task: Callable[[], None], runs: int) -> tuple[float, float]:
    """Seconds on the clock and of the processors, the least of some runs after one to warm up."""
    task()
    taken = []
    for _ in range(runs):
        start = time.perf_counter(), time.process_time()
        task()
        taken.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return min(wall for wall, _ in taken), min(cpu for _, cpu in taken)


def speed(folder: Path, seconds: float, runs: int, only: tuple[str, ...]) -> bool:
    """Print the table; whether the goal is met."""
    path = film(folder / "film.mp4", seconds)
    count = round(seconds * FPS)
    tasks: dict[str, Callable[[], None]] = {
        "PyAV, decode": lambda: decode(path),
        "read": lambda: read(path),
    }
    for name in only:
        tasks[name] = lambda name=name: check(path, (name,))
    tasks["together"] = lambda: check(path, only)
    print(f"{SIZE[0]} x {SIZE[1]}, {count} frames, {path.stat().st_size * 8e-6 / seconds:.1f} Mbit/s")
    print(f"{'':16}{'frames/s':>10}{'ms':>8}{'cpu ms':>8}{'of PyAV':>9}")
    base = 0.0
    for name, task in tasks.items():
        wall, cpu = timed(task, runs)
        base = base or wall
        line = f"{name:16}{count / wall:10.1f}{1e3 * wall / count:8.1f}{1e3 * cpu / count:8.1f}"
        print(f"{line}{base / wall:9.2f}", flush=True)
    return base / wall >= SPEED_GOAL


_PEAK = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import temporal_speed
temporal_speed.check(Path(sys.argv[2]), tuple(sys.argv[3:]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def memory(folder: Path, only: tuple[str, ...]) -> bool:
    """Print the peaks of a short and of a long clip; whether they are within the goal."""
    peaks = []
    for seconds in (SHORT_S, LONG_S):
        path = film(folder / f"{seconds}.mp4", seconds)
        here = str(Path(__file__).parent)
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, here, str(path), *only], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
        print(f"{seconds} s: {peaks[-1] / 1024:.0f} MiB", flush=True)
    print(f"the long clip takes {peaks[1] / peaks[0]:.2f} times as much")
    return peaks[1] <= MEMORY_GOAL * peaks[0]


def main() -> int:
    """Measure."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--seconds", type=float, default=8, help="of the clip that is timed")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="these checks")
    parser.add_argument("--memory", action="store_true", help="measure memory instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.memory:
            met = memory(Path(folder), tuple(options.only))
        else:
            met = speed(Path(folder), options.seconds, options.runs, tuple(options.only))
    print(f"goal, see --help: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
