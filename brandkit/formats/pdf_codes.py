"""Colours as brand books write them: HEX, RGB, CMYK and Pantone, in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
_BOOK = (
    r"(?:[ \t]?[(-]?(TCX|TPG|TPX|TSX|TN|PC|EC|XGC|CVC|CVU|CP|UP|C|U|M|(?:un)?coated)\b"
    r"(?:\)|[ \t]?[/&][ \t]?[CUM]\b)?)?"
)
_NUMBERED = r"\d{2}-\d{4}|\d{3,5}|P[ \t]?\d{1,3}-\d{1,2}"
_NAMED = (
    r"(?:Process|Bright|Warm|Cool|Reflex|Rubine|Rhodamine|Medium|Dark|Strong|Neutral|Transparent|Hexachrome)?"
    r"[ \t]?(?:Yellow|Orange|Red|Pink|Magenta|Purple|Violet|Blue|Cyan|Green|Black|Gr[ae]y|White|Silver|Gold)"
    r"(?:[ \t]?\d{1,4})?"
)
_INK_NAME = rf"({_NUMBERED}|{_NAMED}){_BOOK}"
_FURTHER = re.compile(rf"\s?[/+,;&]\s?({_NUMBERED}){_BOOK}(?!\w)", re.I)
_INTRO = r"(?:[®™\s:+#.–-]|\((?:R|TM)\)|(?:colou?r|solid|no|nr|(?:un)?coated)\b)"
"""Between ``PANTONE`` and the ink's name."""
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
    ("PANTONE", rf"\b{_PANTONE_LABEL}({_INTRO}{{0,6}}){_INK_NAME}(?!\w)"),
)
"""Tried in this order; what one has matched is not looked at by the next."""
_BARE: tuple[tuple[Kind, str], ...] = (
    ("CMYK", rf"{_ALONE}{_INK}(?P<s> ?/ ?){_INK}(?P=s){_INK}(?P=s){_INK}(?![\d/.])"),
    ("RGB", rf"{_ALONE}{_BYTE}(?P<s> ?/ ?){_BYTE}(?P=s){_BYTE}(?![\d/.])"),
)
"""Without a label, numbers are a colour where the same slash is between each two, and they are no date."""
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
_VALUES: dict[Kind, re.Pattern[str]] = {
    "HEX": re.compile(r"[0-9A-F]{6}", re.I | re.A),
    "RGB": re.compile(_SEP.join([_BYTE] * 3), re.A),
    "CMYK": re.compile(_SEP.join([_INK] * 4), re.A),
    "PANTONE": re.compile(_INK_NAME, re.I),
}
_WORD = (
    rf"\b(?:{_HEX_LABEL}|{_RGB_LABEL}|{_CMYK_LABEL}|{_PANTONE_LABEL}|RAL|HKS|NCS|HSL|HSB|LAB|print|screen"
    r"|digital|spot|process|coated|uncoated|codes?|values?)\b"
)
_WORDS = re.compile(_WORD, re.I)
_LAST_WORD = re.compile(rf"{_WORD}[^\w)\]]*$", re.I)
_EDGES = " \t:;,/|-–—·•=+®™"
_LONGEST_PART = 200
"""Characters beyond which a text is no name, and is left as it is."""
_SYSTEM = re.compile(
    r"(?:PANTONE|PMS|RAL|HKS|NCS|HSL|HSB|HSV|HWB|(?:CIE)?LAB|LCH|TOYO|DIC|HEX|s?RGB|CMYK)\b.*\d.*", re.I
)
_BOOKS = {"COATED": "C", "UNCOATED": "U"}


def _beginning(names: tuple[str, ...]) -> str:
    """``R``, ``R 0``, ``R 0 G`` and so on: what a code of these parts can begin with."""
    text = ""
    for name in reversed(names):
        text = rf"{name}\s*[:=]?\s*(?:\d{{1,3}}\s*%?[,;/|]?\s*(?:{text})?)?"
    return text


_LETTERS = re.compile(rf"{_beginning(tuple('RGB'))}|{_beginning(tuple('CMYK'))}", re.I | re.A)
_FULL_WORDS = re.compile(
    rf"{_beginning(('Red', 'Green', 'Blue'))}|{_beginning(('Cyan', 'Magenta', 'Yellow', 'Black'))}",
    re.I | re.A,
)
_GROUPS = (
    r"(?:(?:brand|primary|secondary|tertiary|accent|neutral|core|main|extended|our|the|corporate|and|of|use)"
    r"\b\s*)*"
)
_HEADING = re.compile(
    rf"{_GROUPS}(?:colou?rs|palettes?|colou?r\s+(?:palettes?|names?|codes?|values?|systems?|usage)"
    r"|names?|swatch(?:es)?|farben|farbpalette|couleurs|colores|page|seite|section|chapter|fig(?:ure)?|version|v)"
    r"[\s\d.:]*",
    re.I,
)
_GROUP = re.compile(rf"{_GROUPS}(?:colou?r|farbe|couleur)?", re.I)
LONGEST_NAME = 40
MOST_WORDS = 5


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
                found += _further_inks(left, code)
        for code in found:
            left = left[: code.start] + "\0" * (code.end - code.start) + left[code.end :]
    return sorted(found, key=lambda code: code.start)


def remaining(text: str, codes: Sequence[Code]) -> list[str]:
    """What a text says before, between and after its codes, without the words that introduce them.

    One part more than there are codes; parts may be empty.

    >>> text = "Print Black: print C0 M0 Y0 K100 (coated)"
    >>> remaining(text, codes_in(text))
    ['Print Black', '']
    """
    ends = [0, *(code.end for code in codes)]
    starts = [*(code.start for code in codes), len(text)]
    parts = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    return [_bare(part, before_code=k < len(codes)) for k, part in enumerate(parts)]


def is_plain(text: str) -> bool:
    """Whether a text holds no code, and more than words that introduce one."""
    return not codes_in(text) and bool(_bare(text, before_code=False))


def is_caption(text: str) -> bool:
    """Whether a text holds nothing of a code, not even of a system that is not read, such as RAL."""
    return is_plain(text) and label_of(text) is None and _SYSTEM.fullmatch(text) is None


def is_name(text: str) -> bool:
    """Whether a text can be a colour's name by itself: a few words, no sentence, no heading of a palette.

    >>> [is_name(text) for text in ("Accent 2", "Colour palette", "Use it on white only, please.")]
    [True, False, False]
    """
    said = re.search(r"[^\W\d_]{2}|[^\W\d_]\W?\d", text) is not None
    return said and may_be_name(text) and not is_group(text)


def may_be_name(text: str) -> bool:
    """Whether it can be one where all texts in its place are: ``A``, ``02`` and ``Primary`` can.

    >>> [may_be_name(text) for text in ("A", "Primary", "Our colours", "Page 12")]
    [True, True, False, False]
    """
    return (
        len(text) <= LONGEST_NAME
        and len(text.split()) <= MOST_WORDS
        and re.search(r"[^\W_]", text) is not None
        and re.fullmatch(r"\d+[.,]\d+", text) is None
        and not text.endswith((".", "!", "?", ":"))
        and not is_heading(text)
    )


def is_heading(text: str) -> bool:
    """Whether a text is a heading of a palette or a table, or the number of a page."""
    return _HEADING.fullmatch(text) is not None


def is_group(text: str) -> bool:
    """Whether a text says which colours there are rather than which one it is: ``Primary``, ``Our brand``."""
    return _GROUP.fullmatch(text) is not None


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
    joined = f"{label} {text}"
    if _LETTERS.fullmatch(joined):
        return True
    # "Red 1 | Green 2" may as well be two names.
    one_thing = text.isalpha() or not re.search(r"[^\W\d_]", text)
    return one_thing and _FULL_WORDS.fullmatch(joined) is not None


def could_be(kind: Kind, text: str) -> bool:
    """Whether a text without a label can be read as a code of that kind."""
    return _VALUES[kind].fullmatch(text) is not None


def is_certain(kind: Kind, text: str) -> bool:
    """The same for a text that can be nothing else: ``Blue 1`` is no ink of Pantone's by itself."""
    match = _VALUES[kind].fullmatch(text)
    return match is not None and (kind != "PANTONE" or not match[1][0].isalpha() or match[2] is not None)


def _bare(text: str, before_code: bool) -> str:
    if len(text) > _LONGEST_PART:
        return text
    if not any(c.isalnum() for c in _WORDS.sub("", text)):
        return ""
    while before_code and (word := _LAST_WORD.search(text)):
        text = text[: word.start()]
    text = " ".join(text.split()).strip(_EDGES)
    for opening, closing in ("()", "[]"):
        if closing not in text:
            text = text.replace(opening, " ")
        if opening not in text:
            text = text.replace(closing, " ")
    return " ".join(text.split()).strip(_EDGES)


def _code(kind: Kind, match: re.Match[str], bare: bool) -> Code | None:
    place = match.span()
    if kind == "PANTONE":
        return Code(kind, None, f"PANTONE {_ink_name(*match.groups())}", *place)
    if kind == "HEX":
        digits = match[1].lstrip("#").upper()
        digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
        parts = tuple(code / 255 for code in bytes.fromhex(digits))
        return Code(kind, Value("srgb", parts), f"#{digits}", *place)
    numbers = [float(part.replace(",", ".")) for part in match.groups() if part.strip(" /")]
    full = 255 if kind == "RGB" and "%" not in match[0] else 100
    if max(numbers) > full or (bare and kind == "RGB" and max(numbers) <= _LAST_DAY):
        return None
    said = f"{kind} {'/'.join(f'{number:g}' for number in numbers)}"
    value = Value("srgb" if kind == "RGB" else "cmyk", tuple(number / full for number in numbers))
    return Code(kind, value, said, *place)


def _further_inks(text: str, code: Code) -> Iterator[Code]:
    """``293 U`` in ``PANTONE 286 C / 293 U``."""
    while code.kind == "PANTONE" and (match := _FURTHER.match(text, code.end)) and match[2]:
        code = Code("PANTONE", None, f"PANTONE {_ink_name('', match[1], match[2])}", *match.span())
        yield code


def _ink_name(intro: str, ink: str, book: str | None) -> str:
    """A Pantone name as Pantone writes it: ``2728 C``, ``Warm Red U``."""
    before = re.search(r"(?:un)?coated", intro, re.I)
    ending = (book or (before[0] if before else "")).upper()
    spaced = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", ink)
    words = [word.capitalize() for word in spaced.split()]
    return " ".join([*words, _BOOKS.get(ending, ending)]).strip()
