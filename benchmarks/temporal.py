"""How well flicker is told from motion: the check `flicker` beside VBench's temporal flickering.

    python benchmarks/temporal.py [--quick] [--only CLIP ...] [--frames 48] [--jobs N]

Each clip (real footage, and real photographs under pans, zooms, cuts, fades, grain and things that pass) is
measured as it is and with flicker in it, both after H.264 at crf 23:

- `global`: all codes times 1 plus and minus 0.5, 1, 2 or 4 %, as a sine of 8 Hz, and 1 % at 4 and 15 Hz
- `part`: those of a box of a sixth of the frame's sides, likewise
- `swatch`: those of a panel in the brand's blue, at 8 Hz
- `shadow`: the light in a soft shadow that crosses the picture, beside the same steady shadow

Prints for each kind and strength the AUC (how often a clip with flicker scores above a clip without, over all
pairs), and `own`, how often it scores above itself without. `VBench` is the mean absolute difference of
neighbouring frames, over codes 0 to 255 (Huang et al. 2024, "VBench: Comprehensive Benchmark Suite for Video
Generative Models"; its `vbench/temporal_flickering.py`, where the score is 255 minus that, by 255):

    (1 / (T - 1)) sum_t mean_pixels |I_t - I_(t-1)|

`left` is how much of the pulse the codec left, in the median over the clips: the slope of what the part's
mean code does beyond the clean clip's, after decoding, against what was put in. `AUC of half` counts only
clips in which at least half is left: what the codec took away is in no frame to be found.

Then the false alarms on clean clips at the default limits, the IoU of the box that is reported for `part`,
and how flashes on either side of each threshold of WCAG 2.2 are judged. Speed is measured by
`benchmarks/temporal_speed.py`. Exit status 1 if a goal is missed: AUC 0.99 from 1 % on, no false alarm, IoU
0.5 in the median from 1 % on, all flashes judged right.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from brandkit_checks.flash import Flash
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
    shadowed,
    with_panel,
)

from brandkit import media
from brandkit.brand import Brand, Swatch
from brandkit.guidelines import FLICKER
from brandkit.media.clip import Frames, Source

STRENGTHS = (0.005, 0.01, 0.02, 0.04)
RATE, OTHER_RATES = 8.0, (4.0, 15.0)
LIMITS = {name: limit.max or 0.0 for name, limit in FLICKER.items()}
METRICS = {"global": "global_de00", "part": "local_de00", "swatch": "brand_de00", "shadow": "local_de00"}
ACME = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#{:02X}{:02X}{:02X}".format(*BLUE)),))
WHOLE: Box = (0, 0, WIDTH, HEIGHT)
HALF = 0.5
AUC_GOAL, IOU_GOAL = 0.99, 0.5


@dataclass(frozen=True)
class Scores:
    """What one clip scored.

    Attributes:
        ours: by metric; 0 where it could not be measured.
        vbench: mean absolute difference of neighbouring frames, in codes.
        box: where the check says that it flickers, in pixels.
        levels: mean code of the decoded frames, frame by frame, within the boxes asked for.
    """

    ours: dict[str, float]
    vbench: float
    box: Box | None
    levels: dict[Box, list[float]]


def measure(path: Path, asked: tuple[Box, ...]) -> Scores:
    """Both scores of a file, and its levels within the boxes that are asked for."""
    clip, check = media.open(path), Flicker()
    check.start(ACME, clip.source)
    differences, last = [], None
    levels: dict[Box, list[float]] = {box: [] for box in asked}
    for frames in clip.batches(8):
        check.update(frames)
        for frame in frames.pixels.float():
            if last is not None:
                differences.append(float((frame - last).abs().mean()))
            last = frame
            for (x, y, width, height), level in levels.items():
                level.append(float(frame[:, y : y + height, x : x + width].mean()))
    ours, box = {}, None
    for found in check.finish():
        ours[found.metric.name] = found.value or 0.0
        if found.region is not None:
            box = (found.region.x, found.region.y, found.region.width, found.region.height)
    return Scores(ours, float(np.mean(differences)), box, levels)


def left(found: list[float], clean: list[float], gains: np.ndarray) -> float:
    """How much of a pulse is left in a part's levels, as a share of what was put in."""
    put_in = (gains - 1) * np.array(clean)
    return float((np.array(found) - np.array(clean)) @ put_in / (put_in @ put_in))


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


Trial = tuple[str, float, float]
"""Kind, strength and rate in Hz."""


def trials(quick: bool) -> list[Trial]:
    """What is put into each clip."""
    if quick:
        return [(kind, 0.01, RATE) for kind in METRICS]
    found = [(kind, strength, RATE) for kind in METRICS for strength in STRENGTHS]
    return found + [(kind, 0.01, rate) for kind in METRICS if kind != "swatch" for rate in OTHER_RATES]


@dataclass(frozen=True)
class Outcome:
    """What one clip scored, clean (``plain`` and with a steady ``shadow``) and with each kind of flicker."""

    name: str
    clean: dict[str, Scores]
    found: dict[Trial, Scores]
    box: Box
    left: dict[Trial, float]


def outcome(name: str, frames: int, wanted: list[Trial]) -> Outcome:
    """Measure one clip in all its versions."""
    torch.set_num_threads(1)
    number = list(CLIPS).index(name)
    pictures = with_panel(CLIPS[name](frames))
    count, box = len(pictures), place(number)
    with tempfile.TemporaryDirectory() as folder:

        def score(shown: list[np.ndarray]) -> Scores:
            return measure(encode(shown, Path(folder) / "clip.mp4"), (WHOLE, box, PANEL))

        clean = {"plain": score(pictures), "shadow": score(shadowed(pictures, np.ones(count)))}
        found, survives = {}, {}
        for trial in wanted:
            kind, strength, rate = trial
            gains = gain(count, strength, rate, 0.7 + number)
            if kind == "shadow":
                found[trial] = score(shadowed(pictures, gains))
            else:
                where = {"global": WHOLE, "part": box, "swatch": PANEL}[kind]
                found[trial] = score(flickering(pictures, gains, where))
                survives[trial] = left(found[trial].levels[where], clean["plain"].levels[where], gains)
    return Outcome(name, clean, found, box, survives)


class Trials:
    """Scores of clips with and without flicker."""

    def __init__(self, names: list[str], frames: int, wanted: list[Trial]) -> None:
        self._names, self._frames, self._wanted = names, frames, wanted
        self.clean: dict[str, dict[str, Scores]] = defaultdict(dict)
        self.found: dict[Trial, list[tuple[str, Scores]]] = defaultdict(list)
        self.overlaps: dict[Trial, list[float]] = defaultdict(list)
        self.left: dict[Trial, dict[str, float]] = defaultdict(dict)

    def run(self, jobs: int) -> None:
        """Measure all, as many clips at a time as there are jobs; says on standard error which are done."""
        with ProcessPoolExecutor(jobs) as pool:
            running = [pool.submit(outcome, name, self._frames, self._wanted) for name in self._names]
            for done in as_completed(running):
                self._note(done.result())

    def _note(self, clip: Outcome) -> None:
        print(clip.name, file=sys.stderr, flush=True)
        for kind, scores in clip.clean.items():
            self.clean[kind][clip.name] = scores
        for trial, scores in clip.found.items():
            self.found[trial].append((clip.name, scores))
            if trial in clip.left:
                self.left[trial][clip.name] = clip.left[trial]
            if trial[0] == "part":
                self.overlaps[trial].append(overlap(scores.box, clip.box) if scores.box else 0.0)

    def report(self) -> bool:
        """Print the tables; returns whether the goals are met."""
        met = True
        print(f"{len(self._names)} clips of {self._frames} frames, {WIDTH} x {HEIGHT}, H.264 crf 23")
        print(
            f"{'':8}{'%':>5}{'Hz':>5}{'AUC':>8}{'own':>8}{'VBench':>10}{'own':>8}{'least':>8}{'clean':>8}"
            f"{'left':>7}  AUC of half"
        )
        for trial, found in sorted(self.found.items()):
            kind, strength, rate = trial
            metric, clean = METRICS[kind], self.clean["shadow" if kind == "shadow" else "plain"]
            ours = [scores.ours.get(metric, 0.0) for _, scores in found]
            without = [scores.ours.get(metric, 0.0) for scores in clean.values()]
            own = [scores.ours.get(metric, 0.0) > clean[name].ours.get(metric, 0.0) for name, scores in found]
            peer = auc([s.vbench for _, s in found], [s.vbench for s in clean.values()])
            peer_own = [scores.vbench > clean[name].vbench for name, scores in found]
            score = auc(ours, without)
            print(
                f"{kind:8}{100 * strength:5.3g}{rate:5.3g}{score:8.3f}{np.mean(own):8.2f}{peer:10.3f}"
                f"{np.mean(peer_own):8.2f}{min(ours):8.3f}{max(without):8.3f}{self._left(trial, without)}"
            )
            met &= score >= AUC_GOAL or strength < 0.01
        return self._report_alarms() & self._report_boxes() & met

    def _left(self, trial: Trial, without: list[float]) -> str:
        """The columns of what the codec left; empty of what was not followed."""
        share = self.left.get(trial)
        if not share:
            return ""
        metric = METRICS[trial[0]]
        half = [scores.ours.get(metric, 0.0) for name, scores in self.found[trial] if share[name] >= HALF]
        shown = f"{auc(half, without):.3f} of {len(half)}" if half else "none"
        return f"{statistics.median(share.values()):7.2f}  {shown}"

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
            for trial in self._wanted:
                if trial[0] == kind and trial[2] == RATE:
                    values = [scores.ours.get(metric, 0.0) for _, scores in self.found[trial]]
                    shares.append(f"{100 * trial[1]:.3g} %: {np.mean(np.array(values) > limit):.2f}")
            print(f"found at the limit {limit} of {metric}: {', '.join(shares)}")
        return alarms == 0

    def _report_boxes(self) -> bool:
        met = True
        for (_, strength, rate), values in sorted(self.overlaps.items()):
            middle = statistics.median(values)
            share = np.mean(np.array(values) >= IOU_GOAL)
            said = f"median IoU {middle:.2f}, 0.5 in {share:.0%} of clips"
            print(f"box of the part at {100 * strength:.3g} %, {rate:.3g} Hz: {said}")
            met &= middle >= IOU_GOAL or strength < 0.01
        return met


SCREEN = (300, 225)
"""Pixels that are a cell of 0.1 degrees each."""


def flashing(times: int, share: float, low: float, high: float, channels: tuple[float, ...]) -> float:
    """What ``general_hz`` or ``red_hz`` says of a field's ``share`` that goes up and down so many times.

    Args:
        times: of going up and down within a second.
        share: of a field of 10 degrees, 0 to 1.
        low: linear light at the darker end.
        high: at the lighter one.
        channels: by what red, green and blue are multiplied; a red flash where they differ.
    """
    from brandkit.colour.spaces import linear_to_srgb

    width, height = SCREEN
    across = width // 4
    side = across, round(share / 9 * width * height / across)
    field = torch.full((3, height, width), low)
    pixels = []
    for k in range(25):
        lit = high if k < 24 and (k // 3) % 2 and k // 6 < times else low
        frame = field.clone()
        frame[:, : side[1], : side[0]] = lit
        pixels.append(frame * torch.tensor(channels)[:, None, None])
    codes = (linear_to_srgb(torch.stack(pixels)) * 255).round().to(torch.uint8)
    check = Flash()
    check.start(ACME, Source(Path("a.mp4"), "", "video", width, height, 25, None, 1.0))
    check.update(Frames(codes, 0, tuple(k / 25 for k in range(25))))
    metric = "general_hz" if len(set(channels)) == 1 else "red_hz"
    return next(found.value or 0.0 for found in check.finish() if found.metric.name == metric)


def report_flashes() -> bool:
    """Print how flashes on either side of each threshold are judged; whether all are right."""
    white, red = (1.0, 1.0, 1.0), (1.0, 0.0, 0.0)
    cases = [
        ("luminance 11 %, darker 30 %", 4, 0.5, 0.30, 0.41, white, True),
        ("luminance 9 %", 4, 0.5, 0.30, 0.39, white, False),
        ("area 26 %", 4, 0.26, 0.1, 0.6, white, True),
        ("area 24 %", 4, 0.24, 0.1, 0.6, white, False),
        ("3 flashes", 3, 0.5, 0.1, 0.6, white, False),
        ("4 flashes", 4, 0.5, 0.1, 0.6, white, True),
        ("darker 79 %", 4, 0.5, 0.79, 0.95, white, True),
        ("darker 81 %", 4, 0.5, 0.81, 0.95, white, False),
        ("red from black", 4, 0.5, 0.0, 0.8, red, True),
    ]
    right = 0
    for name, times, share, low, high, channels, fails in cases:
        found = flashing(times, share, low, high, channels)
        right += (found > 3) == fails
        print(f"flash, {name:30}{found:4.0f} Hz, {'fails' if found > 3 else 'passes'}")
    print(f"flashes judged right: {right} of {len(cases)}; more in tests/checks/test_flash.py")
    return right == len(cases)


def main() -> int:
    """Run the trials."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--quick", action="store_true", help="eight clips, 1 %% at 8 Hz")
    parser.add_argument("--only", nargs="+", choices=tuple(CLIPS), help="these clips")
    parser.add_argument("--frames", type=int, default=48, help="frames of each clip")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="clips at a time")
    options = parser.parse_args()
    names = options.only or list(QUICK if options.quick else CLIPS)
    run = Trials(names, options.frames, trials(options.quick))
    run.run(options.jobs)
    met = run.report() & report_flashes()
    print(f"goals, see --help: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
