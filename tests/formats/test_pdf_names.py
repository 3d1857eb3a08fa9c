"""Names of a brand book: with digits, accents, one letter or two lines, in each way to set them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from reportlab.lib.colors import HexColor

from brandkit.formats import Palette
from brandkit.formats.pdf_codes import codes_in, is_name, may_be_name

from .brand_books import Book, read

HEXES = ("#0B0F14", "#0050FF", "#F4C4D4", "#A4D65E")
FAMILIES = {
    "accents": ("Accent 1", "Accent 2", "Accent 3", "Accent 4"),
    "greys": ("Grey 100", "Grey 200", "Grey 300", "Grey 400"),
    "parts of codes": ("Blue 1", "Blue 2", "Black 80", "Cyan 50"),
    "letters and digits": ("B 1", "K 100", "N90", "R2D2"),
    "groups": ("Primary 1", "Neutral 10", "Colour 1", "Farbe 2"),
    "like inks": ("Cool Gray 11", "Reflex Blue", "Process Cyan", "Warm Red"),
    "like labels": ("Web Green", "Print Black", "Digital Lime", "Coated White"),
    "languages": ("Grün", "Écru 2", "Azul añil", "Mörkröd 80"),
    "one letter": ("A", "B", "C", "É"),
    "numbers": ("01", "02", "03", "1984"),
    "signs": ("Teal-300", "Sand 50%", "Blue (Dark 2)", "Red & Gold"),
}


def codes(hex_colour: str) -> tuple[str, ...]:
    red, green, blue = bytes.fromhex(hex_colour[1:])
    return f"HEX {hex_colour}", f"RGB {red} {green} {blue}", "CMYK 100 69 0 0"


def columns(names: Sequence[str], draw: Callable[[Book, int, float, str, str], None]) -> Book:
    book = Book()
    for k, (name, hex_colour) in enumerate(zip(names, HEXES, strict=False)):
        draw(book, k, 60 + 120 * k, name, hex_colour)
    return book


def below(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    book.swatch(x, 100, HexColor(hex_colour))
    book.text(x, 215, name, *codes(hex_colour))


def above(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    book.text(x, 95, name)
    book.swatch(x, 100, HexColor(hex_colour))
    book.text(x, 215, *codes(hex_colour))


def last(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    """In two rows: the name of one colour is above the swatch of another."""
    x, y = 60 + 120 * (k % 2), 100 + 120 * (k // 2)
    book.swatch(x, y, HexColor(hex_colour), 100, 50)
    book.text(x, y + 62, *codes(hex_colour), name)


def inside(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    book.swatch(x, 100, HexColor(hex_colour), 112)
    book.text(x + 6, 120, name, *codes(hex_colour))


def name_inside(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    book.swatch(x, 100, HexColor(hex_colour))
    book.text(x + 6, 120, name, size=12)
    book.text(x, 215, *codes(hex_colour))


def under(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    """The codes above the swatch, the name below it."""
    book.text(x, 66, *codes(hex_colour))
    book.swatch(x, 100, HexColor(hex_colour))
    book.text(x, 215, name)


def beside(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    book.swatch(60, 100 + 80 * k, HexColor(hex_colour), 60)
    book.text(130, 112 + 80 * k, name, *codes(hex_colour))


def at_the_left(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    book.text(60, 125 + 60 * k, name)
    book.swatch(160, 100 + 60 * k, HexColor(hex_colour), 40)
    book.text(210, 110 + 60 * k, *codes(hex_colour))


def table(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    if k == 0:
        for left, head in ((100, "Name"), (220, "HEX"), (320, "RGB"), (440, "Pantone")):
            book.text(left, 110, head)
    red, green, blue = bytes.fromhex(hex_colour[1:])
    cells = (name, hex_colour[1:], f"{red} {green} {blue}", f"{k + 1}86 C")
    for left, cell in zip((100, 220, 320, 440), cells, strict=True):
        book.text(left, 126 + 14 * k, cell)


def turned(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    """A colour a column; what each row holds is said at its left."""
    if k == 0:
        book.text(20, 216, "HEX", "RGB")
    book.swatch(x, 100, HexColor(hex_colour), 100, 90)
    red, green, blue = bytes.fromhex(hex_colour[1:])
    book.text(x, 202, name)
    book.text(x, 216, hex_colour[1:], f"{red} {green} {blue}")


def lines(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    book.text(60, 100 + 12 * k, f"{name} HEX {hex_colour[1:]}")


def lines_with_strokes(book: Book, k: int, x: float, name: str, hex_colour: str) -> None:
    red, green, blue = bytes.fromhex(hex_colour[1:])
    said = f"{name} / RGB {red} {green} {blue} / CMYK 100 69 0 0 / Pantone {k + 1}728 C"
    book.text(60, 100 + 12 * k, said)


LAYOUTS = (
    below, above, last, inside, name_inside, under, beside, at_the_left, table, turned, lines,
    lines_with_strokes,
)  # fmt: skip


def names(palette: Palette) -> dict[str, str]:
    return {found.hex: found.name for found in palette.colours}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_name_in_each_layout(layout: Callable[[Book, int, float, str, str], None], family: str) -> None:
    palette = read(columns(FAMILIES[family], layout).data())
    assert names(palette) == dict(zip(HEXES, FAMILIES[family], strict=True))
    assert not palette.notes


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("Accent 2 HEX 0B0F14", "Accent 2", "#0B0F14"),
        ("Grey 100 #F4F4F4", "Grey 100", "#F4F4F4"),
        ("Blue 1 / RGB 0 80 255 / CMYK 100 69 0 0 / Pantone 2728 C", "Blue 1", "#0050FF"),
        ("Blue 1 / 0/80/100", "Blue 1", "#005064"),
        ("K 100 C0 M0 Y0 K100 #101010", "K 100", "#101010"),
        ("Print Black #101010 print C0 M0 Y0 K100", "Print Black", "#101010"),
        ("RGB 0 80 255", "", "#0050FF"),
        ("0/80/255", "", "#0050FF"),
        ("R 0 G 80 B 255", "", "#0050FF"),
        ("#0050FF RAL 5005", "", "#0050FF"),
        ("#0050FF HSL 221 100 50", "", "#0050FF"),
    ],
)
def test_a_line_is_its_name_and_its_values(line: str, name: str, said: str) -> None:
    book = Book()
    book.text(60, 100, line)
    assert names(read(book.data())) == {said: name}


@pytest.mark.parametrize("gap", [9, 14, 30])
def test_columns_close_together_are_columns(gap: float) -> None:
    """``Blue 1 | Blue 2`` is no code that goes on, and no name."""
    book = Book()
    for k, hex_colour in enumerate(HEXES):
        x = 60 + (71 + gap) * k
        book.swatch(x, 100, HexColor(hex_colour), 71)
        book.text(x, 184, f"Electric Blue {k}", f"HEX {hex_colour}", f"PMS {k + 1}86 C")
    found = read(book.data()).colours
    assert [colour.name for colour in found] == [f"Electric Blue {k}" for k in range(4)]
    assert [colour.description[-5:] for colour in found] == ["186 C", "286 C", "386 C", "486 C"]


def test_names_of_two_lines() -> None:
    book = Book()
    for k, pair in enumerate((("Deep Ocean", "Blue 2"), ("Königlich", "Grün 100"), ("Ink",))):
        book.swatch(60 + 120 * k, 100, HexColor(HEXES[k]))
        book.text(60 + 120 * k, 215, *pair)
        book.text(60 + 120 * k, 215 + 12 * len(pair), HEXES[k])
    wanted = ("Deep Ocean Blue 2", "Königlich Grün 100", "Ink")
    assert names(read(book.data())) == dict(zip(HEXES, wanted, strict=False))


def test_a_group_above_a_name_leaves_it_in_doubt() -> None:
    book = Book()
    book.swatch(60, 100, HexColor("#0050FF"))
    book.text(60, 215, "Primary", "Electric Blue", "#0050FF")
    book.swatch(200, 100, HexColor("#A4D65E"))
    book.text(200, 215, "Secondary", "Lime", "#A4D65E")
    palette = read(book.data())
    assert names(palette) == {"#0050FF": "", "#A4D65E": ""}
    note = "'#0050FF', '#A4D65E': on page 1, the name cannot be told for certain; look it up there"
    assert palette.notes == (note,)


def test_a_colour_without_a_name_takes_no_neighbours() -> None:
    book = Book()
    for k, name in enumerate(("Ink", "", "Rose", "Lime")):
        x, y = 60 + 120 * (k % 2), 100 + 130 * (k // 2)
        book.swatch(x, y, HexColor(HEXES[k]), 100, 60)
        book.text(x, y + 74, name, HEXES[k])
    assert list(names(read(book.data())).values()) == ["Ink", "", "Rose", "Lime"]


def test_what_is_said_of_a_colour_is_not_its_name() -> None:
    book = Book()
    for k, use in enumerate(("Headlines", "Body text", "Charts")):
        book.swatch(60 + 120 * k, 100, HexColor(HEXES[k]))
        book.text(60 + 120 * k, 215, f"Blue {k}", HEXES[k], use)
    assert list(names(read(book.data())).values()) == ["Blue 0", "Blue 1", "Blue 2"]


def test_what_a_colour_is_for_does_not_replace_its_name() -> None:
    """Where most colours have no name, what is said below all of them is the likelier place of one."""
    book = Book()
    uses = ("Headlines", "Body text", "Charts", "Covers")
    for k, (name, use) in enumerate(zip(("Ink", "", "", ""), uses, strict=True)):
        book.swatch(60 + 120 * k, 100, HexColor(HEXES[k]))
        book.text(60 + 120 * k, 215, name, HEXES[k], use)
    assert names(read(book.data()))[HEXES[0]] == ""


def test_a_text_on_another_swatch_is_not_beside_this_one() -> None:
    book = Book()
    for k, hex_colour in enumerate(HEXES):
        book.swatch(60 + 104 * k, 100, HexColor(hex_colour))
        book.text(64 + 104 * k, 120, f"Grey {k + 1}", size=12)
        book.text(60 + 104 * k, 215, hex_colour, f"RAL 100{k}", ("Covers", "Charts", "Print", "Web")[k])
    for k, hex_colour in enumerate(("#112233", "#AABBCC")):
        book.swatch(60, 300 + 80 * k, HexColor(hex_colour), 60)
        book.text(130, 312 + 80 * k, f"Blue {k + 1}", hex_colour)
    wanted = ["Grey 1", "Grey 2", "Grey 3", "Grey 4", "Blue 1", "Blue 2"]
    assert list(names(read(book.data())).values()) == wanted


def test_a_heading_above_the_first_of_a_row_is_no_name() -> None:
    book = Book()
    book.text(60, 94, "Acme Corporation", size=12)
    for k in range(3):
        book.swatch(60 + 120 * k, 100, HexColor(HEXES[k]))
        book.text(60 + 120 * k, 215, HEXES[k])
    palette = read(book.data())
    assert not any(names(palette).values())


def test_a_heading_above_a_list_of_codes_is_no_name() -> None:
    book = Book()
    book.text(60, 100, "Acme Corporation", *HEXES)
    assert not any(names(read(book.data())).values())


def test_a_text_that_two_swatches_share_names_neither() -> None:
    book = Book()
    for k in range(2):
        book.swatch(60 + 104 * k, 100, HexColor(HEXES[k]))
        book.text(60 + 104 * k, 228, HEXES[k])
    book.text(110, 214, "Electric Blue and Ink")
    palette = read(book.data())
    assert not any(names(palette).values())
    assert any("cannot be told for certain" in note for note in palette.notes)


def test_two_colours_of_one_line_have_the_names_before_them() -> None:
    book = Book()
    book.text(60, 100, "Blue 1 #0050FF, Lime 2 #A4D65E")
    assert names(read(book.data())) == {"#0050FF": "Blue 1", "#A4D65E": "Lime 2"}


@pytest.mark.parametrize(
    ("text", "by_itself", "among_others"),
    [
        ("Accent 2", True, True),
        ("Colour 1", True, True),
        ("N90", True, True),
        ("Primary", False, True),
        ("A", False, True),
        ("02", False, True),
        ("Primary colours", False, False),
        ("Brand colours 2024", False, False),
        ("Page 12", False, False),
        ("Use it on white only.", False, False),
    ],
)
def test_what_can_be_a_name(text: str, by_itself: bool, among_others: bool) -> None:
    assert (is_name(text), may_be_name(text)) == (by_itself, among_others)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PMS 286 C", ["286 C"]),
        ("PMS286C", ["286 C"]),
        ("Pantone 7527 U", ["7527 U"]),
        ("PANTONE 300 CP", ["300 CP"]),
        ("Pantone 485 Coated", ["485 C"]),
        ("Pantone 485 (uncoated)", ["485 U"]),
        ("Pantone Coated 186", ["186 C"]),
        ("Pantone Coated 186 C", ["186 C"]),
        ("Pantone No. 355 C", ["355 C"]),
        ("Pantone Nr. 355 C", ["355 C"]),
        ("Pantone - 116 C", ["116 C"]),
        ("Pantone+ 347 C", ["347 C"]),
        ("PANTONE (R) 347 C", ["347 C"]),
        ("Pantone colour: 287 C", ["287 C"]),
        ("PANTONE Reflex Blue C", ["Reflex Blue C"]),
        ("Pantone Cool Gray 11 C", ["Cool Gray 11 C"]),
        ("PMS Cool Grey 3C", ["Cool Grey 3 C"]),
        ("PANTONE Orange 021 C", ["Orange 021 C"]),
        ("PANTONE Transparent White", ["Transparent White"]),
        ("PANTONE 286 C / 293 U", ["286 C", "293 U"]),
        ("Pantone 286 C/U", ["286 C"]),
        ("Pantone is a trade mark of 2024", []),
        ("Pantone matching, 3 colours", []),
    ],
)
def test_the_ways_to_write_an_ink(text: str, said: list[str]) -> None:
    assert [code.said for code in codes_in(text)] == [f"PANTONE {ink}" for ink in said]


def test_each_ink_of_a_narrow_table_stays_in_its_row() -> None:
    book = Book()
    for left, head in ((60, "Name"), (150, "CMYK"), (300, "PANTONE")):
        book.text(left, 100, head)
    inks = ("Reflex Blue C", "Cool Gray 11 C", "485 Coated", "2728 C")
    for k, ink in enumerate(inks):
        book.text(60, 114 + 12 * k, f"Red {k}")
        book.text(150, 114 + 12 * k, f"{10 * k} 50 0 0")
        book.text(300, 114 + 12 * k, ink)
    found = [(colour.name, colour.description) for colour in read(book.data()).colours]
    wanted = ("Reflex Blue C", "Cool Gray 11 C", "485 C", "2728 C")
    assert found == [(f"Red {k}", f"PANTONE {ink}") for k, ink in enumerate(wanted)]


def test_coated_and_uncoated_inks_are_of_one_colour() -> None:
    book = Book()
    book.text(60, 100, "Blue 1", "#0050FF", "PANTONE 2728 C", "PANTONE 300 U")
    (found,) = read(book.data()).colours
    assert (found.name, found.description) == ("Blue 1", "PANTONE 2728 C, PANTONE 300 U")


def test_a_name_below_an_ink_is_no_ink() -> None:
    book = Book()
    for k, name in enumerate(("Blue 1", "Dark Blue")):
        book.swatch(60, 100 + 80 * k, HexColor(HEXES[k]), 60)
        book.text(130, 112 + 80 * k, name, HEXES[k], "PANTONE", f"{k + 1}728 C")
    found = [(colour.name, colour.description[-14:]) for colour in read(book.data()).colours]
    assert found == [("Blue 1", "PANTONE 1728 C"), ("Dark Blue", "PANTONE 2728 C")]


def test_codes_of_one_row_are_of_one_colour_however_ragged() -> None:
    book = Book()
    rows = (("Ink", 100, "10 20 30 40", "16 24 32"), ("Electric Blue 2", 152, "80 60 0 0", "0 80 255"))
    for k, (name, x, inks, codes) in enumerate(rows):
        book.text(60, 100 + 12 * k, name)
        book.text(x, 100 + 12 * k, f"CMYK {inks}")
        book.text(x + 100, 100 + 12 * k, f"RGB {codes}")
    found = [(colour.name, colour.hex, colour.description) for colour in read(book.data()).colours]
    assert found == [
        ("Ink", "#101820", "CMYK 10/20/30/40"),
        ("Electric Blue 2", "#0050FF", "CMYK 80/60/0/0"),
    ]


@pytest.mark.parametrize("font", ["Courier", "Times-Roman", "Helvetica-Bold"])
def test_spaces_of_each_face_are_spaces(font: str) -> None:
    """A typewriter's spaces are as wide as the gaps between narrow columns, and stand in line, too."""
    book = Book()
    for k, name in enumerate(("Grey 1 Light", "Grey 2 Night", "Blue 3 Light")):
        book.canvas.setFont(font, 10)
        book.canvas.drawString(60, 700 - 14 * k, f"{name} / HEX {HEXES[k]} / PMS {k + 1}86 C")
    found = [(colour.name, colour.description) for colour in read(book.data()).colours]
    assert found == [
        ("Grey 1 Light", "PANTONE 186 C"),
        ("Grey 2 Night", "PANTONE 286 C"),
        ("Blue 3 Light", "PANTONE 386 C"),
    ]


def test_a_code_within_a_sentence_is_not_named_by_it() -> None:
    book = Book()
    book.text(60, 100, "Set links in #0050FF on white paper", "and headlines in #0B0F14 and nothing else")
    assert names(read(book.data())) == {"#0050FF": "", "#0B0F14": ""}
