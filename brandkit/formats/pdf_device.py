"""One page of a PDF as pdfminer's interpreter draws it: characters, fills and drawings with their places.

Beyond what pdfminer keeps: clipping by the box around the path, opacity, spot colours, and an end to
the work that a page can ask for.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from pdfminer.layout import LTChar
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager, PDFStackT
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, num_value, resolve1
from pdfminer.psparser import literal_name
from pdfminer.utils import Matrix, PathSegment, Rect, apply_matrix_pt, apply_matrix_rect

from brandkit.formats import pdf_inks
from brandkit.formats.pdf_content import Box, Fill, Page, Word
from brandkit.formats.pdf_drawings import Gathering
from brandkit.formats.pdf_shapes import Point, is_plain, subpaths

MOST_STEPS_OF_A_PAGE = 500_000
MOST_CHARACTERS = 20_000
MOST_FILLS = 4_000
OPAQUE = 0.99
_LARGEST = 1e6
"""Points beyond which a place is no place: a page is at most 14 400 wide (ISO 32000-1, annex C)."""
_SPACE_SHARE = 0.2
"""Part of the type size from which a gap is a space: spaces have 0.2 to 0.3, tracking up to 0.2."""


class PageStop(Exception):  # noqa: N818 (not an error: the page is used as far as it was read)
    """A page holds more than is read."""


class Budget:
    """What all pages together may cost.

    Attributes:
        spent: whether nothing is left.
    """

    def __init__(self, steps: int, deadline: float) -> None:
        self._steps = steps
        self._deadline = deadline
        self.spent = False

    def spend(self, steps: int) -> None:
        """Count steps. Raises ``PageStop`` when there are none left, or the time is over."""
        self._steps -= steps
        if self._steps < 0 or time.monotonic() > self._deadline:
            self.spent = True
            raise PageStop


class PageReader(PDFTextDevice):
    """Reads one page."""

    clip: Box | None = None
    alpha = 1.0

    def __init__(self, resources: PDFResourceManager, budget: Budget) -> None:
        super().__init__(resources)
        self._resources = resources
        self._budget = budget
        self._steps = 0
        self._crop = Box(0, 0, 0, 0)
        self._height = 0.0
        self._characters: dict[tuple[str, int, int], dict[str, object]] = {}
        self._fills: list[Fill] = []
        self._drawings = Gathering()
        self._full = False

    def read(self, page: PDFPage) -> None:
        """Draw the page. Raises ``PageStop`` where it is too much, anything where it is damaged."""
        _Interpreter(self._resources, self).process_page(page)

    def page(self, number: int, cut_short: bool) -> Page:
        """What has been drawn."""
        return Page(
            number,
            self._crop.width,
            self._crop.height,
            self._words(),
            tuple(self._fills),
            self._drawings.drawings(self._crop.area),
            cut_short or self._full,
        )

    def step(self) -> None:
        """Count an operand. Raises ``PageStop``."""
        self._steps += 1
        if self._steps % 1000 == 0:
            self._budget.spend(1000)
        if self._steps > MOST_STEPS_OF_A_PAGE:
            raise PageStop

    def place(self, points: Sequence[Point]) -> Box | None:
        """The box around points of the current path, as the page is shown; ``None`` where it is nowhere."""
        assert self.ctm is not None
        placed = [apply_matrix_pt(self.ctm, point) for point in points]
        if not placed or not all(abs(part) < _LARGEST for point in placed for part in point):
            return None
        across, up = [x for x, _ in placed], [y for _, y in placed]
        return self._shown((min(across), min(up), max(across), max(up)))

    def narrow(self, box: Box | None) -> None:
        """Clip what follows by ``box``, too."""
        if box is not None:
            here = self.clip or self._crop
            self.clip = here.cut(box) or Box(here.x0, here.top, here.x0, here.top)

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Note what of the page is shown."""
        x0, y0, x1, y1 = apply_matrix_rect(ctm, page.mediabox)
        crop = apply_matrix_rect(ctm, page.cropbox)
        shown = (max(x0, crop[0]), max(y0, crop[1]), min(x1, crop[2]), min(y1, crop[3]))
        if not (shown[0] < shown[2] and shown[1] < shown[3]) or max(map(abs, shown)) > _LARGEST:
            raise ValueError("a page without an area")
        self._left, self._height = shown[0], shown[3]
        self._crop = Box(0, 0, shown[2] - shown[0], shown[3] - shown[1])

    def paint_path(
        self,
        graphicstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,
        path: Sequence[PathSegment],
    ) -> None:
        """Keep a filled shape, and what may be part of a drawing."""
        self.step()
        parts = subpaths(path)
        seen = [(part, self._seen(self.place(part.points))) for part in parts]
        boxes = [box for _, box in seen if box is not None]
        if not boxes or self.alpha == 0:
            return
        around = boxes[0]
        for box in boxes[1:]:
            around = around.joined(box)
        plain = all(is_plain(part) for part in parts)
        self._drawings.add_path(around, sum(len(part.segments) for part in parts), plain, self._crop.area)
        ink = pdf_inks.ink(graphicstate.ncs, graphicstate.ncolor) if fill and self.alpha >= OPAQUE else None
        if ink is None:
            return
        for box in boxes if plain else [around]:
            if len(self._fills) >= MOST_FILLS:
                self._full = True
                return
            self._fills.append(Fill(box, ink.value, ink.spot, plain))

    def render_image(self, name: str, stream: PDFStream) -> None:
        """Keep a picture's place."""
        box = self._seen(self.place(((0, 0), (1, 0), (1, 1), (0, 1))))
        if box is not None:
            size = f"{resolve1(stream.get('Width'))} {resolve1(stream.get('Height'))}"
            self._drawings.add_picture(box, f"{stream.objid} {size}", self._crop.area)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        """Keep a character, once where it is drawn twice to look bold."""
        self.step()
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = "\N{REPLACEMENT CHARACTER}"
        size, shift = font.char_width(cid), font.char_disp(cid)
        char = LTChar(matrix, font, fontsize, scaling, rise, text, size, shift, ncs, graphicstate)
        self._keep(char)
        return char.adv

    def _keep(self, char: LTChar) -> None:
        if not all(math.isfinite(part) and abs(part) < _LARGEST for part in char.bbox):
            return
        box = self._shown(char.bbox)
        middle = Box((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2, box.x1, box.bottom)
        if not (0 <= middle.x0 <= self._crop.width and 0 <= middle.top <= self._crop.height):
            return
        if len(self._characters) >= MOST_CHARACTERS:
            self._full = True
            return
        key = (char.get_text(), round(box.x0), round(box.top))
        self._characters.setdefault(
            key,
            {
                "text": char.get_text(),
                "x0": box.x0,
                "x1": box.x1,
                "top": box.top,
                "bottom": box.bottom,
                "doctop": box.top,
                "size": char.size,
                "upright": char.upright,
            },
        )

    def _words(self) -> tuple[Word, ...]:
        from pdfplumber.utils.text import extract_words

        characters = list(self._characters.values())
        if not characters:
            return ()
        found = extract_words(characters, x_tolerance_ratio=_SPACE_SHARE)
        return tuple(
            Word(w["text"], Box(*(float(w[side]) for side in ("x0", "top", "x1", "bottom")))) for w in found
        )

    def _shown(self, rect: Rect) -> Box:
        x0, y0, x1, y1 = rect
        return Box(x0 - self._left, self._height - y1, x1 - self._left, self._height - y0)

    def _seen(self, box: Box | None) -> Box | None:
        return None if box is None else box.cut(self.clip or self._crop)


class _Interpreter(PDFPageInterpreter):
    """pdfminer's, with what it passes over: clipping, opacity, colour spaces and an end."""

    device: PageReader

    def push(self, obj: PDFStackT) -> None:
        self.device.step()
        super().push(obj)

    def init_resources(self, resources: dict[object, object]) -> None:
        super().init_resources(resources)
        self._states = dict_value(resources.get("ExtGState") or {}) if resources else {}
        for name, spec in dict_value((resources or {}).get("ColorSpace") or {}).items():
            self.device.step()
            space = pdf_inks.ink_space(resolve1(spec))
            if space is not None:
                self.csmap[name] = space

    def init_state(self, ctm: Matrix) -> None:
        super().init_state(ctm)
        self._kept: list[tuple[Box | None, float]] = []

    def do_q(self) -> None:
        self.device.step()
        self._kept.append((self.device.clip, self.device.alpha))
        super().do_q()

    def do_Q(self) -> None:  # noqa: N802 (the operator's name)
        if self._kept:
            self.device.clip, self.device.alpha = self._kept.pop()
        super().do_Q()

    def do_W(self) -> None:  # noqa: N802
        parts = subpaths(self.curpath)
        self.device.narrow(self.device.place([point for part in parts for point in part.points]))

    def do_W_a(self) -> None:  # noqa: N802
        self.do_W()

    def do_gs(self, name: PDFStackT) -> None:
        state = resolve1(self._states.get(literal_name(name)))
        if isinstance(state, dict) and "ca" in state:
            self.device.alpha = float(num_value(state["ca"]))

    def do_Do(self, xobjid_arg: PDFStackT) -> None:  # noqa: N802
        outside = self.device.clip, self.device.alpha
        super().do_Do(xobjid_arg)
        self.device.clip, self.device.alpha = outside
        self.device.set_ctm(self.ctm)
