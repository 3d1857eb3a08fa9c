"""What ``correct.py`` compares with: each takes frames and gives frames, in sRGB codes.

Every peer is helped as far as a fair reader would ask. The three that transfer statistics are given, as
their reference, the very picture that they should arrive at, which no user of theirs has; they work on
each frame with its own truth. ``MKL, masked`` is also told exactly where the region is, edges and all,
works on nothing else, and so leaves the outside alone by construction. The snap knows the swatches and
the capture radius, and of a shaded swatch keeps each pixel's luminance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from color_matcher import ColorMatcher
from correct_paint import Array, Mask, Picture, decode, difference, encode, rounded
from correct_scenes import Scene
from skimage.exposure import match_histograms

from brandkit.brand import Brand, Swatch

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])

Peer = Callable[[Scene, Brand], list[Picture]]


def histograms(scene: Scene, brand: Brand) -> list[Picture]:
    """scikit-image's ``match_histograms``, channel by channel."""
    pairs = zip(scene.given, scene.truth, strict=True)
    return [rounded(match_histograms(given, truth, channel_axis=-1)) for given, truth in pairs]


def reinhard(scene: Scene, brand: Brand) -> list[Picture]:
    """color-matcher's Reinhard: mean and deviation in l-alpha-beta."""
    return [_transfer(g, t, "reinhard") for g, t in zip(scene.given, scene.truth, strict=True)]


def mkl(scene: Scene, brand: Brand) -> list[Picture]:
    """color-matcher's MKL: the linear map of least displacement between the two covariances."""
    return [_transfer(g, t, "mkl") for g, t in zip(scene.given, scene.truth, strict=True)]


def masked_mkl(scene: Scene, brand: Brand) -> list[Picture]:
    """MKL on the pixels of the region alone."""
    result = []
    for given, truth, outside in zip(scene.given, scene.truth, scene.outside, strict=True):
        picture = given.copy()
        picture[~outside] = _transfer(given[~outside][None], truth[~outside][None], "mkl")[0]
        result.append(picture)
    return result


def snap(scene: Scene, brand: Brand) -> list[Picture]:
    """Each pixel within the capture radius of a swatch is set to it, the nearest one first."""
    return [_snapped(frame, brand) for frame in scene.given]


PEERS: dict[str, Peer] = {
    "histograms": histograms,
    "Reinhard": reinhard,
    "MKL": mkl,
    "MKL, masked": masked_mkl,
    "snap": snap,
}


def _transfer(given: Picture, truth: Picture, method: str) -> Picture:
    # Floating point throughout, and clipped rather than stretched to the full range as its writer would.
    moved = ColorMatcher().transfer(src=given.astype(float), ref=truth.astype(float), method=method)
    return rounded(np.nan_to_num(np.real(moved)))


def _snapped(frame: Picture, brand: Brand) -> Picture:
    colours, index = np.unique(frame.reshape(-1, 3), axis=0, return_inverse=True)
    least = np.full(len(colours), np.inf)
    result = colours.astype(np.float64)
    for swatch in brand.swatches:
        wanted = _wanted(colours, swatch)
        apart = difference(colours, wanted)
        taken: Mask = (apart <= swatch.capture) & (apart < least)
        result[taken], least[taken] = wanted[taken], apart[taken]
    return rounded(result[index.ravel()].reshape(frame.shape))


def _wanted(colours: Picture, swatch: Swatch) -> Array:
    target = decode(np.array(swatch.rgb8, np.float64))
    if swatch.finish == "flat":
        return np.broadcast_to(encode(target), colours.shape)
    light = decode(colours.astype(np.float64)) @ LUMINANCE / (target @ LUMINANCE)
    return encode(light[:, None] * target)
