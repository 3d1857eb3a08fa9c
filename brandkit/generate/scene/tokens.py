"""The words of a prompt, with a brand's colours recognised by their names; colour words as swatches."""

from __future__ import annotations

import re

from coloraide import Color

from brandkit.brand import Brand
from brandkit.colour.difference import ciede2000
from brandkit.generate.scene import words
from brandkit.generate.scene.model import Paint
from brandkit.swatch import Swatch, parse_hex, rgb8

_TOKEN = re.compile(r"#[0-9a-f]{3,8}\b|[a-z0-9][a-z0-9'’-]*|[,.;:()!?]|\S", re.IGNORECASE)


def tokens(prompt: str, brand: Brand) -> list[str | Swatch]:
    """Words, signs, and swatches where their names stand."""
    numbered = sorted(enumerate(brand.swatches), key=lambda entry: -len(entry[1].name))
    spelled = "|".join(f"(?P<s{place}>{_spelled(swatch.name)})" for place, swatch in numbered)
    pattern = re.compile(rf"(?<![\w#-])(?:{spelled})(?![\w-])|(?P<word>{_TOKEN.pattern})", re.IGNORECASE)
    found: list[str | Swatch] = []
    for match in pattern.finditer(prompt):
        kind = match.lastgroup or "word"
        token = match[0].lower() if kind == "word" else brand.swatches[int(kind[1:])]
        before = found[-1] if found else None
        if isinstance(token, str) and isinstance(before, str) and colour_word(before + token):
            found[-1] = before + token  # 'sky blue', 'dark green'
        else:
            found.append(token)
    return found


def _spelled(name: str) -> str:
    """A pattern for a name, whatever stands between its parts."""
    return r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", name))


def nearest_swatch(hex_colour: str, brand: Brand) -> tuple[Swatch, float]:
    """The swatch that is least CIEDE2000 from a colour, and how far it is."""
    import torch

    from brandkit.colour.spaces import srgb_to_lab

    codes = torch.tensor([rgb8(hex_colour), *(swatch.rgb8 for swatch in brand.swatches)], dtype=torch.uint8)
    lab = srgb_to_lab(codes)
    apart = ciede2000(lab[1:], lab[0])
    place = int(apart.argmin())
    return brand.swatches[place], float(apart[place])


def paint_of(swatch: Swatch) -> Paint:
    """A swatch as paint."""
    return Paint(name=swatch.name, hex=swatch.hex, finish=swatch.finish)


def colour_word(word: str) -> str | None:
    """The HEX of a colour word, ``None`` for another word."""
    if word in words.COLOURS:
        return words.COLOURS[word]
    if not word.isalpha() or word in words.NOT_COLOURS:
        return None
    try:
        colour = Color(word)
    except ValueError:
        return None
    return None if colour.alpha() < 1 else parse_hex(str(colour.convert("srgb").to_string(hex=True)))
