"""What a new brand is made from, and how it is written on a command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from brandkit.brand_fields import say
from brandkit.errors import BrandError
from brandkit.guidelines import Delivery, Pair, Pairs
from brandkit.swatch import (
    Finish,
    Forbidden,
    Hex,
    Name,
    Share,
    fold,
    is_bare_hex,
    parse_hex,
    parse_share,
    quote,
)

_Model = TypeVar("_Model", bound=BaseModel)

Strictness = Literal["strict", "balanced", "photographic"]

TOLERANCES: Mapping[Strictness, tuple[int, int]] = {
    "strict": (2, 12),
    "balanced": (4, 16),
    "photographic": (6, 20),
}
"""Tolerance and capture in CIEDE2000: 1 is just visible side by side, 6 suits objects under light."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ColourAnswer(_Answer):
    """One colour of the new brand.

    Attributes:
        name: what people call it.
        hex: ``#RRGGBB``.
        role: what it is for; a theme colour of the standard, such as ``primary``, or anything else.
        finish: ``flat`` (graphics, logos) or ``shaded`` (objects under light).
    """

    name: Name
    hex: Hex
    role: Name | None = None
    finish: Finish = "flat"


class Answers(_Answer):
    """What a new brand is made from.

    Attributes:
        name: the brand's.
        colours: at least one; no two of one HEX, or of names that differ only in case, spaces or hyphens.
        strictness: how near a colour has to be: ``TOLERANCES`` has the numbers.
        background: what transparent parts of a picture are laid over: one of the colours, or a HEX.
        off_palette: greatest share of pixels in none of the colours, 0 to 1; ``None`` for any.
        forbidden: colours that may not occur.
        proportions: shares, 0 to 1 and together at most 1, by the name or the role of colours.
        pairs: colours that must, or must not, touch, by name.
        delivery: what a finished file has to be, ``None`` for anything.
        required: ids of the checks without which nothing passes.
    """

    name: Name
    colours: tuple[ColourAnswer, ...] = Field(min_length=1)
    strictness: Strictness = "balanced"
    background: str = "#FFFFFF"
    off_palette: Share | None = None
    forbidden: tuple[Forbidden, ...] = ()
    proportions: tuple[tuple[Name, Share], ...] = ()
    pairs: Pairs = Pairs()
    delivery: Delivery | None = None
    required: tuple[Name, ...] = ("palette",)

    @model_validator(mode="after")
    def _colours_differ(self) -> Self:
        for number, colour in enumerate(self.colours):
            for earlier in self.colours[:number]:
                check_differs(colour, earlier)
        own = {colour.hex: colour.name for colour in self.colours}
        for forbidden in self.forbidden:
            if forbidden.hex in own:
                raise ValueError(f"{forbidden.hex} is the brand's own {quote(own[forbidden.hex])}")
        folded = [fold(forbidden.name) for forbidden in self.forbidden]
        if len(set(folded)) < len(folded):
            raise ValueError("two forbidden colours have one name; rename one")
        return self

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [colour.name for colour in self.colours]
        roles = [colour.role for colour in self.colours if colour.role is not None]
        for name in (name for pair in (*self.pairs.required, *self.pairs.forbidden) for name in pair):
            _require(name, names)
        for name, _ in self.proportions:
            _require(name, [*names, *roles])
            if name == "tolerance":
                raise ValueError("'tolerance' stands for the tolerance of all shares; rename that colour")
        if self.background not in names:
            parse_hex(self.background)
        return self

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        total = sum(share for _, share in self.proportions)
        if total > 1 + 1e-9:
            raise ValueError(f"the shares add up to {100 * total:.4g} %, above 100 %")
        return self


def _require(name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise ValueError(f"there is no {quote(name)}; there are {', '.join(known)}")


def check_differs(colour: ColourAnswer, other: ColourAnswer) -> None:
    """Raise ``ValueError`` where two colours cannot both be in a brand."""
    both = f"{quote(other.name)} and {quote(colour.name)}"
    if fold(colour.name) == fold(other.name):
        raise ValueError(f"{both} differ at most in case, spaces or hyphens; rename one")
    if colour.hex == other.hex:
        raise ValueError(f"{both} are both {colour.hex}; a brand has each colour once")


def reason(error: ValidationError) -> str:
    """The first thing that is wrong, in one line."""
    return say(error.errors(include_url=False)[0])


def from_flags(
    name: str,
    colours: Sequence[str],
    *,
    strictness: str = "balanced",
    background: str = "#FFFFFF",
    off_palette: str | None = None,
    forbidden: Sequence[str] = (),
    proportions: Sequence[str] = (),
    required_pairs: Sequence[str] = (),
    forbidden_pairs: Sequence[str] = (),
    sizes: Sequence[str] = (),
    aspects: Sequence[str] = (),
    formats: Sequence[str] = (),
    max_bytes: str | None = None,
    fps: Sequence[str] = (),
    max_duration: str | None = None,
    required: Sequence[str] = ("palette",),
) -> Answers:
    """Answers from the texts of a command line.

    ``colours`` are ``hero=#FF4F00``, with ``:role`` and ``:finish`` after it where wanted; ``forbidden``
    are ``rival red=#E4002B``; ``proportions`` ``hero=60%``; pairs ``hero+ink``. The ``#`` of a HEX, which
    a shell may take for a comment, can be left out.

    Raises:
        BrandError: something does not fit: one line with the text that is wrong.
    """
    delivery = {
        "sizes": tuple(sizes), "aspects": tuple(aspects), "formats": tuple(formats), "fps": tuple(fps),
        "max_bytes": max_bytes, "max_duration": max_duration,
    }  # fmt: skip
    wanted = {key: value for key, value in delivery.items() if value}
    try:
        return Answers(
            name=name,
            colours=tuple(parse_colour(text) for text in colours),
            strictness=strictness,  # type: ignore[arg-type]  # checked by the model
            background=_hashed(background),
            off_palette=off_palette,  # type: ignore[arg-type]  # likewise
            forbidden=tuple(parse_forbidden(text) for text in forbidden),
            proportions=tuple(parse_proportion(text) for text in proportions),
            pairs=Pairs(
                required=tuple(parse_pair(text) for text in required_pairs),
                forbidden=tuple(parse_pair(text) for text in forbidden_pairs),
            ),
            delivery=Delivery(**wanted) if wanted else None,  # type: ignore[arg-type]  # likewise
            required=tuple(required),
        )
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = str(detail["loc"][0]) if detail["loc"] else ""
        raise BrandError(f"{place}: {say(detail)}" if place else say(detail)) from None
    except ValueError as error:
        raise BrandError(str(error)) from None


def parse_colour(text: str) -> ColourAnswer:
    """A colour from ``name=HEX``, ``name=HEX:role`` or ``name=HEX:role:finish``.

    Raises:
        ValueError: it is none of these.

    >>> parse_colour("deep blue=0050FF:logo")
    ColourAnswer(name='deep blue', hex='#0050FF', role='logo', finish='flat')
    """
    name, value = _halves(text, "hero=#FF4F00")
    parts = value.split(":")
    if len(parts) > 3:
        raise ValueError(f"{quote(text)}: write name=HEX:role:finish, such as hero=#FF4F00:product:shaded")
    given: dict[str, Any] = {"name": name, "hex": _hashed(parts[0])}
    given |= {key: part for key, part in zip(("role", "finish"), parts[1:], strict=False) if part}
    return _built(ColourAnswer, given, text)


def parse_forbidden(text: str) -> Forbidden:
    """A forbidden colour from ``name=HEX``; raises ``ValueError`` if it is none."""
    name, value = _halves(text, "rival red=#E4002B")
    return _built(Forbidden, {"name": name, "hex": _hashed(value)}, text)


def parse_proportion(text: str) -> tuple[str, float]:
    """A colour or role and its share from ``hero=60%``; raises ``ValueError`` if it is none."""
    name, value = _halves(text, "hero=60%")
    return name, parse_share(value)


def parse_pair(text: str) -> Pair:
    """Two names from ``hero+ink``; raises ``ValueError`` if it is none."""
    one, plus, other = (part.strip() for part in text.partition("+"))
    if not (one and plus and other) or one == other:
        raise ValueError(f"{quote(text)} is no pair; write two colours, such as hero+ink")
    return one, other


def _built(kind: type[_Model], given: Mapping[str, Any], text: str) -> _Model:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise ValueError(f"{quote(text)}: {reason(error)}") from None


def _halves(text: str, example: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in text.rpartition("="))
    if not (name and equals and value):
        raise ValueError(f"{quote(text)}: write it such as {example}")
    return name, value


def _hashed(text: str) -> str:
    return f"#{text}" if is_bare_hex(text) else text
