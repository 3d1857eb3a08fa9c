"""One colour of a brand, and the limits that belong to it.

HEX colours are ``#RRGGBB`` in sRGB, tolerances are CIEDE2000, shares are parts of the pixels, 0 to 1.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

Finish = Literal["flat", "shaded"]
"""``flat``: each pixel is compared with the HEX. ``shaded``: with the HEX under any strength of light."""

MOST_SWATCHES = 255
"""A survey of a clip labels each pixel with its swatch in one byte, of which one value means none."""

_HEX = re.compile(r"#(?:[0-9A-F]{3}|[0-9A-F]{6}|[0-9A-F]{8})", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"(?:[0-9A-F]{3}|[0-9A-F]{6})", re.IGNORECASE | re.ASCII)
_PERCENT = re.compile(r"([+-]?[0-9]{1,9}(?:\.[0-9]{0,9})?)\s*%", re.ASCII)


def parse_hex(text: str) -> str:
    """A HEX colour as ``#RRGGBB`` in upper case, from ``#RGB``, ``#RRGGBB`` or an opaque ``#RRGGBBFF``.

    Raises:
        ValueError: ``text`` is none of these; the message says what to write instead.

    >>> parse_hex("#f40")
    '#FF4400'
    """
    if is_bare_hex(text):
        raise ValueError(f"{text} is not a HEX colour; write it with # and quotes: '#{text.upper()}'")
    if not _HEX.fullmatch(text):
        raise ValueError(f"{quote(text)} is not a HEX colour; write six digits, such as '#1200FF'")
    digits = text[1:].upper()
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    if len(digits) == 8 and not digits.endswith("FF"):
        raise ValueError(f"{quote(text)} is translucent; a brand colour is opaque: write '#{digits[:6]}'")
    return f"#{digits[:6]}"


def is_bare_hex(text: str) -> bool:
    """Whether ``text`` would be a HEX colour if it began with ``#``."""
    return _DIGITS.fullmatch(text) is not None


def parse_name(text: str) -> str:
    """``text``, if it can name a colour or a brand in a one-line message; raises ``ValueError`` if not."""
    if not text.strip() or len(text) > 100 or not text.isprintable():
        raise ValueError(f"{quote(text)} is not a name; use 1 to 100 printable characters")
    return text


def quote(text: str) -> str:
    """``text`` between quotes as part of a one-line message: escaped where unprintable, and shortened."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:41])
    return f"'{shown[:40]}…'" if len(shown) > 40 else f"'{shown}'"


def fold(name: str) -> str:
    """What is left of a name without case, spaces, hyphens and underscores: two names are too alike
    for people where this is equal."""
    return re.sub(r"[\s_-]+", "", name).casefold()


def _parse_percent(value: object) -> object:
    if isinstance(value, str) and (match := _PERCENT.fullmatch(value.strip())):
        # Decimal, since 0.7 / 100 is not the number that 0.007 is, and both must give one digest.
        return float(Decimal(match[1]) / 100)
    return value


def parse_share(text: str) -> float:
    """A share, 0 to 1, from ``5%`` or ``0.05``; raises ``ValueError`` if it is none.

    >>> parse_share("0.7%")
    0.007
    """
    value = _parse_percent(text)
    try:
        share = float(value) if isinstance(value, str) else value
    except ValueError:
        share = None
    if not isinstance(share, float) or not 0 <= share <= 1:
        raise ValueError(f"{quote(text)} is not a share; write 0 to 1 or a percentage, such as 5%")
    return share


def _parse_hex_field(value: object) -> object:
    return parse_hex(value) if isinstance(value, str) else value


HEX_SCHEMA = {
    "type": "string",
    "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{6}[Ff]{2})$",
    "examples": ["#FF4F00"],
}
_NAME_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 100}
_SHARE_SCHEMA = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": r"^\s*\+?(100(\.0*)?|[0-9]{1,2}(\.[0-9]{0,9})?)\s*%\s*$"},
    ],
    "examples": ["5%", 0.05],
}
_NUMBER_SCHEMA = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^\s*[+-]?[0-9]{1,9}(\.[0-9]{0,9})?\s*%\s*$"},
    ],
    "examples": [0.5, "5%"],
}

Hex = Annotated[str, BeforeValidator(_parse_hex_field), WithJsonSchema(HEX_SCHEMA)]
Name = Annotated[str, AfterValidator(parse_name), WithJsonSchema(_NAME_SCHEMA)]
Difference = Annotated[float, Field(ge=0)]
Number = Annotated[float, BeforeValidator(_parse_percent), WithJsonSchema(_NUMBER_SCHEMA)]
Share = Annotated[float, BeforeValidator(_parse_percent), Field(ge=0, le=1), WithJsonSchema(_SHARE_SCHEMA)]


def _check_order(low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise ValueError(f"min ({low:g}) is above max ({high:g})")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Coverage(_Frozen):
    """How much of the picture a swatch must and may cover.

    Attributes:
        min: least share of pixels, 0 to 1 or a percentage such as ``"5%"``; ``None`` for no such limit.
        max: greatest share of pixels; ``None`` for no such limit.
    """

    min: Share | None = None
    max: Share | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_order(self.min, self.max)
        return self


class SwatchSettings(_Frozen):
    """How one colour is looked for and judged.

    Attributes:
        tolerance: CIEDE2000 up to which a colour passes for this one, >= 0.
        capture: CIEDE2000 up to which a colour of the same hue is taken for a failed attempt at this
            one, above ``tolerance``; what lies farther is another colour.
        finish: ``flat`` (graphics, logos) or ``shaded`` (objects under light).
        role: what the colour is for, such as ``primary`` or ``product``.
        coverage: how much of the picture it must and may cover.
    """

    tolerance: Difference = 2.0
    capture: Difference = 12.0
    finish: Finish = "flat"
    role: Name | None = Field(default=None, examples=["product", "logo", "accent"])
    coverage: Coverage = Coverage()

    @model_validator(mode="after")
    def _capture_beyond_tolerance(self) -> Self:
        if self.capture <= self.tolerance:
            raise ValueError(f"capture ({self.capture:g}) must be above tolerance ({self.tolerance:g})")
        return self


class Swatch(SwatchSettings):
    """One brand colour, with its settings.

    Attributes:
        name: as in the brand file.
        hex: target in sRGB, ``#RRGGBB`` in upper case.
    """

    name: Name
    hex: Hex

    @property
    def rgb8(self) -> tuple[int, int, int]:
        """The target as sRGB codes, 0 to 255.

        >>> Swatch(name="ink", hex="#101820").rgb8
        (16, 24, 32)
        """
        return rgb8(self.hex)


class Forbidden(_Frozen):
    """A colour that the guidelines rule out, such as a competitor's.

    Attributes:
        name: for messages and reports.
        hex: ``#RRGGBB`` in upper case.
        tolerance: CIEDE2000 up to which a colour counts as this one, >= 0.
        max: share of pixels that is still let pass, 0 to 1 or a percentage such as ``"0.1%"``.
    """

    name: Name
    hex: Hex
    tolerance: Difference = 3.0
    max: Share = 0.001

    @property
    def rgb8(self) -> tuple[int, int, int]:
        """The colour as sRGB codes, 0 to 255."""
        return rgb8(self.hex)


class Limit(_Frozen):
    """What a brand allows of one metric, in the metric's unit.

    Attributes:
        min: a value below fails.
        max: a value above fails.
        warn: a value worse than this, though within the limit, is sent to a person.
    """

    min: Number | None = None
    max: Number | None = None
    warn: Number | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.warn is not None and (
            (self.max is not None and self.warn > self.max) or (self.min is not None and self.warn < self.min)
        ):
            raise ValueError(f"warn ({self.warn:g}) lies outside the limit, where it would never be heard")
        _check_order(self.min, self.max)
        return self

    def merged(self, other: Limit | None) -> Limit:
        """This limit with the fields that ``other`` sets in place of its own."""
        # Without validation: one `warn` for all swatches may lie beyond the limit of a strict one.
        return self if other is None else self.model_copy(update=other.model_dump(exclude_none=True))


def rgb8(hex_colour: str) -> tuple[int, int, int]:
    """sRGB codes, 0 to 255, of a ``#RRGGBB``."""
    red, green, blue = bytes.fromhex(hex_colour[1:])
    return red, green, blue
