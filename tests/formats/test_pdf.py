"""Brand books, made as designers' programs write them, read back with their places."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.colors import CMYKColor, CMYKColorSep, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Colour, Palette, Reading, pdf, pdf_page
from brandkit.formats.pdf_codes import codes_in

READING = Reading("book")
HEIGHT = 842


class Book:
    """A PDF of A4 pages; places are in points from the top left."""

    def __init__(self, **how: object) -> None:
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=(595, HEIGHT), **how)

    def text(self, x: float, y: float, *lines: str) -> None:
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.setFont("Helvetica", 10)
        for number, line in enumerate(lines):
            self.canvas.drawString(x, HEIGHT - y - 12 * number, line)

    def swatch(self, x: float, y: float, colour: object, side: float = 100) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.rect(x, HEIGHT - y - side, side, side, fill=1, stroke=0)

    def data(self) -> bytes:
        self.canvas.save()
        return self.file.getvalue()


def read(data: bytes) -> Palette:
    return pdf.palette_of(pdf_page.read(data), READING)


def by_name(palette: Palette) -> dict[str, Colour]:
    return {colour.name: colour for colour in palette.colours}


def test_columns_of_swatches_with_their_codes_below() -> None:
    book = Book()
    wanted = [("Electric Blue", "#0050FF"), ("Ink", "#101820"), ("Sand", "#FFF1D6")]
    for k, (name, hex_colour) in enumerate(wanted):
        book.swatch(60 + 170 * k, 100, HexColor(hex_colour))
        codes = (f"HEX {hex_colour}", "RGB 1 2 3", "C100 M70 Y0 K0", "PANTONE 2728 C")
        book.text(60 + 170 * k, 220, name, *codes)
    palette = read(book.data())
    assert [(c.name, c.hex) for c in palette.colours] == wanted
    assert palette.proposed
    blue = palette.colours[0]
    assert "CMYK 100/70/0/0" in blue.description and "PANTONE 2728 C" in blue.description
    page, left, top = (int(part) for part in re.findall(r"\d+", blue.where))
    assert (page, left) == (1, 60) and abs(top - 224) <= 6  # the first code's line


@pytest.mark.parametrize("beside", ["right", "inside"])
def test_rows_of_swatches(beside: str) -> None:
    book = Book()
    for k, (name, hex_colour) in enumerate((("Lime", "#A4D65E"), ("Rose", "#E63E62"))):
        book.swatch(60, 100 + 150 * k, HexColor(hex_colour))
        book.text(170 if beside == "right" else 70, 130 + 150 * k, name, hex_colour)
    palette = read(book.data())
    assert [(c.name, c.hex) for c in palette.colours] == [("Lime", "#A4D65E"), ("Rose", "#E63E62")]
    assert all(f"filled with {c.hex}" in c.description for c in palette.colours)


def test_a_list_of_names_and_codes() -> None:
    book = Book()
    book.text(60, 100, "Accents", "Lime #A4D65E", "Rose: #E63E62", "Sky - Hex 69B3E7")
    assert [(c.name, c.hex) for c in read(book.data()).colours] == [
        ("Lime", "#A4D65E"), ("Rose", "#E63E62"), ("Sky", "#69B3E7"),
    ]  # fmt: skip


def test_a_fill_that_contradicts_its_hex_is_said() -> None:
    book = Book()
    book.swatch(60, 100, HexColor("#1A5CE0"))
    book.text(60, 220, "Blue", "#0050FF")
    (blue,) = read(book.data()).colours
    assert blue.hex == "#0050FF"
    assert "its swatch is filled with #1A5CE0, 5" in blue.description
    assert "CIEDE2000 from #0050FF" in blue.description


def test_ink_is_converted_and_a_fill_alone_takes_its_caption() -> None:
    book = Book()
    book.swatch(60, 100, CMYKColor(0, 0.71, 1, 0))
    book.text(60, 215, "Signal Orange")
    (orange,) = read(book.data()).colours
    assert (orange.name, orange.value.space, orange.hex) == ("Signal Orange", "cmyk", "#F36E21")


def test_a_spot_ink_without_codes_is_no_grey() -> None:
    book = Book()
    book.swatch(60, 100, CMYKColorSep(0, 0.7, 1, 0, spotName="PANTONE 021 C"))
    book.swatch(300, 100, HexColor("#0050FF"))
    assert [c.hex for c in read(book.data()).colours] == ["#0050FF"]


def test_one_colour_on_two_pages_is_proposed_once_with_both() -> None:
    book = Book()
    book.text(60, 100, "Blue", "#0050FF")
    book.canvas.showPage()
    book.text(80, 300, "Again #0050FF")
    (blue,) = read(book.data()).colours
    assert "page 1, at 60 x" in blue.where and "page 2, at 80 x" in blue.where


def test_pantone_without_a_value_is_a_note() -> None:
    book = Book()
    book.text(60, 100, "Silver", "PANTONE 877 C")
    book.text(300, 100, "Blue", "#0050FF")
    palette = read(book.data())
    assert len(palette.colours) == 1
    assert any("PANTONE 877 C has no value beside it" in note for note in palette.notes)


def test_pages_cards_and_rules_are_no_swatches() -> None:
    book = Book()
    book.swatch(0, 0, HexColor("#FFEEDD"), side=800)
    book.canvas.setFillColor(HexColor("#EEEEEE"))
    book.canvas.rect(40, HEIGHT - 330, 200, 280, fill=1, stroke=0)
    book.canvas.rect(40, HEIGHT - 600, 400, 2, fill=1, stroke=0)
    book.swatch(60, 100, HexColor("#0050FF"))
    book.text(60, 220, "Blue", "#0050FF")
    assert [c.hex for c in read(book.data()).colours] == ["#0050FF"]


def test_a_picture_near_the_word_logo_is_a_candidate() -> None:
    book = Book()
    book.text(60, 80, "Our logo")
    book.canvas.drawImage(ImageReader(Image.new("RGB", (32, 12), "red")), 72, HEIGHT - 220, 320, 120)
    book.text(60, 400, "Blue", "#0050FF")
    assert any("a picture of 320 x 120 pt, at 72 x 100 pt" in note for note in read(book.data()).notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RGB(0, 80, 255)", ["RGB 0/80/255"]),
        ("R: 0 G: 80 B: 255", ["RGB 0/80/255"]),
        ("R0\nG80\nB255", ["RGB 0/80/255"]),
        ("RGB 0/80/255 #0050ff", ["RGB 0/80/255", "#0050FF"]),
        ("Hex: 0050ff", ["#0050FF"]),
        ("#05f", ["#0055FF"]),
        ("C: 100% M: 70% Y: 0% K: 0%", ["CMYK 100/70/0/0"]),
        ("CMYK 12,5 / 70 / 0 / 0", ["CMYK 12.5/70/0/0"]),
        ("Pantone Warm Red U, PMS 485", ["PANTONE Warm Red U", "PANTONE 485"]),
        ("PMS Black 6 C", ["PANTONE Black 6 C"]),
        ("RGB 0 80 256", []),
        ("section #123456789 of 2024/10/12", []),
        ("call 0 80 255", []),
    ],
)
def test_the_ways_to_write_a_code(text: str, said: list[str]) -> None:
    assert [code.said for code in codes_in(text)] == said


def test_what_cannot_be_read(tmp_path: Path) -> None:
    locked = Book(encrypt="secret")
    locked.text(60, 100, "#0050FF")
    with pytest.raises(PaletteError, match="protected by a password"):
        pdf_page.read(locked.data())
    with pytest.raises(PaletteError, match="no colours were found"):
        read(Book().data())
    with pytest.raises(PaletteError, match="is damaged or no PDF"):
        pdf_page.read(b"%PDF-1.4\nhello")


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    book = Book()
    book.text(60, 100, "Blue", "#0050FF")
    (tmp_path / "book.pdf").write_bytes(book.data())
    assert [c.hex for c in formats.read(tmp_path / "book.pdf").colours] == ["#0050FF"]


def test_what_takes_too_long_or_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book()
    book.text(60, 100, "#0050FF")
    monkeypatch.setattr(pdf_page, "SECONDS", 0.001)
    with pytest.raises(PaletteError, match="to read; save its palette page alone"):
        pdf_page.pages_of(book.data())


SEED = Book()
SEED.swatch(60, 100, HexColor("#0050FF"))
SEED.text(60, 220, "Blue", "#0050FF", "RGB 0 80 255")
SEED_DATA = SEED.data()


@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damage_ends_in_colours_or_in_one_line(draw: st.DataObject) -> None:
    changed = bytearray(SEED_DATA)
    for _ in range(draw.draw(st.integers(1, 5))):
        place = draw.draw(st.integers(0, len(changed)))
        piece = draw.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"<<", b">>", b"[", b"stream", b"R"]))
        )
        changed[place : place + draw.draw(st.integers(0, 8))] = piece
    try:
        palette = read(bytes(changed))
    except PaletteError as error:
        assert "\n" not in str(error)
    else:
        assert palette.colours
