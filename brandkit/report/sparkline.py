"""A figure's course over time as a line so small that it stands in a sentence's place."""

from __future__ import annotations

from dataclasses import dataclass

from brandkit.gate import Finding, describe

WIDTH = 480
HEIGHT = 48
"""Units of the drawing; the page stretches it."""
_MOST_POINTS = 240


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A drawing, ready for SVG.

    Attributes:
        width: of the drawing, in its own units.
        height: likewise.
        path: of the line, as SVG writes it; it breaks where frames could not be measured.
        said: the same in words.
    """

    width: int
    height: int
    path: str
    said: str


def sparkline(finding: Finding) -> Sparkline | None:
    """The course of a finding's ``series``, from zero up; ``None`` where there are not two frames of it.

    Of a long series each point is the largest of its frames, so that no peak is lost.
    """
    series = finding.series
    known = {frame: value for frame, value in enumerate(series) if value is not None}
    if len(known) < 2:
        return None
    peak = max(known, key=lambda frame: known[frame])
    top = known[peak] if known[peak] > 0 else 1.0
    bins = min(len(series), _MOST_POINTS)
    points: list[float | None] = []
    for k in range(bins):
        part = [v for v in series[k * len(series) // bins : (k + 1) * len(series) // bins] if v is not None]
        points.append(max(part) / top if part else None)
    said = f"frame by frame; the most is {describe(known[peak], finding.unit)}, in frame {peak}"
    return Sparkline(WIDTH, HEIGHT, _path(points), said)


def _path(points: list[float | None]) -> str:
    step = WIDTH / max(len(points) - 1, 1)
    parts, drawing = [], False
    for k, value in enumerate(points):
        if value is not None:
            x, y = k * step, 1 + (1 - max(value, 0)) * (HEIGHT - 2)
            # A point alone gets a length of zero, which is drawn as a dot.
            parts.append(f"{'L' if drawing else 'M'}{x:.1f} {y:.1f}" + ("" if drawing else "h0"))
        drawing = value is not None
    return "".join(parts)
