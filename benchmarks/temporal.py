"""How well flicker is told from motion: the check `flicker` beside VBench's temporal flickering.

    python benchmarks/temporal.py [--quick] [--frames 48] [--speed]

Each clip (real footage, and real photographs under pans, zooms, cuts, fades, grain and things that pass) is
measured as it is and with flicker in it, both after H.264 at crf 23:

- `global`: all codes times 1 plus and minus 0.5, 1, 2 or 4 %, as a sine of 4, 8 and 15 Hz
- `part`: those of a box of a sixth of the frame's sides, at 8 Hz
- `swatch`: those of a panel in the brand's blue, at 8 Hz
- `shadow`: the light in a soft shadow that crosses the picture, at 8 Hz, beside the same steady shadow

Prints for each kind and strength the AUC (how often a clip with flicker scores above a clip without, over all
pairs), and `own`, how often it scores above itself without. `VBench` is the mean absolute difference of
neighbouring frames, over codes 0 to 255 (Huang et al. 2024, "VBench: Comprehensive Benchmark Suite for Video
Generative Models"; its `vbench/temporal_flickering.py`, where the score is 255 minus that, by 255):

    (1 / (T - 1)) sum_t mean_pixels |I_t - I_(t-1)|

Then the false alarms on clean clips at the limits, and the IoU of the box that is reported for `part`.
`--speed` measures frames a second at 1080p instead, beside PyAV's bare decoding. Exit status 1 if a goal is
missed: AUC 0.99 for `global` and `swatch` from 1 % on, no false alarm, IoU 0.5 in the median from 2 % on.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import torch
from brandkit_checks.flicker import Flicker
from temporal_clips import (
    BLUE,
    CLIPS,
    HEIGHT,
    PANEL,
    QUICK,
    WIDTH,
    Box,
    encode,
    flickering,
    gain,
    pan,
    shadowed,
    with_panel,
)

from brandkit import media
from brandkit.brand import Brand, Swatch

STRENGTHS = (0.005, 0.01, 0.02, 0.04)
RATES = (4.0, 8.0, 15.0)
LIMITS = {"global_de00": 0.15, "local_de00": 0.6, "brand_de00": 0.15}
METRICS = {"global": "global_de00", "part": "local_de00", "swatch": "brand_de00", "shadow": "local_de00"}
ACME = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#{:02X}{:02X}{:02X}".format(*BLUE)),))
AUC_GOAL, IOU_GOAL = 0.99, 0.5


@dataclass(frozen=True)
class Scores:
    """What one clip scored.

    Attributes:
        ours: by metric; 0 where it could not be measured.
        vbench: mean absolute difference of neighbouring frames, in codes.
        box: where the check says that it flickers, in pixels.
    """

    ours: dict[str, float]
    vbench: float
    box: Box | None


def measure(path: Path) -> Scores:
    """Both scores of a file."""
    clip, check = media.open(path), Flicker()
    check.start(ACME, clip.source)
    differences, last = [], None
    for frames in clip.batches(8):
        check.update(frames)
        for frame in frames.pixels.float():
            if last is not None:
                differences.append(float((frame - last).abs().mean()))
            last = frame
    ours, box = {}, None
    for found in check.finish():
        ours[found.metric.name] = found.value or 0.0
        if found.region is not None:
            box = (found.region.x, found.region.y, found.region.width, found.region.height)
    return Scores(ours, float(np.mean(differences)), box)


def auc(high: list[float], low: list[float]) -> float:
    """The share of pairs in which ``high`` is higher; ties count half."""
    one, other = np.array(high)[:, None], np.array(low)[None]
    return float(((one > other) + 0.5 * (one == other)).mean())


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    sides = [
        max(0, min(one[k] + one[k + 2], other[k] + other[k + 2]) - max(one[k], other[k])) for k in (0, 1)
    ]
    shared = sides[0] * sides[1]
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def place(number: int) -> Box:
    """A box of a sixth of the frame's sides, elsewhere in each clip, and not on the panel."""
    rng = np.random.default_rng(number)
    width, height = WIDTH // 6, HEIGHT // 6
    while True:
        x, y = int(rng.integers(40, WIDTH - width - 40)), int(rng.integers(40, HEIGHT - height - 40))
        if not overlap((x, y, width, height), PANEL):
            return x, y, width, height


class Trials:
    """Scores of clips with and without flicker."""

    def __init__(self, folder: Path, frames: int, quick: bool) -> None:
        self._folder, self._frames = folder, frames
        self._names = QUICK if quick else tuple(CLIPS)
        self._rates = RATES[1:2] if quick else RATES
        self._strengths = STRENGTHS[1:3] if quick else STRENGTHS
        self.clean: dict[str, dict[str, Scores]] = defaultdict(dict)
        self.found: dict[tuple[str, float], list[tuple[str, Scores]]] = defaultdict(list)
        self.overlaps: dict[float, list[float]] = defaultdict(list)

    def run(self) -> None:
        """Measure all; says on standard error which clip it is at."""
        for number, name in enumerate(self._names):
            print(name, file=sys.stderr, flush=True)
            pictures = with_panel(CLIPS[name](self._frames))
            count, phase, box = len(pictures), 0.7 + number, place(number)
            steady = np.ones(count)
            self.clean["plain"][name] = self._score(pictures)
            self.clean["shadow"][name] = self._score(shadowed(pictures, steady))
            for strength in self._strengths:
                for rate in self._rates:
                    gains = gain(count, strength, rate, phase)
                    self._note("global", strength, name, flickering(pictures, gains))
                gains = gain(count, strength, 8.0, phase)
                scores = self._note("part", strength, name, flickering(pictures, gains, box))
                self.overlaps[strength].append(overlap(scores.box, box) if scores.box else 0.0)
                self._note("swatch", strength, name, flickering(pictures, gains, PANEL))
                self._note("shadow", strength, name, shadowed(pictures, gains))

    def _note(self, kind: str, strength: float, name: str, pictures: list[np.ndarray]) -> Scores:
        scores = self._score(pictures)
        self.found[kind, strength].append((name, scores))
        return scores

    def _score(self, pictures: list[np.ndarray]) -> Scores:
        return measure(encode(pictures, self._folder / "clip.mp4"))

    def report(self) -> bool:
        """Print the tables; returns whether the goals are met."""
        met = True
        print(f"{len(self._names)} clips of {self._frames} frames, {WIDTH} x {HEIGHT}, H.264 crf 23")
        print(f"{'':8}{'%':>5}{'AUC':>8}{'own':>8}{'VBench':>10}{'own':>8}{'least':>8}{'clean':>8}")
        for (kind, strength), found in sorted(self.found.items()):
            metric, clean = METRICS[kind], self.clean["shadow" if kind == "shadow" else "plain"]
            ours = [scores.ours.get(metric, 0.0) for _, scores in found]
            without = [scores.ours.get(metric, 0.0) for scores in clean.values()]
            own = [scores.ours.get(metric, 0.0) > clean[name].ours.get(metric, 0.0) for name, scores in found]
            peer = auc([s.vbench for _, s in found], [s.vbench for s in clean.values()])
            peer_own = [scores.vbench > clean[name].vbench for name, scores in found]
            score = auc(ours, without)
            print(
                f"{kind:8}{100 * strength:5.3g}{score:8.3f}{np.mean(own):8.2f}{peer:10.3f}"
                f"{np.mean(peer_own):8.2f}{min(ours):8.3f}{max(without):8.3f}"
            )
            met &= score >= AUC_GOAL or strength < 0.01 or kind in ("part", "shadow")
        return self._report_alarms() & self._report_boxes() & met

    def _report_alarms(self) -> bool:
        alarms = 0
        for kind, clips in self.clean.items():
            for name, scores in clips.items():
                for metric, value in scores.ours.items():
                    if value > LIMITS[metric]:
                        alarms += 1
                        print(f"false alarm: {name}, {kind}: {metric} {value:.3f}")
        print(f"false alarms on clean clips: {alarms}")
        for metric, limit in LIMITS.items():
            kind = {"global_de00": "global", "local_de00": "part", "brand_de00": "swatch"}[metric]
            shares = []
            for strength in self._strengths:
                values = [scores.ours.get(metric, 0.0) for _, scores in self.found[kind, strength]]
                shares.append(f"{100 * strength:.3g} %: {np.mean(np.array(values) > limit):.2f}")
            print(f"found at the limit {limit} of {metric}: {', '.join(shares)}")
        return alarms == 0

    def _report_boxes(self) -> bool:
        met = True
        for strength, values in sorted(self.overlaps.items()):
            middle = statistics.median(values)
            share = np.mean(np.array(values) >= IOU_GOAL)
            said = f"median IoU {middle:.2f}, 0.5 in {share:.0%} of clips"
            print(f"box of the part at {100 * strength:.3g} %: {said}")
            met &= middle >= IOU_GOAL or strength < 0.02
        return met


def speed(folder: Path, runs: int = 3) -> None:
    """Frames a second at 1080p: the check alone, with decoding, and PyAV's decoding alone."""
    import cv2
    import temporal_clips

    large = [cv2.resize(p, (1920, 1080), interpolation=cv2.INTER_CUBIC) for p in pan("rocket", 48, 5, 2)]
    temporal_clips.WIDTH, temporal_clips.HEIGHT = 1920, 1080
    path = encode(large, folder / "large.mp4")
    clip = media.open(path)

    def checked() -> None:
        check = Flicker()
        check.start(ACME, clip.source)
        for frames in clip.batches(8):
            check.update(frames)
        check.finish()

    def read() -> None:
        for _ in clip.batches(8):
            pass

    def decoded() -> None:
        with av.open(str(path)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for _ in container.decode(video=0):
                pass

    print(f"1920 x 1080, {torch.get_num_threads()} threads of torch, best of {runs}")
    for name, task in (
        ("flicker, with reading", checked),
        ("reading alone", read),
        ("PyAV, decode", decoded),
    ):
        task()
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            task()
            times.append(time.perf_counter() - start)
        print(f"{name:24}{len(large) / min(times):8.1f} frames a second")


def main() -> int:
    """Run the trials."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--quick", action="store_true", help="eight clips, 1 and 2 %%, one rate")
    parser.add_argument("--frames", type=int, default=48, help="frames of each clip")
    parser.add_argument("--speed", action="store_true", help="measure speed instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.speed:
            speed(Path(folder))
            return 0
        trials = Trials(Path(folder), options.frames, options.quick)
        trials.run()
    met = trials.report()
    print(f"goals, see --help: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
