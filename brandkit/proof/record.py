"""What is kept of a correction: what was done where, what else moved and by how much, and how to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from brandkit.check import Evidence

if TYPE_CHECKING:
    from brandkit.colour.banding import Ramp

AreaKind = Literal["whole_frame", "matte", "mask", "matte_within_mask"]
LightSource = Literal["highlight", "neutrals"]
OUTSIDE, ON_TARGET = "outside", "on target: "
"""What else may move: all that is outside of a correction's regions, and, before its name, a swatch there."""
Box = tuple[int, int, int, int]
"""x, y, width and height in pixels from the top left corner."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where in the frame a LUT applied.

    Attributes:
        kind: to every pixel, through a matte that was found, through a person's mask or box, or through a
            matte within those.
        box: around all that it reached in the sampled frames; ``None`` for the whole frame.
        share: of the sampled frames' pixels, weighed by the matte, 0 to 1.
    """

    kind: AreaKind
    box: Box | None
    share: float


@dataclass(frozen=True, slots=True)
class LightSplit:
    """Which part of a shaded surface's drift is the light on it, and which its pigment.

    Attributes:
        drift: CIEDE2000 of the surface as rendered from the target under any shading.
        pigment: what remains of it once the light is taken out (von Kries in Bradford's cone space).
        light: CIEDE2000 from the surface as rendered to itself under neutral light. The two need not add up
            to the drift, since they may lean different ways.
        cast: the light's colour in a word: ``warm``, ``cool``, ``greenish``, ``pinkish`` or ``neutral``.
        white: ``#RRGGBB`` of a white surface under that light, at most 255.
        source: what the light was read from: the surface's own highlight, or what is neutral in the frame.
        doubt: CIEDE2000 by which ``light`` differs between the ways to estimate it.
    """

    drift: float
    pigment: float
    light: float
    cast: str
    white: str
    source: LightSource
    doubt: float


@dataclass(frozen=True, slots=True)
class Shifted:
    """One brand colour that was moved.

    Attributes:
        swatch: its name.
        source: ``#RRGGBB`` as it was rendered.
        target: ``#RRGGBB`` as the brand asks for it.
        before: CIEDE2000 from the target, over the whole shot; of a shaded surface, from any shading of it.
        after: the same of what it became, in the sampled frames; ``None`` where they do not show it.
        became: ``#RRGGBB`` that it became.
        exact: of a flat colour, the share of its pixels that are the target code by code, 0 to 1.
        split: of a shaded surface, light and pigment; ``None`` where nothing tells them apart.
        why_not: of a shaded surface, why they were not told apart.
    """

    swatch: str
    source: str
    target: str
    before: float
    after: float | None
    became: str | None
    exact: float | None
    split: LightSplit | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """One LUT that was applied.

    Attributes:
        digest: sha256 of its nodes, as its ``.cube`` writes them.
        nodes: along each axis.
        area: where it applied.
        shifts: what it was there for.
        ramps: what it makes of ramps.
        file: what the names of the files that hold it begin with; ``None`` where none was written.
    """

    digest: str
    nodes: int
    area: Area
    shifts: tuple[Shifted, ...]
    ramps: tuple[Ramp, ...]
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """How far pixels of a kind moved, outside of all regions that were meant to.

    Attributes:
        what: ``outside`` (all of them), ``neutrals``, ``skin``, ``blacks``, ``highlights``, or ``on target:``
            and the name of a swatch.
        pixels: how many were looked at; the figures are ``None`` without any.
        changed: share of them whose 8-bit code changed at all, 0 to 1.
        mean: CIEDE2000 by which they moved, on average over all of them.
        p99: its 99th percentile.
        most: the most of all.
    """

    what: str
    pixels: int
    changed: float | None = None
    mean: float | None = None
    p99: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Banding:
    """Share of the sampled frames in tiles where smooth luma goes in steps, 0 to 1.

    Attributes:
        before: as it was.
        after: as it is.
        added: in tiles that were not banded before.
    """

    before: float
    after: float
    added: float


@dataclass(frozen=True, slots=True)
class Shot:
    """What was done to a shot, or to a part of one whose drift moves.

    Attributes:
        first: index of its first frame.
        last: index of its last one; ``None`` for the clip's.
        fade: where LUTs fade into each other, the frames from and to which these apply in full.
        sampled: the frames that were compared.
        grades: what was applied.
        moved: what else moved.
        banding: of the picture; ``None`` where no frame could be compared.
        picture: before, after and the difference, if one was drawn.
    """

    first: int
    last: int | None
    fade: tuple[int, int] | None
    sampled: tuple[int, ...]
    grades: tuple[Graded, ...]
    moved: tuple[Moved, ...]
    banding: Banding | None
    picture: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The record of a correction.

    Attributes:
        original: the file that was corrected; it is still what it was.
        sha256: of its bytes.
        shots: what was done, shot by shot.
        light: the flicker that was taken out first, one sentence each.
    """

    original: Path
    sha256: str
    shots: tuple[Shot, ...]
    light: tuple[str, ...] = ()

    def named(self, files: Sequence[Sequence[str]]) -> Proof:
        """The record with the names of the files that hold each LUT, shot by shot."""
        shots = [
            replace(shot, grades=tuple(replace(g, file=f) for g, f in zip(shot.grades, names, strict=True)))
            for shot, names in zip(self.shots, files, strict=True)
        ]
        return replace(self, shots=tuple(shots))
