"""What a terminal shows of generated pictures: what became of each, and how a file was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brandkit.generate.recipe import Recipe, Try
    from brandkit.verify import Kept, Outcome

_STYLES = {
    "passed": "green",
    "corrected": "green",
    "needs_review": "yellow",
    "failed": "red",
    "spoilt": "red",
}
_WORDS = {
    "passed": "passed",
    "corrected": "passed once corrected",
    "needs_review": "for a person to look at",
    "failed": "failed",
    "spoilt": "no picture",
}


def print_outcome(outcome: Outcome, console: Console | None = None) -> None:
    """Print what became of each picture, attempt by attempt, and a sentence on all of them."""
    console = console or Console()
    for kept in outcome.kept:
        _print_kept(kept, console)
    passed = sum(kept.passed for kept in outcome.kept)
    said = f"{passed} of {len(outcome.kept)} on brand"
    tries = sum(len(kept.tries) for kept in outcome.kept if not kept.known)
    said += f", {tries} generated" if tries else ", all made before"
    console.print(Text(said + ("; interrupted, run it again to go on" if outcome.interrupted else "")))


def _print_kept(kept: Kept, console: Console) -> None:
    verdict = ("PASSED", "bold green") if kept.passed else ("REVIEW", "bold yellow")
    if kept.path is None:
        verdict = ("NOTHING", "bold red")
    console.print(Text.assemble(verdict, f"  {kept.path or 'no attempt gave a picture'}"), soft_wrap=True)
    if kept.known:
        console.print(Text("  made before; nothing was done", style="dim"))
    else:
        _print_tries(kept.tries, console)
    for sentence in kept.said:
        console.print(Text(f"  look at: {sentence}"), soft_wrap=True)


def _print_tries(tries: Sequence[Try], console: Console) -> None:
    for one in tries:
        for why in one.remedies:
            console.print(Text(f"     {why}", style="dim"), soft_wrap=True)
        outcome = (_WORDS[one.outcome], _STYLES[one.outcome])
        console.print(Text.assemble(f"  {one.number}. ", outcome, f"  {one.seconds:.1f} s"))
        for sentence in one.said:
            console.print(Text(f"     {sentence}"), soft_wrap=True)
        for note in one.notes:
            console.print(Text(f"     note: {note}", style="dim"), soft_wrap=True)


def print_recipe(recipe: Recipe, console: Console | None = None) -> None:
    """Print how a file was made, for a person."""
    console = console or Console()
    request = recipe.request
    made = "" if recipe.made is None else f", {recipe.made:%Y-%m-%d %H:%M} UTC"
    opened = f" ({', '.join(recipe.opened.values())})" if recipe.opened else ""
    rows = [
        ("made by", f"{recipe.generator}{opened} on {recipe.facts.get('device', 'an unknown device')}{made}"),
        ("asked for", recipe.asked.prompt or "no words"),
        ("made by words", request.prompt if request.prompt != recipe.asked.prompt else ""),
        ("size", f"{request.width} x {request.height}" + _length(recipe)),
        ("seed", str(request.seed)),
        ("anchor", "" if request.anchor is None else f"{request.anchor}, strength {request.strength:g}"),
        ("guidance", "" if request.guidance is None else f"{request.guidance:g}"),
        ("palette pull", f"{request.pull:g}" if request.pull else ""),
        ("corrected", "; ".join(recipe.corrections)),
        ("brand", f"{recipe.brand.name} ({recipe.brand.digest[:12]}…)"),
        ("verdict", recipe.verdict.replace("_", " ")),
    ]
    for name, value in rows:
        if value:
            console.print(Text.assemble((f"{name:14}", "bold"), value), soft_wrap=True)
    console.print(Text(f"attempt {recipe.kept} of {len(recipe.tries)} was kept:", style="bold"))
    _print_tries(recipe.tries, console)


def _length(recipe: Recipe) -> str:
    request = recipe.request
    return f", {request.frames} frames at {float(request.fps):g} a second" if request.frames > 1 else ""
