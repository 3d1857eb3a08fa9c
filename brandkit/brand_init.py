"""A brand file to begin with, from a few answers: every key is there, those not needed as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from brandkit import brand_file, brand_schema
from brandkit.brand_answers import TOLERANCES, Answers
from brandkit.brand_colours import THEME
from brandkit.guidelines import Delivery
from brandkit.swatch import parse_share

# Without quotes: words only, and none that YAML 1.1, as other tools read it, takes for a truth value.
_PLAIN = re.compile(
    r"(?!(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[a-z](?:[a-z0-9_ -]*[a-z0-9_])?", re.I
)


def init(answers: Answers, schema: str | None = None) -> str:
    """A brand file that ``Brand.load`` reads, with a comment on every key there is.

    ``schema`` is where editors find the JSON Schema of brand files: an address, or a path relative to the
    file. Without, it is the one of this installation.

    Raises:
        BrandError: the answers contradict each other; the message says which key of the file would be
            wrong, and why.
    """
    address = schema or brand_schema.path().as_uri()
    lines = [
        f"# yaml-language-server: $schema={address}",
        "# The line above lets editors complete and check this file; on another machine,",
        "# 'brandkit brand schema' says what belongs there.",
        *_standard(answers),
        "",
        "# What brandkit checks. A # with no space after it hides an example: take the # away to use it.",
        "defaults:",
        "  brandkit:",
    ]
    sections = (
        _extends(),
        _swatches(answers),
        _forbidden(answers),
        _off_palette(answers),
        _background(answers),
        _proportions(answers),
        _pairs(answers),
        _delivery(answers.delivery),
        _style(),
        _logos(),
        _required(answers),
        _review(),
        _limits(),
        _origin(answers),
    )
    for section in sections:
        lines += ["", *(f"    {line}" for line in section)]
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    brand_file.parse(text.encode(), Path("answers"))
    return text


def scalar(text: str) -> str:
    """A printable text as one YAML scalar, in quotes where any reader could take it for something else.

    >>> print(scalar("deep blue"), scalar("on"), scalar("50 % #1: 'x'"))
    deep blue "on" "50 % #1: 'x'"
    """
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _standard(answers: Answers) -> list[str]:
    width = max(len(scalar(colour.name)) for colour in answers.colours)
    theme: dict[str, str] = {}
    for colour in answers.colours:
        if colour.role in THEME:
            theme.setdefault(colour.role, colour.name)
    lines = [
        "# A brand file (https://posit-dev.github.io/brand-yml): other tools read it as well.",
        "",
        "meta:",
        f"  name: {scalar(answers.name)}",
        "",
        "color:",
        "  # Name and HEX of each colour. A HEX needs quotes: without, YAML takes it for a comment.",
        "  palette:",
        *(f'    {scalar(c.name) + ":":{width + 1}} "{c.hex}"' for c in answers.colours),
        "  # Which colour serves as what, by name.",
    ]
    for role in THEME:
        if role in theme:
            lines.append(f"  {role}: {scalar(theme[role])}")
    first = scalar(answers.colours[0].name)
    return [*lines, *(f"  #{role}: {first}" for role in THEME if role not in theme)]


def _extends() -> list[str]:
    return [
        "# A brand that this one rests on: a path from this file, or a brand that is shipped. What stands",
        "# here goes over it, and ~ takes a colour or a key away.",
        *_unused(["extends: volt"]),
    ]


def _swatches(answers: Answers) -> list[str]:
    tolerance, capture = TOLERANCES[answers.strictness]
    lines = [
        "# tolerance: CIEDE2000 up to which a colour passes: 1 is just visible side by side, 2 strict; 6",
        "# suits photographs.",
        "# capture: up to here a colour is taken for this one gone wrong; beyond, for another colour.",
        "# finish: flat (graphics, logos), or shaded (objects under light: a shadow is no mistake).",
        "# role: what the colour is for, in a word. coverage: its least and greatest share of the picture.",
        "swatches:",
    ]
    for colour in answers.colours:
        role = "#role: product" if colour.role is None else f"role: {scalar(colour.role)}"
        lines += [
            f"  {scalar(colour.name)}:",
            f"    {role}",
            f"    finish: {colour.finish}",
            f"    tolerance: {tolerance}",
            f"    capture: {capture}",
            "    #coverage: {min: 1%, max: 80%}",
        ]
    return lines


def _forbidden(answers: Answers) -> list[str]:
    lines = [
        "# Colours that may not occur, such as a competitor's. tolerance as above; max: the share of the",
        "# picture that may pass by accident.",
    ]
    if not answers.forbidden:
        example = "forbidden: [{name: rival, hex: " + _unlike(answers) + ", tolerance: 3, max: 0.1%}]"
        return [*lines, *_unused([example])]
    entries = (
        f'{{name: {scalar(f.name)}, hex: "{f.hex}", tolerance: {f.tolerance:g}, max: {_share(f.max)}}}'
        for f in answers.forbidden
    )
    return [*lines, "forbidden:", *(f"  - {entry}" for entry in entries)]


def _unlike(answers: Answers) -> str:
    """A HEX for an example, which is none of the brand's."""
    taken = {colour.hex for colour in answers.colours}
    return next(f'"#{number:06X}"' for number in range(0xE4002B, 0xFFFFFF) if f"#{number:06X}" not in taken)


def _off_palette(answers: Answers) -> list[str]:
    return [
        "# The greatest share of the picture that may be none of the colours.",
        "#off_palette: 20%" if answers.off_palette is None else f"off_palette: {_share(answers.off_palette)}",
    ]


def _background(answers: Answers) -> list[str]:
    return [
        "# What transparent parts of a picture are laid over: a colour by name, or a HEX.",
        f"background: {scalar(answers.background)}",
    ]


def _proportions(answers: Answers) -> list[str]:
    lines = [
        "# How the colours should be balanced: shares of what is in the brand's colours, by name or role;",
        "# tolerance: by how much each may miss its share.",
    ]
    given = answers.proportions or ((answers.colours[0].name, 0.6),)
    shares = ["proportions:", *(f"  {scalar(name)}: {_share(share)}" for name, share in given)]
    shares.append("  tolerance: 10%")
    return [*lines, *(shares if answers.proportions else _unused(shares))]


def _pairs(answers: Answers) -> list[str]:
    names = [scalar(colour.name) for colour in answers.colours]
    example = f"[[{names[0]}, {names[-1]}]]" if len(names) > 1 else "[]"
    required, forbidden = (
        f"[{', '.join(f'[{scalar(one)}, {scalar(other)}]' for one, other in pairs)}]" if pairs else None
        for pairs in (answers.pairs.required, answers.pairs.forbidden)
    )
    return [
        "# Colours that have to touch somewhere, and colours that may not; the order does not matter.",
        *_block("pairs", [("required", required, example), ("forbidden", forbidden, "[]")]),
    ]


def _delivery(delivery: Delivery | None) -> list[str]:
    said = delivery or Delivery()
    keys = [
        ("sizes", _listed(str(size) for size in said.sizes), "[1920x1080, 1080x1080]"),
        ("min_width", _number(said.min_width), "720"),
        ("min_height", _number(said.min_height), "720"),
        ("max_width", _number(said.max_width), "3840"),
        ("max_height", _number(said.max_height), "3840"),
        (
            "aspects",
            _listed(f'"{_number(a.width)}:{_number(a.height)}"' for a in said.aspects),
            '["16:9", "1:1", "9:16"]',
        ),
        ("aspect_tolerance", _share(said.aspect_tolerance) if said.aspects else None, "1%"),
        ("formats", _listed(said.formats), "[png, jpeg, mp4]"),
        ("max_bytes", _number(said.max_bytes), "20MB"),
        ("fps", _listed(_number(rate) or "" for rate in said.fps), "[24, 25, 30]"),
        ("max_duration", _number(said.max_duration), "30s"),
    ]
    return [
        "# What a finished file has to be; what is not said may be anything. Sizes are in pixels; max_bytes",
        "# takes kB, MB, MiB …, max_duration s, min …",
        *_block("delivery", keys),
    ]


def _style() -> list[str]:
    keys = [
        ("encoder", None, "auto"),
        ("references", None, '["references/*.jpg"]'),
        ("counter_references", None, '["rejected/*.jpg"]'),
        ("anchor", None, "approved/hero.png"),
        ("more_like", None, "[morning light, worn wood]"),
        ("less_like", None, "[neon signs, crowds]"),
    ]
    return [
        "# What pictures should look like: pictures that show it (paths from this file), and phrases.",
        *_block("style", keys),
    ]


def _logos() -> list[str]:
    return [
        "# Logos to look for: pictures (SVG, PNG …; paths from this file), one for each variant, and how",
        "# they may be used. clear_space: free margin in heights of the logo; tolerance: CIEDE2000 of its",
        "# colours; max_turn: degrees.",
        *_unused(
            [
                "logos:",
                "  - name: acme",
                "    files: [logos/acme.svg, logos/acme-white.svg]",
                "    required: true",
                "    clear_space: 0.25",
                "    min_width: 24",
                "    min_share: 8%",
                "    max_stretch: 3%",
                "    tolerance: 6",
                "    min_contrast: 2",
                "    min_seen: 95%",
                "    max_turn: 5",
            ]
        ),
    ]


def _required(answers: Answers) -> list[str]:
    return [
        "# Checks without which nothing passes; 'brandkit explain' lists those that are installed.",
        f"required: [{', '.join(scalar(check) for check in answers.required)}]",
    ]


def _review() -> list[str]:
    return [
        "# Checks, or single numbers of them, beyond whose limits a person decides.",
        *_unused(["review: [delivery, palette.coverage]"]),
    ]


def _limits() -> list[str]:
    return [
        "# Limits by check and number: min, max, and warn, beyond which a person should look. A bare number",
        "# is a max. They go on top of what is said above.",
        *_unused(["limits:", "  palette:", "    drift_de00: {warn: 1.5}"]),
    ]


def _origin(answers: Answers) -> list[str]:
    return [
        "# What 'brandkit brand import' found beyond name and HEX; 'brandkit brand export' gives it back.",
        *_unused(["origin:", f"  {scalar(answers.colours[0].name)}: {{description: as printed on the box}}"]),
    ]


def _block(key: str, entries: Sequence[tuple[str, str | None, str]]) -> list[str]:
    """A mapping of keys with a value, or an example where there is none; a comment if all are examples."""
    if all(value is None for _, value, _ in entries):
        return _unused([f"{key}:", *(f"  {name}: {example}" for name, _, example in entries)])
    lines = (
        f"  #{name}: {example}" if value is None else f"  {name}: {value}" for name, value, example in entries
    )
    return [f"{key}:", *lines]


def _listed(values: Iterable[str]) -> str | None:
    joined = ", ".join(values)
    return f"[{joined}]" if joined else None


def _number(value: float | None) -> str | None:
    return None if value is None else format(Decimal(repr(value)).normalize(), "f")


def _share(value: float) -> str:
    """A share as a percentage, where that is read back as the same number."""
    percentage = f"{(Decimal(repr(value)) * 100).normalize():f}%"
    try:
        return percentage if parse_share(percentage) == value else f"{Decimal(repr(value)):f}"
    except ValueError:  # more decimals than a percentage may have
        return f"{Decimal(repr(value)):f}"


def _unused(lines: Sequence[str]) -> list[str]:
    return [f"#{line}" for line in lines]
