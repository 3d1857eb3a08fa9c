"""Find a logo in a frame, at any size and turned in any way.

Guesses come from features (``features``) and from trying (``sweep``); the outline is laid onto the edges at
each (``fit``), and what comes out is looked at closely (``match``).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.logo.align import aligned
from brandkit.logo.artwork import Artwork
from brandkit.logo.colours import colours
from brandkit.logo.edges import Edges, coarse_scores, edges
from brandkit.logo.features import Bank, Features, bank, features, guesses
from brandkit.logo.fit import COARSE, FINE, fit, long_side, touch
from brandkit.logo.match import EDGE, Match, Sheets, match
from brandkit.logo.outline import SIZES, Outline, trace
from brandkit.logo.poses import apart, plausible, stretch
from brandkit.logo.sweep import swept

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

LOOKED_AT = 960
"""Pixels along the longer side at which a frame is searched."""
FEATURES_AT = 0.75
"""Of that, at which features are taken."""
LEVELS = 4
_SMALL = 32
MOST_ENLARGED = 2.0
MOST_STRETCHED = 1.6
"""Ratio of the two scales of a pose beyond which it is no logo that anyone stretched."""
_AGREED, _TRIED, _FOLLOWED = 8, 160, 18
"""Poses that features agree on; those that are fitted coarsely; those of them that are looked at closely."""
_FEW = 110
"""Points of an outline that do for a coarse look."""
_COARSE_SIDE = 40
_CLOSE_SIDE = 90
_LARGEST_SIDE = 420
_DOUBT = 1.3
_LESS = 0.02
"""Of an outline, how much less may lie on edges after it was laid by colours."""
_SAME = 0.4
"""Of a logo's long side, within which two places are one copy."""


@dataclass(frozen=True, slots=True)
class View:
    """A frame prepared for looking for logos.

    Attributes:
        picture: the frame itself, ``[h, w, 3]``.
        features: in pixels of the frame.
        levels: edges, from fine to coarse, each at half the size of the one before.
    """

    picture: U8
    features: Features
    levels: tuple[Edges, ...]

    @classmethod
    def of(cls, picture: U8) -> View:
        """Prepare a frame, sRGB ``[h, w, 3]``."""
        scale = min(LOOKED_AT / max(picture.shape[:2]), MOST_ENLARGED)
        small = _resized(picture, scale)
        grey = np.asarray(cv2.cvtColor(_resized(small, FEATURES_AT), cv2.COLOR_RGB2GRAY), np.uint8)
        found = features(grey).enlarged(1 / (scale * FEATURES_AT))
        levels = [edges(small, scale)]
        while len(levels) < LEVELS and min(small.shape[:2]) >= 2 * _SMALL:
            small, scale = _resized(small, 0.5), scale / 2
            levels.append(edges(small, scale))
        return cls(picture, found, tuple(levels))

    def level(self, pixels: float, least: float) -> int:
        """The coarsest level at which what has so many pixels of the frame has at least ``least``."""
        fits = (k for k, level in enumerate(self.levels) if pixels * level.scale >= least)
        return max(fits, default=0)


def _resized(picture: U8, scale: float) -> U8:
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


@dataclass(frozen=True, slots=True)
class Model:
    """What a logo is looked for by.

    Attributes:
        artwork: the logo.
        bank: its features.
        outlines: at each of the sizes that ``outline`` traces.
        few: some points of the first.
        sheets: its colours.
        grain: how much of its longer side the root of its area is, 0 to 1; what is low and long has to
            be looked at larger.
    """

    artwork: Artwork
    bank: Bank
    outlines: tuple[Outline, ...]
    few: Outline
    sheets: Sheets
    grain: float

    @classmethod
    def of(cls, artwork: Artwork) -> Model:
        """Take a logo's features, outlines and colours."""
        width, height = artwork.size
        outlines = tuple(trace(artwork, size) for size in SIZES)
        sheets = Sheets.of(artwork, colours(artwork))
        grain = float(np.sqrt(min(width, height) / max(width, height)))
        return cls(artwork, bank(artwork), outlines, outlines[0].thinned(_FEW), sheets, grain)

    def outline(self, pixels: float) -> Outline:
        """The outline as it is seen where the longer side has so many pixels."""
        return self.outlines[int(np.argmin([abs(np.log(max(pixels, 1) / size)) for size in SIZES]))]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a frame where a logo may be.

    Attributes:
        pose: ``[2, 3]``, from the logo to pixels of the frame.
        match: how well it fits.
    """

    pose: F64
    match: Match


def find(view: View, model: Model) -> list[Place]:
    """Where a logo is in a frame, the best first, each copy once."""
    kept: list[Place] = []
    for place in places(view, model):
        if place.match.found and not any(overlap(place.pose, other.pose) for other in kept):
            kept.append(place)
    return [Place(_settled(view, model, place), place.match) for place in kept]


def _settled(view: View, model: Model, place: Place) -> F64:
    """The pose of a logo that was found, as exactly as edges and colours together tell it."""
    exact = _exact(view, model, place.pose)
    moved = aligned(view.picture, exact, model.sheets)
    # Within a logo that lies on a plain ground, colours fit better where its rim is left out.
    off = _match(view, model, moved).support < _match(view, model, exact).support - _LESS
    return exact if off else moved


def overlap(one: F64, other: F64) -> bool:
    """Whether one's centre lies within the other."""
    away = float(np.hypot(*(one[:, 2] - other[:, 2])))
    return away < _SAME * max(long_side(one), long_side(other))


def _exact(view: View, model: Model, pose: F64) -> F64:
    """A pose laid onto the frame's own pixels, where it was found in a smaller one."""
    pixels = long_side(pose)
    if view.levels[0].scale >= 1 or pixels > _LARGEST_SIDE:
        return pose
    reach = 0.75 * pixels + 8
    left, top = (max(0, int(v - reach)) for v in pose[:, 2])
    part = view.picture[top : max(0, int(pose[1, 2] + reach)), left : max(0, int(pose[0, 2] + reach))]
    if min(part.shape[:2]) < 4:
        return pose
    moved = pose.copy()
    moved[:, 2] -= (left, top)
    finer = fit(moved, model.outline(pixels), edges(part, 1.0, coarse=False), FINE)
    if finer is None or stretch(finer) > MOST_STRETCHED:
        return pose
    finer[:, 2] += (left, top)
    return finer


def places(view: View, model: Model) -> list[Place]:
    """Where a logo may be in a frame, the best first; whether it is there is told by the match."""
    found = []
    for pose in _candidates(view, model):
        exact = _followed(view, model, pose)
        if exact is not None:
            found.append(Place(exact, _match(view, model, exact)))
    return sorted(found, key=lambda place: -place.match.score)


def _candidates(view: View, model: Model) -> list[F64]:
    """The poses that many features agree on, and those that fit best coarsely."""
    agreed, single = guesses(model.bank, view.features)
    agreed = agreed[plausible(agreed, view.picture.shape)]
    sure = _laid(view, model, apart(agreed, -np.arange(len(agreed), dtype=np.float64), _AGREED))
    poses = np.concatenate([agreed, single, swept(model.outlines[0], model.grain, view.levels)])
    poses = poses[plausible(poses, view.picture.shape)]
    laid = _laid(view, model, apart(poses, _coarse(view, model, poses), _TRIED))
    scores = np.array([_closer(view, model, pose) for pose in laid])
    # What is covered in part fits less than what is not there at all: features speak for it. But they do
    # not speak for how exactly it was laid: they must not keep others from the same place.
    return [*sure, *apart(laid, scores, _FOLLOWED)]


def _laid(view: View, model: Model, poses: list[F64]) -> F64:
    """Those poses that can be laid onto edges, coarsely: ``[k, 2, 3]``."""
    laid = []
    for pose in poses:
        fitted = fit(pose, model.few, view.levels[_level(view, model, pose)], COARSE)
        if fitted is not None and stretch(fitted) <= MOST_STRETCHED:
            laid.append(fitted)
    fits = np.array(laid).reshape(-1, 2, 3)
    return fits[plausible(fits, view.picture.shape)]


def _level(view: View, model: Model, pose: F64) -> int:
    return view.level(long_side(pose) * model.grain, _COARSE_SIDE)


def _coarse(view: View, model: Model, poses: F64) -> F32:
    """A coarse score for each pose."""
    scores = np.zeros(len(poses), np.float32)
    area = poses[:, 0, 0] * poses[:, 1, 1] - poses[:, 0, 1] * poses[:, 1, 0]
    pixels = np.sqrt(np.abs(area)) * model.grain
    levels = np.zeros(len(poses), np.int64)
    for k, level in enumerate(view.levels):
        levels[pixels * level.scale >= _COARSE_SIDE] = k
    for k, level in enumerate(view.levels):
        chosen = np.flatnonzero(levels == k)
        part = np.zeros(len(chosen), np.float32)
        few = model.few
        coarse_scores(poses[chosen], few.points, few.normals, level.coarse, level.scale, part)
        scores[chosen] = part
    return scores


def _closer(view: View, model: Model, pose: F64) -> float:
    """A score of a pose that has been fitted coarsely: as the coarse one, of edges to the pixel."""
    level = view.levels[_level(view, model, pose)]
    beside, moved = [], pose.copy()
    for aside in ((0.16, 0.0), (-0.16, 0.0), (0.0, 0.16), (0.0, -0.16)):
        moved[:, 2] = pose[:, 2] + pose[:, :2] @ aside
        beside.append(touch(moved, model.few, level, 1).share(EDGE))
    chance = float(np.mean(beside))
    return (touch(pose, model.few, level, 1).share(EDGE) - chance) / (_DOUBT - chance)


def _followed(view: View, model: Model, pose: F64) -> F64 | None:
    """A pose laid exactly onto the edges, from coarse to fine."""
    current = pose
    for level in view.levels[: _level(view, model, pose)][::-1]:
        pixels = long_side(current) * level.scale
        if pixels > _LARGEST_SIDE:
            break
        finer = fit(current, model.outline(pixels), level, FINE)
        if finer is None or stretch(finer) > MOST_STRETCHED:
            return None
        current = finer
    return current


def _match(view: View, model: Model, pose: F64) -> Match:
    level = view.levels[view.level(long_side(pose), _CLOSE_SIDE)]
    return match(view.picture, pose, model.outline(long_side(pose) * level.scale), level, model.sheets)
