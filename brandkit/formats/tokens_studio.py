"""JSON of Tokens Studio for Figma (https://docs.tokens.studio), and of Style Dictionary before DTCG.

Its tokens have ``value`` and ``type``, or in its newer mode ``$value`` and ``$type``; several sets stand
in one file, and references do not name the set. A reference means the token of its own set, else of the
set that comes last in ``tokenSetOrder``, as the plugin resolves it where all sets are on.
"""

from __future__ import annotations

from collections import Counter

from brandkit.errors import PaletteError
from brandkit.formats import token_writing
from brandkit.formats.json_tree import MOST_COLOURS, load, place
from brandkit.formats.palette import Colour, Palette
from brandkit.formats.reading import Reading
from brandkit.formats.remarks import Remarks
from brandkit.formats.studio_sets import FILE_KEYS, STUDIO, Sets, extensions_of, walk

TITLE = "Tokens Studio for Figma"
SUFFIXES = (".json",)

_TYPES = frozenset(
    {
        "borderRadius",
        "borderWidth",
        "boxShadow",
        "fontFamilies",
        "fontSizes",
        "fontWeights",
        "letterSpacing",
        "lineHeights",
        "paragraphSpacing",
    }
)
"""Types that the plugin has and DTCG lacks."""


def recognises(data: bytes) -> bool:
    """Whether the bytes are JSON with marks of Tokens Studio, or colours with ``value`` and ``type``."""
    if b"value" not in data and b"$" not in data and b"\0" not in data:
        return False
    try:
        root = load(data)
    except PaletteError:
        return False
    if not isinstance(root, dict):
        return False
    if FILE_KEYS & root.keys():
        return True
    about = root.get("$extensions")
    if isinstance(about, dict) and token_writing.OURS in about:
        return False
    tokens = list(walk(root, (), 0, None))
    if any(token.type in _TYPES or STUDIO in extensions_of(token) for token in tokens):
        return True
    old = any(token.type == "color" and "value" in token.content for token in tokens)
    return old and not any("$value" in token.content for token in tokens)


def read(data: bytes, reading: Reading) -> Palette:
    """The colour tokens of all sets, each set a group; modifiers applied where they are understood.

    Raises:
        PaletteError: it is no JSON, references go in a circle, or no colour token is left.
    """
    remarks = Remarks()
    root = load(data, remarks)
    if not isinstance(root, dict):
        raise PaletteError("is JSON without tokens; a token file is an object of sets, groups and tokens")
    if root.get("$themes"):
        remarks.add("themes are left aside: each set is a group, whatever theme turns it on")
    sets = Sets(root, remarks)
    colours: list[Colour] = []
    others: Counter[str] = Counter()
    for token in sets.tokens:
        if token.type != "color":
            others[token.type or "without a type"] += 1
            continue
        try:
            colours.append(sets.colour(token, reading))
        except ValueError as error:
            remarks.add(f"{error}; left out", place(token.path))
        if len(colours) > MOST_COLOURS:
            raise PaletteError(f"holds more than {MOST_COLOURS} colours; split the file")
    if others:
        counted = ", ".join(f"{count} {kind[:40]}" for kind, count in others.most_common(12))
        remarks.add(f"left aside {others.total()} tokens that are no colours: {counted}")
    if not colours:
        reasons = "; ".join(remarks.lines()[:2]) or "export colours, too"
        raise PaletteError(f"holds no colour tokens: {reasons}")
    extensions = {key: root[key] for key in sorted(FILE_KEYS) if key in root}
    return Palette(reading.name, tuple(colours), remarks.lines(), extensions)
