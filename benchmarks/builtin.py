"""How long ``builtin`` takes for a picture, and how many faultless ones pass the brands that are shipped.

A faultless picture that fails has a shade that resembles another swatch, or a part of the set in the way.
Sizes are of 12 seeds each, alternating brands; shares are of ``--seeds`` seeds a brand at ``--side`` pixels.
There is no peer: no other renderer takes a brand.

    python benchmarks/builtin.py --quick
"""

from __future__ import annotations

import argparse
import statistics
import time
from itertools import cycle
from pathlib import Path

import brandkit
from brandkit.brand import Brand
from brandkit.generate import Builtin, Request

PALETTES = Path(__file__).parent.parent / "palettes"
SIZES = (384, 512, 1024)
CHECKS = ("palette", "proportion", "pairs")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few seeds")
    parser.add_argument("--seeds", type=int, default=40, help="a brand")
    parser.add_argument("--first", type=int, default=1000, help="the first seed, 1000: not used to tune it")
    parser.add_argument("--side", type=int, default=320, help="pixels")
    options = parser.parse_args()
    seeds = 6 if options.quick else options.seeds
    brands = [Brand.load(path) for path in sorted(PALETTES.glob("*.brand.yml"))]
    generator = Builtin("none")
    _seconds(generator, brands[0], 0, 64)
    for side in SIZES:
        taken = [
            _seconds(generator, brand, seed, side)
            for seed, brand in zip(range(4 if options.quick else 12), cycle(brands), strict=False)
        ]
        print(f"{side} x {side}: median {statistics.median(taken):.2f} s, slowest {max(taken):.2f} s")
    for brand in brands:
        verdicts = [
            brandkit.check(
                generator.generate(Request(seed=seed, width=options.side, height=options.side), brand),
                brand,
                checks=CHECKS,
            ).verdict.value
            for seed in range(options.first, options.first + seeds)
        ]
        counts = ", ".join(f"{verdicts.count(kind)} {kind}" for kind in sorted(set(verdicts)))
        print(f"{brand.name}: of {seeds}, {counts}")


def _seconds(generator: Builtin, brand: Brand, seed: int, side: int) -> float:
    start = time.perf_counter()
    next(iter(generator.generate(Request(seed=seed, width=side, height=side), brand).batches()))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
