"""A store that is made once, of small pictures and a clip, and copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import brandkit.store
from brandkit import batch, media
from brandkit.brand import Brand
from brandkit.media import Frames, Source
from brandkit.store import Store, filing, items
from brandkit.store.filed import Case, Item, Wanted

from .conftest import BRAND, banner

HOSTILE = "<img src=x onerror=alert(1)> *b*.png"
CLIP = "pulse.mp4"
FRAMES, RATE = 30, 25
PULSE = range(10, 20)


@dataclass(frozen=True)
class Stock:
    """A store on disk, and the brand that judged."""

    folder: Path
    store: Store
    brand: Brand

    def item(self, name: str) -> Item:
        """An item by its file's name."""
        return next(i for i in items.find(self.store, Wanted(state=())).items if i.name == name)

    def case(self, name: str) -> Case:
        """All there is on it."""
        return items.open_case(self.store, self.item(name).id)

    def copy(self, folder: Path) -> Stock:
        """The same, for a test of its own."""
        shutil.copytree(self.folder, folder)
        return Stock(folder, brandkit.store.open(str(folder)), self.brand)


def shelf(factory: pytest.TempPathFactory) -> Stock:
    """The store that tests copy, made once a session."""
    return _made(factory.getbasetemp() / "shelf")


@cache
def _made(folder: Path) -> Stock:
    folder.mkdir()
    return make(folder)


def make(folder: Path) -> Stock:
    """Two stills that fail, one under a hostile name, one within, one corrected, and a clip that pulses."""
    brand_file = folder / "acme.brand.yml"
    brand_file.write_text(BRAND, encoding="utf-8")
    brand = Brand.load(brand_file)
    store = brandkit.store.open(str(folder / "store"))
    failing = [
        banner(folder / "drifted.png", (20, 84, 240)),
        banner(folder / "worse.png", (40, 100, 235)),
        banner(folder / HOSTILE, (30, 92, 238)),
    ]
    filing.file_run(
        store, batch.check_all([str(p) for p in failing], brand, checks=["palette"]), brand, source="check"
    )
    corrected = banner(folder / "corrected.png", (35, 95, 236))
    how = batch.Settings(checks=("palette",))
    run = batch.correct_all([str(corrected)], brand, folder / "out", how)
    filing.file_run(store, run, brand, source="correct")
    clip = folder / CLIP
    like = Source(clip, "", "video", 160, 90, FRAMES, Fraction(RATE), FRAMES / RATE)
    media.write(clip, _pulsing(), like)
    run = batch.check_all([str(clip)], brand, checks=["palette", "flicker"])
    filing.file_run(store, run, brand, source="check")
    return Stock(folder / "store", store, brand)


def _pulsing() -> Iterator[Frames]:
    """A panel that wanders over a grey, brighter in every second frame of ``PULSE``."""
    for k in range(FRAMES):
        pixels = np.full((90, 160, 3), (120, 124, 118), np.float64)
        pixels[20:60, 20 + 2 * k : 70 + 2 * k] = (0, 80, 255)
        pixels[70:80, 8 + k : 12 + k] = 250
        pixels *= 1.06 if k in PULSE and k % 2 else 1.0
        frame = torch.from_numpy(pixels.clip(0, 255).astype(np.uint8)).permute(2, 0, 1)[None].contiguous()
        yield Frames(frame, k, (k / RATE,))


def pixels_of(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A picture as it is."""
    return np.asarray(Image.open(path).convert("RGB"))
