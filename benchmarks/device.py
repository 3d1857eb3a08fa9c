"""The checks' work on each device that torch finds: the processor, and a GPU where there is one.

    python benchmarks/device.py [--frames 64]

Frames of 1920 x 1080 that lie on the device already go through what works there: counted against a palette
of eight (``palette``) and against proportions of it (``proportion``), through a LUT (``lut``), into Lab and
CIEDE2000 against one colour (``de2000``), and through the style encoder, whose network runs there and whose
shrinking does not (``style``). Then through what is OpenCV's and compiled loops' to do, which is on the
processor by design wherever frames lie: they come there once for a batch, whatever asks (``copy``), and
``flicker``, ``flash``, ``technical`` and ``logo``, the regions of ``palette`` and ``pairs``, the pictures
that ``style`` and ``drift`` are shown, and the mattes of corrections are made of them. Prints frames a
second and the ratio to the processor. No figure of a GPU is in any document until somebody has run this on
one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from growth import PALETTE

from brandkit.brand import Brand, Swatch
from brandkit.check import discover
from brandkit.colour import ciede2000, srgb_to_lab
from brandkit.colour.lut import Lut, LutTable, grid
from brandkit.guidelines import Part, Proportions
from brandkit.known import Known
from brandkit.media.clip import Frames, Source
from brandkit.media.host import on_cpu
from brandkit.style.builtin import Builtin
from brandkit.survey import Survey

BATCH = 8
SOURCE = Source(Path("frames"), "", "video", 1920, 1080, None, Fraction(25), None)


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=64)
    given = parser.parse_args()
    swatches = tuple(Swatch(name=h[1:], hex=h) for h in PALETTE)
    parts = tuple(Part(name=s.name, swatches=(s.name,), share=1 / len(swatches)) for s in swatches)
    brand = Brand(name="Device", swatches=swatches, proportions=Proportions(parts=parts))
    found = ["cpu", *(f"cuda:{k}" for k in range(torch.cuda.device_count()))]
    if torch.backends.mps.is_available():
        found.append("mps")
    base: dict[str, float] = {}
    print(f"{'device':12}{'work':12}{'frames/s':>10}{'of the cpu':>12}")
    for device in found:
        pixels = _frames(device)
        for name, work in _works(brand, device).items():
            rate = _rate(work, pixels, device, given.frames)
            base.setdefault(name, rate)
            print(f"{device:12}{name:12}{rate:10.1f}{rate / base[name]:12.2f}", flush=True)
    if len(found) == 1:
        print("no GPU on this machine: nothing is said of one")
    print("on the processor by design, wherever frames lie: copy, flicker, flash, technical, logo, mattes")
    return 0


def _works(brand: Brand, device: str) -> dict[str, Callable[[torch.Tensor], object]]:
    known = Known(brand, device)
    known.find_far()
    survey = Survey(brand, device, known=known, in_turn=True)
    nodes = grid(33) ** 1.1  # a little darker, so that there is something to do
    checks = {name: discover().checks[name]() for name in ("proportion", "flicker")}
    for check in checks.values():
        check.start(brand, SOURCE)
    encoder = Builtin(device)
    target = srgb_to_lab(torch.tensor((0, 80, 255), dtype=torch.uint8, device=device))
    return {
        "palette": lambda pixels: survey.update(_batch(pixels)),
        "proportion": lambda pixels: checks["proportion"].update(_batch(pixels)),
        "lut": LutTable(Lut(nodes), device),
        "de2000": lambda pixels: ciede2000(srgb_to_lab(pixels.movedim(1, -1)), target),
        "style": lambda pixels: encoder.encode(on_cpu(_batch(pixels)).pixels),
        "copy": lambda pixels: on_cpu(_batch(pixels)),
        "flicker": lambda pixels: checks["flicker"].update(_batch(pixels)),
    }


def _batch(pixels: torch.Tensor) -> Frames:
    return Frames(pixels, 0, tuple(k / 25 for k in range(len(pixels))))


def _frames(device: str) -> torch.Tensor:
    """Noise on gradients, ``uint8`` ``[8, 3, 1080, 1920]``."""
    rng = np.random.default_rng(5)
    ramp = np.linspace(0, 230, 1920, dtype=np.float32)
    base = np.stack([np.tile(np.roll(ramp, 640 * c), (1080, 1)) for c in range(3)])
    noisy = base[None] + rng.normal(8, 3, (BATCH, 3, 1080, 1920))
    return torch.from_numpy(noisy.clip(0, 255).astype(np.uint8)).to(device)


def _rate(work: Callable[[torch.Tensor], object], pixels: torch.Tensor, device: str, frames: int) -> float:
    def settle() -> None:
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)
        elif device == "mps":
            torch.mps.synchronize()

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
