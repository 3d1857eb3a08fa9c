"""Random brand books: a share of what they say may be missing, none of it may be wrong."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from brandkit.formats import Palette

from .brand_books import Book, read

NAMES = re.split(
    r" \| |\n",
    """Accent 1 | Accent 2 | Grey 100 | Grey 900 | Gray 50 | Blue 1 | Green 500 | Black 80 | B 1 | K 100
Y 2 | Yellow 012 | Neutral 5 | Primary 1 | Tertiary 3 | Brand 1 | Colour 1 | Farbe 2 | Couleur 3
Cool Gray 11 | Warm Grey 3 | Black 6 | Cyan 50 | N90 | B500 | Ocean 2.0 | Sand 50% | Teal-300
primary-500 | Electric Blue | Ink | Lime | Deep Ocean Blue | Reflex Blue | Process Cyan | White
Red | Dark Blue | Grün | Weiß | Königsblau | Dunkelgrün 2 | Gris foncé | Écru | Rosé 3 | Azul añil
Verde água 1 | Blå | A | D | É | Web Green | Digital Lime | Print Black | Coated White | Off-White
Jack's Blue | Red & Gold | Sky (light) | Blue (Dark 2) | 01 Navy | 1 Pine | 02 | Number 9 | R2D2
Route 66 Red | 1984""",
)
INKS = re.split(
    r" \| |\n",
    """PANTONE 2728 C=2728 C | PMS 286 C=286 C | Pantone 7527 U=7527 U | PANTONE 300 CP=300 CP
PMS2945C=2945 C | Pantone 485 Coated=485 C | Pantone 187 Uncoated=187 U
PANTONE Reflex Blue C=Reflex Blue C | Pantone: 287 C=287 C | Pantone Cool Gray 11 C=Cool Gray 11 C
PMS Cool Grey 3C=Cool Grey 3 C | Pantone® 109 C=109 C | Pantone Black 6 C=Black 6 C
Pantone Warm Red C=Warm Red C | PMS 2945=2945 | PANTONE+ 347 C=347 C
PANTONE 19-4052 TCX=19-4052 TCX | Pantone P 115-8 C=P 115-8 C | Pantone Yellow 012 C=Yellow 012 C
Pantone Coated 186 C=186 C | Pantone Process Cyan=Process Cyan | Pantone No. 355 C=355 C""",
)
"""As written, and as Pantone writes them."""
HEX = ("{0}", "HEX {0}", "HEX {1}", "Hex: {0}", "HEX: {1}", "Web {0}")
RGB = (
    "RGB {} {} {}",
    "RGB {}, {}, {}",
    "R{} G{} B{}",
    "R: {} G: {} B: {}",
    "RGB: {}/{}/{}",
    "rgb({}, {}, {})",
)
CMYK = ("CMYK {} {} {} {}", "C{} M{} Y{} K{}", "CMYK: {}/{}/{}/{}", "C: {}% M: {}% Y: {}% K: {}%")
LAYOUTS = ("below", "above", "inside", "name inside", "last", "under", "beside", "left", "list")


@dataclass(frozen=True)
class Swatch:
    """What is drawn of a colour."""

    name: str
    hex: str
    ink: str
    codes: tuple[str, ...]


class Drawing:
    """A page of random swatches in one layout; ``places`` is where each swatch stands, by its HEX."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.book = Book()
        self.size = self.random.choice((6, 8, 9, 10, 12))
        self.lead = self.size * self.random.choice((1.2, 1.35, 1.5))
        self.head = self.size * self.random.choice((1, 1, 1.2, 1.5))
        self.layout = self.random.choice(LAYOUTS)
        self.swatches = self._swatches()
        self.places: dict[str, tuple[float, float]] = {}
        if self.random.random() < 0.5:
            title = self.random.choice(("Colour palette", "Primary colours", "Acme Corporation"))
            self.book.text(50, 40, title, size=2 * self.size)
        if self.layout == "list":
            self._list()
        elif self.layout in ("beside", "left"):
            self._rows()
        else:
            self._grid()

    def _swatches(self) -> list[Swatch]:
        count = self.random.randint(2, 12)
        kinds = self.random.choice(("H", "R", "HR", "HP", "RC", "HRC", "RCP", "HRCP"))
        order = self.random.sample(kinds, len(kinds))
        colours = self.random.sample(range(0, 1 << 24, 0x010307), count)
        names = self.random.sample(NAMES, count)
        if self.random.random() < 0.4:
            base = self.random.choice(("Accent", "Grey", "Blue", "Primary", "B", "Türkis", "Black"))
            names = [f"{base} {k + 1}" for k in range(count)]
        inks = self.random.sample(INKS, count)
        return [
            self._swatch(name, f"#{colour:06X}", ink, order)
            for name, colour, ink in zip(names, colours, inks, strict=True)
        ]

    def _swatch(self, name: str, hex_colour: str, ink: str, order: list[str]) -> Swatch:
        said, wanted = ink.split("=")
        inks = [self.random.choice((0, 5, 20, 50, 69, 100)) for _ in range(4)]
        codes = {
            "H": self.random.choice(HEX).format(hex_colour, hex_colour[1:]),
            "R": self.random.choice(RGB).format(*bytes.fromhex(hex_colour[1:])),
            "C": self.random.choice(CMYK).format(*inks),
            "P": said,
        }
        return Swatch(name, hex_colour, wanted if "P" in order else "", tuple(codes[kind] for kind in order))

    def _show(self, swatch: Swatch, x: float, y: float, width: float, height: float) -> None:
        self.book.swatch(x, y, HexColor(swatch.hex), width, height)
        self.places[swatch.hex] = x, y

    def _codes(self, swatch: Swatch, x: float, y: float) -> float:
        for code in swatch.codes:
            self.book.text(x, y, code, size=self.size)
            y += self.lead
        return y

    def _list(self) -> None:
        between = self.random.choice(("  ", " / ", " | ", " – "))
        step = self.lead * self.random.choice((1, 1.5, 2))
        for k, swatch in enumerate(self.swatches):
            self.book.text(50, 90 + k * step, between.join((swatch.name, *swatch.codes)), size=self.size)

    def _rows(self) -> None:
        names = max(stringWidth(s.name, "Helvetica", self.head) for s in self.swatches)
        height = self.head + len(self.swatches[0].codes) * self.lead
        step = height + self.size * self.random.choice((1.5, 2, 3))
        del self.swatches[max(2, int(730 / step)) :]
        for k, swatch in enumerate(self.swatches):
            y = 70 + k * step
            if self.layout == "beside":
                self._show(swatch, 50, y, 60, height)
                self.book.text(120, y + self.head, swatch.name, size=self.head)
                self._codes(swatch, 120, y + self.head + self.lead)
            else:
                self.book.text(50, y + height / 2, swatch.name, size=self.head)
                self._show(swatch, 65 + names, y, 60, height)
                self._codes(swatch, 135 + names, y + self.size)

    def _grid(self) -> None:
        widest = max(
            *(stringWidth(s.name, "Helvetica", self.head) for s in self.swatches),
            *(stringWidth(code, "Helvetica", self.size) for s in self.swatches for code in s.codes),
        )
        width = max(widest + self.size, 30)
        column = width + self.size * self.random.choice((1, 1.3, 2, 3))
        count = max(1, min(int(500 / column), self.random.choice((2, 3, 4, 6))))
        text = self.head * 1.3 + (len(self.swatches[0].codes) + 1) * self.lead
        height = 40 + (text if self.layout == "inside" else 0)
        step = height + text + self.size * self.random.choice((2.5, 4))
        del self.swatches[max(2, count * int(720 / step)) :]
        for k, swatch in enumerate(self.swatches):
            self._cell(swatch, 50 + k % count * column, 70 + k // count * step, width, height)

    def _cell(self, swatch: Swatch, x: float, y: float, width: float, height: float) -> None:
        pad, head = self.size / 2, self.head * 1.3
        below = y + height + head
        match self.layout:
            case "below":
                self._show(swatch, x, y, width, height)
                self.book.text(x, below, swatch.name, size=self.head)
                self._codes(swatch, x, below + self.lead)
            case "above":
                self.book.text(x, y + self.head, swatch.name, size=self.head)
                self._show(swatch, x, y + head + 2, width, height)
                self._codes(swatch, x, below + self.size)
            case "inside":
                self._show(swatch, x, y, width + pad, height)
                self.book.text(x + pad, y + head, swatch.name, size=self.head)
                self._codes(swatch, x + pad, y + head + self.lead)
            case "name inside":
                self._show(swatch, x, y, width + pad, height)
                self.book.text(x + pad, y + head, swatch.name, size=self.head)
                self._codes(swatch, x, below)
            case "last":
                self._show(swatch, x, y, width, height)
                self.book.text(x, self._codes(swatch, x, below), swatch.name, size=self.head)
            case "under":
                end = self._codes(swatch, x, y + self.size) - self.lead + pad
                self._show(swatch, x, end, width, height)
                self.book.text(x, end + height + head, swatch.name, size=self.head)


def score(drawing: Drawing, palette: Palette) -> Counter[str]:
    """How many values, names, inks and places are right, missing or wrong."""
    found = {colour.hex: colour for colour in palette.colours}
    wanted = {swatch.hex: swatch for swatch in drawing.swatches}
    counts = Counter({"value wrong": len(found.keys() - wanted.keys())})
    for swatch in drawing.swatches:
        colour = found.get(swatch.hex)
        if colour is None:
            counts["value missing"] += 1
            continue
        counts["value right"] += 1
        named = "" if colour.name.startswith("PANTONE") else colour.name
        counts[f"name {_judged(named, swatch.name)}"] += 1
        inks = "+".join(re.findall(r"PANTONE ([^,]+)", colour.description))
        counts[f"ink {_judged(inks, swatch.ink)}"] += 1
        counts["contradiction"] += "contradicts" in colour.description
        if swatch.hex in drawing.places:
            said = tuple(int(part) for part in re.findall(r"(\d+) × (\d+) pt", colour.where)[0])
            far = max(abs(a - b) for a, b in zip(said, drawing.places[swatch.hex], strict=True))
            counts["place right" if far <= 1 else "place wrong"] += 1
    return counts


def _judged(found: str, wanted: str) -> str:
    return "right" if found == wanted else "wrong" if found else "missing"


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_what_random_books_say_is_found_or_left_out_but_not_mistaken(start: int) -> None:
    total: Counter[str] = Counter()
    for seed in range(start, start + 20):
        drawing = Drawing(seed)
        total += score(drawing, read(drawing.book.data()))
    assert {what: count for what, count in total.items() if "wrong" in what or what == "contradiction"} == {}
    assert total["value missing"] == total["ink missing"] == 0
    assert total["name missing"] <= 0.02 * total["value right"]
