"""The colour of the light in a picture: estimated from a highlight or from the whole, and taken out again.

A light is the linear-light sRGB of a white surface under it, at a luminance of 1; daylight is (1, 1, 1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.spaces import RGB_TO_XYZ, linear_to_lab, luminance, srgb_to_linear

BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
"""XYZ to sharpened cone responses (Lam 1985, "Metamerism and colour constancy"; in ICC.1:2022, annex E)."""

MINKOWSKI = 6
"""Norm of shades of grey and of grey edge."""
BLUR = 2.0
"""Standard deviation, in pixels of ``LINES``, of the Gaussian whose derivatives grey edge takes."""
LINES = 360
"""Frames are taken down to about so many lines: the estimates are of large areas."""
GREYEST = 0.01
"""Share of the pixels that are taken to be grey."""
CLIPPED = 250
"""Code from which a channel may have clipped, so that the colour is not the light's any more."""
NOISY = 8
"""Code below which rounding and noise outweigh the colour."""
LEAST_PIXELS = 400

LEAST_HIGHLIGHT = 40
"""Pixels of highlight that it takes to tell a direction."""
GLOSS = 0.06
"""Linear light that a highlight has to add to the body's own."""
SHARP = 0.12
"""Share of a surface that a highlight may cover: over a broader one, the shading changes as well."""
STRAIGHT = 0.9
"""Share of the variance of a highlight that has to lie along one line."""

F64 = npt.NDArray[np.float64]
Rgb = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Light:
    """An estimate of the light.

    Attributes:
        rgb: linear-light sRGB of white under it, ``float64`` ``[3]``, luminance 1.
        ways: the single estimates that it is the middle of, ``[K, 3]``.
    """

    rgb: torch.Tensor
    ways: torch.Tensor


def adapt(linear: torch.Tensor, light: torch.Tensor, to: torch.Tensor | None = None) -> torch.Tensor:
    """Colours under one light as they are under another: von Kries in Bradford's cone space.

    Args:
        linear: linear-light sRGB ``[..., 3]``.
        light: what they were seen under ``[3]``.
        to: what they are to be seen under ``[3]``; daylight without.

    >>> warm = torch.tensor([1.2, 0.96, 0.8], dtype=torch.float64)
    >>> [round(v, 4) for v in adapt(warm, warm).tolist()]
    [1.0, 1.0, 1.0]
    """
    cones = torch.tensor(BRADFORD, dtype=linear.dtype) @ torch.tensor(RGB_TO_XYZ, dtype=linear.dtype)
    white = torch.ones(3, dtype=linear.dtype) if to is None else to.to(linear.dtype)
    gain = (cones @ white) / (cones @ light.to(linear.dtype)).clamp_min(1e-6)
    whole = torch.linalg.inv(cones) @ torch.diag(gain) @ cones
    adapted: torch.Tensor = linear @ whole.T
    return adapted


def cast(light: torch.Tensor) -> str:
    """The colour of a light in a word."""
    _, a, b = linear_to_lab(light.double()).tolist()
    if (a * a + b * b) ** 0.5 < _NEUTRAL:
        return "neutral"
    if abs(b) >= abs(a):
        return "warm" if b > 0 else "cool"
    return "pinkish" if a > 0 else "greenish"


_NEUTRAL = 1.0
"""C* of white up to which nobody would call a light coloured."""


def from_highlight(linear: torch.Tensor, body: torch.Tensor) -> Light | None:
    """The light's colour from the gloss on a surface.

    The dichromatic model: a highlight adds the light's own colour to the body's. Over a highlight the
    shading of the body changes little, so that its pixels lie along the light's colour (Klinker, Shafer and
    Kanade 1988, "The measurement of highlights in color images", IJCV 2(1)). That line is found twice: as
    their first principal axis, and by regression of each channel on the amount of gloss.

    Args:
        linear: linear-light sRGB ``[N, 3]`` of one surface's pixels, clipped ones left out.
        body: its own colour, linear light, at any strength ``[3]``.

    Returns:
        ``None`` where there is no highlight, or none that leads in one direction.
    """
    own = body.double() / body.double().norm()
    values = linear.double()
    # What a pixel has beside the body's colour, at right angles to it: only gloss has any.
    beside = values - (values @ own)[:, None] * own
    amount = beside.norm(dim=1)
    glossy = amount > GLOSS * (1 - float(own @ _GREY) ** 2) ** 0.5
    if int(glossy.sum()) < LEAST_HIGHLIGHT or float(glossy.double().mean()) > SHARP:
        return None
    spread = values[glossy]
    centred = spread - spread.mean(0)
    _, strength, axes = torch.linalg.svd(centred, full_matrices=False)
    share = float(strength[0] ** 2 / (strength**2).sum().clamp_min(1e-12))
    line = axes[0] * torch.sign(axes[0].sum())
    through = _slope(spread, amount[glossy])
    ways = [way for way in (line, through) if way is not None and bool((way > 0.02).all())]
    if share < STRAIGHT or len(ways) < 2:
        return None
    whites = torch.stack([_unit(way) for way in ways])
    return Light(_middle(whites), whites)


_GREY = torch.full((3,), 3**-0.5, dtype=torch.float64)


def _slope(spread: torch.Tensor, amount: torch.Tensor) -> torch.Tensor | None:
    """By how much each channel grows with the gloss."""
    design = torch.stack((amount, torch.ones_like(amount)), 1)
    slope = torch.linalg.lstsq(design, spread).solution[0]
    return slope if bool(torch.isfinite(slope).all()) else None


def from_picture(picture: Rgb, usable: npt.NDArray[np.bool_]) -> Light | None:
    """The light's colour from all that is in a picture.

    Three published ways, each of which takes the picture to be grey in some respect: shades of grey
    (Finlayson and Trezzi 2004, "Shades of gray and colour constancy", CIC 12), grey edge of the first order
    (van de Weijer, Gevers and Gijsenij 2007, "Edge-based color constancy", IEEE TIP 16(9)), and grey pixels
    (Yang, Gao and Li 2015, "Efficient illuminant estimation in the wild via gray pixels", CVPR). Where they
    disagree, none can be relied on: ``ways`` shows by how much.

    Args:
        picture: sRGB ``[H, W, 3]``.
        usable: where to look ``[H, W]``: not at surfaces whose colour is in question.

    Returns:
        ``None`` where too little is usable.
    """
    scale = max(1, round(min(picture.shape[:2]) / LINES))
    size = max(1, picture.shape[1] // scale), max(1, picture.shape[0] // scale)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    # A pixel of the smaller picture counts only where all that it is made of does.
    where = cv2.resize(usable.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.999
    inner = cv2.erode(where.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    where &= (small.max(2) < CLIPPED) & (small.max(2) >= NOISY)
    inner &= where
    if inner.sum() < LEAST_PIXELS:
        return None
    linear = srgb_to_linear(torch.from_numpy(small).double() / 255).numpy()
    found = [way(linear, where, inner) for way in _WAYS]
    whites = [_unit(torch.from_numpy(value)) for value in found if value is not None and (value > 0).all()]
    if len(whites) < len(_WAYS):
        return None
    ways = torch.stack(whites)
    return Light(_middle(ways), ways)


def _shades_of_grey(linear: F64, where: npt.NDArray[np.bool_], inner: npt.NDArray[np.bool_]) -> F64 | None:
    return np.asarray((linear[where] ** MINKOWSKI).mean(0) ** (1 / MINKOWSKI))


def _grey_edge(linear: F64, where: npt.NDArray[np.bool_], inner: npt.NDArray[np.bool_]) -> F64 | None:
    soft = cv2.GaussianBlur(linear, (0, 0), BLUR)
    across, down = cv2.Sobel(soft, -1, 1, 0, scale=0.125), cv2.Sobel(soft, -1, 0, 1, scale=0.125)
    slope = np.sqrt(across**2 + down**2)[inner]
    return np.asarray((slope**MINKOWSKI).mean(0) ** (1 / MINKOWSKI))


def _grey_pixels(linear: F64, where: npt.NDArray[np.bool_], inner: npt.NDArray[np.bool_]) -> F64 | None:
    """Mean of the pixels whose contrast is most alike in all channels."""
    log = np.log(linear.clip(1e-4))
    mean = cv2.blur(log, (3, 3))
    contrast = np.sqrt(np.maximum(cv2.blur(log**2, (3, 3)) - mean**2, 0))
    level = contrast.mean(2)
    textured = inner & (level > 0.01)
    if textured.sum() < LEAST_PIXELS / 4:
        return None
    unlike = contrast.std(2) / np.maximum(level, 1e-6) / np.maximum(linear.mean(2), 1e-3)
    unlike = cv2.blur(unlike, (7, 7))
    chosen = textured & (unlike <= np.quantile(unlike[textured], GREYEST))
    return np.asarray(linear[chosen].mean(0))


_Way = Callable[[F64, npt.NDArray[np.bool_], npt.NDArray[np.bool_]], F64 | None]
_WAYS: tuple[_Way, ...] = (_shades_of_grey, _grey_edge, _grey_pixels)


def _unit(rgb: torch.Tensor) -> torch.Tensor:
    return rgb / luminance(rgb)


def _middle(ways: torch.Tensor) -> torch.Tensor:
    """The median by ratios of channels, which is what an estimate of light is about."""
    ratios = (ways / ways[:, 1:2]).log().quantile(0.5, 0)
    return _unit(ratios.exp())
