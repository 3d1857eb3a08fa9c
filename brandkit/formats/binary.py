"""Big-endian binary files, read and written a field at a time; a file that ends early says where."""

from __future__ import annotations

import struct

from brandkit.errors import PaletteError


class Cursor:
    """A place in the bytes of a file. Every step that would leave them raises ``PaletteError``.

    Attributes:
        place: of the byte that comes next.
    """

    def __init__(self, data: bytes, first: int = 0, last: int | None = None) -> None:
        self._data = data
        self.place = first
        self._last = len(data) if last is None else last

    @property
    def left(self) -> int:
        """Bytes that are still to come."""
        return self._last - self.place

    def take(self, count: int, what: str) -> bytes:
        """The next ``count`` bytes, which are ``what``."""
        if count > self.left:
            raise PaletteError(
                f"ends at byte {self._last}, in the middle of {what} at byte {self.place}; export it again"
            )
        self.place += count
        return self._data[self.place - count : self.place]

    def peek(self, count: int) -> bytes:
        """The next ``count`` bytes, or as many as are left, without a step."""
        return self._data[self.place : min(self.place + count, self._last)]

    def part(self, count: int, what: str) -> Cursor:
        """A cursor over the next ``count`` bytes alone; this one goes on behind them."""
        first = self.place
        self.take(count, what)
        return Cursor(self._data, first, self.place)

    def number(self, kind: str, what: str) -> int:
        """An integer in ``struct``'s notation: ``H`` is 16 bits, ``I`` 32, ``h`` 16 with a sign."""
        (value,) = struct.unpack(f">{kind}", self.take(struct.calcsize(kind), what))
        return int(value)

    def floats(self, count: int, what: str) -> tuple[float, ...]:
        """32-bit floating-point numbers, each as the shortest decimal that means the same 32 bits."""
        numbers = struct.unpack(f">{count}f", self.take(4 * count, what))
        return tuple(shortest(number) for number in numbers)

    def utf16(self, units: int, what: str) -> str:
        """UTF-16 text of so many code units, up to the NUL that ends it."""
        text = self.take(2 * units, what).decode("utf-16-be", "replace")
        return text.partition("\0")[0]


def shortest(number: float) -> float:
    """The decimal of fewest digits that rounds to the same 32-bit float.

    >>> shortest(struct.unpack(">f", struct.pack(">f", 0.71))[0])
    0.71
    """
    for digits in range(6, 10):
        short = float(f"{number:.{digits}g}")
        if struct.pack(">f", short) == struct.pack(">f", number):
            return short
    return number


def utf16(text: str) -> bytes:
    """Text as UTF-16 with the NUL that ends it; what is no text becomes a question mark."""
    return text.encode("utf-16-be", "replace") + b"\0\0"
