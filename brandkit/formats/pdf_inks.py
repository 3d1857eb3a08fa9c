"""Colours of a PDF's content stream, by the colour space they are set in.

ISO 32000-1, 8.6 (colour spaces) and 7.10 (functions, by which a spot colour says what it looks like).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1, stream_value
from pdfminer.psparser import PSLiteral, literal_name

from brandkit.formats.palette import Space, Value

_DEVICE: dict[str, Space] = {
    "DeviceGray": "gray",
    "CalGray": "gray",
    "DeviceRGB": "srgb",
    "CalRGB": "srgb",
    "DeviceCMYK": "cmyk",
    "Lab": "lab",
}
_BY_COUNT: dict[int, Space] = {1: "gray", 3: "srgb", 4: "cmyk"}
_COUNTS: dict[Space, int] = {"gray": 1, "srgb": 3, "cmyk": 4, "lab": 3}
_NO_INK = ("All", "None")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour that is painted with.

    Attributes:
        value: ``None`` where the file does not say what it looks like.
        spot: the ink's name; empty for a process colour.
    """

    value: Value | None
    spot: str = ""


class InkSpace(PDFColorSpace):
    """A colour space of a page's resources that says what its numbers look like."""

    def __init__(self, name: str, components: int, space: Space, spot: str = "", tint: object = None) -> None:
        super().__init__(name, components)
        self._space: Space = space
        self._spot = spot
        self._tint = tint

    def ink(self, numbers: Sequence[float]) -> Ink:
        """The colour that the operands of ``scn`` set."""
        if not self._spot:
            return Ink(_value(self._space, numbers))
        try:
            return Ink(_value(self._space, _evaluate(self._tint, numbers[0])), self._spot)
        except Exception:  # a function of any damaged form: the ink's name still counts
            return Ink(None, self._spot)


def ink_space(spec: object) -> InkSpace | None:
    """The colour space that a resource describes; ``None`` for one whose colours are not understood."""
    array = spec if isinstance(spec, list) else [spec]
    name = literal_name(resolve1(array[0]))
    if name in _DEVICE:
        return InkSpace(name, _COUNTS[_DEVICE[name]], _DEVICE[name])
    if name == "ICCBased":
        count = resolve1(stream_value(array[1])["N"])
        return InkSpace(name, count, _BY_COUNT[count]) if count in _BY_COUNT else None
    if name in ("Separation", "DeviceN"):
        return _spot_space(name, array)
    return None


def ink(space: PDFColorSpace, colour: object) -> Ink | None:
    """The colour of a fill by pdfminer's graphics state; ``None`` for a pattern or no colour."""
    given = list(colour) if isinstance(colour, tuple) else [colour]
    numbers = [float(part) for part in given if isinstance(part, int | float) and math.isfinite(part)]
    if len(numbers) < len(given):
        return None
    if isinstance(space, InkSpace):
        return space.ink(numbers) if len(numbers) == space.ncomponents else None
    kind = _DEVICE.get(space.name) or (_BY_COUNT.get(len(numbers)) if space.name == "ICCBased" else None)
    return Ink(_value(kind, numbers)) if kind is not None and len(numbers) == _COUNTS[kind] else None


def _spot_space(name: str, array: list[object]) -> InkSpace | None:
    names = [array[1]] if name == "Separation" else list_value(array[1])
    if len(names) != 1:
        return None
    spot = _text(resolve1(names[0]))
    other = ink_space(resolve1(array[2]))
    if other is None or spot in _NO_INK:
        return None
    return InkSpace(name, 1, other._space, spot, resolve1(array[3]))


def _text(name: object) -> str:
    raw = name.name if isinstance(name, PSLiteral) else name
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    return "".join(c for c in text if c.isprintable())[:_LONGEST_NAME]


def _value(space: Space, numbers: Sequence[float]) -> Value:
    """The components within their ranges, as a viewer clamps them."""
    if space == "lab":
        lightness, a, b = numbers
        return Value(space, (_clamp(lightness, 0, 100), _clamp(a, -128, 127), _clamp(b, -128, 127)))
    return Value(space, tuple(_clamp(part, 0, 1) for part in numbers))


def _clamp(part: float, low: float, high: float) -> float:
    return min(high, max(low, float(part)))


def _evaluate(function: object, tint: float) -> list[float]:
    """What a function of one variable gives. Raises nearly anything where it is damaged."""
    head = function.attrs if isinstance(function, PDFStream) else dict_value(function)
    tint = _clamp(tint, 0, 1)
    match resolve1(head["FunctionType"]):
        case 0:
            return _sampled(stream_value(function), tint)
        case 2:
            low = _numbers(head.get("C0", [0.0]))
            high = _numbers(head.get("C1", [1.0]))
            share = tint ** float(resolve1(head["N"]))
            return [a + share * (b - a) for a, b in zip(low, high, strict=True)]
        case 4:
            return _calculated(stream_value(function).get_data(), tint)
    raise ValueError("a function of a type that is not read")


def _sampled(stream: PDFStream, tint: float) -> list[float]:
    """7.10.2, linear between the samples."""
    limits = _numbers(stream["Range"])
    decode = _numbers(stream.get("Decode", limits))
    (size,), bits = _numbers(stream["Size"]), resolve1(stream["BitsPerSample"])
    if bits not in (8, 16):
        raise ValueError("samples that are neither bytes nor pairs of them")
    count, width = len(limits) // 2, bits // 8
    place = tint * (size - 1)
    first = min(int(place), int(size) - 1)
    second = min(first + 1, int(size) - 1)
    data = stream.get_data()
    parts = []
    for k in range(count):
        a, b = (
            int.from_bytes(data[(row * count + k) * width :][:width]) / (2**bits - 1)
            for row in (first, second)
        )
        low, high = decode[2 * k : 2 * k + 2]
        parts.append(low + (a + (place - first) * (b - a)) * (high - low))
    return parts


def _calculated(program: bytes, tint: float) -> list[float]:
    """7.10.5, of which spot colours use a few operators: multiplying, and moving numbers about."""
    stack = [tint]
    for token in program[:10_000].decode("latin-1").replace("{", " ").replace("}", " ").split():
        match token:
            case "dup":
                stack.append(stack[-1])
            case "exch":
                stack[-1], stack[-2] = stack[-2], stack[-1]
            case "pop":
                stack.pop()
            case "mul" | "add" | "sub":
                b, a = stack.pop(), stack.pop()
                stack.append(a * b if token == "mul" else a + b if token == "add" else a - b)
            case "index":
                stack.append(stack[-1 - int(stack.pop())])
            case "roll":
                turns, count = int(stack.pop()), int(stack.pop())
                part = stack[len(stack) - count :]
                turns %= count
                stack[len(stack) - count :] = part[count - turns :] + part[: count - turns]
            case "cvr":
                pass
            case _:
                stack.append(float(token))
    return stack


def _numbers(array: object) -> list[float]:
    return [float(resolve1(part)) for part in list_value(array)]
