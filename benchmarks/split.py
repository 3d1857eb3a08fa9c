"""One long video: one pass beside several processes that each judge a part of it.

    python benchmarks/split.py [--minutes 2] [--workers 2] [--video FILE]

The film is made of a real one's frames, at 640 x 360: cuttings of 2 to 8 seconds, light and dark in turn, so
that there are cuts, as H.264 with B-frames. `brandkit check` judges it in a process of its own, without and
with `--workers`: seconds on the clock, processor seconds of all processes, and the peak of their memory
together, in which a page that several share counts for each. What has to be compiled is before.
Exit status 1 if the reports differ in a byte. How much sooner it is done depends on the cores: one pass uses
several threads already, and checks that have to see all of a film are one process's.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

VIDEO = Path(__file__).parents[1] / "tests" / "data" / "video" / "bigbuckbunny.mp4"
SIZE, FPS = (640, 360), 25
BRAND = """\
meta: {name: Acme}
color: {palette: {blue: "#0050FF", green: "#6AA84F", sky: "#A0C8E8", paper: "#FFFFFF"}}
defaults: {brandkit: {required: [palette, flicker, flash, technical]}}
"""
POLL_S = 0.1


@dataclass(frozen=True)
class Run:
    """What a run of the command took."""

    report: bytes
    wall_s: float
    cpu_s: float
    peak_mib: float

    def __str__(self) -> str:
        return f"{self.wall_s:6.1f} s, processor {self.cpu_s:6.1f} s, {self.peak_mib:5.0f} MiB"


def film(path: Path, video: Path, frames: int) -> Path:
    """A film of so many frames, out of those of another."""
    with av.open(str(video)) as container:
        shown = [frame.reformat(*SIZE, format="rgb24").to_ndarray() for frame in container.decode(video=0)]
    random = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "20", "bf": "3", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        left, number, at, light = 0, 0, 0, 1.0
        while number < frames:
            if not left:
                left, at, light = int(random.integers(50, 200)), int(random.integers(len(shown))), 1.3 - light
            picture = shown[at if (at := at + 1) < len(shown) else (at := 0)]
            frame = av.VideoFrame.from_ndarray(
                (picture * light).clip(0, 255).astype(np.uint8), format="rgb24"
            )
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
            left, number = left - 1, number + 1
        container.mux(stream.encode(None))
    return path


def judged(path: Path, brand: Path, *more: str) -> Run:
    """Run the command, and watch it and its processes."""
    command = [sys.executable, "-m", "brandkit.cli", "check", str(path), "-b", str(brand), "-f", "json"]
    before, started, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    with subprocess.Popen([*command, "--no-timestamp", *more], stdout=subprocess.PIPE) as process:
        os.set_blocking(process.stdout.fileno(), False)  # type: ignore[union-attr]
        report = b""
        while process.poll() is None:
            peak = max(peak, sum(map(_rss_mib, _family(process.pid))))
            report += process.stdout.read() or b""  # type: ignore[union-attr]
            time.sleep(POLL_S)
        report += process.stdout.read() or b""  # type: ignore[union-attr]
    wall_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(report, wall_s, cpu_s, peak)


def _family(pid: int) -> list[int]:
    found, parents = [pid], {}
    for path in Path("/proc").iterdir():
        try:
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except (ValueError, OSError):
            continue
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _rss_mib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    """Run both and compare; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--video", type=Path, default=VIDEO)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        brand = Path(folder) / "acme.brand.yml"
        brand.write_text(BRAND, encoding="utf-8")
        judged(film(Path(folder) / "short.mp4", given.video, 50), brand)
        path = film(Path(folder) / "long.mp4", given.video, round(given.minutes * 60 * FPS))
        print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        one = judged(path, brand)
        print(f"one pass:  {one}", flush=True)
        many = judged(path, brand, "--workers", str(given.workers))
    print(f"{given.workers} workers: {many}")
    print(f"ratio: {one.wall_s / many.wall_s:.2f} x as fast, {many.peak_mib / one.peak_mib:.2f} x the memory")
    same = one.report == many.report and bool(one.report)
    print(f"reports are {'equal to the byte' if same else 'NOT EQUAL'} ({len(one.report)} bytes)")
    print(f"load after: {os.getloadavg()[0]:.1f}")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
