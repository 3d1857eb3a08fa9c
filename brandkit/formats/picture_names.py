"""Words for colours: the names that CSS has for them."""

from __future__ import annotations

from collections.abc import Sequence

NAMES = (
    "alice blue", "antique white", "aqua", "aquamarine", "azure", "beige", "bisque", "black",
    "blanched almond", "blue", "blue violet", "brown", "burly wood", "cadet blue", "chartreuse",
    "chocolate", "coral", "cornflower blue", "cornsilk", "crimson", "dark blue", "dark cyan",
    "dark goldenrod", "dark grey", "dark green", "dark khaki", "dark magenta", "dark olive green",
    "dark orange", "dark orchid", "dark red", "dark salmon", "dark sea green", "dark slate blue",
    "dark slate grey", "dark turquoise", "dark violet", "deep pink", "deep sky blue", "dim grey",
    "dodger blue", "fire brick", "floral white", "forest green", "fuchsia", "gainsboro", "ghost white",
    "gold", "goldenrod", "grey", "green", "green yellow", "honeydew", "hot pink", "indian red", "indigo",
    "ivory", "khaki", "lavender", "lavender blush", "lawn green", "lemon chiffon", "light blue",
    "light coral", "light cyan", "light goldenrod yellow", "light grey", "light green", "light pink",
    "light salmon", "light sea green", "light sky blue", "light slate grey", "light steel blue",
    "light yellow", "lime", "lime green", "linen", "maroon", "medium aquamarine", "medium blue",
    "medium orchid", "medium purple", "medium sea green", "medium slate blue", "medium spring green",
    "medium turquoise", "medium violet red", "midnight blue", "mint cream", "misty rose", "moccasin",
    "navajo white", "navy", "old lace", "olive", "olive drab", "orange", "orange red", "orchid",
    "pale goldenrod", "pale green", "pale turquoise", "pale violet red", "papaya whip", "peach puff",
    "peru", "pink", "plum", "powder blue", "purple", "rebecca purple", "red", "rosy brown", "royal blue",
    "saddle brown", "salmon", "sandy brown", "sea green", "sea shell", "sienna", "silver", "sky blue",
    "slate blue", "slate grey", "snow", "spring green", "steel blue", "tan", "teal", "thistle", "tomato",
    "turquoise", "violet", "wheat", "white", "white smoke", "yellow", "yellow green",
)  # fmt: skip
"""CSS Color 4, section 6.1, as words; of two names for one colour, one."""


def names(colours: Sequence[str]) -> list[str]:
    """A name for each ``#RRGGBB``: the nearest of CSS by CIEDE2000, numbered where it comes again.

    >>> names(["#0050FF", "#1A1A1A", "#0A55F5"])
    ['royal blue', 'black', 'royal blue 2']
    """
    from coloraide import Color

    known = {name: Color(name.replace(" ", "")) for name in NAMES}
    found: list[str] = []
    for hex_colour in colours:
        colour = Color(hex_colour)
        found.append(min(NAMES, key=lambda name: float(colour.delta_e(known[name], method="2000"))))
    count = [found[: k + 1].count(name) for k, name in enumerate(found)]
    return [name if number == 1 else f"{name} {number}" for name, number in zip(found, count, strict=True)]
