"""Photographs in one look and in others, by stated recipes, for ``benchmarks/style.py``."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import skimage.data
import sklearn.datasets
from PIL import Image
from scipy.ndimage import gaussian_filter

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]
Random = np.random.Generator
Recipe = Callable[[F64, Random], F64]

_SKIMAGE = Path(skimage.data.__file__).parent
_SKLEARN = Path(sklearn.datasets.__file__).parent / "images"


def _shipped(package: str, name: str) -> Path:
    """A file that a package installs, wherever it puts it."""
    for path in files(package) or ():
        if path.name == name and (found := Path(str(path.locate()))).is_file():
            return found
    raise FileNotFoundError(f"{package} installs no {name}")


DESIGN = {
    **{name: _SKIMAGE / name for name in ("coffee.png", "chelsea.png", "motorcycle_left.png")},
    **{name: _shipped("color-matcher", name) for name in ("scotland_plain.png", "scotland_house.png")},
}
"""Photographs on which choices were made: what a vector holds, and how many neighbours count."""
HELD_OUT = {
    **{name: _SKIMAGE / name for name in ("astronaut.png", "rocket.jpg")},
    **{name: _SKLEARN / name for name in ("china.jpg", "flower.jpg")},
    "scotland_pitie.png": _shipped("color-matcher", "scotland_pitie.png"),
    "grace_hopper.jpg": _shipped("matplotlib", "grace_hopper.jpg"),
}
"""Photographs that no choice has seen; the figures are of these."""
SUBJECTS = {
    "design": [_SKIMAGE / name for name in ("retina.jpg", "page.png", "brick.png")],
    "held out": [_SKIMAGE / name for name in ("ihc.png", "hubble_deep_field.jpg", "text.png", "grass.png")],
}
"""What no photograph of the brand shows: tissue, stars, type, texture."""

LONGEST = 512
SAME_GRAIN = ", same grain"
GRAIN = 0.025
"""Standard deviation of the brand's grain, alike in all channels."""
LUMA = np.array([0.2126, 0.7152, 0.0722])
"""ITU-R BT.709."""
SEPIA = np.array([[0.393, 0.349, 0.272], [0.769, 0.686, 0.534], [0.189, 0.168, 0.131]])
"""The usual matrix, rows of R, G and B."""


def opened(path: Path) -> U8:
    """A photograph as ``[H, W, 3]``, its longer side at most ``LONGEST`` pixels."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
        picture.thumbnail((LONGEST, LONGEST))
        return np.asarray(picture)


def cropped(picture: U8, random: Random) -> U8:
    """The brand's crop: 4 by 5, upright, 55 to 80 % of what fits, anywhere, mirrored or not."""
    height, width = picture.shape[:2]
    tall = int(min(height, width * 5 / 4) * random.uniform(0.55, 0.8))
    wide = tall * 4 // 5
    top, left = random.integers(0, height - tall + 1), random.integers(0, width - wide + 1)
    part = picture[top : top + tall, left : left + wide]
    return part[:, ::-1] if random.random() < 0.5 else part


def graded(light: F64) -> F64:
    """The brand's grading: colour at 70 %, teal shadows, amber highlights, blacks at 7 %, whites at 95 %."""
    luma = (light @ LUMA)[..., None]
    toned = luma + 0.7 * (light - luma)
    toned = toned + (1 - luma) ** 2 * np.array([-0.03, 0.02, 0.06]) + luma**2 * np.array([0.06, 0.02, -0.07])
    return np.asarray(0.07 + 0.88 * toned)


def brand(light: F64, random: Random) -> F64:
    """The brand's grading and texture: grain of 2.5 %."""
    return graded(light) + random.normal(0, GRAIN, (*light.shape[:2], 1))


def plain(light: F64, random: Random) -> F64:
    """As it came from the camera."""
    return light


def cool(light: F64, random: Random) -> F64:
    """A blue cast."""
    return np.asarray((light * np.array([0.85, 1.0, 1.15])) ** 0.9)


def magenta(light: F64, random: Random) -> F64:
    """A magenta cast."""
    return np.asarray(light * np.array([1.1, 0.88, 1.08]))


def loud(light: F64, random: Random) -> F64:
    """Contrast at 140 %, colour at 150 %."""
    luma = (light @ LUMA)[..., None]
    return np.asarray(0.5 + 1.4 * (luma + 1.5 * (light - luma) - 0.5))


def without_texture(light: F64, random: Random) -> F64:
    """The brand's grading, without fine detail or grain."""
    return graded(gaussian_filter(light, (2.5, 2.5, 0)))


def sepia(light: F64, random: Random) -> F64:
    """Sepia."""
    return np.asarray(light @ SEPIA)


def posterised(light: F64, random: Random) -> F64:
    """The brand's look in four levels a channel."""
    return (np.clip(brand(light, random), 0, 0.999) * 4 // 1 + 0.5) / 4


def noisy(light: F64, random: Random) -> F64:
    """The brand's look under noise of 12 % a channel."""
    return brand(light, random) + random.normal(0, 0.12, light.shape)


def grained(recipe: Recipe) -> Recipe:
    """Another grading with the brand's own grain, so that texture tells nothing."""

    def both(light: F64, random: Random) -> F64:
        return recipe(light, random) + random.normal(0, GRAIN, (*light.shape[:2], 1))

    return both


_GRADINGS: dict[str, Recipe] = {
    "no grading": plain,
    "cool grading": cool,
    "magenta grading": magenta,
    "loud grading": loud,
    "sepia": sepia,
}
OTHERS: dict[str, Recipe] = {
    **_GRADINGS,
    **{f"{name}{SAME_GRAIN}": grained(recipe) for name, recipe in _GRADINGS.items()},
    "no texture": without_texture,
    "posterised": posterised,
    "noise": noisy,
}


def treated(picture: U8, recipe: Recipe, random: Random) -> U8:
    """A crop of a photograph after a recipe, rounded to 8 bits."""
    light = recipe(cropped(picture, random) / 255, random)
    return np.asarray((np.clip(light, 0, 1) * 255).round(), np.uint8)
