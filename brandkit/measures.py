"""Sizes, aspects, amounts and formats as people write them in a brand file: ``1920x1080``, ``20MB`` …"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from brandkit.swatch import quote

FormatName = Literal[
    "apng", "avi", "avif", "bmp", "gif", "heic", "jpeg", "mkv", "mov", "mp4", "mpeg", "mxf", "png", "tiff",
    "ts", "webm", "webp", "y4m",
]  # fmt: skip
"""How a file is packed, whatever its name ends in."""

_ALSO_CALLED = {
    "jpg": "jpeg", "jfif": "jpeg", "tif": "tiff", "heif": "heic", "hif": "heic", "m4v": "mp4",
    "quicktime": "mov", "matroska": "mkv", "mpg": "mpeg", "m2ts": "ts", "mts": "ts",
}  # fmt: skip

MOST_PIXELS = 100_000
"""The longest side that a size may have."""

_SIZE = r"([0-9]{1,6})\s*[xX×]\s*([0-9]{1,6})"
_ASPECT = r"([0-9]{1,5}(?:\.[0-9]{1,4})?)\s*[:/]\s*([0-9]{1,5}(?:\.[0-9]{1,4})?)"
_RATE = r"([0-9]{1,6}(?:\.[0-9]{1,18})?)(?:/([0-9]{1,6}))?"
_AMOUNT = r"([0-9]{1,15}(?:\.[0-9]{1,18})?)\s*([A-Za-z]*)"
_BYTES = {
    "": Decimal(1), "b": Decimal(1), "kb": Decimal(10**3), "mb": Decimal(10**6), "gb": Decimal(10**9),
    "kib": Decimal(2**10), "mib": Decimal(2**20), "gib": Decimal(2**30),
}  # fmt: skip
_SECONDS = {
    "": Decimal(1), "ms": Decimal("0.001"), "s": Decimal(1), "min": Decimal(60), "h": Decimal(3600),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size.

    Attributes:
        width: pixels, 1 to 100000.
        height: likewise.
    """

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Aspect:
    """A picture's shape, as written.

    Attributes:
        width: parts, above 0.
        height: likewise.
    """

    width: float
    height: float

    @property
    def ratio(self) -> float:
        """Width by height."""
        return self.width / self.height

    def __str__(self) -> str:
        return f"{self.width:g}:{self.height:g}"


def parse_size(text: str) -> Size:
    """Width and height in pixels from ``1920x1080``.

    Raises:
        ValueError: ``text`` is no size; the message says what to write instead.

    >>> parse_size("1080 x 1920")
    Size(width=1080, height=1920)
    """
    match = re.fullmatch(_SIZE, text.strip(), re.ASCII)
    size = Size(int(match[1]), int(match[2])) if match else Size(0, 0)
    if not (1 <= size.width <= MOST_PIXELS and 1 <= size.height <= MOST_PIXELS):
        raise ValueError(f"{quote(text)} is not a size; write width and height in pixels, such as 1920x1080")
    return size


def parse_aspect(text: str) -> Aspect:
    """A shape from ``16:9``, ``16/9`` or ``1.91:1``.

    Raises:
        ValueError: ``text`` is no shape; the message says what to write instead.

    >>> parse_aspect("9:16").ratio
    0.5625
    """
    match = re.fullmatch(_ASPECT, text.strip(), re.ASCII)
    aspect = Aspect(float(match[1]), float(match[2])) if match else Aspect(0, 0)
    if not (aspect.width and aspect.height):
        raise ValueError(f"{quote(text)} is not an aspect; write width:height, such as '16:9'")
    return aspect


def parse_bytes(text: str) -> int:
    """A number of bytes from ``20MB`` (millions), ``20MiB`` (2^20) or a plain number.

    Raises:
        ValueError: ``text`` is no such amount; the message says what to write instead.

    >>> parse_bytes("1.5 MB"), parse_bytes("2KiB")
    (1500000, 2048)
    """
    return int(_amount(text, _BYTES, "number of bytes", "20MB"))


def parse_seconds(text: str) -> float:
    """Seconds from ``30s``, ``500ms``, ``1.5min`` or a plain number.

    Raises:
        ValueError: ``text`` is no such time; the message says what to write instead.

    >>> parse_seconds("1.5 min")
    90.0
    """
    return float(_amount(text, _SECONDS, "duration", "30s"))


def _amount(text: str, units: Mapping[str, Decimal], what: str, example: str) -> Decimal:
    match = re.fullmatch(_AMOUNT, text.strip(), re.ASCII)
    unit = units.get(match[2].lower()) if match else None
    amount = Decimal(match[1]) * unit if match and unit else Decimal(0)
    if amount < min(units.values()):
        known = ", ".join(unit for unit in units if unit)
        raise ValueError(f"{quote(text)} is not a {what}; write it such as {example} (units: {known})")
    return amount


def parse_rate(text: str) -> float:
    """A frame rate in Hz from ``25``, ``29.97`` or ``30000/1001``.

    Raises:
        ValueError: ``text`` is no frame rate; the message says what to write instead.

    >>> parse_rate("30000/1001")
    29.97002997002997
    """
    match = re.fullmatch(_RATE, text.strip(), re.ASCII)
    below = int(match[2] or 1) if match else 0
    rate = Fraction(match[1]) / below if match and below else Fraction(0)
    if not 0 < rate <= 1000:
        raise ValueError(f"{quote(text)} is not a frame rate; write Hz, such as 25 or 30000/1001")
    return float(rate)


def parse_format(text: str) -> str:
    """A format by one of its usual names.

    Raises:
        ValueError: there is no such format; the message lists those there are.

    >>> parse_format("JPG")
    'jpeg'
    """
    name = text.strip().lower().removeprefix(".")
    name = _ALSO_CALLED.get(name, name)
    if name not in get_args(FormatName):
        raise ValueError(f"{quote(text)} is not one of {', '.join(get_args(FormatName))}")
    return name


def _reads(parse: Callable[[str], object]) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _text(pattern: str, example: object, *, or_number: bool = False) -> WithJsonSchema:
    """What an editor is told of a value that is written as text, or as a plain number."""
    schema: dict[str, Any] = {"type": "string", "pattern": rf"^\s*{pattern}\s*$"}
    if or_number:
        schema = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, schema]}
    return WithJsonSchema({**schema, "examples": [example]})


def _any_case(words: Iterable[str]) -> str:
    letters = ("".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in word) for word in words if word)
    return f"({'|'.join(letters)})"


_NUMBER = r"[0-9]+(\.[0-9]+)?"
_FORMAT_SCHEMA = {
    "anyOf": [
        {"enum": list(get_args(FormatName))},
        {"type": "string", "pattern": rf"^\s*\.?{_any_case([*get_args(FormatName), *_ALSO_CALLED])}\s*$"},
    ]
}

PictureSize = Annotated[Size, _reads(parse_size), _text(r"[0-9]{1,6}\s*[xX×]\s*[0-9]{1,6}", "1920x1080")]
Shape = Annotated[Aspect, _reads(parse_aspect), _text(rf"{_NUMBER}\s*[:/]\s*{_NUMBER}", "16:9")]
Bytes = Annotated[
    int,
    _reads(parse_bytes),
    Field(ge=1),
    _text(rf"{_NUMBER}\s*{_any_case(_BYTES)}?", "20MB", or_number=True),
]
Seconds = Annotated[
    float,
    _reads(parse_seconds),
    Field(gt=0),
    _text(rf"{_NUMBER}\s*{_any_case(_SECONDS)}?", "30s", or_number=True),
]
Rate = Annotated[float, _reads(parse_rate), Field(gt=0), _text(rf"{_NUMBER}(/[0-9]+)?", 25, or_number=True)]
Format = Annotated[FormatName, _reads(parse_format), WithJsonSchema(_FORMAT_SCHEMA)]
