"""The checks' work on each device that torch finds: the processor, and a GPU where there is one.

    python benchmarks/device.py [--frames 64]

Frames of 1920 x 1080 that lie on the device already are counted against a palette of eight, and a LUT is
applied to them. Prints frames a second and the ratio to the processor. No figure of a GPU is in any document
until somebody has run this on one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from growth import PALETTE

from brandkit.brand import Brand, Swatch
from brandkit.colour.lut import Lut, LutTable, grid
from brandkit.media.clip import Frames
from brandkit.survey import Survey

BATCH = 8


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=64)
    given = parser.parse_args()
    brand = Brand(name="Device", swatches=tuple(Swatch(name=h[1:], hex=h) for h in PALETTE))
    found = ["cpu", *(f"cuda:{k}" for k in range(torch.cuda.device_count()))]
    base: dict[str, float] = {}
    print(f"{'device':12}{'work':10}{'frames/s':>10}{'of the cpu':>12}")
    for device in found:
        pixels = _frames(device)
        for name, work in _works(brand, device).items():
            rate = _rate(work, pixels, device, given.frames)
            base.setdefault(name, rate)
            print(f"{device:12}{name:10}{rate:10.1f}{rate / base[name]:12.2f}", flush=True)
    if len(found) == 1:
        print("no GPU on this machine: nothing is said of one")
    return 0


def _works(brand: Brand, device: str) -> dict[str, Callable[[torch.Tensor], object]]:
    survey = Survey(brand, torch.device(device), in_turn=True)
    nodes = grid(33) ** 1.1  # a little darker, so that there is something to do
    return {
        "palette": lambda pixels: survey.update(Frames(pixels, 0, tuple(range(len(pixels))))),
        "lut": LutTable(Lut(nodes), device),
    }


def _frames(device: str) -> torch.Tensor:
    """Noise on gradients, ``uint8`` ``[8, 3, 1080, 1920]``."""
    rng = np.random.default_rng(5)
    ramp = np.linspace(0, 230, 1920, dtype=np.float32)
    base = np.stack([np.tile(np.roll(ramp, 640 * c), (1080, 1)) for c in range(3)])
    noisy = base[None] + rng.normal(8, 3, (BATCH, 3, 1080, 1920))
    return torch.from_numpy(noisy.clip(0, 255).astype(np.uint8)).to(device)


def _rate(work: Callable[[torch.Tensor], object], pixels: torch.Tensor, device: str, frames: int) -> float:
    def settle() -> None:
        if device != "cpu":
            torch.cuda.synchronize(device)

    work(pixels)
    settle()
    began, done = time.perf_counter(), 0
    while done < frames:
        work(pixels)
        done += len(pixels)
    settle()
    return done / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
