from __future__ import annotations

import csv as standard_csv
import io
from pathlib import Path

import pytest

from brandkit.errors import PaletteError
from brandkit.formats import Colour, Palette, Reading, Value, csv

PALETTES = Path(__file__).parents[1] / "data" / "palettes"
READING = Reading("stem")
RED = Value("srgb", (1.0, 0.0, 0.0))


def read(text: str, encoding: str = "utf-8") -> Palette:
    return csv.read(text.encode(encoding), READING)


def only(text: str) -> Colour:
    palette = read(text)
    assert len(palette.colours) == 1
    return palette.colours[0]


def notes(palette: Palette) -> str:
    return "\n".join(palette.notes)


def test_a_real_list_is_read_and_comes_back_equal() -> None:
    palette = csv.read((PALETTES / "colour-names.csv").read_bytes(), READING)
    assert (palette.colours[0].name, palette.colours[0].hex) == ("100 Mph", "#C93F38")
    assert len(palette.colours) == 199 and palette.notes == ()
    assert csv.read(csv.write(palette).data, READING) == palette


@pytest.mark.parametrize(("text", "name", "value"), [
    ("Name,HEX\nA,#0050ff\n", "A", Value("srgb", (0.0, 80 / 255, 1.0))),
    ("hex,name\n0050ff,A\n", "A", Value("srgb", (0.0, 80 / 255, 1.0))),
    ("name,R,G,B\nA,0,80,255\n", "A", Value("srgb", (0.0, 80 / 255, 1.0))),
    ("RED;GREEN;BLUE;Name\n0;80;255;A\n", "A", Value("srgb", (0.0, 80 / 255, 1.0))),
    ("name\tr\tg\tb\nA\t0\t0,5\t1\n", "A", Value("srgb", (0.0, 0.5, 1.0))),
    ("name,c,m,y,k\nA,0,71,100,0\n", "A", Value("cmyk", (0.0, 0.71, 1.0, 0.0))),
    ("name;Cyan;Magenta;Yellow;Black\nA;0;70,5;100;0\n", "A", Value("cmyk", (0.0, 0.705, 1.0, 0.0))),
    ("name;C %;M %;Y %;K %\nA;0%;71%;100%;0%\n", "A", Value("cmyk", (0.0, 0.71, 1.0, 0.0))),
    ("Farbe;L*;a*;b*\nA;53,2;80,1;-67,2\n", "A", Value("lab", (53.2, 80.1, -67.2))),
    ("name,rgb\nA,\"0, 80, 255\"\n", "A", Value("srgb", (0.0, 80 / 255, 1.0))),
    ("name,cmyk\nA,0/71/100/0\n", "A", Value("cmyk", (0.0, 0.71, 1.0, 0.0))),
    ("name,colour\nA,oklch(0.7 0.1 20)\n", "A", Value("oklch", (0.7, 0.1, 20.0))),
    ("name,r,g,b,l,a,b\nA,255,0,0,1,2,3\n", "A", RED),
    ("sep=;\nname;hex\nA;#f00\n", "A", RED),
    ("A,#ff0000\n", "A", RED),
    ("#ff0000;A\n", "A", RED),
    ("A\t255\t0\t0\n", "A", RED),
    ("hex\n#f00\n", "", RED),
    ("name,hex,note\n\"A, \"\"B\"\"\nC\",#f00,x\n", 'A, "B"\nC', RED),
])  # fmt: skip
def test_a_table_is_understood(text: str, name: str, value: Value) -> None:
    colour = only(text)
    assert (colour.name, colour.value) == (name, value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_spreadsheets_are_understood(encoding: str) -> None:
    assert read("name,hex\nGrün,#0f0\n", encoding).colours[0].name == "Grün"


def test_windows_1252_is_read_with_a_note() -> None:
    palette = read("name,hex\nGrün,#0f0\n", "cp1252")
    assert palette.colours[0].name == "Grün" and "Windows-1252" in notes(palette)


def test_of_several_statements_the_hex_counts_and_contradictions_are_noted() -> None:
    palette = read("name,hex,r,g,b,c,m,y,k,supplier\nA,#f00,255,0,0,0,99,100,0,x\nB,#f00,0,0,255,1,2,3,4,x\n")
    assert [c.hex for c in palette.colours] == ["#FF0000", "#FF0000"]
    assert "'B': RGB is not that of the HEX; the HEX counts" in palette.notes
    assert "columns left aside: 'supplier'" in palette.notes


def test_rows_that_state_no_colour_are_noted_by_their_line() -> None:
    palette = read("name,hex\nA,#f00\n\nB,#12G\nC,\nD,#0f0\n")
    assert [c.name for c in palette.colours] == ["A", "D"]
    assert "'line 4': '#12G' is no HEX colour; left out" in palette.notes
    assert "'line 5': states no colour; left out" in palette.notes


@pytest.mark.parametrize(
    "text", ["name,c,m,y,k\nA,0,171,0,0\n", "name,r,g,b\nA,0,256,0\n", "name,r,g,b\nA,0,x,0\n"]
)
def test_numbers_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(PaletteError, match="no row states a colour: 'line 2'"):
        read(text)


def test_our_own_columns_hold_everything() -> None:
    colours = (
        READING.colour(
            "Hero", Value("cmyk", (0.0, 0.71, 1.0, 0.0), 0.5), group=("A/B", "C \\ D", ""), kind="spot"
        ),
        READING.colour(
            "Wide", Value("display-p3", (1.0, 0.1 + 0.2, 0.0)), description='two\nlines, "quoted"'
        ),
        READING.colour(
            "Same", Value("cmyk", (0.0, 0.71, 1.0, 0.0), 0.5), alias_of=("A/B", "C \\ D", "", "Hero")
        ),
        READING.colour("Kept", RED, extensions={"com.example": [1, {"a": None}]}, where="page 3"),
    )
    export = csv.write(Palette("stem", colours))
    assert csv.read(export.data, READING).colours == colours and export.losses == ()
    head = next(standard_csv.reader(io.StringIO(export.data.decode())))
    assert head[:7] == ["name", "hex", "group", "kind", "space", "values", "description"]


def test_what_belongs_to_the_file_is_named_as_lost() -> None:
    export = csv.write(Palette("P", (READING.colour("a", RED),), extensions={"x": 1}))
    assert len(export.losses) == 1


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x", "'=x", "''=x", "'x", "\t=x", "=", "'", "\r"])
def test_no_cell_is_a_formula_and_every_name_comes_back(name: str) -> None:
    palette = Palette("stem", (READING.colour(name, RED, group=(name,), description=name),))
    export = csv.write(palette)
    assert csv.read(export.data, READING) == palette
    for row in standard_csv.reader(io.StringIO(export.data.decode(), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_a_hex_that_was_changed_by_hand_counts() -> None:
    export = csv.write(Palette("P", (READING.colour("a", Value("oklch", (0.5, 0.1, 20.0))),)))
    hex_colour = READING.colour("a", Value("oklch", (0.5, 0.1, 20.0))).hex
    palette = csv.read(export.data.replace(hex_colour.encode(), b"#123456"), READING)
    assert palette.colours[0].hex == "#123456" and "the HEX counts" in notes(palette)


def test_the_hex_of_cmyk_stands_unless_a_profile_is_given() -> None:
    text = "name,hex,space,values\nInk,#FF5500,cmyk,0 0.71 1 0\n"
    colour = only(text)
    assert (
        colour.hex == "#FF5500"
        and colour.value.space == "cmyk"
        and "the HEX that the file gives" in colour.how
    )


@pytest.mark.parametrize("text", [
    "", "\n\n", "name,size\nA,3\n", "just text\nand more\n", "name,hex\n",
    "GIMP Palette\nName: x\n255 0 0\tRed\n",
    "meta:\n  name: x\ncolor:\n  palette:\n    red: '#f00'\n",
])  # fmt: skip
def test_a_text_that_is_no_table_of_colours_is_refused(text: str) -> None:
    with pytest.raises(PaletteError):
        read(text)


@pytest.mark.parametrize(("data", "known"), [
    (b"name,hex\na,#fff\n", True),
    (b"a;#fff\n", True),
    ("name\thex\na\t#fff\n".encode("utf-16"), True),
    (b"name,size\na,1\n", False),
    (b'{"hex": "#fff"}', False),
    (b'["hex","#fff"]', False),
    (b":root { --a: #fff; }", False),
    (b"color:\n  palette:\n    red: '#fff'\n", False),
    (b"GIMP Palette\n#\n255 255 255\tWhite\n", False),
    (b"JASC-PAL\n0100\n1\n255 0 0\n", False),
    (b"\x00\x01\x02", False),
    (b"ASEF\x00\x01", False),
    (b"", False),
])  # fmt: skip
def test_tables_are_recognised_and_nothing_else(data: bytes, known: bool) -> None:
    assert csv.recognises(data) is known


def test_a_cell_without_end_is_one_clear_error() -> None:
    with pytest.raises(PaletteError):
        read('name,hex\n"' + "x" * (2 << 20))
