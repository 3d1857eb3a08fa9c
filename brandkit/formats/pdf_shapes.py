"""Paths of a PDF: their parts, and whether one is a shape that swatches have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

MOST_PARTS = 64
MOST_SEGMENTS = 16
"""A rectangle with four round corners has eight; a letter or a mark has more, or leaves its box empty."""
LEAST_FILLED = 0.6
"""Of the box around it: a disc fills 0.79, a hexagon 0.75, a triangle 0.5."""


@dataclass(frozen=True, slots=True)
class Subpath:
    """A part of a path that begins with a move.

    Attributes:
        segments: operators of lines and curves, ``l`` or ``c``, in order.
        points: on its outline, where curves count at both ends and between.
    """

    segments: str
    points: tuple[Point, ...]


def subpaths(path: Sequence[Sequence[object]]) -> list[Subpath]:
    """The parts of a path of pdfminer's, with numbers that are none left out; the first ``MOST_PARTS``."""
    parts: list[Subpath] = []
    points: list[Point] = []
    segments = ""
    for operator, *operands in path:
        numbers = [part for part in operands if isinstance(part, int | float)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
        if operator == "m":
            if segments:
                parts.append(Subpath(segments, tuple(points)))
            if len(parts) >= MOST_PARTS:
                return parts
            points, segments = pairs, ""
        elif operator == "l" and pairs and points:
            points += pairs
            segments += "l"
        elif operator in ("c", "v", "y") and pairs and points:
            points += _curve(points[-1], pairs, str(operator))
            segments += "c"
    return [*parts, Subpath(segments, tuple(points))] if segments else parts


def is_plain(part: Subpath) -> bool:
    """Whether it is a rectangle, a disc or alike: few segments, and most of its box filled."""
    if len(part.segments) > MOST_SEGMENTS or len(part.points) < 3:
        return False
    across, up = [x for x, _ in part.points], [y for _, y in part.points]
    box = (max(across) - min(across)) * (max(up) - min(up))
    return box > 0 and _area(part.points) >= LEAST_FILLED * box


def _curve(start: Point, pairs: list[Point], operator: str) -> list[Point]:
    """Three points between, and the end, of a cubic Bézier curve (ISO 32000-1, 8.5.2.2)."""
    if len(pairs) == 2:
        first, second, end = (start, *pairs) if operator == "v" else (pairs[0], pairs[1], pairs[1])
    else:
        first, second, end = (*pairs, pairs[-1], pairs[-1])[:3]
    found = []
    for t in (0.25, 0.5, 0.75, 1.0):
        s = 1 - t
        weights = (s**3, 3 * s**2 * t, 3 * s * t**2, t**3)
        corners = (start, first, second, end)
        found.append(
            (
                sum(w * x for w, (x, _) in zip(weights, corners, strict=True)),
                sum(w * y for w, (_, y) in zip(weights, corners, strict=True)),
            )
        )
    return found


def _area(points: Sequence[Point]) -> float:
    """Of a polygon, by the shoelace formula."""
    turned = (*points[1:], points[0])
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, turned, strict=True))) / 2
