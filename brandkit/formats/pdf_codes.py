"""Colours as brand books write them: HEX, RGB, CMYK and Pantone, in running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from brandkit.formats.palette import Value

Kind = Literal["HEX", "RGB", "CMYK", "PANTONE"]

_SEP = r"\s*[,;/|:=·•-]?\s*"
_BYTE = r"(\d{1,3}(?:\.\d{1,2})?)(?!\d)\s*%?"
_OPEN = r"(?:\s*\((?:\d\s*[-–]\s*\d{3}|%)\))?\s*[:=(]?\s*"
_INK = r"(\d{1,3}(?:[.,]\d{1,2})?)(?![\d])\s*%?"
_HEX_LABEL = r"(?:HEX(?:ADECIMAL)?|HTML|WEB)(?:\s(?:CODE|VALUE|COLOU?R))?"
_RGB_LABEL = r"s?RGB(?:\s(?:CODE|VALUE|COLOU?R))?"
_CMYK_LABEL = r"(?:CMYK|4C|4-?COLOU?R)(?:\s(?:CODE|VALUE|COLOU?R|COATED|UNCOATED))?"
_PANTONE_LABEL = r"(?:PANTONE|PMS)"
_BOOK = r"(?:[ \t]?(?:TCX|TPG|TPX|TSX|TN|PC|EC|XGC|CVC|CVU|CP|UP|C|U|M)\b)?"
_NUMBERED = rf"\d{{2}}-\d{{4}}{_BOOK}|\d{{3,5}}{_BOOK}|P[ \t]?\d{{1,3}}-\d{{1,2}}{_BOOK}"
_BASIC = (
    r"(?:Process|Bright|Warm|Cool|Reflex|Rubine|Rhodamine|Medium|Dark|Strong|Neutral|Hexachrome)?[ \t]?"
    r"(?:Yellow|Orange|Red|Pink|Magenta|Purple|Violet|Blue|Cyan|Green|Black|Gr[ae]y|White|Silver|Gold)"
)
_NAMED = rf"{_BASIC}(?:[ \t]\d{{1,4}})?{_BOOK}"
_ALONE = r"(?<![\d/.,#-])"


def _each(names: tuple[str, ...], number: str) -> str:
    """``R 0 G 80 B 255``: each number behind its name."""
    return r"\b" + _SEP.join(f"{name}{_SEP}{number}" for name in names)


_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("HEX", r"#\s?([0-9A-F]{6})(?:FF)?(?![0-9A-Z])"),
    ("HEX", rf"\b{_HEX_LABEL}{_OPEN}(?:#|0x)?\s?([0-9A-F]{{6}}|#[0-9A-F]{{3}})\b"),
    ("HEX", r"(?<!\w)#(?=\d{0,2}[A-F])([0-9A-F]{3})(?![0-9A-Z])"),
    ("HEX", r"\b0x([0-9A-F]{6})\b"),
    ("CMYK", rf"\b{_CMYK_LABEL}{_OPEN}{_SEP.join([_INK] * 4)}"),
    ("CMYK", _each(("C", "M", "Y", "K"), _INK)),
    ("CMYK", _each(("Cyan", "Magenta", "Yellow", "(?:Black|Key)"), _INK)),
    ("RGB", rf"\b{_RGB_LABEL}A?{_OPEN}{_SEP.join([_BYTE] * 3)}"),
    ("RGB", _each(("R", "G", "B"), _BYTE)),
    ("RGB", _each(("Red", "Green", "Blue"), _BYTE)),
    ("PANTONE", rf"\b{_PANTONE_LABEL}[®™\s:+]{{1,4}}({_NUMBERED}|{_NAMED})(?!\w)"),
)
"""Tried in this order; what one has matched is not looked at by the next."""
_BARE: tuple[tuple[Kind, str], ...] = (
    ("CMYK", rf"{_ALONE}{' ?/ ?'.join([_INK] * 4)}(?![\d/.])"),
    ("RGB", rf"{_ALONE}{' ?/ ?'.join([_BYTE] * 3)}(?![\d/.])"),
)
"""Without a label, numbers are a colour where a slash is between each two, and they are no date."""
_COMPILED = [
    (kind, re.compile(text, re.I if kind == "PANTONE" else re.I | re.A), bare)
    for patterns, bare in ((_PATTERNS, False), (_BARE, True))
    for kind, text in patterns
]
_LAST_DAY = 31

_LABELS: dict[Kind, re.Pattern[str]] = {
    "HEX": re.compile(rf"{_HEX_LABEL}\s*[:=]?", re.I),
    "RGB": re.compile(rf"{_RGB_LABEL}\s*[:=]?", re.I),
    "CMYK": re.compile(rf"(?:{_CMYK_LABEL}|PRINT)\s*[:=]?", re.I),
    "PANTONE": re.compile(rf"{_PANTONE_LABEL}\s*[®™]?\s*[:=]?", re.I),
}
_PART_LABEL = re.compile(r"(?:[RGBCMYK]|Red|Green|Blue|Cyan|Magenta|Yellow|Black)\s*[:=]?", re.I)
_PART = re.compile(rf"(?:{_PART_LABEL.pattern}\s*\d{{1,3}}\s*%?[,;/|]?\s*){{1,4}}", re.I | re.A)
_ENDS_OPEN = re.compile(rf"(?:{_PART.pattern})?{_PART_LABEL.pattern}", re.I | re.A)
_VALUES: dict[Kind, re.Pattern[str]] = {
    "HEX": re.compile(r"[0-9A-F]{6}", re.I | re.A),
    "RGB": re.compile(_SEP.join([_BYTE] * 3), re.A),
    "CMYK": re.compile(_SEP.join([_INK] * 4), re.A),
    "PANTONE": re.compile(rf"{_NUMBERED}|{_NAMED}", re.I),
}
_WORDS = re.compile(
    rf"\b(?:{_HEX_LABEL}|{_RGB_LABEL}|{_CMYK_LABEL}|{_PANTONE_LABEL}|RAL|HKS|NCS|HSL|HSB|LAB|print|screen"
    r"|digital|spot|process|coated|uncoated|codes?|values?)\b",
    re.I,
)


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
    """All statements of colours in a text, in its order.

    >>> [code.said for code in codes_in("Blue: #0050ff, R0 G80 B255, PMS 2728 C")]
    ['#0050FF', 'RGB 0/80/255', 'PANTONE 2728 C']
    """
    found: list[Code] = []
    left = text
    for kind, pattern, bare in _COMPILED:
        for match in pattern.finditer(left):
            code = _code(kind, match, bare)
            if code is not None:
                found.append(code)
        for code in found:
            left = left[: code.start] + "\0" * (code.end - code.start) + left[code.end :]
    return sorted(found, key=lambda code: code.start)


def remaining(text: str, codes: Sequence[Code]) -> str:
    """What a text says besides its codes and the words that introduce them."""
    for code in codes:
        text = text[: code.start] + "\0" * (code.end - code.start) + text[code.end :]
    plain = " ".join(_WORDS.sub("", text.replace("\0", " ")).split())
    return plain.strip(" \t:;,/|()[]-–—·•=+®™")


def is_plain(text: str) -> bool:
    """Whether a text holds no code, and more than words that introduce one."""
    return not codes_in(text) and bool(remaining(text, ()))


def label_of(text: str) -> Kind | None:
    """Which kind of code a text announces, such as ``Hex:``; ``None`` for any other text."""
    for kind, pattern in _LABELS.items():
        if pattern.fullmatch(text):
            return kind
    return None


def belongs(label: str, text: str) -> bool:
    """Whether a text farther to the right goes on: ``HEX`` and ``0050FF``, ``R 0`` and ``G 80``."""
    kind = label_of(label)
    if kind is not None:
        return could_be(kind, text) or bool(codes_in(f"{label} {text}"))
    if _PART.fullmatch(label):
        return bool(_PART.fullmatch(text) or _PART_LABEL.fullmatch(text))
    return bool(_ENDS_OPEN.fullmatch(label) and re.fullmatch(r"\d{1,3}\s*%?", text, re.A))


def could_be(kind: Kind, text: str) -> bool:
    """Whether a text without a label can be read as a code of that kind."""
    return _VALUES[kind].fullmatch(text) is not None


def _code(kind: Kind, match: re.Match[str], bare: bool) -> Code | None:
    place = match.span()
    if kind == "PANTONE":
        return Code(kind, None, f"PANTONE {_book_name(match[1])}", *place)
    if kind == "HEX":
        digits = match[1].lstrip("#").upper()
        digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
        parts = tuple(code / 255 for code in bytes.fromhex(digits))
        return Code(kind, Value("srgb", parts), f"#{digits}", *place)
    numbers = [float(part.replace(",", ".")) for part in match.groups()]
    full = 255 if kind == "RGB" and "%" not in match[0] else 100
    if max(numbers) > full or (bare and kind == "RGB" and max(numbers) <= _LAST_DAY):
        return None
    said = f"{kind} {'/'.join(f'{number:g}' for number in numbers)}"
    value = Value("srgb" if kind == "RGB" else "cmyk", tuple(number / full for number in numbers))
    return Code(kind, value, said, *place)


def _book_name(text: str) -> str:
    """A Pantone name as Pantone writes it: ``2728 C``, ``Warm Red U``."""
    spaced = re.sub(r"(?<=\d)(?=[A-Za-z])", " ", " ".join(text.split()))
    words = spaced.split()
    last = words[-1].upper() if len(words) > 1 and re.fullmatch(_BOOK.strip("?"), words[-1], re.I) else None
    shown = [word if word.isupper() and not word.isalpha() else word.capitalize() for word in words]
    if last is not None:
        shown[-1] = last
    return " ".join(shown)
