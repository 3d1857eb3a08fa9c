"""SVG as pixels, by resvg: what could reach outside of the file, or blow up, is refused before.

https://www.w3.org/TR/SVG2/. resvg resolves no external entity and loads nothing from the net; what is
refused here is what it would load from disk, or leave out, or take long for.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers.expat import errors as expat_errors

from brandkit.errors import MediaError

MOST_BYTES = 4 << 20
"""Logos in use have some kB; drawings with embedded photographs more."""
MOST_ELEMENTS = 20_000
"""Elements after all references are followed: ``use`` of ``use`` of ``use`` grows by powers."""

_ENTITY = re.compile(rb"<!ENTITY\s", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*['\"]?\s*([^)'\"]*)")
_TEXT = ("text", "tspan", "textPath")
_LOADS = re.compile(r"@import|@font-face", re.IGNORECASE)


def render(data: bytes, where: str, long_side: int) -> bytes:
    """An SVG as PNG, ``long_side`` pixels along its longer side, transparent where nothing is drawn.

    Args:
        data: the file.
        where: what messages call it.
        long_side: pixels, at least 1.

    Raises:
        MediaError: it is no SVG, or damaged, or refers to what is outside of it, or expands beyond
            ``MOST_ELEMENTS``, or holds text, which looks different on each machine.
    """
    text = _sound(data, where)
    import resvg_py

    try:
        # Both sides given, it is drawn as large as fits; with one or none, a hostile file's own size or
        # shape decides how much memory is asked for, and resvg ends the process where there is less.
        return bytes(
            resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, width=long_side, height=long_side)
        )
    except ValueError as error:
        reason = (str(error).splitlines() or ["unknown reason"])[0]
        raise MediaError(f"{where}: cannot be drawn ({reason}); export it again as SVG or PNG") from error


def _sound(data: bytes, where: str) -> str:
    """The file as text, if nothing in it is to be refused."""
    if len(data) > MOST_BYTES:
        raise MediaError(
            f"{where}: is larger than the {MOST_BYTES >> 20} MiB that are read; simplify the drawing"
        )
    if _ENTITY.search(data):
        raise MediaError(f"{where}: declares XML entities, which are not read; export it as plain SVG")
    parser = XMLParser()
    try:
        parser.feed(data)
        root = parser.close()
        text = data.decode("utf-8-sig")
    except ParseError as error:
        reason = expat_errors.messages.get(error.code, "not well-formed")
        line = f"line {error.position[0]}"
        raise MediaError(f"{where}: is damaged or no SVG ({line}: {reason}); export it again") from error
    except (LookupError, UnicodeDecodeError, ValueError) as error:
        raise MediaError(f"{where}: is not encoded as UTF-8; export it again as SVG") from error
    if _local(root) != "svg":
        raise MediaError(f"{where}: is XML but no SVG; export the logo as SVG or PNG")
    _refuse_outside(root, where)
    _refuse_growth(root, where)
    return text


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _refuse_outside(root: Element, where: str) -> None:
    """Raise for references to anything but the file's own parts and embedded pictures, and for text."""
    for element in root.iter():
        name = _local(element)
        if name in _TEXT:
            raise MediaError(
                f"{where}: holds text, which needs fonts; convert it to outlines and export again"
            )
        if name == "style" and _LOADS.search(element.text or ""):
            raise MediaError(f"{where}: its style sheet loads other files; embed what it needs")
        for target in _targets(element):
            if not target.startswith(("#", "data:")) and name != "a":
                raise MediaError(f"{where}: refers to another file ({target[:60]!r}); embed what it needs")


def _targets(element: Element) -> list[str]:
    """All that an element refers to: ``#id``, or an address."""
    found = []
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == "href":
            found.append(value.strip())
        elif "url(" in value:
            found += [target.strip() for target in _REFERENCE.findall(value)]
    if _local(element) == "style":
        found += [target.strip() for target in _REFERENCE.findall(element.text or "")]
    return [target for target in found if target]


def _refuse_growth(root: Element, where: str) -> None:
    """Raise for a drawing that is too large once each reference stands for all that it refers to."""
    by_id = {element.get("id", ""): element for element in root.iter()}
    known: dict[Element, int] = {}
    # Without recursion: elements may be nested as deep as the file is long.
    stack = [(root, False)]
    open_ones: set[Element] = set()
    while stack:
        element, leaving = stack.pop()
        inner = [*element, *(by_id[t[1:]] for t in _targets(element) if t.startswith("#") and t[1:] in by_id)]
        if leaving:
            open_ones.discard(element)
            known[element] = 1 + sum(known.get(other, 0) for other in inner)
            if known[element] > MOST_ELEMENTS:
                raise MediaError(
                    f"{where}: expands to more than {MOST_ELEMENTS} elements; simplify the drawing"
                )
        elif element not in known and element not in open_ones:
            open_ones.add(element)
            stack.append((element, True))
            stack += [(other, False) for other in inner]
