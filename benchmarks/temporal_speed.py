"""Speed and memory of the checks on video, beside a bare decode by PyAV in the same run.

    python benchmarks/temporal_speed.py [--seconds 8] [--runs 3] [--only CHECK ...] [--clip CLIP ...]
    python benchmarks/temporal_speed.py --memory

Two clips, both 1920 x 1080 at 25 Hz, as H.264, by brandkit's own writer:

- `detailed`: a wall of photographs at their own size under a pan, with grain that is new in each frame, at
  crf 20. That makes some 11 Mbit/s, as is delivered: YouTube asks for uploads of 8 Mbit/s in this size, Vimeo
  for 10 to 20. The goal was set beside a decoder that does 150 to 190 frames a second on two cores, which
  PyAV's threaded decoder does on this clip, so this is the one that it is about.
- `easy`: one photograph, enlarged, with the same grain, at crf 23: some 2 Mbit/s. It takes less to decode and
  about the same to check, so every ratio is worse.

For each, frames a second of PyAV's decoder as it comes (`default`: one thread, as x264 writes a frame in one
slice) and with all threads (`threaded`), of reading through brandkit (with conversion to sRGB), of each check
(`palette`, `flicker`, `flash`, `technical`) and of all together; as wall-clock and as processor time, the
best of the runs. Wall-clock means nothing on a machine that does something else meanwhile; processor time
says what the work costs even there, but for the caches that others empty.
`--memory` measures the peak memory (`ru_maxrss`) of a process that checks a detailed clip of 10 s, and of one
of 60 s.
Exit status 1 if a goal is missed: on the detailed clip, half the frame rate of the threaded decoder; memory
within 10 %. Each other ratio is stated as met or missed too.
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
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Literal

import av
import cv2
import numpy as np
import numpy.typing as npt
import torch
from temporal_clips import pan, photograph

from brandkit import media
from brandkit.brand import Brand, Swatch
from brandkit.check import Check, run
from brandkit.media.clip import Frames, Source

Picture = npt.NDArray[np.uint8]

NAMES = ("palette", "flicker", "flash", "technical")
SIZE, FPS = (1920, 1080), 25
WALL = ("flower", "astronaut", "coffee", "motorcycle", "china", "chelsea", "rocket")
ROW = 400
"""Height of a row of photographs."""
TURN = 75
"""Frames until the camera turns."""
SPEED_GOAL, MEMORY_GOAL = 0.5, 1.1
SHORT_S, LONG_S = 10, 60
ACME = Brand(
    name="Acme",
    swatches=(Swatch(name="blue", hex="#0050FF"), Swatch(name="red", hex="#E02020")),
    required=NAMES,
)


def wall(width: int, height: int) -> Picture:
    """Photographs at their own size beside and below each other."""
    names = cycle(WALL)
    rows: list[Picture] = []
    while len(rows) * ROW < height:
        row: list[Picture] = []
        while sum(part.shape[1] for part in row) < width:
            part = photograph(next(names))[:ROW]
            row.append(np.pad(part, ((0, ROW - len(part)), (0, 0), (0, 0)), mode="reflect"))
        rows.append(np.concatenate(row, 1)[:, :width])
    return np.concatenate(rows)[:height]


def detailed() -> Callable[[int], Picture]:
    """The camera goes along a wall and back."""
    whole = wall(SIZE[0] + 4 * TURN, SIZE[1] + TURN)

    def picture(k: int) -> Picture:
        at = abs((k + TURN) % (2 * TURN) - TURN)
        return whole[at : at + SIZE[1], 4 * at : 4 * at + SIZE[0]]

    return picture


def easy() -> Callable[[int], Picture]:
    """The camera goes along an enlarged photograph and back."""
    loop = pan("rocket", 48, 5, 2)
    last = len(loop) - 1

    def picture(k: int) -> Picture:
        at = last - abs(k % (2 * last) - last)
        return np.asarray(cv2.resize(loop[at], SIZE, interpolation=cv2.INTER_CUBIC))

    return picture


CLIPS: dict[str, tuple[Callable[[], Callable[[int], Picture]], int]] = {
    "detailed": (detailed, 20),
    "easy": (easy, 23),
}
"""A camera, and the crf that what it sees is written at."""


def film(path: Path, seconds: float, clip: str) -> Path:
    """A file of so many seconds."""
    count = round(seconds * FPS)
    make, crf = CLIPS[clip]
    picture = make()
    rng = np.random.default_rng(0)
    grain = rng.normal(0, 3, (SIZE[1] + 64, SIZE[0] + 64, 1)).astype(np.float32)

    def batches() -> Iterator[Frames]:
        for k in range(count):
            x, y = rng.integers(0, 64, 2)
            noisy = picture(k) + grain[y : y + SIZE[1], x : x + SIZE[0]]
            pixels = np.clip(noisy, 0, 255).astype(np.uint8).transpose(2, 0, 1)[None]
            yield Frames(torch.from_numpy(np.ascontiguousarray(pixels)), k, (k / FPS,))

    like = Source(path, "", "sequence", *SIZE, count, Fraction(FPS), None)
    return media.write(path, batches(), like, crf=crf).path


def checks(names: tuple[str, ...]) -> list[type[Check]]:
    """The checks of these names."""
    return [getattr(importlib.import_module(f"brandkit_checks.{name}"), name.title()) for name in names]


def decode(path: Path, threads: Literal["SLICE", "AUTO"]) -> None:
    """PyAV alone; ``SLICE`` is how it comes."""
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = threads
        for _ in container.decode(video=0):
            pass


def read(path: Path) -> None:
    """Through brandkit, without a check."""
    for frames in media.open(path).batches(8):
        assert len(frames.pixels)  # which are converted when they are asked for


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


def speed(folder: Path, seconds: float, runs: int, only: tuple[str, ...], clip: str) -> bool:
    """Print the table of a clip; whether the goal beside the threaded decoder is met."""
    path = film(folder / f"{clip}.mp4", seconds, clip)
    count = round(seconds * FPS)
    tasks: dict[str, Callable[[], None]] = {
        "PyAV, default": lambda: decode(path, "SLICE"),
        "PyAV, threaded": lambda: decode(path, "AUTO"),
        "read": lambda: read(path),
    }
    tasks |= {name: partial(check, path, (name,)) for name in only}
    tasks["together"] = lambda: check(path, only)
    rate = path.stat().st_size * 8e-6 / seconds
    print(f"{clip}: {SIZE[0]} x {SIZE[1]}, {count} frames, {rate:.1f} Mbit/s")
    print(f"{'':16}{'frames/s':>10}{'ms':>8}{'cpu ms':>8}{'of default':>12}{'of threaded':>13}")
    walls: list[float] = []
    for name, task in tasks.items():
        wall, cpu = timed(task, runs)
        walls.append(wall)
        line = f"{name:16}{count / wall:10.1f}{1e3 * wall / count:8.1f}{1e3 * cpu / count:8.1f}"
        threaded = f"{walls[1] / wall:13.2f}" if len(walls) > 1 else ""
        print(f"{line}{walls[0] / wall:12.2f}{threaded}", flush=True)
    parts = {name: base / walls[-1] for name, base in zip(("default", "threaded"), walls, strict=False)}
    for name, part in parts.items():
        met = "met" if part >= SPEED_GOAL else "MISSED"
        print(f"{clip}, together beside the {name} decoder: {part:.2f}, goal {SPEED_GOAL}: {met}", flush=True)
    return parts["threaded"] >= SPEED_GOAL


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
        path = film(folder / f"{seconds}.mp4", seconds, "detailed")
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
    parser.add_argument("--clip", nargs="+", choices=CLIPS, default=tuple(CLIPS), help="these clips")
    parser.add_argument("--memory", action="store_true", help="measure memory instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.memory:
            met = memory(Path(folder), tuple(options.only))
        else:
            figures = (options.seconds, options.runs, tuple(options.only))
            found = {clip: speed(Path(folder), *figures, clip) for clip in options.clip}
            met = found.get("detailed", True)
    print(f"goal, see --help: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
