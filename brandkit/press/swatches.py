"""A palette on paper: each colour's inks, what comes back, and what a person should know of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from brandkit.formats.palette import Colour, Palette, Value
from brandkit.formats.reading import Reading
from brandkit.press.nearest import distance_de00, nearest
from brandkit.press.profile import Array, Intent, PrintProfile, srgb_to_lab
from brandkit.swatch import rgb8

DEFAULT_LIMIT_DE00 = 3.0
"""CIEDE2000 on paper from which on a person is warned: seen side by side by nearly everybody."""
_NOTABLE = 1.0
"""Of lightness or chroma, in CIELAB: what is worth a word."""
_SLACK = 0.5
"""Per cent of ink that are beyond no limit: limits are whole per cents."""
_INKS = ("C", "M", "Y", "K")

Inks = tuple[float, float, float, float]
"""Cyan, magenta, yellow and black in per cent."""
Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Printed:
    """What some inks come to on paper.

    Attributes:
        inks: in per cent.
        lab: CIELAB D50 as an instrument measures it, the paper's own colour included.
        hex: as it looks to an eye that is used to the paper.
        de00: CIEDE2000 between the brand's colour and this one, relative to the paper.
    """

    inks: Inks
    lab: Lab
    hex: str
    de00: float

    @property
    def total(self) -> float:
        """Of all inks, in per cent."""
        return sum(self.inks)


@dataclass(frozen=True, slots=True)
class OnPaper:
    """One colour of a palette on paper.

    Attributes:
        name: of the colour.
        hex: what it should be.
        lab: the same in CIELAB D50.
        printed: by the profile's own conversion, inks in whole per cents as a person types them.
        exact: inks of that conversion before they were rounded.
        nearest: the nearest colour that the inks can make.
        stated: what the inks come to that the palette itself states; ``None`` where it states none.
        warnings: what a person should know, one sentence each.
    """

    name: str
    hex: str
    lab: Lab
    printed: Printed
    exact: Inks
    nearest: Printed
    stated: Printed | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A palette on paper, with all that it depends on.

    Attributes:
        brand: name of the palette.
        profile: description of the profile.
        profile_sha256: of its bytes.
        intent: of the conversion.
        limit_de00: beyond which a colour is warned of.
        ink_limit: per cent of all inks together that is allowed.
        ink_limit_from: where that is from.
        paper: CIELAB D50 of the bare paper.
        colours: in the palette's order.
    """

    brand: str
    profile: str
    profile_sha256: str
    intent: Intent
    limit_de00: float
    ink_limit: float
    ink_limit_from: str
    paper: Lab
    colours: tuple[OnPaper, ...] = field(default=())

    @property
    def black_point(self) -> bool:
        """Whether black points were compensated."""
        return self.intent != "absolute"

    @property
    def warned(self) -> bool:
        """Whether there is anything that a person should know."""
        return any(one.warnings for one in self.colours)


def on_paper(
    palette: Palette,
    profile: PrintProfile,
    *,
    intent: Intent = "relative",
    limit_de00: float = DEFAULT_LIMIT_DE00,
    ink_limit: float | None = None,
) -> Sheet:
    """A palette by a printing condition.

    Args:
        palette: colours that repeat another one are left out.
        profile: of the printing condition.
        intent: of the conversion to inks.
        limit_de00: CIEDE2000 beyond which a colour is warned of.
        ink_limit: per cent of all inks together; what the profile's own separations stay within if ``None``.
    """
    said = "stated" if ink_limit is not None else "the most that the profile's own separations lay down"
    most = 100 * profile.most_ink if ink_limit is None else ink_limit
    own = [colour for colour in palette.colours if colour.alias_of is None]
    return Sheet(
        brand=palette.name,
        profile=profile.name,
        profile_sha256=hashlib.sha256(profile.data).hexdigest(),
        intent=intent,
        limit_de00=limit_de00,
        ink_limit=most,
        ink_limit_from=said,
        paper=_triple(profile.to_lab(np.zeros((1, 4)), paper=True)[0]),
        colours=tuple(_one(colour, profile, intent, limit_de00, most) for colour in own),
    )


def as_palette(sheet: Sheet) -> Palette:
    """The printed colours as a palette of CMYK values, for ``formats`` to write."""
    colours = tuple(
        Colour(
            one.name, Value("cmyk", tuple(ink / 100 for ink in one.printed.inks)), one.hex, (sheet.profile,)
        )
        for one in sheet.colours
    )
    return Palette(f"{sheet.brand} on paper", colours)


def _one(colour: Colour, profile: PrintProfile, intent: Intent, limit: float, most: float) -> OnPaper:
    rgb = np.array([rgb8(colour.hex)], dtype=np.float64) / 255
    lab = srgb_to_lab(rgb)[0]
    exact = profile.separate(rgb, intent)[0] * 100
    best = nearest(profile, lab[None], most / 100)[0][0]
    printed = _printed(profile, np.rint(exact), lab)
    found = _printed(profile, best * 100, lab)
    stated = None
    if colour.value.space == "cmyk":
        stated = _printed(profile, np.array(colour.value.components) * 100, lab)
    said = [*_gamut(lab, printed, found, limit, profile, intent), *_ink("it", float(exact.sum()), most)]
    if stated is not None:
        said += [
            *(() if _made_from(colour, profile) else _stated(stated, printed, limit)),
            *_ink("the stated value", stated.total, most),
        ]
    return OnPaper(colour.name, colour.hex, _triple(lab), printed, _inks(exact), found, stated, tuple(said))


def _printed(profile: PrintProfile, percent: Array, target: Array) -> Printed:
    inks = percent[None] / 100
    seen = profile.to_lab(inks)
    shown = Reading("").colour("", Value("lab", tuple(float(part) for part in seen[0])))
    return Printed(
        _inks(percent),
        _triple(profile.to_lab(inks, paper=True)[0]),
        shown.hex,
        float(distance_de00(seen[0], target)),
    )


def _gamut(
    lab: Array, printed: Printed, found: Printed, limit: float, profile: PrintProfile, intent: Intent
) -> list[str]:
    if found.de00 > limit:
        seen = profile.to_lab(np.array([found.inks]) / 100)[0]
        return [
            f"cannot be printed: the nearest printable colour, {found.hex} ({words(found.inks)}), is "
            f"{found.de00:.1f} away{_how(lab, seen)}"
        ]
    if printed.de00 > limit:
        seen = profile.to_lab(np.array([printed.inks]) / 100)[0]
        lightened = intent != "absolute" and seen[0] - lab[0] > _NOTABLE
        why = "black point compensation lightens it" if lightened else "the profile's own table misses it"
        return [
            f"comes back {printed.de00:.1f} away, although {words(found.inks)} would come within "
            f"{max(found.de00, 0.1):.1f}: {why}"
        ]
    return []


def _how(target: Array, seen: Array) -> str:
    """How a printed colour differs, in words: of lightness and of chroma."""
    lightness = seen[0] - target[0]
    chroma = np.hypot(*seen[1:]) - np.hypot(*target[1:])
    said = []
    if abs(chroma) > _NOTABLE:
        said.append("less vivid" if chroma < 0 else "more vivid")
    if abs(lightness) > _NOTABLE:
        said.append("darker" if lightness < 0 else "lighter")
    return f" ({' and '.join(said)})" if said else ""


def _ink(what: str, total: float, most: float) -> list[str]:
    if total <= most + _SLACK:
        return []
    return [f"{what} takes {total:.0f} % of ink together, more than {most:.0f} %"]


def _made_from(colour: Colour, profile: PrintProfile) -> bool:
    """Whether the HEX is but what the stated inks come to by this profile: then they cannot contradict."""
    return Reading("", profile.data).colour("", colour.value).hex == colour.hex


def _stated(stated: Printed, printed: Printed, limit: float) -> list[str]:
    if stated.de00 <= limit:
        return []
    return [
        f"the palette states {words(stated.inks)}, which comes back as {stated.hex} by this profile, "
        f"{stated.de00:.1f} away; the profile itself says {words(printed.inks)}"
    ]


def words(inks: Inks) -> str:
    """Inks as a person writes them: ``C 90 M 60 Y 0 K 0``."""
    return " ".join(f"{name} {ink:.0f}" for name, ink in zip(_INKS, inks, strict=True))


def _inks(percent: Array) -> Inks:
    cyan, magenta, yellow, black = (float(ink) for ink in percent)
    return cyan, magenta, yellow, black


def _triple(lab: Array) -> Lab:
    lightness, a, b = (float(part) for part in lab)
    return lightness, a, b
