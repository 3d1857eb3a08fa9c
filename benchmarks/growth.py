"""How cost grows: with pixels, swatches, seconds of video, references and workers.

    python benchmarks/growth.py [--only pixels swatches seconds references workers]

Prints for each a table of what was asked for and the processor time of `brandkit.check` (for workers:
pictures a second on the clock), each after one run to warm up, with the exponent p of cost ~ size^p fitted to
it: 1 is in proportion, 0 is no growth. Draws them into `benchmarks/growth.png`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch
from temporal_clips import photograph
from temporal_speed import film

import brandkit
from brandkit.brand import Brand, Swatch
from brandkit.media.atomic import replacing

PLOT = Path(__file__).parent / "growth.png"
NAMES = ("astronaut", "coffee", "chelsea", "rocket", "flower", "china")
PALETTE = ("#0050FF", "#C8102E", "#00A651", "#FFB000", "#101820", "#7A3E9D", "#00B5E2", "#F26522")


@dataclass(frozen=True)
class Course:
    """What was measured of one thing that grows."""

    title: str
    unit: str
    sizes: tuple[float, ...]
    costs: tuple[float, ...]
    cost: str

    @property
    def power(self) -> float:
        """p of cost ~ size^p, by least squares of the logarithms."""
        return float(np.polyfit(np.log(self.sizes), np.log(self.costs), 1)[0])


def pixels(folder: Path) -> Course:
    """One photograph at several sizes."""
    sizes = (0.5, 1, 2, 4, 8, 16, 33)
    costs = []
    for size in sizes:
        path = _picture(folder / f"{size}.png", round((size * 1e6 * 16 / 9) ** 0.5))
        costs.append(_time(path, _brand(4), ["palette"]))
    return Course("pixels of a picture, palette of 4", "million", sizes, tuple(costs), "ms")


def swatches(folder: Path) -> Course:
    """One picture against more and more colours."""
    path = _picture(folder / "hd.png", 1920)
    sizes = (1, 2, 4, 8, 16, 32, 64)
    return Course(
        "swatches, 1920 x 1080",
        "colours",
        sizes,
        tuple(_time(path, _brand(n), ["palette"]) for n in sizes),
        "ms",
    )


def seconds(folder: Path) -> Course:
    """A clip that grows longer, by four checks."""
    sizes = (2, 4, 8, 16)
    names = ["palette", "flicker", "flash", "technical"]
    costs = [_time(film(folder / f"{s}.mp4", s, "detailed"), _brand(2), names, warm=False) for s in sizes]
    return Course("seconds of video, 1920 x 1080, four checks", "s", sizes, tuple(costs), "ms")


def references(folder: Path) -> Course:
    """A picture's style against more and more approved ones."""
    sizes, costs = (8, 16, 32, 64), []
    made = [_picture(folder / f"approved-{k:02d}.png", 640, k) for k in range(max(sizes))]
    for size in sizes:
        place = folder / f"brand-{size}"
        (place / "approved").mkdir(parents=True)
        for path in made[:size]:
            (place / "approved" / path.name).symlink_to(path)
        text = (
            "meta: {name: Growth}\ncolor:\n  palette: {blue: '#0050FF'}\n"
            "defaults:\n  brandkit:\n    style: {references: ['approved/*.png'], encoder: builtin}\n"
        )
        (place / "growth.brand.yml").write_text(text, encoding="utf-8")
        brand = Brand.load(place / "growth.brand.yml")
        costs.append(_time(made[0], brand, ["style"]))
    return Course("approved references, style of a picture", "pictures", sizes, tuple(costs), "ms")


def workers(folder: Path) -> Course:
    """Pictures a second, by processes."""
    paths = [_picture(folder / f"many-{k:02d}.png", 1920, k) for k in range(24)]
    most = os.cpu_count() or 1
    sizes = tuple(n for n in (1, 2, 4, 8, 16, 32, 64) if n <= most)
    rates = []
    for size in sizes:
        with ProcessPoolExecutor(size, mp_context=get_context("spawn")) as pool:
            list(pool.map(_judge, paths[: 2 * size]))
            began = time.perf_counter()
            list(pool.map(_judge, paths))
            rates.append(len(paths) / (time.perf_counter() - began))
    return Course("workers, 1920 x 1080", "processes", sizes, tuple(rates), "pictures/s")


COURSES: dict[str, Callable[[Path], Course]] = {
    "pixels": pixels,
    "swatches": swatches,
    "seconds": seconds,
    "references": references,
    "workers": workers,
}


def _judge(path: Path) -> str:
    torch.set_num_threads(1)
    return brandkit.check(path, _brand(4), checks=["palette"]).verdict.value


def _picture(path: Path, width: int, number: int = 0) -> Path:
    """A crop of a photograph, each number its own, with a panel of the first colour in it."""
    whole = photograph(NAMES[number % len(NAMES)])[..., :3]
    inset = number // len(NAMES) * 4
    whole = whole[inset : whole.shape[0] - inset, inset : whole.shape[1] - inset]
    height = round(width * 9 / 16)
    scaled = cv2.resize(whole, (width, height), interpolation=cv2.INTER_CUBIC)
    scaled[height // 4 : height // 2, width // 4 : width // 2] = (0, 80, 255)
    cv2.imwrite(str(path), scaled[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return path


def _brand(count: int) -> Brand:
    """So many colours: those of ``PALETTE``, then others spread over the cube."""
    rng = np.random.default_rng(3)
    more = ["#{:02X}{:02X}{:02X}".format(*rng.integers(0, 256, 3)) for _ in range(count)]
    return Brand(
        name="Growth",
        swatches=tuple(Swatch(name=f"c{k}", hex=hex) for k, hex in enumerate([*PALETTE, *more][:count])),
    )


def _time(path: Path, brand: Brand, checks: list[str], *, warm: bool = True) -> float:
    """Processor time of a check in ms, the least of three."""
    if warm:
        brandkit.check(path, brand, checks=checks)
    taken = []
    for _ in range(3):
        began = time.process_time()
        brandkit.check(path, brand, checks=checks)
        taken.append(time.process_time() - began)
    return 1e3 * min(taken)


def _draw(courses: list[Course]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.ticker import LogLocator, StrMethodFormatter

    figure, axes = plt.subplots(1, len(courses), figsize=(3.4 * len(courses), 3.2), layout="constrained")
    for axis, course in zip(np.atleast_1d(axes), courses, strict=True):
        axis.loglog(course.sizes, course.costs, "o-", color="black")
        axis.set(title=f"{course.title}\np = {course.power:.2f}", xlabel=course.unit, ylabel=course.cost)
        axis.title.set_fontsize(8)
        axis.set_xticks(course.sizes, [f"{size:g}" for size in course.sizes], fontsize=8)
        middle = float(np.exp(np.log(course.costs).mean()))
        reach = max(10**0.5, max(course.costs) / middle, middle / min(course.costs)) * 1.15
        axis.set_ylim(middle / reach, middle * reach)  # a decade at least: what hardly grows looks so
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    with replacing(PLOT) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


def _lines(course: Course) -> Iterator[str]:
    yield f"{course.title}: cost grows with the power {course.power:.2f}"
    yield f"{course.unit:>12}{course.cost:>14}"
    for size, cost in zip(course.sizes, course.costs, strict=True):
        yield f"{size:12g}{cost:14.1f}"


def main() -> int:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=COURSES, default=tuple(COURSES))
    given = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # of the worker processes
    torch.set_num_threads(1)
    courses = []
    for name in given.only:
        with tempfile.TemporaryDirectory(prefix="brandkit-growth-") as folder:
            courses.append(COURSES[name](Path(folder)))
        print("\n".join(_lines(courses[-1])), flush=True)
    _draw(courses)
    print(f"drawn: {PLOT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
