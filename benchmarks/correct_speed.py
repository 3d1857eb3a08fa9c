"""How fast a LUT is applied and solved, beside OpenColorIO: ``correct.py --speed`` runs this.

1920 x 1080, 8 bits in and out, 33 nodes, tetrahedral, the same cores, runs of both in turn. OpenColorIO
gets what it likes best: pixels interleaved, its optimised 8-bit processor made beforehand, the picture in
as many parts as there are threads. For a single picture all that ours has to set up is counted; of a
video, frames after the first few. Solving is timed by the processor's clock, with one thread.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import PyOpenColorIO
import torch
from correct_cases import cases
from correct_paint import Picture
from correct_scenes import Case, build
from palette import picture

from brandkit import media
from brandkit.colour.lut import Lut, grid
from brandkit.correct import solve
from brandkit.errors import CorrectionError
from brandkit.media.clip import Clip, Frames
from brandkit.survey import Survey

RUNS = 15
WARMING = 6
"""Frames of a video that go before those that are timed: from the third on there is a table."""
SINGLE, VIDEO, SOLVE = 1.3, 2.5, 1.0
"""Goals: of a single picture, time as a multiple of OpenColorIO's; of video, how much faster; seconds."""


def run() -> None:
    """Print both tables."""
    threads = torch.get_num_threads()
    print(f"1920 x 1080, 33 nodes, {threads} threads, min and median of {RUNS} runs in turn, milliseconds")
    print(f"{'':36}{'brandkit':>16}{'OpenColorIO':>16}{'ratio of medians':>18}")
    for grain in (False, True):
        applying(_bent(), picture(grain), "with grain" if grain else "a photograph", threads)
    torch.set_num_threads(1)
    print("\none 1920 x 1080 picture, processor seconds: to count its colours, and to solve (goal under 1)")
    for family in ("flat clean", "flat, two colours", "shaded clean"):
        for case in [c for c in cases() if c.family == family][:4]:
            print(f"  {case.name[:66]:68}{solving(case)}", flush=True)


def applying(lut: Lut, image: Picture, what: str, threads: int) -> None:
    """Print the rows of one picture."""
    frames = torch.from_numpy(image).permute(2, 0, 1)[None].contiguous()
    peer, video = opencolorio(lut, image, threads), lut.table()
    for _ in range(WARMING):
        ours = video(frames)
    apart = np.abs(ours[0].permute(1, 2, 0).numpy().astype(int) - peer())
    if apart.max() > 1:
        raise RuntimeError(f"ours and OpenColorIO are {apart.max()} codes apart")
    times = in_turn(lambda: lut.table()(frames), lambda: video(frames), peer)
    line(f"single picture, {what}", times[0], times[2], SINGLE)
    line(f"further frames of a video, {what}", times[1], times[2], 1 / VIDEO)
    print(f"{'':4}one code apart in {(apart > 0).mean():.1e} of the values")


def line(name: str, ours: list[float], theirs: list[float], goal: float) -> None:
    """Print a row, and whether the ratio of the medians meets the goal."""
    ratio = statistics.median(ours) / statistics.median(theirs)
    cells = "".join(f"{min(times):8.1f}{statistics.median(times):8.1f}" for times in (ours, theirs))
    print(f"{name:36}{cells}{ratio:18.2f}  goal {goal:.2f} {'met' if ratio <= goal else 'MISSED'}")


def in_turn(*tasks: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of each run of each task; one run of each that is not counted goes first."""
    times: list[list[float]] = [[] for _ in tasks]
    for k in range(RUNS + 1):
        for task, own in zip(tasks, times, strict=True):
            start = time.perf_counter()
            task()
            if k:
                own.append((time.perf_counter() - start) * 1000)
    return times


def opencolorio(lut: Lut, image: Picture, threads: int) -> Callable[[], Picture]:
    """A call that applies the LUT's ``.cube`` to the picture."""
    with tempfile.TemporaryDirectory() as folder:
        cube = Path(folder) / "lut.cube"
        cube.write_text(lut.cube())
        transform = PyOpenColorIO.FileTransform(str(cube), interpolation=PyOpenColorIO.INTERP_TETRAHEDRAL)
        depth = PyOpenColorIO.BIT_DEPTH_UINT8
        processor = PyOpenColorIO.Config.CreateRaw().getProcessor(transform)
        cpu = processor.getOptimizedCPUProcessor(depth, depth, PyOpenColorIO.OPTIMIZATION_DEFAULT)
    result = np.empty_like(image)
    height, width = image.shape[:2]
    spans = list(pairwise(height * k // threads for k in range(threads + 1)))

    def described(pixels: Picture) -> PyOpenColorIO.PackedImageDesc:
        return PyOpenColorIO.PackedImageDesc(pixels, width, len(pixels), 3, depth, 1, 3, 3 * width)

    def part(span: tuple[int, int]) -> None:
        cpu.apply(described(image[slice(*span)]), described(result[slice(*span)]))

    pool = ThreadPoolExecutor(threads)

    def apply() -> Picture:
        list(pool.map(part, spans))
        return result

    return apply


def solving(case: Case) -> str:
    """Seconds for the census of a case's picture at 1920 x 1080, and for what follows it."""
    with tempfile.TemporaryDirectory() as folder:
        small = build(case, Path(folder)).given[0]
        path = Path(folder) / "large.png"
        large = cv2.resize(small, (1920, 1080), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(path), large[..., ::-1])
        clip = Held(media.open(path))
    refused = ""

    def count() -> None:
        survey = Survey(case.brand)
        for batch in clip.batches():
            survey.update(batch)

    def whole() -> None:
        nonlocal refused
        try:
            solve(clip, case.brand)
        except CorrectionError:
            refused = "  refused"

    census = min(processor_seconds(count) for _ in range(2))
    rest = min(processor_seconds(whole) for _ in range(2)) - census
    return f"{census:6.2f}{rest:8.2f}{'' if rest < SOLVE else '  MISSED'}{refused}"


def processor_seconds(task: Callable[[], object]) -> float:
    """What a call costs, whatever else the machine has to do."""
    start = time.process_time()
    task()
    return time.process_time() - start


class Held:
    """A clip whose frames were decoded and converted beforehand."""

    def __init__(self, clip: Clip) -> None:
        self.source = clip.source
        self._batches = list(clip.batches(8))
        assert all(len(frames.pixels) for frames in self._batches)  # they are converted when asked for

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """As ``Clip.batches``, whatever the size."""
        return iter(self._batches)


def _bent() -> Lut:
    """A smooth LUT that moves every colour and mixes the channels."""
    red, green, blue = grid(33).unbind(-1)
    bent = (red**1.2, 0.9 * green + 0.1 * red * blue, blue**0.8 * (1 - 0.1 * green))
    return Lut(torch.stack(bent, -1))
