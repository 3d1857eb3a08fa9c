"""Brand books read back with names, values and places."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import zlib
from pathlib import Path

import colour
import numpy as np
import pytest
from PIL import Image
from reportlab.lib.colors import CMYKColor, CMYKColorSep, Color, HexColor
from reportlab.lib.utils import ImageReader

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Colour, Palette, pdf, pdf_content, pdf_process
from brandkit.formats.pdf_codes import codes_in

from .brand_books import HEIGHT, WIDTH, Book, by_hand, read

BRAND_BOOKS = Path(__file__).parents[1] / "data" / "brandbooks"
BLUE = HexColor("#0050FF")


def only(palette: Palette) -> Colour:
    (found,) = palette.colours
    return found


def named(palette: Palette) -> list[tuple[str, str]]:
    return [(found.name, found.hex) for found in palette.colours]


def place(where: str) -> tuple[int, int, int]:
    page, left, top = re.match(r"page (\d+), at (\d+) × (\d+) pt from the top left", where).groups()
    return int(page), int(left), int(top)


def de00(one: str, other: str) -> float:
    lab = [
        colour.XYZ_to_Lab(colour.sRGB_to_XYZ(np.array(list(bytes.fromhex(c[1:]))) / 255), [0.3127, 0.329])
        for c in (one, other)
    ]
    return float(colour.delta_E(*lab, method="CIE 2000"))


def test_columns_of_swatches_with_their_codes_below() -> None:
    book = Book()
    wanted = [("Electric Blue", "#0050FF"), ("Ink", "#101820"), ("Sand", "#FFF1D6")]
    for k, (name, hex_colour) in enumerate(wanted):
        book.swatch(60 + 170 * k, 100, HexColor(hex_colour))
        red, green, blue = bytes.fromhex(hex_colour[1:])
        codes = (f"HEX {hex_colour}", f"RGB {red} {green} {blue}", "C100 M70 Y0 K0", "PANTONE 2728 C")
        book.text(60 + 170 * k, 220, name, *codes)
    palette = read(book.data())
    assert named(palette) == wanted and palette.proposed
    blue = palette.colours[0]
    assert blue.description == "RGB 0/80/255, swatch fill #0050FF, CMYK 100/70/0/0, PANTONE 2728 C"
    assert [place(found.where) for found in palette.colours] == [(1, 60 + 170 * k, 100) for k in range(3)]


def test_a_table_with_its_labels_at_the_head() -> None:
    book = Book()
    for x, head in ((100, "Name"), (220, "HEX"), (320, "RGB"), (440, "CMYK")):
        book.text(x, 110, head)
    rows = [
        ("Electric Blue", "0050FF", "0 80 255", "80 65 0 0"),
        ("Ink", "101820", "16, 24, 32", "90 80 60 70"),
    ]
    for k, row in enumerate(rows):
        book.swatch(60, 125 + 40 * k, HexColor(f"#{row[1]}"), 24)
        for x, cell in zip((100, 220, 320, 440), row, strict=True):
            book.text(x, 140 + 40 * k, cell)
    palette = read(book.data())
    assert named(palette) == [("Electric Blue", "#0050FF"), ("Ink", "#101820")]
    assert palette.colours[1].description == "RGB 16/24/32, swatch fill #101820, CMYK 90/80/60/70"


@pytest.mark.parametrize("beside", ["right", "inside"])
def test_rows_of_swatches(beside: str) -> None:
    book = Book()
    wanted = [("Lime", "#A4D65E"), ("Rose", "#E63E62")]
    for k, (name, hex_colour) in enumerate(wanted):
        book.swatch(60, 100 + 150 * k, HexColor(hex_colour))
        book.text(170 if beside == "right" else 70, 130 + 150 * k, name, hex_colour)
    palette = read(book.data())
    assert named(palette) == wanted
    assert all(found.description == f"swatch fill {found.hex}" for found in palette.colours)


@pytest.mark.parametrize("y", [90, 120], ids=["above the swatch", "on the swatch"])
def test_a_name_apart_from_its_codes(y: float) -> None:
    book = Book()
    book.text(60, 40, "Primary colours", size=20)
    for k, (name, codes) in enumerate((("Electric Blue", "0/80/255"), ("Lime", "164/214/94"))):
        red, green, blue = (int(code) / 255 for code in codes.split("/"))
        book.swatch(60 + 200 * k, 100, Color(red, green, blue), 150)
        book.text(70 + 200 * k, y, name, size=14)
        book.text(60 + 200 * k, 270, codes)
    assert named(read(book.data())) == [("Electric Blue", "#0050FF"), ("Lime", "#A4D65E")]


def test_a_page_filled_with_its_colour() -> None:
    book = Book()
    book.swatch(0, 0, BLUE, WIDTH, HEIGHT)
    book.text(60, 700, "Electric Blue", size=30)
    book.text(60, 760, "HEX #0050FF")
    found = only(read(book.data()))
    assert (found.name, found.hex, found.description) == ("Electric Blue", "#0050FF", "swatch fill #0050FF")


def test_a_list_of_names_and_codes() -> None:
    book = Book()
    book.text(60, 100, "Accents", "Lime #A4D65E", "Rose: #E63E62", "Sky - Hex 69B3E7")
    assert named(read(book.data())) == [("Lime", "#A4D65E"), ("Rose", "#E63E62"), ("Sky", "#69B3E7")]


def test_codes_over_several_lines() -> None:
    book = Book()
    book.text(60, 100, "Lime", "R 164", "G 214", "B 94", "C 40", "M 0", "Y 75", "K 0")
    found = only(read(book.data()))
    assert (found.name, found.hex, found.description) == ("Lime", "#A4D65E", "CMYK 40/0/75/0")


def test_a_fill_that_contradicts_its_hex_is_said() -> None:
    book = Book()
    book.swatch(60, 100, HexColor("#1A5CE0"))
    book.text(60, 220, "Blue", "#0050FF")
    found = only(read(book.data()))
    assert found.hex == "#0050FF"
    apart = de00("#0050FF", "#1A5CE0")
    assert (
        found.description == f"swatch fill #1A5CE0, which contradicts #0050FF (CIEDE2000 {apart:.1f} apart)"
    )


def test_rgb_that_contradicts_its_hex_is_said() -> None:
    book = Book()
    book.text(60, 100, "Blue", "#0050FF", "RGB 0 80 155")
    found = only(read(book.data()))
    assert found.hex == "#0050FF"
    assert (
        f"RGB 0/80/155, which contradicts #0050FF (CIEDE2000 {de00('#0050FF', '#00509B'):.1f}"
        in found.description
    )


def test_what_differs_by_rounding_is_listed_and_contradicts_nothing() -> None:
    book = Book()
    book.swatch(60, 100, HexColor("#0051FE"))
    book.text(60, 220, "Blue", "#0050FF")
    assert only(read(book.data())).description == "swatch fill #0051FE"


def test_the_fill_counts_before_ink() -> None:
    book = Book()
    book.swatch(60, 100, BLUE)
    book.text(60, 220, "Blue", "CMYK 100/70/0/0")
    found = only(read(book.data()))
    assert (found.value.space, found.hex, found.description) == ("srgb", "#0050FF", "CMYK 100/70/0/0")


def test_ink_is_converted_and_a_fill_alone_takes_its_caption() -> None:
    book = Book()
    book.swatch(60, 100, CMYKColor(0, 0.71, 1, 0))
    book.text(60, 215, "Signal Orange")
    found = only(read(book.data()))
    assert (found.name, found.value.space, found.hex) == ("Signal Orange", "cmyk", "#F36E21")
    assert found.value.components == pytest.approx((0, 0.71, 1, 0))


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        ((1, 0.7, 0, 0), "swatch fill CMYK 100/70/0/0"),
        ((0.5, 0.7, 0, 0), "swatch fill CMYK 50/70/0/0, which contradicts CMYK 100/70/0/0"),
    ],
)
def test_a_fill_of_ink_beside_ink_in_text(fill: tuple[float, ...], said: str) -> None:
    book = Book()
    book.swatch(60, 100, CMYKColor(*fill))
    book.text(60, 220, "Blue", "C100 M70 Y0 K0")
    found = only(read(book.data()))
    assert found.value.components == (1, 0.7, 0, 0)
    assert found.description == said


def test_a_grey_is_no_spot_ink_and_a_spot_ink_no_grey() -> None:
    book = Book()
    book.swatch(60, 100, CMYKColorSep(0, 0.7, 1, 0, spotName="PANTONE 021 C"))
    book.text(60, 215, "Signal Orange", "PANTONE 021 C")
    book.canvas.setFillGray(0.25)
    book.canvas.rect(300, HEIGHT - 200, 100, 100, fill=1, stroke=0)
    orange, grey = read(book.data()).colours
    assert (orange.name, orange.kind, orange.description) == ("Signal Orange", "spot", "PANTONE 021 C")
    assert orange.value.components == pytest.approx((0, 0.7, 1, 0))
    assert (grey.value.space, grey.hex) == ("gray", "#404040")


FUNCTION = b"<</FunctionType 2/Domain[0 1]/C0[100 0 0]/C1[50 40 -20]/N 1>>"
SAMPLES = (
    b"<</FunctionType 0/Domain[0 1]/Range[0 100 -128 127 -128 127]/Size[2]/BitsPerSample 8/Length 6>>stream\n"
)
SAMPLES += bytes((255, 128, 128, 128, 168, 108)) + b"\nendstream"


@pytest.mark.parametrize(
    ("function", "stream"), [(FUNCTION, b""), (b"5 0 R", SAMPLES)], ids=["interpolated", "sampled"]
)
@pytest.mark.parametrize(("tint", "lab"), [(b"1", (50, 40, -20)), (b".5", (75, 20, -10))])
def test_a_spot_ink_is_what_its_function_makes_of_it(
    function: bytes, stream: bytes, tint: bytes, lab: tuple[float, ...]
) -> None:
    space = b"[/Separation/PANTONE#202728#20C[/Lab<</WhitePoint[.9642 1 .8249]>>]" + function + b"]"
    data = by_hand(
        b"/S cs " + tint + b" scn 60 600 100 100 re f", b"/ColorSpace<</S " + space + b">>", stream=stream
    )
    found = only(read(data))
    assert (found.name, found.kind, found.value.space) == ("PANTONE 2728 C", "spot", "lab")
    assert found.value.components == pytest.approx(lab, abs=0.5)


def test_a_profile_counts_by_its_components() -> None:
    stream = b"<</N 4/Length 0>>stream\n\nendstream"
    data = by_hand(
        b"/I cs 0 .71 1 0 scn 60 600 100 100 re f", b"/ColorSpace<</I[/ICCBased 5 0 R]>>", stream=stream
    )
    assert only(read(data)).value.space == "cmyk"


def test_one_colour_on_two_pages_is_proposed_once_with_both() -> None:
    book = Book()
    book.text(60, 100, "Blue", "#0050FF")
    book.canvas.showPage()
    book.text(80, 300, "Again #0050FF")
    where = only(read(book.data())).where
    assert re.match(r"page 1, at 60 × 10\d pt .*; page 2, at 80 × 29\d pt from the top left$", where)


def test_many_places_are_counted() -> None:
    book = Book()
    for _ in range(9):
        book.text(60, 100, "#0050FF")
        book.canvas.showPage()
    assert only(read(book.data())).where.endswith("; and 6 more places")


def test_pantone_without_a_value_is_a_note() -> None:
    book = Book()
    book.text(60, 100, "Silver", "PANTONE 877 C")
    book.text(300, 100, "Blue", "#0050FF")
    palette = read(book.data())
    assert named(palette) == [("Blue", "#0050FF")]
    assert "PANTONE 877 C on page 1 has no value beside it; there are no Pantone tables" in palette.notes


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_places_are_those_of_the_page_as_it_is_shown(turn: int) -> None:
    """By the matrices that turn a page back (ISO 32000-1, 8.3.3), with a crop box that cuts 50 and 30 off."""
    shown = {
        0: b"1 0 0 1 0 0 cm",
        90: b"0 1 -1 0 595 0 cm",
        180: b"-1 0 0 -1 595 842 cm",
        270: b"0 -1 1 0 0 842 cm",
    }[turn]
    height = HEIGHT if turn in (0, 180) else WIDTH
    left, top = {0: (50, 30), 90: (0, 50), 180: (0, 0), 270: (30, 0)}[turn]
    square = b" 0 .3137 1 rg 200 %d 100 100 re f" % (height - 250)
    page = b"/CropBox[50 0 595 812]/Rotate %d" % turn
    assert place(only(read(by_hand(shown + square, page=page))).where) == (1, 200 - left, 150 - top)


def test_pages_cards_rules_and_furniture_are_no_swatches() -> None:
    book = Book()
    for number in range(4):
        book.swatch(0, 800, HexColor("#E4002B"), WIDTH, 42)
        book.text(60, 820, f"Page {number}")
        if number == 2:
            book.swatch(0, 0, HexColor("#FFEEDD"), WIDTH, 790)
            book.swatch(40, 50, HexColor("#EEEEEE"), 200, 280)
            book.swatch(40, 600, HexColor("#222222"), 400, 2)
            book.swatch(60, 100, BLUE)
            book.swatch(300, 100, HexColor("#FFFFFF"))
            book.text(60, 220, "Blue", "#0050FF")
        book.canvas.showPage()
    assert named(read(book.data())) == [("Blue", "#0050FF")]


def test_what_is_not_seen_is_no_swatch() -> None:
    book = Book()
    book.swatch(60, 100, Color(0, 0.3, 1, alpha=0.3))
    book.swatch(60, 300, HexColor("#123456"))
    book.swatch(50, 290, HexColor("#A4D65E"), 120)
    book.swatch(700, 100, HexColor("#E63E62"))
    assert [found.hex for found in read(book.data()).colours] == ["#A4D65E"]


def test_a_swatch_is_as_large_as_its_clip_shows() -> None:
    book = Book()
    window = book.canvas.beginPath()
    window.rect(60, HEIGHT - 160, 60, 60)
    book.canvas.saveState()
    book.canvas.clipPath(window, stroke=0, fill=0)
    book.swatch(0, 0, BLUE, WIDTH, HEIGHT)
    book.canvas.restoreState()
    book.swatch(60, 200, HexColor("#A4D65E"), 60)
    assert [place(found.where) for found in read(book.data()).colours] == [(1, 60, 100), (1, 60, 200)]


def test_discs_are_swatches_and_letters_are_not() -> None:
    book = Book()
    book.canvas.setFillColor(BLUE)
    book.canvas.circle(110, HEIGHT - 150, 50, fill=1, stroke=0)
    book.canvas.setFillColor(HexColor("#A4D65E"))
    book.canvas.roundRect(300, HEIGHT - 200, 100, 100, 12, fill=1, stroke=0)
    book.canvas.setFillColor(HexColor("#E63E62"))
    letter = book.canvas.beginPath()
    for k, (x, y) in enumerate([(0, 0), (20, 0), (20, 80), (60, 80), (60, 100), (0, 100)]):
        (letter.moveTo if k == 0 else letter.lineTo)(60 + x, 400 + y)
    letter.close()
    book.canvas.drawPath(letter, fill=1, stroke=0)
    assert [found.hex for found in read(book.data()).colours] == ["#0050FF", "#A4D65E"]


def test_a_picture_near_the_word_logo_is_a_candidate() -> None:
    book = Book()
    book.text(60, 80, "Our logo")
    book.canvas.drawImage(ImageReader(Image.new("RGB", (32, 12), "red")), 72, HEIGHT - 220, 320, 120)
    book.text(60, 400, "Blue", "#0050FF")
    said = "page 1: a picture of 320 × 120 pt at 72 × 100 pt from the top left, possibly the logo"
    assert said in read(book.data()).notes


def test_a_drawing_on_several_pages_is_a_candidate() -> None:
    book = Book()
    for _ in range(3):
        for k in range(4):
            book.canvas.setFillColor(HexColor("#E4002B"))
            book.canvas.wedge(480 + 12 * k, 760, 510 + 12 * k, 790, 30, 250, fill=1, stroke=0)
        book.text(60, 400, "Blue", "#0050FF")
        book.canvas.showPage()
    (note,) = read(book.data()).notes
    assert re.fullmatch(
        r"page 1: a drawing of \d+ × \d+ pt at 4\d\d × \d+ pt .*, and on 2 more pages, possibly the logo",
        note,
    )


def test_a_book_whose_text_is_outlines() -> None:
    """The page prints 7c7c7c, 000000, F9E8C4, FFD200 and E65B54 beside its bars, as outlines."""
    palette = formats.read(BRAND_BOOKS / "ethberlin-colours.pdf")
    assert [found.hex for found in palette.colours] == ["#7C7C7C", "#000000", "#F9E8C4", "#FFD200", "#E65B54"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#0050FF", ["#0050FF"]),
        ("HEX 0050FF", ["#0050FF"]),
        ("Hex: 0050ff", ["#0050FF"]),
        ("Hex code: #0050ff", ["#0050FF"]),
        ("#05f", ["#0055FF"]),
        ("RGB 0 80 255", ["RGB 0/80/255"]),
        ("RGB(0, 80, 255)", ["RGB 0/80/255"]),
        ("R0 G80 B255", ["RGB 0/80/255"]),
        ("R: 0 G: 80 B: 255", ["RGB 0/80/255"]),
        ("R=0, G=80, B=255", ["RGB 0/80/255"]),
        ("R0\nG80\nB255", ["RGB 0/80/255"]),
        ("0/80/255", ["RGB 0/80/255"]),
        ("0 / 80 / 255", ["RGB 0/80/255"]),
        ("RGB 0/80/255 #0050ff", ["RGB 0/80/255", "#0050FF"]),
        ("C100 M70 Y0 K0", ["CMYK 100/70/0/0"]),
        ("C: 100% M: 70% Y: 0% K: 0%", ["CMYK 100/70/0/0"]),
        ("CMYK 100/70/0/0", ["CMYK 100/70/0/0"]),
        ("CMYK 12,5 / 70 / 0 / 0", ["CMYK 12.5/70/0/0"]),
        ("100/70/0/0", ["CMYK 100/70/0/0"]),
        ("Cyan 100 Magenta 70 Yellow 0 Black 0", ["CMYK 100/70/0/0"]),
        ("PANTONE 2728 C", ["PANTONE 2728 C"]),
        ("Pantone® 2728C", ["PANTONE 2728 C"]),
        ("PMS 2728\nC 100 M 70 Y 0 K 0", ["PANTONE 2728", "CMYK 100/70/0/0"]),
        ("Pantone Warm Red U, PMS 485", ["PANTONE Warm Red U", "PANTONE 485"]),
        ("PMS Black 6 C", ["PANTONE Black 6 C"]),
        ("PANTONE 19-4052 TCX", ["PANTONE 19-4052 TCX"]),
        ("RGB 0 80 256", []),
        ("C100 M70 Y0 K101", []),
        ("section #123456789 of 2024/10/12", []),
        ("on 12/05/24, item #123", []),
        ("call 0 80 255", []),
        ("Pantone is a trade mark", []),
    ],
)  # fmt: skip
def test_the_ways_to_write_a_code(text: str, said: list[str]) -> None:
    assert [code.said for code in codes_in(text)] == said


def test_a_protected_book() -> None:
    book = Book(encrypt="secret")
    book.text(60, 100, "#0050FF")
    with pytest.raises(PaletteError, match="is protected by a password; save it without"):
        read(book.data())


def test_a_scan_is_said_to_be_one() -> None:
    book = Book()
    book.canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "red")), 100, 100, 200, 300)
    with pytest.raises(
        PaletteError, match="only pictures, such as scans; export the palette page as a picture"
    ):
        read(book.data())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (by_hand(b""), "no colours were found"),
        (b"%PDF-1.4\nhello", "is damaged|no page"),
        (by_hand(b"").replace(b"[0 0 595 842]", b"[0 0 0 0]"), "no page that can be read"),
        (by_hand(b"/X Do", b"/XObject<</X 4 0 R>>"), "no colours were found"),
        (by_hand(b"[" * 100_000), "no colours were found"),
        (by_hand(b"").replace(b"Kids[3 0 R]", b"Kids[2 0 R]"), "no colours were found|no page"),
    ],
    ids=["empty page", "no objects", "no area", "draws itself", "nested", "no pages"],
)
def test_what_cannot_be_read(data: bytes, words: str) -> None:
    with pytest.raises(PaletteError, match=words) as refused:
        read(data)
    assert "\n" not in str(refused.value)


def test_a_damaged_page_leaves_the_others() -> None:
    book = Book(pageCompression=0)
    book.text(60, 100, "#0050FF")
    book.canvas.showPage()
    book.text(60, 100, "#A4D65E")
    data = book.data()
    first = data.index(b"/MediaBox [ 0 0 595 842 ]")
    palette = read(data[:first] + b"/MediaBox [ 0 0 595 0   ]" + data[first + 25 :])
    assert [found.hex for found in palette.colours] == ["#A4D65E"]
    assert any(note.startswith("page 1 is damaged") for note in palette.notes)


def test_a_page_that_unfolds_is_read_as_far_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brandkit.formats.pdf_device.MOST_STEPS_OF_A_PAGE", 5000)
    squares = b"0 .3137 1 rg 60 600 100 100 re f " + b"0 0 1 1 re f " * 100_000
    packed = zlib.compress(squares)
    stream = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    data = by_hand(b"", stream=stream).replace(b"/Contents 4 0 R", b"/Contents 5 0 R")
    palette = read(data)
    assert [found.hex for found in palette.colours] == ["#0050FF"]
    assert any("page 1 holds more than is read" in note for note in palette.notes)


def test_pages_beyond_the_most_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "MOST_PAGES", 2)
    book = Book()
    for _ in range(3):
        book.text(60, 100, "#0050FF")
        book.canvas.showPage()
    assert "only the first 2 pages were looked at" in read(book.data()).notes


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    """From a script without a guard around its main part, beside a file that must not be run."""
    book = Book()
    book.text(60, 100, "Blue", "#0050FF")
    (tmp_path / "book.pdf").write_bytes(book.data())
    (tmp_path / "pdfminer.py").write_text("raise SystemExit")
    script = "from brandkit import formats; print(formats.read('book.pdf').colours[0].hex)"
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "#0050FF"


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_content, "MOST_SECONDS", 0.001)
    with pytest.raises(PaletteError, match=r"takes more than 0\.001 seconds to read; save the"):
        pdf.read(by_hand(b""), formats.Reading("book"))


def test_without_pdfplumber_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    assert importlib.util.find_spec("pdfplumber") is None
    with pytest.raises(
        PaletteError, match=r"needs pdfplumber; install it with: pip install 'brandkit\[pdf\]'"
    ):
        pdf.read(by_hand(b""), formats.Reading("book"))
