"""Whatever is done to the bytes of a PDF, reading ends in colours or in one line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.colors import CMYKColorSep, HexColor

from brandkit.errors import PaletteError

from .brand_books import Book, by_hand, read

PIECES = [*b"<< >> [ ] ( stream endobj /Kids -1 1e999 nan".split(), b" R", b"\xff" * 9]
OPERATORS = b"q Q f B* W n re m l c v cs scn rg k gs Do cm Tf Tj BT ET BI ID EI sh".split()
OPERANDS = [*b"0 -1 99999999999 .5 /S /G /X (#0050FF) <<>> true nul".split(), b"[1 (a)]"]
RESOURCES = (
    b"/ColorSpace<</S[/Separation/Ink/DeviceCMYK<</FunctionType 2/Domain[0 1]/C1[0 .7 1 0]/N 1>>]>>"
    b"/ExtGState<</G<</ca .5>>>>/XObject<</X 4 0 R>>"
    b"/Font<</S<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
)


def seed() -> bytes:
    book = Book(pageCompression=0)
    book.swatch(60, 100, HexColor("#0050FF"))
    book.swatch(300, 100, CMYKColorSep(0, 0.7, 1, 0, spotName="Signal"))
    book.text(60, 220, "Blue", "#0050FF", "RGB 0 80 255")
    return book.data()


SEED = seed()


def reads(data: bytes) -> None:
    try:
        palette = read(data)
    except PaletteError as error:
        assert "\n" not in str(error)
    else:
        assert palette.colours


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damage_ends_in_colours_or_in_one_line(draw: st.DataObject) -> None:
    changed = bytearray(SEED)
    for _ in range(draw.draw(st.integers(1, 6))):
        place = draw.draw(st.integers(0, len(changed)))
        piece = draw.draw(st.one_of(st.binary(max_size=6), st.sampled_from(PIECES)))
        changed[place : place + draw.draw(st.integers(0, 12))] = piece
    reads(bytes(changed))


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(st.sampled_from(OPERATORS), st.sampled_from(OPERANDS)), max_size=60))
def test_any_content_ends_in_colours_or_in_one_line(tokens: list[bytes]) -> None:
    reads(by_hand(b" ".join(tokens), RESOURCES))


@pytest.mark.parametrize("end", range(0, len(SEED), 97))
def test_a_cut_ends_in_colours_or_in_one_line(end: int) -> None:
    reads(SEED[:end])
