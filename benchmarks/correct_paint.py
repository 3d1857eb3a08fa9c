"""What ``correct_scenes`` paints with: photographs, colours at a given distance, shapes and light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from skimage import color, data
from sklearn.datasets import load_sample_image

from brandkit.swatch import Finish, rgb8

Picture = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """One region of a case.

    Attributes:
        hex: the swatch it should have.
        drift: CIEDE2000 by which it misses it.
        way: ``hue``, ``chroma``, ``light``, or ``cast`` (red up, blue down, in linear light).
        shape: ``panel``, ``disc`` or ``logo``; of a shaded one ``ball``, ``drum`` or ``cloth``.
        share: of the frame, 0 to 1.
        finish: as the swatch's.
        gloss: strength of a shaded region's highlight, linear light.
    """

    hex: str
    drift: float
    way: str
    shape: str
    share: float
    finish: Finish = "flat"
    gloss: float = 0.0


def photograph(name: str, size: tuple[int, int]) -> Picture:
    """A real photograph that scikit-image or scikit-learn ships, cropped from its middle to ``size``."""
    if name in ("china", "flower"):
        whole = load_sample_image(f"{name}.jpg")
    elif name == "motorcycle":
        whole = data.stereo_motorcycle()[0]
    else:
        whole = getattr(data, name)()
    height, width = whole.shape[:2]
    scale = min(width / size[0], height / size[1])
    across, down = round(size[0] * scale), round(size[1] * scale)
    left, top = (width - across) // 2, (height - down) // 2
    way = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(whole[top : top + down, left : left + across, :3], size, interpolation=way))


def encode(linear: Array) -> Array:
    """Linear light 0 to 1 as sRGB codes, 0 to 255, not rounded."""
    inside = np.clip(linear, 0, 1)
    return 255 * np.where(inside <= 0.0031308, 12.92 * inside, 1.055 * inside ** (1 / 2.4) - 0.055)


def decode(codes: Array) -> Array:
    """sRGB codes, 0 to 255, in linear light 0 to 1; the inverse of ``encode``."""
    value = np.asarray(codes, np.float64) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def difference(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Array:
    """CIEDE2000 between sRGB codes ``[..., 3]``, by scikit-image."""
    apart = color.deltaE_ciede2000(color.rgb2lab(one / 255), color.rgb2lab(other / 255))
    return np.asarray(np.nan_to_num(apart))


def drifted(part: Part) -> Array:
    """The colour, linear light, that lies ``part.drift`` from its swatch in that direction, inside sRGB."""
    target = np.array(rgb8(part.hex), np.float64)

    def at(step: float) -> Array:
        lightness, a, b = color.rgb2lab(target / 255)
        chroma, hue = np.hypot(a, b), np.arctan2(b, a)
        if part.way == "cast":
            return np.clip(decode(target) * np.exp(np.array([step, 0, -step]) / 100), 0, 1)
        if part.way == "hue":
            hue += np.deg2rad(step)
        elif part.way == "chroma":
            chroma -= step
        else:
            lightness += step
        moved = np.array([[[lightness, chroma * np.cos(hue), chroma * np.sin(hue)]]])
        return decode(255 * np.clip(color.lab2rgb(moved)[0, 0], 0, 1))

    # A wrong hue outside the gamut would be clipped into another hue: of two senses the one that is met.
    steps = np.concatenate((np.arange(0.25, 60, 0.25), -np.arange(0.25, 60, 0.25)))
    apart = np.array([difference(encode(at(step)), target) for step in steps])
    return at(float(steps[np.abs(apart - part.drift).argmin()]))


def light_error(part: Part) -> float:
    """CIEDE2000 under full light that is left where all of a drift is undone but its luminance.

    Whether a surface is darker or less lit is not to be told from a picture.
    """
    weights = np.array([0.2126, 0.7152, 0.0722])
    target = decode(np.array(rgb8(part.hex), np.float64))
    kept = target * (drifted(part) @ weights) / (target @ weights)
    return float(difference(encode(kept), encode(target)))


def coverage(part: Part, size: tuple[int, int], centre: tuple[float, float], share: float) -> Array:
    """How much of each pixel the region covers, 0 to 1, drawn at four times the size."""
    width, height = 4 * size[0], 4 * size[1]
    reach = np.sqrt(share * width * height)
    x = np.arange(width)[None] - 4 * centre[0]
    y = np.arange(height)[:, None] - 4 * centre[1]
    canvas = np.zeros((height, width), np.float32)
    if part.shape in ("panel", "drum"):
        canvas[(np.abs(x) < reach * 0.62) & (np.abs(y) < reach * 0.40)] = 1
    elif part.shape == "cloth":
        edge = 0.45 * reach + 0.05 * reach * np.sin(x / reach * 9)
        canvas[(np.abs(x) < reach * 0.55) & (np.abs(y) < edge)] = 1
    elif part.shape == "logo":
        distance = np.hypot(x, y)
        ring = (distance < reach * 0.62) & (distance > reach * 0.36)
        canvas[ring | ((np.abs(x + y) < reach * 0.14) & (distance < reach * 0.55))] = 1
    else:
        canvas[np.hypot(x, y) < reach * 0.564] = 1
    return cv2.resize(canvas, size, interpolation=cv2.INTER_AREA).astype(np.float64)


def light(part: Part, size: tuple[int, int], centre: tuple[float, float], seed: int, turn: float) -> Array:
    """The light on a shaded region, 0.1 to 1, ``[H, W]``; ``turn`` moves it, in radians."""
    reach = np.sqrt(part.share * size[0] * size[1])
    x = (np.arange(size[0])[None] - centre[0]) / reach
    y = (np.arange(size[1])[:, None] - centre[1]) / reach
    if part.shape == "ball":
        z = np.sqrt(np.clip(1 - (x**2 + y**2) / 0.564**2, 0, 1))
        field = (-0.5 * np.cos(turn) * x - 0.5 * y) / 0.564 + 0.7 * z
    elif part.shape == "drum":
        field = np.cos(np.clip((x / 0.62 + 0.3 * np.cos(turn)) * 1.2, -1.5, 1.5)) + 0 * y
    else:
        field = 0.65 + 0.3 * np.sin(9 * x + 4 * y + 2 * np.sin(3 * y) + turn)
    shadow = 1 / (1 + np.exp(-(x + 0.6 * y + 0.25) / 0.06))
    field = np.clip(field, 0, 1) * (0.55 + 0.45 * shadow)
    grain = cv2.GaussianBlur(data.gravel().astype(np.float64) / 255, (0, 0), 1.2)
    top, left = seed % (512 - size[1]), 0
    rows = np.tile(grain[top : top + size[1]], (1, 2))[:, left : left + size[0]]
    return np.asarray(np.clip(0.1 + 0.9 * field * (1 + 0.25 * (rows - grain.mean())), 0.08, 1))


def highlight(part: Part, size: tuple[int, int], centre: tuple[float, float]) -> Array:
    """White light that a glossy region adds, linear light ``[H, W]``."""
    reach = np.sqrt(part.share * size[0] * size[1])
    x = (np.arange(size[0])[None] - centre[0]) / reach + 0.2
    y = (np.arange(size[1])[:, None] - centre[1]) / reach + 0.2
    return np.asarray(part.gloss * np.exp(-(x**2 + y**2) / 0.08**2))


def rounded(codes: Array) -> Picture:
    """Codes as bytes."""
    return np.clip(np.round(codes), 0, 255).astype(np.uint8)
