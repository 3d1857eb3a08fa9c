"""From a prompt to what it asks for: a small grammar over the words of ``words``.

Words are read from left to right. Colours, materials and numbers wait for the noun that they belong to; what
is still waiting at a comma or the end belongs to the whole scene. A colour that stands alone behind 'on' or
'against' is the backdrop's. What is not known is kept in ``unread``, and nothing is guessed from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from brandkit.brand import Brand
from brandkit.generate.scene import words
from brandkit.generate.scene.model import Material, Motion, Paint, Shape
from brandkit.generate.scene.tokens import colour_word, nearest_swatch, paint_of, tokens
from brandkit.swatch import Swatch, parse_hex

FAR = 20.0
"""CIEDE2000 from which on the nearest swatch to a colour word is another colour to people: it is noted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Things of one kind that are asked for.

    Attributes:
        shape: of each.
        count: how many.
        paints: their colours in turn; drawn where there are none.
        material: drawn where the prompt names none.
        labelled: whether it has a label.
        label: the label's colour; drawn without.
    """

    shape: Shape
    count: int = 1
    paints: tuple[Paint, ...] = ()
    material: Material | None = None
    labelled: bool = False
    label: Paint | None = None


@dataclass(slots=True)
class Wish:
    """What a prompt says of a scene; what it leaves open is ``None`` or empty.

    Attributes:
        things: what stands there.
        podium: whether there is one, and its colours if they are said.
        panel: a flat field behind, likewise.
        colours: that the scene is to have, on whatever.
        backdrop: its colour.
        floor: likewise.
        material: of everything that has none of its own.
        softness: of the light, 0 to 1.
        side: that it comes from, degrees.
        overhead: whether it comes from above.
        warmth: -1 to 1.
        view: how the camera sees it.
        motion: what moves.
        hexes: HEX codes that the prompt names, as ``#RRGGBB``.
        unread: words that were not understood, in their order.
        notes: what was taken for something else.
    """

    things: list[Wanted] = field(default_factory=list)
    podium: tuple[Paint, ...] | None = None
    panel: tuple[Shape, tuple[Paint, ...]] | None = None
    colours: list[Paint] = field(default_factory=list)
    backdrop: Paint | None = None
    floor: Paint | None = None
    material: Material | None = None
    softness: float | None = None
    side: float | None = None
    overhead: bool = False
    warmth: float | None = None
    view: str | None = None
    motion: Motion | None = None
    hexes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(prompt: str, brand: Brand) -> Wish:
    """What a prompt asks for, with its colours as those of a brand.

    Args:
        prompt: in English.
        brand: names of its swatches are read as such; a colour word means the first swatch that has it in its
            name, else the nearest one.
    """
    reader = _Reader(brand)
    for token in tokens(prompt, brand):
        reader.take(token)
    reader.close()
    return reader.wish


class _Reader:
    """Takes token by token."""

    def __init__(self, brand: Brand) -> None:
        self.wish = Wish()
        self._brand = brand
        self._paints: list[Paint] = []
        self._material: Material | None = None
        self._count: int | None = None
        self._upon = False
        self._before = ""
        self._lit = False
        self._from_above = False

    def take(self, token: str | Swatch) -> None:
        if isinstance(token, Swatch):
            self._add_paint(paint_of(token))
            self._before = ""
        elif token.startswith("#"):
            self._take_hex(token)
        elif not token[0].isalnum():
            if token in ",.;:!?":
                self._settle()
        else:
            self._take_word(token)
            self._before = token

    def close(self) -> None:
        self._settle()
        wish = self.wish
        wish.unread = list(dict.fromkeys(wish.unread))
        wish.notes = list(dict.fromkeys(wish.notes))
        wish.hexes = list(dict.fromkeys(wish.hexes))

    def _take_hex(self, token: str) -> None:
        try:
            code = parse_hex(token)
        except ValueError:
            self.wish.unread.append(token)
            return
        self.wish.hexes.append(code)
        if self._paints and self._paints[-1].hex == code:
            return  # a name with its HEX behind it is one colour
        swatch = next((swatch for swatch in self._brand.swatches if swatch.hex == code), None)
        self._add_paint(Paint(name=code, hex=code) if swatch is None else paint_of(swatch))

    def _add_paint(self, paint: Paint) -> None:
        self._paints.append(paint)

    def _take_word(self, word: str) -> None:
        singular = _singular(word)
        wish = self.wish
        if word in words.NUMBERS or word in words.GROUPS or (word.isdecimal() and len(word) < 3):
            count = words.NUMBERS.get(word) or words.GROUPS.get(word) or int(word)
            count = max(1, min(count, words.MOST_THINGS))
            if word in words.GROUPS and _singular(self._before) in words.NOUNS and wish.things:
                wish.things[-1] = replace(wish.things[-1], count=count)  # 'a torus pair'
            else:
                self._count = count
        elif self._reads_place(word) or self._reads_light(word) or self._reads_view(word):
            pass
        elif word in words.MATERIALS:
            self._material = words.MATERIALS[word]
        elif singular in words.LABELS:
            self._label()
        elif singular in words.PODIUMS and not (
            self._before in ("", "and") and not self._paints and word == "stand"
        ):
            wish.podium = self._worn() or (wish.podium or ())
        elif singular in words.PANELS:
            wish.panel = (words.PANELS[singular], self._worn())
        elif singular in words.NOUNS:
            self._thing(words.NOUNS[singular], word == singular)
        elif word in words.MOTIONS:
            wish.motion = words.MOTIONS[word]
        elif (colour := self._colour(word)) is not None:
            self._add_paint(colour)
        elif singular in words.STANDS_IN and not (word == "products" or singular == "product"):
            self._thing(words.STANDS_IN[singular], word == singular)
            wish.notes.append(f"a {words.STANDS_IN[singular]} stands in for '{singular}'")
        elif word in words.UPON:
            self._settle()
            self._upon = True
        elif word not in words.KNOWN and word not in words.JOINING:
            wish.unread.append(word)

    def _reads_place(self, word: str) -> bool:
        singular = _singular(word)
        if singular in words.BACKDROPS:
            self.wish.backdrop = self._one_paint() or self.wish.backdrop
        elif singular in words.FLOORS:
            self.wish.floor = self._one_paint() or self.wish.floor
        else:
            return False
        self._upon = False
        return True

    def _reads_light(self, word: str) -> bool:
        wish = self.wish
        if word in words.SOFTNESS:
            wish.softness = words.SOFTNESS[word]
        elif word in words.WARMTH:
            wish.warmth = words.WARMTH[word]
        elif word in words.SIDES:
            wish.side = words.SIDES[word]
        elif word not in words.LIGHTS:
            return False
        elif self._from_above:
            # What 'top' and 'above' were taken for a moment ago was the camera; it is the light.
            wish.overhead, self._from_above = True, False
            wish.view = None
        self._lit = self._lit or word in words.LIGHTS
        return True

    def _reads_view(self, word: str) -> bool:
        wish = self.wish
        if word in words.TOP_LIGHT:
            if self._lit:
                wish.overhead = True
            else:
                wish.view, self._from_above = "top", True
        elif word in words.CLOSE:
            wish.view = "close"
        elif word in words.WIDE:
            wish.view = "wide"
        elif word in words.TOP_VIEW:
            wish.view = "top"
        elif word in words.EYE_LEVEL:
            wish.view = "level"
        else:
            return word == "up" and self._before == "close"
        return True

    def _colour(self, word: str) -> Paint | None:
        code = colour_word(word)
        if code is None:
            return None
        named = (s for s in self._brand.swatches if word in re.split(r"[\s_-]+", s.name.casefold()))
        if (swatch := next(named, None)) is not None:
            return paint_of(swatch)
        swatch, apart = nearest_swatch(code, self._brand)
        if apart > FAR:
            self.wish.notes.append(f"'{word}' is no colour of the brand; {swatch.name} is the nearest")
        return paint_of(swatch)

    def _worn(self) -> tuple[Paint, ...]:
        paints, self._paints = tuple(self._paints), []
        self._upon = False
        return paints

    def _one_paint(self) -> Paint | None:
        paints = self._worn()
        self.wish.colours += paints[:-1]
        return paints[-1] if paints else None

    def _thing(self, shape: Shape, single: bool) -> None:
        paints = self._worn()
        count = self._count or max(1 if single else 2, len(paints))
        room = words.MOST_TOGETHER - sum(wanted.count for wanted in self.wish.things)
        if count > room:
            self.wish.notes.append(f"no more than {words.MOST_TOGETHER} things are shown")
            count = room
        if count:
            self.wish.things.append(Wanted(shape, count, paints, self._material))
        self._count, self._material = None, None

    def _label(self) -> None:
        paint = self._one_paint()
        if self.wish.things:
            self.wish.things[-1] = replace(self.wish.things[-1], labelled=True, label=paint)
        elif paint is not None:
            self.wish.colours.append(paint)

    def _settle(self) -> None:
        """What waits for a noun belongs to the scene."""
        if self._upon and self._paints and self.wish.backdrop is None:
            self.wish.backdrop = self._paints.pop(0)
        self.wish.colours += self._paints
        self._paints = []
        if self._material is not None:
            self.wish.material = self._material
        self._material, self._count, self._upon = None, None, False
        self._from_above = self._lit = False


def _singular(word: str) -> str:
    if word.endswith(("boxes", "torches", "arches", "glasses", "watches")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word
