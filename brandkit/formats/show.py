"""What a terminal shows of a palette before it is taken."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from brandkit.formats.palette import Colour, Palette

_BLOCK = 5


def print_palette(palette: Palette, console: Console | None = None) -> None:
    """Print the colours by number as blocks, with what was done to each, and then the notes."""
    console = console or Console()
    table = Table(box=None, pad_edge=False, title=palette.name, title_justify="left")
    table.add_column("", justify="right")
    table.add_column("")
    table.add_column("HEX", no_wrap=True)
    table.add_column("name", overflow="fold")
    table.add_column("stated as", overflow="fold")
    table.add_column("", overflow="fold", style="dim")
    for number, colour in enumerate(palette.colours, 1):
        block = Text(" " * _BLOCK, style=f"on {colour.hex}")
        name = Text(" / ".join((*colour.group, colour.name)))
        table.add_row(str(number), block, colour.hex, name, Text(_stated(colour)), Text(_remarks(colour)))
    console.print(table)
    for note in palette.notes:
        console.print(Text(f"note: {note}"), soft_wrap=True)


def _stated(colour: Colour) -> str:
    if colour.alias_of:
        return f"= {' / '.join(colour.alias_of)}"
    space, *parts = str(colour.value).split()
    plain = space == "srgb" and colour.value.alpha == 1
    return "" if plain else " ".join([space, *(f"{float(p):.4g}" if p != "/" else p for p in parts)])


def _remarks(colour: Colour) -> str:
    said = [colour.kind or "", colour.description, colour.how, colour.where]
    if colour.distance_de00:
        said.append(f"outside sRGB, moved by {colour.distance_de00:.2f} CIEDE2000")
    return "; ".join(part for part in said if part)
