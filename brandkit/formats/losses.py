"""What swatch files (ASE, ACO, GPL) cannot hold of a colour, in words that their exports share."""

from __future__ import annotations

from brandkit.formats.palette import Colour, Palette
from brandkit.formats.remarks import MOST_NAMED, Remarks, some


class Losses:
    """Collects what a format loses: one line for each reason, however many colours it holds for."""

    def __init__(self, format: str) -> None:
        """``format`` is what people call it in short, such as ``ASE``."""
        self._format = format
        self._remarks = Remarks()
        self._recoded: dict[str, list[Colour]] = {}

    def add(self, reason: str, *names: str) -> None:
        """Note ``reason`` for the colours of these names, or for the whole palette."""
        self._remarks.add(reason, *names)

    def recode(self, colour: Colour, why: str) -> tuple[float, float, float]:
        """Note that the colour is written as its HEX, because of ``why``; sRGB, 0 to 1, of that HEX."""
        self._recoded.setdefault(why, []).append(colour)
        red, green, blue = bytes.fromhex(colour.hex[1:])
        return red / 255, green / 255, blue / 255

    def plain(self, colour: Colour, *, groups: bool = False, kinds: bool = False) -> None:
        """Note what no swatch file holds of the colour, and groups and kinds unless the format has them."""
        name = self._format
        for lost, what in (
            (colour.group and not groups, f"{name} has no groups; the group is left out"),
            (colour.kind and not kinds, f"{name} does not tell spot from process; left out"),
            (colour.value.alpha != 1, f"{name} has no opacity; written opaque"),
            (colour.alias_of, f"{name} has no references; written as a colour of its own"),
            (colour.description, f"{name} has no descriptions; left out"),
            (colour.extensions, "what other tools keep with a colour is left out"),
        ):
            if lost:
                self.add(what, colour.name)

    def text(self, name: str, most: int) -> str:
        """The name as far as UTF-16 with a NUL at its end holds it, in at most ``most`` characters."""
        fitting = name.replace("\0", "").encode("utf-16-be", "replace").decode("utf-16-be")
        if fitting != name:
            self.add("the name holds what is no character; that is left out or a question mark", name)
        if len(fitting) > most:
            self.add(f"the name is longer than {most} characters; cut", name)
        return fitting[:most]

    def lines(self, palette: Palette) -> tuple[str, ...]:
        """Everything noted, and what is lost of the palette as a whole."""
        if palette.extensions:
            self.add("what other tools keep with the palette is left out")
        return (*map(_recoding, self._recoded, self._recoded.values()), *self._remarks.lines())


def _recoding(why: str, colours: list[Colour]) -> str:
    written = ", ".join(colour.hex for colour in colours[:MOST_NAMED])
    further = " …" if len(colours) > MOST_NAMED else ""
    return f"{some(colour.name for colour in colours)}: {why} written as {written}{further}"
