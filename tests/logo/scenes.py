"""A real logo in a real photograph, of known place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from skimage import data

from brandkit.logo.artwork import LONG_SIDE, Artwork, load

LOGOS = Path(__file__).parents[1] / "data" / "logos"

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]


@cache
def artwork(name: str) -> Artwork:
    return load(LOGOS / f"{name}.svg")


@cache
def photo(name: str = "coffee", size: tuple[int, int] = (960, 540)) -> U8:
    picture = getattr(data, name)()
    scale = max(size[0] / picture.shape[1], size[1] / picture.shape[0])
    large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(large[: size[1], : size[0], :3])


def pose_of(
    art: Artwork, width: float, centre: tuple[float, float], degrees: float = 0, stretch: float = 1
) -> F64:
    """Where a logo ``width`` pixels wide lies, before it is stretched along its base line."""
    unit = width * LONG_SIDE / art.size[0]
    turn = np.deg2rad(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = unit * rotation @ np.diag([stretch, 1.0])
    return np.concatenate([linear, np.array(centre)[:, None]], axis=1)


def pasted(picture: U8, art: Artwork, pose: F64, rgb: U8 | None = None) -> U8:
    """The picture with a logo over it, by supersampling: nothing of the engine's own warping is used."""
    height, width = picture.shape[:2]
    w, h = art.size
    fine = 3
    unit = np.array(
        [[1 / LONG_SIDE, 0, (0.5 - w / 2) / LONG_SIDE], [0, 1 / LONG_SIDE, (0.5 - h / 2) / LONG_SIDE]]
    )
    there = pose @ np.concatenate([unit, [[0, 0, 1]]])
    there = fine * there
    there[:, 2] += (fine - 1) / 2
    colours = (art.rgb if rgb is None else rgb).astype(np.float32)
    source = np.dstack([colours * (art.alpha[..., None] / 255), art.alpha.astype(np.float32)])
    warped = cv2.warpAffine(source, there, (width * fine, height * fine), flags=cv2.INTER_LINEAR)
    warped = cv2.resize(warped, (width, height), interpolation=cv2.INTER_AREA)
    part = warped[..., 3:] / 255
    return np.asarray((picture * (1 - part) + warped[..., :3]).round().clip(0, 255), np.uint8)


def jpeg(picture: U8, quality: int) -> U8:
    _, coded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(decoded, np.uint8)[..., ::-1])


def corners(art: Artwork, pose: F64) -> F64:
    width, height = (side / LONG_SIDE for side in art.size)
    box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    return np.asarray(box @ pose[:, :2].T + pose[:, 2])
