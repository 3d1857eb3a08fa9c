"""Find a logo in a frame, at any size and turned in any way."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled
from brandkit.logo.artwork import Artwork
from brandkit.logo.edges import Edges, coarse_scores, edges
from brandkit.logo.features import Bank, Features, bank, features, guesses
from brandkit.logo.fit import COARSE, FINE, LEAST, fit, long_side, touch
from brandkit.logo.outline import SIZES, Outline, trace
from brandkit.logo.sweep import swept

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

LOOKED_AT = 960
"""Pixels along the longer side at which a frame is searched."""
LEVELS = 4
SMALLEST, LARGEST = 0.03, 1.3
"""Long side of a logo, as a share of the frame's."""
MOST_STRETCHED = 1.6
_TRIED = 160
_FOLLOWED = 24
_FEW = 110
_FP = 0.75


@dataclass(frozen=True, slots=True)
class View:
    """A frame prepared for looking for logos: its features, and its edges from fine to coarse.

    Attributes:
        picture: the frame itself, ``[h, w, 3]``.
        features: in pixels of the frame.
        levels: edges at ``LOOKED_AT``, half, a quarter …
    """

    picture: U8
    features: Features
    levels: tuple[Edges, ...]

    @classmethod
    def of(cls, picture: U8) -> View:
        """Prepare a frame ``[h, w, 3]``."""
        height, width = picture.shape[:2]
        scale = min(LOOKED_AT / max(height, width), 2.0)
        levels = []
        small = _resized(picture, scale)
        grey = np.asarray(cv2.cvtColor(_resized(small,_FP), cv2.COLOR_RGB2GRAY), np.uint8)
        found = features(grey)
        places = found.places.copy()
        places[:, :2] = (places[:, :2] + 0.5) / (scale*_FP) - 0.5
        places[:, 2] /= scale*_FP
        for _ in range(LEVELS):
            levels.append(edges(small, scale))
            if min(small.shape[:2]) < 32:
                break
            small = np.asarray(cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
            scale /= 2
        return cls(picture, Features(places, found.descriptors), tuple(levels))


def _resized(picture: U8, scale: float) -> U8:
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


@dataclass(frozen=True, slots=True)
class Model:
    """What a logo is looked for by."""

    artwork: Artwork
    bank: Bank
    outlines: tuple[Outline, ...]
    few: tuple[Outline, ...]

    @classmethod
    def of(cls, artwork: Artwork) -> Model:
        """Take a logo's features and outlines."""
        outlines = tuple(trace(artwork, size) for size in SIZES)
        return cls(artwork, bank(artwork), outlines, tuple(outline.thinned(_FEW) for outline in outlines))

    @property
    def grain(self) -> float:
        """How much of the longer side the root of its area is, 0 to 1."""
        width, height = self.artwork.size
        return float(np.sqrt(min(width, height) / max(width, height)))

    def outline(self, pixels: float) -> Outline:
        """The outline as it is seen where the longer side has so many pixels."""
        return self.outlines[int(np.argmin([abs(np.log(pixels / size)) for size in SIZES]))]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where a logo may be.

    Attributes:
        pose: ``[2, 3]``, from the logo to pixels of the frame.
        support: share of the outline that lies on edges, 0 to 1.
        beside: the same for the outline moved aside: what the ground's texture alone would give.
    """

    pose: F64
    support: float
    beside: float


def _level(view: View, pixels: float, least: float = 48) -> int:
    """The coarsest level at which a logo of so many pixels of the frame has at least ``least``."""
    return max((k for k, level in enumerate(view.levels) if pixels * level.scale >= least), default=0)


def _plausible(poses: F64, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    height, width = shape[:2]
    with np.errstate(all="ignore"):
        det = poses[:, 0, 0] * poses[:, 1, 1] - poses[:, 0, 1] * poses[:, 1, 0]
        size = np.sqrt(np.maximum(det, 0)) / max(height, width)
    x, y = poses[:, 0, 2], poses[:, 1, 2]
    margin = 0.1
    return np.asarray(
        (size > SMALLEST) & (size < LARGEST)
        & (x > -margin * width) & (x < (1 + margin) * width)
        & (y > -margin * height) & (y < (1 + margin) * height)
    )


def stretch(pose: F64) -> float:
    """Ratio of the largest to the least scale of a pose, at least 1."""
    values = np.linalg.svd(pose[:, :2], compute_uv=False)
    return float(values[0] / max(values[1], 1e-9))


def candidates(view: View, model: Model) -> list[F64]:
    """The likeliest poses, coarsely."""
    poses = np.concatenate([
        guesses(model.bank, view.features), swept(model.outlines[0], model.grain, view.levels)
    ])
    poses = poses[_plausible(poses, view.picture.shape)]
    if not len(poses):
        return []
    scores = coarse(view, model, poses)
    laid = []
    for pose in _apart(poses, scores, _TRIED):
        level = view.levels[_level(view, long_side(pose) * model.grain, 40)]
        fitted = fit(pose, model.few[0], level, COARSE)
        if fitted is not None and np.linalg.det(fitted[:, :2]) > 0 and stretch(fitted) < MOST_STRETCHED:
            laid.append(fitted)
    if not laid:
        return []
    poses = np.array(laid)
    poses = poses[_plausible(poses, view.picture.shape)]
    scores = np.array([_fits(view, model, pose) for pose in poses])
    return _apart(poses, scores, _FOLLOWED)


def _fits(view: View, model: Model, pose: F64) -> float:
    level = view.levels[_level(view, long_side(pose) * model.grain, 40)]
    outline = model.few[0]
    def share(moved: F64) -> float:
        found = touch(moved, outline, level, 1)
        return float((found.strength > 2 * LEAST).mean())
    beside = []
    for dx, dy in _AROUND[::2]:
        moved = pose.copy()
        moved[:, 2] += pose[:, :2] @ np.array([dx, dy])
        beside.append(share(moved))
    s, e = share(pose), float(np.mean(beside))
    return (s - e) / (1.3 - e)


def coarse(view: View, model: Model, poses: F64) -> F32:
    """A coarse score for each pose."""
    det = np.abs(poses[:, 0, 0] * poses[:, 1, 1] - poses[:, 0, 1] * poses[:, 1, 0])
    sizes = np.sqrt(det)
    scores = np.zeros(len(poses), np.float32)
    which = np.array([_level(view, s * model.grain, 40) for s in sizes])
    for k, level in enumerate(view.levels):
        chosen = np.flatnonzero(which == k)
        if len(chosen):
            outline = model.few[0]
            part = np.zeros(len(chosen), np.float32)
            coarse_scores(
                np.ascontiguousarray(poses[chosen]), outline.points, outline.normals, level.coarse, level.scale, part
            )
            scores[chosen] = part
    return scores


def _apart(poses: F64, scores: F32, most: int) -> list[F64]:
    """The best ones that are not nearly the same."""
    logs = np.log(np.abs(np.linalg.det(poses[:, :, :2]))) / 2
    angles = np.arctan2(poses[:, 1, 0] - poses[:, 0, 1], poses[:, 0, 0] + poses[:, 1, 1])
    order = np.argsort(-scores)
    return [poses[k] for k in _differing(order, poses[:, :, 2].copy(), logs, angles, most)]


@compiled(nogil=True)
def _differing(order, centres, logs, angles, most):
    taken = np.empty(most, np.int64)
    count = 0
    for k in order:
        close = False
        for t in range(count):
            j = taken[t]
            if abs(logs[k] - logs[j]) < 0.12:
                turned = abs((angles[k] - angles[j] + np.pi) % (2 * np.pi) - np.pi)
                if turned < 0.15:
                    apart = np.hypot(centres[k, 0] - centres[j, 0], centres[k, 1] - centres[j, 1])
                    if apart < 0.12 * np.exp(logs[j]):
                        close = True
                        break
        if not close:
            taken[count] = k
            count += 1
            if count == most:
                break
    return taken[:count]


def refined(view: View, model: Model, pose: F64) -> F64 | None:
    """A pose laid exactly onto the edges, from coarse to fine."""
    place = _level(view, long_side(pose) * model.grain, 40)
    current: F64 | None = pose
    for k in range(place - 1, -1, -1):
        level = view.levels[k]
        assert current is not None
        pixels = long_side(current) * level.scale
        if pixels > 420:
            break
        current = fit(current, model.outline(pixels), level, FINE)
        if current is None or np.linalg.det(current[:, :2]) <= 0 or stretch(current) > MOST_STRETCHED:
            return None
    return current


_AROUND = [(0.16 * np.cos(a), 0.16 * np.sin(a)) for a in np.arange(8) * np.pi / 4]


def judged(view: View, model: Model, pose: F64) -> Sighting:
    """How well a pose fits."""
    pixels = long_side(pose)
    place = max((k for k, lv in enumerate(view.levels) if pixels * lv.scale >= 90), default=0)
    level = view.levels[place]
    outline = model.outline(pixels * level.scale)
    def share(moved: F64) -> float:
        found = touch(moved, outline, level, 1)
        return float((found.strength > 2 * LEAST)[found.inside].sum() / max(1, len(found.inside)))
    beside = []
    for dx, dy in _AROUND:
        moved = pose.copy()
        moved[:, 2] += pose[:, :2] @ np.array([dx, dy])
        beside.append(share(moved))
    return Sighting(pose, share(pose), float(np.mean(beside)))


def find(view: View, model: Model) -> list[Sighting]:
    """All sightings, best first."""
    found = []
    for pose in candidates(view, model):
        exact = refined(view, model, pose)
        if exact is None:
            continue
        found.append(judged(view, model, exact))
    return sorted(found, key=lambda s: -(s.support - s.beside))
