"""What a terminal shows of a brand and of the checks: palette blocks, clashes, documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from brandkit.brand import Limit, Logo
from brandkit.brand_review import Review, review
from brandkit.check import Registry, documentation
from brandkit.colour.spaces import srgb_to_lab
from brandkit.gate import describe, describe_limit

if TYPE_CHECKING:
    from brandkit.brand import Brand, Swatch

_BLOCK = 5


def print_brand(brand: Brand, console: Console | None = None) -> None:
    """Print the palette as blocks with HEX, Lab and guidelines, the logos, then what is wrong with it."""
    console = console or Console()
    table = Table(box=None, pad_edge=False, title=f"{brand.name}  ({brand.path})", title_justify="left")
    table.add_column("")
    table.add_column("swatch", overflow="fold")
    for heading in ("HEX", "L*", "a*", "b*", "tol.", "capt.", "finish"):
        right = heading not in ("HEX", "finish")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    table.add_column("coverage", overflow="fold")
    for swatch in brand.swatches:
        lab = (f"{value:.1f}" for value in _lab(swatch))
        name = Text.assemble(swatch.name, (f" {swatch.role}" if swatch.role else "", "dim"))
        block = Text(" " * _BLOCK, style=f"on {swatch.hex}")
        limits = (f"{swatch.tolerance:g}", f"{swatch.capture:g}", swatch.finish, _coverage(swatch))
        table.add_row(block, name, swatch.hex, *lab, *limits)
    for colour in brand.forbidden:
        block = Text("×" * _BLOCK, style=f"on {colour.hex}")
        name = Text.assemble(colour.name, (" forbidden", "dim"))
        rest = (f"{colour.tolerance:g}", "", "flat", f"at most {describe(colour.max, 'share')}")
        table.add_row(block, name, colour.hex, "", "", "", *rest)
    console.print(table)
    for logo in brand.logos:
        name = Text.assemble("logo ", (logo.name, "bold"), f": {', '.join(logo.files)}")
        console.print(name, soft_wrap=True)
        console.print(Text(f"  {'; '.join(_rules(logo))}", style="dim"), soft_wrap=True)
    overlaps = [remark for remark in review(brand).remarks if remark.kind == "overlap"]
    for remark in overlaps:
        console.print(Text(f"clash: {remark.message}"), soft_wrap=True)
    if not overlaps:
        console.print("No two swatches lie within their tolerances of each other.")


def print_review(found: Review, console: Console | None = None) -> None:
    """Print what a review of a brand found, with what to do."""
    console = console or Console()
    for remark in found.remarks:
        severity = (f"{remark.severity} ", "bold red" if remark.severity == "major" else "yellow")
        line = Text.assemble(severity, (f"{remark.kind:9}", "bold"), f" {remark.message}")
        console.print(line, soft_wrap=True)
        console.print(Text(f"{'':15} {remark.remedy}", style="dim"), soft_wrap=True)
    if not found.remarks:
        console.print(f"Nothing was found in {found.pairs} pairs of colours.")


def _lab(swatch: Swatch) -> list[float]:
    import torch

    values: list[float] = srgb_to_lab(torch.tensor(swatch.rgb8, dtype=torch.uint8)).tolist()
    return values


def _rules(logo: Logo) -> Iterator[str]:
    """How a logo may be used, in words."""
    yield "required" if logo.required else "not required"
    if logo.clear_space:
        yield f"{logo.clear_space:g} of its height free around it"
    widths = [describe(logo.min_width, "px")]
    if logo.min_share is not None:
        widths.append(f"{describe(logo.min_share, 'share')} of the frame")
    yield f"at least {' and '.join(widths)} wide"
    yield f"stretched by at most {describe(logo.max_stretch, 'share')}"
    yield f"colours within {logo.tolerance:g} CIEDE2000"
    yield f"contrast of at least {logo.min_contrast:g} : 1"
    yield f"seen to at least {describe(logo.min_seen, 'share')}"
    if logo.max_turn is not None:
        yield f"turned by at most {logo.max_turn:g} degrees"


def _coverage(swatch: Swatch) -> str:
    low, high = swatch.coverage.min, swatch.coverage.max
    return "" if low is None and high is None else describe_limit(Limit(min=low, max=high), "share")


def print_checks(registry: Registry, *, whole: bool, console: Console | None = None) -> None:
    """Print the checks' documentation: all of it, or the first line of each."""
    console = console or Console()
    for name, check in registry.checks.items():
        text = documentation(check)
        if whole:
            console.print(Markdown(f"# {name}\n\n{text}"))
        else:
            console.print(Text(f"{name}: {text.splitlines()[0]}"), soft_wrap=True)
    for broken in registry.broken:
        console.print(Text(f"{broken.id}: cannot be loaded: {broken.where}: {broken.why}"), soft_wrap=True)
