"""What a terminal shows of a palette on paper and of a soft proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from brandkit.press.soft_proof import SoftProof
    from brandkit.press.swatches import Sheet

_BLOCK = 2


def print_sheet(sheet: Sheet, proofs: Mapping[str, str], console: Console | None = None) -> None:
    """Print each colour's inks and what comes back, what a person should know, the conditions, and proofs.

    Args:
        sheet: the palette on paper.
        proofs: what was found of each picture, by its name.
        console: where to.
    """
    console = console or Console()
    table = Table(
        box=None, pad_edge=False, padding=(0, 1, 0, 0), title=f"{sheet.brand} on paper", title_justify="left"
    )
    table.add_column("")
    table.add_column("name", overflow="fold", min_width=8)
    table.add_column("HEX", no_wrap=True)
    for heading in ("C", "M", "Y", "K", "ink"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    table.add_column("looks", no_wrap=True)
    for heading in ("L*", "a*", "b*", "away"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in sheet.colours:
        table.add_row(
            Text(" " * _BLOCK, style=f"on {one.hex}"),
            Text(one.name),
            one.hex,
            *(f"{ink:.0f}" for ink in one.printed.inks),
            f"{one.printed.total:.0f}",
            Text(" " * _BLOCK, style=f"on {one.printed.hex}"),
            one.printed.hex,
            *(tenths(part) for part in one.printed.lab),
            Text(tenths(one.printed.de00), style="bold yellow" if one.warnings else "green"),
        )
    console.print(table)
    for one in sheet.colours:
        for warning in one.warnings:
            console.print(Text.assemble((one.name, "bold"), f": {warning}"), soft_wrap=True)
    console.print(Text(conditions(sheet), style="dim"), soft_wrap=True)
    for name, said in proofs.items():
        console.print(Text.assemble((name, "bold"), f": {said}"), soft_wrap=True)


def conditions(sheet: Sheet) -> str:
    """All that the numbers depend on, in words."""
    black = "with" if sheet.black_point else "without"
    paper = ", ".join(tenths(part) for part in sheet.paper)
    return (
        f"By '{sheet.profile}' (sha256 {sheet.profile_sha256[:12]}…), {_INTENT_WORDS[sheet.intent]}, {black} "
        "black point compensation, by LittleCMS in double precision; inks in whole per cents. "
        f"'away' is CIEDE2000 relative to the paper, warned of beyond {sheet.limit_de00:g}; L*a*b* (D50) is "
        f"what an instrument measures, the bare paper being {paper}. At most {sheet.ink_limit:.0f} % of ink "
        f"together: {sheet.ink_limit_from}."
    )


def tenths(number: float) -> str:
    """A number with one decimal, and no minus before nothing."""
    return f"{round(number, 1) + 0.0:.1f}"


_INTENT_WORDS = {
    "perceptual": "perceptual",
    "relative": "relative colorimetric",
    "saturation": "saturation",
    "absolute": "absolute colorimetric",
}


def proof_words(proof: SoftProof, limit_de00: float, ink_limit: float) -> str:
    """What a soft proof found."""
    said = (
        f"{proof.share_out:.1%} of the pixels are out of gamut, more than {limit_de00:g} CIEDE2000 "
        f"from what inks can make; the worst by {proof.worst_de00:.1f}. At most "
        f"{proof.most_ink:.0f} % of ink together"
    )
    beyond = f", beyond {ink_limit:.0f} %" if proof.most_ink > ink_limit + 0.5 else ""
    return f"{said}{beyond}."
