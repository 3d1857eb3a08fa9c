"""Where a logo could be, by SIFT: each pair of alike features says where, how large and how turned.

Lowe (2004), "Distinctive Image Features from Scale-Invariant Keypoints", with the descriptors' roots of
Arandjelović and Zisserman (2012). A flat logo has few features, so that no vote is asked for: each pair
is a guess, and what is guessed is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled
from brandkit.logo.artwork import Artwork

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

RENDERED = (44, 76, 132, 264)
"""Long sides at which a logo's features are taken: pixels blend its details differently at each."""
STRETCHED = (1.0, 0.86, 1.16)
"""Widths at which they are, so that a stretched logo is alike as well."""
GROUNDS = (0, 255)
_CONTRAST = 0.015
"""SIFT's least contrast, below half of the usual: logos also lie on grounds of nearly their colour."""
_MARGIN = 0.35
_ALIKE = 0.72
MOST_GUESSES = 3000
_NEAR = 0.2
"""Of a logo's size, as natural logarithm of it, and in radians: nearer guesses agree."""
_AGREE, _GROUPS = 5, 120


@dataclass(frozen=True, slots=True)
class Features:
    """Features of a picture.

    Attributes:
        places: ``[n, 4]``: x, y, size in pixels, and angle in degrees, clockwise.
        descriptors: ``[n, 128]``, of length 1.
    """

    places: F32
    descriptors: F32

    def enlarged(self, scale: float) -> Features:
        """The same in a picture ``scale`` times as large."""
        places = self.places.copy()
        places[:, :2] = (places[:, :2] + 0.5) * scale - 0.5
        places[:, 2] *= scale
        return Features(places, self.descriptors)


@dataclass(frozen=True, slots=True)
class Bank:
    """A logo's features in all its renderings.

    Attributes:
        places: ``[n, 4]`` in pixels of the rendering.
        descriptors: ``[n, 128]``.
        renderings: ``[n, 2, 3]``, from the logo to pixels of the rendering.
    """

    places: F32
    descriptors: F32
    renderings: F64


def features(grey: U8) -> Features:
    """SIFT features of ``[h, w]``."""
    detector = cv2.SIFT.create(contrastThreshold=_CONTRAST, edgeThreshold=16)
    found, described = detector.detectAndCompute(grey, None)
    if described is None or not len(found):
        return Features(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32))
    places = np.array([(k.pt[0], k.pt[1], k.size, k.angle) for k in found], np.float32)
    total = np.maximum(described.sum(axis=1, keepdims=True), 1e-6)
    return Features(places, np.sqrt(described / total).astype(np.float32))


def bank(artwork: Artwork) -> Bank:
    """The features of a logo."""
    places, descriptors, renderings = [], [], []
    for size in RENDERED:
        rgb, alpha = artwork.scaled(size)
        for stretch in STRETCHED:
            width = max(2, round(rgb.shape[1] * stretch))
            height = rgb.shape[0]
            margin = round(size * _MARGIN)
            for ground in GROUNDS:
                drawn = cv2.resize(_over(rgb, alpha, ground), (width, height), interpolation=cv2.INTER_AREA)
                padded = cv2.copyMakeBorder(drawn, *(margin,) * 4, cv2.BORDER_CONSTANT, value=ground)
                found = features(np.asarray(padded, np.uint8))
                rendering = np.array(
                    [
                        [size * width / rgb.shape[1], 0, margin + width / 2 - 0.5],
                        [0, size, margin + height / 2 - 0.5],
                    ]
                )
                places.append(found.places)
                descriptors.append(found.descriptors)
                renderings.append(np.repeat(rendering[None], len(found.places), axis=0))
    return Bank(np.concatenate(places), np.concatenate(descriptors), np.concatenate(renderings))


def _over(rgb: U8, alpha: U8, ground: int) -> U8:
    part = alpha[..., None].astype(np.float32) / 255
    drawn = (rgb * part + ground * (1 - part)).round().astype(np.uint8)
    return np.asarray(cv2.cvtColor(drawn, cv2.COLOR_RGB2GRAY), np.uint8)


def guesses(logo: Bank, frame: Features) -> tuple[F64, F64]:
    """Where the logo could be: each ``[k, 2, 3]``, from the logo to pixels of the frame, the likeliest first.

    The first holds what several pairs of features agree on, the second the guess of each pair.
    """
    if not len(logo.places) or not len(frame.places):
        return np.zeros((0, 2, 3)), np.zeros((0, 2, 3))
    alike = logo.descriptors @ frame.descriptors.T
    drawn, seen = np.arange(alike.shape[0]), np.arange(alike.shape[1])
    own, other = alike.argmax(axis=1), alike.argmax(axis=0)
    pairs = np.unique(np.concatenate([drawn * len(seen) + own, other * len(seen) + seen]))
    likeness = alike.ravel()[pairs]
    order = np.argsort(-likeness)[:MOST_GUESSES]
    g, f = np.divmod(pairs[order[likeness[order] > _ALIKE]], len(seen))
    poses = _poses(frame.places[f], logo.places[g], logo.renderings[g])
    return _agreed(poses), poses


def _poses(seen: F32, drawn: F32, renderings: F64) -> F64:
    scale = seen[:, 2] / drawn[:, 2]
    turn = np.deg2rad(seen[:, 3] - drawn[:, 3])
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], axis=1)
    moved = seen[:, :2] - np.einsum("kij,kj->ki", linear, drawn[:, :2])
    poses = np.einsum("kij,kjl->kil", linear, renderings)
    poses[:, :, 2] += moved
    return np.asarray(poses, np.float64)


def _agreed(poses: F64) -> F64:
    """The mean of each group of guesses that agree, the largest groups first: ``[k, 2, 3]``."""
    if len(poses) < _AGREE:
        return np.zeros((0, 2, 3))
    area = poses[:, 0, 0] * poses[:, 1, 1] - poses[:, 0, 1] * poses[:, 1, 0]
    sizes = np.log(np.maximum(np.abs(area), 1e-12)) / 2
    turns = np.arctan2(poses[:, 1, 0] - poses[:, 0, 1], poses[:, 0, 0] + poses[:, 1, 1])
    means = np.zeros_like(poses)
    votes = np.zeros(len(poses), np.int64)
    _vote(poses, sizes, turns, means, votes)
    order = np.argsort(-votes, kind="stable")[:_GROUPS]
    return means[order[votes[order] >= _AGREE]]


@compiled(nogil=True)
def _vote(poses: F64, sizes: F64, turns: F64, means: F64, votes: npt.NDArray[np.int64]) -> None:
    """Write for each guess how many agree with it, and their mean."""
    for k in range(poses.shape[0]):
        reach = _NEAR * np.exp(sizes[k])
        for j in range(poses.shape[0]):
            if abs(poses[k, 0, 2] - poses[j, 0, 2]) > reach or abs(poses[k, 1, 2] - poses[j, 1, 2]) > reach:
                continue
            turned = abs((turns[k] - turns[j] + np.pi) % (2 * np.pi) - np.pi)
            if abs(sizes[k] - sizes[j]) < _NEAR and turned < _NEAR:
                means[k] += poses[j]
                votes[k] += 1
        means[k] /= max(votes[k], 1)
