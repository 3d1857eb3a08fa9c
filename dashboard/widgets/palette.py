"""A brand's colours as blocks, each with its HEX and its limits."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from brandkit.gate import describe
from brandkit.report.words import printable
from brandkit.swatch import Forbidden, Swatch

from ..front import text

_component = st.components.v2.component(
    "brandkit_palette", html='<div class="palette"></div>', css=text("palette.css"), js=text("palette.js")
)


def palette(swatches: Iterable[Swatch], *, key: str) -> None:
    """Draw the colours that a brand has."""
    _draw("Colours", [(s.hex, s.name, _limits(s)) for s in swatches], key)


def forbidden(colours: Iterable[Forbidden], *, key: str) -> None:
    """Draw the colours that a brand rules out."""
    said = [(c.hex, c.name, f"within {c.tolerance:g}, at most {describe(c.max, 'share')}") for c in colours]
    _draw("Forbidden colours", said, key)


def block(hex_colour: str) -> str:
    """A colour as the address of a picture, for tables: of ``#RRGGBB``."""
    drawn = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='48' height='24'>"
        f"<rect width='48' height='24' fill='{hex_colour}' stroke='#808080'/></svg>"
    )
    return "data:image/svg+xml;utf8," + drawn.replace("#", "%23")


def _draw(label: str, colours: list[tuple[str, str, str]], key: str) -> None:
    data = {
        "label": label,
        "colours": [{"hex": h, "name": printable(n), "said": printable(s)} for h, n, s in colours],
    }
    _component(key=key, data=data)


def _limits(swatch: Swatch) -> str:
    said = [swatch.role] if swatch.role else []
    said.append(f"within {swatch.tolerance:g} CIEDE2000")
    low, high = swatch.coverage.min, swatch.coverage.max
    if low is not None:
        said.append(f"at least {describe(low, 'share')}")
    if high is not None:
        said.append(f"at most {describe(high, 'share')}")
    if swatch.finish == "shaded":
        said.append("shaded")
    return ", ".join(said)
