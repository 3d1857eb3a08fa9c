"""What on a page may be a logo: pictures, and paths that lie close together."""

from __future__ import annotations

from brandkit.formats.pdf_content import Box, Drawing

MOST_DRAWINGS = 200
OPEN = 6
"""How many groups of paths may still grow: a program writes a drawing's paths one after another."""
TOGETHER, PART = 6.0, 0.35
"""Points between paths of one drawing, or this part of their height: letters of one word."""
LARGEST = 0.25
"""Part of a page; a logo that fills more of it is a cover."""
LEAST = 16.0
LEAST_SEGMENTS = 12
_TOO_FLAT = 12


class Gathering:
    """Collects the drawings of a page."""

    def __init__(self) -> None:
        self._pictures: list[Drawing] = []
        self._groups: list[_Group] = []

    def add_picture(self, box: Box, key: str, page: float) -> None:
        """Note a picture; ``page`` is the page's area."""
        if len(self._pictures) < MOST_DRAWINGS and box.area <= LARGEST * page:
            self._pictures.append(Drawing(box, f"picture {key}", True))

    def add_path(self, box: Box, segments: int, plain: bool, page: float) -> None:
        """Note a path of so many segments; plain shapes alone make no drawing."""
        if box.area > LARGEST * page:
            return
        for group in reversed(self._groups[-OPEN:]):
            reach = max(TOGETHER, PART * min(group.box.height, box.height))
            if max(group.box.gaps(box)) <= reach:
                group.add(box, segments, plain)
                return
        if len(self._groups) < MOST_DRAWINGS:
            self._groups.append(_Group(box, segments, plain))

    def drawings(self, page: float) -> tuple[Drawing, ...]:
        """Pictures, then groups of paths, without what is too small, large, flat or simple for a logo."""
        groups = [
            Drawing(g.box, g.key, False)
            for g in self._groups
            if g.box.area <= LARGEST * page and g.dense and g.segments >= LEAST_SEGMENTS
        ]
        return tuple(
            d
            for d in (*self._pictures, *groups)
            if max(d.box.width, d.box.height) >= LEAST
            and max(d.box.width, d.box.height) <= _TOO_FLAT * min(d.box.width, d.box.height)
        )


class _Group:
    def __init__(self, box: Box, segments: int, plain: bool) -> None:
        self.box, self.segments, self.paths, self.dense = box, segments, 1, not plain

    def add(self, box: Box, segments: int, plain: bool) -> None:
        self.box = self.box.joined(box)
        self.segments += segments
        self.paths += 1
        self.dense = self.dense or not plain

    @property
    def key(self) -> str:
        shape = round(20 * self.box.width / max(self.box.height, 0.1))
        return f"paths {self.paths} {self.segments} {shape}"
