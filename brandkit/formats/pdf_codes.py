"""Colours as brand books write them: HEX, RGB, CMYK and Pantone, in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from brandkit.formats.palette import Value
from brandkit.swatch import parse_hex

Kind = Literal["HEX", "RGB", "CMYK", "PANTONE"]

_SEP = r"[\s,;/|:=·•-]*"
_BYTE = r"(\d{1,3})(?!\d)"
_INK = r"(\d{1,3}(?:[.,]\d{1,4})?)(?!\d)\s*%?"
_BOOK = r"(?:\s(?:TCX|TPG|TPX|CP|UP|C|U|M)\b)?"
_WORD = r"[A-Z][a-z]+"
_NUMBERED, _NAMED = rf"(?:{_WORD}\s){{0,2}}\d{{1,4}}(?:-\d{{4}})?", rf"{_WORD}(?:\s{_WORD}){{0,2}}"
_PANTONE = rf"\b(?:PANTONE|Pantone|PMS)[\s®:]+((?:{_NUMBERED}|{_NAMED}){_BOOK})"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("HEX", re.compile(rf"#([0-9A-F]{{6}}|[0-9A-F]{{3}})\b|\bHEX{_SEP}#?([0-9A-F]{{6}})\b", re.I | re.A)),
    ("CMYK", re.compile(_SEP.join((r"\bC", _INK, "M", _INK, "Y", _INK, "K", _INK)), re.I | re.A)),
    ("CMYK", re.compile(_SEP.join((r"\bCMYK", r"\(?", _INK, _INK, _INK, _INK)), re.I | re.A)),
    ("RGB", re.compile(_SEP.join((r"\bR", _BYTE, "G", _BYTE, "B", _BYTE)) + r"\b", re.I | re.A)),
    ("RGB", re.compile(_SEP.join((r"\bRGB", r"\(?", _BYTE, _BYTE, _BYTE)) + r"\b", re.I | re.A)),
    ("PANTONE", re.compile(_PANTONE)),
)
"""Tried in this order; what one has matched is not looked at by the next."""


@dataclass(frozen=True, slots=True)
class Code:
    """One statement of a colour.

    Attributes:
        kind: how it is stated.
        value: the colour; ``None`` for Pantone, of which there are no tables.
        said: in one form, such as ``CMYK 100/70/0/0`` or ``PANTONE 2728 C``.
        start: where it begins in the text.
        end: where it ends.
    """

    kind: Kind
    value: Value | None
    said: str
    start: int
    end: int


def codes_in(text: str) -> list[Code]:
    """All statements of colours in a text, in its order."""
    found: list[Code] = []
    left = text
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(left):
            code = _code(kind, match)
            if code is not None:
                found.append(code)
                left = left[: match.start()] + "\0" * (match.end() - match.start()) + left[match.end() :]
    return sorted(found, key=lambda code: code.start)


def without_codes(text: str, codes: list[Code]) -> Iterator[tuple[int, str]]:
    """The lines of a text, by number, that hold words besides codes and what introduces them."""
    for code in codes:
        # Line breaks stay, or the lines behind would be counted wrong.
        gone = re.sub(r"[^\n]", "\0", text[code.start : code.end])
        text = text[: code.start] + gone + text[code.end :]
    for number, line in enumerate(text.replace("\0", "").split("\n")):
        plain = re.sub(r"\b(?:HEX|RGB|CMYK|PMS|PANTONE)\b", "", line, flags=re.I).strip(" \t:;,/|()-–—·•")
        if re.search(r"[^\W\d_]{2}", plain):
            yield number, plain


def _code(kind: Kind, match: re.Match[str]) -> Code | None:
    place = match.span()
    if kind == "PANTONE":
        return Code(kind, None, f"PANTONE {' '.join(match[1].split())}", *place)
    if kind == "HEX":
        hex_colour = parse_hex(f"#{match[1] or match[2]}")
        return Code(
            kind, Value("srgb", tuple(b / 255 for b in bytes.fromhex(hex_colour[1:]))), hex_colour, *place
        )
    numbers = [float(part.replace(",", ".")) for part in match.groups()]
    if max(numbers) > (255 if kind == "RGB" else 100):
        return None
    said = f"{kind} {'/'.join(f'{number:g}' for number in numbers)}"
    if kind == "RGB":
        return Code(kind, Value("srgb", tuple(number / 255 for number in numbers)), said, *place)
    return Code(kind, Value("cmyk", tuple(number / 100 for number in numbers)), said, *place)
