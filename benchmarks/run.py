"""Run the benchmarks one after the other and write what they print to `benchmarks/RESULTS.md`.

    python benchmarks/run.py [--only NAME ...] [--list]

Each prints our figure, the peer's and the ratio, and ends with status 1 where a goal is missed. The file is
written anew after each, so that a run that is ended keeps what was done; a benchmark that was not run this
time keeps its section, under the machine that it names. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from brandkit.media.atomic import replacing

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "RESULTS.md"
PACKAGES = (
    "brandkit",
    "torch",
    "numpy",
    "numba",
    "opencv-python-headless",
    "av",
    "scikit-image",
    "streamlit",
)
HEAD = """# Results

Written by `make bench` (`benchmarks/run.py`): what each benchmark printed, beside the machine it ran on. No
machine had a GPU; `benchmarks/device.py` prints the table of whoever has one.

![How cost grows with pixels, swatches, seconds, references and workers](growth.png)
"""
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Benchmark:
    """A command and what it is about."""

    title: str
    command: tuple[str, ...]


ALL = (
    Benchmark("A picture against a palette", ("palette.py",)),
    Benchmark("The same with camera noise", ("palette.py", "--grain")),
    Benchmark("A batch of pictures", ("batch.py",)),
    Benchmark("Every colour to Lab", ("lab_all_colours.py",)),
    Benchmark("Reading video", ("video_read.py",)),
    Benchmark("Solving for and applying LUTs", ("correct.py", "--speed")),
    Benchmark("How exact corrections are", ("correct.py", "--quick")),
    Benchmark("Flicker and flashes", ("temporal.py", "--quick")),
    Benchmark("Checks of video", ("temporal_speed.py",)),
    Benchmark("Memory of long video", ("temporal_speed.py", "--memory")),
    Benchmark("Taking flicker out", ("deflicker.py", "--quick")),
    Benchmark("Logos", ("logo.py", "--quick")),
    Benchmark("Style", ("style.py", "--quick")),
    Benchmark("The loop around a generator", ("loop.py", "--quick")),
    Benchmark("The built-in generator", ("builtin.py",)),
    Benchmark("Print", ("press.py",)),
    Benchmark("A queue of 10,000 items", ("review_queue.py",)),
    Benchmark("From frame to frame in review", ("review.py", "--frames", "20")),
    Benchmark("The gate over HTTP", ("gate.py",)),
    Benchmark("One long video by two workers", ("split.py", "--minutes", "1")),
    Benchmark("How cost grows", ("growth.py",)),
    Benchmark("A start", ("cold.py",)),
    Benchmark("Devices", ("device.py",)),
)


def main() -> int:
    """Run them; the number that missed a goal or failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="files of benchmarks, such as palette.py")
    parser.add_argument("--list", action="store_true", help="print the commands and end")
    given = parser.parse_args()
    chosen = [b for b in ALL if given.only is None or b.command[0] in given.only]
    if given.list:
        print("\n".join(f"python benchmarks/{' '.join(b.command)}" for b in chosen))
        return 0
    if not chosen:
        parser.error(f"no benchmark is called {' or '.join(given.only)}; see --list")
    sections = _sections()
    missed = 0
    for benchmark in chosen:
        print(f"== {benchmark.title}: {' '.join(benchmark.command)}", flush=True)
        text, status = _run(benchmark)
        missed += status != 0
        sections[benchmark.title] = text
        _write(sections)
    print(f"{RESULTS}: {len(chosen)} run, {missed} missed a goal or failed")
    return missed


def _run(benchmark: Benchmark) -> tuple[str, int]:
    """A section, and the benchmark's exit status; what it prints is shown as it comes."""
    began, lines = time.monotonic(), []
    command = [sys.executable, str(FOLDER / benchmark.command[0]), *benchmark.command[1:]]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    minutes = (time.monotonic() - began) / 60
    said = {0: "no goal is missed", 1: "a goal is MISSED"}.get(process.returncode, "it FAILED")
    words = f"`python benchmarks/{' '.join(benchmark.command)}`: {said}. {_machine()}, {minutes:.1f} min."
    return f"\n{words}\n\n```\n" + "\n".join(lines) + "\n```\n\n", process.returncode


def _machine() -> str:
    """Processor, memory, day and versions, in one line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file() and (found := re.search(r"model name\s*: (.+)", info.read_text(encoding="utf-8"))):
        model = found[1].strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores of {model}, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, {', '.join(versions)}"
    )


def _sections() -> dict[str, str]:
    """What was written before, by title, in the order of ``ALL``."""
    if not RESULTS.is_file():
        return {}
    return dict(SECTION.findall(RESULTS.read_text(encoding="utf-8")))


def _write(sections: dict[str, str]) -> None:
    order = [b.title for b in ALL if b.title in sections]
    text = HEAD + "".join(f"\n## {title}\n{sections[title].rstrip()}\n" for title in order)
    with replacing(RESULTS) as temporary:
        temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
