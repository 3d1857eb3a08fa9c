"""The guidelines beyond single colours: proportions, pairs, delivery, style.

Each model answers which limit it sets (``limit``), so that ``Brand.limit`` stays the one place to ask.
"""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from brandkit.measures import Bytes, Format, PictureSize, Rate, Seconds, Shape
from brandkit.swatch import Limit, Name, Share, fold, quote

PAIR_LENGTH = 0.02
"""Length of a border from which on two colours touch, in heights of the frame: 22 pixels of 1080."""

RATE_LEEWAY = 0.01
"""Hz that a mean frame rate may be off: half of what lies between 24 and 24000/1001."""

FLICKER = {"global_de00": Limit(max=0.15), "local_de00": Limit(max=0.15), "brand_de00": Limit(max=0.15)}
"""What flicker a clip may have unless the brand says otherwise, as ``flicker`` measures it. Set on 16 clean
clips of ``benchmarks/temporal.py``, of which the worst had 0.096, 0.10 and 0.053."""

FLASHES = {
    "general_hz": Limit(max=3),
    "red_hz": Limit(max=3),
    "screen_hz": Limit(max=3),
    "extended_s": Limit(max=3.99),
}
"""What flashes a clip may have: WCAG 2.2, success criterion 2.3.1, ITU-R BT.1702, and, for seconds of
extended flashing, the 4 from which EA's IRIS fails. They are no matter of taste."""

REVIEWED = "[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)?"
"""A check's id, or one of its metrics behind a dot, as a regular expression."""

ENCODER = "auto|builtin|open_clip:.+"
"""Names of encoders, as a regular expression."""

_LONGEST_TEXT = 1000


def parse_text(text: str) -> str:
    """A phrase, path or pattern of one line; raises ``ValueError`` if it is none."""
    if not text.strip() or len(text) > _LONGEST_TEXT or not text.isprintable():
        raise ValueError(f"{quote(text)} cannot be used; write 1 to {_LONGEST_TEXT} printable characters")
    return text


def parse_reviewed(text: str) -> str:
    """The id of a check, or of one of its numbers, such as ``palette.coverage``.

    Raises:
        ValueError: it cannot be one.
    """
    if not re.fullmatch(REVIEWED, text, re.ASCII):
        raise ValueError(f"{quote(text)} is no check; write one such as delivery, or palette.coverage")
    return text


def parse_encoder(text: str) -> str:
    """The name of an encoder.

    Raises:
        ValueError: it cannot be one.
    """
    if not re.fullmatch(ENCODER, parse_text(text)):
        raise ValueError(
            f"{quote(text)} is no encoder; write auto, builtin or open_clip:MODEL/WEIGHTS, such as "
            "open_clip:ViT-B-32/laion2b_s34b_b79k"
        )
    return text


_TEXT_SCHEMA = {"type": "string", "minLength": 1, "maxLength": _LONGEST_TEXT}

Text = Annotated[str, AfterValidator(parse_text), WithJsonSchema(_TEXT_SCHEMA)]
Pixels = Annotated[int, Field(ge=1)]
Reviewed = Annotated[
    str, AfterValidator(parse_reviewed), WithJsonSchema({"type": "string", "pattern": f"^{REVIEWED}$"})
]
EncoderName = Annotated[
    str,
    AfterValidator(parse_encoder),
    WithJsonSchema({"type": "string", "pattern": f"^({ENCODER})$", "maxLength": _LONGEST_TEXT}),
]
Pair = tuple[Name, Name]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Part(_Frozen):
    """A colour, or all colours of one role, and their share of what is in the brand's colours.

    Attributes:
        name: a swatch's name or a role, as the guidelines have it.
        swatches: names of the swatches that count together, 1 or more.
        share: of the pixels that are in one of the brand's colours, 0 to 1.
    """

    name: Name
    swatches: tuple[Name, ...] = Field(min_length=1)
    share: Share


class Proportions(_Frozen):
    """How the brand's colours should be balanced, such as 60 : 30 : 10.

    Attributes:
        parts: at least one; their shares add up to at most 1, and no swatch is in two.
        tolerance: greatest deviation of a part's share that passes, 0 to 1.
    """

    parts: tuple[Part, ...] = Field(min_length=1)
    tolerance: Share = 0.1

    @model_validator(mode="after")
    def _fits(self) -> Self:
        total = sum(part.share for part in self.parts)
        if total > 1 + 1e-9:
            listed = ", ".join(f"{quote(part.name)} {100 * part.share:.4g} %" for part in self.parts[:8])
            raise ValueError(f"the shares add up to {100 * total:.4g} %, above 100 %: {listed}")
        owners: dict[str, str] = {}
        for part in self.parts:
            for name in part.swatches:
                if (owner := owners.setdefault(name, part.name)) != part.name:
                    raise ValueError(f"{quote(name)} counts in both {quote(owner)} and {quote(part.name)}")
        return self

    def limit(self, metric: str) -> Limit | None:
        """The limit of ``proportion``'s metric ``deviation``: a share, whichever part is asked about."""
        return Limit(max=self.tolerance) if metric == "deviation" else None


class Pairs(_Frozen):
    """Colours that must, or must not, touch each other, by the names of their swatches.

    Attributes:
        required: pairs that have to touch somewhere; the order within a pair does not matter.
        forbidden: pairs that may not touch; the order within a pair does not matter.
    """

    required: tuple[Pair, ...] = Field(default=(), examples=[[["blue", "white"]]])
    forbidden: tuple[Pair, ...] = Field(default=(), examples=[[["blue", "red"]]])

    @model_validator(mode="after")
    def _do_not_contradict(self) -> Self:
        for one, other in self.required:
            if {fold(one), fold(other)} in [{fold(a), fold(b)} for a, b in self.forbidden]:
                raise ValueError(f"{quote(one)} and {quote(other)} are both required and forbidden; keep one")
        return self

    def limit(self, metric: str) -> Limit | None:
        """The limit of ``pairs``' metrics, lengths of border in heights of the frame.

        ``required_pair`` has to be at least, ``forbidden_pair`` may be at most ``PAIR_LENGTH``.
        """
        if metric == "required_pair" and self.required:
            return Limit(min=PAIR_LENGTH)
        if metric == "forbidden_pair" and self.forbidden:
            return Limit(max=PAIR_LENGTH)
        return None


class Delivery(_Frozen):
    """What a finished file has to be. Whatever is not given may be anything.

    Attributes:
        sizes: sizes in pixels, width by height; the picture has to have one of them.
        min_width: least width in pixels, at least 1.
        min_height: least height in pixels, at least 1.
        max_width: greatest width in pixels, at least 1.
        max_height: greatest height in pixels, at least 1.
        aspects: shapes, width to height; the picture has to have one of them.
        aspect_tolerance: how far width by height may be from that of the shape, as a share of it.
        formats: how the file may be packed: ``png``, ``jpeg``, ``mp4`` …
        max_bytes: greatest size of the file, such as ``20MB`` (millions) or ``20MiB`` (2^20).
        fps: frame rates in Hz; a video has to have one of them, within 0.01.
        max_duration: longest running time, such as ``30s``, ``500ms`` or ``1.5min``.
    """

    sizes: tuple[PictureSize, ...] = Field(default=(), examples=[["1920x1080", "1080x1080"]])
    min_width: Pixels | None = None
    min_height: Pixels | None = None
    max_width: Pixels | None = None
    max_height: Pixels | None = None
    aspects: tuple[Shape, ...] = Field(default=(), examples=[["16:9", "1:1", "9:16"]])
    aspect_tolerance: Share = 0.01
    formats: tuple[Format, ...] = Field(default=(), examples=[["png", "jpeg", "mp4"]])
    max_bytes: Bytes | None = None
    fps: tuple[Rate, ...] = Field(default=(), examples=[[24, 25, 30]])
    max_duration: Seconds | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for side in ("width", "height"):
            low, high = getattr(self, f"min_{side}"), getattr(self, f"max_{side}")
            if low is not None and high is not None and low > high:
                raise ValueError(f"min_{side} ({low}) is above max_{side} ({high})")
        return self

    def limit(self, metric: str) -> Limit | None:
        """The limit of ``delivery``'s metrics, ``None`` for what may be anything.

        ``width`` and ``height`` are pixels, ``bytes`` and ``duration_s`` as named. ``size`` and
        ``format`` count what is none of the listed ones: 0 or 1, and 0 is the limit. ``aspect`` and
        ``fps_off`` are distances to the nearest listed one: a share of it, and Hz.
        """
        match metric:
            case "size":
                return Limit(max=0) if self.sizes else None
            case "format":
                return Limit(max=0) if self.formats else None
            case "aspect":
                return Limit(max=self.aspect_tolerance) if self.aspects else None
            case "fps_off":
                return Limit(max=RATE_LEEWAY) if self.fps else None
            case "width":
                return _bounds(self.min_width, self.max_width)
            case "height":
                return _bounds(self.min_height, self.max_height)
            case "bytes":
                return _bounds(None, self.max_bytes)
            case "duration_s":
                return _bounds(None, self.max_duration)
        return None


def _bounds(low: float | None, high: float | None) -> Limit | None:
    return None if low is None and high is None else Limit(min=low, max=high)


STYLE = {"margin": Limit(min=0), "more_like": Limit(min=0.5), "less_like": Limit(max=0.5)}
"""What follows from references and phrases by themselves: nearer to what was approved than to what was
rejected, and more like what it should be than like what it should not. How alike is enough, calibration
says."""


class Style(_Frozen):
    """What pictures should look like.

    Attributes:
        encoder: what compares pictures: `auto`, `builtin`, or `open_clip:MODEL/WEIGHTS`; a folder, relative
            to the brand file, as `open_clip:./FOLDER`.
        references: pictures that show it: paths or glob patterns, relative to the brand file. Those added by
            `brandkit brand references add` stand in a file beside the brand and count too.
        counter_references: pictures that do not, likewise.
        anchor: an approved still that every frame of a clip is compared with: a path relative to the brand
            file.
        more_like: phrases that should describe the picture; they need an open_clip encoder.
        less_like: phrases that should not.
    """

    encoder: EncoderName = Field(default="auto", examples=["open_clip:ViT-B-32/laion2b_s34b_b79k"])
    references: tuple[Text, ...] = Field(default=(), examples=[["references/*.jpg"]])
    counter_references: tuple[Text, ...] = Field(default=(), examples=[["rejected/*.jpg"]])
    anchor: Text | None = Field(default=None, examples=["approved/hero.png"])
    more_like: tuple[Text, ...] = Field(default=(), examples=[["morning light", "quiet still life"]])
    less_like: tuple[Text, ...] = Field(default=(), examples=[["neon signs", "crowds"]])
