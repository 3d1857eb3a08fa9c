"""Before, after and the difference between them as one picture that explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, ImageOps

from brandkit.proof.record import Shifted

FULL = 10.0
"""CIEDE2000 that the heat map shows brightest; the same in all pictures, so that two can be compared."""
TICKS = (0, 1, 2, 5, 10)
"""CIEDE2000 that the legend names; 1 is about what an observer just notices."""

GROUND = (117, 117, 117)
"""The neutral grey of middle lightness that reports lay pictures on."""
INK, SOFT = (255, 255, 255), (236, 236, 236)
WIDE = 1880
"""Columns of the whole, about twice what a page shows."""
GAP = 24
PAD = 28
TALLEST = 1100
"""Rows of a panel."""
FLAT_FROM = 2.2
"""From this ratio of width to height, panels stand below each other; beside, they would be slips."""
LINE = 40
BODY, SMALL, HEAD, LEAST = 26, 24, 32, 19
"""Sizes of type, about half of which a page shows."""
MOST_LINES = 4

Rgb = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
_Line = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One of the three: its head, the lines below (a block of colour and words), and the picture."""

    head: str
    lines: tuple[_Line, ...]
    picture: Rgb


def draw(before: Rgb, after: Rgb, moved: F32, shifts: Sequence[Shifted], outside: str) -> Rgb:
    """Draw the three side by side, or below each other where they are wide, with captions and a legend.

    Args:
        before: sRGB ``[H, W, 3]``.
        after: likewise.
        moved: CIEDE2000 by which each pixel moved ``[H, W]``.
        shifts: the brand colours that were to move.
        outside: how far the rest moved, in words.

    Returns:
        sRGB ``[H, W, 3]``.
    """
    shown = list(shifts[:MOST_LINES])
    more = len(shifts) - len(shown)
    was: list[tuple[str | None, str]] = [
        (s.source, f"{s.swatch}: {s.source}, {s.before:.1f} from {s.target}") for s in shown
    ]
    now: list[tuple[str | None, str]] = [(s.became, _became(s)) for s in shown]
    if more:
        was.append((None, f"and {more} more"))
        now.append((None, f"and {more} more"))
    panels = (
        _Panel("Before", tuple(was), before),
        _Panel("After", tuple(now), after),
        _Panel("Difference in CIEDE2000", ((None, outside),), heat(moved)),
    )
    height, width = before.shape[:2]
    stacked = width / height >= FLAT_FROM
    drawn = _stacked(panels) if stacked else _beside(panels)
    return np.asarray(ImageOps.expand(drawn, PAD, GROUND))


def _became(shift: Shifted) -> str:
    if shift.after is None or shift.became is None:
        return f"{shift.swatch}: not seen in this shot"
    where = f"{shift.after:.1f} from {shift.target}"
    if shift.became == shift.target:
        where = "the exact HEX" if shift.exact is not None else where
    return f"{shift.swatch}: {shift.became}, {where}"


def heat(moved: F32) -> Rgb:
    """The difference as colours: black where nothing moved, brightest from ``FULL`` on; not rescaled."""
    level = np.clip(moved * (255 / FULL), 0, 255).round().astype(np.uint8)
    # A change too small for the first step of the scale is a change all the same.
    level = np.where((moved > 0) & (level == 0), 1, level).astype(np.uint8)
    return np.ascontiguousarray(cv2.applyColorMap(level, cv2.COLORMAP_INFERNO)[..., ::-1])


def _beside(panels: Sequence[_Panel]) -> Image.Image:
    height, width = panels[0].picture.shape[:2]
    across = (WIDE - (len(panels) - 1) * GAP) // len(panels)
    scale = min(across / width, TALLEST / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    lines = max(len(panel.lines) for panel in panels)
    top = 50 + lines * LINE + 10
    column = max(size[0], across)
    canvas = Image.new("RGB", (len(panels) * column + (len(panels) - 1) * GAP, top + size[1] + 82), GROUND)
    for k, panel in enumerate(panels):
        x = k * (column + GAP)
        _caption(canvas, panel, x, column)
        canvas.paste(_scaled(panel.picture, size), (x, top))
    x = (len(panels) - 1) * (column + GAP)
    _legend(canvas, x, top + size[1] + 14, min(size[0], column) if size[0] > 320 else column)
    return canvas


def _stacked(panels: Sequence[_Panel]) -> Image.Image:
    height, width = panels[0].picture.shape[:2]
    scale = min(WIDE / width, TALLEST / height)
    size = WIDE, max(1, round(height * scale))
    tops = [50 + len(panel.lines) * LINE + 10 for panel in panels]
    whole = sum(tops) + len(panels) * (size[1] + GAP) + 60
    canvas = Image.new("RGB", (WIDE, whole), GROUND)
    y = 0
    for panel, top in zip(panels, tops, strict=True):
        _caption(canvas, panel, 0, WIDE, y)
        canvas.paste(_scaled(panel.picture, size), (0, y + top))
        y += top + size[1] + GAP
    _legend(canvas, 0, y - 8, WIDE // 3)
    return canvas


def _scaled(picture: Rgb, size: tuple[int, int]) -> Image.Image:
    """To that size without overshoot, so that a flat area keeps its exact colour."""
    image = Image.fromarray(picture)
    larger = size[0] > image.width
    return image.resize(size, Image.Resampling.NEAREST if larger else Image.Resampling.BOX)


def _caption(canvas: Image.Image, panel: _Panel, x: int, width: int, y: int = 0) -> None:
    pen = ImageDraw.Draw(canvas)
    pen.text((x, y), panel.head, INK, _font(HEAD), stroke_width=0.4)
    for k, (colour, words) in enumerate(panel.lines):
        place, top = x, y + 50 + k * LINE
        if colour is not None:
            pen.rounded_rectangle((x, top + 3, x + 44, top + 30), 4, colour, outline=SOFT)
            place += 58
        font = _fitting(words, x + width - place)
        pen.text((place, top + 1), _shortened(words, font, x + width - place), SOFT, font)


def _fitting(words: str, width: int) -> ImageFont.FreeTypeFont:
    """The largest type in which words fit a width, from ``BODY`` down to ``LEAST``."""
    sizes = range(BODY, LEAST, -1)
    return next((_font(size) for size in sizes if _font(size).getlength(words) <= width), _font(LEAST))


def _shortened(words: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Words that fit a width, cut short by dots where they must be."""
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(f"{words}...") > width:
        words = words[:-1]
    return f"{words.rstrip()}..."


def _legend(canvas: Image.Image, x: int, y: int, width: int) -> None:
    """The heat map's scale in its units."""
    pen = ImageDraw.Draw(canvas)
    scale = heat(np.linspace(0, FULL, width, dtype=np.float32)[None].repeat(18, 0))
    canvas.paste(Image.fromarray(scale), (x, y))
    pen.rectangle((x, y, x + width - 1, y + 17), outline=SOFT)
    font = _font(SMALL)
    for tick in TICKS:
        at = x + round(tick / FULL * (width - 1))
        pen.line((at, y + 18, at, y + 25), SOFT, 2)
        words = f"{tick} or more" if tick == TICKS[-1] else str(tick)
        long = font.getlength(words)
        left = min(max(at - long / 2, x), x + width - long)
        pen.text((left, y + 28), words, SOFT, font)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface that ships with Pillow (Aileron): Latin letters, digits and ASCII signs."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow is built without FreeType; install a wheel of Pillow")
    return font
