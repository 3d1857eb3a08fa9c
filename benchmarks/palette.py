"""How long one picture takes against a palette: ours beside scikit-image, colour-science and plain torch.

    python benchmarks/palette.py [--runs 5] [--grain]

Every row computes the same: for each of 1920 x 1080 pixels the nearest of eight swatches and its
CIEDE2000, from 8-bit sRGB, sRGB to Lab included. `cold` starts with an empty table, as for a single
picture; `warm` with one that has seen the picture, as in a video. `copy` only copies the pixels: nothing
can be faster than memory. `first call` is what a fresh process pays once, to load the compiled loops (or,
on a new machine, to compile them).

Prints the median of the runs, the ratio to scikit-image, and how far the distances differ. Exit status 1
if a goal is missed: cold 30 times, warm 300 times faster than scikit-image.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
from skimage import color, data

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab
from brandkit.colour.table import ColourTable, Columns
from brandkit.colour.targets import Target, Targets

PALETTE = ("#0050FF", "#FF4F00", "#FFFFFF", "#101820", "#808080", "#C81E3C", "#14A050", "#FAC828")
COLD_GOAL = 30.0
WARM_GOAL = 300.0

Image = npt.NDArray[np.uint8]
Result = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def picture(grain: bool) -> Image:
    """A real photograph at 1920 x 1080; with grain, noise of 1.5 codes as a camera would add."""
    photograph = data.astronaut()[:288]
    scaled = cv2.resize(photograph, (1920, 1080), interpolation=cv2.INTER_CUBIC)
    if not grain:
        return np.ascontiguousarray(scaled)
    noise = np.random.default_rng(0).normal(0, 1.5, scaled.shape)
    return np.asarray(np.clip(np.round(scaled + noise), 0, 255), np.uint8)


def rgb8(code: str) -> tuple[int, int, int]:
    """A HEX colour as three numbers, 0 to 255."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def evaluator() -> Callable[[torch.Tensor], Columns]:
    """What brandkit's table asks of each colour: nearest swatch and distance."""
    targets = Targets([Target(rgb8(code)) for code in PALETTE])

    def evaluate(rgb: torch.Tensor) -> Columns:
        found = targets.nearest(rgb)
        return found.index.to(torch.uint8), found.distance

    return evaluate


def look_up(table: ColourTable, pixels: torch.Tensor) -> Result:
    """Nearest swatch and distance of every pixel through a table."""
    ids = table.index(pixels).flatten()
    index, distance = (column.index_select(0, ids) for column in table.columns[:2])
    return index.numpy(), distance.numpy()


def by_scikit_image(image: Image) -> Result:
    """scikit-image: one distance image for each swatch, then the least."""
    lab = color.rgb2lab(image)
    swatches = color.rgb2lab(np.array([[rgb8(code) for code in PALETTE]], np.uint8))[0]
    distances = np.stack([color.deltaE_ciede2000(lab, swatch[None, None]) for swatch in swatches])
    return distances.argmin(0), distances.min(0)


def by_colour_science(image: Image) -> Result:
    """colour-science, likewise."""
    import colour

    def lab(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        return np.asarray(colour.XYZ_to_Lab(colour.sRGB_to_XYZ(values / 255)))

    own = lab(image.astype(np.float64))
    swatches = lab(np.array([rgb8(code) for code in PALETTE], np.float64))
    distances = np.stack([colour.delta_E(own, swatch, method="CIE 2000") for swatch in swatches])
    return distances.argmin(0), distances.min(0)


def by_plain_torch(image: Image) -> Result:
    """The textbook formula in torch on every pixel."""
    lab = srgb_to_lab(torch.from_numpy(image))
    swatches = srgb_to_lab(torch.tensor([rgb8(code) for code in PALETTE], dtype=torch.uint8))
    distances = torch.stack([ciede2000(lab, swatch) for swatch in swatches])
    least, index = distances.min(0)
    return index.numpy(), least.numpy()


def median_ms(task: Callable[[], object], runs: int) -> float:
    """Median time of a call in milliseconds, after one that is not counted."""
    task()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        task()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> int:
    """Run all rows and print the table."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of ours; the peers get at most 3")
    parser.add_argument("--grain", action="store_true", help="add noise, so that far more colours occur")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", message=".*Matplotlib.*")  # colour-science, of its plots
    image = picture(options.grain)
    pixels = torch.from_numpy(image).permute(2, 0, 1)[None].contiguous()
    evaluate = evaluator()

    start = time.perf_counter()
    warm = ColourTable(evaluate)
    ours = look_up(warm, pixels)
    first = (time.perf_counter() - start) * 1000
    slow = min(options.runs, 3)
    peer = by_scikit_image(image)
    rows = {
        "brandkit, cold": median_ms(lambda: look_up(ColourTable(evaluate), pixels), options.runs),
        "brandkit, warm": median_ms(lambda: look_up(warm, pixels), options.runs),
        "scikit-image": median_ms(lambda: by_scikit_image(image), slow),
        "colour-science": median_ms(lambda: by_colour_science(image), slow),
        "torch, textbook": median_ms(lambda: by_plain_torch(image), slow),
        "copy": median_ms(lambda: pixels.clone(), options.runs),
    }
    reference = rows["scikit-image"]
    print(f"1920 x 1080, {len(warm)} colours, {len(PALETTE)} swatches, {torch.get_num_threads()} threads")
    print(f"{'':18}{'ms':>10}{'times faster than scikit-image':>34}")
    for name, ms in rows.items():
        print(f"{name:18}{ms:10.1f}{reference / ms:34.1f}")
    print(f"first call {first:.0f} ms, once a process")
    apart = np.quantile(np.abs(ours[1] - peer[1].ravel()), (0.5, 0.999))
    print(f"difference from scikit-image, whose sRGB matrix has more decimals: {apart[0]:.4f} CIEDE2000 in")
    print(f"the median, {apart[1]:.4f} for one pixel in a thousand (greys, whose hue that rounding decides)")
    cold, fast = reference / rows["brandkit, cold"], reference / rows["brandkit, warm"]
    met = cold >= COLD_GOAL and fast >= WARM_GOAL
    print(f"goal cold {COLD_GOAL:.0f}, warm {WARM_GOAL:.0f}: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
