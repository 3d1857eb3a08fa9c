"""Pictures with known truth: a photograph with a brand region pasted in, as clips that need no file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import colour
import cv2
import numpy as np
import torch
from skimage import data

from brandkit.media.clip import Frames, Source

BOX = (slice(100, 400), slice(100, 500))
WHITE = colour.XYZ_to_xy(np.array([0.9505, 1.0, 1.0890]))


@dataclass
class Scene:
    """Frames in memory as a clip."""

    pictures: list[np.ndarray]

    @property
    def source(self) -> Source:
        height, width = self.pictures[0].shape[:2]
        kind = "image" if len(self.pictures) == 1 else "video"
        fps = None if kind == "image" else Fraction(25)
        return Source(Path("scene.png"), "0" * 64, kind, width, height, len(self.pictures), fps, None)

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        for first in range(0, len(self.pictures), size):
            some = np.stack(self.pictures[first : first + size])
            pixels = torch.from_numpy(some).permute(0, 3, 1, 2).contiguous().to(device)
            yield Frames(pixels, first, tuple((first + k) / 25 for k in range(len(some))))


def photograph(name: str) -> np.ndarray:
    """A photograph that scikit-image ships, at 960 x 540."""
    return cv2.resize(getattr(data, name)(), (960, 540), interpolation=cv2.INTER_AREA)


def lab(rgb8: np.ndarray) -> np.ndarray:
    """CIELAB by colour-science, with the white that brandkit states."""
    return np.asarray(colour.XYZ_to_Lab(colour.sRGB_to_XYZ(np.asarray(rgb8) / 255), WHITE))


def de00(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIEDE2000 between 8-bit colours, by colour-science."""
    return np.asarray(colour.delta_E(lab(one), lab(other), method="CIE 2000"))


def drifted(target: tuple[int, int, int], drift: float, seed: int) -> np.ndarray:
    """An 8-bit colour at that CIEDE2000 from a target, in a direction that the seed picks."""
    rng = np.random.default_rng(seed)
    near = np.unique(np.clip(np.array(target) + rng.integers(-60, 61, (20_000, 3)), 0, 255), axis=0)
    apart = de00(near, np.array(target))
    fitting = near[np.abs(apart - drift) < 0.15]
    return fitting[rng.integers(len(fitting))]


def paste(picture: np.ndarray, values: np.ndarray, sigma: float = 1.5) -> np.ndarray:
    """The picture with a region of these codes and noise of that deviation."""
    result = picture.copy()
    shape = (*result[BOX].shape[:2], 3)
    noise = np.random.default_rng(0).normal(0, sigma, shape)
    result[BOX] = np.clip(np.round(np.broadcast_to(values, shape) + noise), 0, 255).astype(np.uint8)
    return result


def outside() -> np.ndarray:
    """Where the region is not, of a 960 x 540 picture."""
    rest = np.ones((540, 960), bool)
    rest[BOX] = False
    return rest


def ramp(linear: np.ndarray) -> np.ndarray:
    """Codes, not rounded, of a surface of one linear-light colour, from deep shadow to full light."""
    light = np.linspace(0.08, 1.0, 400)[None, :, None]
    return colour.models.eotf_inverse_sRGB(light * linear) * 255 + np.zeros((300, 1, 1))


def rgb8(hex_colour: str) -> tuple[int, int, int]:
    r, g, b = bytes.fromhex(hex_colour[1:])
    return r, g, b
